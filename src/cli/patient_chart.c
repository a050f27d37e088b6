#include "cli/patient_chart.h"

#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/chart.h"
#include "guichet/worker/chart.h"

typedef struct {
  gboolean refresh, none;
  char *is;
} Wanted;

/* --- JSON */

static json_t *
facts_json(const GPtrArray *facts)
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

static json_t *
chart_json(const ClinicChart *chart)
{
  json_t *lacking = json_array(), *candidates = json_array();
  for (guint i = 0; i < chart->lacking->len; i++)
    json_array_append_new(lacking, json_string(chart->lacking->pdata[i]));
  for (guint i = 0; i < chart->candidates->len; i++) {
    const ClinicChartCandidate *one = chart->candidates->pdata[i];
    json_array_append_new(candidates,
                          json_pack("{s:s,s:s}", "record", one->reference, "words", one->words));
  }
  json_t *all = json_pack(
      "{s:o,s:s,s:s,s:s,s:o,s:o,s:s,s:o,s:o}", "patient", cli_option_id(chart->patient), "source",
      chart->source, "record", chart->reference, "link", clinic_chart_link_word(chart->link),
      "read_at", cli_option_time(chart->read_at), "tried_at", cli_option_time(chart->tried_at),
      "trouble", chart->trouble, "lacking", lacking, "candidates", candidates);
  for (guint i = 0; i < CLINIC_CHART_N; i++)
    json_object_set_new(all, clinic_chart_list_word((ClinicChartList)i),
                        facts_json(chart->lists[i]));
  return all;
}

/* --- for a person */

static const char *const LINKS[] = {
    [CLINIC_CHART_UNKNOWN] = N_("not known which record is theirs"),
    [CLINIC_CHART_BY_IDENTIFIER] = N_("known by a number"),
    [CLINIC_CHART_BY_PERSON] = N_("as a person said"),
    [CLINIC_CHART_ASKED] = N_("a task asks which record is theirs"),
    [CLINIC_CHART_NOT_THERE] = N_("a person said that it has none of theirs"),
};

static const char *const TITLES[] = {
    [CLINIC_CHART_MEDICATIONS] = N_("Medications"),
    [CLINIC_CHART_ALLERGIES] = N_("Allergies"),
    [CLINIC_CHART_CONDITIONS] = N_("Conditions"),
};

static void
print_list(const char *title, const GPtrArray *facts)
{
  printf("\n%s\n", title);
  if (facts->len == 0)
    printf("  %s\n", _("none charted"));
  for (guint i = 0; i < facts->len; i++) {
    const ClinicChartFact *fact = facts->pdata[i];
    printf("  %s%s%s%s%s\n", fact->text, *fact->detail != '\0' ? ", " : "", fact->detail,
           *fact->status != '\0' ? ", " : "", fact->status);
  }
}

static void
print_head(const ClinicChart *chart)
{
  g_autofree char *when = chart->read_at != 0 ? base_clock_iso(chart->read_at) : NULL;
  printf(_("From      %s %s (%s)\n"), chart->source, chart->reference, _(LINKS[chart->link]));
  printf(_("Read      %s\n"), when != NULL ? when : _("never"));
  if (*chart->trouble != '\0')
    printf(_("Trouble   %s\n"), chart->trouble);
  for (guint i = 0; i < chart->lacking->len; i++)
    printf(_("Not whole %s\n"), (const char *)chart->lacking->pdata[i]);
  for (guint i = 0; i < chart->candidates->len; i++) {
    const ClinicChartCandidate *one = chart->candidates->pdata[i];
    printf(_("Perhaps   %s  %s\n"), one->reference, one->words);
  }
}

static int
chart_print(const ClinicChart *chart, gboolean json)
{
  if (json)
    return cli_option_print(chart != NULL ? chart_json(chart) : json_null());
  if (chart == NULL) {
    puts(_("No chart was read of this patient."));
    return cli_option_flush();
  }
  print_head(chart);
  for (guint i = 0; i < CLINIC_CHART_N && chart->read_at != 0; i++)
    print_list(_(TITLES[i]), chart->lists[i]);
  return cli_option_flush();
}

/* --- the command */

static int
chart_do(const CliOption *option, const char *id_text, const Wanted *wanted)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicChart) chart = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  gboolean links = wanted->none || wanted->is != NULL;
  if (!cli_option_parse_id(id_text, &id, &error) || !cli_option_session(option, &session, &error) ||
      (links && !clinic_chart_settle_link(session, id, wanted->is, &error)) ||
      ((wanted->refresh || wanted->is != NULL) && !worker_chart_read(session, id, NULL, &error)) ||
      !clinic_chart_open(session, id, &chart, &error))
    return cli_option_fail(error);
  return chart_print(chart, option->json);
}

int
cli_patient_chart_run(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  Wanted wanted = {0};
  const GOptionEntry entries[] = {
      {"refresh", 0, 0, G_OPTION_ARG_NONE, &wanted.refresh, N_("read it from the EHR now"), NULL},
      {"is", 0, 0, G_OPTION_ARG_STRING, &wanted.is,
       N_("this record there is theirs, as in Patient/12; it is then read"), N_("RECORD")},
      {"none", 0, 0, G_OPTION_ARG_NONE, &wanted.none, N_("no record there is theirs"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("PATIENT"),
      _("Shows what the EHR knows of a patient, and when that was read."), &option);
  g_autofree char *is = wanted.is;
  if (status >= 0)
    return status;
  if (argc != 2 || (wanted.none && (is != NULL || wanted.refresh)))
    return cli_option_usage(_("name one patient by id; --none stands alone"));
  return chart_do(&option, argv[1], &wanted);
}
