/* The demo's appointments. */
#ifndef GUICHET_CLI_DEMO_CALENDAR_H
#define GUICHET_CLI_DEMO_CALENDAR_H

#include "guichet/clinic/session.h"

/* Invents appointments from some days before `today` to some days after it, for the patients of the
 * visits in the file up to now, and takes them in: a calendar for each clinician.  Their files are
 * written into `dir`. */
gboolean cli_demo_calendar_import(ClinicSession *session, const char *visits, const char *dir,
                                  gint64 today, GError **error);

/* Marks who came in the day before now, and who did not. */
gboolean cli_demo_calendar_mark(ClinicSession *session, GError **error);
/* Approves the reminders of the day and of the next. */
gboolean cli_demo_calendar_approve(ClinicSession *session, GError **error);

#endif
