/* guichet agenda: appointments of some days, free time, and what the desk saw. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/contract.h"

enum { DAYS_MOST = 366 };

/* --- list */

static json_t *
row_json(const ClinicAgendaRow *row)
{
  return json_pack("{s:o, s:o, s:o, s:b, s:s, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id",
                   cli_option_id(row->id), "start", cli_option_time(row->start), "end",
                   cli_option_time(row->end), "all_day", row->all_day, "state",
                   clinic_agenda_word(row->state), "patient", cli_option_id(row->patient),
                   "patient_name", row->patient_name, "clinician_name", row->clinician_name,
                   "place", row->place, "summary", row->summary, "arrived",
                   cli_option_time(row->arrived), "checked_in", cli_option_time(row->checked_in),
                   "ended", cli_option_time(row->ended));
}

static int
print_json(const GPtrArray *rows, const GArray *gaps)
{
  json_t *list = json_array(), *room = json_array();
  for (guint i = 0; i < rows->len; i++)
    json_array_append_new(list, row_json(rows->pdata[i]));
  for (guint i = 0; i < gaps->len; i++) {
    const ClinicAgendaGap *gap = &g_array_index(gaps, ClinicAgendaGap, i);
    json_array_append_new(room, json_pack("{s:o, s:o}", "start", cli_option_time(gap->start), "end",
                                          cli_option_time(gap->end)));
  }
  return cli_option_print(json_pack("{s:o, s:o}", "appointments", list, "free", room));
}

static int
print_text(const GPtrArray *rows, const GArray *gaps, const char *zone)
{
  for (guint i = 0; i < rows->len; i++) {
    const ClinicAgendaRow *row = rows->pdata[i];
    g_autofree char *start = base_clock_local(row->start, zone, "%Y-%m-%d %H:%M");
    g_autofree char *end = base_clock_local(row->end, zone, "%H:%M");
    printf("%19" G_GINT64_FORMAT "  %s-%s  %-10s  %s  %s  %s\n", row->id, start, end,
           clinic_agenda_title(row->state),
           *row->patient_name != '\0' ? row->patient_name : row->summary, row->clinician_name,
           row->place);
  }
  for (guint i = 0; i < gaps->len; i++) {
    const ClinicAgendaGap *gap = &g_array_index(gaps, ClinicAgendaGap, i);
    g_autofree char *start = base_clock_local(gap->start, zone, "%Y-%m-%d %H:%M");
    g_autofree char *end = base_clock_local(gap->end, zone, "%H:%M");
    printf("%19s  %s-%s  %s\n", "", start, end, _("free"));
  }
  return cli_option_flush();
}

static int
list_days(const CliOption *option, ClinicSession *session, const char *day, int days)
{
  const char *zone = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GArray) gaps = NULL;
  g_autoptr(GError) error = NULL;
  gint64 from = clinic_agenda_midnight(session, base_clock_now(), 0), wanted = 0;
  if (day != NULL && !clinic_contract_day_parse(day, &wanted, &error))
    return cli_option_fail(error);
  if (day != NULL)
    from = clinic_agenda_midnight(session, wanted * BASE_CLOCK_DAY + BASE_CLOCK_DAY / 2, 0);
  gint64 to = clinic_agenda_midnight(session, from, days);
  if (!clinic_agenda_list(session, from, to, NULL, &rows, &error) ||
      !clinic_agenda_gaps(session, rows, from, to, &gaps, &error))
    return cli_option_fail(error);
  return option->json ? print_json(rows, gaps)
                      : print_text(rows, gaps, *zone != '\0' ? zone : NULL);
}

static int
run_list(int argc, char **argv)
{
  g_autofree char *day = NULL;
  int days = 1;
  const GOptionEntry entries[] = {
      {"day", 0, 0, G_OPTION_ARG_STRING, &day, N_("the first day, such as 2026-11-30 (today)"),
       N_("DAY")},
      {"days", 'd', 0, G_OPTION_ARG_INT, &days, N_("so many days (1)"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                       _("Lists the appointments of some days, and the free time."), &option);
  if (status >= 0)
    return status;
  if (argc > 1 || days < 1 || days > DAYS_MOST)
    return cli_option_usage(_("list takes no arguments; --days is 1 to 366"));
  if (!cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  return list_days(&option, session, day, days);
}

/* --- mark */

static int
run_mark(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicAgendaState state = CLINIC_AGENDA_BOOKED;
  gint64 id = 0;
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN, NULL,
      _("ID arrived|checked-in|no-show|completed|cancelled|booked"),
      _("Says what became of an appointment; booked takes the last mark back."), &option);
  if (status >= 0)
    return status;
  if (argc != 3)
    return cli_option_usage(_("name one appointment by id, and a state"));
  if (!cli_option_parse_id(argv[1], &id, &error) || !clinic_agenda_parse(argv[2], &state, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_agenda_mark(session, id, 0, state, &error))
    return cli_option_fail(error);
  return 0;
}

int
cli_agenda_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"list", run_list, N_("appointments and free time of some days")},
      {"mark", run_mark, N_("what became of one")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
