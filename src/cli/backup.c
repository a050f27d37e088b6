/* guichet backup: copies of the data and of the keys, while people work. */
#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/backup.h"

static int
backup(const CliOption *option, const char *data, const char *keys)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *data_copy = NULL;
  g_autofree char *keys_copy = NULL;
  if (!cli_option_session(option, &session, &error) ||
      !clinic_backup_make(session, data, keys, &data_copy, &keys_copy, &error))
    return cli_option_fail(error);
  if (option->json)
    return cli_option_print(json_pack("{s:s,s:s}", "data", data_copy, "keys", keys_copy));
  printf(_("The data: %s\nThe keys: %s\nKeep them apart.\n"), data_copy, keys_copy);
  return cli_option_flush();
}

int
cli_backup_run(int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *keys = NULL;
  const GOptionEntry entries[] = {
      {"data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("where the copy of the data goes"),
       N_("DIR")},
      {"keys", 0, 0, G_OPTION_ARG_FILENAME, &keys, N_("where the copy of the keys goes"),
       N_("DIR")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, entries, NULL,
      _("Copies the data and the keys so that they fit together, while people work."), &option);
  if (status >= 0)
    return status;
  return argc > 1 ? cli_option_usage(_("this takes options only")) : backup(&option, data, keys);
}
