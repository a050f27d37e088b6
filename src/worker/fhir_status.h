/* One status of one Appointment on its way to its FHIR server: read first, changed where the server
 * says that nobody has changed it meanwhile (If-Match), and read again where the answer did not
 * come.  Asking twice changes nothing twice. */
#ifndef GUICHET_WORKER_FHIR_STATUS_H
#define GUICHET_WORKER_FHIR_STATUS_H

#include "worker/channel.h"
#include "worker/fhir_peer.h"

typedef struct WorkerFhirStatus WorkerFhirStatus;

/* Once; the answer is lent, and the status still the caller's. */
typedef void (*WorkerFhirStatusDone)(const WorkerAnswer *answer, gpointer data);

/* NULL where the bytes are no status. */
WorkerFhirStatus *worker_fhir_status_new(WorkerFhirPeer *peer, const char *bytes, gsize length,
                                         WorkerFhirStatusDone done, gpointer data);
void worker_fhir_status_begin(WorkerFhirStatus *status);
/* `done` is called now. */
void worker_fhir_status_cancel(WorkerFhirStatus *status);
void worker_fhir_status_free(WorkerFhirStatus *status);

#endif
