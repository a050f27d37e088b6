/* What the record says: four types, page by page, each as far as the EHR gives it. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "worker/chart.h"

enum { LIST_COUNT = 100, LIST_PAGES = 20 };

typedef gboolean (*Reader)(const json_t *answer, GPtrArray **ret, GError **error);

/* Allergies and conditions are sifted here alone: a server's filter would pass over those whose
 * status was never entered. */
static const struct {
  const char *type, *statuses;
  ClinicChartList list;
  Reader read;
} TYPES[WORKER_CHART_TYPES] = {
    {"AllergyIntolerance", NULL, CLINIC_CHART_ALLERGIES, wire_fhir_context_allergies},
    {"MedicationStatement", "active,on-hold,intended,unknown", CLINIC_CHART_MEDICATIONS,
     wire_fhir_context_medications},
    {"MedicationRequest", "active,on-hold,unknown", CLINIC_CHART_MEDICATIONS,
     wire_fhir_context_medications},
    {"Condition", NULL, CLINIC_CHART_CONDITIONS, wire_fhir_context_conditions},
};

/* --- the end */

#define TEXT(text) ((char *)(gintptr)(text))

static gboolean
add_one(ClinicChart *chart, ClinicChartList list, gconstpointer read)
{
  const WireFhirMedication *m = read;
  const WireFhirAllergy *a = read;
  const WireFhirCondition *c = read;
  ClinicChartFact fact = {0};
  if (list == CLINIC_CHART_MEDICATIONS)
    fact = (ClinicChartFact){m->name, m->system, m->code, m->dosage, m->status};
  else if (list == CLINIC_CHART_ALLERGIES)
    fact = (ClinicChartFact){a->substance, a->system, a->code, a->reaction, a->criticality};
  else
    fact = (ClinicChartFact){c->text, c->system, c->code, TEXT(""), TEXT("")};
  return clinic_chart_add(chart, list, &fact);
}

static gboolean
add_list(ClinicChart *chart, ClinicChartList list, const GPtrArray *pages)
{
  gboolean whole = TRUE;
  for (guint i = 0; i < pages->len; i++) {
    const GPtrArray *page = pages->pdata[i];
    for (guint k = 0; k < page->len; k++)
      whole = add_one(chart, list, page->pdata[k]) && whole;
  }
  return whole;
}

static void
lack(WorkerChart *chart, const char *type)
{
  if (!g_ptr_array_find_with_equal_func(chart->lacking, type, g_str_equal, NULL))
    g_ptr_array_add(chart->lacking, g_strdup(type));
}

static void
settle(WorkerChart *chart)
{
  ClinicChart *kept = chart->ask->chart;
  g_autoptr(GError) error = NULL;
  gboolean changed = FALSE;
  clinic_chart_clear(kept);
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    if (!add_list(kept, (ClinicChartList)i, chart->lists[i]))
      lack(chart, clinic_chart_list_word((ClinicChartList)i));
  for (guint i = 0; i < chart->lacking->len; i++)
    g_ptr_array_add(kept->lacking, g_strdup(chart->lacking->pdata[i]));
  if (!clinic_chart_settle(chart->run->session, kept, &changed, &error) ||
      (changed && !clinic_chart_recheck(chart->run->session, kept->patient, &error)))
    worker_chart_trouble(chart, error->code, error->message);
  else
    worker_chart_end(chart);
}

/* --- one type after the other */

static void next_type(WorkerChart *chart);

/* It does not have this type, or does not give it to us: the others may still be read. */
static gboolean
is_refused(const WorkerFhirReply *reply)
{
  static const long statuses[] = {400, 403, 404, 405, 406, 410, 422, 501};
  for (gsize i = 0; reply->error == NULL && i < G_N_ELEMENTS(statuses); i++)
    if (reply->status == statuses[i])
      return TRUE;
  return FALSE;
}

static gboolean
page_take(WorkerChart *chart, const WorkerFhirReply *reply)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *page = NULL;
  if (wire_fhir_context_about(reply->resource, chart->ask->chart->reference, &error) &&
      TYPES[chart->type].read(reply->resource, &page, &error)) {
    g_ptr_array_add(chart->lists[TYPES[chart->type].list], page);
    return TRUE;
  }
  worker_chart_trouble(chart, error->code, error->message);
  return FALSE;
}

static void
on_page(const WorkerFhirReply *reply, gpointer data)
{
  WorkerChart *chart = data;
  if (!chart->off && is_refused(reply)) {
    chart->request = 0;
    lack(chart, TYPES[chart->type].type);
    chart->refused += chart->pages == 1;
    chart->type++;
    next_type(chart);
    return;
  }
  if (!worker_chart_good(chart, reply) || !page_take(chart, reply))
    return;
  const char *next = wire_fhir_context_next(reply->resource);
  g_autofree char *path = next != NULL ? worker_fhir_peer_path(chart->peer, next) : NULL;
  if (path != NULL && chart->pages < LIST_PAGES) {
    chart->pages++;
    worker_chart_ask(chart, "GET", path, NULL, on_page);
    return;
  }
  if (next != NULL) /* too many, or it points out of the server */
    lack(chart, TYPES[chart->type].type);
  chart->type++;
  next_type(chart);
}

static char *
first_path(const WorkerChart *chart)
{
  const char *type = TYPES[chart->type].type, *statuses = TYPES[chart->type].statuses;
  gboolean patient = wire_fhir_answer_searches_by(worker_chart_can(chart), type, "patient");
  gboolean status =
      statuses != NULL && wire_fhir_answer_searches_by(worker_chart_can(chart), type, "status");
  return g_strdup_printf("%s?%s=%s%s%s&_count=%d", type, patient ? "patient" : "subject",
                         chart->ask->chart->reference, status ? "&status=" : "",
                         status ? statuses : "", LIST_COUNT);
}

static gboolean
may_ask(const WorkerChart *chart)
{
  const char *type = TYPES[chart->type].type;
  return wire_fhir_answer_searches_by(worker_chart_can(chart), type, "patient") ||
         (wire_fhir_answer_searches_by(worker_chart_can(chart), type, "subject") &&
          strcmp(type, "AllergyIntolerance") != 0);
}

static void
next_type(WorkerChart *chart)
{
  for (; chart->type < WORKER_CHART_TYPES && !may_ask(chart); chart->type++) {
    lack(chart, TYPES[chart->type].type);
    chart->refused++;
  }
  if (chart->type < WORKER_CHART_TYPES) {
    g_autofree char *path = first_path(chart);
    chart->pages = 1;
    worker_chart_ask(chart, "GET", path, NULL, on_page);
  } else if (chart->refused == WORKER_CHART_TYPES) {
    worker_chart_miss(chart, _("the EHR gives neither medications nor allergies nor conditions"));
  } else {
    settle(chart);
  }
}

void
worker_chart_list(WorkerChart *chart)
{
  next_type(chart);
}
