/* guichet init: a new clinic with its first administrator. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "cli/password.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/user.h"
#include "guichet/vault/password.h"

typedef struct {
  char *name, *admin, *title;
  int password_fd;
  CliOption option;
} Init;

static int
init_print(const Init *init, const char *dir, const char *password)
{
  g_autofree char *full = g_canonicalize_filename(dir, NULL);
  if (init->option.json) {
    json_t *answer = json_pack("{s:s,s:s}", "clinic", full, "admin", init->admin);
    if (password != NULL)
      json_object_set_new(answer, "password", json_string(password));
    return cli_option_print(answer);
  }
  printf(_("The clinic is in %s.\n"), full);
  if (password != NULL)
    printf(_("The password of %s is %s (it is shown this once).\n"), init->admin, password);
  return cli_option_flush();
}

static int
init_make(const Init *init, const char *dir)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *prompt = g_strdup_printf(_("New password of %s: "), init->admin);
  g_autofree char *random = NULL;
  char *password = NULL;
  const char *variable = g_getenv("GUICHET_NEW_PASSWORD_FILE") != NULL ? "GUICHET_NEW_PASSWORD_FILE"
                                                                       : "GUICHET_PASSWORD_FILE";
  int fd = init->password_fd >= 0 ? init->password_fd : init->option.password_fd;
  if (!cli_password_read(fd, variable, prompt, TRUE, &password, &error))
    return cli_option_fail(error);
  if (password == NULL)
    random = vault_password_random();
  gboolean ok = clinic_user_found(dir, init->name != NULL ? init->name : "Clinic", init->admin,
                                  init->title != NULL ? init->title : init->admin,
                                  password != NULL ? password : random, FALSE, &error);
  if (password != NULL)
    vault_password_forget(password);
  return ok ? init_print(init, dir, random) : cli_option_fail(error);
}

int
cli_init_run(int argc, char **argv)
{
  Init init = {.password_fd = -1};
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &init.name, N_("the clinic's name"), N_("NAME")},
      {"admin", 0, 0, G_OPTION_ARG_STRING, &init.admin, N_("login name of the administrator"),
       N_("NAME")},
      {"title", 0, 0, G_OPTION_ARG_STRING, &init.title, N_("full name of the administrator"),
       N_("NAME")},
      {"password-fd", 0, 0, G_OPTION_ARG_INT, &init.password_fd,
       N_("read the administrator's password from this file descriptor (or the file "
          "$GUICHET_PASSWORD_FILE)"),
       N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_CLINIC | CLI_OPTION_JSON, entries, _("[DIR]"),
                       _("Makes a new clinic in an empty folder."), &init.option);
  if (status >= 0)
    return status;
  g_autofree char *dir = argc > 1 ? g_strdup(argv[1]) : cli_option_dir(&init.option);
  if (argc > 2)
    status = cli_option_usage(_("one folder at a time"));
  else if (init.admin == NULL)
    status = cli_option_usage(_("name the administrator: --admin NAME"));
  else
    status = init_make(&init, dir);
  g_free(init.name);
  g_free(init.admin);
  g_free(init.title);
  cli_option_clear(&init.option);
  return status;
}
