#include "guichet/store/choice.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_choice_free(StoreChoice *choice)
{
  if (choice == NULL)
    return;
  g_free(choice->address);
  g_free(choice->how);
  g_free(choice->words);
  g_free(choice);
}

static VaultPlace
body_place(gint64 id)
{
  return (VaultPlace){.table = "mail_choice", .column = "body", .id = id, .version = 1};
}

gboolean
store_choice_add(StoreHandle *store, const StoreChoice *choice, GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = body_place(choice->id);
  if (!store_handle_patient_key(store, choice->patient, &key, error))
    return FALSE;
  json_t *body =
      json_pack("{s:b,s:I,s:s,s:s,s:s}", "chosen", choice->chosen, "user", (json_int_t)choice->user,
                "address", choice->address, "how", choice->how, "words", choice->words);
  g_autoptr(GBytes) sealed = store_box_json(key, &place, body);
  return db_conn_run(store->data, DB_STMT_CHOICE_ADD,
                     STORE_ROW(db_value_int(choice->id), db_value_int(choice->patient),
                               db_value_int(choice->at), db_value_sealed(sealed)),
                     NULL, error);
}

gboolean
store_choice_last(StoreHandle *store, gint64 patient, StoreChoice **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_CHOICE_LAST, STORE_ROW(db_value_int(patient)), &rows,
                       error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  VaultPlace place = body_place(db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  if (!store_handle_patient_key(store, patient, &key, error) ||
      !store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  StoreChoice *choice = g_new0(StoreChoice, 1);
  choice->id = db_rows_int(rows, 0);
  choice->patient = patient;
  choice->at = db_rows_int(rows, 1);
  choice->user = json_integer_value(json_object_get(body, "user"));
  choice->chosen = json_is_true(json_object_get(body, "chosen"));
  choice->address = g_strdup(store_box_word(body, "address"));
  choice->how = g_strdup(store_box_word(body, "how"));
  choice->words = g_strdup(store_box_word(body, "words"));
  json_decref(body);
  *ret = choice;
  return TRUE;
}
