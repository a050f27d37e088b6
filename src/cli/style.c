/* guichet style: the example phrasings that are kept of a clinician's own signed texts. */
#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/style.h"

static json_t *
style_json(const ClinicStyle *style)
{
  return json_pack("{s:o, s:s, s:s, s:o, s:b}", "id", cli_option_id(style->id), "section",
                   style->section, "phrase", style->phrase, "changed", cli_option_time(style->at),
                   "edited", style->edited);
}

/* What every verb begins with: -1 to go on. */
static int
begin(int *argc, char ***argv, const GOptionEntry *entries, const char *arguments,
      const char *summary, CliOption *option, ClinicSession **session)
{
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(argc, argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, arguments,
                                summary, option);
  if (status >= 0)
    return status;
  return cli_option_session(option, session, &error) ? -1 : cli_option_fail(error);
}

/* All of them, or the one with the id. */
static int
print_styles(ClinicSession *session, const CliOption *option, gint64 id)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;
  if (!clinic_style_list(session, &all, &error))
    return cli_option_fail(error);
  json_t *list = json_array();
  for (guint i = 0; i < all->len; i++) {
    const ClinicStyle *style = all->pdata[i];
    if (id != 0 && style->id != id)
      continue;
    n++;
    if (option->json)
      json_array_append_new(list, style_json(style));
    else
      printf("%19" G_GINT64_FORMAT "  %-12s %s\n", style->id, style->section, style->phrase);
  }
  if (id != 0 && n == 0) {
    json_decref(list);
    g_set_error_literal(&error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("you have no such phrase"));
    return cli_option_fail(error);
  }
  if (option->json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
run_list(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  int status =
      begin(&argc, &argv, NULL, NULL,
            _("Lists the example phrasings kept of your own signed texts."), &option, &session);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("list takes no arguments"));
  return print_styles(session, &option, 0);
}

static int
run_show(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  int status = begin(&argc, &argv, NULL, _("ID"), _("Shows one example."), &option, &session);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("one id is needed"));
  if (!cli_option_parse_id(argv[1], &id, &error))
    return cli_option_fail(error);
  return print_styles(session, &option, id);
}

static int
run_edit(int argc, char **argv)
{
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = {
      {"text", 't', 0, G_OPTION_ARG_STRING, &text, N_("the phrase; … stands for what changes"),
       N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  int status =
      begin(&argc, &argv, entries, _("ID"), _("Words one example anew."), &option, &session);
  if (status >= 0)
    return status;
  if (argc != 2 || text == NULL)
    return cli_option_usage(_("one id and --text are needed"));
  if (!cli_option_parse_id(argv[1], &id, &error) || !clinic_style_edit(session, id, text, &error))
    return cli_option_fail(error);
  return print_styles(session, &option, id);
}

static int
run_erase(int argc, char **argv)
{
  gboolean all = FALSE;
  const GOptionEntry entries[] = {
      {"all", 0, 0, G_OPTION_ARG_NONE, &all, N_("every one of yours"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0, sum = 0;
  int status =
      begin(&argc, &argv, entries, _("ID…"), _("Erases examples, for good."), &option, &session);
  if (status >= 0)
    return status;
  if (all == (argc > 1))
    return cli_option_usage(_("ids are needed, or --all"));
  if (all && !clinic_style_erase(session, 0, &sum, &error))
    return cli_option_fail(error);
  for (int i = 1; i < argc; i++, sum += n) {
    gint64 id = 0;
    if (!cli_option_parse_id(argv[i], &id, &error) || !clinic_style_erase(session, id, &n, &error))
      return cli_option_fail(error);
  }
  if (option.json)
    return cli_option_print(json_pack("{s:i}", "erased", (int)sum));
  printf(ngettext("%u example was erased\n", "%u examples were erased\n", sum), sum);
  return cli_option_flush();
}

int
cli_style_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"list", run_list, N_("list them, by section")},
      {"show", run_show, N_("show one")},
      {"edit", run_edit, N_("word one anew")},
      {"erase", run_erase, N_("erase one, some, or all")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
