/* Drafts: composed text, offsets in code points, JSON both ways, refusals. */
#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/scribe/draft.h"

static ScribeDraft *
sample(void)
{
  ScribeDraft *d = scribe_draft_new("note", "soap", "fr");
  d->engine_name = g_strdup("builtin");
  d->engine_version = g_strdup("1");
  ScribeSection *s = scribe_draft_add_section(d, "hpi", "HISTOIRE DE LA MALADIE");
  scribe_draft_add_evidence(scribe_draft_add_statement(s, "Le patient a mal à la tête.", 0.5), 3, 0,
                            12);
  scribe_draft_add_evidence(scribe_draft_add_statement(s, "Pas de fièvre.", 2.0), 4, 1, 3);
  s = scribe_draft_add_section(d, "plan", "CONDUITE À TENIR");
  scribe_draft_add_statement(s, "Repos.", 0.25);
  scribe_draft_add_statement(s, "Repos.", 0.25);
  scribe_draft_compose(d);
  return d;
}

static void
test_compose(void **state)
{
  (void)state;
  g_autoptr(ScribeDraft) d = sample();
  assert_string_equal(d->text, "HISTOIRE DE LA MALADIE\nLe patient a mal à la tête. Pas de fièvre."
                               "\n\nCONDUITE À TENIR\nRepos.\nRepos.\n");
  for (guint i = 0; i < d->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(d->sections, i);
    for (guint j = 0; j < s->statements->len; j++) {
      const ScribeStatement *t = g_ptr_array_index(s->statements, j);
      g_autofree char *cut = g_utf8_substring(d->text, t->start, t->end);
      assert_string_equal(cut, t->text);
    }
  }
  const ScribeSection *first = g_ptr_array_index(d->sections, 0);
  const ScribeStatement *clamped = g_ptr_array_index(first->statements, 1);
  assert_true(clamped->confidence <= 1.0);
}

static void
test_round_trip(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeDraft) d = sample();
  ScribeFinding *f = scribe_finding_new(SCRIBE_FINDING_DOSE, SCRIBE_SEVERITY_BLOCK, 3, 9,
                                        g_strdup("La dose diffère."));
  scribe_finding_add_evidence(f, 1, 2, 3);
  g_ptr_array_add(d->findings, f);
  json_array_append_new(json_object_get(d->fields, "allergies"),
                        json_pack("{s:s,s:[]}", "substance", "pénicilline", "evidence"));
  json_t *id = json_string("v1");
  json_t *a = scribe_draft_to_json(d, id);
  json_decref(id);
  ScribeDraft *back = NULL;
  gboolean ok = scribe_draft_from_json(a, &back, &error);
  assert_no_error(error);
  assert_true(ok);
  json_t *b = scribe_draft_to_json(back, json_object_get(a, "id"));
  assert_true(json_equal(a, b));
  for (guint i = 0; i < d->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(d->sections, i);
    const ScribeSection *r = g_ptr_array_index(back->sections, i);
    for (guint j = 0; j < s->statements->len; j++) {
      const ScribeStatement *t = g_ptr_array_index(s->statements, j);
      const ScribeStatement *u = g_ptr_array_index(r->statements, j);
      assert_int_equal(t->start, u->start);
      assert_int_equal(t->end, u->end);
    }
  }
  scribe_draft_free(back);
  json_decref(a);
  json_decref(b);
}

/* Each breakage of a good draft is refused, with the field named, and *ret stays as it was. */
static void
refused(const char *path, json_t *value, const char *named)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeDraft) d = sample();
  g_ptr_array_add(d->findings, scribe_finding_new(SCRIBE_FINDING_DRUG, SCRIBE_SEVERITY_WARN, 0, 1,
                                                  g_strdup("x")));
  json_t *j = scribe_draft_to_json(d, NULL);
  g_auto(GStrv) steps = g_strsplit(path, "/", -1);
  json_t *at = j;
  guint last = g_strv_length(steps) - 1;
  for (guint i = 0; i < last; i++)
    at = json_is_array(at) ? json_array_get(at, 0) : json_object_get(at, steps[i]);
  if (json_is_array(at))
    at = json_array_get(at, 0);
  json_object_set_new(at, steps[last], value);
  ScribeDraft *ret = d;
  assert_false(scribe_draft_from_json(j, &ret, &error));
  assert_ptr_equal(ret, d);
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  assert_non_null(strstr(error->message, named));
  json_decref(j);
}

static void
test_refusals(void **state)
{
  (void)state;
  refused("format", json_string("guichet.draft/2"), "format");
  refused("kind", json_null(), "kind");
  refused("text", json_string("nothing of it"), "text");
  refused("text", json_stringn("a\0b", 3), "text");
  refused("engine", json_array(), "engine");
  refused("sections", json_object(), "sections");
  refused("sections/0/statements", json_integer(1), "statements");
  refused("sections/0/id", json_integer(1), "id");
  refused("sections/0/statements/0/confidence", json_real(1.5), "confidence");
  refused("sections/0/statements/0/evidence", json_null(), "evidence");
  refused("sections/0/statements/0/evidence/0/turn", json_integer(-1), "turn");
  refused("sections/0/statements/0/evidence/0/end", json_integer(G_GINT64_CONSTANT(1) << 40),
          "end");
  refused("sections/0/statements/0/evidence/0/start", json_integer(99), "evidence");
  refused("fields", json_array(), "fields");
  refused("fields/plan", json_string("x"), "plan");
  refused("findings", json_null(), "findings");
  refused("findings/0/kind", json_string("mood"), "kind");
  refused("findings/0/severity", json_string("fatal"), "severity");
  refused("findings/0/end", json_integer(100000), "findings");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_compose),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
