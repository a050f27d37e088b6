/* Parcels of the outbox on their way, lane by lane: one lane a destination.
 *
 * Many go out at once; a slow or broken destination holds up its own lane alone.  What a group of
 * sendings came to is put on record together, and so is the taking of the next group. */
#ifndef GUICHET_WORKER_PARCEL_H
#define GUICHET_WORKER_PARCEL_H

#include "worker/run.h"

/* Puts on record what has ended and begins what is due and has room.  *ret_did is FALSE when
 * nothing was begun; what is under way goes on.  What goes wrong with a destination is no error
 * here. */
gboolean worker_parcel_next(WorkerRun *run, gboolean *ret_did, GError **error);

/* Asks the destination after each parcel that a worker left behind. */
gboolean worker_parcel_reconcile(WorkerRun *run, GError **error);

/* With the run, after worker_piece_stop(). */
void worker_parcel_free(WorkerRun *run);

#endif
