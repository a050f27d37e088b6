#include "guichet/scribe/builtin.h"

#include <string.h>

#include "guichet/base/error.h"
#include "scribe/engine.h"
#include "scribe/field.h"
#include "scribe/language.h"
#include "scribe/layout.h"

#define ROUNDS 16u

static gboolean
known_template(const char *name, GError **error)
{
  if (scribe_layout_known(name))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              "there is no template %s; soap, behavioural, chronic and telehealth are known", name);
  return FALSE;
}

static gboolean
known_language(const char *language, GError **error)
{
  if (strcmp(language, "en") == 0 || strcmp(language, "fr") == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, "the builtin engine writes en and fr, not %s",
              language);
  return FALSE;
}

/* ---- its own checks ---- */

/* A drug that was given against an allergy was given: the note that keeps silent about it hides the
 * danger.  (An allergy that was told otherwise in the visit shows where: that is the draft's
 * mistake.) */
static gboolean
is_danger(const ScribeFinding *f)
{
  return f->kind == SCRIBE_FINDING_ALLERGY && f->evidence->len == 0;
}

static gboolean
blocks(const ScribeFinding *f)
{
  return f->severity == SCRIBE_SEVERITY_BLOCK && !is_danger(f);
}

/* Takes out the statements that a blocking finding lies on; FALSE when there are none. */
static gboolean
drop_blocked(ScribeDraft *draft, const GPtrArray *findings)
{
  gboolean dropped = FALSE;
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = g_ptr_array_index(findings, i);
    for (guint k = 0; blocks(f) && k < draft->sections->len; k++) {
      const ScribeSection *s = g_ptr_array_index(draft->sections, k);
      for (guint j = s->statements->len; j-- > 0;) {
        const ScribeStatement *t = g_ptr_array_index(s->statements, j);
        if (t->start < MAX(f->end, f->start + 1) && t->end > f->start) {
          g_ptr_array_remove_index(s->statements, j);
          dropped = TRUE;
        }
      }
    }
  }
  for (guint k = draft->sections->len; k-- > 0;)
    if (((const ScribeSection *)g_ptr_array_index(draft->sections, k))->statements->len == 0)
      g_ptr_array_remove_index(draft->sections, k);
  return dropped;
}

/* Checks, drops what blocks, checks again: a statement that goes may leave another alone. */
static gboolean
check(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
      const ScribeContext *context, ScribeDraft *draft, GError **error)
{
  for (guint round = 0; round < ROUNDS; round++) {
    g_autoptr(GPtrArray) findings = NULL;
    if (!scribe_check_note(lexicon, transcript, draft->text, context, &findings, error))
      return FALSE;
    if (drop_blocked(draft, findings)) {
      scribe_draft_compose(draft);
      continue;
    }
    g_ptr_array_unref(draft->findings);
    draft->findings = g_steal_pointer(&findings);
    return TRUE;
  }
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                      "the builtin engine's draft does not come to rest under its checks");
  return FALSE;
}

/* What the checks miss in a draft: where it was said.  NULL when nothing is. */
static GArray *
missed(const ScribeDraft *draft)
{
  GArray *wanted = NULL;
  for (guint i = 0; i < draft->findings->len; i++) {
    const ScribeFinding *f = g_ptr_array_index(draft->findings, i);
    if (f->kind != SCRIBE_FINDING_OMISSION || f->evidence->len == 0)
      continue;
    if (wanted == NULL)
      wanted = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
    g_array_append_val(wanted, g_array_index(f->evidence, ScribeEvidence, 0));
  }
  return wanted;
}

gboolean
scribe_builtin_draft(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                     const char *template, const ScribeContext *context, ScribeDraft **ret,
                     GError **error)
{
  const char *name = template != NULL ? template : "soap";
  const char *language = context != NULL && context->language != NULL
                             ? context->language
                             : scribe_language_guess(transcript);
  if (!known_template(name, error) || !known_language(language, error))
    return FALSE;
  const ScribeModel *model = scribe_model_shipped(error);
  if (model == NULL)
    return FALSE;
  ScribeContext known = context != NULL ? *context : (ScribeContext){0};
  ScribeEngineRequest request = {name, language, context, NULL};
  g_autoptr(ScribeDraft) draft = scribe_engine_draft(model, transcript, &request);
  known.language = language;
  if (lexicon != NULL && !check(lexicon, transcript, &known, draft, error))
    return FALSE;
  g_autoptr(GArray) wanted = missed(draft);
  if (wanted != NULL) {
    request.wanted = wanted;
    scribe_draft_free(draft);
    draft = scribe_engine_draft(model, transcript, &request);
    if (!check(lexicon, transcript, &known, draft, error))
      return FALSE;
  }
  if (lexicon != NULL)
    scribe_field_fill(lexicon, draft);
  *ret = g_steal_pointer(&draft);
  return TRUE;
}
