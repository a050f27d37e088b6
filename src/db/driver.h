/* A database behind a table of functions.  Only a driver's own file knows which one it talks to; a
 * PostgreSQL one will stand beside SQLite's.
 *
 * A session is one connection; a prepared statement belongs to its session.  Each call that may
 * fail says what happened to which file in words for the person at the screen. */
#ifndef GUICHET_DB_DRIVER_H
#define GUICHET_DB_DRIVER_H

#include "guichet/db/conn.h"

typedef enum { DB_STEP_ROW, DB_STEP_END, DB_STEP_FAILED } DbStep;

struct DbDriver {
  const char *name;       /* share/sql/NAME/ holds its migrations */
  const char *meta_table; /* the DDL of schema_migration */

  /* `create` makes what is not there, 0600. */
  gboolean (*open)(const char *path, gboolean create, void **ret, GError **error);
  void (*close)(void *session);
  void (*patience)(void *session, guint milliseconds);

  /* Which kind of file it is: the number that was stamped on it, 0 before; *ret_empty: no table
   * yet. */
  gboolean (*stamp)(void *session, guint32 *ret, gboolean *ret_empty, GError **error);
  gboolean (*set_stamp)(void *session, guint32 stamp, GError **error);

  gboolean (*begin)(void *session, GError **error); /* takes the write lock */
  gboolean (*commit)(void *session, GError **error);
  void (*rollback)(void *session);
  gboolean (*in_transaction)(void *session);
  gboolean (*script)(void *session, const char *sql, GError **error); /* migrations only */

  gboolean (*prepare)(void *session, const char *sql, guint n_params, guint n_columns,
                      gboolean *ret_writes, void **ret, GError **error);
  void (*discard)(void *prepared);
  /* `copy`: the bytes do not outlive the call. */
  gboolean (*bind)(void *session, void *prepared, const DbValue *values, guint n_values,
                   gboolean copy, GError **error);
  DbStep (*step)(void *session, void *prepared, GError **error);
  void (*reset)(void *prepared);
  gint64 (*changed)(void *session);

  DbValueKind (*kind)(void *prepared, guint column); /* NULL, INT, or SEALED for any bytes */
  gint64 (*number)(void *prepared, guint column);
  const guint8 *(*bytes)(void *prepared, guint column, gsize *ret_length);

  gint64 (*version)(void *session);
  gboolean (*backup)(void *session, const char *to, GError **error);
  gboolean (*check)(void *session, GError **error);
  /* Nothing that was deleted or replaced stays readable in the files; needs a moment without
   * readers. */
  gboolean (*shred)(void *session, GError **error);
};

extern const DbDriver db_driver_sqlite;

#endif
