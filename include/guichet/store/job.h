/* Jobs as rows: leased, so that any number of workers may run and each job is done by one. */
#ifndef GUICHET_STORE_JOB_H
#define GUICHET_STORE_JOB_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef enum {
  STORE_JOB_WAITING,
  STORE_JOB_HELD, /* until there is a consent */
  STORE_JOB_RUNNING,
  STORE_JOB_DONE,
  STORE_JOB_DEAD,
  STORE_JOB_CANCELLED,
} StoreJobState;

typedef struct {
  gint64 id, kind, item, visit, attempts, due, lease, lease_until;
  StoreJobState state;
} StoreJob;

/* Writers run inside a transaction. */
gboolean store_job_add(StoreHandle *store, const StoreJob *job, GError **error);
/* Waiting and due at `now`, or running with a lease that is over: leased to `lease` until `until`,
 * one more attempt.  *ret is NULL when there is none. */
gboolean store_job_take(StoreHandle *store, gint64 now, gint64 lease, gint64 until, StoreJob **ret,
                        GError **error);
/* Any change of one that is still leased to job->lease; a lost lease is BASE_ERROR_CONFLICT. */
gboolean store_job_change(StoreHandle *store, const StoreJob *job, StoreJobState state, gint64 due,
                          gint64 lease_until, GError **error);
/* One that is still leased to job->lease waits again, due at `now`, with one attempt less. */
gboolean store_job_give_back(StoreHandle *store, const StoreJob *job, gint64 now, GError **error);
/* Every job of the item that is not over is cancelled. */
gboolean store_job_cancel(StoreHandle *store, gint64 item, GError **error);
/* Jobs of the visit that were held back wait now, due at `now`. */
gboolean store_job_release(StoreHandle *store, gint64 visit, gint64 now, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_job_load(StoreHandle *store, gint64 id, StoreJob **ret, GError **error);
/* Numbers by state, ret[0..6); and when the next is due (0 never). */
gboolean store_job_counts(StoreHandle *store, gint64 ret[6], GError **error);
gboolean store_job_next(StoreHandle *store, gint64 *ret, GError **error);

G_END_DECLS
#endif
