#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/net/mllp.h"
#include "net/mllp_frame.h"

/* --- frames */

static gboolean
gather(const char *bytes, gsize n, gpointer data)
{
  g_ptr_array_add(data, g_strndup(bytes, n));
  return TRUE;
}

/* The frames of `bytes`, fed in pieces of `step`, joined by "/". */
static char *
framed(const char *bytes, gsize n, gsize step, guint64 *ret_strays, gboolean *ret_good)
{
  NetMllpFrame frame;
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
  net_mllp_frame_init(&frame, 100);
  *ret_good = TRUE;
  for (gsize at = 0; at < n && *ret_good; at += step)
    *ret_good =
        net_mllp_frame_feed(&frame, (const guint8 *)bytes + at, MIN(step, n - at), gather, all);
  *ret_strays = frame.strays;
  net_mllp_frame_clear(&frame);
  g_ptr_array_add(all, NULL);
  return g_strjoinv("/", (char **)all->pdata);
}

static void
test_frames(void **state)
{
  (void)state;
  static const struct {
    const char *bytes, *frames;
    guint64 strays;
  } cases[] = {
      {"\x0B"
       "one\x1C\r\x0B"
       "two\x1C\r",
       "one/two", 0},
      {"xx\x0B"
       "one\x1C\r\r\n\x0B"
       "two\x1C\r",
       "one/two", 4},
      {"\x0B"
       "cut\x0B"
       "one\x1C\r",
       "one", 1},
      {"\x0B"
       "no cr\x1C\x0B"
       "one\x1C\r",
       "no cr/one", 0},
      {"\x0B"
       "a\x1C"
       "b\rc\x1C\x1C\r",
       "a\x1C"
       "b\rc\x1C",
       0},
      {"\x0B\x1C\r", "", 0},
      {"\x0Bopen", "", 0},
      {"HTTP/1.1 400", "", 12},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    for (gsize step = 1; step < 12; step++) {
      guint64 strays = 0;
      gboolean good = FALSE;
      g_autofree char *found = framed(cases[i].bytes, strlen(cases[i].bytes), step, &strays, &good);
      assert_true(good);
      assert_string_equal(found, cases[i].frames);
      assert_int_equal(strays, cases[i].strays);
    }
}

static void
test_frame_cap(void **state)
{
  (void)state;
  g_autofree char *large = g_strnfill(150, 'x');
  guint64 strays = 0;
  gboolean good = TRUE;
  large[0] = 0x0B;
  g_autofree char *none = framed(large, 150, 7, &strays, &good);
  assert_false(good);
  assert_string_equal(none, "");
}

/* --- a receiver with a script of its own: what it answers to each message */

typedef enum {
  ANSWER,      /* at once */
  BYTEWISE,    /* a byte at a time */
  APART,       /* the last CR later */
  STRAY_FIRST, /* an answer to another message before ours */
  TWICE,       /* two frames in one packet, the second is ours */
  NOTHING,     /* no answer, line kept */
  DROP,        /* no answer, line cut */
  HALF,        /* half of it, then cut */
  NOT_HL7,     /* a frame that is none */
  GREET_CLOSE, /* answers, then closes */
} Manner;

typedef struct {
  int fd;
  guint port;
  GThread *thread;
  const Manner *script; /* one a message */
  guint n;
  gint seen; /* messages that came whole */
} Receiver;

static void
put(int fd, const char *text, gsize n)
{
  while (n > 0) {
    ssize_t wrote = send(fd, text, n, MSG_NOSIGNAL);
    if (wrote <= 0)
      return;
    text += wrote;
    n -= (gsize)wrote;
  }
}

/* FALSE where the line is to be closed. */
static gboolean
answer_as(int fd, Manner manner, const char *id)
{
  g_autofree char *ack = g_strdup_printf("\x0B"
                                         "ACK %s\x1C\r",
                                         id);
  gsize n = strlen(ack);
  switch (manner) {
  case BYTEWISE:
    for (gsize i = 0; i < n; i++) {
      put(fd, ack + i, 1);
      g_usleep(200);
    }
    return TRUE;
  case APART:
    put(fd, ack, n - 1);
    g_usleep(20000);
    put(fd, "\r", 1);
    return TRUE;
  case STRAY_FIRST:
    put(fd,
        "junk\x0B"
        "ACK other\x1C\r",
        15);
    put(fd, ack, n);
    return TRUE;
  case TWICE: {
    g_autofree char *both = g_strconcat("\x0B"
                                        "ACK old\x1C\r",
                                        ack, NULL);
    put(fd, both, strlen(both));
    return TRUE;
  }
  case NOTHING:
    return TRUE;
  case DROP:
    return FALSE;
  case HALF:
    put(fd, ack, n / 2);
    return FALSE;
  case NOT_HL7:
    put(fd, "\x0Bhello\x1C\r", 8);
    return TRUE;
  case GREET_CLOSE:
    put(fd, ack, n);
    return FALSE;
  case ANSWER:
  default:
    put(fd, ack, n);
    return TRUE;
  }
}

/* Serves one connection; FALSE when its script is over. */
static gboolean
serve(Receiver *r, int fd)
{
  g_autoptr(GString) held = g_string_new(NULL);
  char room[4096];
  ssize_t got;
  while ((got = recv(fd, room, sizeof room, 0)) > 0) {
    g_string_append_len(held, room, got);
    char *end = memchr(held->str, 0x1C, held->len);
    if (end == NULL || held->str[held->len - 1] != '\r')
      continue;
    g_autofree char *id = g_strndup(held->str + 1, (gsize)(end - held->str - 1));
    g_string_truncate(held, 0);
    guint at = (guint)g_atomic_int_add(&r->seen, 1);
    if (at >= r->n || !answer_as(fd, r->script[at], id))
      break;
  }
  return (guint)g_atomic_int_get(&r->seen) < r->n;
}

static gpointer
receiver_run(gpointer data)
{
  Receiver *r = data;
  for (gboolean on = TRUE; on;) {
    int fd = accept(r->fd, NULL, NULL);
    if (fd < 0)
      break;
    on = serve(r, fd);
    close(fd);
  }
  return NULL;
}

static void
receiver_start(Receiver *r, const Manner *script, guint n)
{
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  *r = (Receiver){.script = script, .n = n};
  r->fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_return_code(bind(r->fd, (struct sockaddr *)&at, size), 0);
  assert_return_code(listen(r->fd, 4), 0);
  assert_return_code(getsockname(r->fd, (struct sockaddr *)&at, &size), 0);
  r->port = ntohs(at.sin_port);
  r->thread = g_thread_new("receiver", receiver_run, r);
}

static void
receiver_stop(Receiver *r)
{
  shutdown(r->fd, SHUT_RDWR);
  g_thread_join(r->thread);
  close(r->fd);
}

/* --- a sender */

typedef struct {
  const char *id;
  guint over, strays;
  int code; /* 0: acknowledged */
} Sent;

static NetMllpVerdict
on_answer(const char *bytes, gsize n, gpointer data)
{
  Sent *sent = data;
  g_autofree char *text = g_strndup(bytes, n);
  if (!g_str_has_prefix(text, "ACK "))
    return NET_MLLP_BROKEN;
  return strcmp(text + 4, sent->id) == 0 ? NET_MLLP_DONE : NET_MLLP_STRAY;
}

static void
on_done(const GError *error, gpointer data)
{
  Sent *sent = data;
  sent->over++;
  sent->code = error == NULL ? 0 : error->code;
}

static guint64
send_one(NetMllp *mllp, Sent *sent)
{
  g_autoptr(GBytes) bytes = g_bytes_new(sent->id, strlen(sent->id));
  return net_mllp_send(mllp, &(NetMllpMessage){bytes, on_answer, on_done, sent});
}

static void
wait_for(NetMulti *multi, const Sent *sent)
{
  for (int i = 0; i < 500 && sent->over == 0; i++)
    net_multi_step(multi, 10);
  assert_int_equal(sent->over, 1);
}

static NetMllp *
sender_to(NetMulti *multi, guint port)
{
  g_autofree char *url = g_strdup_printf("mllp://127.0.0.1:%u", port);
  NetMllp *mllp = NULL;
  GError *error = NULL;
  net_mllp_new(multi, &(NetMllpTo){.url = url}, &mllp, &error);
  assert_no_error(error);
  return mllp;
}

/* Each message is settled by what its own receiver did, and the next one by its own. */
static void
test_every_manner(void **state)
{
  (void)state;
  static const Manner script[] = {ANSWER, BYTEWISE,    APART,  STRAY_FIRST, TWICE,  DROP,
                                  HALF,   GREET_CLOSE, ANSWER, NOT_HL7,     ANSWER, ANSWER};
  static const int expected[] = {
      0, 0, 0, 0, 0, BASE_ERROR_AMBIGUOUS, BASE_ERROR_AMBIGUOUS, 0, 0, BASE_ERROR_AMBIGUOUS, 0, 0};
  Receiver r;
  receiver_start(&r, script, G_N_ELEMENTS(script));
  g_autoptr(NetMulti) multi = net_multi_new();
  NetMllp *mllp = sender_to(multi, r.port);
  for (guint i = 0; i < G_N_ELEMENTS(script); i++) {
    g_autofree char *id = g_strdup_printf("message %u", i);
    Sent sent = {.id = id};
    send_one(mllp, &sent);
    wait_for(multi, &sent);
    if (sent.code != expected[i])
      fail_msg("message %u: %d, not %d", i, sent.code, expected[i]);
  }
  assert_int_equal(net_mllp_strays(mllp), 4 + 1 + 1); /* "junk", two answers to others */
  assert_int_equal(g_atomic_int_get(&r.seen), G_N_ELEMENTS(script));
  net_mllp_free(mllp);
  receiver_stop(&r);
}

/* A late answer is never the next message's: the line is another one by then. */
static void
test_no_answer_in_time(void **state)
{
  (void)state;
  static const Manner script[] = {NOTHING, ANSWER, ANSWER};
  Receiver r;
  receiver_start(&r, script, G_N_ELEMENTS(script));
  g_autoptr(NetMulti) multi = net_multi_new();
  NetMllp *mllp = sender_to(multi, r.port);
  Sent first = {.id = "first"}, second = {.id = "second"}, third = {.id = "third"};
  guint64 id = send_one(mllp, &first);
  send_one(mllp, &second);
  guint64 last = send_one(mllp, &third);
  for (int i = 0; i < 500 && g_atomic_int_get(&r.seen) == 0; i++)
    net_multi_step(multi, 10);
  net_mllp_cancel(mllp, last);
  assert_int_equal(third.code, BASE_ERROR_CANCELLED); /* it was never written */
  assert_int_equal(first.over, 0);
  net_mllp_cancel(mllp, id);
  assert_int_equal(first.code, BASE_ERROR_AMBIGUOUS);
  wait_for(multi, &second);
  assert_int_equal(second.code, 0);
  net_mllp_cancel(mllp, id); /* over: nothing */
  assert_int_equal(first.over, 1);
  net_mllp_free(mllp);
  receiver_stop(&r);
}

static void
test_nobody_there(void **state)
{
  (void)state;
  static const Manner script[] = {ANSWER};
  Receiver r;
  receiver_start(&r, script, 1);
  receiver_stop(&r);
  g_autoptr(NetMulti) multi = net_multi_new();
  NetMllp *mllp = sender_to(multi, r.port);
  Sent sent = {.id = "x"}, knock = {.id = "y"};
  send_one(mllp, &sent);
  wait_for(multi, &sent);
  assert_int_equal(sent.code, BASE_ERROR_UNAVAILABLE);
  net_mllp_knock(mllp, &(NetMllpMessage){NULL, on_answer, on_done, &knock});
  wait_for(multi, &knock);
  assert_int_equal(knock.code, BASE_ERROR_UNAVAILABLE);
  /* freed with work under way: told once */
  Sent left = {.id = "z"};
  send_one(mllp, &left);
  net_mllp_free(mllp);
  assert_int_equal(left.over, 1);
  assert_int_equal(left.code, BASE_ERROR_CANCELLED);
}

static void
test_addresses(void **state)
{
  (void)state;
  static const char *const bad[] = {"http://localhost:1",   "mllp://10.0.0.1:2575", "mllp:///x",
                                    "mllp://ehr.example:1", "localhost:2575",       ""};
  g_autoptr(NetMulti) multi = net_multi_new();
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    NetMllp *mllp = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(net_mllp_new(multi, &(NetMllpTo){.url = bad[i]}, &mllp, &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
  }
  NetMllp *none = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(net_mllp_new(multi, &(NetMllpTo){.url = "mllps://h:1", .ca_file = "/nonexistent"},
                            &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
  assert_non_null(strstr(error->message, "/nonexistent"));
}

/* Beyond this host nobody is heard without a certificate that we can know. */
static void
test_unknown_callers(void **state)
{
  (void)state;
  static const char *const bad[] = {"mllps://0.0.0.0:0", "mllps://[::]:0", "mllp://0.0.0.0:0"};
  g_autoptr(NetMulti) multi = net_multi_new();
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    NetMllpListener *listener = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(net_mllp_listen(multi, &(NetMllpListen){.url = bad[i]}, &listener, &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
    assert_true(i == 2 || strstr(error->message, "ca_file") != NULL);
  }
}

/* --- our own listener, plain and with TLS */

typedef struct {
  guint messages;
  gboolean silent;
} House;

static GPtrArray *
on_message(const char *bytes, gsize n, gpointer data)
{
  House *house = data;
  house->messages++;
  if (house->silent)
    return NULL;
  GPtrArray *answers = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_autofree char *ack = g_strdup_printf("ACK %.*s", (int)n, bytes);
  g_ptr_array_add(answers, g_bytes_new(ack, strlen(ack)));
  return answers;
}

static void
test_listener(void **state)
{
  (void)state;
  g_autoptr(NetMulti) multi = net_multi_new();
  House house = {0};
  NetMllpListener *listener = NULL;
  GError *error = NULL;
  net_mllp_listen(multi,
                  &(NetMllpListen){.url = "mllp://127.0.0.1:0",
                                   .message = on_message,
                                   .data = &house,
                                   .connections = 1,
                                   .idle_ms = 1},
                  &listener, &error);
  assert_no_error(error);
  NetMllp *mllp = sender_to(multi, net_mllp_listen_port(listener));
  NetMllp *another = sender_to(multi, net_mllp_listen_port(listener));
  Sent first = {.id = "one"}, second = {.id = "two"}, refused = {.id = "three"};
  send_one(mllp, &first);
  send_one(mllp, &second);
  wait_for(multi, &second);
  assert_int_equal(first.code + second.code, 0);
  send_one(another, &refused); /* one connection at a time */
  wait_for(multi, &refused);
  assert_int_not_equal(refused.code, 0);
  assert_int_equal(house.messages, 2);
  /* what could not be recorded is not acknowledged */
  Sent unrecorded = {.id = "four"}, later = {.id = "five"};
  house.silent = TRUE;
  send_one(mllp, &unrecorded);
  wait_for(multi, &unrecorded);
  assert_int_equal(unrecorded.code, BASE_ERROR_AMBIGUOUS);
  house.silent = FALSE;
  send_one(mllp, &later);
  wait_for(multi, &later);
  assert_int_equal(later.code, 0);
  g_usleep(5000);
  net_mllp_listen_look(listener); /* silent for more than a millisecond: closed */
  Sent after = {.id = "six"};
  send_one(mllp, &after);
  wait_for(multi, &after);
  assert_int_equal(after.code, 0);
  net_mllp_free(mllp);
  net_mllp_free(another);
  g_autofree char *here = g_strdup_printf("mllp://127.0.0.1:%u", net_mllp_listen_port(listener));
  assert_true(net_mllp_listen_answers(here));
  net_mllp_listen_end(listener);
  assert_false(net_mllp_listen_answers(here));
  assert_false(net_mllp_listen_answers("http://127.0.0.1:1"));
}

static char *
certificate(const char *folder, const char *name, const char *host)
{
  g_autofree char *key = g_strdup_printf("%s/%s.key", folder, name);
  char *cert = g_strdup_printf("%s/%s.pem", folder, name);
  g_autofree char *subject = g_strdup_printf("/CN=%s", name);
  g_autofree char *names = g_strdup_printf("subjectAltName=%s", host);
  const char *argv[] = {
      "openssl", "req",     "-x509",   "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
      "-nodes",  "-keyout", key,       "-out",    cert, "-days",    "30",
      "-subj",   subject,   "-addext", names,     NULL};
  int status = 1;
  if (!g_spawn_sync(NULL, (char **)(gintptr)argv, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL) ||
      status != 0)
    g_clear_pointer(&cert, g_free);
  return cert;
}

typedef struct {
  NetMulti *multi;
  guint port;
} Secure;

static int
over_tls(const Secure *s, const NetMllpTo *files)
{
  g_autofree char *url = g_strdup_printf("mllps://127.0.0.1:%u", s->port);
  NetMllpTo to = *files;
  NetMllp *mllp = NULL;
  GError *error = NULL;
  Sent sent = {.id = "secret"};
  to.url = url;
  net_mllp_new(s->multi, &to, &mllp, &error);
  assert_no_error(error);
  send_one(mllp, &sent);
  wait_for(s->multi, &sent);
  net_mllp_free(mllp);
  return sent.code;
}

static char *
pin_of(const char *cert)
{
  g_autofree char *command = g_strdup_printf(
      "openssl x509 -in %s -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst "
      "-sha256 -binary | openssl base64",
      cert);
  const char *argv[] = {"sh", "-c", command, NULL};
  g_autofree char *out = NULL;
  assert_true(g_spawn_sync(NULL, (char **)(gintptr)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                           &out, NULL, NULL, NULL));
  return g_strconcat("sha256//", g_strstrip(out), NULL);
}

static void
test_tls(void **state)
{
  (void)state;
  g_autofree char *folder = g_dir_make_tmp("guichet-mllp-XXXXXX", NULL);
  g_autofree char *cert = certificate(folder, "receiver", "IP:127.0.0.1");
  g_autofree char *other = certificate(folder, "elsewhere", "DNS:elsewhere.example");
  g_autofree char *client = certificate(folder, "client", "DNS:client.example");
  if (cert == NULL || other == NULL || client == NULL) {
    print_message("no openssl here\n");
    skip();
  }
  g_autofree char *key = g_strdup_printf("%s/receiver.key", folder);
  g_autofree char *client_key = g_strdup_printf("%s/client.key", folder);
  g_autofree char *other_key = g_strdup_printf("%s/elsewhere.key", folder);
  g_autofree char *good_pin = pin_of(cert), *bad_pin = pin_of(other);
  g_autoptr(NetMulti) multi = net_multi_new();
  House house = {0};
  NetMllpListener *listener = NULL, *strict = NULL, *wrong = NULL;
  NetMllpListen at = {.url = "mllps://127.0.0.1:0",
                      .cert_file = cert,
                      .key_file = key,
                      .message = on_message,
                      .data = &house};
  assert_true(net_mllp_listen(multi, &at, &listener, NULL));
  at.ca_file = client;
  assert_true(net_mllp_listen(multi, &at, &strict, NULL));
  at.ca_file = NULL, at.cert_file = other, at.key_file = other_key;
  assert_true(net_mllp_listen(multi, &at, &wrong, NULL));
  const Secure plain = {multi, net_mllp_listen_port(listener)};
  const Secure mutual = {multi, net_mllp_listen_port(strict)};
  const Secure named = {multi, net_mllp_listen_port(wrong)};
  assert_int_equal(over_tls(&plain, &(NetMllpTo){.ca_file = cert}), 0);
  assert_int_equal(over_tls(&plain, &(NetMllpTo){.ca_file = cert, .pin = good_pin}), 0);
  assert_int_equal(over_tls(&plain, &(NetMllpTo){.ca_file = cert, .pin = bad_pin}),
                   BASE_ERROR_UNAVAILABLE);
  assert_int_equal(over_tls(&plain, &(NetMllpTo){0}), BASE_ERROR_UNAVAILABLE);
  assert_int_equal(over_tls(&plain, &(NetMllpTo){.ca_file = other}), BASE_ERROR_UNAVAILABLE);
  /* the right authority, and another host's name */
  assert_int_equal(over_tls(&named, &(NetMllpTo){.ca_file = other}), BASE_ERROR_UNAVAILABLE);
  assert_int_equal(house.messages, 2);
  assert_int_equal(
      over_tls(&mutual, &(NetMllpTo){.ca_file = cert, .cert_file = client, .key_file = client_key}),
      0);
  assert_int_not_equal(over_tls(&mutual, &(NetMllpTo){.ca_file = cert}), 0);
  assert_int_equal(house.messages, 3);
  net_mllp_listen_end(listener);
  net_mllp_listen_end(strict);
  net_mllp_listen_end(wrong);
  g_autofree char *sweep = g_strdup_printf("rm -rf '%s'", folder);
  g_spawn_command_line_sync(sweep, NULL, NULL, NULL, NULL);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames),          cmocka_unit_test(test_frame_cap),
      cmocka_unit_test(test_every_manner),    cmocka_unit_test(test_no_answer_in_time),
      cmocka_unit_test(test_nobody_there),    cmocka_unit_test(test_addresses),
      cmocka_unit_test(test_listener),        cmocka_unit_test(test_tls),
      cmocka_unit_test(test_unknown_callers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
