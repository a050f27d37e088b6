#include "db/conn.h"

#include <string.h>
#include <unistd.h>

#include "db/migrate.h"
#include "db/value.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"

/* ---- opening and closing ---- */

/* A key that is gone stays gone: neither the log nor a copy from before a migration keeps it. */
static void
shred(DbConn *conn)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname(conn->path);
  g_autofree char *base = g_path_get_basename(conn->path);
  g_autofree char *prefix = g_strconcat(base, ".before-", NULL);
  g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
  for (const char *name = NULL; names != NULL && (name = g_dir_read_name(names)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_str_has_prefix(name, prefix) && unlink(path) != 0)
      base_log(BASE_LOG_WARN, "%s may hold a key that was destroyed; remove it", path);
  }
  conn->shred_due = !conn->driver->shred(conn->session, &error);
  if (conn->shred_due)
    base_log(BASE_LOG_WARN, "the log of %s keeps a destroyed key until its readers are done: %s",
             conn->path, error->message);
}

static void
conn_free(DbConn *conn)
{
  for (guint i = 0; i < DB_STMT_N; i++)
    if (conn->prepared[i].stmt != NULL)
      conn->driver->discard(conn->prepared[i].stmt);
  if (conn->session != NULL)
    conn->driver->close(conn->session);
  g_free(conn->path);
  g_free(conn);
}

void
db_conn_close(DbConn *conn)
{
  if (conn == NULL)
    return;
  db_conn_rollback(conn);
  if (conn->shred_due)
    shred(conn);
  conn->closed = TRUE;
  if (conn->n_rows == 0)
    conn_free(conn);
}

void
db_conn_hold(DbConn *conn)
{
  conn->n_rows++;
}

void
db_conn_release(DbConn *conn)
{
  conn->n_rows--;
  if (conn->closed && conn->n_rows == 0)
    conn_free(conn);
}

/* What another process left in the log of keys when it was killed between a commit and its end. */
static void
shred_left_over(DbConn *conn)
{
  conn->driver->patience(conn->session, 0);
  conn->driver->shred(conn->session, NULL);
  conn->driver->patience(conn->session, DB_CONN_PATIENCE);
}

gboolean
db_conn_open(const char *path, DbFile file, gboolean create, DbConn **ret, GError **error)
{
  if (!db_stmt_check(error))
    return FALSE;
  g_autoptr(DbConn) conn = g_new0(DbConn, 1);
  conn->driver = &db_driver_sqlite;
  conn->path = g_canonicalize_filename(path, NULL);
  conn->file = file;
  if (!conn->driver->open(conn->path, create, &conn->session, error))
    return FALSE;
  conn->driver->patience(conn->session, DB_CONN_PATIENCE);
  if (!db_migrate_run(conn, create, error))
    return FALSE;
  if (file == DB_FILE_KEYS)
    shred_left_over(conn);
  *ret = g_steal_pointer(&conn);
  return TRUE;
}

void
db_conn_patience(DbConn *conn, guint milliseconds)
{
  conn->driver->patience(conn->session, milliseconds);
}

/* ---- transactions ---- */

static gboolean
mistake(const DbConn *conn, const char *what, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s: %s", conn->path, what);
  return FALSE;
}

gboolean
db_conn_in_transaction(const DbConn *conn)
{
  return conn->in_transaction;
}

gboolean
db_conn_begin(DbConn *conn, GError **error)
{
  if (conn->in_transaction)
    return mistake(conn, "a transaction was begun within another", error);
  if (!conn->driver->begin(conn->session, error))
    return FALSE;
  conn->in_transaction = TRUE;
  conn->spoiled = conn->destroyed = FALSE;
  return TRUE;
}

void
db_conn_rollback(DbConn *conn)
{
  if (!conn->in_transaction)
    return;
  conn->driver->rollback(conn->session);
  conn->in_transaction = FALSE;
}

/* Commits, or leaves everything as it was before the transaction. */
static gboolean
settle(DbConn *conn, GError **error)
{
  gboolean ok = FALSE;
  if (conn->spoiled || !conn->driver->in_transaction(conn->session))
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO,
                "%s: a part of the change failed before, so nothing of it was kept; try again",
                conn->path);
  else
    ok = conn->driver->commit(conn->session, error);
  if (!ok)
    db_conn_rollback(conn);
  conn->in_transaction = FALSE;
  return ok;
}

/* The line stands right behind the last of the chain. */
static gboolean
line_follows(DbConn *conn, const DbAudit *line, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GError) why = NULL;
  static const guint8 zero[DB_VALUE_HASH_BYTES] = {0};
  if (!db_conn_query(conn, DB_STMT_AUDIT_LAST, NULL, 0, &rows, error))
    return FALSE;
  gboolean found = db_rows_next(rows, &why);
  if (why != NULL) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  g_autoptr(GBytes) link = found ? db_rows_bytes(rows, 2) : NULL;
  const void *last = found ? g_bytes_get_data(link, NULL) : zero;
  if (line->seq == (found ? db_rows_int(rows, 0) : 0) + 1 &&
      memcmp(last, line->last, sizeof line->last) == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              "%s: audit line %" G_GINT64_FORMAT " does not follow the last one; nothing was kept",
              conn->path, line->seq);
  return FALSE;
}

static gboolean
add_line(DbConn *conn, const DbAudit *line, GError **error)
{
  const DbValue values[] = {
      db_value_int(line->seq),       db_value_int(line->at),      db_value_int(line->actor),
      db_value_int(line->action),    db_value_int(line->subject), db_value_int(line->patient),
      db_value_sealed(line->detail), db_value_hash(line->last),   db_value_hash(line->link),
  };
  return line_follows(conn, line, error) &&
         db_conn_write(conn, DB_STMT_AUDIT_INSERT, values, G_N_ELEMENTS(values), NULL, error);
}

gboolean
db_conn_commit(DbConn *conn, const DbAudit *lines, guint n_lines, GError **error)
{
  if (!conn->in_transaction)
    return mistake(conn, "there is no transaction to commit", error);
  gboolean ok = TRUE;
  if (conn->file != DB_FILE_DATA)
    ok = mistake(conn, "only the data file has an audit chain", error);
  else if (n_lines == 0)
    ok = mistake(conn, "a change without an audit line is not kept", error);
  for (guint i = 0; i < n_lines && ok; i++)
    ok = add_line(conn, &lines[i], error);
  if (ok)
    return settle(conn, error);
  db_conn_rollback(conn);
  return FALSE;
}

gboolean
db_conn_commit_keys(DbConn *conn, GError **error)
{
  if (!conn->in_transaction)
    return mistake(conn, "there is no transaction to commit", error);
  if (conn->file != DB_FILE_KEYS) {
    db_conn_rollback(conn);
    return mistake(conn, "a change without an audit line is not kept", error);
  }
  if (!settle(conn, error))
    return FALSE;
  if (conn->destroyed || conn->shred_due)
    shred(conn);
  return TRUE;
}

/* ---- statements ---- */

DbPrepared *
db_conn_prepared(DbConn *conn, DbStmt stmt, GError **error)
{
  const DbStmtRow *row = db_stmt_row(stmt);
  if (row == NULL) {
    mistake(conn, "there is no such statement", error);
    return NULL;
  }
  DbPrepared *prepared = &conn->prepared[stmt];
  if (prepared->in_use) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                "statement %s is asked again before its rows were closed", row->name);
    return NULL;
  }
  if (prepared->stmt == NULL &&
      !conn->driver->prepare(conn->session, row->sql, row->n_params, row->n_columns,
                             &prepared->writes, &prepared->stmt, error)) {
    g_prefix_error(error, "statement %s: ", row->name);
    return NULL;
  }
  return prepared;
}

/* What a failed statement did is undone by itself, but the rest of the change is not whole without
 * it; only a row that is there already is for the caller to judge. */
static void
spoil(DbConn *conn, const GError *error)
{
  if (!g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFLICT))
    conn->spoiled = TRUE;
}

static gboolean
may_write(const DbConn *conn, const DbStmtRow *row, const DbPrepared *prepared, GError **error)
{
  if (!prepared->writes || conn->in_transaction)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL,
              "statement %s writes, but there is no transaction", row->name);
  return FALSE;
}

static gboolean
execute(DbConn *conn, DbPrepared *prepared, const DbValue *values, guint n_values, GError **error)
{
  GError *why = NULL;
  gboolean ok = conn->driver->bind(conn->session, prepared->stmt, values, n_values, FALSE, &why) &&
                conn->driver->step(conn->session, prepared->stmt, &why) != DB_STEP_FAILED;
  conn->driver->reset(prepared->stmt);
  if (ok)
    return TRUE;
  spoil(conn, why);
  g_propagate_error(error, why);
  return FALSE;
}

gboolean
db_conn_write(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values, gint64 *ret_changed,
              GError **error)
{
  const DbStmtRow *row = db_stmt_row(stmt);
  DbPrepared *prepared = db_conn_prepared(conn, stmt, error);
  if (prepared == NULL || !db_stmt_fits(row, values, n_values, error))
    return FALSE;
  if (row->n_columns > 0)
    return mistake(conn, "a statement that gives rows is queried, not run", error);
  if (!may_write(conn, row, prepared, error) || !execute(conn, prepared, values, n_values, error))
    return FALSE;
  if (g_str_has_prefix(row->name, "KEY_") && !g_str_has_prefix(row->sql, "INSERT"))
    conn->destroyed = TRUE;
  if (ret_changed != NULL)
    *ret_changed = conn->driver->changed(conn->session);
  return TRUE;
}

gboolean
db_conn_run(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values, gint64 *ret_changed,
            GError **error)
{
  if (stmt == DB_STMT_AUDIT_INSERT || stmt == DB_STMT_MIGRATION_ADD)
    return mistake(conn, "only a commit writes this table", error);
  return db_conn_write(conn, stmt, values, n_values, ret_changed, error);
}

gboolean
db_conn_query(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values, DbRows **ret,
              GError **error)
{
  DbPrepared *prepared = db_conn_prepared(conn, stmt, error);
  const DbStmtRow *row = db_stmt_row(stmt);
  if (prepared == NULL || !db_stmt_fits(row, values, n_values, error) ||
      !may_write(conn, row, prepared, error))
    return FALSE;
  if (!conn->driver->bind(conn->session, prepared->stmt, values, n_values, TRUE, error)) {
    conn->driver->reset(prepared->stmt);
    return FALSE;
  }
  *ret = db_rows_new(conn, row, prepared);
  return TRUE;
}

/* ---- the whole file ---- */

gint64
db_conn_version(DbConn *conn)
{
  return conn->driver->version(conn->session);
}

gboolean
db_conn_backup(DbConn *conn, const char *to, GError **error)
{
  return conn->driver->backup(conn->session, to, error);
}

gboolean
db_conn_check(DbConn *conn, GError **error)
{
  return conn->driver->check(conn->session, error);
}
