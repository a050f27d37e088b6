#include "guichet/store/returned.h"

#include "guichet/base/error.h"
#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

#define RETURNED_MARK "returned.mark"

void
store_returned_free(StoreReturned *row)
{
  if (row == NULL)
    return;
  g_free(row->digest);
  g_free(row->from);
  g_free(row->subject);
  g_free(row->text);
  g_free(row);
}

/* --- mailboxes */

gboolean
store_returned_mailbox(StoreHandle *store, gint64 destination, StoreMailbox *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_MAILBOX_GET, STORE_ROW(db_value_int(destination)),
                       &rows, error))
    return FALSE;
  *ret = (StoreMailbox){.destination = destination};
  if (rows != NULL)
    *ret = (StoreMailbox){.destination = destination,
                          .validity = db_rows_int(rows, 0),
                          .uid = db_rows_int(rows, 1),
                          .taken = db_rows_int(rows, 2),
                          .strange = db_rows_int(rows, 3),
                          .read_at = db_rows_int(rows, 4)};
  return TRUE;
}

gboolean
store_returned_mailbox_put(StoreHandle *store, const StoreMailbox *mailbox, GError **error)
{
  return db_conn_run(store->data, DB_STMT_MAILBOX_PUT,
                     STORE_ROW(db_value_int(mailbox->destination), db_value_int(mailbox->validity),
                               db_value_int(mailbox->uid), db_value_int(mailbox->taken),
                               db_value_int(mailbox->strange), db_value_int(mailbox->read_at)),
                     NULL, error);
}

/* --- what came */

static VaultPlace
body_place(gint64 id)
{
  return (VaultPlace){.table = "returned", .column = "body", .id = id, .version = 1};
}

gboolean
store_returned_add(StoreHandle *store, const StoreReturned *row, GError **error)
{
  const VaultKey *key = NULL;
  VaultPlace place = body_place(row->id);
  VaultTag mark;
  if (!store_handle_patient_key(store, row->patient, &key, error))
    return FALSE;
  store_handle_tag(store, RETURNED_MARK, row->digest, &mark);
  json_t *body = json_pack("{s:s,s:s,s:s,s:b}", "from", row->from, "subject", row->subject, "text",
                           row->text, "hint", row->hint);
  g_autoptr(GBytes) sealed = store_box_json(key, &place, body);
  return db_conn_run(store->data, DB_STMT_RETURNED_ADD,
                     STORE_ROW(db_value_int(row->id), db_value_tag(mark.bytes),
                               db_value_int(row->item), db_value_int(row->patient),
                               db_value_int(row->kind), db_value_int(row->at),
                               db_value_sealed(sealed)),
                     NULL, error);
}

gboolean
store_returned_known(StoreHandle *store, const char *digest, gboolean *ret, GError **error)
{
  VaultTag mark;
  g_autoptr(DbRows) rows = NULL;
  store_handle_tag(store, RETURNED_MARK, digest, &mark);
  if (!store_row_first(store->data, DB_STMT_RETURNED_MARKED, STORE_ROW(db_value_tag(mark.bytes)),
                       &rows, error))
    return FALSE;
  *ret = rows != NULL;
  return TRUE;
}

/* TRUE with *ret NULL where its key is gone. */
static gboolean
row_read(StoreHandle *store, const DbRows *rows, gint64 kind, StoreReturned **ret, GError **error)
{
  const VaultKey *key = NULL;
  g_autoptr(GError) failed = NULL;
  json_t *body = NULL;
  VaultPlace place = body_place(db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 4);
  *ret = NULL;
  if (!store_handle_patient_key(store, db_rows_int(rows, 2), &key, &failed)) {
    if (g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT))
      return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
  }
  if (!store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  const StoreReturned made = {.id = db_rows_int(rows, 0),
                              .item = db_rows_int(rows, 1),
                              .patient = db_rows_int(rows, 2),
                              .kind = kind,
                              .at = db_rows_int(rows, 3),
                              .from = g_strdup(store_box_word(body, "from")),
                              .subject = g_strdup(store_box_word(body, "subject")),
                              .text = g_strdup(store_box_word(body, "text")),
                              .hint = json_is_true(json_object_get(body, "hint"))};
  json_decref(body);
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

static void
row_unref(gpointer data)
{
  store_returned_free(data);
}

gboolean
store_returned_count(StoreHandle *store, gint64 kind, guint *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_RETURNED_COUNT, STORE_ROW(db_value_int(kind)), &rows,
                       error))
    return FALSE;
  *ret = rows == NULL ? 0 : (guint)db_rows_int(rows, 0);
  return TRUE;
}

gboolean
store_returned_open(StoreHandle *store, gint64 kind, guint most, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!db_conn_query(store->data, DB_STMT_RETURNED_OPEN,
                     STORE_ROW(db_value_int(kind), db_value_int(most)), &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    StoreReturned *row = NULL;
    if (!row_read(store, rows, kind, &row, error))
      return FALSE;
    if (row != NULL)
      g_ptr_array_add(all, row);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

gboolean
store_returned_done(StoreHandle *store, gint64 item, gint64 at, GError **error)
{
  return db_conn_run(store->data, DB_STMT_RETURNED_DONE,
                     STORE_ROW(db_value_int(at), db_value_int(item)), NULL, error);
}
