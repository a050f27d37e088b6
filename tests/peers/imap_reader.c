/* net/imap against dovecot: TLS, log-in, numbers, messages that are not marked by being read.
 * Started by imap.sh: imap_reader IMAP-PORT IMAPS-PORT CERT OTHER-CERT FOLDER-OF-MAIL. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/net/imap.h"

static struct {
  const char *imap, *imaps, *cert, *other, *folder;
} args; /* of the command line */

typedef struct {
  gboolean over, ok, login, renewed;
  char words[400];
  GBytes *lines;
} Outcome;

typedef struct {
  NetMulti *multi;
  NetImap *imap;
} Line;

static void
on_done(const NetImapAnswer *answer, gpointer data)
{
  Outcome *outcome = data;
  assert_false(outcome->over);
  *outcome = (Outcome){.over = TRUE,
                       .ok = answer->ok,
                       .login = answer->login,
                       .renewed = answer->renewed,
                       .lines = g_bytes_ref(answer->lines)};
  g_strlcpy(outcome->words, answer->words, sizeof outcome->words);
}

static Line
line_open(const char *scheme, const char *port, const char *cert, const char *secret)
{
  Line line = {.multi = net_multi_new()};
  g_autofree char *url = g_strdup_printf("%s://127.0.0.1:%s", scheme, port);
  g_autoptr(GError) error = NULL;
  const NetImapTo to = {.url = url,
                        .ca_file = cert,
                        .user = "inbox@clinic.test",
                        .secret = secret,
                        .auth = "plain",
                        .total_ms = 15000};
  net_imap_new_on(line.multi, &to, &line.imap, &error);
  assert_no_error(error);
  return line;
}

static void
line_close(Line *line)
{
  net_imap_free(line->imap);
  net_multi_free(line->multi);
}

static Outcome
ask(Line *line, const char *mailbox, guint32 validity, const char *command, gsize cap)
{
  Outcome outcome = {0};
  g_autoptr(GError) error = NULL;
  const NetImapAsk what = {mailbox, validity, command, cap, on_done, &outcome};
  net_imap_ask(line->imap, &what, &error);
  assert_no_error(error);
  while (!outcome.over)
    net_multi_step(line->multi, 100);
  return outcome;
}

static guint32
validity_of(Line *line)
{
  Outcome got = ask(line, NULL, 0, "STATUS INBOX (UIDVALIDITY UIDNEXT)", 100000);
  guint32 validity = net_imap_number(got.lines, "UIDVALIDITY");
  assert_true(got.ok);
  assert_int_equal(net_imap_number(got.lines, "UIDNEXT"), 5);
  assert_int_not_equal(validity, 0);
  g_bytes_unref(got.lines);
  return validity;
}

static void
test_read(void **state)
{
  static const char *const FILES[] = {"postfix.eml", "qmail.eml", "answer.eml"};
  static const char *const SCHEMES[] = {"imap", "imaps"};
  (void)state;
  for (gsize s = 0; s < G_N_ELEMENTS(SCHEMES); s++) {
    Line line = line_open(SCHEMES[s], s == 0 ? args.imap : args.imaps, args.cert, "s3cret");
    guint32 validity = validity_of(&line);
    Outcome search = ask(&line, "INBOX", validity, "UID SEARCH UID 2:*", 100000);
    g_autoptr(GArray) found = net_imap_found(search.lines, 1);
    assert_true(search.ok);
    assert_int_equal(found->len, 3);
    assert_int_equal(g_array_index(found, guint32, 0), 2);
    g_bytes_unref(search.lines);
    guint matched = 0;
    for (guint uid = 1; uid <= 3; uid++) {
      g_autofree char *command = g_strdup_printf("UID FETCH %u (BODY.PEEK[]<0.200000>)", uid);
      Outcome got = ask(&line, "INBOX", validity, command, 300000);
      g_autoptr(GBytes) mail = net_imap_literal(got.lines);
      assert_true(got.ok);
      assert_non_null(mail);
      for (gsize i = 0; i < G_N_ELEMENTS(FILES); i++) {
        g_autofree char *path = g_build_filename(args.folder, FILES[i], NULL);
        g_autofree char *text = NULL;
        gsize length = 0, n = 0;
        assert_true(g_file_get_contents(path, &text, &length, NULL));
        const char *bytes = g_bytes_get_data(mail, &n);
        matched += n == length && memcmp(bytes, text, n) == 0;
      }
      g_bytes_unref(got.lines);
    }
    assert_int_equal(matched, 3);
    line_close(&line);
  }
}

/* A message that holds what a server would say: its length tells, or it is not read at all; and the
 * next question gets its own answer. */
static void
test_tricky(void **state)
{
  (void)state;
  Line line = line_open("imaps", args.imaps, args.cert, "s3cret");
  guint32 validity = validity_of(&line);
  Outcome got = ask(&line, "INBOX", validity, "UID FETCH 4 (BODY.PEEK[]<0.200000>)", 300000);
  g_autoptr(GBytes) mail = net_imap_literal(got.lines);
  assert_true(!got.ok || mail == NULL || g_bytes_get_size(mail) > 100000);
  g_bytes_unref(got.lines);
  line_close(&line);
  Line other = line_open("imaps", args.imaps, args.cert, "s3cret");
  Outcome flags = ask(&other, "INBOX", validity, "UID SEARCH SEEN", 100000);
  g_autoptr(GArray) seen = net_imap_found(flags.lines, 0);
  assert_true(flags.ok);
  assert_int_equal(seen->len, 0); /* reading marks nothing */
  g_bytes_unref(flags.lines);
  line_close(&other);
}

static void
test_renewed(void **state)
{
  (void)state;
  Line line = line_open("imaps", args.imaps, args.cert, "s3cret");
  guint32 validity = validity_of(&line);
  Outcome got = ask(&line, "INBOX", validity + 1, "UID SEARCH UID 1:*", 100000);
  assert_false(got.ok);
  assert_true(got.renewed);
  g_bytes_unref(got.lines);
  line_close(&line);
}

static void
test_refused(void **state)
{
  (void)state;
  Line wrong = line_open("imaps", args.imaps, args.cert, "wrong");
  Outcome login = ask(&wrong, NULL, 0, "STATUS INBOX (UIDVALIDITY)", 100000);
  assert_false(login.ok);
  assert_true(login.login);
  g_bytes_unref(login.lines);
  line_close(&wrong);
  Line stranger = line_open("imaps", args.imaps, args.other, "s3cret");
  Outcome tls = ask(&stranger, NULL, 0, "STATUS INBOX (UIDVALIDITY)", 100000);
  assert_false(tls.ok);
  assert_non_null(strstr(tls.words, "certificate"));
  g_bytes_unref(tls.lines);
  line_close(&stranger);
  Line capped = line_open("imaps", args.imaps, args.cert, "s3cret");
  Outcome large = ask(&capped, "INBOX", 0, "UID FETCH 1 (BODY.PEEK[])", 1000);
  assert_false(large.ok);
  assert_non_null(strstr(large.words, "larger"));
  g_bytes_unref(large.lines);
  line_close(&capped);
}

static void
test_readers(void **state)
{
  static const char *const CUT[] = {"",
                                    "* 1 FETCH (BODY[] {9}\r\nabc",
                                    "* 1 FETCH (BODY[] {",
                                    "BODY[] {99999999999999999999}\r\nabc",
                                    "BODY[",
                                    "{3}\r\nabc"};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(CUT); i++) {
    g_autoptr(GBytes) lines = g_bytes_new_static(CUT[i], strlen(CUT[i]));
    GBytes *mail = net_imap_literal(lines);
    g_autoptr(GArray) found = net_imap_found(lines, 0);
    assert_true(mail == NULL || g_bytes_get_size(mail) <= strlen(CUT[i]));
    g_clear_pointer(&mail, g_bytes_unref);
    assert_int_equal(found->len, 0);
  }
  g_autofree char *quoted = net_imap_quote("Re\"tours\\x");
  assert_string_equal(quoted, "\"Re\\\"tours\\\\x\"");
  assert_null(net_imap_quote("a\r\nb"));
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read),    cmocka_unit_test(test_tricky),
      cmocka_unit_test(test_renewed), cmocka_unit_test(test_refused),
      cmocka_unit_test(test_readers),
  };
  if (argc != 6)
    return 64;
  args.imap = argv[1];
  args.imaps = argv[2];
  args.cert = argv[3];
  args.other = argv[4];
  args.folder = argv[5];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
