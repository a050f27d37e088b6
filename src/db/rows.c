#include "db/conn.h"
#include "db/value.h"
#include "guichet/base/error.h"

struct DbRows {
  DbConn *conn;
  const DbStmtRow *row;
  DbPrepared *prepared;
  gboolean at_row, ended;
};

DbRows *
db_rows_new(DbConn *conn, const DbStmtRow *row, DbPrepared *prepared)
{
  DbRows *rows = g_new0(DbRows, 1);
  rows->conn = conn;
  rows->row = row;
  rows->prepared = prepared;
  prepared->in_use = TRUE;
  db_conn_hold(conn);
  return rows;
}

static gboolean
column_good(const DbRows *rows, guint column)
{
  const DbDriver *driver = rows->conn->driver;
  DbValueKind kind = driver->kind(rows->prepared->stmt, column);
  char letter = rows->row->columns[column];
  gsize length = 0;
  if (kind == DB_VALUE_NULL)
    return g_ascii_isupper(letter);
  if (kind == DB_VALUE_INT)
    return g_ascii_tolower(letter) == 'i';
  if (kind != DB_VALUE_SEALED)
    return FALSE;
  driver->bytes(rows->prepared->stmt, column, &length);
  switch (g_ascii_tolower(letter)) {
  case 't':
    return length == DB_VALUE_TAG_BYTES;
  case 'h':
    return length == DB_VALUE_HASH_BYTES;
  case 's':
    return length >= DB_VALUE_SEALED_LEAST;
  default:
    return FALSE;
  }
}

gboolean
db_rows_next(DbRows *rows, GError **error)
{
  rows->at_row = FALSE;
  if (rows->ended)
    return FALSE;
  DbConn *conn = rows->conn;
  DbStep step = conn->driver->step(conn->session, rows->prepared->stmt, error);
  rows->ended = step != DB_STEP_ROW;
  if (step == DB_STEP_FAILED && rows->prepared->writes)
    conn->spoiled = TRUE;
  if (step != DB_STEP_ROW)
    return FALSE;
  for (guint i = 0; i < rows->row->n_columns; i++) {
    if (column_good(rows, i))
      continue;
    rows->ended = TRUE;
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "%s is damaged: statement %s found in column %u what was never written there; "
                "restore it from a backup",
                conn->path, rows->row->name, i + 1);
    return FALSE;
  }
  rows->at_row = TRUE;
  return TRUE;
}

gint64
db_rows_int(const DbRows *rows, guint column)
{
  g_return_val_if_fail(rows->at_row && column < rows->row->n_columns, 0);
  return rows->conn->driver->number(rows->prepared->stmt, column);
}

gboolean
db_rows_is_null(const DbRows *rows, guint column)
{
  g_return_val_if_fail(rows->at_row && column < rows->row->n_columns, TRUE);
  return rows->conn->driver->kind(rows->prepared->stmt, column) == DB_VALUE_NULL;
}

GBytes *
db_rows_bytes(const DbRows *rows, guint column)
{
  if (db_rows_is_null(rows, column))
    return NULL;
  gsize length = 0;
  const guint8 *bytes = rows->conn->driver->bytes(rows->prepared->stmt, column, &length);
  return g_bytes_new(bytes, length);
}

void
db_rows_close(DbRows *rows)
{
  if (rows == NULL)
    return;
  rows->conn->driver->reset(rows->prepared->stmt);
  rows->prepared->in_use = FALSE;
  db_conn_release(rows->conn);
  g_free(rows);
}
