#include <string.h>

#include "clinic/backoff.h"
#include "clinic/item.h"
#include "clinic/outbox.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/base/text.h"
#include "guichet/store/destination.h"

enum {
  LANE_ADOPT_MOST = 256,
  LANE_LOOK_PAST = 32, /* rows of a class that no contract allows, on the way to one that is */
  LANE_WORDS_MOST = 200,
  LANE_REST_FIRST_S = 15, /* the first rest of a destination; then twice that */
  LANE_RETRY_MOST_H = 24, /* whatever a peer asks for */
};

void
clinic_outbox_lane_free(ClinicLane *lane)
{
  if (lane == NULL)
    return;
  g_free(lane->name);
  g_free(lane->why);
  g_free(lane->trouble);
  g_free(lane);
}

static void
lane_unref(gpointer data)
{
  clinic_outbox_lane_free(data);
}

static ClinicLane *
lane_from(const StoreDestination *row)
{
  const ClinicLane made = {.id = row->id,
                           .name = g_strdup(row->name),
                           .held = row->held,
                           .why = g_strdup(row->why),
                           .trouble = g_strdup(row->trouble),
                           .failures = row->failures,
                           .rest_until = row->rest_until,
                           .delivered_at = row->delivered_at};
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_outbox_lane_list(ClinicSession *session, gboolean counts, GPtrArray **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GPtrArray) lanes = g_ptr_array_new_with_free_func(lane_unref);
  if (!clinic_session_may(session, CLINIC_POWER_WORK) &&
      !clinic_session_require(session, CLINIC_POWER_OUTBOX_SEE, error))
    return FALSE;
  if (!store_destination_list(store, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    ClinicLane *lane = lane_from(g_ptr_array_index(rows, i));
    g_ptr_array_add(lanes, lane);
    if (counts && !store_outbox_count(store, lane->id, lane->n, CLINIC_STATE_N, error))
      return FALSE;
  }
  *ret = g_steal_pointer(&lanes);
  return TRUE;
}

/* --- holding */

static gboolean
words_accept(const char *words, GError **error)
{
  gsize length = words == NULL ? 0 : strlen(words);
  if (length > 0 && length <= LANE_WORDS_MOST && base_text_valid(words, length, NULL)) {
    g_autofree char *safe = base_text_disarm(words, -1, FALSE);
    if (strcmp(safe, words) == 0)
      return TRUE;
  }
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                      _("say why it is held, in one line of at most 200 bytes"));
  return FALSE;
}

static gboolean
hold_inside(ClinicSession *session, const char *name, const char *words, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreDestination) row = NULL;
  gint64 id = 0;
  if (!store_destination_need(store, name, &id, error) ||
      !store_destination_load(store, id, &row, error))
    return FALSE;
  row->held = words != NULL;
  row->holder = row->held ? clinic_session_user(session) : 0;
  g_free(row->why);
  row->why = g_strdup(row->held ? words : "");
  if (!row->held) { /* who releases it wants it tried now */
    row->failures = 0;
    row->rest_until = 0;
  }
  g_autofree char *detail = row->held ? g_strdup_printf("%s: %s", name, words) : g_strdup(name);
  clinic_session_event(session, row->held ? STORE_EVENT_OUTBOX_HOLD : STORE_EVENT_OUTBOX_RELEASE,
                       id, 0, detail);
  return store_destination_change(store, row, error) && store_tx_commit(store, error);
}

/* A name that neither guichet.conf nor the outbox knows is a slip of the hand. */
static gboolean
name_known(ClinicSession *session, const char *name, GError **error)
{
  g_autoptr(StoreDestination) row = NULL;
  g_autoptr(GPtrArray) all = NULL;
  if (store_destination_named(clinic_session_store(session), name, &row, NULL))
    return TRUE;
  if (!clinic_destination_list(session, &all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (strcmp(((ClinicDestination *)g_ptr_array_index(all, i))->name, name) == 0)
      return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              _("there is no destination %s; `guichet doctor` names them"), name);
  return FALSE;
}

static gboolean
set_held(ClinicSession *session, const char *name, const char *words, GError **error)
{
  if (!clinic_session_require(session, CLINIC_POWER_OUTBOX_SETTLE, error) ||
      !name_known(session, name, error) || !store_tx_begin(clinic_session_store(session), error))
    return FALSE;
  if (hold_inside(session, name, words, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

gboolean
clinic_outbox_lane_hold(ClinicSession *session, const char *name, const char *words, GError **error)
{
  return words_accept(words, error) && set_held(session, name, words, error);
}

gboolean
clinic_outbox_lane_release(ClinicSession *session, const char *name, GError **error)
{
  return set_held(session, name, NULL, error);
}

/* --- taking */

/* What a group could not take, told after it. */
typedef struct {
  gint64 item;
  GError *why;
} Refused;

static void
refused_clear(gpointer data)
{
  g_error_free(((Refused *)data)->why);
}

static gboolean
take_row(ClinicSession *session, StoreItem *item, StoreOutbox *row, gint64 lease, GError **error)
{
  row->attempts++;
  row->changed_at = base_clock_now();
  row->due = row->changed_at + lease;
  return store_outbox_change(clinic_session_store(session), item, row, error) &&
         clinic_item_move(session, item, CLINIC_ACTION_TAKE, NULL, error);
}

/* One of a group.  An item that another worker took meanwhile, or that is undone, is left out; one
 * that cannot be sent is noted. */
static gboolean
take_one(ClinicSession *session, gint64 id, const ClinicLaneTake *how, GPtrArray *into,
         GArray *refused, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  g_autoptr(ClinicParcel) parcel = NULL;
  g_autoptr(GError) why = NULL;
  if (!store_item_load(store, id, &item, error))
    return FALSE;
  if (item->state != CLINIC_STATE_SIGNED || (how->classes & 1u << clinic_outbox_class(item)) == 0 ||
      !clinic_item_allow(session, item, CLINIC_ACTION_TAKE, &move, NULL))
    return TRUE;
  if (!store_outbox_of(store, item, &row, &why) ||
      !clinic_outbox_parcel(store, item, row, &parcel, &why)) {
    const Refused one = {id, g_steal_pointer(&why)};
    g_array_append_val(refused, one);
    return TRUE;
  }
  if (!take_row(session, item, row, how->lease, error))
    return FALSE;
  parcel->attempts = (guint)row->attempts;
  g_ptr_array_add(into, g_steal_pointer(&parcel));
  return TRUE;
}

static void
parcel_unref(gpointer data)
{
  clinic_parcel_free(data);
}

static GArray *
refused_new(void)
{
  GArray *refused = g_array_new(FALSE, FALSE, sizeof(Refused));
  g_array_set_clear_func(refused, refused_clear);
  return refused;
}

static gboolean
take_refused(ClinicSession *session, const GArray *refused, GError **error)
{
  for (guint i = 0; i < refused->len; i++) {
    const Refused *one = &g_array_index(refused, Refused, i);
    if (!g_error_matches(one->why, BASE_ERROR, BASE_ERROR_CORRUPT) &&
        !g_error_matches(one->why, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, g_error_copy(one->why));
      return FALSE;
    }
    if (!clinic_outbox_refuse(session, one->item, one->why, error))
      return FALSE;
  }
  return TRUE;
}

/* Those that were taken are on record and must go: what cannot be told now is met again. */
static gboolean
refused_tell(ClinicSession *session, const GArray *refused, const GPtrArray *taken, GError **error)
{
  g_autoptr(GError) why = NULL;
  if (take_refused(session, refused, &why))
    return TRUE;
  if (taken->len == 0) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  base_log(BASE_LOG_WARN, "the outbox: %s", why->message);
  return TRUE;
}

/* What is due, from the head of the lane: so many and some to look past. */
static gboolean
take_ids(ClinicSession *session, const ClinicLaneTake *how, GArray **ret, GError **error)
{
  return store_outbox_ready(clinic_session_store(session), how->lane, CLINIC_OUTBOX_BEFORE,
                            base_clock_now(), how->most + LANE_LOOK_PAST, ret, error);
}

/* Inside a transaction. */
static gboolean
take_group(ClinicSession *session, const ClinicLaneTake *how, const GArray *ids, GPtrArray *parcels,
           GArray *refused, GError **error)
{
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < ids->len && parcels->len < how->most; i++)
    ok = take_one(session, g_array_index(ids, gint64, i), how, parcels, refused, error);
  return ok;
}

gboolean
clinic_outbox_lane_take(ClinicSession *session, const ClinicLaneTake *how, GPtrArray **ret,
                        GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GPtrArray) parcels = g_ptr_array_new_with_free_func(parcel_unref);
  g_autoptr(GArray) refused = refused_new();
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !take_ids(session, how, &ids, error))
    return FALSE;
  if (ids->len == 0) {
    *ret = g_steal_pointer(&parcels);
    return TRUE;
  }
  if (!store_tx_begin(store, error))
    return FALSE;
  gboolean ok = take_group(session, how, ids, parcels, refused, error);
  if (ok && parcels->len > 0)
    ok = store_tx_commit(store, error);
  else
    store_tx_rollback(store);
  if (!ok || !refused_tell(session, refused, parcels, error))
    return FALSE;
  *ret = g_steal_pointer(&parcels);
  return TRUE;
}

/* --- settling */

static gint64
defer_until(const ClinicSession *session, const ClinicEnd *end)
{
  const BaseConf *conf = clinic_session_conf(session);
  gint64 first = base_conf_int(conf, BASE_CONF_JOB_BACKOFF) * BASE_CLOCK_SECOND;
  gint64 asked = MIN(end->wait, LANE_RETRY_MOST_H * BASE_CLOCK_HOUR);
  return base_clock_now() +
         (end->wait < 0 ? 0 : MAX(clinic_backoff(first, end->parcel->attempts), asked));
}

/* Tried often enough and long enough: a person. */
static ClinicAction
end_action(const ClinicSession *session, const ClinicLaneRule *rule, const ClinicEnd *end)
{
  gint64 most = base_conf_int(clinic_session_conf(session), BASE_CONF_JOB_ATTEMPTS);
  gboolean over = end->wait >= 0 && (gint64)end->parcel->attempts >= most &&
                  base_clock_now() - end->parcel->signed_at >= rule->patience;
  return end->action == CLINIC_ACTION_DEFER && over ? CLINIC_ACTION_FAIL : end->action;
}

static gboolean
end_write(ClinicSession *session, const ClinicEnd *end, ClinicAction action, StoreItem *item,
          StoreOutbox *row, GError **error)
{
  g_free(row->receipt);
  row->receipt = g_strdup(end->words);
  row->changed_at = base_clock_now();
  row->due = action == CLINIC_ACTION_DEFER ? defer_until(session, end) : 0;
  if (end->wait < 0 && row->attempts > 0)
    row->attempts--;
  item->due = 0;
  g_free(item->words);
  item->words = g_strdup(action == CLINIC_ACTION_DELIVER ? "" : end->words);
  return store_outbox_change(clinic_session_store(session), item, row, error) &&
         clinic_item_move(session, item, action, end->words, error);
}

/* One that is no more SENDING was settled by who took over its lease. */
static gboolean
end_one(ClinicSession *session, const ClinicLaneRule *rule, const ClinicEnd *end, guint *n,
        GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  ClinicAction action = end_action(session, rule, end);
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  if (!store_item_load(store, end->parcel->item, &item, error))
    return FALSE;
  if (item->state != CLINIC_STATE_SENDING) {
    base_log(BASE_LOG_WARN, "item %" G_GINT64_FORMAT " was settled by another worker: %s",
             end->parcel->item, end->words);
    return TRUE;
  }
  (*n)++;
  return clinic_item_allow(session, item, action, &move, error) &&
         store_outbox_of(store, item, &row, error) &&
         end_write(session, end, action, item, row, error);
}

/* What the sendings of a group say of the destination itself. */
static gboolean
lane_learn(ClinicSession *session, const ClinicLaneRule *rule, const ClinicEnd *ends, guint n,
           GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreDestination) row = NULL;
  const char *trouble = NULL;
  gboolean delivered = FALSE, answered = FALSE;
  for (guint i = 0; i < n; i++) {
    delivered = delivered || ends[i].action == CLINIC_ACTION_DELIVER;
    answered = answered || delivered || (ends[i].wait >= 0 && !ends[i].trouble);
    trouble = ends[i].trouble ? ends[i].words : trouble;
  }
  if ((!answered && trouble == NULL) || rule->lane == 0)
    return TRUE;
  if (!store_destination_load(store, rule->lane, &row, error))
    return FALSE;
  if (delivered)
    row->delivered_at = base_clock_now();
  row->failures = answered ? 0 : row->failures + 1;
  row->rest_until =
      row->failures < rule->failures
          ? 0
          : base_clock_now() + clinic_backoff(LANE_REST_FIRST_S * BASE_CLOCK_SECOND,
                                              (guint)(row->failures - rule->failures + 1));
  g_free(row->trouble);
  row->trouble = g_strdup(answered ? "" : trouble);
  return store_destination_change(store, row, error);
}

static gboolean
settle_group(ClinicSession *session, const ClinicLaneRule *rule, const ClinicEnd *ends, guint n,
             guint *settled, GError **error)
{
  gboolean ok = TRUE;
  for (guint i = 0; ok && i < n; i++)
    ok = end_one(session, rule, &ends[i], settled, error);
  return ok && (*settled == 0 || lane_learn(session, rule, ends, n, error));
}

/* The next group in the transaction that settles the last one: what is durable costs once. */
static gboolean
settle_inside(ClinicSession *session, const ClinicLaneSettle *what, GPtrArray *parcels,
              GArray *refused, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GArray) ids = NULL;
  guint settled = 0;
  if (!settle_group(session, what->rule, what->ends, what->n, &settled, error))
    return FALSE;
  if (what->then != NULL && (!take_ids(session, what->then, &ids, error) ||
                             !take_group(session, what->then, ids, parcels, refused, error)))
    return FALSE;
  if (settled > 0 || parcels->len > 0)
    return store_tx_commit(store, error);
  store_tx_rollback(store);
  return TRUE;
}

gboolean
clinic_outbox_lane_settle(ClinicSession *session, const ClinicLaneSettle *what, GPtrArray **ret,
                          GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) parcels = g_ptr_array_new_with_free_func(parcel_unref);
  g_autoptr(GArray) refused = refused_new();
  if (what->n > 0 &&
      (!clinic_session_require(session, CLINIC_POWER_WORK, error) || !store_tx_begin(store, error)))
    return FALSE;
  if (what->n > 0 && !settle_inside(session, what, parcels, refused, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  if (!refused_tell(session, refused, parcels, error))
    return FALSE;
  *ret = g_steal_pointer(&parcels);
  return TRUE;
}

/* --- older rows */

static gboolean
adopt_one(StoreHandle *store, gint64 id, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  if (!store_item_load(store, id, &item, error))
    return FALSE;
  if (!store_outbox_of(store, item, &row, NULL)) /* its key is gone: nobody will send it */
    return store_outbox_drop(store, id, error);
  return store_outbox_aim(store, row, error);
}

gboolean
clinic_outbox_lane_adopt(ClinicSession *session, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  for (;;) {
    g_autoptr(GArray) ids = NULL;
    gboolean ok = TRUE;
    if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
        !store_outbox_adrift(store, LANE_ADOPT_MOST, &ids, error))
      return FALSE;
    if (ids->len == 0)
      return TRUE;
    if (!store_tx_begin(store, error))
      return FALSE;
    clinic_session_event(session, STORE_EVENT_OUTBOX_ADOPT, 0, 0, NULL);
    for (guint i = 0; ok && i < ids->len; i++)
      ok = adopt_one(store, g_array_index(ids, gint64, i), error);
    if (!ok || !store_tx_commit(store, error)) {
      store_tx_rollback(store);
      return FALSE;
    }
  }
}
