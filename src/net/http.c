#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/net/http.h"
#include "net/multi.h"

#define HTTP_CONNECT_MS 10000u
#define HTTP_TOTAL_MS 300000u
#define HTTP_STALL_MS 60000u
#define HTTP_CANCEL_MS 50u /* how often a flag is looked at: cancelled within 100 ms */

struct NetHttp {
  NetMulti *multi;
  NetMulti *own;         /* the same one where nobody else has it; else NULL */
  GHashTable *transfers; /* number → Transfer */
};

typedef struct {
  NetHttp *http;
  guint64 id;
  CURL *easy;
  struct curl_slist *headers;
  GBytes *body;
  NetRequest request; /* only its callbacks and cap are still good */
  NetReply *reply;
  gsize received, given; /* given: of the body, to libcurl */
  guint stall_ms;
  gint64 last_byte;
  gboolean over_cap, cancelled, stalled;
  char words[CURL_ERROR_SIZE];
} Transfer;

void
net_http_reply_free(NetReply *reply)
{
  if (reply == NULL)
    return;
  g_byte_array_unref(reply->body);
  g_free(reply->content_type);
  g_free(reply->etag);
  g_free(reply->location);
  g_free(reply);
}

static void
transfer_free(Transfer *t)
{
  curl_easy_cleanup(t->easy);
  curl_slist_free_all(t->headers);
  g_clear_pointer(&t->body, g_bytes_unref);
  net_http_reply_free(t->reply);
  g_free(t);
}

NetHttp *
net_http_new_on(NetMulti *multi)
{
  NetHttp *http = g_new0(NetHttp, 1);
  http->multi = multi;
  http->transfers = g_hash_table_new(g_int64_hash, g_int64_equal);
  return http;
}

NetHttp *
net_http_new(void)
{
  NetMulti *own = net_multi_new();
  NetHttp *http = net_http_new_on(own);
  http->own = own;
  return http;
}

gboolean
net_http_is_loopback(const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri == NULL ? NULL : g_uri_get_host(uri);
  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0)
    return TRUE;
  return g_hostname_is_ip_address(host) && strchr(host, ':') == NULL &&
         g_str_has_prefix(host, "127.");
}

static gboolean
http_may_go(const char *url, GError **error)
{
  const char *scheme = g_uri_peek_scheme(url);
  if (g_strcmp0(scheme, "https") == 0 ||
      (g_strcmp0(scheme, "http") == 0 && net_http_is_loopback(url)))
    return TRUE;
  g_set_error_literal(
      error, BASE_ERROR, BASE_ERROR_CONFIG,
      g_strcmp0(scheme, "http") == 0
          ? "plain http is for services on this host only; use https for another host"
          : "a service's address must begin with https:// (or http:// on this host)");
  return FALSE;
}

static size_t
transfer_write(char *bytes, size_t size, size_t count, void *data)
{
  Transfer *t = data;
  size_t length = size * count;
  long status = 0;
  if (t->cancelled)
    return 0;
  t->last_byte = base_clock_monotonic();
  t->received += length;
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  gboolean kept = t->request.bytes == NULL || status < 200 || status > 299;
  /* the cap of a stream is none of memory */
  t->over_cap = t->received > (kept && t->request.bytes != NULL ? MIN(t->request.cap, NET_HTTP_CAP)
                                                                : t->request.cap);
  if (t->over_cap)
    return 0;
  if (kept) {
    g_byte_array_append(t->reply->body, (const guint8 *)bytes, (guint)length);
    return length;
  }
  if (!t->request.bytes(bytes, length, t->request.data)) /* it may have cancelled it as well */
    t->cancelled = TRUE;
  return t->cancelled ? 0 : length;
}

static int
transfer_progress(void *data, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                  curl_off_t up)
{
  Transfer *t = data;
  (void)down_all;
  (void)down;
  (void)up_all;
  (void)up;
  t->stalled = base_clock_monotonic() - t->last_byte > (gint64)t->stall_ms * 1000;
  return t->stalled || t->cancelled;
}

static void
transfer_set_limits(Transfer *t, const NetRequest *request)
{
  t->stall_ms = request->stall_ms != 0 ? request->stall_ms : HTTP_STALL_MS;
  t->last_byte = base_clock_monotonic();
  curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
                   (long)(request->connect_ms != 0 ? request->connect_ms : HTTP_CONNECT_MS));
  curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS,
                   (long)(request->total_ms != 0 ? request->total_ms : HTTP_TOTAL_MS));
  curl_easy_setopt(t->easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(t->easy, CURLOPT_XFERINFOFUNCTION, transfer_progress);
  curl_easy_setopt(t->easy, CURLOPT_XFERINFODATA, t);
  curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, transfer_write);
  curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
}

static void
transfer_set_safety(Transfer *t, const NetRequest *request)
{
  curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->words);
  curl_easy_setopt(t->easy, CURLOPT_PROXY, ""); /* no proxy of the environment sees what is sent */
  if (request->ca_file != NULL)
    curl_easy_setopt(t->easy, CURLOPT_CAINFO, request->ca_file);
  if (request->pin != NULL)
    curl_easy_setopt(t->easy, CURLOPT_PINNEDPUBLICKEY, request->pin);
  if (request->cert_file != NULL)
    curl_easy_setopt(t->easy, CURLOPT_SSLCERT, request->cert_file);
  if (request->key_file != NULL)
    curl_easy_setopt(t->easy, CURLOPT_SSLKEY, request->key_file);
}

static void
transfer_set_login(Transfer *t, const NetRequest *request)
{
  if (request->bearer != NULL) {
    curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
    curl_easy_setopt(t->easy, CURLOPT_XOAUTH2_BEARER, request->bearer);
  }
  if (request->user != NULL) {
    curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    curl_easy_setopt(t->easy, CURLOPT_USERNAME, request->user);
    curl_easy_setopt(t->easy, CURLOPT_PASSWORD, request->password != NULL ? request->password : "");
  }
}

static size_t
transfer_read(char *into, size_t size, size_t count, void *data)
{
  Transfer *t = data;
  gsize whole = 0;
  const char *bytes = g_bytes_get_data(t->body, &whole);
  gsize n = MIN(size * count, whole - t->given);
  memcpy(into, bytes + t->given, n);
  t->given += n;
  return n;
}

/* libcurl sends a request again by itself when a kept connection dies before the first byte of the
 * answer.  The server may have done its work by then: nothing with a body goes out twice unasked.
 */
static int
transfer_seek(void *data, curl_off_t offset, int origin)
{
  (void)data;
  (void)offset;
  (void)origin;
  return CURL_SEEKFUNC_FAIL;
}

static void
transfer_set_message(Transfer *t, const NetRequest *request)
{
  curl_easy_setopt(t->easy, CURLOPT_URL, request->url);
  for (const char *const *line = request->headers; line != NULL && *line != NULL; line++)
    t->headers = curl_slist_append(t->headers, *line);
  t->headers = curl_slist_append(t->headers, "Expect:"); /* no 100-continue: one round trip less */
  curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
  curl_easy_setopt(t->easy, CURLOPT_USERAGENT, "guichet");
  if (request->body == NULL) {
    curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, request->method);
    return;
  }
  t->body = g_bytes_ref(request->body);
  curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
  curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)g_bytes_get_size(t->body));
  curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, transfer_read);
  curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
  curl_easy_setopt(t->easy, CURLOPT_SEEKFUNCTION, transfer_seek);
}

static void
reply_read_headers(Transfer *t)
{
  struct curl_header *header = NULL;
  const char *type = NULL;
  curl_off_t wait = 0, up = 0;
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->reply->status);
  curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
  g_autofree char *head =
      g_strndup(type != NULL ? type : "", type != NULL ? strcspn(type, "; ") : 0);
  t->reply->content_type = g_ascii_strdown(head, -1);
  if (curl_easy_header(t->easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK &&
      curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK)
    t->reply->retry_after = (gint64)wait;
  gboolean tagged = curl_easy_header(t->easy, "ETag", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  t->reply->etag = g_strdup(tagged ? header->value : "");
  gboolean moved = curl_easy_header(t->easy, "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  t->reply->location = g_strdup(moved ? header->value : "");
  curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &up);
  gsize whole = t->body == NULL ? 0 : g_bytes_get_size(t->body);
  curl_off_t began = 0;
  curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &began);
  t->reply->sent = began > 0 && MAX((gsize)up, t->given) >= whole;
}

/* What a failed transfer means to whoever asked. */
static GError *
transfer_error(const Transfer *t, CURLcode code)
{
  if (t->over_cap)
    return g_error_new(BASE_ERROR, BASE_ERROR_PROTOCOL,
                       "the answer is larger than %" G_GSIZE_FORMAT " bytes", t->request.cap);
  if (t->cancelled)
    return g_error_new_literal(BASE_ERROR, BASE_ERROR_CANCELLED, "cancelled");
  const char *words = t->stalled            ? "no byte came for too long"
                      : t->words[0] != '\0' ? t->words
                                            : curl_easy_strerror(code);
  gboolean broken = code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL ||
                    code == CURLE_BAD_CONTENT_ENCODING;
  int kind = t->reply->sent ? BASE_ERROR_AMBIGUOUS
             : broken       ? BASE_ERROR_PROTOCOL
                            : BASE_ERROR_UNAVAILABLE;
  return g_error_new(BASE_ERROR, kind, "the service did not answer properly: %s", words);
}

static void
transfer_done(CURL *easy, CURLcode code, gpointer data)
{
  Transfer *t = data;
  (void)easy;
  reply_read_headers(t);
  g_autoptr(GError) error = code == CURLE_OK && !t->cancelled ? NULL : transfer_error(t, code);
  g_hash_table_remove(t->http->transfers, &t->id);
  if (t->request.done != NULL)
    t->request.done(t->reply, error, t->request.data);
  transfer_free(t);
}

gboolean
net_http_start(NetHttp *http, const NetRequest *request, guint64 *ret_id, GError **error)
{
  if (!http_may_go(request->url, error))
    return FALSE;
  Transfer *t = g_new0(Transfer, 1);
  t->http = http;
  t->easy = curl_easy_init();
  t->request = *request;
  t->request.cap = request->cap != 0 ? request->cap : NET_HTTP_CAP;
  t->reply = g_new0(NetReply, 1);
  t->reply->body = g_byte_array_new();
  t->reply->retry_after = -1;
  transfer_set_limits(t, request);
  transfer_set_safety(t, request);
  transfer_set_login(t, request);
  transfer_set_message(t, request);
  t->id = net_multi_add(http->multi, t->easy, transfer_done, t);
  g_hash_table_insert(http->transfers, &t->id, t);
  if (ret_id != NULL)
    *ret_id = t->id;
  return TRUE;
}

void
net_http_cancel(NetHttp *http, guint64 id)
{
  Transfer *t = g_hash_table_lookup(http->transfers, &id);
  if (t == NULL)
    return;
  t->cancelled = TRUE;
  net_multi_cancel(http->multi, id);
}

void
net_http_free(NetHttp *http)
{
  GHashTableIter at;
  gpointer one;
  if (http == NULL)
    return;
  while (g_hash_table_iter_init(&at, http->transfers), g_hash_table_iter_next(&at, NULL, &one))
    net_http_cancel(http, ((const Transfer *)one)->id);
  g_hash_table_unref(http->transfers);
  net_multi_free(http->own);
  g_free(http);
}

gboolean
net_http_busy(const NetHttp *http)
{
  return g_hash_table_size(http->transfers) > 0;
}

void
net_http_step(NetHttp *http, guint wait_ms)
{
  net_multi_step(http->multi, wait_ms);
}

void
net_http_wake(NetHttp *http)
{
  net_multi_wake(http->multi);
}

typedef struct {
  gboolean over;
  NetReply *reply;
  GError *error;
  const NetRequest *request;
} Ask;

static void
ask_done(const NetReply *reply, const GError *error, gpointer data)
{
  Ask *ask = data;
  ask->over = TRUE;
  ask->error = error == NULL ? NULL : g_error_copy(error);
  ask->reply = g_memdup2(reply, sizeof *reply);
  ask->reply->body = g_byte_array_ref(reply->body);
  ask->reply->content_type = g_strdup(reply->content_type);
  ask->reply->etag = g_strdup(reply->etag);
  ask->reply->location = g_strdup(reply->location);
}

static gboolean
ask_bytes(const char *bytes, gsize length, gpointer data)
{
  const Ask *ask = data;
  return ask->request->bytes(bytes, length, ask->request->data);
}

gboolean
net_http_ask(NetHttp *http, const NetRequest *request, const gint *cancel, NetReply **ret,
             GError **error)
{
  Ask ask = {.request = request};
  NetRequest own = *request;
  guint64 id = 0;
  own.done = ask_done;
  own.bytes = request->bytes == NULL ? NULL : ask_bytes;
  own.data = &ask;
  if (!net_http_start(http, &own, &id, error))
    return FALSE;
  while (!ask.over) {
    net_http_step(http, HTTP_CANCEL_MS);
    if (!ask.over && cancel != NULL && __atomic_load_n(cancel, __ATOMIC_SEQ_CST))
      net_http_cancel(http, id);
  }
  if (ask.error != NULL) {
    g_propagate_error(error, ask.error);
    net_http_reply_free(ask.reply);
    return FALSE;
  }
  *ret = ask.reply;
  return TRUE;
}
