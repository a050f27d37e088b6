/* A connection to a database: every statement is a row of src/db/stmt.def; nobody passes SQL.
 *
 * A caller binds integers, labels, look-up tags and sealed boxes.  There is no way to bind a char
 * *.
 *
 *     db_conn_begin(conn, &error)
 *     db_conn_run(conn, DB_STMT_ITEM_MOVE, V(db_value_int(id), db_value_int(state)), 2, &changed,
 * &error) db_conn_commit(conn, &audit_line, &error)        // the only commit takes an audit line
 *
 * A connection belongs to one thread. */
#ifndef GUICHET_DB_CONN_H
#define GUICHET_DB_CONN_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
#define STMT(id, params, columns, sql) DB_STMT_##id,
#include "db/stmt.def"
#undef STMT
  DB_STMT_N
} DbStmt;

typedef enum {
  DB_VALUE_NULL,
  DB_VALUE_INT,
  DB_VALUE_TAG,
  DB_VALUE_SEALED,
  DB_VALUE_HASH
} DbValueKind;

typedef struct {
  DbValueKind kind;
  gint64 number;
  const guint8 *bytes; /* not owned; stands until the call returns */
  gsize length;
} DbValue;

DbValue db_value_null(void);
DbValue db_value_int(gint64 number);
DbValue db_value_tag(const guint8 tag[16]);
/* A sealed box (vault/seal.h): refused at run time unless it begins with a known version byte and
 * is long enough to be one. */
DbValue db_value_sealed(GBytes *box);
DbValue db_value_hash(const guint8 hash[32]);

typedef struct DbConn DbConn;
typedef struct DbRows DbRows;
typedef struct DbDriver DbDriver; /* the table of functions: db/driver.h */

typedef enum {
  DB_FILE_DATA,
  DB_FILE_KEYS
} DbFile; /* which set of migrations: share/sql/sqlite/{data,keys}/ */

/* Opens (and with `create`, makes; mode 0600) the database file, and brings its schema up to date:
 * each numbered migration runs once in a transaction after a backup PATH.before-NNNN, its checksum
 * recorded and compared.  A schema newer than this program knows, a changed migration, a corrupt
 * file, a read-only file: each its own clear message, nothing touched.  Busy is waited for up to 5
 * s, then BASE_ERROR_TRY_AGAIN. */
gboolean db_conn_open(const char *path, DbFile file, gboolean create, DbConn **ret, GError **error);
void db_conn_close(DbConn *conn);

/* How long a busy database is waited for before BASE_ERROR_TRY_AGAIN; a screen's thread may want
 * less. */
#define DB_CONN_PATIENCE 5000u
void db_conn_patience(DbConn *conn, guint milliseconds);

/* A write transaction (BEGIN IMMEDIATE).  No nesting. */
gboolean db_conn_begin(DbConn *conn, GError **error);
void db_conn_rollback(DbConn *conn); /* no-op outside a transaction */
gboolean db_conn_in_transaction(const DbConn *conn);

/* One audit line, ready made by store (which holds the keys). */
typedef struct {
  gint64 seq, at, actor, action, subject,
      patient;               /* ids, or 0; times in microseconds; action from store's table */
  GBytes *detail;            /* sealed, or NULL */
  guint8 last[32], link[32]; /* the link before and this one */
} DbAudit;

/* The only commit: adds the line(s) and commits; all or nothing.  A full disk or an I/O error rolls
 * back, BASE_ERROR_IO; so does a commit after one of the transaction's statements failed (other
 * than by BASE_ERROR_CONFLICT).  Each line must stand right behind the last one (seq one more,
 * `last` its link; from seq 1 and zeros), else BASE_ERROR_CONFLICT.  After FALSE the transaction is
 * over. */
gboolean db_conn_commit(DbConn *conn, const DbAudit *lines, guint n_lines, GError **error);

/* keys.db has no audit chain of its own: its changes are committed first, and named by an audit
 * line of the data file.  Refused on a DB_FILE_DATA connection.
 *
 * Where a key was deleted or replaced, it is gone from the file and its log when this returns, and
 * backups from before migrations (PATH.before-…) are removed, for they hold it.  (A reader that
 * stays in the way for long is named in the log; the next commit or close tries again.) */
gboolean db_conn_commit_keys(DbConn *conn, GError **error);

/* Runs a statement that returns no rows; *ret_changed (may be NULL) takes the rows it touched.  A
 * write outside a transaction is our own mistake: BASE_ERROR_INTERNAL.  A UNIQUE conflict is
 * BASE_ERROR_CONFLICT. */
gboolean db_conn_run(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values,
                     gint64 *ret_changed, GError **error);

/* Runs a query.  Close it before the same statement is used again on this connection. */
gboolean db_conn_query(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values,
                       DbRows **ret, GError **error);

/* TRUE with a row; FALSE at the end (error unset) or on failure (error set). */
gboolean db_rows_next(DbRows *rows, GError **error);
gint64 db_rows_int(const DbRows *rows, guint column); /* 0 for NULL */
gboolean db_rows_is_null(const DbRows *rows, guint column);
GBytes *db_rows_bytes(const DbRows *rows, guint column); /* a copy; NULL for NULL; caller unrefs */
void db_rows_close(DbRows *rows);

/* A number that changes when another connection or process has written: for "shows within a
 * second". */
gint64 db_conn_version(DbConn *conn);

/* Online backup to a new file (never over one), 0600. */
gboolean db_conn_backup(DbConn *conn, const char *to, GError **error);

/* PRAGMA integrity_check; BASE_ERROR_CORRUPT with the first complaint. */
gboolean db_conn_check(DbConn *conn, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbConn, db_conn_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DbRows, db_rows_close)

G_END_DECLS
#endif
