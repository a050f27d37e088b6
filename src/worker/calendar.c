#include "guichet/worker/calendar.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/contract.h"
#include "guichet/net/http.h"

enum {
  FETCH_CAP = 256 << 20, /* bytes of a calendar */
  FETCH_PIECE = 256 << 10,
  FETCH_MS = 1800 * 1000,
  ETAG_MOST = 512,
};

/* --- the address */

static gboolean
refuse_address(GError **error)
{
  /* the address itself may be a secret: it is not repeated */
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                      _("a calendar's address begins with https:// or webcal:// (http:// on this "
                        "host only) and holds no login"));
  return FALSE;
}

gboolean
worker_calendar_address(ClinicSession *session, const char *given, char **ret, GError **error)
{
  static const char *const WEBCAL[] = {"webcal", "webcals"};
  g_autoptr(GUri) uri = g_uri_parse(given, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host(uri);
  if (host == NULL || *host == '\0' || g_uri_get_userinfo(uri) != NULL)
    return refuse_address(error);
  const char *scheme = g_uri_get_scheme(uri);
  for (gsize i = 0; i < G_N_ELEMENTS(WEBCAL); i++)
    if (strcmp(scheme, WEBCAL[i]) == 0)
      scheme = "https";
  g_autofree char *url = g_strconcat(scheme, strchr(given, ':'), NULL);
  if (strcmp(scheme, "https") != 0 && (strcmp(scheme, "http") != 0 || !net_http_is_loopback(url)))
    return refuse_address(error);
  if (!clinic_contract_allow(session, host, CLINIC_DATA_CONTACT, error))
    return FALSE;
  *ret = g_steal_pointer(&url);
  return TRUE;
}

/* --- the answer */

typedef struct {
  const WorkerCalendarFetch *asked;
  ClinicIntake *intake;
  GByteArray *piece;
  guint64 problems;
  GError *failed; /* ours: the transfer ends for it */
} Fetch;

static void
fetch_clear(Fetch *fetch)
{
  clinic_intake_free(fetch->intake);
  g_byte_array_unref(fetch->piece);
  g_clear_error(&fetch->failed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fetch, fetch_clear)

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  Fetch *fetch = data;
  fetch->problems++;
  if (fetch->asked->problem != NULL)
    fetch->asked->problem(problem, fetch->asked->data);
}

/* Nothing is locked while more is waited for. */
static gboolean
feed_piece(Fetch *fetch, GError **error)
{
  gboolean ok = clinic_intake_feed(fetch->intake, fetch->piece->data, fetch->piece->len, error) &&
                clinic_intake_pause(fetch->intake, error);
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

/* One that may stand in a request again. */
static gboolean
etag_accept(const char *etag)
{
  gsize length = strlen(etag);
  gboolean ok = length >= 2 && length <= ETAG_MOST && etag[length - 1] == '"';
  for (const char *p = etag; *p != '\0'; p++)
    ok = ok && g_ascii_isgraph(*p);
  return ok;
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

static gboolean
refuse_status(const char *host, long status, GError **error)
{
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS(REFUSALS) &&
         (status < REFUSALS[i].least || status > REFUSALS[i].most))
    i++;
  g_autofree char *number = g_strdup_printf("%ld", status);
  g_autoptr(GString) words = g_string_new(_(REFUSALS[i].words));
  g_string_replace(words, "%ld", number, 1);
  g_string_replace(words, "%s", host, 1);
  g_set_error_literal(error, BASE_ERROR, REFUSALS[i].code, words->str);
  return FALSE;
}

static gboolean
refuse_transfer(Fetch *fetch, const char *host, GError *why, GError **error)
{
  if (fetch->failed != NULL) {
    g_error_free(why);
    g_propagate_error(error, g_steal_pointer(&fetch->failed));
    return FALSE;
  }
  int code = why->code == BASE_ERROR_AMBIGUOUS ? BASE_ERROR_UNAVAILABLE : why->code;
  g_set_error(error, BASE_ERROR, code,
              _("the calendar at %s could not be fetched whole (%s): nothing was taken away; try "
                "again later"),
              host, why->message);
  g_error_free(why);
  return FALSE;
}

static gboolean
finish(Fetch *fetch, const NetReply *reply, const char *host, ClinicIntakeResult *ret,
       gboolean *ret_same, GError **error)
{
  ClinicIntakeEnd end = {.whole = reply->status == 200};
  if (reply->status != 200 && reply->status != 304)
    return refuse_status(host, reply->status, error);
  if (end.whole && (!feed_piece(fetch, error) || !clinic_intake_end(fetch->intake, error)))
    return FALSE;
  /* what was broken is read anew the next time, changed or not */
  if (end.whole)
    end.etag = fetch->problems == 0 && etag_accept(reply->etag) ? reply->etag : "";
  *ret_same = !end.whole;
  return clinic_intake_finish(fetch->intake, &end, ret, error);
}

static gboolean
ask(Fetch *fetch, const char *url, const char *etag, NetReply **ret, GError **error)
{
  g_autoptr(NetHttp) http = net_http_new();
  g_autofree char *match = g_strdup_printf("If-None-Match: %s", etag);
  const char *const headers[] = {"Accept: text/calendar", *etag != '\0' ? match : NULL, NULL};
  const NetRequest request = {
      .method = "GET",
      .url = url,
      .headers = headers,
      .ca_file = fetch->asked->ca_file,
      .cap = FETCH_CAP,
      .total_ms = FETCH_MS,
      .bytes = on_bytes,
      .data = fetch,
  };
  return net_http_ask(http, &request, fetch->asked->cancel, ret, error);
}

gboolean
worker_calendar_fetch(ClinicSession *session, const WorkerCalendarFetch *asked,
                      ClinicIntakeResult *ret, gboolean *ret_same, GError **error)
{
  g_auto(Fetch) fetch = {.asked = asked, .piece = g_byte_array_new()};
  g_autoptr(ClinicCalendar) calendar = NULL;
  g_autoptr(NetReply) reply = NULL;
  g_autofree char *url = NULL;
  GError *why = NULL;
  if (!clinic_calendar_open(session, asked->calendar, &calendar, error) ||
      !worker_calendar_address(session, calendar->location, &url, error) ||
      !clinic_intake_open(session, asked->calendar, on_problem, &fetch, &fetch.intake, error))
    return FALSE;
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = g_uri_get_host(uri);
  clinic_intake_resource(fetch.intake, NULL);
  if (!ask(&fetch, url, calendar->etag, &reply, &why))
    return refuse_transfer(&fetch, host, why, error);
  return finish(&fetch, reply, host, ret, ret_same, error);
}
