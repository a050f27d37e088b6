#include "cli/option.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/password.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/vault/password.h"
#include "guichet/vault/process.h"

void
cli_option_clear(CliOption *option)
{
  g_clear_pointer(&option->clinic, g_free);
  g_clear_pointer(&option->user, g_free);
}

static void
add_common(GOptionContext *context, guint set, CliOption *option)
{
  const GOptionEntry clinic[] = {
      {"clinic", 0, 0, G_OPTION_ARG_FILENAME, &option->clinic, N_("the clinic's folder"),
       N_("DIR")},
      G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry login[] = {
      {"user", 0, 0, G_OPTION_ARG_STRING, &option->user, N_("who you are (or $GUICHET_USER)"),
       N_("NAME")},
      {"password-fd", 0, 0, G_OPTION_ARG_INT, &option->password_fd,
       N_("read the password from this file descriptor (or the file $GUICHET_PASSWORD_FILE)"),
       N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry host[] = {
      {"host", 0, 0, G_OPTION_ARG_NONE, &option->host,
       N_("use the host's key instead of a password"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  const GOptionEntry json[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &option->json, N_("print JSON"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  if ((set & CLI_OPTION_JSON) != 0)
    g_option_context_add_main_entries(context, json, "guichet");
  if ((set & (CLI_OPTION_CLINIC | CLI_OPTION_LOGIN | CLI_OPTION_HOST)) != 0)
    g_option_context_add_main_entries(context, clinic, "guichet");
  if ((set & CLI_OPTION_LOGIN) != 0)
    g_option_context_add_main_entries(context, login, "guichet");
  if ((set & CLI_OPTION_HOST) != 0)
    g_option_context_add_main_entries(context, host, "guichet");
}

int
cli_option_parse(int *argc, char ***argv, guint set, const GOptionEntry *entries,
                 const char *arguments, const char *summary, CliOption *ret)
{
  g_autoptr(GError) error = NULL;
  *ret = (CliOption){.password_fd = -1};
  if (!vault_process_harden(&error))
    return cli_option_fail(error);
  g_autoptr(GOptionContext) context = g_option_context_new(arguments);
  g_autofree char *name = g_strconcat("guichet ", (*argv)[0], NULL);
  if (g_get_prgname() == NULL || !g_str_has_prefix(g_get_prgname(), "guichet "))
    g_set_prgname(name);
  g_option_context_set_translation_domain(context, "guichet");
  g_option_context_set_summary(context, summary);
  if (entries != NULL)
    g_option_context_add_main_entries(context, entries, "guichet");
  add_common(context, set, ret);
  if (g_option_context_parse(context, argc, argv, &error)) {
    /* "--" ends the options; GLib leaves it */
    if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
      (*argv)[1] = (*argv)[0];
      (*argv)++;
      (*argc)--;
    }
    return -1;
  }
  cli_option_clear(ret);
  return cli_option_usage(error->message);
}

static int
verbs_help(FILE *to, const char *name, const CliOptionVerb *verbs, guint n, int status)
{
  fprintf(to, _("Usage: guichet %s COMMAND …\n\nCommands:\n"), name);
  for (guint i = 0; i < n; i++)
    fprintf(to, "  %-12s %s\n", verbs[i].name, _(verbs[i].help));
  fprintf(to, _("\n`guichet %s COMMAND --help` says more.\n"), name);
  return status;
}

int
cli_option_verb(int argc, char **argv, const CliOptionVerb *verbs, guint n)
{
  if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
    return verbs_help(stdout, argv[0], verbs, n, 0);
  for (guint i = 0; argc >= 2 && i < n; i++) {
    if (strcmp(argv[1], verbs[i].name) != 0)
      continue;
    g_autofree char *name = g_strjoin(" ", "guichet", argv[0], argv[1], NULL);
    g_set_prgname(name);
    return verbs[i].run(argc - 1, argv + 1);
  }
  if (argc >= 2)
    fprintf(stderr, _("guichet: %s has no command %s\n"), argv[0], argv[1]);
  return verbs_help(stderr, argv[0], verbs, n, BASE_ERROR_USAGE);
}

char *
cli_option_dir(const CliOption *option)
{
  return clinic_session_dir(option->clinic);
}

/* Sessions. */

static void
tell_failures(const ClinicSession *session)
{
  gint64 last = 0;
  guint n = clinic_session_failures(session, &last);
  if (n == 0)
    return;
  g_autofree char *when = base_clock_local(
      last, base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE), "%Y-%m-%d %H:%M");
  fprintf(stderr,
          ngettext("guichet: %u wrong password since the last login, at %s\n",
                   "guichet: %u wrong passwords since the last login, the last at %s\n", n),
          n, when);
}

static gboolean
login(const CliOption *option, const char *dir, const char *user, ClinicSession **ret,
      GError **error)
{
  g_autofree char *prompt = g_strdup_printf(_("Password of %s: "), user);
  char *password = NULL;
  if (!cli_password_read(option->password_fd, "GUICHET_PASSWORD_FILE", prompt, FALSE, &password,
                         error))
    return FALSE;
  if (password == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("no password: give --password-fd N or $GUICHET_PASSWORD_FILE where there is no "
                  "terminal"));
    return FALSE;
  }
  gboolean ok = clinic_session_login(dir, user, password, ret, error);
  vault_password_forget(password);
  if (ok)
    tell_failures(*ret);
  return ok;
}

gboolean
cli_option_session(const CliOption *option, ClinicSession **ret, GError **error)
{
  g_autofree char *dir = cli_option_dir(option);
  const char *user = option->user != NULL ? option->user : g_getenv("GUICHET_USER");
  if (option->host)
    return clinic_session_host(dir, ret, error);
  if (user != NULL && *user != '\0')
    return login(option, dir, user, ret, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("say who you are: --user or $GUICHET_USER"));
  return FALSE;
}

/* Saying. */

int
cli_option_fail(const GError *error)
{
  g_autofree char *safe = base_text_disarm(error->message, -1, FALSE);
  fprintf(stderr, _("guichet: %s\n"), safe);
  return base_error_exit(error);
}

int
cli_option_usage(const char *words)
{
  g_autofree char *safe = base_text_disarm(words, -1, FALSE);
  fprintf(stderr, _("guichet: %s\n"), safe);
  return BASE_ERROR_USAGE;
}

int
cli_option_flush(void)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return 0;
  fprintf(stderr, _("guichet: cannot write the output: %s\n"), g_strerror(errno));
  return BASE_ERROR_IO;
}

int
cli_option_print(json_t *taken)
{
  json_dumpf(taken, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
  json_decref(taken);
  fputc('\n', stdout);
  return cli_option_flush();
}

json_t *
cli_option_id(gint64 id)
{
  if (id == 0)
    return json_null();
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);
  return json_string(text);
}

json_t *
cli_option_time(gint64 at)
{
  if (at == 0)
    return json_null();
  g_autofree char *text = base_clock_iso_millis(at);
  return json_string(text);
}

gboolean
cli_option_parse_id(const char *text, gint64 *ret, GError **error)
{
  if (g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret, NULL))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("%s is not an id"), text);
  return FALSE;
}

gboolean
cli_option_parse_time(const char *text, gint64 *ret, GError **error)
{
  g_autofree char *noon = strlen(text) == 10 ? g_strconcat(text, "T12:00:00Z", NULL) : NULL;
  if (base_clock_parse(noon != NULL ? noon : text, ret, NULL))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is not a day or an instant such as 2026-11-24T08:30:00Z"), text);
  return FALSE;
}
