/* Drafting jobs that a chat service is asked for, many at once. */
#ifndef GUICHET_WORKER_DRAFT_CHAT_H
#define GUICHET_WORKER_DRAFT_CHAT_H

#include "guichet/clinic/job.h"
#include "worker/run.h"

/* The settings name a service. */
gboolean worker_draft_chat_wanted(const WorkerRun *run);
/* As many are under way as may be at once. */
gboolean worker_draft_chat_full(const WorkerRun *run);

/* Begins to ask.  TRUE: it goes on by itself, to the end in worker_draft_settle(), and the request
 * is taken.  FALSE: nothing was sent, and the error says why: no contract, the service is down. */
gboolean worker_draft_chat_begin(WorkerRun *run, const ClinicJob *job,
                                 ClinicDraftRequest **request_taken, const ScribeContext *context,
                                 GError **error);

#endif
