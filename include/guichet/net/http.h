/* HTTP over libcurl: many transfers at once on one multi handle, driven by one thread.
 *
 *     NetHttp *http = net_http_new();
 *     net_http_start(http, &request, &id, &error);
 *     while (net_http_busy(http))
 *       net_http_step(http, 100);        // callbacks run inside
 *
 * TLS is always verified.  Plain http is for this host only (net_http_is_loopback()); redirects are
 * not followed: health data goes where the settings say, or nowhere. */
#ifndef GUICHET_NET_HTTP_H
#define GUICHET_NET_HTTP_H

#include "guichet/net/multi.h"

G_BEGIN_DECLS

#define NET_HTTP_CAP (16u * 1024u * 1024u) /* bytes of an answer, where a request names no cap */

typedef struct NetHttp NetHttp;

typedef struct {
  long status;        /* HTTP status; 0 where none came */
  GByteArray *body;   /* what came, up to the cap; empty when `bytes` took it */
  char *content_type; /* lower case, without parameters; "" */
  gint64 retry_after; /* seconds; -1 where it was not said */
  char *etag;         /* "" */
  char *location;     /* as it was sent; "" */
  gboolean sent;      /* the whole request had left before it ended: it may have had its effect */
} NetReply;

typedef struct {
  const char *method; /* "GET", "POST", … */
  const char *url;
  const char *const *headers;       /* "Name: value", NULL-terminated; may be NULL */
  GBytes *body;                     /* may be NULL */
  const char *bearer;               /* a key for Authorization; may be NULL */
  const char *user, *password;      /* for Authorization: Basic; NULL: none */
  const char *ca_file;              /* trusted certificates; NULL: the system's */
  const char *pin;                  /* "sha256//BASE64" of the peer's public key, asked for besides;
                                       several with ";"; NULL: none */
  const char *cert_file, *key_file; /* our certificate, PEM; NULL: none */
  gsize cap;                        /* 0: NET_HTTP_CAP */
  guint connect_ms, total_ms, stall_ms; /* 0: 10 s, 300 s, 60 s without a byte */
  /* Each piece as it arrives, on a success only (2xx); FALSE cancels.  NULL: collected in the
   * reply. */
  gboolean (*bytes)(const char *bytes, gsize length, gpointer data);
  /* Once, at the end: `error` is NULL where an answer came, whatever its status.  The reply is not
   * the callee's. */
  void (*done)(const NetReply *reply, const GError *error, gpointer data);
  gpointer data;
} NetRequest;

NetHttp *net_http_new(void); /* with a multi handle of its own */
/* On one that carries other transfers too, and that outlives it. */
NetHttp *net_http_new_on(NetMulti *multi);
/* Its transfers still under way end as cancelled (their `done` is called). */
void net_http_free(NetHttp *http);

/* Begins one; the strings are copied.  BASE_ERROR_CONFIG for a URL that is not http(s), or plain
 * http to another host.  *ret_id names it for net_http_cancel(). */
gboolean net_http_start(NetHttp *http, const NetRequest *request, guint64 *ret_id, GError **error);
/* Ends it now, its `done` included; from inside `bytes`, when that returns. */
void net_http_cancel(NetHttp *http, guint64 id);
gboolean net_http_busy(const NetHttp *http);

/* net_multi_step() and net_multi_wake() of its multi handle. */
void net_http_step(NetHttp *http, guint wait_ms);
void net_http_wake(NetHttp *http);

/* One request from start to end.  `cancel` (may be NULL) is looked at ten times a second.  No
 * connection, a wrong certificate, a deadline: BASE_ERROR_UNAVAILABLE; the line dropped after the
 * request had left: BASE_ERROR_AMBIGUOUS; a body over the cap or broken HTTP: BASE_ERROR_PROTOCOL;
 * BASE_ERROR_CANCELLED. */
gboolean net_http_ask(NetHttp *http, const NetRequest *request, const gint *cancel, NetReply **ret,
                      GError **error);
void net_http_reply_free(NetReply *reply);

/* The URL's host is this one: 127.0.0.0/8, ::1 or localhost, by its spelling (nothing is looked
 * up). */
gboolean net_http_is_loopback(const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetHttp, net_http_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetReply, net_http_reply_free)

G_END_DECLS
#endif
