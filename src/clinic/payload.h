/* What leaves the building for a signed item, and what its signature attests. */
#ifndef GUICHET_CLINIC_PAYLOAD_H
#define GUICHET_CLINIC_PAYLOAD_H

#include "guichet/clinic/review.h"
#include "guichet/vault/chain.h"

/* What is attested, as canonical JSON (sorted keys, no spaces), and its digest.  Caller frees
 * *ret_attested. */
void clinic_payload_attest(ClinicSession *session, const ClinicReview *review, gint64 at,
                           char **ret_attested, VaultHash *ret_digest);

/* Made now, sent as it is. */
typedef struct {
  GBytes *bytes;
  char *name;               /* the same on every try */
  char *destination;        /* a word of guichet.conf */
  char *sender, *recipient; /* of a mail's envelope; NULL of other things */
} ClinicPayload;

/* By the item's kind and its recipient: a note goes to [outbox] ehr in the form that its
 * destination takes (a FHIR Bundle, an HL7 message), a letter there or to a person by mail, a reply
 * and a reminder by mail ([outbox] mail). */
gboolean clinic_payload_make(ClinicSession *session, const ClinicReview *review, gint64 at,
                             const VaultHash *digest, ClinicPayload **ret, GError **error);
void clinic_payload_free(ClinicPayload *payload);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicPayload, clinic_payload_free)

/* The two ways: payload_note.c, payload_mail.c.  They fill `payload`. */
gboolean clinic_payload_note(ClinicSession *session, const ClinicReview *review, gint64 at,
                             const VaultHash *digest, ClinicPayload *payload, GError **error);
gboolean clinic_payload_mail(ClinicSession *session, const ClinicReview *review, gint64 at,
                             ClinicPayload *payload, GError **error);

/* "urn:guichet:ID", the system of our identifiers in an EHR.  Caller frees. */
gboolean clinic_payload_note_base(ClinicSession *session, char **ret, GError **error);

/* The fields that the signed text still carries: a dose that a person took out of the text must not
 * leave as a discrete field.  New reference. */
json_t *clinic_payload_fields(const json_t *fields, const char *text);

#endif
