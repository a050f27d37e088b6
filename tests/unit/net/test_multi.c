/* net/multi: many transfers and other sockets on one handle, cancelled from anywhere, woken from
 * another thread. */
#include "unit.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/net/http.h"
#include "net/multi.h"

#define MANY 8

typedef struct {
  int listener;
  char *url;
  guint n; /* connections to answer, all open at once */
  GThread *thread;
} Server;

/* Answers only when all have asked: who would ask one after the other never gets there. */
static gpointer
server_run(gpointer data)
{
  static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  Server *server = data;
  int fd[MANY];
  for (guint i = 0; i < server->n; i++) {
    char request[4096] = "";
    gsize have = 0;
    fd[i] = accept(server->listener, NULL, NULL);
    while (strstr(request, "\r\n\r\n") == NULL) {
      ssize_t n = read(fd[i], request + have, sizeof request - 1 - have);
      if (n <= 0)
        break;
      have += (gsize)n;
    }
  }
  for (guint i = 0; i < server->n; i++) {
    ssize_t sent = send(fd[i], ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
    (void)sent;
    close(fd[i]);
  }
  return NULL;
}

static void
server_start(Server *server)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(server->listener, MANY), 0);
  assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
  server->url = g_strdup_printf("http://127.0.0.1:%u/x", ntohs(address.sin_port));
  server->thread = g_thread_new("server", server_run, server);
}

static void
server_stop(Server *server)
{
  g_thread_join(server->thread);
  close(server->listener);
  g_free(server->url);
}

typedef struct {
  NetHttp *http;
  guint64 cancel; /* at the first bytes */
  guint answered, cancelled, failed;
} Seen;

static void
on_done(const NetReply *reply, const GError *error, gpointer data)
{
  Seen *seen = data;
  seen->answered += error == NULL && reply->status == 200;
  seen->cancelled += g_error_matches(error, BASE_ERROR, BASE_ERROR_CANCELLED);
  seen->failed += error != NULL && !g_error_matches(error, BASE_ERROR, BASE_ERROR_CANCELLED);
}

static gboolean
on_bytes(const char *bytes, gsize length, gpointer data)
{
  Seen *seen = data;
  (void)bytes;
  (void)length;
  if (seen->cancel != 0)
    net_http_cancel(seen->http, seen->cancel);
  return TRUE;
}

static void
test_many_at_once(void **state)
{
  (void)state;
  Server server = {.n = MANY};
  server_start(&server);
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(NetHttp) one = net_http_new_on(multi);
  g_autoptr(NetHttp) other = net_http_new_on(multi);
  Seen seen = {0};
  const NetRequest request = {
      .method = "GET", .url = server.url, .done = on_done, .data = &seen, .total_ms = 20000};
  for (guint i = 0; i < MANY; i++)
    assert_true(net_http_start(i % 2 == 0 ? one : other, &request, NULL, NULL));
  while (net_multi_busy(multi))
    net_multi_step(multi, 100);
  assert_int_equal(seen.answered, MANY);
  assert_false(net_http_busy(one) || net_http_busy(other));
  server_stop(&server);
}

/* A transfer that is cancelled from the callback of another, and one from its own. */
static void
test_cancel_inside(void **state)
{
  (void)state;
  Server server = {.n = 2}, silent = {.n = 0};
  server_start(&server);
  server_start(&silent);
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(NetHttp) http = net_http_new_on(multi);
  Seen other = {.http = http}, own = {.http = http}, never = {.http = http};
  NetRequest request = {.method = "GET", .url = silent.url, .done = on_done, .data = &never};
  assert_true(net_http_start(http, &request, &other.cancel, NULL));
  request.url = server.url;
  request.bytes = on_bytes;
  request.data = &other;
  assert_true(net_http_start(http, &request, NULL, NULL));
  request.data = &own;
  assert_true(net_http_start(http, &request, &own.cancel, NULL));
  while (net_multi_busy(multi))
    net_multi_step(multi, 100);
  assert_int_equal(never.cancelled, 1);
  assert_int_equal(other.answered, 1);
  assert_int_equal(own.cancelled, 1);
  server_stop(&server);
  server_stop(&silent);
}

/* Whoever goes takes its own transfers with it, and nobody else's. */
static void
test_free_ends_its_own(void **state)
{
  (void)state;
  Server silent = {.n = 0};
  server_start(&silent);
  NetMulti *multi = net_multi_new();
  NetHttp *one = net_http_new_on(multi), *other = net_http_new_on(multi);
  Seen first = {0}, second = {0};
  NetRequest request = {.method = "GET", .url = silent.url, .done = on_done, .data = &first};
  assert_true(net_http_start(one, &request, NULL, NULL));
  request.data = &second;
  assert_true(net_http_start(other, &request, NULL, NULL));
  net_multi_step(multi, 10);
  net_http_free(one);
  assert_int_equal(first.cancelled, 1);
  assert_int_equal(second.cancelled, 0);
  assert_true(net_multi_busy(multi));
  net_http_free(other);
  assert_int_equal(second.cancelled, 1);
  assert_false(net_multi_busy(multi));
  net_multi_free(multi);
  server_stop(&silent);
}

static gpointer
wake_soon(gpointer data)
{
  g_usleep(30000);
  net_multi_wake(data);
  return NULL;
}

static void
test_wake(void **state)
{
  (void)state;
  g_autoptr(NetMulti) multi = net_multi_new();
  gint64 began = g_get_monotonic_time();
  GThread *thread = g_thread_new("wake", wake_soon, multi);
  assert_false(net_multi_woken(multi));
  net_multi_step(multi, 20000); /* it waits with nothing under way, too */
  gint64 took = g_get_monotonic_time() - began;
  g_thread_join(thread);
  assert_true(took >= 20000 && took < 10 * G_USEC_PER_SEC);
  assert_true(net_multi_woken(multi));
  assert_false(net_multi_woken(multi));
  net_multi_wake(multi); /* before the wait: it does not wait */
  began = g_get_monotonic_time();
  net_multi_step(multi, 20000);
  assert_true(g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC);
}

typedef struct {
  NetMulti *multi;
  guint64 watch;
  int fd;
  guint wrote;
  GString *read;
} Talk;

static void
on_ready(short happened, gpointer data)
{
  Talk *talk = data;
  char bytes[16];
  if ((happened & POLLOUT) != 0) {
    talk->wrote++;
    net_multi_expect(talk->multi, talk->watch, POLLIN);
    return;
  }
  ssize_t n = read(talk->fd, bytes, sizeof bytes);
  if (n > 0)
    g_string_append_len(talk->read, bytes, n);
  else
    net_multi_unwatch(talk->multi, talk->watch);
}

static void
test_other_sockets(void **state)
{
  (void)state;
  int pair[2];
  g_autoptr(NetMulti) multi = net_multi_new();
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  Talk talk = {.multi = multi, .fd = pair[0], .read = g_string_new(NULL)};
  talk.watch = net_multi_watch(multi, pair[0], POLLOUT, on_ready, &talk);
  assert_true(net_multi_busy(multi));
  net_multi_step(multi, 5000);
  assert_int_equal(talk.wrote, 1);
  assert_int_equal(write(pair[1], "hello", 5), 5);
  net_multi_step(multi, 5000);
  assert_string_equal(talk.read->str, "hello");
  close(pair[1]);
  net_multi_step(multi, 5000);
  assert_false(net_multi_busy(multi));
  close(pair[0]);
  g_string_free(talk.read, TRUE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_many_at_once),      cmocka_unit_test(test_cancel_inside),
      cmocka_unit_test(test_free_ends_its_own), cmocka_unit_test(test_wake),
      cmocka_unit_test(test_other_sockets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
