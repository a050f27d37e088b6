/* A row of stmt.def, read. */
#ifndef GUICHET_DB_STMT_H
#define GUICHET_DB_STMT_H

#include "guichet/db/conn.h"

typedef struct {
  const char *name, *params, *columns, *sql;
  guint n_params, n_columns;
} DbStmtRow;

const DbStmtRow *db_stmt_row(DbStmt stmt);

/* Each row's letters are known and count its $n, which appear first in order: BASE_ERROR_INTERNAL
 * names the first row that is wrong. */
gboolean db_stmt_check(GError **error);

/* The values fit the letters of the row. */
gboolean db_stmt_fits(const DbStmtRow *row, const DbValue *values, guint n_values, GError **error);

#endif
