#include "worker/fhir_peer.h"

#include <string.h>
#include <sys/stat.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/net/smart.h"

#define FHIR_LEARN (10 * BASE_CLOCK_MINUTE) /* how long what /metadata said is good */

enum { FHIR_CAP = 32 * 1024 * 1024, FHIR_KEY_CAP = 64 * 1024, FHIR_ADDRESS = 8192 };

struct WorkerFhirPeer {
  WorkerRun *run;
  char *base;                                 /* without a slash at its end */
  char *ca_file, *pin, *cert_file, *key_file; /* NULL none */
  char *secret;                               /* a bearer token, or the private key of SMART; "" */
  char *auth, *client_id, *key_id, *scope, *token_url;
  NetSmart *smart;        /* made with the first request that needs it */
  WireFhirServer *server; /* NULL: not asked, or it did not say */
  gint64 learned;         /* monotonic; 0 never */
  GHashTable *exchanges;  /* number → Exchange */
  guint64 last_id;
  guint seconds;
};

typedef struct {
  WorkerFhirPeer *peer;
  guint64 id, http;  /* http: 0 while it waits for a token */
  WorkerFhirAsk ask; /* its texts are ours */
  gboolean again;    /* it was refused once with an old token */
} Exchange;

/* --- settings */

static char *
path_of(ClinicSession *session, const char *path)
{
  if (*path == '\0' || g_path_is_absolute(path))
    return *path == '\0' ? NULL : g_strdup(path);
  return g_canonicalize_filename(path, clinic_session_folder(session));
}

static const char *
named(const ClinicDestination *to, BaseConfKey key)
{
  return to->conf == NULL ? "" : base_conf_named_text(to->conf, to->name, key);
}

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG, why);
  return FALSE;
}

static gboolean
auth_is_sound(const ClinicDestination *to, GError **error)
{
  static const char *const ways[] = {"", "bearer", "smart", NULL};
  if (!g_strv_contains(ways, to->auth))
    return refuse(error, _("auth of a FHIR destination is bearer, smart or empty"));
  if (strcmp(to->auth, "bearer") == 0 && *to->secret_file == '\0')
    return refuse(error, _("a FHIR destination with auth=bearer needs its secret_file, the token"));
  if (strcmp(to->auth, "smart") == 0 && (*named(to, BASE_CONF_DEST_FHIR_CLIENT) == '\0' ||
                                         *named(to, BASE_CONF_DEST_FHIR_PRIVATE_KEY) == '\0'))
    return refuse(error, _("a FHIR destination with auth=smart needs its fhir_client and its "
                           "fhir_private_key"));
  return TRUE;
}

gboolean
worker_fhir_peer_check(ClinicSession *session, const ClinicDestination *to, GError **error)
{
  static const char *const ways[] = {"auto", "transaction", "creates", NULL};
  (void)session;
  gboolean secure = g_str_has_prefix(to->url, "https://");
  if (!secure && !(g_str_has_prefix(to->url, "http://") && net_http_is_loopback(to->url)))
    return refuse(error, _("the url of a FHIR destination begins with https:// (or http:// on this "
                           "host)"));
  if (strpbrk(to->url, "?#") != NULL)
    return refuse(error, _("the url of a FHIR destination has no ? and no #"));
  if (!g_strv_contains(ways, named(to, BASE_CONF_DEST_FHIR_BUNDLE)))
    return refuse(error, _("fhir_bundle is auto, transaction or creates"));
  return auth_is_sound(to, error);
}

/* The bearer token, or the private key, which nobody else may read. */
static gboolean
secret_read(WorkerRun *run, const ClinicDestination *to, char **ret, GError **error)
{
  struct stat what;
  gsize length = 0;
  if (strcmp(to->auth, "smart") != 0)
    return clinic_destination_secret(to, ret, error);
  g_autofree char *path = path_of(run->session, named(to, BASE_CONF_DEST_FHIR_PRIVATE_KEY));
  if (stat(path, &what) == 0 && (what.st_mode & 077) != 0)
    return refuse(error, _("others can read the file of fhir_private_key; take that from them with "
                           "chmod 600"));
  return base_file_read(path, FHIR_KEY_CAP, ret, &length, error);
}

gboolean
worker_fhir_peer_open(WorkerRun *run, const ClinicDestination *to, WorkerFhirPeer **ret,
                      GError **error)
{
  char *secret = NULL;
  if (!worker_fhir_peer_check(run->session, to, error) || !secret_read(run, to, &secret, error))
    return FALSE;
  WorkerFhirPeer *peer = g_new0(WorkerFhirPeer, 1);
  peer->run = run;
  peer->secret = secret;
  peer->base = g_strdup(to->url);
  for (gsize n = strlen(peer->base); n > 0 && peer->base[n - 1] == '/'; n--)
    peer->base[n - 1] = '\0';
  peer->ca_file = *to->ca_file != '\0' ? g_strdup(to->ca_file) : NULL;
  peer->pin = *to->pin != '\0' ? g_strdup(to->pin) : NULL;
  peer->cert_file = path_of(run->session, named(to, BASE_CONF_DEST_CERT_FILE));
  peer->key_file = path_of(run->session, named(to, BASE_CONF_DEST_KEY_FILE));
  peer->auth = g_strdup(to->auth);
  peer->client_id = g_strdup(named(to, BASE_CONF_DEST_FHIR_CLIENT));
  peer->key_id = g_strdup(named(to, BASE_CONF_DEST_FHIR_KEY_ID));
  peer->scope = g_strdup(named(to, BASE_CONF_DEST_FHIR_SCOPE));
  peer->token_url = g_strdup(named(to, BASE_CONF_DEST_FHIR_TOKEN_URL));
  peer->seconds = to->seconds;
  peer->exchanges = g_hash_table_new(g_int64_hash, g_int64_equal);
  *ret = peer;
  return TRUE;
}

void
worker_fhir_peer_close(WorkerFhirPeer *peer)
{
  if (peer == NULL)
    return;
  net_smart_free(peer->smart);
  clinic_destination_forget(peer->secret);
  char *const texts[] = {peer->base,     peer->ca_file,  peer->pin,       peer->cert_file,
                         peer->key_file, peer->auth,     peer->client_id, peer->key_id,
                         peer->scope,    peer->token_url};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  wire_fhir_answer_server_free(peer->server);
  g_hash_table_unref(peer->exchanges);
  g_free(peer);
}

/* --- an exchange */

/* Tells, and frees it. */
static void
exchange_end(Exchange *x, const WorkerFhirReply *reply)
{
  g_hash_table_remove(x->peer->exchanges, &x->id);
  x->ask.done(reply, x->ask.data);
  g_free((char *)(gintptr)x->ask.method);
  g_free((char *)(gintptr)x->ask.path);
  g_free((char *)(gintptr)x->ask.condition);
  g_free((char *)(gintptr)x->ask.match);
  g_free((char *)(gintptr)x->ask.type);
  g_clear_pointer(&x->ask.body, g_bytes_unref);
  g_free(x);
}

static void
exchange_fail(Exchange *x, const GError *error)
{
  const WorkerFhirReply reply = {.location = "", .retry_after = -1, .error = error};
  exchange_end(x, &reply);
}

/* "Patient/12" out of ".../Patient/12/_history/1"; "" where it is none. */
static char *
location_of(const NetReply *reply, const json_t *resource)
{
  const char *type = json_string_value(json_object_get(resource, "resourceType"));
  const char *id = json_string_value(json_object_get(resource, "id"));
  g_auto(GStrv) part = g_strsplit(reply->location, "/", -1);
  guint n = g_strv_length(part);
  for (guint i = 0; i < n; i++)
    if (strcmp(part[i], "_history") == 0)
      n = i;
  if (n >= 2 && *part[n - 1] != '\0')
    return g_strdup_printf("%s/%s", part[n - 2], part[n - 1]);
  return type != NULL && id != NULL ? g_strdup_printf("%s/%s", type, id) : g_strdup("");
}

static void exchange_begin(Exchange *x);

static void
exchange_on_reply(const NetReply *http, const GError *error, gpointer data)
{
  Exchange *x = data;
  x->http = 0;
  if (error != NULL) {
    exchange_fail(x, error);
    return;
  }
  if (http->status == 401 && x->peer->smart != NULL && !x->again) {
    x->again = TRUE;
    net_smart_forget(x->peer->smart);
    exchange_begin(x);
    return;
  }
  json_t *resource = wire_fhir_answer_parse((const char *)http->body->data, http->body->len);
  g_autofree char *location = location_of(http, resource);
  const WorkerFhirReply reply = {http->status, resource, location, http->retry_after, NULL};
  exchange_end(x, &reply);
  json_decref(resource);
}

static GStrv
headers_of(const WorkerFhirAsk *ask)
{
  g_autoptr(GStrvBuilder) all = g_strv_builder_new();
  g_autofree char *type = g_strdup_printf(
      "Content-Type: %s", ask->type != NULL ? ask->type : "application/fhir+json; charset=utf-8");
  g_autofree char *condition = g_strconcat("If-None-Exist: ", ask->condition, NULL);
  g_autofree char *match =
      g_strdup_printf("If-Match: W/\"%s\"", ask->match != NULL ? ask->match : "");
  g_strv_builder_add_many(all, "Accept: application/fhir+json", "Prefer: return=representation",
                          ask->body != NULL ? type : "Cache-Control: no-cache", NULL);
  if (ask->condition != NULL)
    g_strv_builder_add(all, condition);
  if (ask->match != NULL)
    g_strv_builder_add(all, match);
  return g_strv_builder_end(all);
}

static void
exchange_send(Exchange *x, const char *token)
{
  WorkerFhirPeer *peer = x->peer;
  g_autoptr(GError) error = NULL;
  gboolean bare = *x->ask.path == '\0' || *x->ask.path == '?';
  g_autofree char *url = g_strdup_printf("%s%s%s", peer->base, bare ? "" : "/", x->ask.path);
  g_auto(GStrv) headers = headers_of(&x->ask);
  const NetRequest request = {.method = x->ask.method,
                              .url = url,
                              .headers = (const char *const *)headers,
                              .body = x->ask.body,
                              .bearer = token,
                              .ca_file = peer->ca_file,
                              .pin = peer->pin,
                              .cert_file = peer->cert_file,
                              .key_file = peer->key_file,
                              .cap = FHIR_CAP,
                              .total_ms = peer->seconds * 1000,
                              .done = exchange_on_reply,
                              .data = x};
  if (!net_http_start(peer->run->http, &request, &x->http, &error))
    exchange_fail(x, error);
}

static void
exchange_on_token(const char *token, const GError *error, gpointer data)
{
  Exchange *x = data;
  if (error != NULL)
    exchange_fail(x, error);
  else
    exchange_send(x, token);
}

/* The token's address is the setting's, else what the server says of itself. */
static gboolean
smart_make(WorkerFhirPeer *peer, GError **error)
{
  const char *url = *peer->token_url != '\0' ? peer->token_url
                    : peer->server != NULL   ? peer->server->token_url
                                             : "";
  const NetSmartClient client = {url,          peer->client_id, peer->scope,
                                 peer->secret, peer->key_id,    peer->ca_file,
                                 peer->pin,    peer->cert_file, peer->key_file};
  return peer->smart != NULL || net_smart_new(peer->run->http, &client, &peer->smart, error);
}

static void
exchange_begin(Exchange *x)
{
  WorkerFhirPeer *peer = x->peer;
  g_autoptr(GError) error = NULL;
  gboolean open = strcmp(x->ask.path, "metadata") == 0; /* it is for everybody, and says where to
                                                           log in */
  if (open || *peer->auth == '\0')
    exchange_send(x, NULL);
  else if (strcmp(peer->auth, "bearer") == 0)
    exchange_send(x, peer->secret);
  else if (smart_make(peer, &error))
    net_smart_token(peer->smart, exchange_on_token, x);
  else
    exchange_fail(x, error);
}

void
worker_fhir_peer_ask(WorkerFhirPeer *peer, const WorkerFhirAsk *ask, guint64 *id)
{
  Exchange *x = g_new0(Exchange, 1);
  *id = x->id = ++peer->last_id;
  x->peer = peer;
  x->ask = *ask;
  x->ask.method = g_strdup(ask->method);
  x->ask.path = g_strdup(ask->path);
  x->ask.condition = g_strdup(ask->condition);
  x->ask.match = g_strdup(ask->match);
  x->ask.type = g_strdup(ask->type);
  x->ask.body = ask->body != NULL ? g_bytes_ref(ask->body) : NULL;
  g_hash_table_insert(peer->exchanges, &x->id, x);
  exchange_begin(x);
}

void
worker_fhir_peer_cancel(WorkerFhirPeer *peer, guint64 id)
{
  Exchange *x = g_hash_table_lookup(peer->exchanges, &id);
  if (x == NULL)
    return;
  if (x->http != 0) {
    net_http_cancel(peer->run->http, x->http);
    return;
  }
  g_autoptr(GError) error =
      g_error_new_literal(BASE_ERROR, BASE_ERROR_CANCELLED, "called off before it was sent");
  if (peer->smart != NULL)
    net_smart_leave(peer->smart, x);
  exchange_fail(x, error);
}

/* --- what it can do */

typedef struct {
  WorkerFhirPeer *peer;
  WorkerFhirKnown done;
  gpointer data;
} Learning;

static void
learn_on_reply(const WorkerFhirReply *reply, gpointer data)
{
  g_autofree Learning *l = data;
  WorkerFhirPeer *peer = l->peer;
  g_autoptr(GError) error = NULL;
  WireFhirServer *server = NULL;
  if (reply->error != NULL) {
    l->done(NULL, reply->error, l->data);
    return;
  }
  if (reply->status == 200 && !wire_fhir_answer_server(reply->resource, &server, &error)) {
    l->done(NULL, error, l->data);
    return;
  }
  if (reply->status >= 500 || reply->status == 429) {
    g_autofree char *words = worker_fhir_peer_words(reply);
    error = g_error_new_literal(BASE_ERROR, BASE_ERROR_UNAVAILABLE, words);
    l->done(NULL, error, l->data);
    return;
  }
  wire_fhir_answer_server_free(peer->server);
  peer->server = server;
  peer->learned = base_clock_monotonic();
  l->done(server, NULL, l->data);
}

void
worker_fhir_peer_learn(WorkerFhirPeer *peer, WorkerFhirKnown done, gpointer data, guint64 *id)
{
  if (peer->learned != 0 && base_clock_monotonic() - peer->learned < FHIR_LEARN) {
    done(peer->server, NULL, data);
    return;
  }
  const Learning made = {peer, done, data};
  Learning *l = g_memdup2(&made, sizeof made);
  worker_fhir_peer_ask(
      peer,
      &(WorkerFhirAsk){.method = "GET", .path = "metadata", .done = learn_on_reply, .data = l}, id);
}

char *
worker_fhir_peer_words(const WorkerFhirReply *reply)
{
  if (reply->error != NULL)
    return g_strdup(reply->error->message);
  g_autofree char *said = wire_fhir_answer_words(reply->resource);
  if (*said != '\0')
    return g_strdup_printf(_("the FHIR server said (HTTP %ld): %s"), reply->status, said);
  return g_strdup_printf(_("the FHIR server answered HTTP %ld"), reply->status);
}

const WireFhirServer *
worker_fhir_peer_server(const WorkerFhirPeer *peer)
{
  return peer->server;
}

/* --- addresses that it gives */

/* The base as an address without scheme and host has it: "/fhir". */
static const char *
base_path(const WorkerFhirPeer *peer)
{
  const char *host = strstr(peer->base, "://") + 3, *slash = strchr(host, '/');
  return slash != NULL ? slash : "";
}

static gboolean
is_plain(const char *address)
{
  for (const char *p = address; *p != '\0'; p++)
    if (!g_ascii_isgraph(*p))
      return FALSE;
  return strlen(address) <= FHIR_ADDRESS && strstr(address, "/../") == NULL &&
         !g_str_has_prefix(address, "../") && strchr(address, '#') == NULL;
}

char *
worker_fhir_peer_path(const WorkerFhirPeer *peer, const char *address)
{
  gboolean whole = strstr(address, "://") != NULL && strcspn(address, "/?") > 0 &&
                   strstr(address, "://") - address < (ptrdiff_t)strcspn(address, "/?");
  const char *base = whole ? peer->base : *address == '/' ? base_path(peer) : "";
  if (!is_plain(address) || g_str_has_prefix(address, "//") || !g_str_has_prefix(address, base))
    return NULL;
  const char *rest = address + strlen(base);
  if (*base != '\0' && *rest != '/' && *rest != '?')
    return NULL;
  return g_strdup(*rest == '/' ? rest + 1 : rest);
}
