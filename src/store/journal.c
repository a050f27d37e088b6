#include "guichet/store/journal.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

/* The time stands in for a version: an older box does not open beside a newer time. */
static VaultPlace
place_of(gint64 item, gint64 at)
{
  return (VaultPlace){.table = "journal", .column = "body", .id = item, .version = at};
}

gboolean
store_journal_put(StoreHandle *store, const StoreItem *item, gint64 author, gint64 at,
                  const char *text, GError **error)
{
  const VaultKey *key = NULL;
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace place = place_of(item->id, at);
  g_autoptr(GBytes) sealed = store_box_text(key, &place, text);
  return db_conn_run(store->data, DB_STMT_JOURNAL_PUT,
                     STORE_ROW(db_value_int(item->id), db_value_int(author), db_value_int(at),
                               db_value_sealed(sealed)),
                     NULL, error);
}

gboolean
store_journal_drop(StoreHandle *store, gint64 item, gint64 author, GError **error)
{
  return db_conn_run(store->data, DB_STMT_JOURNAL_DROP,
                     STORE_ROW(db_value_int(item), db_value_int(author)), NULL, error);
}

gboolean
store_journal_load(StoreHandle *store, const StoreItem *item, gint64 author, char **ret,
                   gint64 *ret_at, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_JOURNAL_GET,
                       STORE_ROW(db_value_int(item->id), db_value_int(author)), &rows, error) ||
      !store_item_sealing(store, item, &key, error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  gint64 at = db_rows_int(rows, 0);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
  VaultPlace place = place_of(item->id, at);
  if (!store_box_open_text(key, &place, sealed, ret, error))
    return FALSE;
  if (ret_at != NULL)
    *ret_at = at;
  return TRUE;
}
