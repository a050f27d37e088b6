#include "worker/draft_chart.h"

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "worker/chart.h"
#include "worker/draft.h"
#include "worker/piece.h"

#define CHART_REST BASE_CLOCK_MINUTE

enum { CHART_DOUBLINGS = 5, CHART_MANY = 4 };

/* One job that waits for a chart. */
typedef struct {
  WorkerRun *run;
  ClinicJob job;
  WorkerChart *chart; /* NULL once it has ended */
  gint64 renewed;     /* monotonic */
  gboolean lost;      /* nobody wants this draft any more, or another worker has it */
  gboolean stopped;
} Waiting;

static void waiting_look(WorkerRun *run, gpointer piece);
static void waiting_stop(WorkerRun *run, gpointer piece);
static const WorkerPieceKind WAITING = {waiting_look, waiting_stop};

gboolean
worker_draft_chart_full(const WorkerRun *run)
{
  return worker_piece_count(run, &WAITING) >= CHART_MANY;
}

/* --- the EHR is left alone after trouble, twice as long each time */

static void
rest(WorkerRun *run, const GError *why)
{
  guint doublings = MIN(run->chart_failures, CHART_DOUBLINGS);
  run->chart_failures++;
  run->chart_rest = base_clock_monotonic() + (CHART_REST << doublings);
  worker_run_trouble(run, "reading a chart", why);
}

static void
on_done(const GError *error, gpointer data)
{
  Waiting *w = data;
  WorkerRun *run = w->run;
  w->chart = NULL;
  if (error == NULL) {
    run->chart_failures = 0;
    run->chart_rest = 0;
  } else if (!g_error_matches(error, BASE_ERROR, BASE_ERROR_CANCELLED) &&
             !g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFLICT)) { /* another has read it */
    rest(run, error);
  }
  worker_piece_end(run, w);
  if (!w->lost)
    worker_draft_go_on(run, &w->job, w->stopped);
  g_free(w);
}

/* --- under way */

/* A third of the lease before each renewal. */
static void
renew(WorkerRun *run, Waiting *w)
{
  g_autoptr(GError) why = NULL;
  gint64 lease = base_conf_int(clinic_session_conf(run->session), BASE_CONF_JOB_LEASE);
  gint64 now = base_clock_monotonic();
  if (now - w->renewed < lease * BASE_CLOCK_SECOND / 3)
    return;
  w->renewed = now;
  w->lost = clinic_job_cancelled(run->session, &w->job) ||
            (!clinic_job_renew(run->session, &w->job, &why) &&
             g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT));
}

static void
waiting_look(WorkerRun *run, gpointer piece)
{
  Waiting *w = piece;
  renew(run, w);
  if (w->lost || worker_chart_late(w->chart))
    worker_chart_cancel(w->chart);
}

static void
waiting_stop(WorkerRun *run, gpointer piece)
{
  Waiting *w = piece;
  (void)run;
  w->stopped = TRUE;
  worker_chart_cancel(w->chart);
}

/* --- beginning */

gboolean
worker_draft_chart_begin(WorkerRun *run, const ClinicJob *job)
{
  g_autoptr(GError) why = NULL;
  gint64 patient = 0;
  if (base_clock_monotonic() < run->chart_rest)
    return FALSE;
  if (!clinic_chart_ask_due(run->session, job->item, &patient, &why)) {
    rest(run, why);
    return FALSE;
  }
  if (patient == 0)
    return FALSE;
  Waiting *w = g_new0(Waiting, 1);
  *w = (Waiting){.run = run, .job = *job, .renewed = base_clock_monotonic()};
  worker_piece_begin(run, &WAITING, w); /* it may end before it has begun */
  if (worker_chart_begin(run, patient, on_done, w, &w->chart, &why))
    return TRUE;
  worker_piece_end(run, w);
  g_free(w);
  rest(run, why);
  return FALSE;
}
