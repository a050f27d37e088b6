/* guichet outbox: what was signed and must leave, and what became of it. */
#include <stdio.h>

#include "cli/listing.h"
#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/outbox.h"

enum { OUTBOX_PAGE = 200 };

/* --- list */

static json_t *
row_json(const ClinicOutboxRow *row)
{
  return json_pack("{s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:s, s:s}", "id",
                   cli_option_id(row->id), "item", cli_option_id(row->item), "state",
                   clinic_state_word(row->state), "destination", row->destination, "patient_name",
                   row->patient_name, "signed", cli_option_time(row->signed_at), "due",
                   cli_option_time(row->due), "attempts", (json_int_t)row->attempts, "changed",
                   cli_option_time(row->changed_at), "receipt", row->receipt, "why", row->why);
}

static void
print_row(const ClinicOutboxRow *row, gboolean json, gboolean first)
{
  if (json) {
    json_t *value = row_json(row);
    fputs(first ? "\n" : ",\n", stdout);
    json_dumpf(value, stdout, JSON_COMPACT);
    json_decref(value);
    return;
  }
  g_autofree char *age = cli_listing_age(row->changed_at);
  printf("%19" G_GINT64_FORMAT "  %-10s  %-6s  %s  %s  %s\n", row->item,
         clinic_state_title(row->state), age, row->destination, row->patient_name, row->why);
}

static gboolean
list_rows(ClinicSession *session, gboolean json, int most, GError **error)
{
  gint64 before = 0;
  int shown = 0;
  for (;;) {
    g_autoptr(GPtrArray) page = NULL;
    guint n = most > 0 ? MIN((guint)(most - shown), OUTBOX_PAGE) : OUTBOX_PAGE;
    if (n == 0)
      return TRUE;
    if (!clinic_outbox_list(session, before, n, &page, error))
      return FALSE;
    for (guint i = 0; i < page->len; i++) {
      const ClinicOutboxRow *row = g_ptr_array_index(page, i);
      print_row(row, json, shown++ == 0);
      before = row->changed_at;
    }
    if (page->len < n)
      return TRUE;
  }
}

static int
run_list(int argc, char **argv)
{
  int most = 0;
  const GOptionEntry entries[] = {
      {"most", 'n', 0, G_OPTION_ARG_INT, &most, N_("no more than so many"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                                _("Lists what was signed, the newest change first."), &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("list takes no arguments"));
  if (!cli_option_session(&option, &session, &error))
    return cli_option_fail(error);
  if (option.json)
    putchar('[');
  if (!list_rows(session, option.json, most, &error))
    return cli_option_fail(error);
  if (option.json)
    puts("\n]");
  return cli_option_flush();
}

/* --- show */

static int
print_shown(const ClinicOutboxRow *row, gboolean json)
{
  if (json)
    return cli_option_print(row_json(row));
  g_autofree char *since = base_clock_iso(row->changed_at);
  g_autofree char *signed_at = base_clock_iso(row->signed_at);
  g_autofree char *due = row->due != 0 ? base_clock_iso(row->due) : g_strdup("");
  printf("%s\t%lld\n", _("item"), (long long)row->item);
  printf("%s\t%s\n", _("state"), clinic_state_title(row->state));
  printf("%s\t%s\n", _("why"), row->why);
  printf("%s\t%s\n", _("since"), since);
  printf("%s\t%s\n", _("destination"), row->destination);
  printf("%s\t%s\n", _("patient"), row->patient_name);
  printf("%s\t%s\n", _("signed at"), signed_at);
  printf("%s\t%lld\n", _("tries"), (long long)row->attempts);
  printf("%s\t%s\n", _("next try"), due);
  printf("%s\t%s\n", _("the destination said"), row->receipt);
  return cli_option_flush();
}

static int
run_show(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicOutboxRow) row = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, _("ID"),
                                _("Shows what became of one signed item, and why."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one item"));
  return cli_option_parse_id(argv[1], &id, &error) &&
                 cli_option_session(&option, &session, &error) &&
                 clinic_outbox_show(session, id, &row, &error)
             ? print_shown(row, option.json)
             : cli_option_fail(error);
}

/* --- hold and release */

static int
set_held(int argc, char **argv, gboolean held)
{
  g_autofree char *words = NULL;
  const GOptionEntry entries[] = {
      {"words", 'm', 0, G_OPTION_ARG_STRING, &words, N_("why, in your words"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, held ? entries : NULL, _("DESTINATION"),
                       held ? _("Holds a destination: nothing is sent there until it is "
                                "released.")
                            : _("Releases a destination that was held, or is left alone "
                                "after failures."),
                       &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one destination"));
  gboolean ok = cli_option_session(&option, &session, &error) &&
                (held ? clinic_outbox_lane_hold(session, argv[1], words, &error)
                      : clinic_outbox_lane_release(session, argv[1], &error));
  return ok ? 0 : cli_option_fail(error);
}

static int
run_hold(int argc, char **argv)
{
  return set_held(argc, argv, TRUE);
}

static int
run_release(int argc, char **argv)
{
  return set_held(argc, argv, FALSE);
}

/* --- retry and resolve */

static int
act_each(ClinicSession *session, const GArray *ids, ClinicAction action, const char *words,
         gboolean json)
{
  int status = 0;
  for (guint i = 0; i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(GError) why = NULL;
    g_autoptr(ClinicItem) item = NULL;
    gboolean ok = clinic_item_act(session, id, 0, action, CLINIC_REASON_NONE, words, &why) &&
                  clinic_item_load(session, id, &item, &why);
    if (ok && json) {
      cli_option_print(cli_listing_json(item));
    } else if (ok) {
      printf("%" G_GINT64_FORMAT "\t%s\n", id, clinic_state_title(item->state));
    } else {
      int failed = cli_option_fail(why);
      status = status != 0 ? status : failed;
    }
  }
  int flushed = cli_option_flush();
  return status != 0 ? status : flushed;
}

static int
act(const CliOption *option, int argc, char **argv, ClinicAction action, const char *words)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GError) error = NULL;
  if (!cli_option_session(option, &session, &error) ||
      !cli_listing_ids(session, argc, argv, NULL, &ids, &error))
    return cli_option_fail(error);
  return act_each(session, ids, action, words, option->json);
}

static int
run_retry(int argc, char **argv)
{
  g_autofree char *words = NULL;
  const GOptionEntry entries[] = {
      {"words", 'm', 0, G_OPTION_ARG_STRING, &words, N_("why, in your words"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("ID…"),
                                _("Sends again what failed."), &option);
  return status >= 0 ? status : act(&option, argc, argv, CLINIC_ACTION_RETRY, words);
}

static int
run_resolve(int argc, char **argv)
{
  g_autofree char *words = NULL;
  gboolean arrived = FALSE, again = FALSE;
  const GOptionEntry entries[] = {
      {"arrived", 0, 0, G_OPTION_ARG_NONE, &arrived, N_("it is there"), NULL},
      {"again", 0, 0, G_OPTION_ARG_NONE, &again, N_("it is not there: send it again"), NULL},
      {"words", 'm', 0, G_OPTION_ARG_STRING, &words, N_("how you know"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("ID…"),
      _("Settles what may or may not have arrived, after somebody has looked."), &option);
  if (status >= 0)
    return status;
  if (arrived == again)
    return cli_option_usage(_("say what was found: --arrived or --again"));
  return act(&option, argc, argv, arrived ? CLINIC_ACTION_ARRIVED : CLINIC_ACTION_RETRY, words);
}

int
cli_outbox_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"list", run_list, N_("list what was signed, and its receipts")},
      {"show", run_show, N_("show what became of one item, and why")},
      {"hold", run_hold, N_("send nothing to a destination for now")},
      {"release", run_release, N_("send to a held destination again")},
      {"retry", run_retry, N_("send again what failed")},
      {"resolve", run_resolve, N_("say whether something in doubt arrived")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
