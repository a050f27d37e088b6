/* Shorthand for statements. */
#ifndef GUICHET_STORE_ROW_H
#define GUICHET_STORE_ROW_H

#include "guichet/db/conn.h"

/* STORE_ROW(db_value_int(1), …): the two arguments that every statement takes. */
#define STORE_ROW(...)                                                                             \
  (const DbValue[]){__VA_ARGS__}, (guint)G_N_ELEMENTS(((const DbValue[]){__VA_ARGS__}))
#define STORE_ROW_NONE NULL, 0

/* The first row of a query: TRUE with *ret, or with NULL when there is none.  Close it. */
gboolean store_row_first(DbConn *conn, DbStmt stmt, const DbValue *values, guint n, DbRows **ret,
                         GError **error);

/* A statement that must touch exactly one row: none is BASE_ERROR_CONFLICT with `what` in its
 * words (somebody else changed it first). */
gboolean store_row_one(DbConn *conn, DbStmt stmt, const DbValue *values, guint n, const char *what,
                       GError **error);

/* The first column of every row left: GArray of gint64. */
gboolean store_row_ids(DbRows *rows, GArray **ret, GError **error);

#endif
