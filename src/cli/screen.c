/* guichet alone: the screen. */
#include "guichet/cli/command.h"

#include "cli/option.h"
#include "guichet/base/i18n.h"
#include "guichet/ui/app.h"

int
cli_screen_run(int argc, char **argv)
{
  gboolean linear = FALSE;
  const GOptionEntry entries[] = {
      {"linear", 0, 0, G_OPTION_ARG_NONE, &linear, N_("Plain lines, for screen readers"), NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_auto(CliOption) option = {0};
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, NULL,
                                _("Opens the screen."), &option);
  if (status >= 0)
    return status;
  g_autofree char *dir = cli_option_dir(&option);
  const UiAppOptions options = {.linear = linear, .user = option.user};
  return ui_app_run_with(dir, NULL, &options, &error) ? 0 : cli_option_fail(error);
}
