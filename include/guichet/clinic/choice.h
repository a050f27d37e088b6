/* E-mail by the patient's own choice (45 CFR 164.522(b); GDPR art. 9(2)(a)).
 *
 * A mail may be read by others on its way.  Until a patient, told so, asks for e-mail all the same,
 * what is mailed to them says no more than that the clinic has a message.  The choice is on record:
 * who recorded it, when, how it was made, in which words, and for which address.  It holds for that
 * address alone: one that changes asks anew.  Taken back, it is over at once. */
#ifndef GUICHET_CLINIC_CHOICE_H
#define GUICHET_CLINIC_CHOICE_H

#include "guichet/clinic/patient.h"

G_BEGIN_DECLS

typedef struct {
  gboolean chosen; /* FALSE: taken back, or never wanted */
  gint64 at, user;
  char *user_title;
  char *address;
  char *how;   /* "spoken", "written", "form" */
  char *words; /* the patient's */
} ClinicChoice;

/* Records what the patient said now about the address that stands on their record.  `warned`: they
 * were told that mail may be read by others; without that nobody can choose it.
 * CLINIC_POWER_PATIENT_EDIT. */
gboolean clinic_choice_record(ClinicSession *session, gint64 patient, gboolean chosen,
                              gboolean warned, const char *how, const char *words, GError **error);

/* The newest; *ret is NULL where nothing was ever said.  CLINIC_POWER_PATIENT_SEE. */
gboolean clinic_choice_load(ClinicSession *session, gint64 patient, ClinicChoice **ret,
                            GError **error);

/* May clinical text go to this address? */
gboolean clinic_choice_holds(const ClinicChoice *choice, const char *address);

void clinic_choice_free(ClinicChoice *choice);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicChoice, clinic_choice_free)

G_END_DECLS
#endif
