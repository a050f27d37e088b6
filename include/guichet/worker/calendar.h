/* Calendars that are read again and again: a file, a folder, an address. */
#ifndef GUICHET_WORKER_CALENDAR_H
#define GUICHET_WORKER_CALENDAR_H

#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"

G_BEGIN_DECLS

/* "https://…" of an https, webcal or caldavs (on this host http or caldav) address, and the kind of
 * calendar that is there: a word of ClinicCalendar.  Caller frees *ret.  One that is none, or that
 * holds a login: BASE_ERROR_USAGE.  A host that is neither this one nor under a contract for
 * contact data: BASE_ERROR_DENIED.  `name` is the calendar's: guichet.conf may say more of it. */
gboolean worker_calendar_address(ClinicSession *session, const char *name, const char *given,
                                 const char **ret_kind, char **ret, GError **error);
/* It is meant to be an address, not a path. */
gboolean worker_calendar_is_address(const char *given);

typedef struct {
  gint64 calendar;
  const char *ca_file;         /* trusted certificates; NULL: guichet.conf's, else the system's */
  const gint *cancel;          /* looked at ten times a second; may be NULL */
  gboolean emptied;            /* it may be empty (clinic_intake_emptied()) */
  CalendarProblemFunc problem; /* may be NULL */
  gpointer data;
} WorkerCalendarRead;

/* Reads the calendar where it is, and remembers what became of it
 * (clinic_calendar_source_note()).  *ret_same: it is known to be as it was, and was not read.  Only
 * a whole and sound answer lets appointments vanish: of one that breaks off, what came before
 * stays, and the rest is as it was.  Nothing is locked while the network is waited for.
 *
 * No connection, a wrong certificate, a server in trouble: BASE_ERROR_UNAVAILABLE; a login that is
 * wanted: BASE_ERROR_DENIED; nothing there, or read from standard input: BASE_ERROR_NO_INPUT; an
 * answer over the cap, or that is moved: BASE_ERROR_PROTOCOL; one that is no calendar:
 * BASE_ERROR_DATA. */
gboolean worker_calendar_read(ClinicSession *session, const WorkerCalendarRead *read,
                              ClinicIntakeResult *ret, gboolean *ret_same, GError **error);

/* --- all of them */

typedef struct {
  const char *name;
  const ClinicIntakeResult *result; /* NULL with an error */
  gboolean same;
  const GError *error; /* NULL: it went well */
} WorkerCalendarTold;

typedef struct {
  /* By name; NULL: all that are in guichet.conf or at an address, and files and folders that were
   * imported. */
  const char *const *names;
  gboolean due; /* the worker's: without those in trouble that rest, and without files and folders
                   that only were imported (they may be of a day); and the series of all, read or
                   not, are spelt out further when it is time (clinic_intake_extend()) */
  gboolean unread;    /* with due: that alone, and nothing is read */
  const gint *cancel; /* may be NULL */
  void (*problem)(const char *name, const CalendarProblem *problem, gpointer data); /* or NULL */
  void (*told)(const WorkerCalendarTold *told, gpointer data); /* each one, as it ends */
  gpointer data;
} WorkerCalendarSync;

/* Brings the calendars up to what guichet.conf says, and reads them one after the other; the
 * trouble of one is its own.  FALSE where nothing could be begun: a name that is none
 * (BASE_ERROR_NO_INPUT), somebody else reads them at this moment (BASE_ERROR_TRY_AGAIN). */
gboolean worker_calendar_sync(ClinicSession *session, const WorkerCalendarSync *sync,
                              GError **error);

G_END_DECLS
#endif
