#include "worker/calendar.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

/* --- the address */

static const struct {
  const char *given, *scheme, *kind;
} SCHEMES[] = {
    {"https", "https", "web"},      {"http", "http", "web"}, /* the latter on this host only */
    {"webcal", "https", "web"},     {"webcals", "https", "web"},
    {"caldavs", "https", "caldav"}, {"caldav", "http", "caldav"}, /* on this host only */
};

static gboolean
refuse_address(GError **error)
{
  /* the address itself may be a secret: it is not repeated */
  g_set_error_literal(
      error, BASE_ERROR, BASE_ERROR_USAGE,
      _("a calendar's address begins with https://, webcal:// or caldavs:// (http:// "
        "and caldav:// on this host only) and holds no login"));
  return FALSE;
}

gboolean
worker_calendar_is_address(const char *given)
{
  return strstr(given, "://") != NULL;
}

gboolean
worker_calendar_address(ClinicSession *session, const char *name, const char *given,
                        const char **ret_kind, char **ret, GError **error)
{
  g_autoptr(GUri) uri = g_uri_parse(given, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host(uri);
  gsize i = 0;
  if (host == NULL || *host == '\0' || g_uri_get_userinfo(uri) != NULL)
    return refuse_address(error);
  while (i < G_N_ELEMENTS(SCHEMES) && strcmp(g_uri_get_scheme(uri), SCHEMES[i].given) != 0)
    i++;
  if (i == G_N_ELEMENTS(SCHEMES))
    return refuse_address(error);
  g_autofree char *url = g_strconcat(SCHEMES[i].scheme, strchr(given, ':'), NULL);
  if (strcmp(SCHEMES[i].scheme, "http") == 0 && !net_http_is_loopback(url))
    return refuse_address(error);
  g_autoptr(ClinicDestination) server = clinic_calendar_source_server(session, name, url);
  if (!clinic_destination_allow(session, server, CLINIC_DATA_CONTACT, error))
    return FALSE;
  *ret_kind = SCHEMES[i].kind;
  *ret = g_steal_pointer(&url);
  return TRUE;
}

/* --- a reading */

static gboolean
read_path(WorkerCalendarReading *r, ClinicIntakeResult *ret, gboolean *ret_same, GError **error)
{
  return clinic_intake_path_again(r->intake, r->calendar->location, ret, ret_same, error);
}

static const struct {
  const char *kind;
  gboolean address;
  gboolean (*read)(WorkerCalendarReading *reading, ClinicIntakeResult *ret, gboolean *ret_same,
                   GError **error);
} READERS[] = {
    {"file", FALSE, read_path},
    {"folder", FALSE, read_path},
    {"web", TRUE, worker_calendar_web_read},
    {"caldav", TRUE, worker_calendar_dav_read},
    {"fhir", FALSE, worker_calendar_fhir_read},
};

static void
reading_clear(WorkerCalendarReading *r)
{
  clinic_intake_free(r->intake);
  clinic_destination_forget(r->secret);
  clinic_destination_free(r->server);
  clinic_calendar_free(r->calendar);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WorkerCalendarReading, reading_clear)

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  WorkerCalendarReading *r = data;
  r->problems++;
  if (r->asked->problem != NULL)
    r->asked->problem(problem, r->asked->data);
}

static gboolean
server_open(WorkerCalendarReading *r, GError **error)
{
  r->server = clinic_calendar_source_server(r->session, r->calendar->name, r->calendar->location);
  return clinic_destination_allow(r->session, r->server, CLINIC_DATA_CONTACT, error) &&
         clinic_destination_secret(r->server, &r->secret, error);
}

static gboolean
reading_run(WorkerCalendarReading *r, ClinicIntakeResult *ret, gboolean *ret_same, GError **error)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS(READERS) && strcmp(r->calendar->kind, READERS[i].kind) != 0)
    i++;
  if (i == G_N_ELEMENTS(READERS) || *r->calendar->location == '\0') {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                        _("this calendar came from standard input: there is nothing to read it "
                          "from again"));
    return FALSE;
  }
  if ((READERS[i].address && !server_open(r, error)) ||
      !clinic_intake_open(r->session, r->asked->calendar, on_problem, r, &r->intake, error))
    return FALSE;
  clinic_intake_watch(r->intake, r->asked->cancel);
  if (r->asked->emptied)
    clinic_intake_emptied(r->intake);
  return READERS[i].read(r, ret, ret_same, error);
}

gboolean
worker_calendar_read(ClinicSession *session, const WorkerCalendarRead *asked,
                     ClinicIntakeResult *ret, gboolean *ret_same, GError **error)
{
  gint64 wait = 0;
  g_autoptr(GError) why = NULL;
  {
    g_auto(WorkerCalendarReading) r = {.session = session, .asked = asked};
    if (!clinic_calendar_open(session, asked->calendar, &r.calendar, error))
      return FALSE;
    reading_run(&r, ret, ret_same, &why);
    wait = r.wait;
  } /* its transaction ends here */
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CANCELLED)) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  if (!clinic_calendar_source_note(session, asked->calendar, why != NULL ? why->message : NULL,
                                   wait, why == NULL ? error : NULL))
    if (why == NULL)
      return FALSE;
  if (why == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}
