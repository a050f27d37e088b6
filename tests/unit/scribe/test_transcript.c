#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/scribe/transcript.h"

static ScribeTranscript *
parse(const char *bytes, gsize length)
{
  ScribeTranscript *transcript = NULL;
  g_autoptr(GError) error = NULL;
  scribe_transcript_parse("visit", bytes, length, &transcript, &error);
  assert_no_error(error);
  return transcript;
}

static ScribeTranscript *
parse_file(const char *name)
{
  g_autofree char *path =
      g_build_filename(g_getenv("abs_top_srcdir"), "tests/fixtures/transcript", name, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  return parse(bytes, length);
}

static void
assert_turn(const ScribeTranscript *t, guint i, const char *speaker, ScribeRole role,
            const char *text, gint64 start, gint64 end)
{
  const ScribeTurn *turn = scribe_transcript_turn(t, i);
  assert_non_null(turn);
  assert_string_equal(turn->speaker, speaker);
  assert_string_equal(turn->text, text);
  assert_int_equal(turn->role, role);
  assert_int_equal(turn->start_ms, start);
  assert_int_equal(turn->end_ms, end);
}

static void
assert_refused(const char *bytes, gsize length, const char *words)
{
  ScribeTranscript *untouched = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(scribe_transcript_parse("visit", bytes, length, &untouched, &error));
  assert_null(untouched);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  if (strstr(error->message, words) == NULL)
    fail_msg("\"%s\" does not say \"%s\"", error->message, words);
}

static void
test_teams(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse_file("teams.vtt");
  assert_int_equal(t->turns->len, 4);
  assert_turn(t, 0, "Dr. Amélie Roux", SCRIBE_ROLE_CLINICIAN, "Good morning & welcome. Any pain?",
              1500, 4250);
  assert_turn(t, 1, "Jo Park", SCRIBE_ROLE_UNKNOWN, "In my left knee.", 5000, 7000);
  assert_turn(t, 2, "Dr. Amélie Roux", SCRIBE_ROLE_CLINICIAN, "Since when?", 7000, 9000);
  assert_turn(t, 3, "Jo Park", SCRIBE_ROLE_UNKNOWN, "Two weeks < a month.", 7000, 9000);
}

static void
test_zoom(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse_file("zoom.vtt");
  assert_int_equal(t->turns->len, 3);
  assert_turn(t, 0, "Doctor", SCRIBE_ROLE_CLINICIAN, "How are you?", 0, 2000);
  assert_turn(t, 1, "Patient", SCRIBE_ROLE_PATIENT, "Tired: very tired.", 2000, 3500);
  assert_turn(t, 2, "", SCRIBE_ROLE_UNKNOWN, "I see.", 3600000, 3601000);
}

static void
test_srt(void **state)
{
  (void)state;
  g_autoptr(ScribeTranscript) t = parse_file("visit.srt");
  assert_int_equal(t->turns->len, 3);
  assert_turn(t, 0, "Infirmière", SCRIBE_ROLE_CLINICIAN, "Bonjour, asseyez-vous.", 0, 1500);
  assert_turn(t, 1, "Patiente", SCRIBE_ROLE_PATIENT, "Merci.", 1500, 3000);
  assert_turn(t, 2, "Patiente", SCRIBE_ROLE_PATIENT, "J'ai mal.", 1500, 1500);
  /* negative, overlapping, backward, ending before it starts */
  assert_int_equal(t->warnings->len, 4);
}

static void
test_lines(void **state)
{
  (void)state;
  static const char text[] = "A visit of today\r\n\r\n[00:01:02] Dr Martin: Hello there.\r\n"
                             "And sit down.\r\n(1:10) Mother of the patient: He coughs.\r\n"
                             "patient_2: hm: yes\n";
  g_autoptr(ScribeTranscript) t = parse(text, strlen(text));
  assert_int_equal(t->turns->len, 3);
  assert_turn(t, 0, "Dr Martin", SCRIBE_ROLE_CLINICIAN, "Hello there. And sit down.", 62000, -1);
  assert_turn(t, 1, "Mother of the patient", SCRIBE_ROLE_OTHER, "He coughs.", 70000, -1);
  assert_turn(t, 2, "patient_2", SCRIBE_ROLE_PATIENT, "hm: yes", -1, -1);
  assert_int_equal(t->warnings->len, 1);
}

static void
test_json(void **state)
{
  (void)state;
  static const char list[] = " [{\"speaker\":\"doctor\",\"text\":\"a\\nb\",\"start\":1.5},"
                             "{\"text\":\"\"},{\"speaker\":\"guest_family\",\"text\":\"c\"}]";
  g_autoptr(ScribeTranscript) t = parse(list, strlen(list));
  assert_int_equal(t->turns->len, 3); /* the empty one keeps its number */
  assert_turn(t, 0, "doctor", SCRIBE_ROLE_CLINICIAN, "a b", 1500, -1);
  assert_turn(t, 2, "guest_family", SCRIBE_ROLE_OTHER, "c", -1, -1);
  json_t *json = scribe_transcript_to_json(t);
  ScribeTranscript *again = NULL;
  assert_true(scribe_transcript_from_json("again", json, &again, NULL));
  assert_int_equal(again->turns->len, 3);
  assert_turn(again, 0, "doctor", SCRIBE_ROLE_CLINICIAN, "a b", 1500, -1);
  scribe_transcript_free(again);
  json_decref(json);
}

static void
test_encodings(void **state)
{
  (void)state;
  static const char text[] = "Médecin: ça va ?\nPatient: oui\n";
  static const char *const names[] = {"UTF-16LE", "UTF-16BE"};
  static const char *const marks[] = {"\xFF\xFE", "\xFE\xFF"};
  for (guint i = 0; i < 2; i++) {
    gsize n = 0;
    g_autofree char *wide = g_convert(text, -1, names[i], "UTF-8", NULL, &n, NULL);
    g_autoptr(GByteArray) all = g_byte_array_new();
    g_byte_array_append(all, (const guint8 *)marks[i], 2);
    g_byte_array_append(all, (const guint8 *)wide, (guint)n);
    g_autoptr(ScribeTranscript) t = parse((const char *)all->data, all->len);
    assert_turn(t, 0, "Médecin", SCRIBE_ROLE_CLINICIAN, "ça va ?", -1, -1);
    assert_refused((const char *)all->data, all->len - 1, "UTF-16");
  }
  g_autofree char *bom = g_strconcat("\xEF\xBB\xBF", text, NULL);
  g_autoptr(ScribeTranscript) t = parse(bom, strlen(bom));
  assert_turn(t, 1, "Patient", SCRIBE_ROLE_PATIENT, "oui", -1, -1);
}

static void
test_refused(void **state)
{
  (void)state;
  assert_refused("", 0, "empty");
  assert_refused("\xEF\xBB\xBF", 3, "speech");
  assert_refused("Doctor: a\nPatient: b\0c", 22, "line 2");
  assert_refused("Doctor: a\nPatient: \xFF", 20, "line 2");
  assert_refused("no speaker in here at all\n", 26, "speech");
  assert_refused("WEBVTT\n\n", 8, "speech");
  assert_refused("[{\"speaker\":\"x\"}]", 17, "turn 0");
  assert_refused("[{\"text\":\"x\",\"start\":\"1\"}]", 26, "turn 0");
  assert_refused("{\"note\":1}", 10, "dialogue");
  assert_refused("[{\"text\":", 9, "line 1");
}

static void
test_caps(void **state)
{
  (void)state;
  gsize n = SCRIBE_TRANSCRIPT_CAP + 1;
  g_autofree char *big = g_malloc(n);
  memset(big, 'a', n);
  memcpy(big, "Doctor: ", 8);
  assert_refused(big, n, "100 MiB");
  assert_refused(big, n - 1, "1 MiB"); /* one line */
  for (gsize i = 10; i + 10 < n; i += 10)
    memcpy(big + i, "\nDoctor: x", 10);
  assert_refused(big, n - 1, "200000 turns");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_teams),   cmocka_unit_test(test_zoom), cmocka_unit_test(test_srt),
      cmocka_unit_test(test_lines),   cmocka_unit_test(test_json), cmocka_unit_test(test_encodings),
      cmocka_unit_test(test_refused), cmocka_unit_test(test_caps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
