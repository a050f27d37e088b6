/* What subcommands that need a clinic share: their options, a session, errors, JSON.
 *
 *     CliOption option;
 *     int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries,
 *                                   _("ID…"), _("Signs items."), &option);
 *     if (status >= 0)
 *       return status;
 *     if (!cli_option_session(&option, &session, &error))
 *       return cli_option_fail(error);
 *
 * JSON: one value on one line of standard output.  Ids are strings (they have 63 bits, more than
 * the numbers of many readers), instants are RFC 3339 in UTC or null, words are those of the tables
 * in src/clinic, whatever the locale. */
#ifndef GUICHET_CLI_OPTION_H
#define GUICHET_CLI_OPTION_H

#include <glib.h>
#include <jansson.h>

#include "guichet/clinic/session.h"

typedef enum {
  CLI_OPTION_CLINIC = 1 << 0, /* --clinic DIR */
  CLI_OPTION_LOGIN = 1 << 1,  /* --clinic, --user, --password-fd */
  CLI_OPTION_HOST = 1 << 2,   /* --host: the host's key instead of a user */
  CLI_OPTION_JSON = 1 << 3,   /* --json */
} CliOptionSet;

typedef struct {
  char *clinic, *user;
  int password_fd; /* -1 none */
  gboolean host, json;
} CliOption;

/* Takes the options out of argc and argv; what stays after argv[0] are the arguments.  -1 to go on;
 * else the exit status, with everything said.  `entries` may be NULL; `arguments` and `summary` are
 * translated.  Clear with cli_option_clear(). */
int cli_option_parse(int *argc, char ***argv, guint set, const GOptionEntry *entries,
                     const char *arguments, const char *summary, CliOption *ret);
void cli_option_clear(CliOption *option);

/* Finds one of a command's own commands ("add" of `guichet user add`) and runs it; shows them all
 * for --help, for none and for one that is not there. */
typedef struct {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *help; /* N_() */
} CliOptionVerb;
int cli_option_verb(int argc, char **argv, const CliOptionVerb *verbs, guint n);

/* The clinic's folder: --clinic, $GUICHET_CLINIC, the XDG data folder.  Caller frees. */
char *cli_option_dir(const CliOption *option);

/* Logs in: the user by --user or $GUICHET_USER; the password by --password-fd, the first line of
 * the file $GUICHET_PASSWORD_FILE, or from the terminal without echo; never from the command line.
 * Wrong passwords since the last login are told on standard error. */
gboolean cli_option_session(const CliOption *option, ClinicSession **ret, GError **error);

/* "guichet: …" on standard error; the exit status.  The error stays the caller's. */
int cli_option_fail(const GError *error);
/* The same for a wrong command line. */
int cli_option_usage(const char *words);

/* Prints, and takes, a value.  The exit status: 0, or that of a full disk. */
int cli_option_print(json_t *taken);
/* To be returned at the end by who printed something: output that was lost is an error. */
int cli_option_flush(void);

json_t *cli_option_id(gint64 id);   /* null for 0 */
json_t *cli_option_time(gint64 at); /* null for 0 */
gboolean cli_option_parse_id(const char *text, gint64 *ret, GError **error);
gboolean cli_option_parse_time(const char *text, gint64 *ret, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CliOption, cli_option_clear)

#endif
