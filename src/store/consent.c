#include "guichet/base/error.h"
#include "guichet/store/visit.h"
#include "guichet/vault/process.h"
#include "store/box.h"
#include "store/row.h"

void
store_consent_free(StoreConsent *consent)
{
  if (consent == NULL)
    return;
  g_free(consent->by);
  g_free(consent->how);
  g_free(consent->words);
  g_free(consent);
}

static VaultPlace
body_place(gint64 id)
{
  return (VaultPlace){.table = "consent", .column = "body", .id = id, .version = 1};
}

gboolean
store_consent_add(StoreHandle *store, gint64 patient, gint64 visit, const StoreConsent *consent,
                  GError **error)
{
  const VaultKey *key = NULL;
  gint64 id = vault_process_id();
  VaultPlace place = body_place(id);
  if (!store_handle_patient_key(store, patient, &key, error))
    return FALSE;
  json_t *body =
      json_pack("{s:s,s:s,s:s,s:b,s:b}", "by", consent->by, "how", consent->how, "words",
                consent->words, "all_party", consent->all_party, "given", consent->given);
  g_autoptr(GBytes) sealed = store_box_json(key, &place, body);
  gint64 state = consent->given ? STORE_CONSENT_GIVEN : STORE_CONSENT_REFUSED;
  DbConn *data = store_handle_data(store);
  return db_conn_run(data, DB_STMT_CONSENT_ADD,
                     STORE_ROW(db_value_int(id), db_value_int(visit), db_value_int(consent->at),
                               db_value_sealed(sealed)),
                     NULL, error) &&
         store_row_one(data, DB_STMT_VISIT_CONSENT,
                       STORE_ROW(db_value_int(state), db_value_int(visit)), "the visit", error);
}

gboolean
store_consent_load(StoreHandle *store, const StoreVisit *visit, StoreConsent **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store_handle_data(store), DB_STMT_CONSENT_GET,
                       STORE_ROW(db_value_int(visit->id)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  VaultPlace place = body_place(db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  if (!store_handle_patient_key(store, visit->patient, &key, error) ||
      !store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  StoreConsent *consent = g_new0(StoreConsent, 1);
  consent->by = g_strdup(store_box_word(body, "by"));
  consent->how = g_strdup(store_box_word(body, "how"));
  consent->words = g_strdup(store_box_word(body, "words"));
  consent->all_party = json_is_true(json_object_get(body, "all_party"));
  consent->given = json_is_true(json_object_get(body, "given"));
  consent->at = db_rows_int(rows, 1);
  json_decref(body);
  *ret = consent;
  return TRUE;
}
