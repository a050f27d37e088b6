/* net/smtp against aiosmtpd: TLS, log-in, and every way that a message can go wrong.  Started by
 * smtp.sh: smtp_faults FOLDER PORT CERT OTHER-CERT. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/net/smtp.h"

static struct {
  const char *folder, *port, *cert, *other;
} args; /* of the command line */

typedef struct {
  gboolean over;
  NetSmtpVerdict verdict;
  long code;
  gboolean server;
  char words[400];
} Outcome;

static void
on_done(const NetSmtpAnswer *answer, gpointer data)
{
  Outcome *outcome = data;
  assert_false(outcome->over);
  outcome->over = TRUE;
  outcome->verdict = answer->verdict;
  outcome->code = answer->code;
  outcome->server = answer->server;
  g_strlcpy(outcome->words, answer->words, sizeof outcome->words);
}

static guint
stored(const char *recipient)
{
  g_autofree char *path = g_build_filename(args.folder, "stored", NULL);
  g_autofree char *text = NULL;
  g_autofree char *head = g_strconcat(recipient, " ", NULL);
  guint n = 0;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    n += g_str_has_prefix(*line, head);
  return n;
}

typedef struct {
  NetMulti *multi;
  NetSmtp *smtp;
} Line;

static Line
line_open(const char *cert, const char *secret, guint total_ms)
{
  Line line = {.multi = net_multi_new()};
  g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%s", args.port);
  g_autoptr(GError) error = NULL;
  const NetSmtpTo to = {.url = url,
                        .ca_file = cert,
                        .user = "outbox",
                        .secret = secret,
                        .auth = "plain",
                        .total_ms = total_ms};
  net_smtp_new_on(line.multi, &to, &line.smtp, &error);
  assert_no_error(error);
  return line;
}

static void
line_close(Line *line)
{
  net_smtp_free(line->smtp);
  net_multi_free(line->multi);
}

static Outcome
post(Line *line, const char *recipient)
{
  static const char TEXT[] = "Subject: test\r\n\r\none\r\n.two\r\n..three\r\n.\r\nfour\r\n";
  g_autoptr(GBytes) message = g_bytes_new_static(TEXT, sizeof TEXT - 1);
  g_autoptr(GError) error = NULL;
  Outcome outcome = {0};
  const NetSmtpMessage mail = {.sender = "clinic@example.org",
                               .recipient = recipient,
                               .message = message,
                               .done = on_done,
                               .data = &outcome};
  net_smtp_send(line->smtp, &mail, NULL, &error);
  assert_no_error(error);
  while (!outcome.over)
    net_multi_step(line->multi, 100);
  return outcome;
}

static void
test_table(void **state)
{
  static const struct {
    const char *recipient;
    NetSmtpVerdict verdict;
    long code;
    guint stored;
    gboolean server;
  } ROWS[] = {
      {"ok@example.org", NET_SMTP_ACCEPTED, 250, 1, FALSE},
      {"451-rcpt@example.org", NET_SMTP_LATER, 451, 0, FALSE},
      {"550-rcpt@example.org", NET_SMTP_REFUSED, 550, 0, FALSE},
      {"452-data@example.org", NET_SMTP_LATER, 452, 0, FALSE},
      {"554-data@example.org", NET_SMTP_REFUSED, 554, 0, FALSE},
      {"421-rcpt@example.org", NET_SMTP_LATER, 421, 0, TRUE},
      {"drop-rcpt@example.org", NET_SMTP_LATER, 250, 0, TRUE},
      {"cut-data@example.org", NET_SMTP_DOUBT, 354, 0, TRUE},
      {"drop-data@example.org", NET_SMTP_DOUBT, 354, 1, TRUE},
      {"after@example.org", NET_SMTP_ACCEPTED, 250, 1, FALSE},
      {"après@example.org", NET_SMTP_ACCEPTED, 250, 1, FALSE},
  };
  Line line = line_open(args.cert, "s3cret", 0);
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    Outcome got = post(&line, ROWS[i].recipient);
    if (got.verdict != ROWS[i].verdict || got.code != ROWS[i].code ||
        got.server != ROWS[i].server || stored(ROWS[i].recipient) != ROWS[i].stored)
      fail_msg("%s: verdict %d, code %ld, server %d, stored %u: %s", ROWS[i].recipient,
               (int)got.verdict, got.code, got.server, stored(ROWS[i].recipient), got.words);
  }
  line_close(&line);
}

/* The bytes as they were given, dots and all. */
static void
test_bytes(void **state)
{
  static const char TEXT[] = "Subject: test\r\n\r\none\r\n.two\r\n..three\r\n.\r\nfour\r\n";
  g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, sizeof TEXT - 1);
  g_autofree char *path = g_build_filename(args.folder, "stored", NULL);
  g_autofree char *text = NULL;
  Line line = line_open(args.cert, "s3cret", 0);
  (void)state;
  assert_int_equal(post(&line, "bytes@example.org").verdict, NET_SMTP_ACCEPTED);
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_autofree char *wanted = g_strconcat("bytes@example.org ", digest, NULL);
  assert_non_null(strstr(text, wanted));
  line_close(&line);
}

static void
test_wrong_password(void **state)
{
  Line line = line_open(args.cert, "wrong", 0);
  Outcome got = post(&line, "login@example.org");
  (void)state;
  assert_int_equal(got.code, 535);
  assert_true(got.server);
  assert_int_equal(stored("login@example.org"), 0);
  line_close(&line);
}

static void
test_wrong_authority(void **state)
{
  Line line = line_open(args.other, "s3cret", 0);
  Outcome got = post(&line, "ca@example.org");
  (void)state;
  assert_int_equal(got.verdict, NET_SMTP_LATER);
  assert_true(got.server);
  assert_non_null(strstr(got.words, "certificate"));
  assert_int_equal(stored("ca@example.org"), 0);
  line_close(&line);
}

/* It was taken, and is slow to say so: nobody knows. */
static void
test_deadline(void **state)
{
  Line line = line_open(args.cert, "s3cret", 1500);
  Outcome got = post(&line, "slow-data@example.org");
  (void)state;
  assert_int_equal(got.verdict, NET_SMTP_DOUBT);
  line_close(&line);
}

static void
test_bad_addresses(void **state)
{
  static const char *const BAD[] = {"",
                                    "nobody",
                                    "@example.org",
                                    "a@",
                                    "a b@example.org",
                                    "a@example.org>\r\nDATA",
                                    "a@ex.org,b@ex.org"};
  Line line = line_open(args.cert, "s3cret", 0);
  Outcome outcome = {0};
  g_autoptr(GBytes) message = g_bytes_new_static("x\r\n", 3);
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(BAD); i++) {
    g_autoptr(GError) error = NULL;
    const NetSmtpMessage mail = {"c@example.org", BAD[i], message, FALSE, NULL, on_done, &outcome};
    assert_false(net_smtp_send(line.smtp, &mail, NULL, &error));
    assert_int_equal(error->code, BASE_ERROR_DATA);
  }
  line_close(&line);
}

static void
test_probe(void **state)
{
  Line line = line_open(args.cert, "s3cret", 0);
  Outcome outcome = {0};
  const NetSmtpMessage mail = {.done = on_done, .data = &outcome};
  g_autoptr(GError) error = NULL;
  (void)state;
  net_smtp_send(line.smtp, &mail, NULL, &error);
  assert_no_error(error);
  while (!outcome.over)
    net_multi_step(line.multi, 100);
  assert_int_equal(outcome.verdict, NET_SMTP_ACCEPTED);
  line_close(&line);
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_table),          cmocka_unit_test(test_bytes),
      cmocka_unit_test(test_wrong_password), cmocka_unit_test(test_wrong_authority),
      cmocka_unit_test(test_deadline),       cmocka_unit_test(test_bad_addresses),
      cmocka_unit_test(test_probe),
  };
  if (argc != 5)
    return 64;
  args.folder = argv[1];
  args.port = argv[2];
  args.cert = argv[3];
  args.other = argv[4];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
