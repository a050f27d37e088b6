#include "guichet/store/chart.h"

#include "store/box.h"
#include "store/handle.h"
#include "store/row.h"

void
store_chart_free(StoreChart *chart)
{
  if (chart == NULL)
    return;
  json_decref(chart->body);
  g_free(chart);
}

static VaultPlace
body_place(gint64 patient, gint64 version)
{
  return (VaultPlace){.table = "chart", .column = "body", .id = patient, .version = version};
}

gboolean
store_chart_load(StoreHandle *store, gint64 patient, StoreChart **ret, GError **error)
{
  const VaultKey *key = NULL;
  json_t *body = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_CHART_GET, STORE_ROW(db_value_int(patient)), &rows,
                       error))
    return FALSE;
  if (rows == NULL) {
    *ret = NULL;
    return TRUE;
  }
  VaultPlace place = body_place(patient, db_rows_int(rows, 0));
  g_autoptr(GBytes) sealed = db_rows_bytes(rows, 3);
  if (!store_handle_patient_key(store, patient, &key, error) ||
      !store_box_open_json(key, &place, sealed, &body, error))
    return FALSE;
  const StoreChart made = {patient, db_rows_int(rows, 0), db_rows_int(rows, 1),
                           db_rows_int(rows, 2), body};
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

gboolean
store_chart_put(StoreHandle *store, StoreChart *chart, GError **error)
{
  const VaultKey *key = NULL;
  gint64 next = chart->version + 1;
  VaultPlace place = body_place(chart->patient, next);
  if (!store_handle_patient_key(store, chart->patient, &key, error))
    return FALSE;
  g_autoptr(GBytes) sealed = store_box_json(key, &place, json_incref(chart->body));
  gboolean ok =
      chart->version == 0
          ? db_conn_run(store->data, DB_STMT_CHART_ADD,
                        STORE_ROW(db_value_int(chart->patient), db_value_int(next),
                                  db_value_int(chart->read_at), db_value_int(chart->tried_at),
                                  db_value_sealed(sealed)),
                        NULL, error)
          : store_row_one(store->data, DB_STMT_CHART_CHANGE,
                          STORE_ROW(db_value_int(next), db_value_int(chart->read_at),
                                    db_value_int(chart->tried_at), db_value_sealed(sealed),
                                    db_value_int(chart->patient)),
                          "the patient's chart", error);
  if (ok)
    chart->version = next;
  return ok;
}
