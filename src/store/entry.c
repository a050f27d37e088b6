#include "guichet/store/entry.h"

#include <string.h>

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/row.h"

#define ENTRY_BODY 12u /* the column behind those of a StoreEntry */

static const char TAG_SERIES[] = "entry.uid";
static const char TAG_PART[] = "entry.part";
static const char TAG_RESOURCE[] = "entry.resource";
static const char TAG_DIGEST[] = "entry.digest";

void
store_entry_series(StoreHandle *store, const char *uid, VaultTag *ret)
{
  store_handle_tag(store, TAG_SERIES, uid, ret);
}

void
store_entry_part(StoreHandle *store, const char *uid, const char *occurrence, VaultTag *ret)
{
  /* what names an occurrence holds no newline, so the two cannot run into each other */
  g_autofree char *both = g_strconcat(occurrence, "\n", uid, NULL);
  store_handle_tag(store, TAG_PART, both, ret);
}

void
store_entry_resource(StoreHandle *store, const char *href, VaultTag *ret)
{
  store_handle_tag(store, TAG_RESOURCE, href, ret);
}

void
store_entry_digest(StoreHandle *store, const char *text, VaultTag *ret)
{
  store_handle_tag(store, TAG_DIGEST, text, ret);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "calendar_entry", .column = "body", .id = id, .version = version};
}

static gboolean
key_of(StoreHandle *store, gint64 patient, const VaultKey **ret, GError **error)
{
  if (patient != 0)
    return store_handle_patient_key(store, patient, ret, error);
  *ret = store_handle_clinic_key(store);
  return TRUE;
}

/* Writing. */

static DbValue
resource_value(const StoreEntry *e)
{
  return e->in_resource ? db_value_tag(e->resource.bytes) : db_value_null();
}

static gboolean
row_add(StoreHandle *store, const StoreEntry *e, GBytes *body, GError **error)
{
  return db_conn_run(store_handle_data(store), DB_STMT_ENTRY_ADD,
                     STORE_ROW(db_value_int(e->id), db_value_int(1), db_value_int(e->calendar),
                               db_value_tag(e->series.bytes), db_value_tag(e->part.bytes),
                               resource_value(e), db_value_tag(e->digest.bytes),
                               db_value_int(e->rank), db_value_int(e->recurs),
                               db_value_int(e->gone), db_value_int(e->stale),
                               db_value_int(e->patient), db_value_sealed(body)),
                     NULL, error);
}

static gboolean
row_change(StoreHandle *store, const StoreEntry *e, GBytes *body, GError **error)
{
  return store_row_one(
      store_handle_data(store), DB_STMT_ENTRY_CHANGE,
      STORE_ROW(db_value_int(e->version + 1), resource_value(e), db_value_tag(e->digest.bytes),
                db_value_int(e->rank), db_value_int(e->recurs), db_value_int(e->gone),
                db_value_int(e->stale), db_value_int(e->patient), db_value_sealed(body),
                db_value_int(e->id), db_value_int(e->version)),
      "the calendar's entry", error);
}

gboolean
store_entry_put(StoreHandle *store, StoreEntry *entry, const char *text, GError **error)
{
  const VaultKey *key = NULL;
  StoreEntry put = *entry;
  if (put.id == 0) {
    put.id = store_handle_id(store);
    put.version = 0;
  }
  if (!key_of(store, put.patient, &key, error))
    return FALSE;
  VaultPlace place = body_place(put.id, put.version + 1);
  g_autoptr(GBytes) body = store_box_text(key, &place, text);
  if (!(put.version == 0 ? row_add : row_change)(store, &put, body, error))
    return FALSE;
  put.version++;
  *entry = put;
  return TRUE;
}

gboolean
store_entry_mark(StoreHandle *store, const StoreEntry *entry, GError **error)
{
  return store_row_one(store_handle_data(store), DB_STMT_ENTRY_MARK,
                       STORE_ROW(db_value_int(entry->gone), db_value_int(entry->stale),
                                 db_value_int(entry->id), db_value_int(entry->version)),
                       "the calendar's entry", error);
}

gboolean
store_entry_fresh(StoreHandle *store, gint64 calendar, const VaultTag *series, GError **error)
{
  return db_conn_run(store_handle_data(store), DB_STMT_ENTRY_FRESH,
                     STORE_ROW(db_value_int(calendar), db_value_tag(series->bytes)), NULL, error);
}

gboolean
store_entry_extend(StoreHandle *store, gint64 calendar, GError **error)
{
  return db_conn_run(store_handle_data(store), DB_STMT_ENTRY_RECURRING,
                     STORE_ROW(db_value_int(calendar)), NULL, error);
}

/* Reading. */

static gboolean
read_tag(const DbRows *rows, guint column, VaultTag *ret)
{
  g_autoptr(GBytes) bytes = db_rows_bytes(rows, column);
  gsize length = 0;
  const void *data = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
  if (length != VAULT_TAG_BYTES)
    return FALSE;
  memcpy(ret->bytes, data, VAULT_TAG_BYTES);
  return TRUE;
}

static StoreEntry
row_read(const DbRows *rows)
{
  StoreEntry e = {
      .id = db_rows_int(rows, 0),
      .version = db_rows_int(rows, 1),
      .calendar = db_rows_int(rows, 2),
      .rank = db_rows_int(rows, 7),
      .recurs = db_rows_int(rows, 8) != 0,
      .gone = db_rows_int(rows, 9) != 0,
      .stale = db_rows_int(rows, 10) != 0,
      .patient = db_rows_int(rows, 11),
  };
  read_tag(rows, 3, &e.series);
  read_tag(rows, 4, &e.part);
  e.in_resource = read_tag(rows, 5, &e.resource);
  read_tag(rows, 6, &e.digest);
  return e;
}

gboolean
store_entry_find(StoreHandle *store, gint64 calendar, const VaultTag *part, StoreEntry *ret,
                 GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store_handle_data(store), DB_STMT_ENTRY_FIND,
                       STORE_ROW(db_value_int(calendar), db_value_tag(part->bytes)), &rows,
                       error) ||
      rows == NULL)
    return FALSE;
  *ret = row_read(rows);
  return TRUE;
}

static gboolean
page_read(StoreHandle *store, DbStmt stmt, const DbValue *values, guint n, GArray **ret,
          GError **error)
{
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(StoreEntry));
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), stmt, values, n, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreEntry entry = row_read(rows);
    g_array_append_val(all, entry);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

gboolean
store_entry_page(StoreHandle *store, gint64 calendar, gint64 after, guint most, GArray **ret,
                 GError **error)
{
  return page_read(store, DB_STMT_ENTRY_PAGE,
                   STORE_ROW(db_value_int(calendar), db_value_int(after), db_value_int(most)), ret,
                   error);
}

gboolean
store_entry_held(StoreHandle *store, gint64 calendar, const VaultTag *resource, gint64 after,
                 guint most, GArray **ret, GError **error)
{
  return page_read(store, DB_STMT_ENTRY_RESOURCE,
                   STORE_ROW(db_value_int(calendar), db_value_tag(resource->bytes),
                             db_value_int(after), db_value_int(most)),
                   ret, error);
}

gboolean
store_entry_behind(StoreHandle *store, gint64 calendar, guint most, GArray **ret, GError **error)
{
  return page_read(store, DB_STMT_ENTRY_STALE,
                   STORE_ROW(db_value_int(calendar), db_value_int(most)), ret, error);
}

gboolean
store_entry_siblings(StoreHandle *store, gint64 calendar, const VaultTag *series, gint64 after,
                     guint most, GArray **ret, GError **error)
{
  return page_read(store, DB_STMT_ENTRY_OF,
                   STORE_ROW(db_value_int(calendar), db_value_tag(series->bytes),
                             db_value_int(after), db_value_int(most)),
                   ret, error);
}

/* *ret is NULL where the patient's key is no longer there. */
static gboolean
text_open(StoreHandle *store, const StoreEntry *entry, const DbRows *rows, char **ret,
          GError **error)
{
  const VaultKey *key = NULL;
  GError *failed = NULL;
  VaultPlace place = body_place(entry->id, entry->version);
  g_autoptr(GBytes) body = db_rows_bytes(rows, ENTRY_BODY);
  if (key_of(store, entry->patient, &key, &failed))
    return store_box_open_text(key, &place, body, ret, error);
  if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_error_free(failed);
  *ret = NULL;
  return TRUE;
}

static gboolean
text_tell(StoreHandle *store, const DbRows *rows, StoreEntryFunc each, gpointer data,
          gboolean *ret_on, GError **error)
{
  StoreEntry entry = row_read(rows);
  char *text = NULL;
  if (!text_open(store, &entry, rows, &text, error))
    return FALSE;
  *ret_on = each(&entry, text, data);
  if (text != NULL)
    vault_seal_forget(text, strlen(text));
  return TRUE;
}

gboolean
store_entry_each(StoreHandle *store, gint64 calendar, const VaultTag *series, guint most,
                 StoreEntryFunc each, gpointer data, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  gboolean on = TRUE;
  if (!db_conn_query(store_handle_data(store), DB_STMT_ENTRY_OF,
                     STORE_ROW(db_value_int(calendar), db_value_tag(series->bytes), db_value_int(0),
                               db_value_int(most)),
                     &rows, error))
    return FALSE;
  while (on && db_rows_next(rows, &failed))
    if (!text_tell(store, rows, each, data, &on, error))
      return FALSE;
  if (failed == NULL)
    return TRUE;
  g_propagate_error(error, failed);
  return FALSE;
}
