/* Finding a patient within a transaction. */
#ifndef GUICHET_CLINIC_PATIENT_PRIVATE_H
#define GUICHET_CLINIC_PATIENT_PRIVATE_H

#include "guichet/clinic/patient.h"

/* As clinic_patient_find_or_add(), inside the open transaction; what it adds or fills in leaves an
 * event. */
gboolean clinic_patient_match(ClinicSession *session, const ClinicPatient *given, gint64 *ret,
                              GError **error);

/* As clinic_patient_open(), without asking who, and without an event: for what the clinic does of
 * itself, which leaves one of its own. */
gboolean clinic_patient_read(ClinicSession *session, gint64 id, ClinicPatient **ret,
                             GError **error);

/* As clinic_patient_change(), inside the open transaction, without asking who.  *ret_changed: FALSE
 * where it says what is known, and nothing is written. */
gboolean clinic_patient_rewrite(ClinicSession *session, const ClinicPatient *patient,
                                gboolean *ret_changed, GError **error);

ClinicPatient *clinic_patient_copy(const ClinicPatient *patient);

/* Fills the empty strings of `patient` from `other`. */
void clinic_patient_fill(ClinicPatient *patient, const ClinicPatient *other);

#endif
