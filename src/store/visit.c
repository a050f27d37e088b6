#include "guichet/store/visit.h"

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define VISIT_EXTERNAL "visit.external"

void
store_visit_free(StoreVisit *visit)
{
  if (visit == NULL)
    return;
  g_free(visit->language);
  g_free(visit->digest);
  g_free(visit);
}

static VaultPlace
body_place(gint64 id, gint64 version)
{
  return (VaultPlace){.table = "visit", .column = "body", .id = id, .version = version};
}

static VaultPlace
transcript_place(gint64 visit)
{
  return (VaultPlace){.table = "transcript", .column = "body", .id = visit, .version = 1};
}

static gboolean
row_add(StoreHandle *store, const StoreVisit *visit, const char *external, GError **error)
{
  const VaultKey *key = NULL;
  VaultTag tag;
  if (!store_handle_patient_key(store, visit->patient, &key, error))
    return FALSE;
  if (external != NULL)
    store_handle_tag(store, VISIT_EXTERNAL, external, &tag);
  VaultPlace place = body_place(visit->id, 1);
  g_autoptr(GBytes) body = store_box_json(
      key, &place, json_pack("{s:s,s:s}", "language", visit->language, "digest", visit->digest));
  return db_conn_run(store->data, DB_STMT_VISIT_ADD,
                     STORE_ROW(db_value_int(visit->id), db_value_int(visit->patient),
                               db_value_int(visit->clinician), db_value_int(visit->at),
                               db_value_int(visit->kind), db_value_int(STORE_CONSENT_NONE),
                               db_value_int(1),
                               external != NULL ? db_value_tag(tag.bytes) : db_value_null(),
                               db_value_sealed(body)),
                     NULL, error);
}

gboolean
store_visit_add(StoreHandle *store, const StoreVisit *visit, const char *external,
                const char *transcript, GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = transcript_place(visit->id);
  if (!row_add(store, visit, external, error) ||
      !store_handle_make_visit_key(store, visit->patient, visit->id, &key, error))
    return FALSE;
  g_autoptr(GBytes) sealed = store_box_text(key, &place, transcript);
  return db_conn_run(store->data, DB_STMT_TRANSCRIPT_ADD,
                     STORE_ROW(db_value_int(visit->id), db_value_sealed(sealed)), NULL, error);
}

gboolean
store_visit_external(StoreHandle *store, const char *external, gint64 *ret, GError **error)
{
  VaultTag tag;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, VISIT_EXTERNAL, external, &tag);
  if (!store_row_first(store->data, DB_STMT_VISIT_EXTERNAL, STORE_ROW(db_value_tag(tag.bytes)),
                       &rows, error))
    return FALSE;
  *ret = rows != NULL ? db_rows_int(rows, 0) : 0;
  return TRUE;
}

/* A visit of a patient whose key was destroyed keeps its bare row: its language is "". */
static gboolean
visit_read(StoreHandle *store, const DbRows *rows, StoreVisit **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  GError *failed = NULL;
  gint64 id = db_rows_int(rows, 0), version = db_rows_int(rows, 6);
  VaultPlace place = body_place(id, version);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 7);
  if (!store_handle_patient_key(store, db_rows_int(rows, 1), &key, &failed)) {
    if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_clear_error(&failed);
  } else if (!store_box_open_json(key, &place, sealed, &body, error)) {
    return FALSE;
  }
  StoreVisit *visit = g_new0(StoreVisit, 1);
  visit->id = id;
  visit->patient = db_rows_int(rows, 1);
  visit->clinician = db_rows_int(rows, 2);
  visit->at = db_rows_int(rows, 3);
  visit->kind = (int)db_rows_int(rows, 4);
  visit->consent = (StoreConsentState)db_rows_int(rows, 5);
  visit->version = version;
  visit->language = g_strdup(store_box_word(body, "language"));
  visit->digest = g_strdup(store_box_word(body, "digest"));
  json_decref(body);
  *ret = visit;
  return TRUE;
}

gboolean
store_visit_load(StoreHandle *store, gint64 id, StoreVisit **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_VISIT_GET, STORE_ROW(db_value_int(id)), &rows, error))
    return FALSE;
  if (rows != NULL)
    return visit_read(store, rows, ret, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no visit %" G_GINT64_FORMAT, id);
  return FALSE;
}

gboolean
store_visit_transcript(StoreHandle *store, const StoreVisit *visit, char **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  VaultPlace place = transcript_place(visit->id);
  if (!store_row_first(store->data, DB_STMT_TRANSCRIPT_GET, STORE_ROW(db_value_int(visit->id)),
                       &rows, error) ||
      !store_handle_visit_key(store, visit->patient, visit->id, &key, error))
    return FALSE;
  g_autoptr(GBytes) sealed = rows != NULL ? db_rows_bytes(rows, 0) : NULL;
  return store_box_open_text(key, &place, sealed, ret, error);
}

static void
visit_unref(gpointer data)
{
  store_visit_free(data);
}

static gboolean
visits_read(StoreHandle *store, DbRows *rows, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) visits = g_ptr_array_new_with_free_func(visit_unref);
  GError *failed = NULL;
  while (db_rows_next(rows, &failed)) {
    StoreVisit *visit = NULL;
    if (!visit_read(store, rows, &visit, error))
      return FALSE;
    g_ptr_array_add(visits, visit);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&visits);
  return TRUE;
}

gboolean
store_visit_list(StoreHandle *store, gint64 patient, gint64 before, gint64 before_id, guint most,
                 GPtrArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  DbValue at = db_value_int(before), id = db_value_int(before_id), limit = db_value_int(most);
  gboolean ok =
      patient != 0
          ? db_conn_query(store->data, DB_STMT_VISIT_LIST_OF,
                          STORE_ROW(db_value_int(patient), at, id, limit), &rows, error)
          : db_conn_query(store->data, DB_STMT_VISIT_LIST, STORE_ROW(at, id, limit), &rows, error);
  return ok && visits_read(store, rows, ret, error);
}

gboolean
store_visit_destroy(StoreHandle *store, gint64 id, GError **error)
{
  store_handle_forget_keys(store);
  if (!db_conn_begin(store->keys, error))
    return FALSE;
  if (db_conn_run(store->keys, DB_STMT_KEY_VISIT_DROP, STORE_ROW(db_value_int(id)), NULL, error) &&
      db_conn_commit_keys(store->keys, error))
    return TRUE;
  db_conn_rollback(store->keys);
  return FALSE;
}

gboolean
store_visit_retire(StoreHandle *store, gint64 id, GError **error)
{
  return db_conn_run(store->data, DB_STMT_TRANSCRIPT_DROP, STORE_ROW(db_value_int(id)), NULL,
                     error);
}

gboolean
store_visit_expired(StoreHandle *store, gint64 state, gint64 before, gint64 after, guint most,
                    GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store->data, DB_STMT_TRANSCRIPT_OLD,
                       STORE_ROW(db_value_int(state), db_value_int(before), db_value_int(after),
                                 db_value_int(most)),
                       &rows, error) &&
         store_row_ids(rows, ret, error);
}
