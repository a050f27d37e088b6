#include "guichet/store/outbox.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/store/destination.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_outbox_free(StoreOutbox *row)
{
  if (row == NULL)
    return;
  g_free(row->destination);
  g_free(row->name);
  g_free(row->receipt);
  g_free(row->sender);
  g_free(row->recipient);
  g_free(row);
}

static VaultPlace
place_of(const char *column, gint64 id, gint64 version)
{
  return (VaultPlace){.table = "outbox", .column = column, .id = id, .version = version};
}

gboolean
store_outbox_add(StoreHandle *store, const StoreItem *item, const StoreOutbox *row, GBytes *payload,
                 GError **error)
{
  const VaultKey *key = NULL;
  gint64 target = 0;
  if (!store_item_sealing(store, item, &key, error) ||
      !store_destination_need(store, row->destination, &target, error))
    return FALSE;
  VaultPlace address = place_of("address", row->id, 1), place = place_of("payload", row->id, 1);
  gsize length = 0;
  const void *bytes = g_bytes_get_data(payload, &length);
  json_t *to = json_pack("{s:s,s:s,s:s*,s:s*}", "destination", row->destination, "name", row->name,
                         "sender", row->sender, "recipient", row->recipient);
  g_autoptr(GBytes) where = store_box_json(key, &address, to);
  g_autoptr(GBytes) what = vault_seal_close(key, &place, bytes, length);
  return db_conn_run(store->data, DB_STMT_OUTBOX_ADD,
                     STORE_ROW(db_value_int(row->id), db_value_int(item->id),
                               db_value_int(row->signed_at), db_value_int(row->due),
                               db_value_int(row->changed_at), db_value_hash(row->digest),
                               db_value_sealed(where), db_value_sealed(what), db_value_int(target),
                               db_value_int(row->unordered ? 0 : item->patient)),
                     NULL, error);
}

gboolean
store_outbox_change(StoreHandle *store, const StoreItem *item, StoreOutbox *row, GError **error)
{
  const VaultKey *key = NULL;
  gint64 version = row->version + 1;
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace place = place_of("receipt", row->id, version);
  g_autoptr(GBytes) receipt = store_box_text(key, &place, row->receipt != NULL ? row->receipt : "");
  if (!store_row_one(store->data, DB_STMT_OUTBOX_CHANGE,
                     STORE_ROW(db_value_int(version), db_value_int(row->due),
                               db_value_int(row->attempts), db_value_int(row->changed_at),
                               db_value_sealed(receipt), db_value_int(row->id)),
                     "the outbox", error))
    return FALSE;
  row->version = version;
  return TRUE;
}

gboolean
store_outbox_drop(StoreHandle *store, gint64 item, GError **error)
{
  return store_row_one(store->data, DB_STMT_OUTBOX_DROP, STORE_ROW(db_value_int(item)),
                       "the outbox", error);
}

static gboolean
row_open(StoreHandle *store, const StoreItem *item, const DbRows *rows, StoreOutbox *row,
         GError **error)
{
  const VaultKey *key = NULL;
  json_t *address = NULL;
  char *receipt = NULL;
  g_autoptr(GBytes) where = db_rows_bytes(rows, 7);
  g_autoptr(GBytes) answer = db_rows_bytes(rows, 8);
  VaultPlace there = place_of("address", row->id, 1),
             place = place_of("receipt", row->id, row->version);
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_json(key, &there, where, &address, error))
    return FALSE;
  row->destination = g_strdup(store_box_word(address, "destination"));
  row->name = g_strdup(store_box_word(address, "name"));
  row->sender = g_strdup(store_box_word(address, "sender"));
  row->recipient = g_strdup(store_box_word(address, "recipient"));
  json_decref(address);
  if (answer != NULL && !store_box_open_text(key, &place, answer, &receipt, error))
    return FALSE;
  row->receipt = g_strdup(receipt != NULL ? receipt : "");
  if (receipt != NULL)
    vault_seal_forget(receipt, strlen(receipt));
  return TRUE;
}

gboolean
store_outbox_of(StoreHandle *store, const StoreItem *item, StoreOutbox **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_OUTBOX_OF, STORE_ROW(db_value_int(item->id)), &rows,
                       error))
    return FALSE;
  g_autoptr(GBytes) digest = rows == NULL ? NULL : db_rows_bytes(rows, 6);
  if (digest == NULL || g_bytes_get_size(digest) != 32) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                "item %" G_GINT64_FORMAT " has nothing in the outbox", item->id);
    return FALSE;
  }
  g_autoptr(StoreOutbox) row = g_new0(StoreOutbox, 1);
  row->id = db_rows_int(rows, 0);
  row->item = item->id;
  row->version = db_rows_int(rows, 1);
  row->signed_at = db_rows_int(rows, 2);
  row->due = db_rows_int(rows, 3);
  row->attempts = db_rows_int(rows, 4);
  row->changed_at = db_rows_int(rows, 5);
  memcpy(row->digest, g_bytes_get_data(digest, NULL), 32);
  row->target = db_rows_int(rows, 9);
  row->state = item->state;
  row->patient = item->patient;
  if (!row_open(store, item, rows, row, error))
    return FALSE;
  *ret = g_steal_pointer(&row);
  return TRUE;
}

gboolean
store_outbox_payload(StoreHandle *store, const StoreItem *item, const StoreOutbox *row,
                     GBytes **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  char *opened = NULL;
  gsize length = 0;
  if (!store_row_first(store->data, DB_STMT_OUTBOX_PAYLOAD, STORE_ROW(db_value_int(row->id)), &rows,
                       error) ||
      !store_item_sealing(store, item, &key, error))
    return FALSE;
  g_autoptr(GBytes) sealed = rows == NULL ? NULL : db_rows_bytes(rows, 0);
  VaultPlace place = place_of("payload", row->id, 1);
  if (sealed == NULL || !vault_seal_open(key, &place, sealed, &opened, &length, error))
    return FALSE;
  *ret = g_bytes_new(opened, length);
  vault_seal_forget(opened, length);
  return TRUE;
}

gboolean
store_outbox_due(StoreHandle *store, gint64 state, gint64 now, guint most, GArray **ret,
                 GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_OUTBOX_DUE,
                       STORE_ROW(db_value_int(state), db_value_int(now), db_value_int(most)), &rows,
                       error) &&
         store_row_ids(rows, ret, error);
}

gboolean
store_outbox_ready(StoreHandle *store, gint64 target, const gint64 before[3], gint64 now,
                   guint most, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_OUTBOX_READY,
                       STORE_ROW(db_value_int(target), db_value_int(before[0]), db_value_int(now),
                                 db_value_int(before[1]), db_value_int(before[2]),
                                 db_value_int(most)),
                       &rows, error) &&
         store_row_ids(rows, ret, error);
}

gboolean
store_outbox_before(StoreHandle *store, const StoreOutbox *row, const gint64 before[3], gint64 *ret,
                    GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (row->patient == 0) {
    *ret = 0;
    return TRUE;
  }
  if (!store_row_first(store->data, DB_STMT_OUTBOX_BEFORE,
                       STORE_ROW(db_value_int(row->patient), db_value_int(row->target),
                                 db_value_int(before[0]), db_value_int(before[1]),
                                 db_value_int(before[2]), db_value_int(row->signed_at),
                                 db_value_int(row->id)),
                       &rows, error))
    return FALSE;
  *ret = rows == NULL ? 0 : db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_outbox_count(StoreHandle *store, gint64 target, gint64 *ret, guint n, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_OUTBOX_COUNT, STORE_ROW(db_value_int(target)), &rows,
                     error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    ret[i] = 0;
  while (db_rows_next(rows, &failed))
    if (db_rows_int(rows, 0) >= 0 && db_rows_int(rows, 0) < (gint64)n)
      ret[db_rows_int(rows, 0)] = db_rows_int(rows, 1);
  if (failed != NULL)
    g_propagate_error(error, failed);
  return failed == NULL;
}

gboolean
store_outbox_adrift(StoreHandle *store, guint most, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_OUTBOX_ADRIFT, STORE_ROW(db_value_int(most)), &rows,
                       error) &&
         store_row_ids(rows, ret, error);
}

gboolean
store_outbox_aim(StoreHandle *store, const StoreOutbox *row, GError **error)
{
  gint64 target = 0;
  return store_destination_need(store, row->destination, &target, error) &&
         store_row_one(store->data, DB_STMT_OUTBOX_AIM,
                       STORE_ROW(db_value_int(target), db_value_int(row->item)), "the outbox",
                       error);
}

gboolean
store_outbox_next(StoreHandle *store, gint64 state, gint64 *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_OUTBOX_NEXT, STORE_ROW(db_value_int(state)), &rows,
                       error))
    return FALSE;
  *ret = rows == NULL ? 0 : db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_outbox_page(StoreHandle *store, gint64 before, guint most, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_OUTBOX_PAGE,
                       STORE_ROW(db_value_int(before), db_value_int(most)), &rows, error) &&
         store_row_ids(rows, ret, error);
}
