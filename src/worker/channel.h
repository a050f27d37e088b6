/* How a destination is reached: one interface, a const table of channels (channel.c).
 *
 * The outbox engine (parcel.c) decides what is sent when; a channel only carries.  For each parcel
 * it calls start(): nothing has left yet, and the attempt is on record.  The channel answers once,
 * by worker_channel_done(), from inside start() or later from a callback of the multi handle.  Then
 * the outcome is put on record, and settled() may drop what was kept to prove it.
 *
 * A parcel that a dead worker left behind goes to reconcile() instead: the channel asks the peer.
 * Where a protocol cannot be asked, reconcile is NULL and the parcel is AMBIGUOUS: a person
 * decides. */
#ifndef GUICHET_WORKER_CHANNEL_H
#define GUICHET_WORKER_CHANNEL_H

#include "guichet/clinic/destination.h"
#include "guichet/clinic/outbox.h"
#include "worker/run.h"

typedef enum {
  WORKER_DELIVERED, /* words: the receipt */
  WORKER_DEFERRED,  /* it surely did not arrive: later again.  From here on words: why */
  WORKER_FAILED,    /* it surely did not arrive, and will not as it is: a person */
  WORKER_AMBIGUOUS, /* it may have arrived */
} WorkerOutcome;

typedef enum {
  WORKER_REACH_NONE,   /* nobody answered */
  WORKER_REACH_LINE,   /* it answered, and something else is wrong */
  WORKER_REACH_BARRED, /* it does not take the log-in */
} WorkerReach;

typedef struct {
  WorkerOutcome outcome;
  const char *words;  /* for a person: what the peer said; never a patient's data */
  gint64 retry_after; /* DEFERRED: seconds that the peer asked for; 0 none */
  gboolean peer;      /* the trouble is the destination's (unreachable, TLS, log-in), not this
                         parcel's: counts towards leaving it alone for a while */
  WorkerReach reach;  /* of probe(), where it is not DELIVERED */
} WorkerAnswer;

/* One parcel on its way.  The engine owns it; `own` is the channel's, freed by its drop(). */
typedef struct WorkerSending {
  WorkerRun *run; /* run->multi, run->http */
  const ClinicDestination *to;
  const ClinicParcel *parcel; /* NULL for probe() */
  gpointer state;             /* of the destination, by open() */
  gpointer own;
  void (*done)(struct WorkerSending *sending, const WorkerAnswer *answer); /* the engine's */
} WorkerSending;

typedef struct {
  const char *word; /* as in guichet.conf */
  /* The settings can be used at all; no network.  For `guichet doctor` and before each use. */
  gboolean (*check)(const ClinicDestination *to, GError **error);
  /* What all sendings to one destination share: credentials, tokens, what the peer can do.  NULL
   * for none.  Kept until the settings change or the run ends. */
  gboolean (*open)(WorkerRun *run, const ClinicDestination *to, gpointer *ret, GError **error);
  void (*close)(gpointer state);
  /* Begins.  An error means that nothing left: BASE_ERROR_CONFIG, _CONFLICT, _INTERNAL, _DATA fail
   * it for good, all others defer it.  Before its first byte the engine has the attempt on record.
   */
  gboolean (*start)(WorkerSending *sending, GError **error);
  /* Asks whether it arrived: DELIVERED, DEFERRED (it did not), FAILED (something else is there) or
   * AMBIGUOUS.  An error leaves the question open until later.  May be NULL. */
  gboolean (*reconcile)(WorkerSending *sending, GError **error);
  /* Reachable, and logged in, without sending anything: answers DELIVERED with what the peer says
   * of itself, or DEFERRED/FAILED.  For `guichet doctor`.  May be NULL. */
  gboolean (*probe)(WorkerSending *sending, GError **error);
  /* Ends what start(), reconcile() or probe() began, with an answer: DEFERRED where surely nothing
   * arrived, else AMBIGUOUS.  NULL where all of them answer at once. */
  void (*cancel)(WorkerSending *sending);
  /* The outcome is on record.  May be NULL. */
  void (*settled)(WorkerSending *sending, WorkerOutcome outcome);
  void (*drop)(WorkerSending *sending); /* frees `own`; may be NULL */
} WorkerChannel;

/* The row of that name; BASE_ERROR_CONFIG names those there are. */
gboolean worker_channel_find(const char *word, const WorkerChannel **ret, GError **error);

/* The answer, once for each start(), reconcile() and probe().  `answer` is copied. */
void worker_channel_done(WorkerSending *sending, const WorkerAnswer *answer);

/* The rows, each in a file of its own: worker_channel_<word>. */
extern const WorkerChannel worker_channel_directory, worker_channel_maildir, worker_channel_smtp,
    worker_channel_fhir, worker_channel_mllp, worker_channel_imap;

#endif
