#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/net/http.h"
#include "guichet/net/mllp.h"
#include "net/mllp_frame.h"
#include "net/stream.h"

enum { LISTEN_CONNECTIONS = 16, LISTEN_IDLE_MS = 300000, LISTEN_BACKLOG = 16 };

struct NetMllpListener {
  NetMulti *multi;
  NetMllpListen at; /* only its callback and numbers are still good */
  NetTls *tls;      /* NULL: plain */
  int fd;
  guint port;
  guint64 watch;
  GPtrArray *callers; /* of Caller */
};

typedef struct {
  NetMllpListener *listener;
  NetStream *stream;
  NetMllpFrame frame;
  gint64 heard; /* monotonic */
  gboolean over;
} Caller;

static void
caller_free(gpointer data)
{
  Caller *caller = data;
  net_stream_free(caller->stream);
  net_mllp_frame_clear(&caller->frame);
  g_free(caller);
}

static void
caller_end(Caller *caller)
{
  g_ptr_array_remove_fast(caller->listener->callers, caller);
}

static void
caller_on_closed(const GError *error, gpointer data)
{
  (void)error;
  caller_end(data);
}

static gboolean
caller_on_frame(const char *bytes, gsize n, gpointer data)
{
  Caller *caller = data;
  const NetMllpListen *at = &caller->listener->at;
  g_autoptr(GPtrArray) answers = at->message(bytes, n, at->data);
  if (answers == NULL) {
    caller->over = TRUE;
    return FALSE;
  }
  for (guint i = 0; i < answers->len; i++) {
    g_autoptr(GBytes) framed = net_mllp_frame_make(answers->pdata[i]);
    gsize length = 0;
    const void *frame = g_bytes_get_data(framed, &length);
    net_stream_write(caller->stream, frame, length);
  }
  return TRUE;
}

static void
caller_on_bytes(const guint8 *bytes, gsize n, gpointer data)
{
  Caller *caller = data;
  caller->heard = base_clock_monotonic();
  if (!net_mllp_frame_feed(&caller->frame, bytes, n, caller_on_frame, caller) || caller->over)
    caller_end(caller);
}

static void
caller_on_open(gpointer data)
{
  (void)data;
}

static void
listener_on_caller(short happened, gpointer data)
{
  static const NetStreamEvents events = {caller_on_open, caller_on_bytes, caller_on_closed};
  NetMllpListener *listener = data;
  (void)happened;
  int fd = accept(listener->fd, NULL, NULL);
  if (fd < 0)
    return;
  guint most = listener->at.connections > 0 ? listener->at.connections : LISTEN_CONNECTIONS;
  if (listener->callers->len >= most) {
    close(fd);
    return;
  }
  Caller *caller = g_new0(Caller, 1);
  caller->listener = listener;
  caller->heard = base_clock_monotonic();
  net_mllp_frame_init(&caller->frame, NET_MLLP_CAP);
  g_ptr_array_add(listener->callers, caller);
  caller->stream = net_stream_accept(listener->multi, fd, listener->tls, &events, caller);
}

/* Who may write patients and appointments is known by its certificate: over a network nobody else
 * is heard. */
static gboolean
callers_known(const NetMllpListen *at, GError **error)
{
  if (net_http_is_loopback(at->url) || (at->ca_file != NULL && *at->ca_file != '\0'))
    return TRUE;
  g_set_error(
      error, BASE_ERROR, BASE_ERROR_CONFIG,
      "%s is heard beyond this host: name the authority of the callers' certificates (ca_file)",
      at->url);
  return FALSE;
}

/* A socket that listens there; -1 and errno. */
static int
listen_on(const struct addrinfo *at)
{
  int one = 1, fd = socket(at->ai_family, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
    return fd;
  int code = errno;
  close(fd);
  errno = code;
  return -1;
}

static guint
port_of(int fd)
{
  struct sockaddr_storage at;
  socklen_t size = sizeof at;
  if (getsockname(fd, (struct sockaddr *)&at, &size) != 0)
    return 0;
  return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                        : ((struct sockaddr_in *)&at)->sin_port);
}

static gboolean
listener_open(NetMllpListener *listener, const char *host, guint port, GError **error)
{
  const struct addrinfo hints = {
      .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  g_autofree char *service = g_strdup_printf("%u", port);
  int code = getaddrinfo(host, service, &hints, &found);
  listener->fd = code == 0 ? listen_on(found) : -1;
  int trouble = errno;
  if (found != NULL)
    freeaddrinfo(found);
  if (listener->fd >= 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE, "cannot listen on %s port %u: %s", host,
              port, code != 0 ? gai_strerror(code) : g_strerror(trouble));
  return FALSE;
}

gboolean
net_mllp_listen(NetMulti *multi, const NetMllpListen *at, NetMllpListener **ret, GError **error)
{
  const NetTlsFiles files = {
      .cert_file = at->cert_file, .key_file = at->key_file, .ca_file = at->ca_file};
  g_autofree char *host = NULL;
  guint port = 0;
  gboolean secure = FALSE;
  if (!net_mllp_address(at->url, &host, &port, &secure, error) || !callers_known(at, error))
    return FALSE;
  g_autoptr(NetMllpListener) listener = g_new0(NetMllpListener, 1);
  listener->multi = multi;
  listener->at = *at;
  listener->fd = -1;
  listener->callers = g_ptr_array_new_with_free_func(caller_free);
  if ((secure && (listener->tls = net_tls_server(&files, error)) == NULL) ||
      !listener_open(listener, host, port, error))
    return FALSE;
  listener->port = port_of(listener->fd);
  listener->watch = net_multi_watch(multi, listener->fd, POLLIN, listener_on_caller, listener);
  *ret = g_steal_pointer(&listener);
  return TRUE;
}

/* --- does somebody listen? */

enum { KNOCK_MS = 3000 };

static gboolean
knock(const struct addrinfo *at)
{
  int fd = socket(at->ai_family, SOCK_STREAM, 0), code = 0;
  socklen_t size = sizeof code;
  if (fd < 0)
    return FALSE;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  struct pollfd waits = {fd, POLLOUT, 0};
  gboolean open = connect(fd, at->ai_addr, at->ai_addrlen) == 0 ||
                  (errno == EINPROGRESS && poll(&waits, 1, KNOCK_MS) == 1 &&
                   getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0);
  close(fd);
  return open;
}

gboolean
net_mllp_listen_answers(const char *url)
{
  const struct addrinfo hints = {
      .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
  struct addrinfo *found = NULL;
  g_autofree char *host = NULL;
  guint port = 0;
  gboolean secure = FALSE;
  if (!net_mllp_address(url, &host, &port, &secure, NULL))
    return FALSE;
  g_autofree char *service = g_strdup_printf("%u", port);
  const char *asked = strcmp(host, "0.0.0.0") == 0 ? "127.0.0.1"
                      : strcmp(host, "::") == 0    ? "::1"
                                                   : host;
  if (getaddrinfo(asked, service, &hints, &found) != 0)
    return FALSE;
  gboolean open = knock(found);
  freeaddrinfo(found);
  return open;
}

guint
net_mllp_listen_port(const NetMllpListener *listener)
{
  return listener->port;
}

void
net_mllp_listen_look(NetMllpListener *listener)
{
  gint64 most = listener->at.idle_ms > 0 ? listener->at.idle_ms : LISTEN_IDLE_MS;
  gint64 before = base_clock_monotonic() - most * 1000;
  for (guint i = listener->callers->len; i > 0; i--) {
    Caller *caller = listener->callers->pdata[i - 1];
    if (caller->heard < before)
      caller_end(caller);
  }
}

void
net_mllp_listen_end(NetMllpListener *listener)
{
  if (listener == NULL)
    return;
  if (listener->watch != 0)
    net_multi_unwatch(listener->multi, listener->watch);
  if (listener->fd >= 0)
    close(listener->fd);
  g_ptr_array_unref(listener->callers);
  net_tls_free(listener->tls);
  g_free(listener);
}
