/* net/http against a server of our own in a thread: one connection at a time, scripted. */
#include "unit.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/net/http.h"

typedef struct {
  int listener;
  guint16 port;
  const char *answer; /* sent when the request's blank line has come; NULL: the line is cut */
  guint drip_ms;      /* one byte each, 0: at once */
  gboolean hang;
  char seen[4096];
  GThread *thread;
} Server;

static void
server_answer(Server *server, int fd)
{
  for (const char *p = server->answer; *p != '\0'; p += server->drip_ms != 0 ? 1 : strlen(p)) {
    if (send(fd, p, server->drip_ms != 0 ? 1 : strlen(p), MSG_NOSIGNAL) < 0)
      return;
    if (server->drip_ms != 0)
      g_usleep(server->drip_ms * 1000);
  }
}

static gpointer
server_run(gpointer data)
{
  Server *server = data;
  int fd = accept(server->listener, NULL, NULL);
  gsize have = 0;
  while (have < sizeof server->seen - 1 && strstr(server->seen, "\r\n\r\n") == NULL) {
    ssize_t n = read(fd, server->seen + have, sizeof server->seen - 1 - have);
    if (n <= 0)
      break;
    have += (gsize)n;
  }
  if (server->hang) {
    char byte;
    while (read(fd, &byte, 1) > 0)
      ;
  } else if (server->answer != NULL) {
    server_answer(server, fd);
  }
  close(fd);
  return NULL;
}

static char *
server_start(Server *server)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(server->listener, 4), 0);
  assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
  server->port = ntohs(address.sin_port);
  server->thread = g_thread_new("server", server_run, server);
  return g_strdup_printf("http://127.0.0.1:%u/v1/x", server->port);
}

static void
server_stop(Server *server)
{
  g_thread_join(server->thread);
  close(server->listener);
}

static int
ask(Server *server, NetRequest request, const gint *cancel, NetReply **ret)
{
  g_autofree char *url = server_start(server);
  g_autoptr(NetHttp) http = net_http_new();
  g_autoptr(GError) error = NULL;
  request.method = request.method != NULL ? request.method : "GET";
  request.url = url;
  int code = net_http_ask(http, &request, cancel, ret, &error) ? 0 : error->code;
  g_clear_pointer(&http, net_http_free);
  server_stop(server);
  return code;
}

static void
test_answer(void **state)
{
  (void)state;
  Server server = {.answer =
                       "HTTP/1.1 429 Slow down\r\nContent-Type: Application/JSON; charset=utf-8\r\n"
                       "Retry-After: 7\r\nETag: \"a\"\r\nContent-Length: 2\r\n\r\n{}"};
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(GBytes) body = g_bytes_new_static("hello", 5);
  assert_int_equal(
      ask(&server, (NetRequest){.method = "POST", .body = body, .bearer = "k3y"}, NULL, &reply), 0);
  assert_int_equal(reply->status, 429);
  assert_int_equal(reply->retry_after, 7);
  assert_string_equal(reply->content_type, "application/json");
  assert_string_equal(reply->etag, "\"a\"");
  assert_int_equal(reply->body->len, 2);
  assert_non_null(strstr(server.seen, "Authorization: Bearer k3y"));
  assert_true(g_str_has_prefix(server.seen, "POST /v1/x HTTP/1.1"));
}

static void
test_cap(void **state)
{
  (void)state;
  Server server = {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"};
  NetReply *reply = NULL;
  assert_int_equal(ask(&server, (NetRequest){.cap = 9}, NULL, &reply), BASE_ERROR_PROTOCOL);
  assert_null(reply);
}

static void
test_cut_after_the_request(void **state)
{
  (void)state;
  Server server = {.answer = NULL};
  NetReply *reply = NULL;
  assert_int_equal(ask(&server, (NetRequest){0}, NULL, &reply), BASE_ERROR_AMBIGUOUS);
}

static void
test_one_byte_at_a_time_meets_the_deadline(void **state)
{
  (void)state;
  Server server = {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789",
                   .drip_ms = 30};
  NetReply *reply = NULL;
  int code = ask(&server, (NetRequest){.total_ms = 300}, NULL, &reply);
  assert_true(code == BASE_ERROR_AMBIGUOUS || code == BASE_ERROR_UNAVAILABLE);
}

static gpointer
cancel_soon(gpointer data)
{
  g_usleep(50000);
  g_atomic_int_set((gint *)data, 1);
  return NULL;
}

static void
test_cancel(void **state)
{
  (void)state;
  gint flag = 0;
  Server server = {.hang = TRUE};
  NetReply *reply = NULL;
  GThread *thread = g_thread_new("cancel", cancel_soon, &flag);
  assert_int_equal(ask(&server, (NetRequest){0}, &flag, &reply), BASE_ERROR_CANCELLED);
  g_thread_join(thread);
}

static gboolean
take(const char *bytes, gsize length, gpointer data)
{
  g_string_append_len(data, bytes, (gssize)length);
  return TRUE;
}

static void
test_stream(void **state)
{
  (void)state;
  Server server = {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef"};
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(GString) got = g_string_new(NULL);
  assert_int_equal(ask(&server, (NetRequest){.bytes = take, .data = got}, NULL, &reply), 0);
  assert_string_equal(got->str, "abcdef");
  assert_int_equal(reply->body->len, 0);
}

static void
test_redirect_is_not_followed(void **state)
{
  (void)state;
  Server server = {
      .answer = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"};
  g_autoptr(NetReply) reply = NULL;
  assert_int_equal(ask(&server, (NetRequest){0}, NULL, &reply), 0);
  assert_int_equal(reply->status, 302);
}

static void
test_refused_and_where_it_may_go(void **state)
{
  (void)state;
  static const struct {
    const char *url;
    gboolean loopback;
  } cases[] = {
      {"http://127.0.0.1:80/", TRUE},   {"http://localhost/", TRUE},
      {"http://[::1]:9/", TRUE},        {"http://127.evil.test/", FALSE},
      {"http://192.0.2.1/", FALSE},     {"http://localhost.evil.test/", FALSE},
      {"http://a@127.0.0.1@x/", FALSE}, {"http://127.0.0.1.x.test/", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    assert_int_equal(net_http_is_loopback(cases[i].url), cases[i].loopback);
  g_autoptr(NetHttp) http = net_http_new();
  static const char *const bad[] = {"http://192.0.2.1/", "ftp://127.0.0.1/", "file:///etc/passwd",
                                    "x"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    assert_false(net_http_start(http, &(NetRequest){.method = "GET", .url = bad[i]}, NULL, &error));
    assert_int_equal(error->code, BASE_ERROR_CONFIG);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answer),
      cmocka_unit_test(test_cap),
      cmocka_unit_test(test_cut_after_the_request),
      cmocka_unit_test(test_one_byte_at_a_time_meets_the_deadline),
      cmocka_unit_test(test_cancel),
      cmocka_unit_test(test_stream),
      cmocka_unit_test(test_redirect_is_not_followed),
      cmocka_unit_test(test_refused_and_where_it_may_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
