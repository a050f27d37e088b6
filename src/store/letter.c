#include "guichet/store/letter.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_letter_free(StoreLetter *letter)
{
  if (letter == NULL)
    return;
  g_free(letter->to);
  g_free(letter->name);
  g_free(letter->address);
  g_free(letter->subject);
  g_free(letter->language);
  g_free(letter);
}

static VaultPlace
body_place(gint64 item, gint64 version)
{
  return (VaultPlace){.table = "letter", .column = "body", .id = item, .version = version};
}

gboolean
store_letter_add(StoreHandle *store, const StoreItem *item, const StoreLetter *letter,
                 GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = body_place(item->id, 1);
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  json_t *body =
      json_pack("{s:s,s:s,s:s,s:s,s:s}", "to", letter->to, "name", letter->name, "address",
                letter->address, "subject", letter->subject, "language", letter->language);
  g_autoptr(GBytes) sealed = store_box_json(key, &place, body);
  return db_conn_run(store->data, DB_STMT_LETTER_ADD,
                     STORE_ROW(db_value_int(item->id), db_value_int(1), db_value_sealed(sealed)),
                     NULL, error);
}

gboolean
store_letter_of(StoreHandle *store, const StoreItem *item, StoreLetter **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_LETTER_GET, STORE_ROW(db_value_int(item->id)), &rows,
                       error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  VaultPlace place = body_place(item->id, db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  StoreLetter *letter = g_new0(StoreLetter, 1);
  letter->to = g_strdup(store_box_word(body, "to"));
  letter->name = g_strdup(store_box_word(body, "name"));
  letter->address = g_strdup(store_box_word(body, "address"));
  letter->subject = g_strdup(store_box_word(body, "subject"));
  letter->language = g_strdup(store_box_word(body, "language"));
  json_decref(body);
  *ret = letter;
  return TRUE;
}
