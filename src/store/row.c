#include "store/row.h"

#include "guichet/base/error.h"

gboolean
store_row_first(DbConn *conn, DbStmt stmt, const DbValue *values, guint n, DbRows **ret,
                GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!db_conn_query(conn, stmt, values, n, &rows, error))
    return FALSE;
  GError *failed = NULL;
  gboolean found = db_rows_next(rows, &failed);
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = found ? g_steal_pointer(&rows) : NULL;
  return TRUE;
}

gboolean
store_row_one(DbConn *conn, DbStmt stmt, const DbValue *values, guint n, const char *what,
              GError **error)
{
  gint64 changed = 0;
  if (!db_conn_run(conn, stmt, values, n, &changed, error))
    return FALSE;
  if (changed == 1)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              "%s was changed by somebody else meanwhile; look at it again", what);
  return FALSE;
}

gboolean
store_row_ids(DbRows *rows, GArray **ret, GError **error)
{
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  GError *failed = NULL;
  while (db_rows_next(rows, &failed)) {
    gint64 id = db_rows_int(rows, 0);
    g_array_append_val(ids, id);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&ids);
  return TRUE;
}
