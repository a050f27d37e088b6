#include "guichet/store/revision.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/vault/process.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

static void
text_forget(char *text)
{
  if (text != NULL)
    vault_seal_forget(text, strlen(text));
}

void
store_revision_free(StoreRevision *revision)
{
  if (revision == NULL)
    return;
  text_forget(revision->text);
  text_forget(revision->draft);
  g_free(revision);
}

static VaultPlace
place_of(const char *table, const char *column, gint64 id, gint64 version)
{
  return (VaultPlace){.table = table, .column = column, .id = id, .version = version};
}

static gboolean
next_seq(StoreHandle *store, gint64 item, gint64 *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_REVISION_LAST, STORE_ROW(db_value_int(item)), &rows,
                       error))
    return FALSE;
  *ret = rows == NULL ? 1 : db_rows_int(rows, 0) + 1;
  return TRUE;
}

gboolean
store_revision_add(StoreHandle *store, const StoreItem *item, StoreRevision *revision,
                   GError **error)
{
  const VaultKey *key = NULL;
  gint64 seq = 0;
  if (!next_seq(store, item->id, &seq, error) || !store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace body = place_of("revision", "body", revision->id, seq);
  VaultPlace draft = place_of("revision", "draft", revision->id, seq);
  g_autoptr(GBytes) text = store_box_text(key, &body, revision->text);
  g_autoptr(GBytes) engine =
      revision->draft == NULL ? NULL : store_box_text(key, &draft, revision->draft);
  if (!db_conn_run(store->data, DB_STMT_REVISION_ADD,
                   STORE_ROW(db_value_int(revision->id), db_value_int(item->id), db_value_int(seq),
                             db_value_int(revision->author), db_value_int(revision->at),
                             db_value_sealed(text),
                             engine != NULL ? db_value_sealed(engine) : db_value_null()),
                   NULL, error))
    return FALSE;
  revision->item = item->id;
  revision->seq = seq;
  return TRUE;
}

/* id, seq, author, at, body; the draft, if it is asked for, stands after them. */
static gboolean
revision_read(StoreHandle *store, const StoreItem *item, const DbRows *rows, gboolean whole,
              StoreRevision **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(StoreRevision) made = g_new0(StoreRevision, 1);
  made->id = db_rows_int(rows, 0);
  made->item = item->id;
  made->seq = db_rows_int(rows, 1);
  made->author = db_rows_int(rows, 2);
  made->at = db_rows_int(rows, 3);
  g_autoptr(GBytes) text = db_rows_bytes(rows, 4);
  g_autoptr(GBytes) engine = whole ? db_rows_bytes(rows, 5) : NULL;
  VaultPlace body = place_of("revision", "body", made->id, made->seq);
  VaultPlace draft = place_of("revision", "draft", made->id, made->seq);
  if (!store_item_sealing(store, item, &key, error) ||
      !store_box_open_text(key, &body, text, &made->text, error))
    return FALSE;
  if (engine != NULL && !store_box_open_text(key, &draft, engine, &made->draft, error))
    return FALSE;
  *ret = g_steal_pointer(&made);
  return TRUE;
}

gboolean
store_revision_load(StoreHandle *store, const StoreItem *item, gint64 id, StoreRevision **ret,
                    GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_REVISION_GET,
                       STORE_ROW(db_value_int(id), db_value_int(item->id)), &rows, error))
    return FALSE;
  if (rows != NULL)
    return revision_read(store, item, rows, TRUE, ret, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              "item %" G_GINT64_FORMAT " has no such revision", item->id);
  return FALSE;
}

static void
revision_unref(gpointer data)
{
  store_revision_free(data);
}

gboolean
store_revision_list(StoreHandle *store, const StoreItem *item, gint64 seq, guint most,
                    GPtrArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(revision_unref);
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_REVISION_LIST,
                     STORE_ROW(db_value_int(item->id), db_value_int(seq), db_value_int(most)),
                     &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreRevision *one = NULL;
    if (!revision_read(store, item, rows, FALSE, &one, error))
      return FALSE;
    g_ptr_array_add(all, one);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

gboolean
store_revision_put_findings(StoreHandle *store, const StoreItem *item, gint64 revision,
                            gint64 version, const char *json, GError **error)
{
  const VaultKey *key = NULL;
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace place = place_of("finding", "body", revision, version + 1);
  g_autoptr(GBytes) sealed = store_box_text(key, &place, json);
  if (version == 0)
    return db_conn_run(store->data, DB_STMT_FINDING_ADD,
                       STORE_ROW(db_value_int(revision), db_value_sealed(sealed)), NULL, error);
  return store_row_one(
      store->data, DB_STMT_FINDING_CHANGE,
      STORE_ROW(db_value_int(version + 1), db_value_sealed(sealed), db_value_int(revision)),
      "the list of findings", error);
}

gboolean
store_revision_findings(StoreHandle *store, const StoreItem *item, gint64 revision,
                        gint64 *ret_version, char **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_FINDING_GET, STORE_ROW(db_value_int(revision)), &rows,
                       error) ||
      !store_item_sealing(store, item, &key, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "item %" G_GINT64_FORMAT ": the findings of its text are gone", item->id);
    return FALSE;
  }
  gint64 version = db_rows_int(rows, 0);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 1);
  VaultPlace place = place_of("finding", "body", revision, version);
  if (!store_box_open_text(key, &place, sealed, ret, error))
    return FALSE;
  *ret_version = version;
  return TRUE;
}

gboolean
store_revision_sign(StoreHandle *store, const StoreItem *item, gint64 signer, gint64 at,
                    const guint8 digest[32], const char *attested, GError **error)
{
  const VaultKey *key = NULL;
  gint64 id = vault_process_id();
  if (!store_item_sealing(store, item, &key, error))
    return FALSE;
  VaultPlace place = place_of("signature", "body", id, 1);
  g_autoptr(GBytes) sealed = store_box_text(key, &place, attested);
  return db_conn_run(store->data, DB_STMT_SIGNATURE_ADD,
                     STORE_ROW(db_value_int(id), db_value_int(item->id),
                               db_value_int(item->revision), db_value_int(signer), db_value_int(at),
                               db_value_hash(digest), db_value_sealed(sealed)),
                     NULL, error);
}
