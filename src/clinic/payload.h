/* What leaves the building for a signed item, and what its signature attests. */
#ifndef GUICHET_CLINIC_PAYLOAD_H
#define GUICHET_CLINIC_PAYLOAD_H

#include "guichet/clinic/review.h"
#include "guichet/vault/chain.h"

/* What is attested, as canonical JSON (sorted keys, no spaces), and its digest.  Caller frees
 * *ret_attested. */
void clinic_payload_attest(ClinicSession *session, const ClinicReview *review, gint64 at,
                           char **ret_attested, VaultHash *ret_digest);

/* The bytes for the EHR, in the form that its destination takes (a FHIR Bundle, an HL7 message):
 * made now, sent as they are.  *ret_name: the same on every try.  Caller frees. */
gboolean clinic_payload_make(ClinicSession *session, const ClinicReview *review, gint64 at,
                             const VaultHash *digest, GBytes **ret, char **ret_name,
                             GError **error);

/* The fields that the signed text still carries: a dose that a person took out of the text must not
 * leave as a discrete field.  New reference. */
json_t *clinic_payload_fields(const json_t *fields, const char *text);

#endif
