/* Where a CalDAV server has its calendars (RFC 6764, RFC 5397, RFC 4791): from an address of the
 * server to whose login it is, to where their calendars are, to the calendar that is meant.  The
 * password goes to the host of the address and to no other. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "worker/calendar.h"

#define WELL_KNOWN "/.well-known/caldav"

enum {
  ANSWER_CAP = 4 << 20,
  MOVES_MOST = 5,
  NAMED_MOST = 12, /* calendars that are named in an error */
  STATUS_MULTI = 207,
};

typedef struct {
  WorkerCalendarReading *reading;
  NetHttp *http;
  char *principal, *home; /* addresses; NULL not known */
} Find;

static void
find_clear(Find *find)
{
  g_free(find->principal);
  g_free(find->home);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Find, find_clear)

/* --- addresses */

static int
port_of(GUri *uri)
{
  int port = g_uri_get_port(uri);
  return port > 0 ? port : strcmp(g_uri_get_scheme(uri), "https") == 0 ? 443 : 80;
}

/* What an href means, seen from an address; refused where it is on another host. */
static gboolean
resolve(const Find *find, const char *from, const char *href, char **ret, GError **error)
{
  g_autoptr(GUri) base = g_uri_parse(from, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr(GUri) to =
      base != NULL ? g_uri_parse_relative(base, href, G_URI_FLAGS_ENCODED, NULL) : NULL;
  const char *host = to != NULL ? g_uri_get_host(to) : NULL;
  if (host == NULL || g_uri_get_userinfo(to) != NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("%s names an address that is none"),
                find->reading->server->host);
    return FALSE;
  }
  if (strcmp(g_uri_get_scheme(to), g_uri_get_scheme(base)) == 0 &&
      g_ascii_strcasecmp(host, g_uri_get_host(base)) == 0 && port_of(to) == port_of(base)) {
    *ret = g_uri_to_string(to);
    return TRUE;
  }
  g_autofree char *other = base_text_disarm(host, -1, FALSE);
  g_set_error(error, BASE_ERROR, BASE_ERROR_PROTOCOL,
              _("%s has its calendars on another host, %s: give the address there"),
              find->reading->server->host, other);
  return FALSE;
}

/* --- asking */

static gboolean
is_moved(long status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static gboolean
ask_once(const Find *find, const char *url, const char *depth, NetReply **ret, GError **error)
{
  char *words = wire_dav_ask_about();
  g_autoptr(GBytes) body = g_bytes_new_take(words, strlen(words));
  const char *const headers[] = {"Content-Type: application/xml; charset=utf-8", depth, NULL};
  NetRequest request = worker_calendar_web_request(find->reading, "PROPFIND", url);
  request.headers = headers;
  request.body = body;
  request.cap = ANSWER_CAP;
  return worker_calendar_web_ask(find->reading, find->http, &request, ret, error);
}

/* *url_inout takes where it has moved.  Nothing there, where nothing has to be: *ret is NULL. */
static gboolean
ask(const Find *find, char **url_inout, const char *depth, gboolean must, WireDavAnswer **ret,
    GError **error)
{
  *ret = NULL;
  for (guint moves = 0;; moves++) {
    g_autoptr(NetReply) reply = NULL;
    g_autofree char *to = NULL;
    if (!ask_once(find, *url_inout, depth, &reply, error))
      return FALSE;
    if (reply->status == STATUS_MULTI)
      return wire_dav_read((const char *)reply->body->data, reply->body->len, ret, error);
    if (!must && (reply->status == 404 || reply->status == 405 || reply->status == 501))
      return TRUE;
    if (!is_moved(reply->status) || *reply->location == '\0' || moves == MOVES_MOST)
      return worker_calendar_web_refuse(find->reading, reply, error);
    if (!resolve(find, *url_inout, reply->location, &to, error))
      return FALSE;
    g_free(*url_inout);
    *url_inout = g_steal_pointer(&to);
  }
}

/* --- what it says */

static gboolean
note(char **into, const Find *find, const char *url, const char *href, GError **error)
{
  return *into != NULL || *href == '\0' || resolve(find, url, href, into, error);
}

static gboolean
note_ways(Find *find, const char *url, const WireDavAnswer *answer, GError **error)
{
  for (guint i = 0; answer != NULL && i < answer->resources->len; i++) {
    const WireDavResource *one = answer->resources->pdata[i];
    if (!note(&find->principal, find, url, one->principal, error) ||
        !note(&find->home, find, url, one->home, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
follow(Find *find, const char *from, const char *href, GError **error)
{
  g_autofree char *url = NULL;
  g_autoptr(WireDavAnswer) answer = NULL;
  return resolve(find, from, href, &url, error) &&
         ask(find, &url, "Depth: 0", FALSE, &answer, error) && note_ways(find, url, answer, error);
}

static gboolean
is_root(const char *url)
{
  g_autofree char *path = wire_dav_path(url);
  return strcmp(path, "/") == 0;
}

static gboolean
is_named(const WireDavResource *one, const char *name)
{
  const char *slash = strrchr(one->path, '/');
  g_autofree char *wanted = base_text_fold(name), *shown = base_text_fold(one->name),
                  *last = base_text_fold(slash != NULL ? slash + 1 : one->path);
  return strcmp(wanted, shown) == 0 || strcmp(wanted, last) == 0;
}

static gboolean
refuse_none(const Find *find, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              _("%s has no calendar at that address: give the address of one calendar, as its "
                "server names it"),
              find->reading->server->host);
  return FALSE;
}

static gboolean
refuse_several(const Find *find, const GPtrArray *calendars, GError **error)
{
  g_autoptr(GString) names = g_string_new(NULL);
  for (guint i = 0; i < MIN(calendars->len, (guint)NAMED_MOST); i++) {
    const WireDavResource *one = calendars->pdata[i];
    g_autofree char *href = base_text_disarm(one->href, -1, FALSE);
    g_autofree char *name = base_text_disarm(one->name, -1, FALSE);
    g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", href);
    if (*name != '\0')
      g_string_append_printf(names, " (%s)", name);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              _("%s has several calendars: %s; give the address of one, or call ours by its name"),
              find->reading->server->host, names->str);
  return FALSE;
}

/* The only one, or the only one that is called as ours. */
static gboolean
choose(const Find *find, const GPtrArray *calendars, const WireDavResource **ret, GError **error)
{
  const WireDavResource *named = NULL;
  guint n = 0;
  for (guint i = 0; i < calendars->len; i++)
    if (is_named(calendars->pdata[i], find->reading->calendar->name)) {
      named = calendars->pdata[i];
      n++;
    }
  *ret = n == 1 ? named : calendars->len == 1 ? calendars->pdata[0] : NULL;
  if (*ret != NULL)
    return TRUE;
  return calendars->len == 0 ? refuse_none(find, error) : refuse_several(find, calendars, error);
}

static gboolean
look_home(Find *find, char **ret_url, char **ret_token, GError **error)
{
  g_autoptr(WireDavAnswer) answer = NULL;
  g_autoptr(GPtrArray) calendars = g_ptr_array_new();
  const WireDavResource *one = NULL;
  if (find->home == NULL)
    return refuse_none(find, error);
  if (!ask(find, &find->home, "Depth: 1", TRUE, &answer, error))
    return FALSE;
  for (guint i = 0; i < answer->resources->len; i++) {
    WireDavResource *r = answer->resources->pdata[i];
    if (r->calendar && !r->no_events)
      g_ptr_array_add(calendars, r);
  }
  if (!choose(find, calendars, &one, error) ||
      !resolve(find, find->home, one->href, ret_url, error))
    return FALSE;
  *ret_token = g_strdup(one->token);
  return TRUE;
}

static const WireDavResource *
calendar_in(const WireDavAnswer *answer)
{
  for (guint i = 0; answer != NULL && i < answer->resources->len; i++)
    if (((const WireDavResource *)answer->resources->pdata[i])->calendar)
      return answer->resources->pdata[i];
  return NULL;
}

gboolean
worker_calendar_dav_find(WorkerCalendarReading *reading, NetHttp *http, char **ret_url,
                         char **ret_token, GError **error)
{
  g_auto(Find) find = {.reading = reading, .http = http};
  g_autofree char *url = g_strdup(reading->calendar->location);
  g_autoptr(WireDavAnswer) answer = NULL;
  gboolean root = is_root(url);
  if (!ask(&find, &url, "Depth: 0", !root, &answer, error))
    return FALSE;
  const WireDavResource *one = calendar_in(answer);
  if (one != NULL) {
    *ret_url = g_steal_pointer(&url);
    *ret_token = g_strdup(one->token);
    return TRUE;
  }
  if (!note_ways(&find, url, answer, error) ||
      (root && find.principal == NULL && find.home == NULL &&
       !follow(&find, url, WELL_KNOWN, error)))
    return FALSE;
  if (find.home == NULL && find.principal != NULL &&
      !follow(&find, find.principal, find.principal, error))
    return FALSE;
  return look_home(&find, ret_url, ret_token, error);
}
