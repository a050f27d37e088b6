/* The worker's thread beside a screen: one queue and one pipe, nothing else shared. */
#ifndef GUICHET_WORKER_THREAD_H
#define GUICHET_WORKER_THREAD_H

#include "guichet/worker/run.h"

G_BEGIN_DECLS

typedef struct WorkerThread WorkerThread;

/* Starts it; takes the session (clinic_session_worker()). */
WorkerThread *worker_thread_start(ClinicSession *session_taken);
/* A file descriptor that becomes readable when there is news. */
int worker_thread_fd(const WorkerThread *thread);
/* Takes the newest news; FALSE when there was none since. */
gboolean worker_thread_news(WorkerThread *thread, WorkerNews *ret);
/* Wakes it: something may be due. */
void worker_thread_wake(WorkerThread *thread);
/* Asks it to stop and waits for it (a piece under way is cancelled, its lease given back). */
void worker_thread_stop(WorkerThread *thread);

G_END_DECLS
#endif
