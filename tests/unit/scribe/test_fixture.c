/* French visits of each template, drafted: every statement stands on what was said, none of it is
 * blocked by our own checks, and what each visit must not lose is in its note. */
#include "unit.h"

#include <string.h>

#include "guichet/scribe/builtin.h"

typedef struct {
  const char *name, *template;
  gboolean examined;    /* somebody told of an examination */
  const char *holds[4]; /* in the note, whatever the sentence around it */
} Visit;

static const Visit VISITS[] = {
    {"douleur.fr.txt", "soap", TRUE, {"genou droit", "400", "IRM", NULL}},
    {"moral.fr.txt", "behavioural", FALSE, {"triste", "suicide", "50", NULL}},
    {"diabete.fr.txt", "chronic", FALSE, {"1000", "7,8", "Je la revois dans 3 mois", NULL}},
    {"distance.fr.txt", "telehealth", FALSE, {"amoxicilline", "paracétamol", NULL}},
    {"tension.fr.txt", "chronic", FALSE, {"amlodipine", "10", NULL}},
    {"angoisse.fr.txt", "behavioural", FALSE, {"angoisse", "boit pas d'alcool", NULL}},
};

static ScribeTranscript *
parse(const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length = 0;
  ScribeTranscript *t = NULL;
  g_autofree char *path =
      g_build_filename(g_getenv("abs_top_srcdir"), "tests/fixtures/transcript", name, NULL);
  assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  assert_true(scribe_transcript_parse(name, bytes, length, &t, &error));
  return t;
}

static ScribeDraft *
draft(const ScribeLexicon *lexicon, const ScribeTranscript *t, const Visit *visit)
{
  g_autoptr(GError) error = NULL;
  ScribeDraft *d = NULL;
  const ScribeContext context = {.language = "fr"};
  assert_true(scribe_builtin_draft(lexicon, t, visit->template, &context, &d, &error));
  return d;
}

static void
stands_on_words(const ScribeTranscript *t, const ScribeDraft *d, const ScribeStatement *s)
{
  g_autofree char *cut = g_utf8_substring(d->text, s->start, s->end);
  assert_string_equal(cut, s->text);
  assert_true(s->evidence->len > 0);
  for (guint i = 0; i < s->evidence->len; i++) {
    ScribeEvidence e = g_array_index(s->evidence, ScribeEvidence, i);
    assert_true(e.turn < t->turns->len);
    assert_true(e.start < e.end);
    assert_true(e.end <= g_utf8_strlen(scribe_transcript_turn(t, e.turn)->text, -1));
  }
}

static guint
look_at(const ScribeTranscript *t, const ScribeDraft *d, const Visit *visit)
{
  guint n = 0;
  for (guint i = 0; i < d->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(d->sections, i);
    if (!visit->examined)
      assert_string_not_equal(s->id, "exam");
    for (guint j = 0; j < s->statements->len; j++, n++)
      stands_on_words(t, d, g_ptr_array_index(s->statements, j));
  }
  return n;
}

static void
test_french_visits(void **state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeLexicon) lexicon = NULL;
  (void)state;
  assert_true(scribe_lexicon_load(NULL, &lexicon, &error));
  for (gsize i = 0; i < G_N_ELEMENTS(VISITS); i++) {
    const Visit *visit = &VISITS[i];
    g_autoptr(ScribeTranscript) t = parse(visit->name);
    g_autoptr(ScribeDraft) d = draft(lexicon, t, visit);
    assert_true(look_at(t, d, visit) > 0);
    for (guint j = 0; j < d->findings->len; j++) {
      const ScribeFinding *f = g_ptr_array_index(d->findings, j);
      assert_int_not_equal(f->severity, SCRIBE_SEVERITY_BLOCK);
    }
    for (guint j = 0; j < G_N_ELEMENTS(visit->holds) && visit->holds[j]; j++)
      if (!strstr(d->text, visit->holds[j]))
        fail_msg("%s lost \"%s\":\n%s", visit->name, visit->holds[j], d->text);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_french_visits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
