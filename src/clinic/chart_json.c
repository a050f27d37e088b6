#include <string.h>

#include "clinic/chart.h"

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static json_t *
facts_to_json(const GPtrArray *facts)
{
  json_t *list = json_array();
  for (guint i = 0; i < facts->len; i++) {
    const ClinicChartFact *fact = facts->pdata[i];
    json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:s}", "text", fact->text, "system",
                                          fact->system, "code", fact->code, "detail", fact->detail,
                                          "status", fact->status));
  }
  return list;
}

json_t *
clinic_chart_json_make(const ClinicChart *chart)
{
  json_t *lacking = json_array(), *candidates = json_array();
  for (guint i = 0; i < chart->lacking->len; i++)
    json_array_append_new(lacking, json_string(chart->lacking->pdata[i]));
  for (guint i = 0; i < chart->candidates->len; i++) {
    const ClinicChartCandidate *one = chart->candidates->pdata[i];
    json_array_append_new(candidates,
                          json_pack("{s:s,s:s}", "reference", one->reference, "words", one->words));
  }
  json_t *body = json_pack("{s:s,s:s,s:s,s:s,s:o,s:o}", "source", chart->source, "reference",
                           chart->reference, "link", clinic_chart_link_word(chart->link), "trouble",
                           chart->trouble, "lacking", lacking, "candidates", candidates);
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    json_object_set_new(body, clinic_chart_list_word((ClinicChartList)i),
                        facts_to_json(chart->lists[i]));
  return body;
}

static void
facts_from_json(ClinicChart *chart, ClinicChartList list, const json_t *facts)
{
  json_t *one;
  size_t index;
  json_array_foreach (facts, index, one) {
    const ClinicChartFact fact = {
        .text = (char *)(gintptr)text_of(one, "text"),
        .system = (char *)(gintptr)text_of(one, "system"),
        .code = (char *)(gintptr)text_of(one, "code"),
        .detail = (char *)(gintptr)text_of(one, "detail"),
        .status = (char *)(gintptr)text_of(one, "status"),
    };
    clinic_chart_add(chart, list, &fact);
  }
}

static void
rest_from_json(ClinicChart *chart, const json_t *body)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(body, "lacking"), index, one)
    if (json_is_string(one))
      g_ptr_array_add(chart->lacking, g_strdup(json_string_value(one)));
  json_array_foreach (json_object_get(body, "candidates"), index, one) {
    ClinicChartCandidate *candidate = g_new0(ClinicChartCandidate, 1);
    candidate->reference = g_strdup(text_of(one, "reference"));
    candidate->words = g_strdup(text_of(one, "words"));
    g_ptr_array_add(chart->candidates, candidate);
  }
}

static char *
take(char *old, const json_t *body, const char *key)
{
  g_free(old);
  return g_strdup(text_of(body, key));
}

ClinicChart *
clinic_chart_json_read(const StoreChart *row)
{
  ClinicChart *chart = clinic_chart_new(row->patient);
  chart->version = row->version;
  chart->read_at = row->read_at;
  chart->tried_at = row->tried_at;
  chart->source = take(chart->source, row->body, "source");
  chart->reference = take(chart->reference, row->body, "reference");
  chart->trouble = take(chart->trouble, row->body, "trouble");
  for (guint i = 0; i < CLINIC_CHART_LINK_N; i++)
    if (strcmp(text_of(row->body, "link"), clinic_chart_link_word((ClinicChartLink)i)) == 0)
      chart->link = (ClinicChartLink)i;
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    facts_from_json(chart, (ClinicChartList)i,
                    json_object_get(row->body, clinic_chart_list_word((ClinicChartList)i)));
  rest_from_json(chart, row->body);
  return chart;
}
