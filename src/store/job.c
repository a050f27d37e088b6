#include "guichet/store/job.h"

#include "guichet/base/error.h"
#include "store/handle.h"
#include "store/row.h"

gboolean
store_job_add(StoreHandle *store, const StoreJob *job, GError **error)
{
  return db_conn_run(store->data, DB_STMT_JOB_ADD,
                     STORE_ROW(db_value_int(job->id), db_value_int(job->kind),
                               db_value_int(job->item), db_value_int(job->visit),
                               db_value_int(job->state), db_value_int(job->due)),
                     NULL, error);
}

static StoreJob *
job_read(const DbRows *rows)
{
  StoreJob job = {.id = db_rows_int(rows, 0),
                  .kind = db_rows_int(rows, 1),
                  .item = db_rows_int(rows, 2),
                  .visit = db_rows_int(rows, 3),
                  .state = (StoreJobState)db_rows_int(rows, 4),
                  .attempts = db_rows_int(rows, 5),
                  .due = db_rows_int(rows, 6),
                  .lease = db_rows_int(rows, 7),
                  .lease_until = db_rows_int(rows, 8)};
  return g_memdup2(&job, sizeof job);
}

/* A running job is "due" when its lease is over. */
static gboolean
job_due(StoreHandle *store, StoreJobState state, gint64 now, StoreJob **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_JOB_DUE,
                       STORE_ROW(db_value_int(state), db_value_int(now)), &rows, error))
    return FALSE;
  *ret = rows == NULL ? NULL : job_read(rows);
  return TRUE;
}

gboolean
store_job_take(StoreHandle *store, gint64 now, gint64 lease, gint64 until, StoreJob **ret,
               GError **error)
{
  g_autofree StoreJob *job = NULL;
  if (!job_due(store, STORE_JOB_WAITING, now, &job, error))
    return FALSE;
  if (job == NULL && !job_due(store, STORE_JOB_RUNNING, now, &job, error))
    return FALSE;
  if (job == NULL) {
    *ret = NULL;
    return TRUE;
  }
  if (!store_row_one(store->data, DB_STMT_JOB_LEASE,
                     STORE_ROW(db_value_int(STORE_JOB_RUNNING), db_value_int(until),
                               db_value_int(lease), db_value_int(job->id),
                               db_value_int(job->lease)),
                     "the job", error))
    return FALSE;
  job->state = STORE_JOB_RUNNING;
  job->lease = lease;
  job->due = job->lease_until = until;
  job->attempts++;
  *ret = g_steal_pointer(&job);
  return TRUE;
}

gboolean
store_job_change(StoreHandle *store, const StoreJob *job, StoreJobState state, gint64 due,
                 gint64 lease_until, GError **error)
{
  return store_row_one(store->data, DB_STMT_JOB_CHANGE,
                       STORE_ROW(db_value_int(state), db_value_int(due), db_value_int(lease_until),
                                 db_value_int(job->id), db_value_int(job->lease)),
                       "the job", error);
}

gboolean
store_job_give_back(StoreHandle *store, const StoreJob *job, gint64 now, GError **error)
{
  return store_row_one(store->data, DB_STMT_JOB_GIVE_BACK,
                       STORE_ROW(db_value_int(STORE_JOB_WAITING), db_value_int(now),
                                 db_value_int(job->id), db_value_int(job->lease)),
                       "the job", error);
}

gboolean
store_job_cancel(StoreHandle *store, gint64 item, GError **error)
{
  return db_conn_run(store->data, DB_STMT_JOB_CANCEL,
                     STORE_ROW(db_value_int(STORE_JOB_CANCELLED), db_value_int(item)), NULL, error);
}

gboolean
store_job_release(StoreHandle *store, gint64 visit, gint64 now, GError **error)
{
  return db_conn_run(store->data, DB_STMT_JOB_RELEASE,
                     STORE_ROW(db_value_int(STORE_JOB_WAITING), db_value_int(now),
                               db_value_int(visit), db_value_int(STORE_JOB_HELD)),
                     NULL, error);
}

gboolean
store_job_load(StoreHandle *store, gint64 id, StoreJob **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->data, DB_STMT_JOB_GET, STORE_ROW(db_value_int(id)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "there is no job %" G_GINT64_FORMAT, id);
    return FALSE;
  }
  *ret = job_read(rows);
  return TRUE;
}

/* Jobs that are done or cancelled are history, and not counted. */
gboolean
store_job_counts(StoreHandle *store, gint64 ret[6], GError **error)
{
  static const StoreJobState states[] = {STORE_JOB_WAITING, STORE_JOB_HELD, STORE_JOB_RUNNING,
                                         STORE_JOB_DEAD};
  for (guint i = 0; i < 6; i++)
    ret[i] = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
    g_autoptr(DbRows) rows = NULL;
    if (!store_row_first(store->data, DB_STMT_JOB_COUNT, STORE_ROW(db_value_int(states[i])), &rows,
                         error))
      return FALSE;
    ret[states[i]] = rows == NULL ? 0 : db_rows_int(rows, 0);
  }
  return TRUE;
}

gboolean
store_job_next(StoreHandle *store, gint64 *ret, GError **error)
{
  static const StoreJobState states[] = {STORE_JOB_WAITING, STORE_JOB_RUNNING};
  gint64 next = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
    g_autoptr(DbRows) rows = NULL;
    if (!store_row_first(store->data, DB_STMT_JOB_NEXT, STORE_ROW(db_value_int(states[i])), &rows,
                         error))
      return FALSE;
    gint64 due = rows == NULL ? 0 : db_rows_int(rows, 0);
    if (due != 0 && (next == 0 || due < next))
      next = due;
  }
  *ret = next;
  return TRUE;
}
