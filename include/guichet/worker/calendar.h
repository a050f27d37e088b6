/* A calendar behind an address (https, webcal): fetched and taken in while it arrives. */
#ifndef GUICHET_WORKER_CALENDAR_H
#define GUICHET_WORKER_CALENDAR_H

#include "guichet/clinic/intake.h"

G_BEGIN_DECLS

/* "https://…" of a https, webcal or (on this host) http address; caller frees.  One that is none,
 * or that holds a login: BASE_ERROR_USAGE.  A host that is neither this one nor under a contract
 * for contact data: BASE_ERROR_DENIED. */
gboolean worker_calendar_address(ClinicSession *session, const char *given, char **ret,
                                 GError **error);

typedef struct {
  gint64 calendar;             /* of kind "web" */
  const char *ca_file;         /* trusted certificates; NULL: the system's */
  const gint *cancel;          /* looked at ten times a second; may be NULL */
  CalendarProblemFunc problem; /* may be NULL */
  gpointer data;
} WorkerCalendarFetch;

/* Asks for what the calendar's address holds, with the ETag of the last reading.  *ret_same: the
 * server says that nothing has changed.  Only a whole and sound answer lets appointments vanish: of
 * one that breaks off, what came before stays, and the rest is as it was.
 *
 * No connection, a wrong certificate, a server in trouble: BASE_ERROR_UNAVAILABLE; a login that is
 * wanted: BASE_ERROR_DENIED; nothing there: BASE_ERROR_NO_INPUT; an answer over the cap, or that is
 * moved: BASE_ERROR_PROTOCOL; one that is no calendar: BASE_ERROR_DATA. */
gboolean worker_calendar_fetch(ClinicSession *session, const WorkerCalendarFetch *fetch,
                               ClinicIntakeResult *ret, gboolean *ret_same, GError **error);

G_END_DECLS
#endif
