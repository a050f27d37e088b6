#include "unit.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "guichet/base/error.h"
#include "scribe/reading.h"

static void
assert_refused(const char *file, const char *text, const char *words)
{
  g_autoptr(ScribeLexicon) lexicon = scribe_lexicon_new();
  g_autoptr(GError) error = NULL;
  assert_false(scribe_lexicon_read(lexicon, file, text, strlen(text), &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  if (strstr(error->message, words) == NULL || strstr(error->message, file) == NULL)
    fail_msg("\"%s\" does not say \"%s\"", error->message, words);
}

static void
test_refused(void **state)
{
  (void)state;
  assert_refused("drugs.tsv", "# ok\naspirin\tnsaid\n", "line 2");
  assert_refused("drugs.tsv", "aspirin\t\tasa\n", "class");
  assert_refused("drugs.tsv", "a\tb\tc\td\te\n", "too many");
  assert_refused("drugs.tsv", "a\tb\t--\n", "no letters");
  assert_refused("terms.tsv", "fever\tillness\tfever\n", "kind");
  assert_refused("units.tsv", "mg\tmass\tmuch\tmg\n", "field 3");
  assert_refused("numbers.tsv", "one\t1\tnumeral\ten\n", "field 3");
  assert_refused("doses.tsv", "a\tmg\t5\t1\t9\tX\n", "above");
  assert_refused("doses.tsv", "a\tmg\t1\t5\t9\t\n", "source");
  assert_refused("interactions.tsv", "a\tb\tbad\tx\ty\n", "level");
  assert_refused("patterns.tsv", "placeholder\tblock\t(\tx\n", "expression");
  assert_refused("models.tsv", "m\t1\t2\n", "places");
  assert_refused("cues.tsv", "no\tnegate\xFF\ten\n", "UTF-8");
  assert_refused("weights.tsv", "a\tnan\n", "number");
  assert_refused("poems.tsv", "a\tb\n", "no such table");
}

static void
test_own_folder(void **state)
{
  (void)state;
  g_autofree char *folder = g_dir_make_tmp("lexicon-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "drugs.tsv", NULL);
  static const char text[] = "zorblatin\tstatin\tzorb\n";
  assert_true(g_file_set_contents(path, text, -1, NULL));
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(GError) error = NULL;
  scribe_lexicon_load(folder, &lexicon, &error);
  assert_no_error(error);
  guint64 zorb = scribe_lexicon_hash("zorb", 4);
  ScribeLexiconHit hit = scribe_lexicon_find(lexicon, LEXICON_DRUG, &zorb, 1);
  assert_non_null(hit.entry);
  assert_string_equal(hit.entry->name, "zorblatin");
  assert_non_null(scribe_lexicon_named(lexicon, LEXICON_DRUG, "lisinopril"));
  assert_string_equal(scribe_lexicon_near_drug(lexicon, "lisinoprill")->name, "lisinopril");
  g_unlink(path);
  g_rmdir(folder);
}

static void
test_numbers(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double values[4]; /* 0 ends */
  } CASES[] = {
      {"one seventy two over ninety eight", {172, 98}},
      {"a hundred and two point four", {102.4}},
      {"three hundred and twenty six", {326}},
      {"two and a half milligrams", {2.5}},
      {"it was nineteen eighty four", {1984}},
      {"point four by two", {0.4, 2}},
      {"200mg then 1,500 mg, 12,5 mg", {200, 1500, 12.5}},
      {"quatre-vingt-dix-huit", {98}},
      {"soixante-douze ans", {72}},
      {"cent quarante sur quatre-vingts", {140, 80}},
      {"trente-huit virgule cinq", {38.5}},
      {"vingt et un jours", {21}},
      {"deux mille cinq cents", {2500}},
  };
  g_autoptr(ScribeLexicon) lexicon = NULL;
  assert_true(scribe_lexicon_load(NULL, &lexicon, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(lexicon);
    scribe_reading_add(r, 0, CASES[i].text);
    scribe_reading_finish(r);
    guint n = 0;
    while (n < 4 && CASES[i].values[n] > 0)
      n++;
    gboolean ok = r->numbers->len == n;
    for (guint k = 0; ok && k < n; k++)
      ok = fabs(g_array_index(r->numbers, ScribeNumber, k).value - CASES[i].values[k]) < 1e-6;
    if (!ok)
      fail_msg("\"%s\": %u numbers, the first %g", CASES[i].text, r->numbers->len,
               r->numbers->len > 0 ? g_array_index(r->numbers, ScribeNumber, 0).value : 0);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_own_folder),
      cmocka_unit_test(test_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
