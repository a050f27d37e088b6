/* A connection from inside the room. */
#ifndef GUICHET_DB_CONN_PRIVATE_H
#define GUICHET_DB_CONN_PRIVATE_H

#include "db/driver.h"
#include "db/stmt.h"

typedef struct {
  void *stmt;
  gboolean writes, in_use;
} DbPrepared;

struct DbConn {
  const DbDriver *driver;
  void *session;
  char *path;
  DbFile file;
  gboolean in_transaction;
  gboolean spoiled;   /* a statement of this transaction failed: it can only be rolled back */
  gboolean destroyed; /* this transaction takes a key away */
  gboolean shred_due; /* a key is gone, but its last traces are not yet */
  gboolean closed;    /* by its owner; it waits for its last rows */
  guint n_rows;       /* open ones */
  DbPrepared prepared[DB_STMT_N];
};

/* Prepares it at its first use; NULL with the error set. */
DbPrepared *db_conn_prepared(DbConn *conn, DbStmt stmt, GError **error);

/* Open rows hold their connection. */
void db_conn_hold(DbConn *conn);
void db_conn_release(DbConn *conn);

/* The rows of a statement that is bound. */
DbRows *db_rows_new(DbConn *conn, const DbStmtRow *row, DbPrepared *prepared);

/* db_conn_run() for this room: also for what only a commit or a migration may write. */
gboolean db_conn_write(DbConn *conn, DbStmt stmt, const DbValue *values, guint n_values,
                       gint64 *ret_changed, GError **error);

#endif
