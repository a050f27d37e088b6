#include "guichet/store/destination.h"

#include "guichet/base/error.h"
#include "guichet/vault/process.h"
#include "store/box.h"
#include "store/row.h"

#define DESTINATION_TAG "destination.name"

void
store_destination_free(StoreDestination *row)
{
  if (row == NULL)
    return;
  g_free(row->name);
  g_free(row->why);
  g_free(row->trouble);
  g_free(row);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "destination", .column = "body", .id = id, .version = version};
}

static GBytes *
body_seal(StoreHandle *store, const StoreDestination *row, gint64 version)
{
  VaultPlace place = body_place(row->id, version);
  json_t *body = json_pack("{s:s, s:I, s:s, s:s}", "name", row->name, "holder",
                           (json_int_t)row->holder, "why", row->why != NULL ? row->why : "",
                           "trouble", row->trouble != NULL ? row->trouble : "");
  return store_box_json(store_handle_clinic_key(store), &place, body);
}

static gboolean
row_add(StoreHandle *store, const char *name, const VaultTag *tag, gint64 *ret, GError **error)
{
  StoreDestination row = {.id = vault_process_id(), .name = g_strdup(name)};
  g_autoptr(GBytes) body = body_seal(store, &row, 1);
  g_free(row.name);
  if (!db_conn_run(store_handle_data(store), DB_STMT_DESTINATION_ADD,
                   STORE_ROW(db_value_int(row.id), db_value_int(1), db_value_tag(tag->bytes),
                             db_value_int(0), db_value_int(0), db_value_int(0), db_value_int(0),
                             db_value_sealed(body)),
                   NULL, error))
    return FALSE;
  *ret = row.id;
  return TRUE;
}

gboolean
store_destination_need(StoreHandle *store, const char *name, gint64 *ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, DESTINATION_TAG, name, &tag);
  if (!store_row_first(store_handle_data(store), DB_STMT_DESTINATION_NAMED,
                       STORE_ROW(db_value_tag(tag.bytes)), &rows, error))
    return FALSE;
  if (rows == NULL)
    return row_add(store, name, &tag, ret, error);
  *ret = db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_destination_change(StoreHandle *store, StoreDestination *row, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, row, row->version + 1);
  if (!store_row_one(store_handle_data(store), DB_STMT_DESTINATION_CHANGE,
                     STORE_ROW(db_value_int(row->version + 1), db_value_int(row->held),
                               db_value_int(row->failures), db_value_int(row->rest_until),
                               db_value_int(row->delivered_at), db_value_sealed(body),
                               db_value_int(row->id), db_value_int(row->version)),
                     "the destination", error))
    return FALSE;
  row->version++;
  return TRUE;
}

static gboolean
row_read(StoreHandle *store, const DbRows *rows, StoreDestination **ret, GError **error)
{
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 1);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 6);
  json_t *body = NULL;
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  const StoreDestination made = {
      .id = id,
      .version = version,
      .name = g_strdup(store_box_word(body, "name")),
      .held = db_rows_int(rows, 2) != 0,
      .failures = db_rows_int(rows, 3),
      .rest_until = db_rows_int(rows, 4),
      .delivered_at = db_rows_int(rows, 5),
      .holder = json_integer_value(json_object_get(body, "holder")),
      .why = g_strdup(store_box_word(body, "why")),
      .trouble = g_strdup(store_box_word(body, "trouble")),
  };
  json_decref(body);
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

static gboolean
row_get(StoreHandle *store, DbStmt stmt, DbValue by, StoreDestination **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store_handle_data(store), stmt, &by, 1, &rows, error))
    return FALSE;
  if (rows != NULL)
    return row_read(store, rows, ret, error);
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                      "nothing has ever been signed for that destination");
  return FALSE;
}

gboolean
store_destination_load(StoreHandle *store, gint64 id, StoreDestination **ret, GError **error)
{
  return row_get(store, DB_STMT_DESTINATION_GET, db_value_int(id), ret, error);
}

gboolean
store_destination_named(StoreHandle *store, const char *name, StoreDestination **ret,
                        GError **error)
{
  VaultTag tag;
  store_handle_tag(store, DESTINATION_TAG, name, &tag);
  return row_get(store, DB_STMT_DESTINATION_NAMED, db_value_tag(tag.bytes), ret, error);
}

static void
row_unref(gpointer data)
{
  store_destination_free(data);
}

gboolean
store_destination_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_DESTINATION_LIST, STORE_ROW_NONE, &rows,
                     error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreDestination *row = NULL;
    if (!row_read(store, rows, &row, error))
      return FALSE;
    g_ptr_array_add(all, row);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}
