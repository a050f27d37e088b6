#include "cli/item_amend.h"

#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/amendment.h"

enum { AMEND_TEXT_CAP = 1 << 20 };

typedef struct {
  char *reason, *file;
  gboolean addendum;
} Given;

static void
given_clear(Given *given)
{
  g_free(given->reason);
  g_free(given->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

/* A correction without a file begins as what was signed. */
static gboolean
text_read(const Given *given, char **ret, GError **error)
{
  gsize length = 0;
  if (given->file == NULL && !given->addendum)
    return TRUE;
  return base_file_read(given->file != NULL ? given->file : "-", AMEND_TEXT_CAP, ret, &length,
                        error);
}

static int
amend(const CliOption *option, const Given *given, const char *id)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gint64 item = 0, made = 0;
  ClinicAmends does = given->addendum ? CLINIC_AMENDMENT_APPENDS : CLINIC_AMENDMENT_REPLACES;
  if (!cli_option_parse_id(id, &item, &error) || !text_read(given, &text, &error) ||
      !cli_option_session(option, &session, &error) ||
      !clinic_amendment_add(session, item, does, given->reason, text, &made, &error))
    return cli_option_fail(error);
  if (option->json)
    return cli_option_print(json_pack("{s:o, s:s, s:o}", "id", cli_option_id(made), "does",
                                      clinic_amendment_word(does), "other", cli_option_id(item)));
  printf("%" G_GINT64_FORMAT "\n", made);
  return cli_option_flush();
}

int
cli_item_amend_run(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  const GOptionEntry entries[] = {
      {"reason", 0, 0, G_OPTION_ARG_STRING, &given.reason, N_("why"), N_("TEXT")},
      {"addendum", 0, 0, G_OPTION_ARG_NONE, &given.addendum,
       N_("add to it; without this its place is taken"), NULL},
      {"file", 'f', 0, G_OPTION_ARG_FILENAME, &given.file,
       N_("the text (an addendum: standard input; else what was signed)"), N_("FILE")},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("ITEM"),
                       _("Puts a correction of what was delivered, or an addendum to it, into the "
                         "queue, to be reviewed and signed."),
                       &option);
  if (status >= 0)
    return status;
  if (argc != 2 || given.reason == NULL)
    return cli_option_usage(_("amend takes one item and --reason TEXT"));
  return amend(&option, &given, argv[1]);
}
