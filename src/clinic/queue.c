#include "guichet/clinic/queue.h"

#include "clinic/item.h"
#include "clinic/limit.h"
#include "clinic/session.h"
#include "clinic/state.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/store/job.h"

#define QUEUE_LOOKED_AT 4000u    /* rows a call, whatever the limit lets through: some 4 ms */
#define QUEUE_PATIENT_ITEMS 500u /* items of one patient that a search looks at */

static const StoreItemOrder ORDERS[CLINIC_SORT_N] = {
    [CLINIC_SORT_AGE] = STORE_ITEM_BY_CREATED,
    [CLINIC_SORT_SINCE] = STORE_ITEM_BY_SINCE,
    [CLINIC_SORT_FINDINGS] = STORE_ITEM_BY_WEIGHT,
    [CLINIC_SORT_CONFIDENCE] = STORE_ITEM_BY_CONFIDENCE,
};

ClinicMark
clinic_queue_mark(const ClinicQuery *query, const ClinicItem *item)
{
  const StoreItem row = {.created = item->created,
                         .since = item->since,
                         .n_block = item->n_block,
                         .n_warn = item->n_warn,
                         .n_info = item->n_info,
                         .confidence = item->confidence};
  return (ClinicMark){store_item_key(ORDERS[query->sort], &row), item->id};
}

typedef struct {
  const ClinicLimit *limit;
  StoreItemOrder order;
  gint64 now;
  guint n;
  GArray *found; /* of StoreItem */
  ClinicMark last;
} Gather;

static gboolean
gather_one(const StoreItem *item, gpointer data)
{
  Gather *gather = data;
  gather->last = (ClinicMark){store_item_key(gather->order, item), item->id};
  if (clinic_limit_holds(gather->limit, item, gather->now))
    g_array_append_vals(gather->found, item, 1);
  return gather->found->len < gather->n;
}

/* The narrowest part of the table that holds all that the limit lets through. */
static void
query_part(const ClinicLimit *limit, StoreItemQuery *query)
{
  guint closed = 0;
  for (int s = 0; s < CLINIC_STATE_N; s++)
    closed |= clinic_state_is_open((ClinicState)s) ? 0 : 1u << s;
  query->part = STORE_ITEM_ALL;
  if ((limit->states & (limit->states - 1)) == 0) {
    query->part = STORE_ITEM_STATE;
    query->value = g_bit_nth_lsf(limit->states, -1);
  } else if ((limit->states & closed) == 0) {
    query->part = STORE_ITEM_OPEN;
    query->value = 1;
  }
}

/* Of a patient the items are few: all of them are read, and sorted here. */
static gboolean
gather_patients(ClinicSession *session, const ClinicLimit *limit, Gather *gather, GError **error)
{
  gboolean end = FALSE;
  gather->n = G_MAXUINT;
  for (guint i = 0; i < limit->patients->len; i++) {
    StoreItemQuery query = {.part = STORE_ITEM_PATIENT,
                            .value = g_array_index(limit->patients, gint64, i),
                            .descending = TRUE};
    store_item_query_start(&query);
    if (!store_item_page(clinic_session_store(session), &query, QUEUE_PATIENT_ITEMS, gather_one,
                         gather, &end, error))
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  StoreItemOrder order;
  gboolean down;
} Direction;

static gint
mark_compare(gint64 a_key, gint64 a_id, gint64 b_key, gint64 b_id)
{
  gint by_key = (a_key > b_key) - (a_key < b_key);
  return by_key != 0 ? by_key : (a_id > b_id) - (a_id < b_id);
}

static gint
items_compare(gconstpointer a, gconstpointer b, gpointer data)
{
  const StoreItem *x = a, *y = b;
  const Direction *way = data;
  gint order =
      mark_compare(store_item_key(way->order, x), x->id, store_item_key(way->order, y), y->id);
  return way->down ? -order : order;
}

/* Keeps the first `n` after `from`; TRUE in *ret_end when there are no more. */
static void
gather_cut(Gather *gather, const Direction *way, const ClinicMark *from, guint n, gboolean *ret_end)
{
  Direction by = *way;
  g_array_sort_with_data(gather->found, items_compare, &by);
  guint begin = 0;
  for (; from != NULL && begin < gather->found->len; begin++) {
    const StoreItem *item = &g_array_index(gather->found, StoreItem, begin);
    gint order = mark_compare(store_item_key(way->order, item), item->id, from->key, from->id);
    if ((way->down ? -order : order) > 0)
      break;
  }
  if (begin > 0)
    g_array_remove_range(gather->found, 0, begin);
  *ret_end = gather->found->len <= n;
  if (!*ret_end)
    g_array_set_size(gather->found, n);
  if (gather->found->len > 0) {
    const StoreItem *last = &g_array_index(gather->found, StoreItem, gather->found->len - 1);
    gather->last = (ClinicMark){store_item_key(way->order, last), last->id};
  }
}

static gboolean
gather_table(ClinicSession *session, const ClinicLimit *limit, const Direction *way,
             const ClinicMark *from, Gather *gather, gboolean *ret_end, GError **error)
{
  StoreItemQuery query = {.order = way->order, .descending = way->down};
  query_part(limit, &query);
  store_item_query_start(&query);
  if (from != NULL) {
    query.key = from->key;
    query.id = from->id;
  }
  return store_item_page(clinic_session_store(session), &query, QUEUE_LOOKED_AT, gather_one, gather,
                         ret_end, error);
}

static void
item_unref(gpointer data)
{
  clinic_item_free(data);
}

static GPtrArray *
gather_rows(ClinicSession *session, const GArray *found, gboolean backward)
{
  GPtrArray *rows = g_ptr_array_new_full(found->len, item_unref);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add(rows,
                    clinic_item_from(session, &g_array_index(found, StoreItem,
                                                             backward ? found->len - 1 - i : i)));
  return rows;
}

gboolean
clinic_queue_page(ClinicSession *session, const ClinicQuery *query, const ClinicMark *from,
                  gboolean backward, guint n, GPtrArray **ret, ClinicMark *ret_more, GError **error)
{
  g_autoptr(ClinicLimit) plain = NULL;
  gboolean end = FALSE;
  if (!clinic_session_require(session, CLINIC_POWER_QUEUE_SEE, error) ||
      (query->limit == NULL && !clinic_limit_parse(session, "", &plain, error)))
    return FALSE;
  const ClinicLimit *limit = query->limit != NULL ? query->limit : plain;
  const Direction way = {ORDERS[query->sort], query->descending != backward};
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(StoreItem));
  Gather gather = {limit, way.order, base_clock_now(), n, found, {0, 0}};
  gboolean ok = limit->patients != NULL
                    ? gather_patients(session, limit, &gather, error)
                    : gather_table(session, limit, &way, from, &gather, &end, error);
  if (!ok)
    return FALSE;
  if (limit->patients != NULL)
    gather_cut(&gather, &way, from, n, &end);
  *ret = gather_rows(session, found, backward);
  if (ret_more != NULL)
    *ret_more = end ? (ClinicMark){0, 0} : gather.last;
  return TRUE;
}

gboolean
clinic_queue_counts(ClinicSession *session, gint64 ret[CLINIC_STATE_N], GError **error)
{
  if (!clinic_session_may(session, CLINIC_POWER_QUEUE_SEE) &&
      !clinic_session_require(session, CLINIC_POWER_FIGURES_SEE, error))
    return FALSE;
  return store_item_counts(clinic_session_store(session), ret, CLINIC_STATE_N, error);
}

gboolean
clinic_queue_jobs(ClinicSession *session, gint64 *ret_waiting, gint64 *ret_running,
                  gint64 *ret_dead, GError **error)
{
  gint64 counts[6];
  if (!store_job_counts(clinic_session_store(session), counts, error))
    return FALSE;
  *ret_waiting = counts[STORE_JOB_WAITING];
  *ret_running = counts[STORE_JOB_RUNNING];
  *ret_dead = counts[STORE_JOB_DEAD];
  return TRUE;
}
