#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/wire/dsn.h"

#define TOKEN "i0a1b2c3d4e5f6"
#define OURS TOKEN ".00112233445566778899@clinic.example"

static WireDsn *
read_file(const char *name)
{
  g_autofree char *path =
      g_build_filename(g_getenv("abs_top_srcdir"), "tests/fuzz/corpus/dsn", name, NULL);
  char *text = NULL;
  gsize length = 0;
  GError *error = NULL;
  WireDsn *dsn = NULL;
  g_file_get_contents(path, &text, &length, &error);
  assert_no_error(error);
  g_autoptr(GBytes) bytes = g_bytes_new_take(text, length);
  wire_dsn_read(bytes, &dsn, &error);
  assert_no_error(error);
  return dsn;
}

static gboolean
has_token(const WireDsn *dsn)
{
  for (char **one = dsn->addresses; *one != NULL; one++)
    if (strcmp(*one, "desk+" TOKEN "@clinic.example") == 0)
      return TRUE;
  return FALSE;
}

typedef struct {
  const char *file;
  WireDsnKind kind;
  const char *status, *words;
  gboolean id, token; /* it names ours by its Message-ID, by the address it came to */
} Row;

static void
test_shapes(void **state)
{
  static const Row ROWS[] = {
      {"postfix.eml", WIRE_DSN_FAILED, "5.1.1", "rejected: User unknown", TRUE, TRUE},
      {"postfix_delayed.eml", WIRE_DSN_DELAYED, "4.4.1", "Connection timed out", TRUE, TRUE},
      {"success.eml", WIRE_DSN_DELIVERED, "2.1.5", "250 2.1.5 Ok", TRUE, TRUE},
      {"exim.eml", WIRE_DSN_FAILED, "5.0.0", "550 5.7.1 not today", TRUE, TRUE},
      {"exim_old.eml", WIRE_DSN_FAILED, "5.1.1", "550 5.1.1 unknown user", TRUE, TRUE},
      {"exim_warning.eml", WIRE_DSN_DELAYED, "", "", FALSE, TRUE},
      {"exchange.eml", WIRE_DSN_FAILED, "5.2.2", "mailbox full", TRUE, TRUE},
      {"gmail.eml", WIRE_DSN_FAILED, "5.1.1", "does not exist", TRUE, TRUE},
      {"qmail.eml", WIRE_DSN_FAILED, "5.1.1", "no mailbox here", TRUE, TRUE},
      {"many.eml", WIRE_DSN_FAILED, "5.4.7", "550 5.4.7 expired", TRUE, FALSE},
      {"vacation.eml", WIRE_DSN_AUTOMATIC, "", "", TRUE, TRUE},
      {"exchange_away.eml", WIRE_DSN_AUTOMATIC, "", "", TRUE, TRUE},
      {"precedence.eml", WIRE_DSN_AUTOMATIC, "", "", FALSE, TRUE},
      {"list.eml", WIRE_DSN_AUTOMATIC, "", "", FALSE, FALSE},
      {"receipt.eml", WIRE_DSN_AUTOMATIC, "", "", FALSE, TRUE},
      {"postmaster_talk.eml", WIRE_DSN_AUTOMATIC, "", "", FALSE, TRUE},
      {"answer.eml", WIRE_DSN_MAIL, "", "", TRUE, TRUE},
      {"answer_hint.eml", WIRE_DSN_MAIL, "", "", FALSE, TRUE},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    const Row *row = &ROWS[i];
    g_autoptr(WireDsn) dsn = read_file(row->file);
    gboolean id = g_strv_contains((const char *const *)dsn->ids, OURS);
    if (dsn->kind != row->kind || strcmp(dsn->status, row->status) != 0 ||
        strstr(dsn->words, row->words) == NULL || id != row->id || has_token(dsn) != row->token)
      fail_msg("%s: %s, \"%s\", \"%s\", id %d, token %d", row->file, wire_dsn_kind_word(dsn->kind),
               dsn->status, dsn->words, id, has_token(dsn));
  }
}

static void
test_envelope_id(void **state)
{
  g_autoptr(WireDsn) dsn = read_file("postfix.eml");
  (void)state;
  assert_string_equal(dsn->envelope_id, TOKEN);
}

static void
test_answer(void **state)
{
  g_autoptr(WireDsn) dsn = read_file("answer.eml");
  g_autoptr(WireDsn) hint = read_file("answer_hint.eml");
  (void)state;
  assert_string_equal(dsn->text, "Oui, je serai là. À mardi !");
  assert_string_equal(dsn->from, "ann@nowhere.example");
  assert_false(dsn->hint);
  assert_true(hint->hint);
}

/* What a mail says is disarmed, however it is written. */
static void
test_hostile(void **state)
{
  static const char TEXT[] = "From: a@b.example\r\nTo: desk@clinic.example\r\n"
                             "Subject: =?utf-8?Q?x=1B[2Jy=E2=80=AEz?=\r\n\r\n"
                             "\x1b]0;title\x07 hello\r\n\xff\xfe\r\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(TEXT, sizeof TEXT - 1);
  g_autoptr(WireDsn) dsn = NULL;
  GError *error = NULL;
  (void)state;
  wire_dsn_read(bytes, &dsn, &error);
  assert_no_error(error);
  assert_int_equal(dsn->kind, WIRE_DSN_MAIL);
  assert_null(strchr(dsn->subject, 0x1b));
  assert_null(strchr(dsn->text, 0x1b));
  assert_null(strstr(dsn->subject, "\xe2\x80\xae"));
  assert_true(g_utf8_validate(dsn->text, -1, NULL));
}

/* Parts in parts, headers without an end: read, and within its caps. */
static void
test_deep(void **state)
{
  GString *all = g_string_new("From: mailer-daemon@b.example\r\nTo: ");
  (void)state;
  for (int i = 0; i < 500; i++)
    g_string_append_printf(all, "a%d@b.example, ", i);
  g_string_append(all, "\r\n");
  for (int i = 0; i < 200; i++)
    g_string_append_printf(all, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i,
                           i);
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(all);
  g_autoptr(WireDsn) dsn = NULL;
  g_autoptr(GError) error = NULL;
  wire_dsn_read(bytes, &dsn, &error);
  assert_no_error(error);
  assert_int_equal(dsn->kind, WIRE_DSN_AUTOMATIC);
  assert_int_equal(g_strv_length(dsn->addresses), 64);
}

static void
test_refused(void **state)
{
  g_autofree char *large = g_strnfill(WIRE_DSN_MOST + 1, 'x');
  g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
  g_autoptr(GBytes) much = g_bytes_new(large, WIRE_DSN_MOST + 1);
  GBytes *const BAD[] = {empty, much};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(BAD); i++) {
    g_autoptr(GError) error = NULL;
    WireDsn *dsn = NULL;
    assert_false(wire_dsn_read(BAD[i], &dsn, &error));
    assert_int_equal(error->code, BASE_ERROR_DATA);
    assert_null(dsn);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shapes), cmocka_unit_test(test_envelope_id),
      cmocka_unit_test(test_answer), cmocka_unit_test(test_hostile),
      cmocka_unit_test(test_deep),   cmocka_unit_test(test_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
