/* What the files of this room share of a run. */
#ifndef GUICHET_WORKER_RUN_PRIVATE_H
#define GUICHET_WORKER_RUN_PRIVATE_H

#include "guichet/net/http.h"
#include "guichet/scribe/check.h"
#include "guichet/worker/run.h"
#include "guichet/worker/service.h"

typedef struct {
  ClinicSession *session;
  NetMulti *multi;    /* carries every transfer of this run; the run steps it */
  NetHttp *http;      /* on it */
  const gint *cancel; /* may be NULL */
  WorkerTell tell;
  gpointer data;
  WorkerNews news;
  gint64 done_before;                /* news.done when this pass began */
  GArray *pieces;                    /* under way: worker/piece.h */
  guint ended;                       /* pieces that have ended */
  GError *first;                     /* the first error of this turn; the others are in the log */
  ScribeLexicon *lexicon;            /* read with the first draft */
  WorkerService *service;            /* the chat service, with the first draft that asks for it */
  gboolean listens;                  /* it is the one that a hospital's feed talks to */
  struct WorkerListen *listen;       /* listen.c; NULL where none */
  struct WorkerParcels *parcels;     /* the outbox under way: parcel.c; NULL before the first */
  GHashTable *sights;                /* the inbox: name → how it looked last time */
  struct WorkerFhirPeer *chart_peer; /* that charts are read from; NULL before the first */
  gint64 chart_rest;                 /* it is left alone until then, monotonic; 0 */
  guint chart_failures;              /* in a row */
  gint64 reminded;                   /* when the reminders were tended, monotonic; 0 never */
  gint64 remind_cost;                /* how long that took */
  struct WorkerMailbox *mailbox;     /* that is being read: mailbox.c; NULL none */
  gint64 looked;                     /* when a mailbox was last looked into, monotonic; 0 never */
  gint64 calendars;                  /* when they were read, monotonic; 0 never */
  gint64 tidied;                     /* when it last did, monotonic; 0 never */
  char *anchored;                    /* the day of the last anchor; NULL */
} WorkerRun;

/* `multi` is lent, so that another thread can wake it. */
WorkerRun *worker_run_new(ClinicSession *session, NetMulti *multi, const gint *cancel,
                          WorkerTell tell, gpointer data);
/* What is under way is stopped. */
void worker_run_free(WorkerRun *run);
/* Begins and does all that is due.  *ret_young: files came in that are perhaps still being
 * written. */
gboolean worker_run_pass(WorkerRun *run, gboolean *ret_young, GError **error);
/* Carries the transfers for so many microseconds at most: less when a piece has ended, when
 * somebody wakes the run, or when it is to stop. */
void worker_run_wait(WorkerRun *run, gint64 length);

/* worker_run_forever() on a multi handle that another thread may wake. */
gboolean worker_run_loop(ClinicSession *session, NetMulti *multi, const gint *cancel,
                         WorkerTell tell, gpointer data, GError **error);

gboolean worker_run_cancelled(const WorkerRun *run);
void worker_run_tell(WorkerRun *run, WorkerDoing doing, gint64 item, int per_mille);
/* One more piece is done. */
void worker_run_count(WorkerRun *run);
/* Trouble that does not stop the run: to the log, and to the top line.  `where` is a few words of
 * ours. */
void worker_run_trouble(WorkerRun *run, const char *where, const GError *why);
/* Trouble of our own, with the store say: the next pass returns it. */
void worker_run_fail(WorkerRun *run, const char *where, GError *why_taken);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkerRun, worker_run_free)

#endif
