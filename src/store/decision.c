#include "guichet/store/decision.h"

#include "store/box.h"
#include "store/row.h"

/* The day stands in for a version: a body of another day does not open. */
static VaultPlace
body_place(gint64 item, gint64 day)
{
  return (VaultPlace){.table = "decision", .column = "body", .id = item, .version = day};
}

static json_t *
figures_write(const GArray *figures)
{
  json_t *list = json_array();
  for (guint i = 0; i < figures->len; i++) {
    const StoreFigure *f = &g_array_index(figures, StoreFigure, i);
    json_array_append_new(list, json_pack("[I,I,I,I]", (json_int_t)f->kind, (json_int_t)f->severity,
                                          (json_int_t)f->fate, (json_int_t)f->n));
  }
  return json_pack("{s:o}", "figures", list);
}

/* Adds the figures of a body, `times` over: -1 takes them back. */
static gboolean
figures_add(StoreHandle *store, gint64 day, gint64 engine, const json_t *body, gint64 times,
            GError **error)
{
  const json_t *row;
  size_t index;
  json_array_foreach (json_object_get(body, "figures"), index, row) {
    const StoreFigure one = {engine, json_integer_value(json_array_get(row, 0)),
                             json_integer_value(json_array_get(row, 1)),
                             json_integer_value(json_array_get(row, 2)),
                             json_integer_value(json_array_get(row, 3)) * times};
    if (!store_figure_add(store, day, &one, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
store_decision_drop(StoreHandle *store, gint64 item, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  json_t *body = NULL;
  if (!store_row_first(store_handle_data(store), DB_STMT_DECISION_GET,
                       STORE_ROW(db_value_int(item)), &rows, error))
    return FALSE;
  if (rows == NULL)
    return TRUE;
  gint64 day = db_rows_int(rows, 0), engine = db_rows_int(rows, 1);
  VaultPlace place = body_place(item, day);
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 2);
  g_clear_pointer(&rows, db_rows_close);
  if (!store_box_open_json(store_handle_clinic_key(store), &place, sealed, &body, error))
    return FALSE;
  gboolean ok = figures_add(store, day, engine, body, -1, error) &&
                db_conn_run(store_handle_data(store), DB_STMT_DECISION_DROP,
                            STORE_ROW(db_value_int(item)), NULL, error);
  json_decref(body);
  return ok;
}

gboolean
store_decision_put(StoreHandle *store, const StoreDecision *decision, GError **error)
{
  VaultPlace place = body_place(decision->item, decision->day);
  if (!store_decision_drop(store, decision->item, error))
    return FALSE;
  json_t *body = figures_write(decision->figures);
  g_autoptr(GBytes) sealed =
      store_box_json(store_handle_clinic_key(store), &place, json_incref(body));
  gboolean ok =
      db_conn_run(store_handle_data(store), DB_STMT_DECISION_ADD,
                  STORE_ROW(db_value_int(decision->item), db_value_int(decision->day),
                            db_value_int(decision->engine), db_value_int(decision->is_signed),
                            db_value_int(decision->reason), db_value_int(decision->writing),
                            db_value_int(decision->waited), db_value_sealed(sealed)),
                  NULL, error) &&
      figures_add(store, decision->day, decision->engine, body, 1, error);
  json_decref(body);
  return ok;
}

gboolean
store_decision_sums(StoreHandle *store, gint64 from, gint64 to, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  g_autoptr(GArray) sums = g_array_new(FALSE, FALSE, sizeof(StoreDecisionSum));
  GError *failed = NULL;
  if (!db_conn_query(store_handle_data(store), DB_STMT_DECISION_SUMS,
                     STORE_ROW(db_value_int(from), db_value_int(to)), &rows, error))
    return FALSE;
  while (db_rows_next(rows, &failed)) {
    const StoreDecisionSum one = {db_rows_int(rows, 0), db_rows_int(rows, 1) != 0,
                                  db_rows_int(rows, 2), db_rows_int(rows, 3), db_rows_int(rows, 4)};
    g_array_append_val(sums, one);
  }
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  *ret = g_steal_pointer(&sums);
  return TRUE;
}

gboolean
store_decision_waits(StoreHandle *store, gint64 from, gint64 to, GArray **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  return db_conn_query(store_handle_data(store), DB_STMT_DECISION_WAITS,
                       STORE_ROW(db_value_int(from), db_value_int(to)), &rows, error) &&
         store_row_ids(rows, ret, error);
}

gboolean
store_decision_first(StoreHandle *store, gint64 none, gint64 *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store_handle_data(store), DB_STMT_DECISION_FIRST, STORE_ROW_NONE, &rows,
                       error))
    return FALSE;
  *ret = rows == NULL ? none : db_rows_int(rows, 0);
  return TRUE;
}
