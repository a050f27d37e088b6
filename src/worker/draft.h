/* Drafting jobs. */
#ifndef GUICHET_WORKER_DRAFT_H
#define GUICHET_WORKER_DRAFT_H

#include "guichet/clinic/job.h"
#include "worker/run.h"

/* Does one job that is due; *ret_did is FALSE when there is none.  What goes wrong with the job
 * itself is the job's, and no error here. */
gboolean worker_draft_next(WorkerRun *run, gboolean *ret_did, GError **error);

/* The end of a draft that a service was asked for: `draft`, or NULL and what was wrong with the
 * service (the builtin engine drafts then, and the draft says so), or the worker stops. */
void worker_draft_settle(WorkerRun *run, const ClinicJob *job, const ClinicDraftRequest *request,
                         const ScribeDraft *draft, const GError *service, gboolean stopped);

/* The job goes on after its patient's chart was read (or could not be); `stopped`: it is given
 * back. */
void worker_draft_go_on(WorkerRun *run, const ClinicJob *job, gboolean stopped);

#endif
