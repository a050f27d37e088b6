#include "store/line.h"

#include <string.h>

#include "guichet/store/line.h"
#include "store/handle.h"
#include "store/row.h"

VaultPlace
store_line_place(gint64 seq)
{
  return (VaultPlace){.table = "audit", .column = "detail", .id = seq, .version = 1};
}

static void
add_number(GByteArray *bytes, guint64 number)
{
  guint64 big = GUINT64_TO_BE(number);
  g_byte_array_append(bytes, (const guint8 *)&big, sizeof big);
}

static void
add_column(GByteArray *bytes, gint64 number)
{
  add_number(bytes, sizeof number);
  add_number(bytes, (guint64)number);
}

void
store_line_link(const VaultKey *chain, const DbAudit *line, VaultHash *last)
{
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new(256);
  add_column(bytes, line->seq);
  add_column(bytes, line->at);
  add_column(bytes, line->actor);
  add_column(bytes, line->action);
  add_column(bytes, line->subject);
  add_column(bytes, line->patient);
  if (line->detail == NULL) {
    add_number(bytes, G_MAXUINT64); /* no detail is not the same as an empty one */
  } else {
    gsize length = 0;
    const guint8 *detail = g_bytes_get_data(line->detail, &length);
    add_number(bytes, length);
    g_byte_array_append(bytes, detail, (guint)length);
  }
  VaultHash next;
  vault_chain_link(chain, last, bytes->data, bytes->len, &next);
  *last = next;
}

static gboolean
read_link(const DbRows *rows, guint column, guint8 ret[32])
{
  g_autoptr(GBytes) bytes = db_rows_bytes(rows, column);
  if (bytes == NULL || g_bytes_get_size(bytes) != VAULT_CHAIN_BYTES)
    return FALSE;
  memcpy(ret, g_bytes_get_data(bytes, NULL), VAULT_CHAIN_BYTES);
  return TRUE;
}

gboolean
store_line_read(const DbRows *rows, DbAudit *ret)
{
  *ret = (DbAudit){.seq = db_rows_int(rows, 0),
                   .at = db_rows_int(rows, 1),
                   .actor = db_rows_int(rows, 2),
                   .action = db_rows_int(rows, 3),
                   .subject = db_rows_int(rows, 4),
                   .patient = db_rows_int(rows, 5),
                   .detail = db_rows_bytes(rows, 6)};
  return read_link(rows, 7, ret->last) && read_link(rows, 8, ret->link);
}

void
store_line_free(StoreLine *line)
{
  if (line == NULL)
    return;
  g_free(line->detail);
  g_free(line);
}

static void
line_unref(gpointer data)
{
  store_line_free(data);
}

static StoreLine *
line_open(StoreHandle *store, const DbAudit *row)
{
  StoreLine *line = g_new0(StoreLine, 1);
  VaultPlace place = store_line_place(row->seq);
  char *detail = NULL;
  gsize length = 0;
  line->seq = row->seq;
  line->at = row->at;
  line->actor = row->actor;
  line->subject = row->subject;
  line->patient = row->patient;
  line->kind = (StoreEventKind)row->action;
  if (row->detail == NULL ||
      !vault_seal_open(store->audit, &place, row->detail, &detail, &length, NULL))
    detail = g_strdup("");
  line->detail = detail;
  return line;
}

static gboolean
page_query(StoreHandle *store, gint64 after, gint64 patient, gint64 actor, guint most, DbRows **ret,
           GError **error)
{
  DbValue from = db_value_int(after), limit = db_value_int(most);
  if (patient != 0)
    return db_conn_query(store->data, DB_STMT_AUDIT_PAGE_PATIENT,
                         STORE_ROW(db_value_int(patient), from, limit), ret, error);
  if (actor != 0)
    return db_conn_query(store->data, DB_STMT_AUDIT_PAGE_ACTOR,
                         STORE_ROW(db_value_int(actor == G_MININT64 ? 0 : actor), from, limit), ret,
                         error);
  return db_conn_query(store->data, DB_STMT_AUDIT_PAGE, STORE_ROW(from, limit), ret, error);
}

gboolean
store_line_page(StoreHandle *store, gint64 after, gint64 patient, gint64 actor, guint most,
                GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_unref);
  g_autoptr(DbRows) rows = NULL;
  GError *failed = NULL;
  if (!page_query(store, after, patient, actor, most, &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    DbAudit row;
    store_line_read(rows, &row);
    g_ptr_array_add(lines, line_open(store, &row));
    g_bytes_unref(row.detail);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&lines);
  return TRUE;
}
