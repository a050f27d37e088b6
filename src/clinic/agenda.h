/* What the files of the agenda share. */
#ifndef GUICHET_CLINIC_AGENDA_PRIVATE_H
#define GUICHET_CLINIC_AGENDA_PRIVATE_H

#include "guichet/clinic/agenda.h"
#include "guichet/store/appointment.h"

/* Inside the transaction that marks it: where the appointment came from a FHIR server, it is known
 * whose it is, and its calendar has write_back, what the desk said is signed and waits in the
 * outbox for that server.  `back`: a later mark was taken back. */
gboolean clinic_agenda_writeback(ClinicSession *session, const StoreAppointment *appointment,
                                 gboolean back, GError **error);

#endif
