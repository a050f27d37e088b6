/* guichet reminders: what goes to whom and when, what does not and why; approving and skipping. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/returned.h"

enum { DAYS = 7, DAYS_MOST = 60 };

/* --- preview */

static json_t *
row_json(const ClinicReminder *r)
{
  const char *answer = clinic_reminder_answer_word(r->answer);
  return json_pack(
      "{s:o, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, "
      "s:s, s:o}",
      "id", cli_option_id(r->id), "message", cli_option_id(r->lead), "item", cli_option_id(r->item),
      "stand", clinic_reminder_stand_word(r->stand), "reason", calendar_plan_label(r->reason),
      "why", r->why, "due", cli_option_time(r->due), "starts", cli_option_time(r->starts),
      "patient", cli_option_id(r->patient), "patient_name", r->patient_name, "kind", r->kind,
      "channel", r->channel, "address", r->address, "template", r->template, "place", r->place,
      "mode", clinic_reminder_mode_word(r->mode), "shared", r->shared, "restricted", r->restricted,
      "answer", answer, "answered", cli_option_time(r->answered));
}

static json_t *
list_json(const GPtrArray *list)
{
  json_t *array = json_array();
  for (guint i = 0; i < list->len; i++)
    json_array_append_new(array, row_json(list->pdata[i]));
  return array;
}

static void
print_row(const ClinicReminder *r, const char *zone)
{
  g_autofree char *due = base_clock_local(r->due, zone, "%Y-%m-%d %H:%M");
  g_autofree char *starts = base_clock_local(r->starts, zone, "%Y-%m-%d %H:%M");
  const char *more =
      r->answer != CLINIC_REMINDER_SILENT ? clinic_reminder_answer_title(r->answer) : r->why;
  printf("%19" G_GINT64_FORMAT "  %s  %-10s  %-8s  %-6s  %s  %s%s%s%s\n", r->id, due,
         clinic_reminder_stand_title(r->stand), r->kind, *r->channel != '\0' ? r->channel : "-",
         starts, *r->patient_name != '\0' ? r->patient_name : "-",
         r->shared ? _("  (shared address)") : "", *more != '\0' ? "  " : "", more);
}

static int
print_lists(const GPtrArray *next, const GPtrArray *past, const char *zone)
{
  printf(_("Next\n"));
  for (guint i = 0; i < next->len; i++)
    print_row(next->pdata[i], zone);
  printf(_("Past\n"));
  for (guint i = 0; i < past->len; i++)
    print_row(past->pdata[i], zone);
  return cli_option_flush();
}

static int
run_preview(int argc, char **argv)
{
  int days = DAYS;
  const GOptionEntry entries[] = {
      {"days", 'd', 0, G_OPTION_ARG_INT, &days, N_("so many ahead and behind (7)"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) next = NULL, past = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, entries, NULL,
      _("Lists what goes in the next days and why some do not, and what became of the last."),
      &option);
  if (status >= 0)
    return status;
  if (argc > 1 || days < 1 || days > DAYS_MOST)
    return cli_option_usage(_("preview takes no arguments; --days is 1 to 60"));
  if (!cli_option_session(&option, &session, &error) ||
      !clinic_reminder_next(session, (guint)days, &next, &error) ||
      !clinic_reminder_past(session, (guint)days, &past, &error))
    return cli_option_fail(error);
  if (option.json)
    return cli_option_print(
        json_pack("{s:o, s:o}", "next", list_json(next), "past", list_json(past)));
  const char *zone = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  return print_lists(next, past, *zone != '\0' ? zone : NULL);
}

/* --- plan */

static int
run_plan(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  guint done = 0;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_CLINIC | CLI_OPTION_JSON, NULL, NULL,
                       _("Does now what the worker does each minute, by the host's key: brings "
                         "what is due soon into "
                         "the queue and takes back what does not hold any more.  Nothing is sent."),
                       &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("plan takes no arguments"));
  option.host = TRUE;
  if (!cli_option_session(&option, &session, &error) ||
      !clinic_reminder_tend(session, &done, &error))
    return cli_option_fail(error);
  if (option.json)
    return cli_option_print(json_pack("{s:i}", "done", (int)done));
  printf(ngettext("%u reminder was brought in, approved or taken back\n",
                  "%u reminders were brought in, approved or taken back\n", done),
         done);
  return cli_option_flush();
}

/* --- one by one */

static gboolean
read_ids(int argc, char **argv, gint64 **ret, GError **error)
{
  g_autofree gint64 *ids = g_new0(gint64, (gsize)MAX(argc, 1));
  for (int i = 1; i < argc; i++)
    if (!cli_option_parse_id(argv[i], &ids[i - 1], error))
      return FALSE;
  *ret = g_steal_pointer(&ids);
  return TRUE;
}

static int
approve_ids(ClinicSession *session, int argc, char **argv, gboolean now)
{
  g_autofree gint64 *ids = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;
  if (!read_ids(argc, argv, &ids, &error) ||
      !clinic_reminder_approve(session, ids, (guint)(argc - 1), now, &n, &error))
    return cli_option_fail(error);
  printf(ngettext("%u reminder was approved\n", "%u reminders were approved\n", n), n);
  return cli_option_flush();
}

static int
approve_day(ClinicSession *session, const char *text)
{
  g_autoptr(GError) error = NULL;
  gint64 day = 0;
  guint n = 0, left = 0;
  gboolean ok = strcmp(text, "today") == 0
                    ? clinic_reminder_day(session, base_clock_now(), &day, &error)
                    : clinic_contract_day_parse(text, &day, &error);
  if (!ok || !clinic_reminder_approve_day(session, day, &n, &left, &error))
    return cli_option_fail(error);
  printf(ngettext("%u message was approved\n", "%u messages were approved\n", n), n);
  if (left > 0)
    printf(ngettext("%u was left: it is approved by hand, or the log says why\n",
                    "%u were left: they are approved by hand, or the log says why\n", left),
           left);
  return cli_option_flush();
}

static int
run_approve(int argc, char **argv)
{
  gboolean now = FALSE;
  g_autofree char *day = NULL;
  const GOptionEntry entries[] = {
      {"day", 0, 0, G_OPTION_ARG_STRING, &day, N_("all that go on this day, or today"), N_("DAY")},
      {"now", 0, 0, G_OPTION_ARG_NONE, &now, N_("send at once, whatever the hour"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("ID…"),
                                _("Approves reminders: they go when they are due."), &option);
  if (status >= 0)
    return status;
  if ((day != NULL) == (argc > 1) || (day != NULL && now))
    return cli_option_usage(_("give ids, or --day"));
  if (!cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  return day != NULL ? approve_day(session, day) : approve_ids(session, argc, argv, now);
}

static int
run_skip(int argc, char **argv)
{
  g_autofree char *why = NULL;
  const GOptionEntry entries[] = {
      {"why", 0, 0, G_OPTION_ARG_STRING, &why, N_("why it does not go"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree gint64 *ids = NULL;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("ID…"),
                       _("Skips reminders: they do not go, and are not planned again."), &option);
  if (status >= 0)
    return status;
  if (argc < 2)
    return cli_option_usage(_("name reminders by id"));
  if (!read_ids(argc, argv, &ids, &error) || !cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  for (int i = 0; i < argc - 1; i++)
    if (!clinic_reminder_skip(session, ids[i], why, &error))
      return cli_option_fail(error);
  return 0;
}

static int
run_show(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gint64 id = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, NULL, _("ID"),
                                _("Shows the message of a reminder."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one reminder by id"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_reminder_text(session, id, &text, &error))
    return cli_option_fail(error);
  fputs(text, stdout);
  return cli_option_flush();
}

static int
run_answer(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicReminderAnswer answer = CLINIC_REMINDER_SILENT;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST, NULL,
                                _("CODE confirm|cancel|move"),
                                _("Records what a patient answered to a reminder."), &option);
  if (status >= 0)
    return status;
  if (argc != 3)
    return cli_option_usage(_("give the code of the message, and confirm, cancel or move"));
  if (!clinic_reminder_answer_parse(argv[2], &answer, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_reminder_answer(session, argv[1], answer, &error))
    return cli_option_fail(error);
  return 0;
}

static json_t *
reply_json(const ClinicReply *reply)
{
  return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "item", cli_option_id(reply->item),
                   "patient_name", reply->patient_name, "code", reply->code, "from", reply->from,
                   "subject", reply->subject, "text", reply->text, "perhaps_automatic", reply->hint,
                   "at", cli_option_time(reply->at));
}

static int
print_replies(const GPtrArray *replies, gboolean json)
{
  json_t *all = json_array();
  for (guint i = 0; i < replies->len; i++) {
    const ClinicReply *reply = g_ptr_array_index(replies, i);
    json_array_append_new(all, reply_json(reply));
    if (json)
      continue;
    printf("%" G_GINT64_FORMAT "\t%s\t%s\t%s%s\n%s\n\n", reply->item, reply->patient_name,
           reply->code, reply->subject, reply->hint ? _(" (perhaps an automatic answer)") : "",
           reply->text);
  }
  if (json)
    return cli_option_print(all);
  json_decref(all);
  return cli_option_flush();
}

static int
run_replies(int argc, char **argv)
{
  gint64 settled = 0;
  g_autofree char *settle = NULL;
  const GOptionEntry entries[] = {
      {"settle", 0, 0, G_OPTION_ARG_STRING, &settle,
       N_("somebody has dealt with the answers to this item"), N_("ITEM")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) replies = NULL;
  g_autoptr(GError) error = NULL;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                       _("Lists what patients answered by mail and nobody has settled."), &option);
  if (status >= 0)
    return status;
  if (argc != 1)
    return cli_option_usage(_("replies takes no arguments"));
  if ((settle != NULL && !cli_option_parse_id(settle, &settled, &error)) ||
      !cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  if (settle != NULL)
    return clinic_returned_settle(session, settled, &error) ? 0 : cli_option_fail(error);
  return clinic_returned_replies(session, &replies, &error) ? print_replies(replies, option.json)
                                                            : cli_option_fail(error);
}

static int
run_mode(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicReminderMode mode = CLINIC_REMINDER_BY_DAY;
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN, NULL, _("TEMPLATE [hand|day|automatic]"),
      _("Says how the reminders of a template are approved: each by hand, a day's at once, or by "
        "themselves in your name."),
      &option);
  if (status >= 0)
    return status;
  if (argc != 2 && argc != 3)
    return cli_option_usage(_("name a template, such as reminder"));
  if ((argc == 3 && !clinic_reminder_mode_parse(argv[2], &mode, &error)) ||
      !cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  if (argc == 3)
    return clinic_reminder_mode_set(session, argv[1], mode, &error) ? 0 : cli_option_fail(error);
  if (!clinic_reminder_mode_get(session, argv[1], &mode, NULL, &error))
    return cli_option_fail(error);
  printf("%s\n", clinic_reminder_mode_word(mode));
  return cli_option_flush();
}

static int
run_check(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST, NULL, NULL,
                                _("Says what of the clinic's policy.conf and of its texts of "
                                  "reminders cannot be used."),
                                &option);
  if (status >= 0)
    return status;
  if (argc != 1)
    return cli_option_usage(_("check takes no arguments"));
  if (!cli_option_session(&option, &session, &error) ||
      !clinic_reminder_policy_check(session, &lines, &error))
    return cli_option_fail(error);
  for (guint i = 0; i < lines->len; i++)
    printf("%s\n", (const char *)lines->pdata[i]);
  status = cli_option_flush();
  return status != 0 || lines->len == 0 ? status : BASE_ERROR_CONFIG;
}

int
cli_reminders_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"preview", run_preview, N_("the next days and the last, with why some do not go")},
      {"plan", run_plan, N_("bring what is due soon into the queue")},
      {"approve", run_approve, N_("approve some, or a day's")},
      {"skip", run_skip, N_("let some not go")},
      {"show", run_show, N_("show the message of one")},
      {"answer", run_answer, N_("record a patient's answer")},
      {"replies", run_replies, N_("what patients answered by mail")},
      {"check", run_check, N_("what of the policy and the texts cannot be used")},
      {"mode", run_mode, N_("how those of a template are approved")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
