/* CalDAV: what has changed is asked for by sync-collection (RFC 6578), or told from a list of ETags
 * where the server has none of it or our token is no longer good; only that is fetched, in pages.
 * A resource is its path.  The ETags that we know stand in the calendar's own `etag`, as pairs of
 * hashes: 16 bytes a resource. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/wire/dav.h"
#include "worker/calendar.h"

enum {
  PAGE = 50,             /* resources of one multiget */
  ANSWER_CAP = 64 << 20, /* bytes of one answer */
  ROUNDS_MOST = 1000,    /* answers that are told to be parts of one */
  STATUS_MULTI = 207,
  STATUS_TRUNCATED = 507,
};

typedef struct {
  guint64 path, etag;
} Known;

typedef struct {
  WorkerCalendarReading *reading;
  NetHttp *http;
  char *url, *path;        /* of the collection */
  GHashTable *before;      /* hash of a path → Known; what we had */
  GHashTable *after;       /* what we have */
  GPtrArray *wanted;       /* hrefs */
  GPtrArray *gone, *stays; /* paths */
  char *token;             /* "" none */
  gboolean full;           /* all that there is was listed */
  guint missed;            /* listed, and not given */
} Dav;

static void
dav_clear(Dav *dav)
{
  net_http_free(dav->http);
  g_free(dav->url);
  g_free(dav->path);
  g_hash_table_unref(dav->before);
  g_hash_table_unref(dav->after);
  g_ptr_array_unref(dav->wanted);
  g_ptr_array_unref(dav->gone);
  g_ptr_array_unref(dav->stays);
  g_free(dav->token);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Dav, dav_clear)

/* --- what is known */

static guint64
hash_of(const char *text)
{
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 hash = 0;
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, (const guchar *)text, -1);
  g_checksum_get_digest(sum, digest, &length);
  memcpy(&hash, digest, sizeof hash);
  return GUINT64_FROM_LE(hash);
}

static void
know(GHashTable *known, guint64 path, guint64 etag)
{
  Known *one = g_new(Known, 1);
  *one = (Known){path, etag};
  g_hash_table_replace(known, &one->path, one);
}

static void
known_read(GHashTable *known, const char *text)
{
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode(text, &length);
  for (gsize i = 0; i + sizeof(Known) <= length; i += sizeof(Known)) {
    Known one;
    memcpy(&one, bytes + i, sizeof one);
    know(known, GUINT64_FROM_LE(one.path), GUINT64_FROM_LE(one.etag));
  }
}

static int
by_path(gconstpointer a, gconstpointer b)
{
  guint64 x = ((const Known *)a)->path, y = ((const Known *)b)->path;
  return x < y ? -1 : x > y;
}

/* The same for the same, whatever their order: nothing is written where nothing changed. */
static char *
known_write(GHashTable *known)
{
  GHashTableIter at;
  gpointer one = NULL;
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Known));
  g_hash_table_iter_init(&at, known);
  while (g_hash_table_iter_next(&at, NULL, &one))
    g_array_append_vals(all, one, 1);
  g_array_sort(all, by_path);
  for (guint i = 0; i < all->len; i++) {
    Known *k = &g_array_index(all, Known, i);
    *k = (Known){GUINT64_TO_LE(k->path), GUINT64_TO_LE(k->etag)};
  }
  return all->len == 0 ? g_strdup("")
                       : g_base64_encode((const guchar *)all->data, all->len * sizeof(Known));
}

/* --- asking */

typedef enum { SAID_WELL, SAID_BAD_TOKEN, SAID_UNABLE } Said;

/* A server that does not know a report says so in several ways. */
static gboolean
is_unable(long status)
{
  static const long STATUSES[] = {400, 403, 405, 409, 412, 415, 422, 501};
  for (gsize i = 0; i < G_N_ELEMENTS(STATUSES); i++)
    if (status == STATUSES[i])
      return TRUE;
  return FALSE;
}

/* `said` NULL: only a good answer will do. */
static gboolean
ask(Dav *dav, const char *method, const char *depth, char *body_taken, Said *said,
    WireDavAnswer **ret, GError **error)
{
  g_autoptr(GBytes) body = g_bytes_new_take(body_taken, strlen(body_taken));
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(WireDavAnswer) fault = NULL;
  const char *const headers[] = {"Content-Type: application/xml; charset=utf-8", depth, NULL};
  NetRequest request = worker_calendar_web_request(dav->reading, method, dav->url);
  request.headers = headers;
  request.body = body;
  request.cap = ANSWER_CAP;
  if (!worker_calendar_web_ask(dav->reading, dav->http, &request, &reply, error))
    return FALSE;
  const char *bytes = (const char *)reply->body->data;
  if (reply->status == STATUS_MULTI)
    return wire_dav_read(bytes, reply->body->len, ret, error);
  if (said == NULL || !is_unable(reply->status))
    return worker_calendar_web_refuse(dav->reading, reply, error);
  *said = wire_dav_read(bytes, reply->body->len, &fault, NULL) && fault->bad_token ? SAID_BAD_TOKEN
                                                                                   : SAID_UNABLE;
  return TRUE;
}

/* --- what has changed */

static void
note_resource(Dav *dav, const WireDavResource *one)
{
  guint64 path = hash_of(one->path), etag = hash_of(one->etag);
  const Known *had = g_hash_table_lookup(dav->before, &path);
  if (one->status == 404 || one->status == 410) {
    g_ptr_array_add(dav->gone, g_strdup(one->path));
    g_hash_table_remove(dav->after, &path);
  } else if (had == NULL || had->etag != etag || *one->etag == '\0') {
    g_ptr_array_add(dav->wanted, g_strdup(one->href));
  } else {
    know(dav->after, path, etag);
    g_ptr_array_add(dav->stays, g_strdup(one->path));
  }
}

/* *ret_more: it was cut, and goes on from the new token. */
static void
note_answer(Dav *dav, const WireDavAnswer *answer, gboolean *ret_more)
{
  *ret_more = FALSE;
  for (guint i = 0; i < answer->resources->len; i++) {
    const WireDavResource *one = answer->resources->pdata[i];
    if (strcmp(one->path, dav->path) == 0)
      *ret_more = *ret_more || one->status == STATUS_TRUNCATED;
    else if (!one->collection)
      note_resource(dav, one);
  }
}

/* From a token, or ("") from the start. */
static gboolean
list_changes(Dav *dav, const char *from, Said *said, GError **error)
{
  gboolean more = TRUE;
  *said = SAID_WELL;
  g_free(dav->token);
  dav->token = g_strdup(from);
  for (guint round = 0; more && round < ROUNDS_MOST; round++) {
    g_autoptr(WireDavAnswer) answer = NULL;
    if (!ask(dav, "REPORT", "Depth: 0", wire_dav_ask_changes(dav->token), said, &answer, error))
      return FALSE;
    if (answer == NULL)
      return TRUE;
    note_answer(dav, answer, &more);
    dav->missed += more && (*answer->token == '\0' || strcmp(answer->token, dav->token) == 0);
    more = more && dav->missed == 0;
    g_free(dav->token);
    dav->token = g_strdup(answer->token);
  }
  dav->missed += more;
  return TRUE;
}

static gboolean
list_all(Dav *dav, GError **error)
{
  g_autoptr(WireDavAnswer) answer = NULL;
  gboolean more = FALSE;
  if (!ask(dav, "REPORT", "Depth: 1", wire_dav_ask_list(), NULL, &answer, error))
    return FALSE;
  note_answer(dav, answer, &more);
  g_free(dav->token);
  dav->token = g_strdup("");
  dav->missed += more; /* cut: what is not in it may be there */
  return TRUE;
}

/* A new beginning: nothing of the last list counts. */
static void
begin_list(Dav *dav, gboolean full)
{
  GHashTableIter at;
  gpointer one = NULL;
  dav->full = full;
  dav->missed = 0;
  g_ptr_array_set_size(dav->wanted, 0);
  g_ptr_array_set_size(dav->gone, 0);
  g_ptr_array_set_size(dav->stays, 0);
  g_hash_table_remove_all(dav->after);
  g_hash_table_iter_init(&at, dav->before);
  while (!full && g_hash_table_iter_next(&at, NULL, &one))
    know(dav->after, ((const Known *)one)->path, ((const Known *)one)->etag);
}

static gboolean
list(Dav *dav, GError **error)
{
  const char *token = dav->reading->calendar->token;
  Said said = SAID_BAD_TOKEN;
  if (*token != '\0') {
    begin_list(dav, FALSE);
    if (!list_changes(dav, token, &said, error))
      return FALSE;
    if (said == SAID_WELL)
      return TRUE;
  }
  begin_list(dav, TRUE);
  if (!list_changes(dav, "", &said, error))
    return FALSE;
  if (said == SAID_WELL)
    return TRUE;
  begin_list(dav, TRUE);
  return list_all(dav, error);
}

/* --- fetching */

static void
tell_problem(Dav *dav, const char *message)
{
  const WorkerCalendarRead *asked = dav->reading->asked;
  const CalendarProblem problem = {0, "VCALENDAR", message};
  dav->reading->problems++;
  if (asked->problem != NULL)
    asked->problem(&problem, asked->data);
}

/* One that is no calendar leaves the others alone, and is not asked for again until it changes. */
static gboolean
take_in(Dav *dav, const WireDavResource *one, GError **error)
{
  ClinicIntake *intake = dav->reading->intake;
  GError *why = NULL;
  clinic_intake_resource(intake, one->path);
  if (!clinic_intake_feed(intake, one->data, strlen(one->data), &why) ||
      !clinic_intake_end(intake, &why)) {
    if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_DATA)) {
      g_propagate_error(error, why);
      return FALSE;
    }
    tell_problem(dav, why->message);
    g_error_free(why);
  }
  if (*one->etag != '\0')
    know(dav->after, hash_of(one->path), hash_of(one->etag));
  return TRUE;
}

static gboolean
take_page(Dav *dav, const WireDavAnswer *answer, GHashTable *asked, GError **error)
{
  for (guint i = 0; i < answer->resources->len; i++) {
    const WireDavResource *one = answer->resources->pdata[i];
    gboolean gone = one->status == 404 || one->status == 410;
    if ((one->data == NULL && !gone) || !g_hash_table_remove(asked, one->path))
      continue; /* not given, or nobody asked for it */
    if (gone)
      g_ptr_array_add(dav->gone, g_strdup(one->path));
    else if (!take_in(dav, one, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fetch_page(Dav *dav, guint from, guint n, GError **error)
{
  g_autoptr(WireDavAnswer) answer = NULL;
  g_autoptr(GHashTable) asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const char *const *hrefs = (const char *const *)dav->wanted->pdata + from;
  for (guint i = 0; i < n; i++)
    g_hash_table_add(asked, wire_dav_path(hrefs[i]));
  if (!ask(dav, "REPORT", "Depth: 1", wire_dav_ask_data(hrefs, n), NULL, &answer, error) ||
      !take_page(dav, answer, asked, error))
    return FALSE;
  dav->missed += g_hash_table_size(asked);
  /* nothing is locked while the next page is waited for */
  return clinic_intake_pause(dav->reading->intake, error);
}

/* What went comes last: an event may have moved to another resource. */
static gboolean
fetch(Dav *dav, GError **error)
{
  ClinicIntake *intake = dav->reading->intake;
  for (guint from = 0; from < dav->wanted->len; from += PAGE)
    if (!fetch_page(dav, from, MIN((guint)PAGE, dav->wanted->len - from), error))
      return FALSE;
  for (guint i = 0; dav->full && i < dav->stays->len; i++)
    if (!clinic_intake_keep(intake, dav->stays->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < dav->gone->len; i++)
    if (!clinic_intake_drop(intake, dav->gone->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* What was not given is asked for again: the token is then as before.  So it is where a whole list
 * had something broken in it: what is no longer there has not been taken away yet. */
static gboolean
finish(Dav *dav, ClinicIntakeResult *ret, gboolean *ret_same, GError **error)
{
  g_autofree char *known = known_write(dav->after);
  gboolean sound = dav->missed == 0;
  gboolean stay = !sound || (dav->full && dav->reading->problems > 0);
  const ClinicIntakeEnd end = {
      .whole = dav->full && sound, .etag = known, .token = stay ? NULL : dav->token};
  if (!clinic_intake_finish(dav->reading->intake, &end, ret, error))
    return FALSE;
  *ret_same = dav->wanted->len == 0 && dav->gone->len == 0 && ret->gone == 0;
  if (sound)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE,
              _("%s did not give all that it listed (%u resources): the rest was taken in"),
              dav->reading->server->host, dav->missed);
  return FALSE;
}

gboolean
worker_calendar_dav_read(WorkerCalendarReading *reading, ClinicIntakeResult *ret,
                         gboolean *ret_same, GError **error)
{
  g_auto(Dav) dav = {
      .reading = reading,
      .http = net_http_new(),
      .before = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free),
      .after = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free),
      .wanted = g_ptr_array_new_with_free_func(g_free),
      .gone = g_ptr_array_new_with_free_func(g_free),
      .stays = g_ptr_array_new_with_free_func(g_free),
      .token = g_strdup(""),
  };
  g_autofree char *token = NULL;
  if (!worker_calendar_dav_find(reading, dav.http, &dav.url, &token, error))
    return FALSE;
  dav.path = wire_dav_path(dav.url);
  if (*token != '\0' && strcmp(token, reading->calendar->token) == 0) {
    *ret_same = TRUE;
    return clinic_intake_finish(reading->intake, &(ClinicIntakeEnd){0}, ret, error);
  }
  known_read(dav.before, reading->calendar->etag);
  return list(&dav, error) && fetch(&dav, error) && finish(&dav, ret, ret_same, error);
}
