#include "guichet/store/tx.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/vault/chain.h"
#include "store/handle.h"
#include "store/line.h"
#include "store/row.h"

typedef struct {
  StoreEvent event;
  char *detail;
} Pending;

static void
pending_free(gpointer data)
{
  Pending *pending = data;
  g_free(pending->detail);
  g_free(pending);
}

gboolean
store_tx_begin(StoreHandle *store, GError **error)
{
  if (store->root == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s is locked: no key was given",
                store->dir);
    return FALSE;
  }
  if (!db_conn_begin(store->data, error))
    return FALSE;
  store_handle_check_keys(store);
  store->near = 0;
  store->events = g_ptr_array_new_with_free_func(pending_free);
  return TRUE;
}

void
store_tx_event(StoreHandle *store, const StoreEvent *event)
{
  g_return_if_fail(store->events != NULL);
  Pending *pending = g_new0(Pending, 1);
  pending->event = *event;
  pending->event.detail = pending->detail = g_strdup(event->detail);
  g_ptr_array_add(store->events, pending);
}

void
store_tx_rollback(StoreHandle *store)
{
  if (store->events == NULL)
    return;
  g_clear_pointer(&store->events, g_ptr_array_unref);
  if (db_conn_in_transaction(store->keys)) {
    db_conn_rollback(store->keys);
    store_handle_forget_keys(store);
  }
  db_conn_rollback(store->data);
}

/* The end of the chain, under the write lock. */
static gboolean
chain_end(StoreHandle *store, gint64 *ret_seq, VaultHash *ret_link, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_AUDIT_LAST, STORE_ROW_NONE, &rows, error))
    return FALSE;
  *ret_seq = 0;
  memset(ret_link, 0, sizeof *ret_link);
  if (rows == NULL)
    return TRUE;
  g_autoptr(GBytes) link = db_rows_bytes(rows, 2);
  if (link == NULL || g_bytes_get_size(link) != VAULT_CHAIN_BYTES) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "the last line of the audit chain is damaged; `guichet audit verify` says more");
    return FALSE;
  }
  *ret_seq = db_rows_int(rows, 0);
  memcpy(ret_link->bytes, g_bytes_get_data(link, NULL), VAULT_CHAIN_BYTES);
  return TRUE;
}

/* The line of an event, linked to the one before; *last moves on. */
static DbAudit
line_make(StoreHandle *store, const StoreEvent *event, gint64 seq, VaultHash *last)
{
  DbAudit line = {.seq = seq,
                  .at = base_clock_now(),
                  .actor = event->actor,
                  .action = (gint64)event->kind,
                  .subject = event->subject,
                  .patient = event->patient};
  VaultPlace place = store_line_place(seq);
  if (event->detail != NULL)
    line.detail = vault_seal_close(store->audit, &place, event->detail, strlen(event->detail));
  memcpy(line.last, last->bytes, VAULT_CHAIN_BYTES);
  store_line_link(store->chain, &line, last);
  memcpy(line.link, last->bytes, VAULT_CHAIN_BYTES);
  return line;
}

static gboolean
lines_commit(StoreHandle *store, GError **error)
{
  guint n = store->events->len;
  gint64 seq = 0;
  VaultHash last;
  if (!chain_end(store, &seq, &last, error))
    return FALSE;
  g_autofree DbAudit *lines = g_new0(DbAudit, n);
  for (guint i = 0; i < n; i++)
    lines[i] = line_make(store, &((Pending *)store->events->pdata[i])->event, ++seq, &last);
  gboolean ok = !db_conn_in_transaction(store->keys) || db_conn_commit_keys(store->keys, error);
  ok = ok && db_conn_commit(store->data, lines, n, error);
  for (guint i = 0; i < n; i++)
    g_bytes_unref(lines[i].detail);
  return ok;
}

gboolean
store_tx_commit(StoreHandle *store, GError **error)
{
  if (store->events == NULL || store->events->len == 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                "a change without an audit event is not kept");
    store_tx_rollback(store);
    return FALSE;
  }
  if (!lines_commit(store, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  g_clear_pointer(&store->events, g_ptr_array_unref);
  store->commits++;
  return TRUE;
}

gboolean
store_tx_note(StoreHandle *store, const StoreEvent *event, GError **error)
{
  if (!store_tx_begin(store, error))
    return FALSE;
  store_tx_event(store, event);
  return store_tx_commit(store, error);
}
