#include "db/stmt.h"

#include <string.h>

#include "db/value.h"
#include "guichet/base/error.h"

static const DbStmtRow stmt_rows[DB_STMT_N] = {
#define STMT(id, params, columns, sql)                                                             \
  [DB_STMT_##id] = {#id, params, columns, sql, sizeof(params) - 1, sizeof(columns) - 1},
#include "db/stmt.def"
#undef STMT
};

const DbStmtRow *
db_stmt_row(DbStmt stmt)
{
  return (guint)stmt < DB_STMT_N ? &stmt_rows[stmt] : NULL;
}

static gboolean
stmt_fail(const DbStmtRow *row, const char *what, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "statement %s: %s", row->name, what);
  return FALSE;
}

/* How many $n there are, or -1 where one comes before its turn. */
static int
count_places(const char *sql)
{
  int most = 0;
  for (const char *p = strchr(sql, '$'); p != NULL; p = strchr(p, '$')) {
    int number = 0;
    for (p++; g_ascii_isdigit(*p) && number < 1000; p++)
      number = number * 10 + (*p - '0');
    if (number < 1 || number > most + 1)
      return -1;
    most = MAX(most, number);
  }
  return most;
}

static gboolean
check_row(const DbStmtRow *row, GError **error)
{
  static const char letters[] = "itshITSH";
  if (strspn(row->params, letters) != row->n_params)
    return stmt_fail(row, "a parameter's letter is unknown", error);
  if (strspn(row->columns, letters) != row->n_columns)
    return stmt_fail(row, "a column's letter is unknown", error);
  int places = count_places(row->sql);
  if (places < 0)
    return stmt_fail(row, "its $n do not appear first in order", error);
  if ((guint)places != row->n_params)
    return stmt_fail(row, "it has not as many letters as $n", error);
  return TRUE;
}

gboolean
db_stmt_check(GError **error)
{
  static gint good = 0;
  if (g_atomic_int_get(&good))
    return TRUE;
  for (guint i = 0; i < DB_STMT_N; i++)
    if (!check_row(&stmt_rows[i], error))
      return FALSE;
  g_atomic_int_set(&good, 1);
  return TRUE;
}

gboolean
db_stmt_fits(const DbStmtRow *row, const DbValue *values, guint n_values, GError **error)
{
  if (n_values != row->n_params)
    return stmt_fail(row, "it was given another number of values than it takes", error);
  for (guint i = 0; i < n_values; i++) {
    const char *wrong = db_value_misfit(&values[i], row->params[i]);
    if (wrong != NULL) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "statement %s, $%u: %s", row->name, i + 1,
                  wrong);
      return FALSE;
    }
  }
  return TRUE;
}
