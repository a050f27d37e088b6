#include "guichet/store/amendment.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_amendment_free(StoreAmendment *amendment)
{
  if (amendment == NULL)
    return;
  g_free(amendment->does);
  g_free(amendment->reason);
  g_free(amendment);
}

static VaultPlace
body_place(gint64 item, gint64 version)
{
  return (VaultPlace){.table = "amendment", .column = "body", .id = item, .version = version};
}

gboolean
store_amendment_add(StoreHandle *store, const StoreItem *item, const StoreAmendment *amendment,
                    GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = body_place(item->id, 1);
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  json_t *body = json_pack("{s:s,s:s}", "does", amendment->does, "reason", amendment->reason);
  g_autoptr(GBytes) sealed = store_box_json(key, &place, body);
  return db_conn_run(store->data, DB_STMT_AMENDMENT_ADD,
                     STORE_ROW(db_value_int(item->id), db_value_int(1),
                               db_value_int(amendment->other), db_value_sealed(sealed)),
                     NULL, error);
}

gboolean
store_amendment_of(StoreHandle *store, const StoreItem *item, StoreAmendment **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_AMENDMENT_GET, STORE_ROW(db_value_int(item->id)), &rows,
                       error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  VaultPlace place = body_place(item->id, db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  StoreAmendment *amendment = g_new0(StoreAmendment, 1);
  amendment->other = db_rows_int(rows, 1);
  amendment->does = g_strdup(store_box_word(body, "does"));
  amendment->reason = g_strdup(store_box_word(body, "reason"));
  json_decref(body);
  *ret = amendment;
  return TRUE;
}

gboolean
store_amendment_list(StoreHandle *store, gint64 other, guint most, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_AMENDMENT_LIST,
                       STORE_ROW(db_value_int(other), db_value_int(most)), &rows, error) &&
         store_row_ids(rows, ret, error);
}
