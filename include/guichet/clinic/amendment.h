/* Amending what was signed and delivered: nothing is overwritten.  A correction (the newest takes
 * the place of the one before) or an addendum (the one before stands) is an item of its own, to be
 * reviewed and signed like every other, and says in the EHR what it amends (FHIR relatesTo, HL7
 * MDM^T10 and T06). */
#ifndef GUICHET_CLINIC_AMENDMENT_H
#define GUICHET_CLINIC_AMENDMENT_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_AMENDMENT_REPLACES,
  CLINIC_AMENDMENT_APPENDS,
  CLINIC_AMENDMENT_N
} ClinicAmends;

typedef struct {
  gint64 other; /* the item that it amends */
  ClinicAmends does;
  char *reason; /* disarmed */
} ClinicAmendment;

/* Puts it into the queue, READY, with the checks run on its text: `text`, or (a correction, NULL)
 * what was signed, to be edited in review.  The other one must be a delivered note, or a delivered
 * letter of the EHR, that nothing replaces yet; a second correction while one is open is
 * BASE_ERROR_CONFLICT, and so is one of what was replaced: amend the newest.  `reason`: three
 * letters at least.  CLINIC_POWER_ITEM_EDIT.  *ret: the new item. */
gboolean clinic_amendment_add(ClinicSession *session, gint64 item, ClinicAmends does,
                              const char *reason, const char *text, gint64 *ret, GError **error);

/* *ret is NULL for an item that amends nothing.  CLINIC_POWER_BODY_SEE. */
gboolean clinic_amendment_load(ClinicSession *session, gint64 item, ClinicAmendment **ret,
                               GError **error);

const char *clinic_amendment_word(ClinicAmends does);
/* "Replaces 17, signed before: wrong dose", translated.  Caller frees. */
char *clinic_amendment_sentence(const ClinicAmendment *amendment);
void clinic_amendment_free(ClinicAmendment *amendment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicAmendment, clinic_amendment_free)

G_END_DECLS
#endif
