#include "clinic/chart.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"

static const char *const LINK_WORDS[] = {
    [CLINIC_CHART_UNKNOWN] = "unknown",     [CLINIC_CHART_BY_IDENTIFIER] = "identifier",
    [CLINIC_CHART_BY_PERSON] = "person",    [CLINIC_CHART_ASKED] = "asked",
    [CLINIC_CHART_NOT_THERE] = "not-there",
};

static const char *const LIST_WORDS[] = {
    [CLINIC_CHART_MEDICATIONS] = "medications",
    [CLINIC_CHART_ALLERGIES] = "allergies",
    [CLINIC_CHART_CONDITIONS] = "conditions",
};

const char *
clinic_chart_link_word(ClinicChartLink link)
{
  return (guint)link < CLINIC_CHART_LINK_N ? LINK_WORDS[link] : "";
}

const char *
clinic_chart_list_word(ClinicChartList list)
{
  return (guint)list < CLINIC_CHART_N ? LIST_WORDS[list] : "";
}

void
clinic_chart_fact_free(gpointer data)
{
  ClinicChartFact *fact = data;
  g_free(fact->text);
  g_free(fact->system);
  g_free(fact->code);
  g_free(fact->detail);
  g_free(fact->status);
  g_free(fact);
}

void
clinic_chart_candidate_free(gpointer data)
{
  ClinicChartCandidate *candidate = data;
  g_free(candidate->reference);
  g_free(candidate->words);
  g_free(candidate);
}

ClinicChart *
clinic_chart_new(gint64 patient)
{
  ClinicChart *chart = g_new0(ClinicChart, 1);
  chart->patient = patient;
  chart->source = g_strdup("");
  chart->reference = g_strdup("");
  chart->trouble = g_strdup("");
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    chart->lists[i] = g_ptr_array_new_with_free_func(clinic_chart_fact_free);
  chart->lacking = g_ptr_array_new_with_free_func(g_free);
  chart->candidates = g_ptr_array_new_with_free_func(clinic_chart_candidate_free);
  return chart;
}

void
clinic_chart_free(ClinicChart *chart)
{
  if (chart == NULL)
    return;
  g_free(chart->source);
  g_free(chart->reference);
  g_free(chart->trouble);
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    g_ptr_array_unref(chart->lists[i]);
  g_ptr_array_unref(chart->lacking);
  g_ptr_array_unref(chart->candidates);
  g_free(chart);
}

void
clinic_chart_clear(ClinicChart *chart)
{
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    g_ptr_array_set_size(chart->lists[i], 0);
  g_ptr_array_set_size(chart->lacking, 0);
}

gboolean
clinic_chart_add(ClinicChart *chart, ClinicChartList list, const ClinicChartFact *fact)
{
  if (chart->lists[list]->len >= CLINIC_CHART_FACTS)
    return FALSE;
  ClinicChartFact *own = g_new0(ClinicChartFact, 1);
  own->text = g_strdup(fact->text);
  own->system = g_strdup(fact->system);
  own->code = g_strdup(fact->code);
  own->detail = g_strdup(fact->detail);
  own->status = g_strdup(fact->status);
  g_ptr_array_add(chart->lists[list], own);
  return TRUE;
}

void
clinic_chart_take_link(ClinicChart *chart, ClinicChartLink link, const char *reference)
{
  if (strcmp(chart->reference, reference) != 0) {
    clinic_chart_clear(chart);
    chart->read_at = 0;
    g_free(chart->reference);
    chart->reference = g_strdup(reference);
  }
  chart->link = link;
  g_ptr_array_set_size(chart->candidates, 0);
}

char *
clinic_chart_words(const ClinicChart *chart)
{
  if (chart == NULL || chart->read_at == 0)
    return NULL;
  g_autofree char *day = base_clock_iso(chart->read_at);
  day[10] = '\0'; /* 2026-11-24 */
  /* L10N: the EHR's name in guichet.conf; a day */
  return g_strdup_printf(_("charted, from %s on %s"), chart->source, day);
}

GStrv
clinic_chart_texts(const ClinicChart *chart, ClinicChartList list)
{
  g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
  for (guint i = 0; chart != NULL && i < chart->lists[list]->len; i++)
    g_strv_builder_add(texts, ((const ClinicChartFact *)chart->lists[list]->pdata[i])->text);
  return g_strv_builder_end(texts);
}

gboolean
clinic_chart_load(ClinicSession *session, gint64 patient, ClinicChart **ret, GError **error)
{
  g_autoptr(StoreChart) row = NULL;
  if (!store_chart_load(session->store, patient, &row, error))
    return FALSE;
  *ret = row != NULL ? clinic_chart_json_read(row) : clinic_chart_new(patient);
  return TRUE;
}

gboolean
clinic_chart_put(ClinicSession *session, ClinicChart *chart, GError **error)
{
  json_t *body = clinic_chart_json_make(chart);
  StoreChart row = {chart->patient, chart->version, chart->read_at, chart->tried_at, body};
  gboolean ok = store_chart_put(session->store, &row, error);
  json_decref(body);
  if (ok)
    chart->version = row.version;
  return ok;
}

gboolean
clinic_chart_open(ClinicSession *session, gint64 patient, ClinicChart **ret, GError **error)
{
  g_autoptr(ClinicChart) chart = NULL;
  const StoreEvent event = {STORE_EVENT_PATIENT_READ, clinic_session_user(session), patient,
                            patient, "chart"};
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) ||
      !store_tx_note(session->store, &event, error) ||
      !clinic_chart_load(session, patient, &chart, error))
    return FALSE;
  *ret = chart->version == 0 ? NULL : g_steal_pointer(&chart);
  return TRUE;
}
