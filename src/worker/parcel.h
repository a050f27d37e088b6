/* Parcels of the outbox: sent by the word of their destination. */
#ifndef GUICHET_WORKER_PARCEL_H
#define GUICHET_WORKER_PARCEL_H

#include "worker/run.h"

/* Sends one parcel that is due; *ret_did is FALSE when there is none.  What goes wrong with the
 * destination is the parcel's, and no error here. */
gboolean worker_parcel_next(WorkerRun *run, gboolean *ret_did, GError **error);

/* Asks the destination after each parcel that a worker left behind. */
gboolean worker_parcel_reconcile(WorkerRun *run, GError **error);

#endif
