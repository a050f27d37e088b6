/* guichet worker: what the screen's thread does, without a screen. */
#include <signal.h>
#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/worker/run.h"

static gint stop; /* only a signal sets it */

static void
on_signal(int number)
{
  (void)number;
  g_atomic_int_set(&stop, 1);
}

/* A second one ends it at once. */
static void
catch_signals(void)
{
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
}

static int
work(const CliOption *option, gboolean once)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  guint done = 0;
  catch_signals();
  if (!cli_option_session(option, &session, &error))
    return cli_option_fail(error);
  gboolean ok = once ? worker_run_once(session, &stop, NULL, NULL, &done, &error)
                     : worker_run_forever(session, &stop, NULL, NULL, &error);
  if (!ok)
    return cli_option_fail(error);
  if (once && option->json)
    return cli_option_print(json_pack("{s:i}", "done", (int)done));
  if (once)
    printf(ngettext("%u piece of work was done\n", "%u pieces of work were done\n", done), done);
  return cli_option_flush();
}

int
cli_worker_run(int argc, char **argv)
{
  gboolean once = FALSE;
  const GOptionEntry entries[] = {
      {"once", '1', 0, G_OPTION_ARG_NONE, &once, N_("do what is due now, then end"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_CLINIC | CLI_OPTION_JSON, entries, NULL,
      _("Reads the inbox, drafts, sends and tidies, by the host's key, until it is stopped."),
      &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("worker takes no arguments"));
  option.host = TRUE;
  return work(&option, once);
}
