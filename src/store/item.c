#include "guichet/store/item.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/store/job.h"
#include "guichet/vault/process.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_item_free(StoreItem *item)
{
  if (item == NULL)
    return;
  g_free(item->words);
  g_free(item);
}

gboolean
store_item_sealing(StoreHandle *store, const StoreItem *item, const VaultKey **ret, GError **error)
{
  if (item->patient != 0)
    return store_handle_patient_key(store, item->patient, ret, error);
  *ret = store_handle_clinic_key(store);
  return TRUE;
}

static VaultPlace
words_place(const StoreItem *item, gint64 version)
{
  return (VaultPlace){.table = "item", .column = "words", .id = item->id, .version = version};
}

/* *ret is NULL where the item has no words. */
static gboolean
words_seal(StoreHandle *store, const StoreItem *item, gint64 version, GBytes **ret, GError **error)
{
  const VaultKey *key = NULL;
  *ret = NULL;
  if (item->words == NULL || *item->words == '\0')
    return TRUE;
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace place = words_place(item, version);
  *ret = store_box_text(key, &place, item->words);
  return TRUE;
}

static DbValue
value_sealed(GBytes *box)
{
  return box != NULL ? db_value_sealed(box) : db_value_null();
}

/* More of the worse sorts after fewer: blocks first, then warnings, then remarks. */
gint64
store_item_weight(const StoreItem *item)
{
  return MIN(item->n_block, 999) * 1000000 + MIN(item->n_warn, 999) * 1000 + MIN(item->n_info, 999);
}

gboolean
store_item_add(StoreHandle *store, const StoreItem *item, GError **error)
{
  g_autoptr(GBytes) words = NULL;
  if (!words_seal(store, item, 1, &words, error))
    return FALSE;
  return db_conn_run(
      store->data, DB_STMT_ITEM_ADD,
      STORE_ROW(db_value_int(item->id), db_value_int(1), db_value_int(item->kind),
                db_value_int(item->state), db_value_int(item->open), db_value_int(item->patient),
                db_value_int(item->visit), db_value_int(item->clinician),
                db_value_int(item->created), db_value_int(item->since), db_value_int(item->due),
                db_value_int(item->n_block), db_value_int(item->n_warn), db_value_int(item->n_info),
                db_value_int(store_item_weight(item)), db_value_int(item->confidence),
                db_value_int(item->holder), db_value_int(item->holder_until),
                db_value_int(item->revision), db_value_int(item->draft), db_value_int(item->reason),
                value_sealed(words)),
      NULL, error);
}

gboolean
store_item_change(StoreHandle *store, StoreItem *item, GError **error)
{
  gint64 version = item->version + 1;
  g_autofree char *kept = NULL;
  g_autoptr(GBytes) words = NULL;
  if (item->words == NULL && !store_item_words(store, item, &kept, error))
    return FALSE;
  if (item->words == NULL) /* not read yet: its words stay, sealed anew for the new version */
    item->words = g_steal_pointer(&kept);
  if (!words_seal(store, item, version, &words, error))
    return FALSE;
  if (!store_row_one(store->data, DB_STMT_ITEM_CHANGE,
                     STORE_ROW(db_value_int(version), db_value_int(item->state),
                               db_value_int(item->open), db_value_int(item->clinician),
                               db_value_int(item->since), db_value_int(item->due),
                               db_value_int(item->n_block), db_value_int(item->n_warn),
                               db_value_int(item->n_info), db_value_int(store_item_weight(item)),
                               db_value_int(item->confidence), db_value_int(item->holder),
                               db_value_int(item->holder_until), db_value_int(item->revision),
                               db_value_int(item->reason), value_sealed(words),
                               db_value_int(item->draft), db_value_int(item->id)),
                     "the item", error))
    return FALSE;
  item->version = version;
  return TRUE;
}

gboolean
store_item_renew(StoreHandle *store, const StoreItem *item, gint64 until, GError **error)
{
  return store_row_one(
      store->data, DB_STMT_ITEM_RENEW,
      STORE_ROW(db_value_int(until), db_value_int(item->id), db_value_int(item->version)),
      "the item", error);
}

gboolean
store_item_add_drafting(StoreHandle *store, gint64 id, gint64 visit, gint64 patient,
                        gint64 clinician, gint64 kind, gboolean held, GError **error)
{
  gint64 now = base_clock_now();
  StoreItem item = {.id = id,
                    .kind = kind,
                    .open = TRUE,
                    .patient = patient,
                    .visit = visit,
                    .clinician = clinician,
                    .created = now,
                    .since = now,
                    .confidence = -1};
  StoreJob job = {.id = vault_process_id(),
                  .item = id,
                  .visit = visit,
                  .state = held ? STORE_JOB_HELD : STORE_JOB_WAITING,
                  .due = now};
  return store_item_add(store, &item, error) && store_job_add(store, &job, error);
}

/* The columns of ITEM_COLUMNS in db/stmt.def. */
static StoreItem
item_read(const DbRows *rows)
{
  return (StoreItem){.id = db_rows_int(rows, 0),
                     .version = db_rows_int(rows, 1),
                     .kind = db_rows_int(rows, 2),
                     .state = db_rows_int(rows, 3),
                     .open = db_rows_int(rows, 4) != 0,
                     .patient = db_rows_int(rows, 5),
                     .visit = db_rows_int(rows, 6),
                     .clinician = db_rows_int(rows, 7),
                     .created = db_rows_int(rows, 8),
                     .since = db_rows_int(rows, 9),
                     .due = db_rows_int(rows, 10),
                     .n_block = db_rows_int(rows, 11),
                     .n_warn = db_rows_int(rows, 12),
                     .n_info = db_rows_int(rows, 13),
                     .confidence = db_rows_int(rows, 14),
                     .holder = db_rows_int(rows, 15),
                     .holder_until = db_rows_int(rows, 16),
                     .revision = db_rows_int(rows, 17),
                     .draft = db_rows_int(rows, 18),
                     .reason = db_rows_int(rows, 19)};
}

gboolean
store_item_load(StoreHandle *store, gint64 id, StoreItem **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_ITEM_GET, STORE_ROW(db_value_int(id)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no item %" G_GINT64_FORMAT, id);
    return FALSE;
  }
  StoreItem item = item_read(rows);
  *ret = g_memdup2(&item, sizeof item);
  return TRUE;
}

gboolean
store_item_words(StoreHandle *store, const StoreItem *item, char **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_ITEM_WORDS, STORE_ROW(db_value_int(item->id)), &rows,
                       error))
    return FALSE;
  g_autoptr(GBytes) sealed = rows == NULL ? NULL : db_rows_bytes(rows, 0);
  if (sealed == NULL) {
    *ret = g_strdup("");
    return TRUE;
  }
  VaultPlace place = words_place(item, item->version);
  char *opened = NULL;
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_text(key, &place, sealed, &opened, error))
    return FALSE;
  *ret = g_strdup(opened);
  vault_seal_forget(opened, strlen(opened));
  return TRUE;
}

/* Two statements an order and part: forward, and back. */
#define PAGES(part)                                                                                \
  {                                                                                                \
    {DB_STMT_ITEM_##part##_CREATED, DB_STMT_ITEM_##part##_CREATED_DOWN},                           \
        {DB_STMT_ITEM_##part##_SINCE, DB_STMT_ITEM_##part##_SINCE_DOWN},                           \
        {DB_STMT_ITEM_##part##_WEIGHT, DB_STMT_ITEM_##part##_WEIGHT_DOWN},                         \
        {DB_STMT_ITEM_##part##_CONFIDENCE, DB_STMT_ITEM_##part##_CONFIDENCE_DOWN},                 \
  }
static const DbStmt ITEM_PAGES[][STORE_ITEM_BY_N][2] = {
    [STORE_ITEM_ALL] = PAGES(ALL),
    [STORE_ITEM_OPEN] = PAGES(OPEN),
    [STORE_ITEM_STATE] = PAGES(STATE),
    [STORE_ITEM_PATIENT] = {{DB_STMT_ITEM_PATIENT_CREATED, DB_STMT_ITEM_PATIENT_CREATED_DOWN}},
};

void
store_item_query_start(StoreItemQuery *query)
{
  query->key = query->descending ? G_MAXINT64 : G_MININT64;
  query->id = query->descending ? G_MAXINT64 : 0;
}

gint64
store_item_key(StoreItemOrder order, const StoreItem *item)
{
  switch (order) {
  case STORE_ITEM_BY_SINCE:
    return item->since;
  case STORE_ITEM_BY_WEIGHT:
    return store_item_weight(item);
  case STORE_ITEM_BY_CONFIDENCE:
    return item->confidence;
  default:
    return item->created;
  }
}

static gboolean
page_open(StoreHandle *store, const StoreItemQuery *query, guint most, DbRows **ret, GError **error)
{
  g_assert(query->part != STORE_ITEM_PATIENT || query->order == STORE_ITEM_BY_CREATED);
  DbStmt stmt = ITEM_PAGES[query->part][query->order][query->descending ? 1 : 0];
  DbValue value = db_value_int(query->value), key = db_value_int(query->key),
          id = db_value_int(query->id), limit = db_value_int(most);
  if (query->part == STORE_ITEM_ALL)
    return db_conn_query(store->data, stmt, STORE_ROW(key, id, limit), ret, error);
  return db_conn_query(store->data, stmt, STORE_ROW(value, key, id, limit), ret, error);
}

gboolean
store_item_page(StoreHandle *store, const StoreItemQuery *query, guint most,
                gboolean (*each)(const StoreItem *item, gpointer data), gpointer data,
                gboolean *ret_end, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  guint seen = 0;
  gboolean going = TRUE;
  if (!page_open(store, query, most, &rows, error))
    return FALSE;
  while (going && db_rows_next(rows, &failed)) {
    StoreItem item = item_read(rows);
    seen++;
    going = each(&item, data);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret_end = going && seen < most;
  return TRUE;
}

gboolean
store_item_counts(StoreHandle *store, gint64 *ret, guint n, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_ITEM_COUNTS, STORE_ROW_NONE, &rows, error))
    return FALSE;
  memset(ret, 0, n * sizeof *ret);
  while (db_rows_next(rows, &failed))
    if (db_rows_int(rows, 0) < (gint64)n)
      ret[db_rows_int(rows, 0)] = db_rows_int(rows, 1);
  if (failed != NULL)
    g_propagate_error(error, failed);
  return failed == NULL;
}

gboolean
store_item_overdue(StoreHandle *store, gint64 now, guint most, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_ITEM_OVERDUE,
                       STORE_ROW(db_value_int(now), db_value_int(most)), &rows, error) &&
         store_row_ids(rows, ret, error);
}
