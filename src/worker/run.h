/* What the files of this room share of a run. */
#ifndef GUICHET_WORKER_RUN_PRIVATE_H
#define GUICHET_WORKER_RUN_PRIVATE_H

#include "guichet/scribe/check.h"
#include "guichet/worker/run.h"

typedef struct {
  ClinicSession *session;
  const gint *cancel; /* may be NULL */
  WorkerTell tell;
  gpointer data;
  WorkerNews news;
  gint64 done_before;     /* news.done when this pass began */
  ScribeLexicon *lexicon; /* read with the first draft */
  GHashTable *sights;     /* the inbox: name → how it looked last time */
  gint64 tidied;          /* when it last did, monotonic; 0 never */
  char *anchored;         /* the day of the last anchor; NULL */
} WorkerRun;

/* Sleeps for so many microseconds at most; TRUE. FALSE ends the run. */
typedef gboolean (*WorkerNap)(gint64 length, gpointer data);

/* worker_run_forever() with a way of its own to sleep, so that a screen can wake it. */
gboolean worker_run_loop(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                         WorkerNap nap, gpointer nap_data, GError **error);

gboolean worker_run_cancelled(const WorkerRun *run);
void worker_run_tell(WorkerRun *run, WorkerDoing doing, gint64 item, int per_mille);
/* One more piece is done. */
void worker_run_count(WorkerRun *run);
/* Trouble that does not stop the run: to the log, and to the top line.  `where` is a few words of
 * ours. */
void worker_run_trouble(WorkerRun *run, const char *where, const GError *why);

#endif
