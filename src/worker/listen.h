/* The ear for a hospital's HL7 messages, on a run's multi handle. */
#ifndef GUICHET_WORKER_LISTEN_H
#define GUICHET_WORKER_LISTEN_H

#include "worker/run.h"

/* Listens where [hl7] says so and nothing does yet; trouble is told, and tried again in a minute.
 * Called each pass. */
void worker_listen_tend(WorkerRun *run);
void worker_listen_free(WorkerRun *run);

#endif
