#include "worker/calendar.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum {
  FETCH_CAP = 256 << 20, /* bytes of a calendar */
  FETCH_PIECE = 256 << 10,
  FETCH_MS = 1800 * 1000,
  ETAG_MOST = 512,
};

/* --- requests */

static const char *
or_null(const char *text)
{
  return *text != '\0' ? text : NULL;
}

NetRequest
worker_calendar_web_request(const WorkerCalendarReading *r, const char *method, const char *url)
{
  const char *user = or_null(r->server->user);
  return (NetRequest){
      .method = method,
      .url = url,
      .ca_file = r->asked->ca_file != NULL ? r->asked->ca_file : or_null(r->server->ca_file),
      .pin = or_null(r->server->pin),
      .user = user,
      .password = user != NULL ? r->secret : NULL,
      .total_ms = FETCH_MS,
  };
}

gboolean
worker_calendar_web_ask(WorkerCalendarReading *r, NetHttp *http, const NetRequest *request,
                        NetReply **ret, GError **error)
{
  GError *why = NULL;
  if (net_http_ask(http, request, r->asked->cancel, ret, &why)) {
    r->wait = MAX((*ret)->retry_after, 0);
    return TRUE;
  }
  int code = why->code == BASE_ERROR_AMBIGUOUS ? BASE_ERROR_UNAVAILABLE : why->code;
  g_set_error(error, BASE_ERROR, code,
              _("the calendar at %s could not be fetched whole (%s): nothing was taken away; try "
                "again later"),
              r->server->host, why->message);
  g_error_free(why);
  return FALSE;
}

static const struct {
  long least, most;
  int code;
  const char *words;
} REFUSALS[] = {
    {300, 399, BASE_ERROR_PROTOCOL,
     N_("the calendar at %s has moved (HTTP %ld): give its new address")},
    {401, 403, BASE_ERROR_DENIED, N_("%s does not let us read the calendar (HTTP %ld)")},
    {404, 404, BASE_ERROR_NO_INPUT, N_("%s has no calendar at that address (HTTP %ld)")},
    {410, 410, BASE_ERROR_NO_INPUT, N_("%s has no calendar at that address (HTTP %ld)")},
    {429, 429, BASE_ERROR_UNAVAILABLE, N_("%s asks us to wait (HTTP %ld): try again later")},
    {500, 599, BASE_ERROR_UNAVAILABLE, N_("%s is in trouble (HTTP %ld): try again later")},
    {0, 999, BASE_ERROR_PROTOCOL, N_("%s answers what no calendar does (HTTP %ld)")},
};

gboolean
worker_calendar_web_refuse(WorkerCalendarReading *r, const NetReply *reply, GError **error)
{
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS(REFUSALS) &&
         (reply->status < REFUSALS[i].least || reply->status > REFUSALS[i].most))
    i++;
  g_autofree char *number = g_strdup_printf("%ld", reply->status);
  g_autoptr(GString) words = g_string_new(_(REFUSALS[i].words));
  g_string_replace(words, "%ld", number, 1);
  g_string_replace(words, "%s", r->server->host, 1);
  g_set_error_literal(error, BASE_ERROR, REFUSALS[i].code, words->str);
  return FALSE;
}

gboolean
worker_calendar_web_tag(const char *etag)
{
  gsize length = strlen(etag);
  gboolean ok = length >= 2 && length <= ETAG_MOST && etag[length - 1] == '"';
  for (const char *p = etag; *p != '\0'; p++)
    ok = ok && g_ascii_isgraph(*p);
  return ok;
}

/* --- one .ics, taken in while it arrives */

typedef struct {
  WorkerCalendarReading *reading;
  GByteArray *piece;
  GError *failed; /* ours: the transfer ends for it */
} Fetch;

static void
fetch_clear(Fetch *fetch)
{
  g_byte_array_unref(fetch->piece);
  g_clear_error(&fetch->failed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fetch, fetch_clear)

/* Nothing is locked while more is waited for. */
static gboolean
feed_piece(Fetch *fetch, GError **error)
{
  ClinicIntake *intake = fetch->reading->intake;
  gboolean ok = clinic_intake_feed(intake, fetch->piece->data, fetch->piece->len, error) &&
                clinic_intake_pause(intake, error);
  g_byte_array_set_size(fetch->piece, 0);
  return ok;
}

static gboolean
on_bytes(const char *bytes, gsize length, gpointer data)
{
  Fetch *fetch = data;
  g_byte_array_append(fetch->piece, (const guint8 *)bytes, (guint)length);
  return fetch->piece->len < FETCH_PIECE || feed_piece(fetch, &fetch->failed);
}

static gboolean
finish(Fetch *fetch, const NetReply *reply, ClinicIntakeResult *ret, gboolean *ret_same,
       GError **error)
{
  WorkerCalendarReading *r = fetch->reading;
  ClinicIntakeEnd end = {.whole = reply->status == 200};
  if (reply->status != 200 && reply->status != 304)
    return worker_calendar_web_refuse(r, reply, error);
  if (end.whole && (!feed_piece(fetch, error) || !clinic_intake_end(r->intake, error)))
    return FALSE;
  /* what was broken is read anew the next time, changed or not */
  if (end.whole)
    end.etag = r->problems == 0 && worker_calendar_web_tag(reply->etag) ? reply->etag : "";
  *ret_same = !end.whole;
  return clinic_intake_finish(r->intake, &end, ret, error);
}

gboolean
worker_calendar_web_read(WorkerCalendarReading *r, ClinicIntakeResult *ret, gboolean *ret_same,
                         GError **error)
{
  g_auto(Fetch) fetch = {.reading = r, .piece = g_byte_array_new()};
  g_autoptr(NetHttp) http = net_http_new();
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(GError) why = NULL;
  const char *etag = r->calendar->etag;
  g_autofree char *match = g_strdup_printf("If-None-Match: %s", etag);
  const char *const headers[] = {"Accept: text/calendar", *etag != '\0' ? match : NULL, NULL};
  NetRequest request = worker_calendar_web_request(r, "GET", r->calendar->location);
  request.headers = headers;
  request.cap = FETCH_CAP;
  request.bytes = on_bytes;
  request.data = &fetch;
  clinic_intake_resource(r->intake, NULL);
  if (worker_calendar_web_ask(r, http, &request, &reply, &why))
    return finish(&fetch, reply, ret, ret_same, error);
  g_propagate_error(error,
                    fetch.failed != NULL ? g_steal_pointer(&fetch.failed) : g_steal_pointer(&why));
  return FALSE;
}
