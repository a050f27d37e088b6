#include "guichet/scribe/builtin.h"

#include <string.h>

#include "guichet/base/error.h"
#include "scribe/engine.h"
#include "scribe/language.h"

static const char *const TEMPLATES[] = {"soap", "behavioural", "chronic", "telehealth"};

static gboolean
known_template(const char *name, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(TEMPLATES); i++)
    if (strcmp(name, TEMPLATES[i]) == 0)
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

gboolean
scribe_builtin_draft(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                     const char *template, const ScribeContext *context, ScribeDraft **ret,
                     GError **error)
{
  (void)lexicon;
  const char *name = template != NULL ? template : "soap";
  const char *language = context != NULL && context->language != NULL
                             ? context->language
                             : scribe_language_guess(transcript);
  if (!known_template(name, error) || !known_language(language, error))
    return FALSE;
  const ScribeModel *model = scribe_model_shipped(error);
  if (model == NULL)
    return FALSE;
  *ret = scribe_engine_draft(model, transcript, name, language);
  return TRUE;
}
