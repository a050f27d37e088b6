#include "guichet/store/contract.h"

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/row.h"

#define CONTRACT_TAG "contract.reference"

void
store_contract_free(StoreContract *contract)
{
  if (contract == NULL)
    return;
  g_free(contract->reference);
  g_free(contract->kind);
  g_free(contract->party);
  g_strfreev(contract->covers);
  g_strfreev(contract->classes);
  g_strfreev(contract->jurisdictions);
  g_free(contract->words);
  g_free(contract);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "contract", .column = "body", .id = id, .version = version};
}

static json_t *
words_json(char *const *words)
{
  json_t *list = json_array();
  for (; *words != NULL; words++)
    json_array_append_new(list, json_string(*words));
  return list;
}

static char **
json_words(const json_t *list)
{
  g_autoptr(GStrvBuilder) words = g_strv_builder_new();
  size_t i;
  const json_t *word;
  json_array_foreach (list, i, word)
    if (json_is_string(word))
      g_strv_builder_add(words, json_string_value(word));
  return g_strv_builder_end(words);
}

static GBytes *
body_seal(StoreHandle *store, const StoreContract *c, gint64 version)
{
  VaultPlace place = body_place(c->id, version);
  json_t *body =
      json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:I, s:I, s:s}", "reference", c->reference,
                "kind", c->kind, "party", c->party, "covers", words_json(c->covers), "classes",
                words_json(c->classes), "jurisdictions", words_json(c->jurisdictions), "first",
                (json_int_t)c->first, "last", (json_int_t)c->last, "ended", (json_int_t)c->ended,
                "words", c->words != NULL ? c->words : "");
  return store_box_json(store_handle_clinic_key(store), &place, body);
}

gboolean
store_contract_add(StoreHandle *store, const StoreContract *contract, GError **error)
{
  VaultTag tag;
  GError *failed = NULL;
  g_autoptr(GBytes) body = body_seal(store, contract, 1);
  store_handle_tag(store, CONTRACT_TAG, contract->reference, &tag);
  if (db_conn_run(store_handle_data(store), DB_STMT_CONTRACT_ADD,
                  STORE_ROW(db_value_int(contract->id), db_value_int(1), db_value_tag(tag.bytes),
                            db_value_sealed(body)),
                  NULL, &failed))
    return TRUE;
  if (g_error_matches(failed, BASE_ERROR, BASE_ERROR_CONFLICT)) {
    g_error_free(failed);
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE,
                "there is a contract %s already; renew it, or give the new one a reference of its "
                "own",
                contract->reference);
  } else {
    g_propagate_error(error, failed);
  }
  return FALSE;
}

gboolean
store_contract_change(StoreHandle *store, StoreContract *contract, GError **error)
{
  g_autoptr(GBytes) body = body_seal(store, contract, contract->version + 1);
  if (!store_row_one(store_handle_data(store), DB_STMT_CONTRACT_CHANGE,
                     STORE_ROW(db_value_int(contract->version + 1), db_value_sealed(body),
                               db_value_int(contract->id), db_value_int(contract->version)),
                     "the contract", error))
    return FALSE;
  contract->version++;
  return TRUE;
}

static gboolean
contract_read(StoreHandle *store, const DbRows *rows, StoreContract **ret, GError **error)
{
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 1);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  json_t *body = NULL;
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  StoreContract *contract = g_new0(StoreContract, 1);
  contract->id = id;
  contract->version = version;
  contract->reference = g_strdup(store_box_word(body, "reference"));
  contract->kind = g_strdup(store_box_word(body, "kind"));
  contract->party = g_strdup(store_box_word(body, "party"));
  contract->covers = json_words(json_object_get(body, "covers"));
  contract->classes = json_words(json_object_get(body, "classes"));
  contract->jurisdictions = json_words(json_object_get(body, "jurisdictions"));
  contract->first = json_integer_value(json_object_get(body, "first"));
  contract->last = json_integer_value(json_object_get(body, "last"));
  contract->ended = json_integer_value(json_object_get(body, "ended"));
  contract->words = g_strdup(store_box_word(body, "words"));
  json_decref(body);
  *ret = contract;
  return TRUE;
}

gboolean
store_contract_named(StoreHandle *store, const char *reference, StoreContract **ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, CONTRACT_TAG, reference, &tag);
  if (!store_row_first(store_handle_data(store), DB_STMT_CONTRACT_NAMED,
                       STORE_ROW(db_value_tag(tag.bytes)), &rows, error))
    return FALSE;
  if (rows != NULL)
    return contract_read(store, rows, ret, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              "there is no contract %s; `guichet contract list` names them", reference);
  return FALSE;
}

static void
contract_unref(gpointer data)
{
  store_contract_free(data);
}

gboolean
store_contract_list(StoreHandle *store, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) contracts = g_ptr_array_new_with_free_func(contract_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_CONTRACT_LIST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreContract *contract = NULL;
    if (!contract_read(store, rows, &contract, error))
      return FALSE;
    g_ptr_array_add(contracts, contract);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&contracts);
  return TRUE;
}
