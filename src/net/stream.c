#include "net/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guichet/base/error.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* What a resolving thread and its stream share; whoever is last frees it. */
typedef struct {
  char *host, *port;
  int tell; /* the thread's end of a pair of sockets: it says so when the answer is there */
  struct addrinfo *found;
  int code;
} Lookup;

struct NetStream {
  NetMulti *multi;
  NetStreamEvents events;
  gpointer data;
  Lookup *lookup;                   /* while it resolves; else NULL */
  struct addrinfo *addresses, *now; /* what is tried */
  int fd;                           /* -1 none; our end of the lookup's pair at first */
  guint64 watch;                    /* 0 none */
  NetTlsLink *link;                 /* NULL: plain */
  GByteArray *out;                  /* to be sent */
  gboolean connected, open, closed;
  guint depth;    /* callbacks under way */
  gboolean freed; /* by one of them */
};

/* --- the end */

static void
lookup_free(gpointer data)
{
  Lookup *lookup = data;
  g_free(lookup->host);
  g_free(lookup->port);
  if (lookup->found != NULL)
    freeaddrinfo(lookup->found);
}

static void
stream_let_go(NetStream *s)
{
  if (s->watch != 0)
    net_multi_unwatch(s->multi, s->watch);
  s->watch = 0;
  if (s->fd >= 0)
    close(s->fd);
  s->fd = -1;
}

static void
stream_destroy(NetStream *s)
{
  stream_let_go(s);
  if (s->lookup != NULL)
    g_atomic_rc_box_release_full(s->lookup, lookup_free);
  if (s->addresses != NULL)
    freeaddrinfo(s->addresses);
  net_tls_link_free(s->link);
  g_byte_array_unref(s->out);
  g_free(s);
}

static void
stream_send(NetStream *s)
{
  while (s->out->len > 0) {
    ssize_t n = send(s->fd, s->out->data, s->out->len, MSG_NOSIGNAL);
    if (n <= 0)
      return; /* a broken line tells itself when it is read */
    g_byte_array_remove_range(s->out, 0, (guint)n);
  }
}

void
net_stream_free(NetStream *s)
{
  if (s == NULL)
    return;
  if (s->link != NULL && s->open && !s->closed) {
    net_tls_link_end(s->link, s->out);
    stream_send(s);
  }
  s->freed = TRUE;
  if (s->depth == 0)
    stream_destroy(s);
  else
    stream_let_go(s);
}

static void
stream_enter(NetStream *s)
{
  s->depth++;
}

/* FALSE where a callback freed it: it is gone. */
static gboolean
stream_leave(NetStream *s)
{
  s->depth--;
  if (!s->freed)
    return TRUE;
  if (s->depth == 0)
    stream_destroy(s);
  return FALSE;
}

/* Takes the error. */
static void
stream_close(NetStream *s, GError *error)
{
  stream_let_go(s);
  if (s->closed) {
    g_clear_error(&error);
    return;
  }
  s->closed = TRUE;
  stream_enter(s);
  s->events.closed(error, s->data);
  g_clear_error(&error);
  stream_leave(s);
}

/* --- bytes */

static void
stream_expect(NetStream *s)
{
  net_multi_expect(s->multi, s->watch, (short)(POLLIN | (s->out->len > 0 ? POLLOUT : 0)));
}

/* Tells of what was said; FALSE where the stream is gone. */
static gboolean
stream_tell(NetStream *s, const GByteArray *plain)
{
  if (plain->len == 0)
    return TRUE;
  stream_enter(s);
  s->events.bytes(plain->data, plain->len, s->data);
  return stream_leave(s);
}

static gboolean
stream_tell_open(NetStream *s)
{
  if (s->open)
    return TRUE;
  s->open = TRUE;
  stream_enter(s);
  s->events.open(s->data);
  return stream_leave(s);
}

static void
stream_feed_tls(NetStream *s, const guint8 *bytes, gsize n)
{
  g_autoptr(GByteArray) plain = g_byte_array_new();
  gboolean ready = FALSE, ended = FALSE;
  GError *error = NULL;
  gboolean good = net_tls_link_feed(s->link, bytes, n, s->out, plain, &ready, &ended, &error);
  stream_send(s);
  if (ready && good && !stream_tell_open(s))
    return;
  if (!stream_tell(s, plain))
    return;
  if (!good || ended)
    stream_close(s, error);
  else if (s->watch != 0)
    stream_expect(s);
}

static GError *
stream_error(int code)
{
  return g_error_new(BASE_ERROR, BASE_ERROR_UNAVAILABLE, "the connection broke: %s",
                     g_strerror(code));
}

static void
stream_read(NetStream *s)
{
  guint8 room[16384];
  ssize_t n = recv(s->fd, room, sizeof room, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    stream_close(s, n == 0 ? NULL : stream_error(errno));
    return;
  }
  if (s->link != NULL) {
    stream_feed_tls(s, room, (gsize)n);
    return;
  }
  g_autoptr(GByteArray) plain = g_byte_array_new();
  g_byte_array_append(plain, room, (guint)n);
  stream_tell(s, plain);
}

static void
stream_is_connected(NetStream *s)
{
  int one = 1;
  s->connected = TRUE;
  setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  stream_expect(s);
  if (s->link != NULL)
    stream_feed_tls(s, NULL, 0);
  else
    stream_tell_open(s);
}

static void stream_try(NetStream *s);

static void
stream_ready(short happened, gpointer data)
{
  NetStream *s = data;
  if (!s->connected) {
    int code = 0;
    socklen_t size = sizeof code;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0) {
      s->now = s->now->ai_next;
      errno = code;
      stream_try(s);
    } else {
      stream_is_connected(s);
    }
    return;
  }
  if (happened & POLLOUT) {
    stream_send(s);
    stream_expect(s);
  }
  if (happened & (POLLIN | POLLHUP | POLLERR))
    stream_read(s);
}

/* --- connecting */

static int
socket_new(const struct addrinfo *to)
{
  int fd = socket(to->ai_family, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (connect(fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS)
    return fd;
  int code = errno;
  close(fd);
  errno = code;
  return -1;
}

/* The addresses from s->now on; errno says what was wrong with the one before. */
static void
stream_try(NetStream *s)
{
  stream_let_go(s);
  for (; s->now != NULL; s->now = s->now->ai_next) {
    s->fd = socket_new(s->now);
    if (s->fd >= 0) {
      s->watch = net_multi_watch(s->multi, s->fd, POLLOUT, stream_ready, s);
      return;
    }
  }
  stream_close(
      s, g_error_new(BASE_ERROR, BASE_ERROR_UNAVAILABLE, "no connection: %s", g_strerror(errno)));
}

static gpointer
lookup_run(gpointer data)
{
  Lookup *lookup = data;
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  lookup->code = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->found);
  send(lookup->tell, "", 1, MSG_NOSIGNAL);
  close(lookup->tell);
  g_atomic_rc_box_release_full(lookup, lookup_free);
  return NULL;
}

static void
lookup_ready(short happened, gpointer data)
{
  NetStream *s = data;
  Lookup *lookup = s->lookup;
  char said;
  (void)happened;
  if (recv(s->fd, &said, 1, 0) < 0 && errno == EINTR)
    return;
  s->addresses = s->now = g_steal_pointer(&lookup->found);
  int code = lookup->code;
  s->lookup = NULL;
  g_atomic_rc_box_release_full(lookup, lookup_free);
  if (code == 0) {
    errno = EHOSTUNREACH;
    stream_try(s);
    return;
  }
  stream_close(s, g_error_new(BASE_ERROR, BASE_ERROR_UNAVAILABLE, "the host was not found: %s",
                              gai_strerror(code)));
}

static void
lookup_start(NetStream *s, const char *host, guint port)
{
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
    g_error("no descriptor is left");
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  s->lookup = g_atomic_rc_box_new0(Lookup);
  s->lookup->host = g_strdup(host);
  s->lookup->port = g_strdup_printf("%u", port);
  s->lookup->tell = ends[1];
  s->fd = ends[0];
  s->watch = net_multi_watch(s->multi, s->fd, POLLIN, lookup_ready, s);
  GThread *thread = g_thread_new("lookup", lookup_run, g_atomic_rc_box_acquire(s->lookup));
  g_thread_unref(thread);
}

static NetStream *
stream_new(NetMulti *multi, NetTls *tls, const char *host, const NetStreamEvents *events,
           gpointer data)
{
  NetStream *s = g_new0(NetStream, 1);
  s->multi = multi;
  s->events = *events;
  s->data = data;
  s->fd = -1;
  s->out = g_byte_array_new();
  s->link = tls == NULL ? NULL : net_tls_link_new(tls, host);
  return s;
}

NetStream *
net_stream_connect(NetMulti *multi, const char *host, guint port, NetTls *tls,
                   const NetStreamEvents *events, gpointer data)
{
  NetStream *s = stream_new(multi, tls, host, events, data);
  lookup_start(s, host, port);
  return s;
}

NetStream *
net_stream_accept(NetMulti *multi, int fd, NetTls *tls, const NetStreamEvents *events,
                  gpointer data)
{
  NetStream *s = stream_new(multi, tls, NULL, events, data);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  s->fd = fd;
  s->connected = TRUE;
  s->open = tls == NULL;
  s->watch = net_multi_watch(multi, fd, POLLIN, stream_ready, s);
  return s;
}

/* --- writing */

void
net_stream_write(NetStream *s, const void *bytes, gsize n)
{
  if (s->closed || n == 0)
    return;
  if (s->link == NULL)
    g_byte_array_append(s->out, bytes, (guint)n);
  else if (!net_tls_link_write(s->link, bytes, n, s->out, NULL))
    return; /* reading will tell */
  stream_send(s);
  stream_expect(s);
}

gboolean
net_stream_is_flushed(const NetStream *s)
{
  return s->out->len == 0;
}

gboolean
net_stream_is_alive(const NetStream *s)
{
  char said;
  if (!s->open || s->closed)
    return FALSE;
  ssize_t n = recv(s->fd, &said, 1, MSG_PEEK | MSG_DONTWAIT);
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}
