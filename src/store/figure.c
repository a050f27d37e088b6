#include "guichet/store/figure.h"

#include "guichet/vault/process.h"
#include "store/box.h"
#include "store/row.h"

#define ENGINE_TAG "engine.name"

gboolean
store_figure_add(StoreHandle *store, gint64 day, const StoreFigure *figure, GError **error)
{
  return db_conn_run(store_handle_data(store), DB_STMT_FIGURE_ADD,
                     STORE_ROW(db_value_int(day), db_value_int(figure->engine),
                               db_value_int(figure->kind), db_value_int(figure->severity),
                               db_value_int(figure->fate), db_value_int(figure->n)),
                     NULL, error);
}

gboolean
store_figure_sums(StoreHandle *store, gint64 from, gint64 to, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GArray) sums = g_array_new(FALSE, FALSE, sizeof(StoreFigure));
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_FIGURE_SUMS,
                     STORE_ROW(db_value_int(from), db_value_int(to)), &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    const StoreFigure one = {db_rows_int(rows, 0), db_rows_int(rows, 1), db_rows_int(rows, 2),
                             db_rows_int(rows, 3), db_rows_int(rows, 4)};
    g_array_append_val(sums, one);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&sums);
  return TRUE;
}

static VaultPlace
name_place(gint64 id)
{
  return (VaultPlace){.table = "engine", .column = "body", .id = id, .version = 1};
}

static gboolean
engine_add(StoreHandle *store, const char *name, const VaultTag *tag, gint64 *ret, GError **error)
{
  gint64 id = vault_process_id();
  VaultPlace place = name_place(id);
  g_autoptr(GBytes) sealed = store_box_text(store_handle_clinic_key(store), &place, name);
  if (!db_conn_run(store_handle_data(store), DB_STMT_ENGINE_ADD,
                   STORE_ROW(db_value_int(id), db_value_tag(tag->bytes), db_value_sealed(sealed)),
                   NULL, error))
    return FALSE;
  *ret = id;
  return TRUE;
}

gboolean
store_figure_engine(StoreHandle *store, const char *name, gint64 *ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, ENGINE_TAG, name, &tag);
  if (!store_row_first(store_handle_data(store), DB_STMT_ENGINE_NAMED,
                       STORE_ROW(db_value_tag(tag.bytes)), &rows, error))
    return FALSE;
  if (rows == NULL)
    return engine_add(store, name, &tag, ret, error);
  *ret = db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_figure_engines(StoreHandle *store, GHashTable **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GHashTable) names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_ENGINE_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    gint64 id = db_rows_int(rows, 0);
    VaultPlace place = name_place(id);
    g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
    char *name = NULL;
    if (!store_box_open_text(store_handle_clinic_key(store), &place, sealed, &name, error))
      return FALSE;
    g_hash_table_insert(names, g_memdup2(&id, sizeof id), name);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&names);
  return TRUE;
}
