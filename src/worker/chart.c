#include "worker/chart.h"

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum { CHART_STEP_MS = 100, CHART_MOST_S = 30 };

static void
page_unref(gpointer page)
{
  g_ptr_array_unref(page);
}

static WorkerChart *
chart_new(WorkerRun *run, ClinicChartAsk *ask_taken)
{
  WorkerChart *chart = g_new0(WorkerChart, 1);
  chart->run = run;
  chart->peer = run->chart_peer;
  chart->ask = ask_taken;
  chart->deadline =
      g_get_monotonic_time() + MIN((gint64)ask_taken->to->seconds, CHART_MOST_S) * G_USEC_PER_SEC;
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    chart->lists[i] = g_ptr_array_new_with_free_func(page_unref);
  chart->lacking = g_ptr_array_new_with_free_func(g_free);
  return chart;
}

static void
chart_finish(WorkerChart *chart, const GError *error)
{
  chart->done(error, chart->data);
  clinic_chart_ask_free(chart->ask);
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    g_ptr_array_unref(chart->lists[i]);
  g_ptr_array_unref(chart->lacking);
  g_free(chart);
}

void
worker_chart_end(WorkerChart *chart)
{
  chart_finish(chart, NULL);
}

/* Our own store's trouble goes before the EHR's. */
static void
note_and_finish(WorkerChart *chart, const char *why, gboolean lasting, const GError *trouble)
{
  g_autoptr(GError) error = NULL;
  if (clinic_chart_settle_miss(chart->run->session, chart->ask->chart, why, lasting, &error))
    chart_finish(chart, trouble);
  else
    chart_finish(chart, error);
}

void
worker_chart_trouble(WorkerChart *chart, int code, const char *why)
{
  g_autoptr(GError) error = g_error_new_literal(BASE_ERROR, code, why);
  note_and_finish(chart, why, FALSE, error);
}

void
worker_chart_miss(WorkerChart *chart, const char *why)
{
  note_and_finish(chart, why, TRUE, NULL);
}

static void
finish_off(WorkerChart *chart)
{
  if (worker_chart_late(chart)) {
    worker_chart_trouble(chart, BASE_ERROR_UNAVAILABLE, _("the EHR took too long"));
    return;
  }
  g_autoptr(GError) error =
      g_error_new_literal(BASE_ERROR, BASE_ERROR_CANCELLED, "reading a chart was called off");
  chart_finish(chart, error);
}

/* --- requests */

void
worker_chart_ask(WorkerChart *chart, const char *method, const char *path, GBytes *body,
                 void (*done)(const WorkerFhirReply *reply, gpointer data))
{
  worker_fhir_peer_ask(
      chart->peer,
      &(WorkerFhirAsk){.method = method, .path = path, .body = body, .done = done, .data = chart},
      &chart->request);
}

static int
code_of(const WorkerFhirReply *reply)
{
  if (reply->error != NULL)
    return reply->error->code == BASE_ERROR_AMBIGUOUS ? BASE_ERROR_UNAVAILABLE : reply->error->code;
  return reply->status == 401 || reply->status == 403   ? BASE_ERROR_DENIED
         : reply->status == 429 || reply->status >= 500 ? BASE_ERROR_UNAVAILABLE
                                                        : BASE_ERROR_PROTOCOL;
}

gboolean
worker_chart_good(WorkerChart *chart, const WorkerFhirReply *reply)
{
  chart->request = 0;
  if (chart->off) {
    finish_off(chart);
    return FALSE;
  }
  if (reply->error == NULL && reply->status == 200 && reply->resource != NULL)
    return TRUE;
  g_autofree char *words = worker_fhir_peer_words(reply);
  worker_chart_trouble(chart, code_of(reply), words);
  return FALSE;
}

const WireFhirServer *
worker_chart_can(const WorkerChart *chart)
{
  return worker_fhir_peer_server(chart->peer);
}

static void
on_known(const WireFhirServer *server, const GError *error, gpointer data)
{
  WorkerChart *chart = data;
  chart->request = 0;
  if (chart->off) {
    finish_off(chart);
    return;
  }
  if (error != NULL) {
    worker_chart_trouble(chart, error->code, error->message);
    return;
  }
  (void)server; /* another reading may have it replaced meanwhile: worker_chart_can() */
  worker_chart_find(chart);
}

/* --- beginning and ending */

/* The tokens, and what the server can, are kept from one chart to the next. */
static gboolean
peer_open(WorkerRun *run, const ClinicDestination *to, GError **error)
{
  return run->chart_peer != NULL || worker_fhir_peer_open(run, to, &run->chart_peer, error);
}

gboolean
worker_chart_begin(WorkerRun *run, gint64 patient, WorkerChartDone done, gpointer data,
                   WorkerChart **ret, GError **error)
{
  g_autoptr(ClinicChartAsk) ask = NULL;
  if (!clinic_chart_ask(run->session, patient, &ask, error) || !peer_open(run, ask->to, error))
    return FALSE;
  WorkerChart *chart = chart_new(run, g_steal_pointer(&ask));
  chart->done = done;
  chart->data = data;
  *ret = chart;
  worker_fhir_peer_learn(chart->peer, on_known, chart, &chart->request);
  return TRUE;
}

void
worker_chart_cancel(WorkerChart *chart)
{
  chart->off = TRUE;
  if (chart->request != 0)
    worker_fhir_peer_cancel(chart->peer, chart->request);
}

gboolean
worker_chart_late(const WorkerChart *chart)
{
  return g_get_monotonic_time() >= chart->deadline;
}

void
worker_chart_free(WorkerRun *run)
{
  g_clear_pointer(&run->chart_peer, worker_fhir_peer_close);
}

/* --- and waiting for it */

typedef struct {
  WorkerChart *chart;
  gboolean ended;
  GError *error;
} Wait;

static void
on_done(const GError *error, gpointer data)
{
  Wait *wait = data;
  wait->ended = TRUE;
  wait->error = error != NULL ? g_error_copy(error) : NULL;
}

gboolean
worker_chart_read(ClinicSession *session, gint64 patient, const gint *cancel, GError **error)
{
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(session, multi, cancel, NULL, NULL);
  Wait wait = {0};
  if (!worker_chart_begin(run, patient, on_done, &wait, &wait.chart, error))
    return FALSE;
  while (!wait.ended) {
    if (worker_run_cancelled(run) || worker_chart_late(wait.chart))
      worker_chart_cancel(wait.chart);
    else
      net_multi_step(multi, CHART_STEP_MS);
  }
  if (wait.error == NULL)
    return TRUE;
  g_propagate_error(error, wait.error);
  return FALSE;
}
