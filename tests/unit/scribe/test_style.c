/* A clinician's manner without a patient's facts: canaries of every kind never stay. */
#include "unit.h"

#include <string.h>

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/scribe/style.h"

static ScribeStyle *style;

static int
setup(void **state)
{
  (void)state;
  return scribe_style_load(NULL, &style, NULL) ? 0 : 1;
}

static int
teardown(void **state)
{
  (void)state;
  scribe_style_free(style);
  return 0;
}

static void
test_phrases(void **state)
{
  (void)state;
  static const struct {
    const char *sentence, *phrase;
  } CASES[] = {
      {"The patient denies chest pain and was advised to return if worse",
       "The patient denies … and was advised to return if worse."},
      {"We discussed the risks and benefits of warfarin 5 mg with Mrs. Zyxwvut",
       "We discussed the risks and benefits of … with …."},
      {"Risks, benefits and alternatives were discussed", "Risks, benefits and alternatives were "
                                                          "discussed."},
      {"Le patient nie toute fièvre et a été revu à la consultation",
       "Le patient nie … et a été revu à la consultation."},
      {"L’examen est sans anomalie, il reviendra si besoin",
       "L’examen est sans …, il … si besoin."},
      {"Zyxwvut takes 40 mg of lisinopril", NULL},
      {"Born 1970-01-01 in Springfield, phone 555 0199", NULL},
      {"He has had", NULL},
      {"", NULL},
      {"He lives with Ada, Ben, Carl and Dora in Essex", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autofree char *phrase = scribe_style_phrase(style, CASES[i].sentence);
    if (g_strcmp0(phrase, CASES[i].phrase) != 0)
      fail_msg("%s: %s", CASES[i].sentence, phrase != NULL ? phrase : "(none)");
    if (phrase != NULL)
      assert_true(scribe_style_is_plain(style, phrase));
  }
}

/* Each kind of fact in each place of a sentence. */
static void
test_canaries(void **state)
{
  (void)state;
  static const char *const CANARIES[] = {
      "Zyxwvut",  "zyxwvut",       "O’Zyxwvut", "37",         "1970-01-01",  "12/03/1999",
      "three",    "trois",         "March",     "mars",       "warfarin",    "Coumadin",
      "diabetes", "schizophrenia", "HIV",       "pregnant",   "Springfield", "bakery",
      "555-0199", "a@b.test",      "mg",        "milligrams", "C4H5",        "x0",
      "brother",  "lawyer",        "Monday",    "lundi",      "knee",        "genou"};
  for (gsize i = 0; i < G_N_ELEMENTS(CANARIES); i++) {
    const char *c = CANARIES[i];
    g_autofree char *first = g_strdup_printf("%s was seen and examined today and will return", c);
    g_autofree char *middle =
        g_strdup_printf("The patient was seen today with %s and was advised to return", c);
    g_autofree char *last = g_strdup_printf("The patient was seen and examined for %s", c);
    const char *all[] = {first, middle, last};
    for (gsize k = 0; k < G_N_ELEMENTS(all); k++) {
      g_autofree char *phrase = scribe_style_phrase(style, all[k]);
      if (phrase != NULL && strstr(phrase, c) != NULL)
        fail_msg("%s stays in %s", c, phrase);
    }
    assert_false(scribe_style_is_plain(style, middle));
  }
}

static void
test_note(void **state)
{
  (void)state;
  g_autoptr(ScribeDraft) draft = scribe_draft_new("note", "soap", "en");
  ScribeSection *hpi = scribe_draft_add_section(draft, "hpi", "HISTORY OF PRESENT ILLNESS");
  scribe_draft_add_statement(hpi, "The patient was seen and examined today.", 0.5);
  ScribeSection *plan = scribe_draft_add_section(draft, "plan", "ASSESSMENT AND PLAN");
  scribe_draft_add_statement(plan, "Ibuprofen.", 0.5);
  scribe_draft_compose(draft);
  g_autoptr(GPtrArray) found = scribe_style_of_note(
      style, draft,
      "The patient was seen before any heading.\nHISTORY OF PRESENT ILLNESS\nThe patient was seen "
      "and examined today. He reports that Zyxwvut is better.\n\nASSESSMENT AND PLAN\n"
      "Risks and benefits were discussed and understood. Warfarin 5 mg.\n");
  assert_int_equal(found->len, 2); /* not the engine's own, not what is mostly facts */
  const ScribeStylePhrase *first = found->pdata[0], *second = found->pdata[1];
  assert_string_equal(first->section, "hpi");
  assert_string_equal(first->phrase, "He reports that … is better.");
  assert_string_equal(second->section, "plan");
  assert_string_equal(second->phrase, "Risks and benefits were discussed and understood.");
}

static void
test_own_words(void **state)
{
  (void)state;
  g_autofree char *dir = g_dir_make_tmp("guichet-style-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(dir, "words.txt", NULL);
  g_autoptr(ScribeStyle) own = NULL;
  ScribeStyle *none = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(g_file_set_contents(path, "# mine\nmirabile\ndictu\nsemper\nidem\n", -1, NULL));
  assert_true(scribe_style_load(path, &own, NULL));
  g_autofree char *phrase = scribe_style_phrase(own, "Mirabile dictu semper idem");
  assert_string_equal(phrase, "Mirabile dictu semper idem.");
  assert_true(g_file_set_contents(path, "word\ntwo words\n", -1, NULL));
  assert_false(scribe_style_load(path, &none, &error));
  assert_int_equal(error->code, BASE_ERROR_DATA);
  assert_non_null(strstr(error->message, ":2:"));
  g_unlink(path);
  g_rmdir(dir);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_phrases),
      cmocka_unit_test(test_canaries),
      cmocka_unit_test(test_note),
      cmocka_unit_test(test_own_words),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
