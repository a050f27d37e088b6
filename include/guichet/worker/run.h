/* The worker: takes jobs and parcels, calls scribe, wire and net.  The same code in a thread of the
 * screen's process and as `guichet worker`.  It owns its session; it cannot draw. */
#ifndef GUICHET_WORKER_RUN_H
#define GUICHET_WORKER_RUN_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

/* What it is doing, for the top line. */
typedef enum {
  WORKER_IDLE,
  WORKER_DRAFTING,
  WORKER_SENDING,
  WORKER_READING,
  WORKER_STOPPED
} WorkerDoing;

typedef struct {
  WorkerDoing doing;
  gint64 item;    /* or 0 */
  int per_mille;  /* progress of this piece, -1 unknown */
  gint64 done;    /* pieces since the start */
  char note[160]; /* the last trouble, for a person; never a patient's word */
} WorkerNews;

/* Does everything that is due now: inbox, jobs, outbox, tidying, the day's anchor; then returns.
 * `cancel` may be NULL; it is looked at between pieces and inside long ones. */
typedef void (*WorkerTell)(const WorkerNews *news, gpointer data);
gboolean worker_run_once(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                         guint *ret_done, GError **error);

/* Runs worker_run_once() whenever something is due, until *cancel. */
gboolean worker_run_forever(ClinicSession *session, const gint *cancel, WorkerTell tell,
                            gpointer data, GError **error);

G_END_DECLS
#endif
