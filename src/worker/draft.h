/* Drafting jobs. */
#ifndef GUICHET_WORKER_DRAFT_H
#define GUICHET_WORKER_DRAFT_H

#include "worker/run.h"

/* Does one job that is due; *ret_did is FALSE when there is none.  What goes wrong with the job
 * itself is the job's, and no error here. */
gboolean worker_draft_next(WorkerRun *run, gboolean *ret_did, GError **error);

#endif
