/* guichet restore: a clinic from its copies. */
#include <stdio.h>

#include "cli/option.h"
#include "cli/password.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/backup.h"
#include "guichet/vault/password.h"

static int
restore(const CliOption *option, const char *user, const char *data, const char *keys)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = cli_option_dir(option);
  g_autofree char *prompt = g_strdup_printf(_("Password of %s: "), user);
  char *password = NULL;
  if (!cli_password_read(option->password_fd, "GUICHET_PASSWORD_FILE", prompt, FALSE, &password,
                         &error))
    return cli_option_fail(error);
  if (password == NULL)
    return cli_option_usage(_("give the password by --password-fd or $GUICHET_PASSWORD_FILE"));
  gboolean ok = clinic_backup_restore(data, keys, dir, user, password, &session, &error);
  vault_password_forget(password);
  if (!ok)
    return cli_option_fail(error);
  printf(_("The clinic is back in %s, with a new host.key.  Now: guichet audit verify\n"), dir);
  return cli_option_flush();
}

int
cli_restore_run(int argc, char **argv)
{
  g_autofree char *data = NULL;
  g_autofree char *keys = NULL;
  const GOptionEntry entries[] = {
      {"data", 0, 0, G_OPTION_ARG_FILENAME, &data, N_("the copy of the data"), N_("DIR")},
      {"keys", 0, 0, G_OPTION_ARG_FILENAME, &keys, N_("the copy of the keys"), N_("DIR")},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN, entries, NULL,
      _("Makes a clinic of its copies, in a folder that is empty or not there."), &option);
  if (status >= 0)
    return status;
  const char *user = option.user != NULL ? option.user : g_getenv("GUICHET_USER");
  if (argc > 1 || data == NULL || keys == NULL || user == NULL)
    return cli_option_usage(_("restore takes --data, --keys, --user and, for where, --clinic"));
  return restore(&option, user, data, keys);
}
