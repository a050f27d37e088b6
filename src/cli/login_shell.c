/* guichet login-shell: for ForceCommand or command= of sshd.  Whatever the client asks to run is
 * ignored; the environment that it may have sent is taken away; there is nothing to escape to. */
#include <stdlib.h>

#include "cli/option.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/ui/app.h"

/* What is kept: the terminal, the language, and the clinic and the data that the host's
 * administrator named (sshd takes no GUICHET_* from a client). */
static const char *const KEPT[] = {"TERM",
                                   "LANG",
                                   "LC_ALL",
                                   "LC_CTYPE",
                                   "LC_TIME",
                                   "LC_MESSAGES",
                                   "LANGUAGE",
                                   "COLORTERM",
                                   "NO_COLOR",
                                   "HOME",
                                   "TZ",
                                   "XDG_DATA_HOME",
                                   "GUICHET_CLINIC",
                                   "GUICHET_LINEAR",
                                   "GUICHET_DATADIR",
                                   "GUICHET_LOCALEDIR"};

static void
environment_scrub(void)
{
  char *kept[G_N_ELEMENTS(KEPT)];
  for (gsize i = 0; i < G_N_ELEMENTS(KEPT); i++)
    kept[i] = g_strdup(g_getenv(KEPT[i]));
  clearenv();
  for (gsize i = 0; i < G_N_ELEMENTS(KEPT); i++) {
    if (kept[i] != NULL)
      g_setenv(KEPT[i], kept[i], TRUE);
    g_free(kept[i]);
  }
  g_setenv("PATH", "/usr/bin:/bin", TRUE);
}

int
cli_login_shell_run(int argc, char **argv)
{
  char *own[] = {argv[0], NULL};
  char **arguments = own;
  int count = 1;
  g_auto(CliOption) option = {0};
  g_autoptr(GError) error = NULL;
  (void)argc;
  environment_scrub();
  int status =
      cli_option_parse(&count, &arguments, CLI_OPTION_CLINIC, NULL, NULL,
                       _("Opens the screen for a session of sshd, and nothing else."), &option);
  if (status >= 0)
    return status;
  g_autofree char *dir = cli_option_dir(&option);
  const UiAppOptions options = {.login_shell = TRUE, .linear = g_getenv("GUICHET_LINEAR") != NULL};
  return ui_app_run_with(dir, NULL, &options, &error) ? 0 : cli_option_fail(error);
}
