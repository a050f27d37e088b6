/* What the readers of calendars share, and the worker's turn. */
#ifndef GUICHET_WORKER_CALENDAR_PRIVATE_H
#define GUICHET_WORKER_CALENDAR_PRIVATE_H

#include "guichet/clinic/calendar_source.h"
#include "guichet/net/http.h"
#include "guichet/wire/dav.h"
#include "guichet/worker/calendar.h"
#include "worker/run.h"

typedef struct {
  ClinicSession *session;
  const WorkerCalendarRead *asked;
  ClinicCalendar *calendar;
  ClinicDestination *server; /* NULL: a path */
  char *secret;              /* "" none */
  ClinicIntake *intake;
  guint64 problems;
  gint64 wait; /* seconds that the server asks us to leave it alone; 0 */
} WorkerCalendarReading;

/* A calendar that is one .ics at an address. */
gboolean worker_calendar_web_read(WorkerCalendarReading *reading, ClinicIntakeResult *ret,
                                  gboolean *ret_same, GError **error);

/* One that CalDAV serves: RFC 4791 with RFC 6578 where the server has it. */
gboolean worker_calendar_dav_read(WorkerCalendarReading *reading, ClinicIntakeResult *ret,
                                  gboolean *ret_same, GError **error);

/* Appointments of a FHIR server: "fhir:DESTINATION" of guichet.conf, "fhir:DESTINATION?NAME=VALUE"
 * for a search of its own. */
gboolean worker_calendar_fhir_read(WorkerCalendarReading *reading, ClinicIntakeResult *ret,
                                   gboolean *ret_same, GError **error);
gboolean worker_calendar_fhir_is(const char *given);
/* It names a destination with channel=fhir, and what follows is a search. */
gboolean worker_calendar_fhir_check(ClinicSession *session, const char *given, GError **error);

/* The calendar at the reading's address, or (of a server's, RFC 6764) the only one of the login, or
 * the one that is called as ours: its address and sync-token ("" none).  Never on another host. */
gboolean worker_calendar_dav_find(WorkerCalendarReading *reading, NetHttp *http, char **ret_url,
                                  char **ret_token, GError **error);

/* A request to the calendar's server, with its login: headers, body and the like are the
 * caller's to add. */
NetRequest worker_calendar_web_request(const WorkerCalendarReading *reading, const char *method,
                                       const char *url);
/* Sends it and waits; a failure says which host.  A status is the caller's to judge. */
gboolean worker_calendar_web_ask(WorkerCalendarReading *reading, NetHttp *http,
                                 const NetRequest *request, NetReply **ret, GError **error);
/* An error for a status that is no success.  FALSE. */
gboolean worker_calendar_web_refuse(WorkerCalendarReading *reading, const NetReply *reply,
                                    GError **error);
/* One that may stand in a request again. */
gboolean worker_calendar_web_tag(const char *etag);

/* When it is time: a thread with a session of its own reads the calendars, and is a piece under way
 * meanwhile. */
gboolean worker_calendar_turn(WorkerRun *run, GError **error);

#endif
