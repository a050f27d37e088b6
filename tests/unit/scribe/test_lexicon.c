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
  assert_refused("interactions.tsv", "# x\na\tb\thigh\tbleeds\t\n", "line 2");
  assert_refused("interactions.tsv", "a\tb\thigh\tbleeds\t\n", "source");
  assert_refused("allergies.tsv", "a\tclass:b\tcertain\t\n", "source");
  assert_refused("allergies.tsv", "a\tclass:b\tmaybe\tX\n", "level");
  assert_refused("vitals.tsv", "pulse\t16\t130\t40\t130\tbpm\t\n", "source");
  assert_refused("vitals.tsv", "pulse\t16\told\t40\t130\tbpm\tX\n", "number");
  assert_refused("vitals.tsv", "pulse\t16\t130\t140\t130\tbpm\tX\n", "above");
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

/* Each row that speaks beyond the transcript names where it is from. */
static void
test_sources(void **state)
{
  (void)state;
  g_autoptr(ScribeLexicon) lexicon = NULL;
  assert_true(scribe_lexicon_load(NULL, &lexicon, NULL));
  const GPtrArray *pairs[] = {scribe_lexicon_interactions(lexicon),
                              scribe_lexicon_allergies(lexicon)};
  const GPtrArray *ranges[] = {scribe_lexicon_doses(lexicon), scribe_lexicon_vitals(lexicon)};
  for (guint k = 0; k < 2; k++) {
    assert_true(pairs[k]->len > 10 && ranges[k]->len > 10);
    for (guint i = 0; i < pairs[k]->len; i++)
      assert_true(strlen(((const ScribeLexiconPair *)pairs[k]->pdata[i])->source) > 2);
    for (guint i = 0; i < ranges[k]->len; i++)
      assert_true(strlen(((const ScribeLexiconRange *)ranges[k]->pdata[i])->source) > 2);
  }
}

static const ScribeLexiconRange *
range_of(const GPtrArray *ranges, const char *name, double age, guint *ret_n)
{
  const ScribeLexiconRange *found = NULL;
  for (guint i = 0; i < ranges->len; i++) {
    const ScribeLexiconRange *range = ranges->pdata[i];
    if (strcmp(range->name, name) != 0 || range->from_age > age || range->to_age < age)
      continue;
    found = range;
    ++*ret_n;
  }
  return found;
}

static void
put_table(const char *folder, const char *file, const char *text)
{
  g_autofree char *path = g_build_filename(folder, file, NULL);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
drop_table(const char *folder, const char *file)
{
  g_autofree char *path = g_build_filename(folder, file, NULL);
  g_unlink(path);
}

/* A clinic's own row takes the place of ours, and leaves the others. */
static void
test_override(void **state)
{
  (void)state;
  static const char *const FILES[] = {"doses.tsv", "vitals.tsv", "interactions.tsv"};
  g_autofree char *folder = g_dir_make_tmp("lexicon-XXXXXX", NULL);
  put_table(folder, FILES[0], "lisinopril\tmg\t1\t80\t80\tour own list\n");
  put_table(folder, FILES[1], "pulse\t16\t130\t35\t140\tbpm\tour own list\n");
  put_table(folder, FILES[2], "clarithromycin\tsimvastatin\tmoderate\twe know\tour own list\n");
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(GError) error = NULL;
  scribe_lexicon_load(folder, &lexicon, &error);
  assert_no_error(error);
  guint doses = 0, pulses = 0, others = 0, meets = 0;
  assert_true(range_of(scribe_lexicon_doses(lexicon), "lisinopril", 0, &doses)->high == 80);
  assert_true(range_of(scribe_lexicon_vitals(lexicon), "pulse", 40, &pulses)->high == 140);
  assert_non_null(range_of(scribe_lexicon_vitals(lexicon), "pulse", 5, &others));
  assert_int_equal(doses + pulses + others, 3);
  const GPtrArray *pairs = scribe_lexicon_interactions(lexicon);
  for (guint i = 0; i < pairs->len; i++) {
    const ScribeLexiconPair *pair = pairs->pdata[i];
    if (strcmp(pair->first, "clarithromycin") != 0 || strcmp(pair->second, "simvastatin") != 0)
      continue;
    assert_false(pair->high);
    assert_string_equal(pair->source, "our own list");
    meets++;
  }
  assert_int_equal(meets, 1);
  put_table(folder, FILES[0], "lisinopril\tmg\t1\t80\t80\n");
  g_autoptr(ScribeLexicon) none = NULL;
  assert_false(scribe_lexicon_load(folder, &none, &error));
  assert_non_null(strstr(error->message, "doses.tsv"));
  assert_non_null(strstr(error->message, "line 1"));
  assert_null(none);
  for (gsize i = 0; i < G_N_ELEMENTS(FILES); i++)
    drop_table(folder, FILES[i]);
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
      {"soixante et onze", {71}},
      {"quatre-vingt-un", {81}},
      {"quatre-vingts", {80}},
      {"mille neuf cent quatre-vingt-quatre", {1984}},
      {"one hundred and five", {105}},
      {"twenty five and a half", {25.5}},
      {"two thousand and seven", {2007}},
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

/* Dates in figures are no measures: which number is the month, and what year "07" is. */
static void
test_dates(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    guint months; /* how many are one */
    double year;  /* the last number's second way to be read; 0 none */
  } CASES[] = {
      {"on 12/05/2007", 1, 0}, {"in 03/2021", 1, 0},    {"in 3/20/99", 1, 1999},
      {"in 07/06", 1, 2006},   {"le 25/03/2021", 1, 0}, {"blood pressure 127/80", 0, 0},
      {"a 2/6 murmur", 0, 0},  {"Tension 14/9.", 0, 0}, {"pain 8/10", 0, 0},
  };
  g_autoptr(ScribeLexicon) lexicon = NULL;
  assert_true(scribe_lexicon_load(NULL, &lexicon, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(lexicon);
    scribe_reading_add(r, 0, CASES[i].text);
    scribe_reading_finish(r);
    guint months = 0;
    for (guint k = 0; k < r->numbers->len; k++)
      months += g_array_index(r->numbers, ScribeNumber, k).month;
    double other = g_array_index(r->numbers, ScribeNumber, r->numbers->len - 1).other;
    if (months != CASES[i].months || (CASES[i].year > 0 && other != CASES[i].year))
      fail_msg("\"%s\": %u months, %g", CASES[i].text, months, other);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_refused),  cmocka_unit_test(test_own_folder),
      cmocka_unit_test(test_numbers),  cmocka_unit_test(test_sources),
      cmocka_unit_test(test_override), cmocka_unit_test(test_dates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
