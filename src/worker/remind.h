/* The plan of the reminders, on a schedule. */
#ifndef GUICHET_WORKER_REMIND_PRIVATE_H
#define GUICHET_WORKER_REMIND_PRIVATE_H

#include "worker/run.h"

/* Once a minute at most: what does not hold any more is taken back, what is due soon comes into the
 * queue, what is automatic is approved.  Before anything is sent. */
gboolean worker_remind_tend(WorkerRun *run, GError **error);

#endif
