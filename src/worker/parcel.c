#include "worker/parcel.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "worker/channel.h"
#include "worker/piece.h"

enum {
  PARCEL_MARGIN_S = 30, /* a lease outlives the deadline of its sending by so much */
  PARCEL_PAUSE_S = 30,  /* after trouble with the settings of a lane, or with the store */
  PARCEL_GROUP_MS = 5,  /* what has ended waits so long for others, while more are under way; */
  PARCEL_GROUP_MOST_MS = 100, /* or twice what the last record took, but no longer than this */
  PARCEL_DRAIN_MS = 3000,     /* a worker that is stopped lets what is under way end, so long */
};

typedef struct WorkerParcels Parcels;

/* A destination, as this run sees it. */
typedef struct {
  Parcels *all;
  gint64 id; /* of the lane; 0: a destination that is asked about only */
  char *name;
  ClinicDestination *to;        /* NULL: guichet.conf has it no more, or its settings are bad */
  const WorkerChannel *channel; /* with `to` */
  gpointer state;
  gboolean open;
  gboolean held;
  gint64 rest_until, failures; /* of the row */
  guint busy;                  /* sendings whose end is not on record */
  guint flying;                /* of these, under way */
  GQueue waiting;              /* of these, taken, and not begun; Sending, not owned */
  gboolean sour;               /* the last to end told of trouble with the destination */
  gint64 next_at;              /* monotonic: not before, by the rate; or after trouble */
  gboolean paced;              /* by the rate, with more to send most likely */
  char *told;                  /* the trouble that is in the log */
} Lane;

typedef struct {
  WorkerSending super;
  Lane *lane;
  ClinicParcel *parcel;
  gint64 began; /* monotonic */
  gboolean asking, flying;
  ClinicEnd end; /* .words is owned */
  char *words;
  WorkerOutcome outcome;
  gboolean ended;
} Sending;

struct WorkerParcels {
  WorkerRun *run;
  GHashTable *lanes;  /* name → Lane */
  GPtrArray *flying;  /* Sending, not owned */
  GPtrArray *ended;   /* Sending, not owned; not on record yet */
  guint busy;         /* all of them, and those that wait */
  gint64 first_ended; /* monotonic, of the oldest in `ended` */
  gint64 record_took; /* microseconds, of the last group */
  gboolean begun;     /* is a piece of the run */
  gboolean adopted;
  gboolean stopping;
  gboolean stale; /* what the rows say of a lane's failures has changed */
};

static gboolean lanes_read(Parcels *all, GError **error);
static void parcels_look(WorkerRun *run, gpointer piece);
static void parcels_stop(WorkerRun *run, gpointer piece);
static const WorkerPieceKind PARCELS_KIND = {parcels_look, parcels_stop};

/* --- lanes */

static void
lane_close(Lane *lane)
{
  if (lane->open && lane->channel->close != NULL)
    lane->channel->close(lane->state);
  lane->open = FALSE;
  lane->state = NULL;
}

static void
lane_free(gpointer data)
{
  Lane *lane = data;
  lane_close(lane);
  clinic_destination_free(lane->to);
  g_free(lane->name);
  g_free(lane->told);
  g_free(lane);
}

/* Once in the log, not every second. */
static void
lane_trouble(Lane *lane, const GError *why)
{
  lane->next_at = g_get_monotonic_time() + PARCEL_PAUSE_S * G_USEC_PER_SEC;
  if (g_strcmp0(lane->told, why->message) == 0)
    return;
  g_free(lane->told);
  lane->told = g_strdup(why->message);
  worker_run_trouble(lane->all->run, lane->name, why);
}

static gboolean
lane_find(Lane *lane, GError **error)
{
  ClinicSession *session = lane->all->run->session;
  if (lane->to != NULL)
    return TRUE;
  g_autoptr(ClinicDestination) to = NULL;
  const WorkerChannel *channel = NULL;
  if (!clinic_destination_find(session, lane->name, &to, error) ||
      !worker_channel_find(to->channel, &channel, error) ||
      (channel->check != NULL && !channel->check(to, error)))
    return FALSE;
  lane->to = g_steal_pointer(&to);
  lane->channel = channel;
  return TRUE;
}

/* Its settings are good, and its channel has what all sendings share. */
static gboolean
lane_open(Lane *lane, GError **error)
{
  if (!lane_find(lane, error))
    return FALSE;
  if (lane->open)
    return TRUE;
  lane->open = lane->channel->open == NULL ||
               lane->channel->open(lane->all->run, lane->to, &lane->state, error);
  return lane->open;
}

static Lane *
lane_of(Parcels *all, const char *name)
{
  Lane *lane = g_hash_table_lookup(all->lanes, name);
  if (lane != NULL)
    return lane;
  lane = g_new0(Lane, 1);
  lane->all = all;
  g_queue_init(&lane->waiting);
  lane->name = g_strdup(name);
  g_hash_table_insert(all->lanes, lane->name, lane);
  return lane;
}

/* Classes of data that may go there now; why not, where none may. */
static guint
lane_classes(const Lane *lane, GError **ret_why)
{
  guint classes = 0;
  for (guint i = 0; i < CLINIC_DATA_N; i++) {
    g_autoptr(GError) why = NULL;
    if (clinic_destination_allow(lane->all->run->session, lane->to, (ClinicDataClass)i, &why))
      classes |= 1u << i;
    else if (*ret_why == NULL)
      *ret_why = g_steal_pointer(&why);
  }
  if (classes != 0)
    g_clear_error(ret_why);
  return classes;
}

/* --- one sending */

static void
sending_free(Sending *sending)
{
  if (sending->lane->channel != NULL && sending->lane->channel->drop != NULL)
    sending->lane->channel->drop(&sending->super);
  sending->lane->busy--;
  sending->lane->all->busy--;
  clinic_parcel_free(sending->parcel);
  g_free(sending->words);
  g_free(sending);
}

static void
sending_fly(Sending *sending)
{
  sending->flying = TRUE;
  sending->began = g_get_monotonic_time();
  sending->lane->flying++;
  g_ptr_array_add(sending->lane->all->flying, sending);
}

static void
sending_land(Sending *sending)
{
  if (!sending->flying)
    return;
  sending->flying = FALSE;
  sending->lane->flying--;
  g_ptr_array_remove_fast(sending->lane->all->flying, sending);
}

static void
sending_end(Sending *sending, WorkerOutcome outcome, const char *words, gint64 wait,
            gboolean trouble)
{
  static const ClinicAction ACTIONS[] = {[WORKER_DELIVERED] = CLINIC_ACTION_DELIVER,
                                         [WORKER_DEFERRED] = CLINIC_ACTION_DEFER,
                                         [WORKER_FAILED] = CLINIC_ACTION_FAIL,
                                         [WORKER_AMBIGUOUS] = CLINIC_ACTION_DOUBT};
  Lane *lane = sending->lane;
  Parcels *all = lane->all;
  if (sending->ended)
    return;
  lane->sour = lane->sour || trouble;
  sending->ended = TRUE;
  sending->outcome = outcome;
  sending->words = g_strdup(words);
  sending->end = (ClinicEnd){sending->parcel, ACTIONS[outcome], sending->words, wait, trouble};
  sending_land(sending);
  if (all->ended->len == 0)
    all->first_ended = g_get_monotonic_time();
  g_ptr_array_add(all->ended, sending);
}

static void
sending_done(WorkerSending *super, const WorkerAnswer *answer)
{
  Sending *sending = (Sending *)super;
  gint64 wait = MAX(answer->retry_after, 0) * BASE_CLOCK_SECOND;
  sending_end(sending, answer->outcome, answer->words != NULL ? answer->words : "", wait,
              answer->peer);
}

static Sending *
sending_new(Lane *lane, ClinicParcel *taken)
{
  Sending *sending = g_new0(Sending, 1);
  sending->lane = lane;
  sending->parcel = taken;
  sending->began = g_get_monotonic_time();
  sending->super = (WorkerSending){.run = lane->all->run,
                                   .to = lane->to,
                                   .parcel = taken,
                                   .state = lane->state,
                                   .done = sending_done};
  lane->busy++;
  lane->all->busy++;
  return sending;
}

/* Nothing left: what will not be better is a person's. */
static gboolean
is_permanent(const GError *why)
{
  return g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT) ||
         g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFIG) ||
         g_error_matches(why, BASE_ERROR, BASE_ERROR_DATA) ||
         g_error_matches(why, BASE_ERROR, BASE_ERROR_INTERNAL);
}

static void
sending_start(Sending *sending)
{
  g_autoptr(GError) why = NULL;
  Lane *lane = sending->lane;
  sending_fly(sending);
  worker_run_tell(lane->all->run, WORKER_SENDING, sending->parcel->item, -1);
  if (!lane->channel->start(&sending->super, &why))
    sending_end(sending, is_permanent(why) ? WORKER_FAILED : WORKER_DEFERRED, why->message, 0,
                !is_permanent(why));
}

static void
lane_queue(Lane *lane, GPtrArray *parcels)
{
  lane->sour = FALSE;
  lane->paced = lane->to->per_minute > 0 && parcels->len > 0;
  for (guint i = 0; i < parcels->len; i++)
    g_queue_push_tail(&lane->waiting, sending_new(lane, g_ptr_array_index(parcels, i)));
  g_ptr_array_set_free_func(parcels, NULL);
}

/* Nothing more is begun. */
static gboolean
lane_off(const Lane *lane)
{
  return lane->all->stopping || worker_run_cancelled(lane->all->run);
}

/* What was taken begins as its connections are free.  Where the destination turned out to be in
 * trouble or was held meanwhile, it goes back as it was: nothing of it left. */
static void
lane_feed(Lane *lane)
{
  gboolean off = lane->held || lane_off(lane);
  while (!g_queue_is_empty(&lane->waiting)) {
    gboolean back = off || lane->sour;
    if (!back && lane->flying >= lane->to->connections)
      return;
    Sending *sending = g_queue_pop_head(&lane->waiting);
    if (back)
      sending_end(sending, WORKER_DEFERRED, _("it was not tried yet"), -1, FALSE);
    else
      sending_start(sending);
  }
}

static void
feed_all(Parcels *all)
{
  GHashTableIter at;
  gpointer lane;
  g_hash_table_iter_init(&at, all->lanes);
  while (g_hash_table_iter_next(&at, NULL, &lane))
    lane_feed(lane);
}

/* --- how much */

/* None ahead of its connections: a worker that is killed leaves all that it took in doubt. */
static guint
lane_most(const Lane *lane, gint64 failures)
{
  if (lane->to == NULL || lane->failures >= failures || lane->to->per_minute > 0)
    return 1;
  return lane->to->connections;
}

/* How many may be taken now, when `ended` of them are on record. */
static guint
lane_room(const Lane *lane, gint64 now, guint ended)
{
  gint64 failures = lane->to != NULL ? lane->to->failures : 0;
  if (lane->id == 0 || lane->held || now < lane->next_at || base_clock_now() < lane->rest_until)
    return 0;
  guint most = lane_most(lane, failures);
  guint busy = lane->busy - ended;
  guint room = most > busy ? most - busy : 0;
  return room * 2 >= most ? room : 0; /* half of them together, for one transaction */
}

static void
lane_spend(Lane *lane, gint64 now, guint n)
{
  if (lane->to->per_minute > 0)
    lane->next_at = now + (gint64)n * 60 * G_USEC_PER_SEC / lane->to->per_minute;
}

/* How long a parcel of a worker that died is left alone: its sending may still be under way, unless
 * the channel answers at once. */
static gint64
lane_lease(const Lane *lane)
{
  gint64 least = base_conf_int(clinic_session_conf(lane->all->run->session), BASE_CONF_JOB_LEASE);
  gint64 own = lane->channel->cancel == NULL ? 0 : (gint64)lane->to->seconds + PARCEL_MARGIN_S;
  return MAX(least, own) * BASE_CLOCK_SECOND;
}

/* What may be taken while `ended` are put on record: only by a lane that is well. */
static gboolean
lane_then(const Lane *lane, guint ended, ClinicLaneTake *ret)
{
  g_autoptr(GError) why = NULL;
  if (!lane->open || lane->sour || lane->failures > 0 || lane->to->per_minute > 0 || lane_off(lane))
    return FALSE;
  guint room = lane_room(lane, g_get_monotonic_time(), ended);
  guint classes = room > 0 ? lane_classes(lane, &why) : 0;
  if (classes == 0)
    return FALSE;
  *ret = (ClinicLaneTake){lane->id, classes, room, lane_lease(lane)};
  return TRUE;
}

/* --- on record */

static void
settle_tell(WorkerRun *run, const Sending *sending)
{
  g_autofree char *where = g_strdup_printf("sending item %" G_GINT64_FORMAT, sending->parcel->item);
  g_autoptr(GError) why = g_error_new_literal(BASE_ERROR, BASE_ERROR_UNAVAILABLE, sending->words);
  if (sending->outcome == WORKER_DELIVERED)
    worker_run_count(run);
  else if (sending->end.wait >= 0)
    worker_run_trouble(run, where, why);
}

static void
settle_finish(Parcels *all, Lane *lane)
{
  for (guint i = all->ended->len; i-- > 0;) {
    Sending *sending = g_ptr_array_index(all->ended, i);
    if (sending->lane != lane)
      continue;
    settle_tell(all->run, sending);
    if (lane->channel != NULL && lane->channel->settled != NULL)
      lane->channel->settled(&sending->super, sending->outcome);
    g_ptr_array_remove_index_fast(all->ended, i);
    sending_free(sending);
  }
}

/* All that ended in one lane, and the taking of the next group, in one transaction. */
static gboolean
settle_lane(Parcels *all, Lane *lane, GError **error)
{
  g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(ClinicEnd));
  g_autoptr(GPtrArray) parcels = NULL;
  ClinicLaneTake then;
  for (guint i = 0; i < all->ended->len; i++) {
    const Sending *sending = g_ptr_array_index(all->ended, i);
    if (sending->lane != lane)
      continue;
    g_array_append_val(ends, sending->end);
    all->stale = all->stale || sending->end.trouble || lane->failures > 0;
  }
  if (ends->len == 0)
    return TRUE;
  const ClinicLaneRule rule = {
      .lane = lane->id,
      .failures = lane->to != NULL ? lane->to->failures : 1,
      .patience = lane->to != NULL ? lane->to->hours * BASE_CLOCK_HOUR : 0,
  };
  const ClinicLaneSettle what = {&rule, (const ClinicEnd *)(gconstpointer)ends->data, ends->len,
                                 lane_then(lane, ends->len, &then) ? &then : NULL};
  gint64 began = g_get_monotonic_time();
  if (!clinic_outbox_lane_settle(all->run->session, &what, &parcels, error))
    return FALSE;
  all->record_took = g_get_monotonic_time() - began;
  settle_finish(all, lane);
  if (what.then != NULL)
    lane_queue(lane, parcels);
  return TRUE;
}

/* Some wait a moment for others, so that one transaction serves them all. */
static gboolean
settle_now(const Parcels *all)
{
  gint64 wait = CLAMP(2 * all->record_took, PARCEL_GROUP_MS * 1000, PARCEL_GROUP_MOST_MS * 1000);
  return all->ended->len > 0 &&
         (all->busy <= 2 * all->ended->len || g_get_monotonic_time() - all->first_ended >= wait);
}

static gboolean
settle_all(Parcels *all, GError **error)
{
  GHashTableIter at;
  gpointer lane;
  g_hash_table_iter_init(&at, all->lanes);
  while (all->ended->len > 0 && g_hash_table_iter_next(&at, NULL, &lane))
    if (!settle_lane(all, lane, error))
      return FALSE;
  return TRUE;
}

/* --- beginning */

static gboolean
lane_begin(Lane *lane, gboolean *did, GError **error)
{
  gint64 now = g_get_monotonic_time();
  guint room = lane_room(lane, now, 0);
  g_autoptr(GError) why = NULL;
  g_autoptr(GPtrArray) parcels = NULL;
  if (room == 0)
    return TRUE;
  guint classes = lane_find(lane, &why) ? lane_classes(lane, &why) : 0;
  if (classes == 0 || !lane_open(lane, &why)) {
    lane_trouble(lane, why);
    return TRUE;
  }
  const ClinicLaneTake how = {lane->id, classes, room, lane_lease(lane)};
  if (!clinic_outbox_lane_take(lane->all->run->session, &how, &parcels, error))
    return FALSE;
  lane_spend(lane, now, parcels->len);
  *did = *did || parcels->len > 0;
  lane_queue(lane, parcels);
  lane_feed(lane);
  return TRUE;
}

static gboolean
begin_all(Parcels *all, gboolean *did, GError **error)
{
  GHashTableIter at;
  gpointer lane;
  g_hash_table_iter_init(&at, all->lanes);
  while (g_hash_table_iter_next(&at, NULL, &lane))
    if (!lane_begin(lane, did, error))
      return FALSE;
  return TRUE;
}

/* A lane that may send on within a second keeps the worker at it: it looks for what is due no more
 * often than that. */
static gboolean
is_pacing(const Parcels *all)
{
  GHashTableIter at;
  gpointer lane;
  g_hash_table_iter_init(&at, all->lanes);
  while (g_hash_table_iter_next(&at, NULL, &lane)) {
    const Lane *one = lane;
    if (one->paced && !one->held && base_clock_now() >= one->rest_until &&
        one->next_at - g_get_monotonic_time() < G_USEC_PER_SEC)
      return TRUE;
  }
  return FALSE;
}

static gboolean
pump(Parcels *all, gboolean *did, GError **error)
{
  feed_all(all);
  if (settle_now(all) && !settle_all(all, error))
    return FALSE;
  if (all->stale && !lanes_read(all, error)) /* before it is knocked at again */
    return FALSE;
  feed_all(all);
  if (!worker_run_cancelled(all->run) && !begin_all(all, did, error))
    return FALSE;
  if (settle_now(all) && !settle_all(all, error)) /* those that answered at once */
    return FALSE;
  feed_all(all);
  *did = *did || (all->busy > 0 && all->flying->len == 0);
  gboolean busy = all->busy > 0 || is_pacing(all);
  if (busy && !all->begun)
    worker_piece_begin(all->run, &PARCELS_KIND, all);
  else if (!busy && all->begun)
    worker_piece_end(all->run, all);
  all->begun = busy;
  return TRUE;
}

/* --- under way */

static void
sending_cut(Sending *sending)
{
  const WorkerChannel *channel = sending->lane->channel;
  if (channel->cancel != NULL)
    channel->cancel(&sending->super);
  if (!sending->ended) /* it should have answered: nobody knows now */
    sending_end(sending, WORKER_AMBIGUOUS, _("it was called off before an answer came"), 0, FALSE);
}

static void
look_deadlines(Parcels *all)
{
  gint64 now = g_get_monotonic_time();
  for (guint i = all->flying->len; i-- > 0;) {
    if (i >= all->flying->len)
      continue; /* its callback ended others */
    Sending *sending = g_ptr_array_index(all->flying, i);
    if (now - sending->began > (gint64)sending->lane->to->seconds * G_USEC_PER_SEC)
      sending_cut(sending);
  }
}

static void
parcels_look(WorkerRun *run, gpointer piece)
{
  Parcels *all = piece;
  GError *why = NULL;
  gboolean did = FALSE;
  look_deadlines(all);
  if (!pump(all, &did, &why))
    worker_run_fail(run, "sending", why);
}

/* What left may be answered yet: a moment for that, lest it be in doubt. */
static void
parcels_stop(WorkerRun *run, gpointer piece)
{
  Parcels *all = piece;
  GError *why = NULL;
  gint64 end = g_get_monotonic_time() + PARCEL_DRAIN_MS * 1000;
  all->stopping = TRUE;
  feed_all(all);
  while (all->flying->len > 0 && g_get_monotonic_time() < end)
    net_multi_step(run->multi, 50);
  while (all->flying->len > 0)
    sending_cut(g_ptr_array_index(all->flying, 0));
  if (!settle_all(all, &why))
    worker_run_fail(run, "sending", why);
  all->begun = all->stopping = FALSE;
}

/* --- from outside */

static Parcels *
parcels_of(WorkerRun *run)
{
  if (run->parcels != NULL)
    return run->parcels;
  Parcels *all = g_new0(Parcels, 1);
  all->run = run;
  all->lanes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, lane_free);
  all->flying = g_ptr_array_new();
  all->ended = g_ptr_array_new();
  run->parcels = all;
  return all;
}

static void
waiting_free(Parcels *all)
{
  GHashTableIter at;
  gpointer lane;
  g_hash_table_iter_init(&at, all->lanes);
  while (g_hash_table_iter_next(&at, NULL, &lane))
    while (!g_queue_is_empty(&((Lane *)lane)->waiting))
      sending_free(g_queue_pop_head(&((Lane *)lane)->waiting));
}

void
worker_parcel_free(WorkerRun *run)
{
  Parcels *all = run->parcels;
  if (all == NULL)
    return;
  waiting_free(all);
  while (all->ended->len > 0) /* not on record: the next worker asks */
    sending_free(g_ptr_array_steal_index_fast(all->ended, 0));
  g_hash_table_unref(all->lanes);
  g_ptr_array_unref(all->flying);
  g_ptr_array_unref(all->ended);
  g_free(all);
  run->parcels = NULL;
}

/* What the rows say of each lane now. */
static gboolean
lanes_read(Parcels *all, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!all->adopted && !clinic_outbox_lane_adopt(all->run->session, error))
    return FALSE;
  all->adopted = TRUE;
  if (!clinic_outbox_lane_list(all->run->session, FALSE, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const ClinicLane *row = g_ptr_array_index(rows, i);
    Lane *lane = lane_of(all, row->name);
    lane->id = row->id;
    lane->held = row->held;
    lane->rest_until = row->rest_until;
    lane->failures = row->failures;
  }
  all->stale = FALSE;
  return TRUE;
}

gboolean
worker_parcel_next(WorkerRun *run, gboolean *ret_did, GError **error)
{
  Parcels *all = parcels_of(run);
  gboolean did = FALSE;
  if (!lanes_read(all, error) || !pump(all, &did, error))
    return FALSE;
  *ret_did = did;
  return TRUE;
}

/* --- what a worker that died left behind */

/* What cannot be asked about now is left: its lease is this worker's, and comes round again. */
static void
orphan_leave(Sending *sending, const GError *why)
{
  lane_trouble(sending->lane, why);
  sending_land(sending);
  sending_free(sending);
}

static void
orphan_ask(Parcels *all, ClinicParcel *taken)
{
  Lane *lane = lane_of(all, taken->destination);
  g_autoptr(GError) why = NULL;
  gboolean good = lane_open(lane, &why);
  Sending *sending = sending_new(lane, taken);
  sending->asking = TRUE;
  sending_fly(sending);
  if (lane->to == NULL || (good && lane->channel->reconcile == NULL))
    sending_end(sending, WORKER_AMBIGUOUS,
                lane->to == NULL
                    ? why->message
                    : _("a worker stopped while it was being sent, and this destination cannot be "
                        "asked whether it arrived"),
                0, FALSE);
  else if (!good || !clinic_destination_allow(all->run->session, lane->to, taken->data, &why) ||
           !lane->channel->reconcile(&sending->super, &why))
    orphan_leave(sending, why);
}

gboolean
worker_parcel_reconcile(WorkerRun *run, GError **error)
{
  Parcels *all = parcels_of(run);
  g_autoptr(GPtrArray) orphans = NULL;
  gboolean did = FALSE;
  if (!clinic_outbox_orphans(run->session, &orphans, error))
    return FALSE;
  if (orphans->len == 0)
    return TRUE;
  g_ptr_array_set_free_func(orphans, NULL);
  for (guint i = 0; i < orphans->len; i++)
    orphan_ask(all, g_ptr_array_index(orphans, i));
  return lanes_read(all, error) && pump(all, &did, error);
}
