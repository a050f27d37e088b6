/* The table of subcommands, nothing else. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"

typedef struct {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *help;
} Command;

static const Command COMMANDS[] = {
#define COMMAND(noun, name, help) {name, cli_##noun##_run, help},
#include "cli/command.def"
#undef COMMAND
    {NULL, NULL, NULL},
};

static int
main_help(FILE *to, int status)
{
  fprintf(to, _("Usage: guichet [--clinic DIR] [COMMAND …]\n\nWithout a command the screen opens.  "
                "Commands:\n"));
  for (const Command *c = COMMANDS; c->name != NULL; c++)
    fprintf(to, "  %-14s %s\n", c->name, _(c->help));
  fprintf(to, _("\n`guichet COMMAND --help` says more; see also guichet(1).\n"));
  return status;
}

int
main(int argc, char **argv)
{
  setlocale(LC_ALL, "");
  const char *locales = g_getenv("GUICHET_LOCALEDIR"); /* a build that is not installed */
  bindtextdomain("guichet", locales != NULL ? locales : LOCALEDIR);
  bind_textdomain_codeset("guichet", "UTF-8");
  textdomain("guichet");
  if (argc >= 2 && strcmp(argv[1], "--help") == 0)
    return main_help(stdout, 0);
  if (argc >= 2 && strcmp(argv[1], "--version") == 0)
    return printf("%s\n", PACKAGE_STRING) > 0 ? 0 : BASE_ERROR_IO;
  for (const Command *c = COMMANDS; argc >= 2 && c->name != NULL; c++)
    if (strcmp(argv[1], c->name) == 0)
      return c->run(argc - 1, argv + 1);
  if (argc < 2 || argv[1][0] == '-')
    return cli_screen_run(argc, argv);
  fprintf(stderr, _("guichet: there is no command %s\n"), argv[1]);
  return main_help(stderr, BASE_ERROR_USAGE);
}
