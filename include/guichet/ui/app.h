/* The screen: login, queue, review, editor, outbox, patients, help. */
#ifndef GUICHET_UI_APP_H
#define GUICHET_UI_APP_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

/* What the command line asks of the screen. */
typedef struct {
  gboolean linear;      /* plain lines, for screen readers; the clinic's setting is the other way */
  gboolean login_shell; /* no going into the background */
  const char *user;     /* filled in at the login; NULL for none */
} UiAppOptions;

/* Opens the screen on the terminal of standard input and output, and returns when the person
 * leaves, when the terminal goes away or a signal ends the program; the terminal is then as it was.
 * `session_taken` NULL shows the login first; else it is closed at the end.  BASE_ERROR_USAGE
 * without a terminal, BASE_ERROR_CONFIG for one that cannot move its cursor (TERM). */
gboolean ui_app_run(const char *dir, ClinicSession *session_taken, GError **error);
gboolean ui_app_run_with(const char *dir, ClinicSession *session_taken, const UiAppOptions *options,
                         GError **error);

G_END_DECLS
#endif
