/* Passwords for the command line: from a file descriptor, a file or the terminal; never from
 * argv. */
#ifndef GUICHET_CLI_PASSWORD_H
#define GUICHET_CLI_PASSWORD_H

#include <glib.h>

/* From `fd` (-1 none), else from the file that the variable names, else from the terminal; `twice`
 * asks there again.  With none of them *ret is NULL and `error` stays.  Free with
 * vault_password_forget(). */
gboolean cli_password_read(int fd, const char *variable, const char *prompt, gboolean twice,
                           char **ret, GError **error);

/* A yes to what cannot be undone: TRUE when `assumed`, or when a person at the terminal types the
 * word y.  Else BASE_ERROR_CANCELLED, or BASE_ERROR_USAGE where there is no terminal. */
gboolean cli_password_confirm(const char *question, gboolean assumed, GError **error);

#endif
