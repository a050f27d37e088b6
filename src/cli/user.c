/* guichet user: who may log in. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "cli/password.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/user.h"
#include "guichet/vault/password.h"

typedef struct {
  char *title, *role;
  int new_fd;
  CliOption option;
} User;

static void
user_clear(User *user)
{
  g_free(user->title);
  g_free(user->role);
  cli_option_clear(&user->option);
}

/* Parses; 0 < names: that many arguments are wanted. */
static int
user_parse(User *user, int *argc, char ***argv, const GOptionEntry *entries, int names,
           const char *summary)
{
  int status = cli_option_parse(argc, argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries,
                                names > 0 ? _("NAME") : NULL, summary, &user->option);
  if (status >= 0)
    return status;
  if (*argc == names + 1)
    return -1;
  return cli_option_usage(names > 0 ? _("name one user") : _("this takes no arguments"));
}

/* The new password: given, or a random one that *ret_random keeps to be shown. */
static gboolean
new_password(int fd, const char *name, char **ret, char **ret_random, GError **error)
{
  g_autofree char *prompt = g_strdup_printf(_("New password of %s: "), name);
  gboolean given = fd >= 0 || g_getenv("GUICHET_NEW_PASSWORD_FILE") != NULL;
  *ret = NULL;
  if (given && !cli_password_read(fd, "GUICHET_NEW_PASSWORD_FILE", prompt, TRUE, ret, error))
    return FALSE;
  if (*ret == NULL)
    *ret_random = vault_password_random();
  return TRUE;
}

static int
print_password(const User *user, const char *name, gint64 id, const char *random)
{
  if (user->option.json) {
    json_t *answer = json_pack("{s:s}", "name", name);
    if (id != 0)
      json_object_set_new(answer, "id", cli_option_id(id));
    if (random != NULL)
      json_object_set_new(answer, "password", json_string(random));
    return cli_option_print(answer);
  }
  if (random != NULL)
    printf(_("The password of %s is %s (it is shown this once).\n"), name, random);
  return cli_option_flush();
}

/* Logs in, then sets a password: of a new user (with a role) or of one that is there. */
static int
with_password(User *user, const char *name, const ClinicRole *role)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *random = NULL;
  char *password = NULL;
  gint64 id = 0;
  if (!cli_option_session(&user->option, &session, &error) ||
      !new_password(user->new_fd, name, &password, &random, &error))
    return cli_option_fail(error);
  const char *chosen = password != NULL ? password : random;
  gboolean ok = role != NULL
                    ? clinic_user_add(session, name, user->title != NULL ? user->title : name,
                                      *role, chosen, FALSE, &id, &error)
                    : clinic_user_set_password(session, name, chosen, &error);
  if (password != NULL)
    vault_password_forget(password);
  return ok ? print_password(user, name, id, random) : cli_option_fail(error);
}

#define NEW_PASSWORD_ENTRY(user)                                                                   \
  {                                                                                                \
    "new-password-fd", 0, 0, G_OPTION_ARG_INT, &(user)->new_fd,                                    \
        N_("read the new password from this file descriptor (or the file "                         \
           "$GUICHET_NEW_PASSWORD_FILE); without one a random password is shown once"),            \
        N_("N")                                                                                    \
  }

static int
verb_add(int argc, char **argv)
{
  User user = {.new_fd = -1};
  g_autoptr(GError) error = NULL;
  ClinicRole role = CLINIC_ROLE_N;
  const GOptionEntry entries[] = {
      {"title", 0, 0, G_OPTION_ARG_STRING, &user.title,
       N_("full name, as it stands under a signature"), N_("NAME")},
      {"role", 0, 0, G_OPTION_ARG_STRING, &user.role,
       N_("front-desk, clinician, senior, manager, privacy or admin"), N_("ROLE")},
      NEW_PASSWORD_ENTRY(&user),
      G_OPTION_ENTRY_NULL,
  };
  int status = user_parse(&user, &argc, &argv, entries, 1, _("Adds a user."));
  if (status < 0 && user.role == NULL)
    status = cli_option_usage(_("say what the user may do: --role ROLE"));
  if (status < 0 && !clinic_role_parse(user.role, &role, &error))
    status = cli_option_fail(error);
  if (status < 0)
    status = with_password(&user, argv[1], &role);
  user_clear(&user);
  return status;
}

static int
verb_passwd(int argc, char **argv)
{
  User user = {.new_fd = -1};
  const GOptionEntry entries[] = {NEW_PASSWORD_ENTRY(&user), G_OPTION_ENTRY_NULL};
  int status =
      user_parse(&user, &argc, &argv, entries, 1, _("Sets a user's password, or your own."));
  if (status < 0)
    status = with_password(&user, argv[1], NULL);
  user_clear(&user);
  return status;
}

static int
set_disabled(int argc, char **argv, gboolean disabled)
{
  User user = {.new_fd = -1};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  int status =
      user_parse(&user, &argc, &argv, NULL, 1,
                 disabled ? _("Lets a user log in no more.") : _("Lets a user log in again."));
  if (status < 0)
    status = cli_option_session(&user.option, &session, &error) &&
                     clinic_user_disable(session, argv[1], disabled, &error)
                 ? 0
                 : cli_option_fail(error);
  user_clear(&user);
  return status;
}

static int
verb_disable(int argc, char **argv)
{
  return set_disabled(argc, argv, TRUE);
}

static int
verb_enable(int argc, char **argv)
{
  return set_disabled(argc, argv, FALSE);
}

static int
verb_role(int argc, char **argv)
{
  User user = {.new_fd = -1};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicRole role = CLINIC_ROLE_N;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, NULL, _("NAME ROLE"),
                                _("Changes what a user may do."), &user.option);
  if (status < 0 && argc != 3)
    status = cli_option_usage(_("name one user and one role"));
  if (status < 0)
    status = clinic_role_parse(argv[2], &role, &error) &&
                     cli_option_session(&user.option, &session, &error) &&
                     clinic_user_set_role(session, argv[1], role, &error)
                 ? 0
                 : cli_option_fail(error);
  user_clear(&user);
  return status;
}

static json_t *
user_json(const ClinicUser *user)
{
  json_t *object =
      json_pack("{s:o,s:s,s:s,s:s,s:b}", "id", cli_option_id(user->id), "name", user->name, "title",
                user->title, "role", clinic_role_word(user->role), "disabled", user->disabled);
  json_object_set_new(object, "last_login", cli_option_time(user->last_login));
  return object;
}

static int
print_users(const GPtrArray *users, gboolean json)
{
  json_t *list = json_array();
  for (guint i = 0; i < users->len; i++) {
    const ClinicUser *user = g_ptr_array_index(users, i);
    if (json) {
      json_array_append_new(list, user_json(user));
      continue;
    }
    g_autofree char *when =
        user->last_login != 0 ? base_clock_iso(user->last_login) : g_strdup(_("never logged in"));
    printf("%-16s %-12s %-10s %-22s %s\n", user->name, clinic_role_word(user->role),
           user->disabled ? _("disabled") : "", when, user->title);
  }
  if (json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
verb_list(int argc, char **argv)
{
  User user = {.new_fd = -1};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) users = NULL;
  g_autoptr(GError) error = NULL;
  int status = user_parse(&user, &argc, &argv, NULL, 0, _("Lists the users."));
  if (status < 0)
    status = cli_option_session(&user.option, &session, &error) &&
                     clinic_user_list(session, &users, &error)
                 ? print_users(users, user.option.json)
                 : cli_option_fail(error);
  user_clear(&user);
  return status;
}

int
cli_user_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"add", verb_add, N_("add a user")},
      {"list", verb_list, N_("list the users")},
      {"disable", verb_disable, N_("let a user log in no more")},
      {"enable", verb_enable, N_("let a user log in again")},
      {"passwd", verb_passwd, N_("set a password")},
      {"role", verb_role, N_("change what a user may do")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
