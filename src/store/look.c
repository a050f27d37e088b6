#include "guichet/store/look.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

/* A row is an item's and a reader's: both are bound to the box, so that nobody's looks become
 * another's.  Caller frees. */
static char *
column_of(gint64 reader)
{
  return g_strdup_printf("body/%" G_GINT64_FORMAT, reader);
}

static VaultPlace
place_of(gint64 item, gint64 version, const char *column)
{
  return (VaultPlace){.table = "look", .column = column, .id = item, .version = version};
}

gboolean
store_look_put(StoreHandle *store, const StoreItem *item, gint64 reader, gint64 version,
               const char *json, GError **error)
{
  const VaultKey *key = NULL;
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  g_autofree char *column = column_of(reader);
  VaultPlace place = place_of(item->id, version + 1, column);
  g_autoptr(GBytes) sealed = store_box_text(key, &place, json);
  if (version == 0)
    return db_conn_run(
        store->data, DB_STMT_LOOK_ADD,
        STORE_ROW(db_value_int(item->id), db_value_int(reader), db_value_sealed(sealed)), NULL,
        error);
  return store_row_one(store->data, DB_STMT_LOOK_CHANGE,
                       STORE_ROW(db_value_int(version + 1), db_value_sealed(sealed),
                                 db_value_int(item->id), db_value_int(reader)),
                       "what was looked at", error);
}

gboolean
store_look_load(StoreHandle *store, const StoreItem *item, gint64 reader, gint64 *ret_version,
                char **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_LOOK_GET,
                       STORE_ROW(db_value_int(item->id), db_value_int(reader)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    *ret_version = 0;
    *ret = NULL;
    return TRUE;
  }
  gint64 version = db_rows_int(rows, 0);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
  g_autofree char *column = column_of(reader);
  VaultPlace place = place_of(item->id, version, column);
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_text(key, &place, sealed, ret, error))
    return FALSE;
  *ret_version = version;
  return TRUE;
}
