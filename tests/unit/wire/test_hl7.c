#include "unit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/wire/hl7.h"
#include "guichet/wire/hl7_ack.h"
#include "guichet/wire/hl7_event.h"
#include "guichet/wire/hl7_note.h"

static WireHl7 *
read_text(const char *text)
{
  WireHl7 *message = NULL;
  GError *error = NULL;
  wire_hl7_read(text, strlen(text), &message, &error);
  assert_no_error(error);
  return message;
}

static void
refused(const char *text, gsize length, const char *why)
{
  WireHl7 *message = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(wire_hl7_read(text, length, &message, &error));
  assert_null(message);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  if (strstr(error->message, why) == NULL)
    fail_msg("\"%s\" does not say %s", error->message, why);
}

static void
says(const WireHl7 *m, const char *segment, WireHl7Place place, const char *expected)
{
  guint at = 0;
  assert_true(wire_hl7_find(m, segment, 0, &at));
  g_autofree char *text = wire_hl7_text(m, at, place);
  if (expected == NULL)
    assert_null(text);
  else
    assert_string_equal(text != NULL ? text : "(nothing)", expected);
}

#define AT(f, r, c, s) ((WireHl7Place){f, r, c, s})

static void
test_read_parts(void **state)
{
  (void)state;
  g_autoptr(WireHl7) m =
      read_text("MSH|^~\\&|LAB&1.2&ISO|SITE|US||20260401||ADT^A08^ADT_A01|77|P|2.5\r"
                "PID|1||12^^^HOP^MR~9^^^NAT&1.2.3&ISO^NI||Dupont&de^Léa^B~Nom^Autre||\"\"|F|||\r"
                "ZPI|x\\F\\y\\S\\\\T\\\\R\\\\E\\z|\\X41C3A9\\|a\\.br\\b\\H\\c\\N\\d\\Zq\\e\\q\r");
  assert_int_equal(wire_hl7_segments(m), 3);
  says(m, "MSH", AT(1, 0, 0, 0), "|");
  says(m, "MSH", AT(2, 0, 0, 0), "^~\\&");
  says(m, "MSH", AT(3, 0, 1, 2), "1.2");
  says(m, "MSH", AT(9, 0, 2, 0), "A08");
  says(m, "MSH", AT(12, 0, 0, 0), "2.5");
  says(m, "MSH", AT(13, 0, 0, 0), NULL);
  says(m, "PID", AT(3, 2, 4, 2), "1.2.3");
  says(m, "PID", AT(3, 3, 1, 0), NULL);
  says(m, "PID", AT(5, 1, 1, 1), "Dupont");
  says(m, "PID", AT(5, 1, 2, 1), "Léa");
  says(m, "PID", AT(5, 2, 1, 0), "Nom");
  says(m, "PID", AT(7, 0, 0, 0), "");
  says(m, "PID", AT(6, 0, 0, 0), NULL);
  says(m, "PID", AT(99, 0, 0, 0), NULL);
  says(m, "ZPI", AT(1, 0, 0, 0), "x|y^&~\\z");
  says(m, "ZPI", AT(2, 0, 0, 0), "Aé");
  says(m, "ZPI", AT(3, 0, 0, 0), "a\nbcde\\q");
  guint pid = 0;
  assert_true(wire_hl7_find(m, "PID", 0, &pid));
  assert_int_equal(wire_hl7_repetitions(m, pid, 3), 2);
  assert_int_equal(wire_hl7_repetitions(m, pid, 6), 0);
  assert_false(wire_hl7_find(m, "PID", pid + 1, &pid));
}

static void
test_read_tolerant(void **state)
{
  (void)state;
  /* other delimiters; LF; a line break that was not escaped; trailing fields left out */
  g_autoptr(WireHl7) odd = read_text("\n\nMSH$*~!%$A$B\nPID$$$1*2\n\nOBX$1$TX$$$one\nTwo lines, "
                                     "and more\nZZ9$z%y\n");
  assert_int_equal(wire_hl7_segments(odd), 4);
  says(odd, "MSH", AT(3, 0, 0, 0), "A");
  says(odd, "PID", AT(3, 0, 2, 0), "2");
  says(odd, "OBX", AT(5, 0, 0, 0), "one\nTwo lines, and more");
  says(odd, "ZZ9", AT(1, 0, 1, 2), "y");
  g_autoptr(WireHl7) crlf = read_text("\xEF\xBB\xBFMSH|^~\\&|A\r\nPID|1\r\nPV1\r\n");
  assert_int_equal(wire_hl7_segments(crlf), 3);
  says(crlf, "PV1", AT(1, 0, 0, 0), NULL);
  g_autoptr(WireHl7) bare = read_text("MSH||A");
  says(bare, "MSH", AT(3, 0, 0, 0), "A");
  says(bare, "MSH", AT(2, 0, 0, 0), "^~\\&");
  g_autoptr(WireHl7) hash = read_text("MSH|^~\\&#|A\rPID|1");
  says(hash, "MSH", AT(3, 0, 0, 0), "A");
  g_autoptr(WireHl7) open = read_text("MSH|^~\\&|a\\b\\\\.\\|\\X4\\|\\X00\\|\\X0D0A\\|\\C2842\\");
  says(open, "MSH", AT(3, 0, 0, 0), "a\\b\\\\.\\");
  says(open, "MSH", AT(4, 0, 0, 0), "\\X4\\");
  says(open, "MSH", AT(5, 0, 0, 0), "");
  says(open, "MSH", AT(6, 0, 0, 0), "\n");
  says(open, "MSH", AT(7, 0, 0, 0), "\xEF\xBF\xBD");
}

static void
test_read_refuses(void **state)
{
  (void)state;
  static const char nul[] = "MSH|^~\\&|A\0B";
  g_autofree char *large = g_malloc(WIRE_HL7_CAP + 1);
  memset(large, 'x', WIRE_HL7_CAP + 1);
  g_autoptr(GString) many = g_string_new("MSH|^~\\&");
  for (guint i = 0; i < WIRE_HL7_SEGMENTS; i++)
    g_string_append(many, "\rPID");
  refused("", 0, "MSH");
  refused("hello", 5, "MSH");
  refused("MSH", 3, "MSH");
  refused("PID|1\rMSH|^~\\&", 14, "MSH");
  refused("MSH|^^\\&|A", 10, "different");
  refused("MSHa^~\\&aA", 10, "different");
  refused("MSH|^~\\&|A\rjunk here", 20, "segment 1");
  refused("MSH|^~\\&|A\rMSH|^~\\&|B", 21, "one HL7 message");
  refused(nul, sizeof nul - 1, "NUL");
  refused(large, WIRE_HL7_CAP + 1, "4 MiB");
  refused(many->str, many->len, "10000");
}

/* "MSH|^~|\&|": delimiters cut short are no error; what follows is MSH-3. */
static void
test_read_short_delimiters(void **state)
{
  (void)state;
  g_autoptr(WireHl7) m = read_text("MSH|^~|A^B~C\\F\\");
  says(m, "MSH", AT(3, 1, 2, 0), "B");
  says(m, "MSH", AT(3, 2, 1, 0), "C\\F\\");
}

static void
test_charsets(void **state)
{
  (void)state;
  static const char latin[] = "MSH|^~\\&|A|||||||1|P|2.5||||||8859/1\rPID|||||L\xE9\x9C\r";
  static const char undeclared[] = "MSH|^~\\&|A\rPID|||||L\xE9on\r";
  static const char lie[] = "MSH|^~\\&|A|||||||1|P|2.5||||||UNICODE UTF-8\rPID|||||L\xE9on\r";
  static const char strange[] = "MSH|^~\\&|A|||||||1|P|2.5||||||ISO IR87\r";
  g_autoptr(WireHl7) a = read_text(latin), b = read_text(undeclared);
  says(a, "PID", AT(5, 0, 0, 0), "Léœ");
  says(b, "PID", AT(5, 0, 0, 0), "Léon");
  g_autoptr(WireHl7) c = read_text("MSH|^~\\&|A|||||||1|P|2.5||||||8859/1~\rPID|||||x\r");
  says(c, "PID", AT(5, 0, 0, 0), "x");
  g_autoptr(WireHl7) d =
      read_text("MSH|^~\\&|A|||||||1|P|2.5||||||UNICODE UTF-8\rPID|||||L\xC3\xA9on\r");
  says(d, "PID", AT(5, 0, 0, 0), "Léon");
  refused(lie, sizeof lie - 1, "UNICODE UTF-8");
  refused(strange, sizeof strange - 1, "character set");
}

static char *
written(WireHl7Charset charset, const char *text, GError **error)
{
  g_autoptr(WireHl7Writer) w = wire_hl7_writer_new(charset);
  g_autoptr(GBytes) bytes = NULL;
  wire_hl7_writer_segment(w, "MSH");
  wire_hl7_writer_segment(w, "PID");
  wire_hl7_writer_set(w, AT(5, 0, 0, 0), text);
  if (!wire_hl7_writer_end(w, &bytes, error))
    return NULL;
  gsize n = 0;
  const char *p = g_bytes_get_data(bytes, &n);
  return g_strndup(p, n);
}

static void
test_write(void **state)
{
  (void)state;
  g_autoptr(WireHl7Writer) w = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autoptr(GBytes) bytes = NULL;
  GError *error = NULL;
  wire_hl7_writer_segment(w, "MSH");
  wire_hl7_writer_set(w, AT(3, 0, 0, 0), "A|B");
  wire_hl7_writer_set(w, AT(9, 0, 2, 0), "T02");
  wire_hl7_writer_set(w, AT(10, 0, 0, 0), "");
  wire_hl7_writer_segment(w, "PID");
  wire_hl7_writer_set(w, AT(3, 1, 1, 0), "a");
  wire_hl7_writer_set(w, AT(3, 1, 4, 2), "b&~^\\\r\nc\td");
  wire_hl7_writer_set(w, AT(3, 2, 0, 0), "\"\"");
  wire_hl7_writer_set(w, AT(3, 2, 5, 0), "é");
  wire_hl7_writer_time(w, AT(7, 0, 0, 0), G_GINT64_CONSTANT(1775035800) * G_USEC_PER_SEC);
  wire_hl7_writer_end(w, &bytes, &error);
  assert_no_error(error);
  gsize n = 0;
  const char *p = g_bytes_get_data(bytes, &n);
  g_autofree char *text = g_strndup(p, n);
  assert_string_equal(text, "MSH|^~\\&|A\\F\\B||||||^T02|||||||||UNICODE UTF-8\r"
                            "PID|||a^^^&b\\T\\\\R\\\\S\\\\E\\\\.br\\c\\X09\\d~\" \"^^^^é||||"
                            "20260401093000+0000\r");
  g_autoptr(WireHl7) back = read_text(text);
  says(back, "PID", AT(3, 1, 4, 2), "b&~^\\\nc\td");
}

static void
test_write_latin(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  g_autofree char *text =
      written(WIRE_HL7_LATIN, "Cœur, SpO₂ ≥ 94 %, Ștefan e\xCC\x81t\xC3\xA9, 5 μg — “ok”", NULL);
  assert_string_equal(text, "MSH|^~\\&||||||||||||||||8859/1\rPID|||||Coeur, SpO2 >= 94 %, Stefan "
                            "\xE9t\xE9, 5 \xB5g - \"ok\"\r");
  g_autoptr(WireHl7) back = read_text(text);
  says(back, "PID", AT(5, 0, 0, 0), "Coeur, SpO2 >= 94 %, Stefan été, 5 µg - \"ok\"");
  assert_null(written(WIRE_HL7_LATIN, "10⁹/L", &error)); /* must not become 109/L */
  assert_non_null(strstr(error->message, "UNICODE UTF-8"));
  g_clear_error(&error);
  assert_null(written(WIRE_HL7_LATIN, "日本", &error));
  g_clear_error(&error);
  assert_null(written(WIRE_HL7_UTF8, "a\x01z", &error));
  g_clear_error(&error);
  assert_null(written(WIRE_HL7_UTF8, "a\xC3", &error));
}

static void
test_write_refuses(void **state)
{
  (void)state;
  g_autoptr(WireHl7Writer) w = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autoptr(WireHl7Writer) long_one = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autoptr(WireHl7Writer) headless = wire_hl7_writer_new(WIRE_HL7_UTF8);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  wire_hl7_writer_segment(w, "MSH");
  wire_hl7_writer_set(w, AT(5, 0, 0, 0), "b");
  wire_hl7_writer_set(w, AT(4, 0, 0, 0), "a");
  assert_false(wire_hl7_writer_end(w, &bytes, &error));
  assert_non_null(strstr(error->message, "MSH-4"));
  g_clear_error(&error);
  wire_hl7_writer_limit(long_one, "PID", 5, 3);
  wire_hl7_writer_segment(long_one, "MSH");
  wire_hl7_writer_segment(long_one, "PID");
  wire_hl7_writer_set(long_one, AT(5, 0, 1, 0), "été");
  wire_hl7_writer_set(long_one, AT(5, 0, 2, 0), "long");
  assert_false(wire_hl7_writer_end(long_one, &bytes, &error));
  assert_non_null(strstr(error->message, "PID-5"));
  assert_null(strstr(error->message, "long\""));
  g_clear_error(&error);
  wire_hl7_writer_segment(headless, "PID");
  assert_false(wire_hl7_writer_end(headless, &bytes, &error));
  assert_null(bytes);
}

static void
test_times(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    gint64 seconds;
    gboolean day;
  } good[] = {{"2026", 1767225600, TRUE},
              {"202604", 1775001600, TRUE},
              {"20260401", 1775001600, TRUE},
              {"2026040109", 1775034000, FALSE},
              {"202604010930", 1775035800, FALSE},
              {"20260401093015.1234", 1775035815, FALSE},
              {"20260401093000+0200", 1775028600, FALSE},
              {"20260401093000-0330", 1775048400, FALSE}};
  static const char *const bad[] = {"",
                                    "26",
                                    "20261",
                                    "20260231",
                                    "2026-04-01",
                                    "20260401T0930",
                                    "202604012561",
                                    "20260401+9900",
                                    "2026040109300000000000000000000000000000000000"};
  gint64 at = 0;
  gboolean day = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    assert_true(wire_hl7_time_parse(good[i].text, NULL, &at, &day));
    assert_int_equal(at / G_USEC_PER_SEC, good[i].seconds);
    assert_int_equal(day, good[i].day);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    if (wire_hl7_time_parse(bad[i], NULL, &at, &day))
      fail_msg("%s is taken for a time", bad[i]);
  g_autoptr(GTimeZone) paris = g_time_zone_new_identifier("Europe/Paris");
  assert_true(wire_hl7_time_parse("202604010930", paris, &at, &day));
  assert_int_equal(at / G_USEC_PER_SEC, 1775028600);
}

/* --- acknowledgements */

static void
test_ack_read(void **state)
{
  (void)state;
  static const char good[] =
      "MSH|^~\\&|B|C|A|D|20260401||ACK^T02^ACK|9|P|2.5\rMSA|AE|00AB|no such\x07 patient\r"
      "ERR|^^^101|PID^1^3|101^Required field missing^HL70357|E|||diag|Say the number\r";
  WireHl7Ack *ack = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(wire_hl7_ack_read(good, sizeof good - 1, &ack, NULL));
  assert_int_equal(ack->code, WIRE_HL7_AE);
  assert_string_equal(ack->control, "00AB");
  assert_string_equal(ack->words, "no such\xEF\xBF\xBD patient; Say the number; diag; Required "
                                  "field missing");
  wire_hl7_ack_free(ack);
  static const char *const bad[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
                                    "MSH|^~\\&|B\rPID|1\r",
                                    "MSH|^~\\&|B\rMSA|OK|1\r",
                                    "MSH|^~\\&|B\rMSA|AA\r",
                                    "MSH|^~\\&|B\rMSA||1\r",
                                    ""};
  ack = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_clear_error(&error);
    assert_false(wire_hl7_ack_read(bad[i], strlen(bad[i]), &ack, &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_PROTOCOL));
  }
  assert_null(ack);
}

static void
check_wanted(const char *accept, const char *apply, gboolean good, gboolean refused_,
             const char *expected)
{
  g_autofree char *text = g_strdup_printf("MSH|^~\\&|A|||||||1|P|2.5|||%s|%s\r", accept, apply);
  g_autoptr(WireHl7) m = read_text(text);
  WireHl7AckCode codes[2];
  guint n = wire_hl7_ack_wanted(m, good, refused_, codes);
  g_autoptr(GString) words = g_string_new(NULL);
  for (guint i = 0; i < n; i++)
    g_string_append(words, wire_hl7_ack_word(codes[i]));
  assert_string_equal(words->str, expected);
}

static void
test_ack_wanted(void **state)
{
  (void)state;
  check_wanted("", "", TRUE, FALSE, "AA");
  check_wanted("", "", FALSE, FALSE, "AE");
  check_wanted("", "", FALSE, TRUE, "AR");
  check_wanted("AL", "AL", TRUE, FALSE, "CAAA");
  check_wanted("AL", "NE", TRUE, FALSE, "CA");
  check_wanted("AL", "AL", FALSE, TRUE, "CR");
  check_wanted("NE", "AL", FALSE, FALSE, "AE");
  check_wanted("ER", "ER", TRUE, FALSE, "");
  check_wanted("ER", "NE", FALSE, FALSE, "CE");
  check_wanted("NE", "SU", TRUE, FALSE, "AA");
  check_wanted("NE", "NE", FALSE, FALSE, "");
}

static void
test_ack_make(void **state)
{
  (void)state;
  g_autoptr(WireHl7) m =
      read_text("MSH|^~\\&|APP&1.2&ISO|FAC|US|CLINIC|20260401||SIU^S12^SIU_S12|M&1|T|2.3.1\r");
  g_autoptr(GBytes) bytes = NULL, none = NULL;
  WireHl7Ack *ack = NULL;
  gsize n = 0;
  assert_true(wire_hl7_ack_make(m, WIRE_HL7_AA, "5", 0, NULL, &bytes, NULL));
  const char *p = g_bytes_get_data(bytes, &n);
  g_autofree char *text = g_strndup(p, n);
  assert_string_equal(text, "MSH|^~\\&|US|CLINIC|APP&1.2&ISO|FAC|19700101000000+0000||"
                            "ACK^S12^ACK|5|T|2.3.1||||||UNICODE UTF-8\rMSA|AA|M\\T\\1\r");
  assert_true(wire_hl7_ack_read(p, n, &ack, NULL));
  assert_string_equal(ack->control, "M&1");
  wire_hl7_ack_free(ack);
  ack = NULL;
  assert_true(wire_hl7_ack_reject("6", 0, "not HL7", &none, NULL));
  p = g_bytes_get_data(none, &n);
  assert_false(wire_hl7_ack_read(p, n, &ack, NULL)); /* it can be credited to nothing */
}

/* --- notes */

static WireNote
sample(const json_t *fields, const WireCodes *codes)
{
  return (WireNote){
      .clinic_name = "Clinique du Port",
      .identifier_base = "urn:guichet:abc",
      .item = 42,
      .visit = 7,
      .patient = 9,
      .family = "D'Œuvre-Ñandú",
      .given = "Éléonore",
      .birth = "1968-04-30",
      .sex = "female",
      .record = "R12|3",
      .phone = "+33 6 12 34 56 78",
      .mail = "e@example.org",
      .patient_language = "fr",
      .clinician_title = "Dr Ada Quill",
      .clinician_name = "ada",
      .clinician = 3,
      .visit_at = 1000 * BASE_CLOCK_DAY,
      .signed_at = 1000 * BASE_CLOCK_DAY + BASE_CLOCK_HOUR,
      .language = "fr",
      .text = "SUBJECTIF\nToux < 3 jours & fièvre ^ 38,5 | ~ \\ fin.\n\nPLAN\nRepos.\n",
      .digest_hex = "00ff",
      .engine_name = "builtin",
      .engine_version = "1",
      .fields = fields,
      .codes = codes,
  };
}

static char *
note_made(const WireNote *note, const WireHl7Profile *profile)
{
  g_autoptr(GBytes) bytes = NULL, again = NULL;
  GError *error = NULL;
  wire_hl7_note_make(note, profile, &bytes, &error);
  assert_no_error(error);
  assert_true(wire_hl7_note_make(note, profile, &again, NULL));
  assert_true(g_bytes_equal(bytes, again));
  gsize n = 0;
  const char *p = g_bytes_get_data(bytes, &n);
  return g_strndup(p, n);
}

/* The text of all OBX of the note, put together again. */
static char *
note_text_back(const WireHl7 *m)
{
  GString *all = g_string_new(NULL);
  for (guint at = 0; wire_hl7_find(m, "OBX", at, &at); at++) {
    g_autofree char *code = wire_hl7_text(m, at, AT(3, 0, 1, 0));
    g_autofree char *text = wire_hl7_text(m, at, AT(5, 0, 0, 0));
    if (strcmp(code, "11506-3") == 0)
      g_string_append_printf(all, "%s%s", all->len > 0 ? "\n" : "", text != NULL ? text : "");
  }
  return g_string_free(all, FALSE);
}

static void
check_note(const WireHl7Profile *profile, const char *text)
{
  WireNote note = sample(NULL, NULL);
  g_autofree char *bytes = note_made(&note, profile);
  g_autoptr(WireHl7) m = read_text(bytes);
  g_autofree char *back = note_text_back(m);
  assert_string_equal(back, text);
  says(m, "MSH", AT(9, 0, 3, 0), "MDM_T02");
  says(m, "MSH", AT(10, 0, 0, 0), "000000000000002A");
  says(m, "PID", AT(3, 1, 1, 0), "R12|3");
  says(m, "PID", AT(3, 2, 4, 2), "urn:guichet:abc/patient");
  says(m, "PID", AT(7, 0, 0, 0), "19680430");
  says(m, "PID", AT(13, 2, 4, 0), "e@example.org");
  says(m, "TXA", AT(12, 0, 1, 0), "42");
  says(m, "TXA", AT(17, 0, 0, 0), "LA");
  says(m, "TXA", AT(22, 0, 15, 0), "19720927010000+0000");
  says(m, "SFT", AT(3, 0, 0, 0), "builtin");
  static const char *const order[] = {"MSH", "SFT", "EVN", "PID", "PV1", "TXA", "OBX"};
  for (guint i = 0; i < G_N_ELEMENTS(order); i++)
    assert_memory_equal(wire_hl7_name(m, i), order[i], 3);
}

static void
test_note(void **state)
{
  (void)state;
  static const char whole[] =
      "SUBJECTIF\nToux < 3 jours & fièvre ^ 38,5 | ~ \\ fin.\n\nPLAN\nRepos.";
  static const char cut[] =
      "SUBJECTIF\nToux < 3 jours &\nfièvre ^ 38,5 | ~ \\\nfin.\n\nPLAN\nRepos.";
  check_note(&(WireHl7Profile){.receiver = "EHR", .enhanced = TRUE}, whole);
  check_note(&(WireHl7Profile){.formatted = TRUE}, whole);
  check_note(&(WireHl7Profile){.charset = WIRE_HL7_LATIN}, whole);
  check_note(&(WireHl7Profile){.line = 20}, cut);
  check_note(&(WireHl7Profile){.line = 20, .formatted = TRUE}, cut);
}

static void
test_note_relations(void **state)
{
  (void)state;
  static const char *const events[] = {"T02", "T06", "T08", "T10"};
  for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
    WireNote note = sample(NULL, NULL);
    note.relation = (WireNoteRelation)i;
    note.other = 41;
    g_autofree char *bytes = note_made(&note, &(WireHl7Profile){.document_type = "CN^Consult^L"});
    g_autoptr(WireHl7) m = read_text(bytes);
    says(m, "MSH", AT(9, 0, 2, 0), events[i]);
    says(m, "EVN", AT(1, 0, 0, 0), events[i]);
    says(m, "TXA", AT(13, 0, 1, 0), i == 0 ? NULL : "41");
    says(m, "TXA", AT(2, 0, 2, 0), "Consult");
  }
}

static void
test_note_fields(void **state)
{
  (void)state;
  g_autoptr(WireCodes) codes = NULL;
  GError *error = NULL;
  wire_code_load(&codes, &error);
  assert_no_error(error);
  json_t *fields = json_loads(
      "{\"problems\":[{\"text\":\"hypertension\"},{}],"
      "\"medications\":[{\"name\":\"lisinopril\",\"dose\":\"20 mg\",\"frequency\":\"daily\"}],"
      "\"vitals\":[{\"name\":\"tension\",\"value\":\"128/82\",\"unit\":\"mmHg\"},"
      "{\"name\":\"température\",\"value\":\"38,5\",\"unit\":\"°C\"},"
      "{\"name\":\"mood\",\"value\":\"fair\"}]}",
      0, NULL);
  WireNote note = sample(fields, codes);
  g_autofree char *bytes = note_made(&note, &(WireHl7Profile){.fields = TRUE, .formatted = TRUE});
  static const char *const lines[] = {
      "OBX|2|ST|PROBLEM^Problem^L|1|hypertension||||||F",
      "OBX|3|ST|MEDICATION^Medication^L|1|lisinopril; 20 mg; daily||||||F",
      "OBX|4|NM|8480-6^Systolic blood pressure^LN||128|mm[Hg]^mm[Hg]^UCUM|||||F",
      "OBX|5|NM|8462-4^Diastolic blood pressure^LN||82|mm[Hg]^mm[Hg]^UCUM|||||F",
      "OBX|6|NM|8310-5^Body temperature^LN||38.5|Cel^Cel^UCUM|||||F",
      "OBX|7|ST|VITAL^mood^L|3|fair||||||F",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (strstr(bytes, lines[i]) == NULL)
      fail_msg("no %s in\n%s", lines[i], bytes);
  json_decref(fields);
}

static void
test_note_refuses(void **state)
{
  (void)state;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  WireNote note = sample(NULL, NULL);
  assert_false(wire_hl7_note_make(&note, &(WireHl7Profile){.lengths = "PID-5:3"}, &bytes, &error));
  assert_non_null(strstr(error->message, "PID-5"));
  assert_null(strstr(error->message, "Œuvre"));
  g_clear_error(&error);
  assert_false(wire_hl7_note_make(&note, &(WireHl7Profile){.lengths = "PID5"}, &bytes, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
  g_clear_error(&error);
  note.text = "";
  assert_false(wire_hl7_note_make(&note, &(WireHl7Profile){0}, &bytes, &error));
  assert_null(bytes);
}

/* --- what others tell */

static WireHl7Event *
event_of(const char *text)
{
  g_autoptr(WireHl7) m = read_text(text);
  g_autoptr(GTimeZone) paris = g_time_zone_new_identifier("Europe/Paris");
  WireHl7Event *event = NULL;
  GError *error = NULL;
  wire_hl7_event_read(m, paris, &event, &error);
  assert_no_error(error);
  return event;
}

static void
test_event_patient(void **state)
{
  (void)state;
  g_autoptr(WireHl7Event) e = event_of(
      "MSH|^~\\&|PAS|HOP|||202604010930||ADT^A08|77|P|2.5\rEVN|A08\r"
      "PID|1||123^^^HOP^MR~2680475^^^&1.2.250.1.213.1.4.8&ISO^INS||MOREAU^Étienne^Jean^^^^L~M^E||"
      "19480229000000|M|||||^PRN^PH^^33^6^12345678~^NET^Internet^em@example.org~0102030405||fr|||||"
      "||||||||20260101|Y\r");
  assert_int_equal(e->what, WIRE_HL7_PATIENT);
  assert_int_equal(e->at / G_USEC_PER_SEC, 1775028600);
  assert_int_equal(e->person->ids->len, 2);
  const WireHl7Id *second = e->person->ids->pdata[1];
  assert_string_equal(second->authority, "1.2.250.1.213.1.4.8");
  assert_string_equal(second->type, "INS");
  assert_string_equal(e->person->family, "MOREAU");
  assert_string_equal(e->person->given, "Étienne Jean");
  assert_string_equal(e->person->birth, "1948-02-29");
  assert_string_equal(e->person->sex, "male");
  assert_string_equal(e->person->phone, "+336 12345678");
  assert_string_equal(e->person->mail, "em@example.org");
  assert_string_equal(e->person->language, "fr");
  assert_true(e->person->deceased);
  assert_null(e->appointment);
  g_autoptr(WireHl7Event) emptied =
      event_of("MSH|^~\\&|PAS|HOP|||||ADT^A31|78|P|2.5\rPID|1||5||A^B||1948|X|||||\"\"\r");
  assert_string_equal(emptied->person->phone, "");
  assert_null(emptied->person->birth); /* a year is no birthday */
  assert_null(emptied->person->sex);
  assert_null(emptied->person->mail);
}

static void
test_event_appointment(void **state)
{
  (void)state;
  g_autoptr(WireHl7Event) e = event_of(
      "MSH|^~\\&|PAS|HOP|||||SIU^S12^SIU_S12|81|P|2.5\r"
      "SCH|P1^PAS|F9^HOP|||||ROUTINE^Consultation de suivi|FOLLOWUP^Suivi|30|MIN|"
      "^^^202604020900^202604020930|||||Z1^Martin^Paul|||||||||Booked\r"
      "NTE|1||Apporter\\.br\\les résultats\rPID|1||123^^^HOP^MR||MOREAU^Étienne\r"
      "RGS|1\rAIS|1|A|CARD^Cardiologie|202604020915\rAIL|1|A|SALLE 3^x\rAIP|1|A|D7^Quill^Ada\r");
  const WireHl7Appointment *a = e->appointment;
  assert_int_equal(e->what, WIRE_HL7_BOOKED);
  assert_string_equal(a->placer, "P1/PAS");
  assert_string_equal(a->filler, "F9/HOP");
  assert_string_equal(a->reason, "Consultation de suivi");
  assert_string_equal(a->type, "Suivi");
  assert_string_equal(a->status, "Booked");
  assert_int_equal(a->start / G_USEC_PER_SEC, 1775113200);
  assert_int_equal(a->end - a->start, 30 * BASE_CLOCK_MINUTE);
  assert_string_equal(a->service, "Cardiologie");
  assert_string_equal(a->location, "SALLE 3");
  assert_string_equal(a->clinician_id, "D7");
  assert_string_equal(a->clinician, "Ada Quill");
  assert_string_equal(a->note, "Apporter\nles résultats");
  /* the end by the duration, the start by AIS, whoever filled it */
  g_autoptr(WireHl7Event) bare =
      event_of("MSH|^~\\&|PAS|HOP|||||SIU^S13|82|P|2.3\rSCH||F9|||||||20|MIN||||||Z1^Martin^Paul\r"
               "PID|1||1||A^B\rAIS|1||X|202604020915+0200\r");
  assert_int_equal(bare->appointment->start / G_USEC_PER_SEC, 1775114100);
  assert_int_equal(bare->appointment->end - bare->appointment->start, 20 * BASE_CLOCK_MINUTE);
  assert_string_equal(bare->appointment->clinician, "Paul Martin");
  assert_string_equal(bare->appointment->filler, "F9");
  static const struct {
    const char *trigger;
    WireHl7What what;
  } kinds[] = {{"S14", WIRE_HL7_CHANGED},   {"S15", WIRE_HL7_CANCELLED},
               {"S17", WIRE_HL7_CANCELLED}, {"S22", WIRE_HL7_CHANGED},
               {"S26", WIRE_HL7_NO_SHOW},   {"S24", WIRE_HL7_NOT_FOR_US}};
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    g_autofree char *text = g_strdup_printf(
        "MSH|^~\\&|PAS|HOP|||||SIU^%s|9|P|2.5\rSCH||F9\rPID|||1\r", kinds[i].trigger);
    g_autoptr(WireHl7Event) other = event_of(text);
    assert_int_equal(other->what, kinds[i].what);
  }
}

static void
test_event_merge(void **state)
{
  (void)state;
  g_autoptr(WireHl7Event) e =
      event_of("MSH|^~\\&|PAS|HOP|||||ADT^A40^ADT_A39|91|P|2.5\rEVN|A40\rPID|1||10^^^HOP^MR\r"
               "MRG|11^^^HOP^MR~12^^^HOP^MR\rPV1|1\rPID|2||20^^^HOP^MR\rPD1|x\rMRG|21\r");
  assert_int_equal(e->what, WIRE_HL7_MERGE);
  assert_int_equal(e->merges->len, 2);
  const WireHl7Pair *first = e->merges->pdata[0], *second = e->merges->pdata[1];
  assert_string_equal(((WireHl7Id *)first->stays->pdata[0])->value, "10");
  assert_int_equal(first->goes->len, 2);
  assert_string_equal(((WireHl7Id *)second->stays->pdata[0])->value, "20");
  assert_string_equal(((WireHl7Id *)second->goes->pdata[0])->value, "21");
}

static void
test_event_refuses(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int code;
  } bad[] = {
      {"MSH|^~\\&|P|H|||||ADT^A08||P|2.5\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ADT^A08|1|P|2.5\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ADT^A08|1|P|2.5\rPID|1||\"\"||A^B\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ADT^A40|1|P|2.5\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ADT^A40|1|P|2.5\rMRG|2\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ADT^A40|1|P|2.5\rPID|||1\rMRG|\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||SIU^S12|1|P|2.5\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||SIU^S12|1|P|2.5\rSCH||F1\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||SIU^S12|1|P|2.5\rSCH||F1|||||||||^^^20260401\rPID|||1\r",
       BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||SIU^S15|1|P|2.5\rSCH||\rPID|||1\r", BASE_ERROR_DATA},
      {"MSH|^~\\&|P|H|||||ORU^R01|1|P|2.5\rPID|||1\r", BASE_ERROR_PROTOCOL},
      {"MSH|^~\\&|P|H|||||ADT^A01|1|P|2.5\rPID|||1\r", BASE_ERROR_PROTOCOL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(WireHl7) m = read_text(bad[i].text);
    WireHl7Event *event = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(wire_hl7_event_read(m, NULL, &event, &error));
    assert_null(event);
    if (!g_error_matches(error, BASE_ERROR, bad[i].code))
      fail_msg("%s: %s", bad[i].text, error->message);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read_parts),    cmocka_unit_test(test_read_tolerant),
      cmocka_unit_test(test_read_refuses),  cmocka_unit_test(test_read_short_delimiters),
      cmocka_unit_test(test_charsets),      cmocka_unit_test(test_write),
      cmocka_unit_test(test_write_latin),   cmocka_unit_test(test_write_refuses),
      cmocka_unit_test(test_times),         cmocka_unit_test(test_ack_read),
      cmocka_unit_test(test_ack_wanted),    cmocka_unit_test(test_ack_make),
      cmocka_unit_test(test_note),          cmocka_unit_test(test_note_relations),
      cmocka_unit_test(test_note_fields),   cmocka_unit_test(test_note_refuses),
      cmocka_unit_test(test_event_patient), cmocka_unit_test(test_event_appointment),
      cmocka_unit_test(test_event_merge),   cmocka_unit_test(test_event_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
