#include "scribe/engine.h"

#include "scribe/french.h"
#include "scribe/note.h"

ScribeDraft *
scribe_engine_draft(const ScribeModel *model, const ScribeTranscript *transcript,
                    const char *template, const char *language, const ScribeContext *context)
{
  gboolean french = g_strcmp0(language, "fr") == 0;
  g_autoptr(ScribeSpeech) speech = scribe_speech_new(transcript, french);
  ScribePerson person = {SCRIBE_SEX_UNKNOWN, french, NULL};
  scribe_candidate_mend_roles(speech);
  scribe_candidate_person(speech, &person);
  if (context != NULL && g_strcmp0(context->sex, "female") == 0)
    person.sex = SCRIBE_SEX_FEMALE;
  else if (context != NULL && g_strcmp0(context->sex, "male") == 0)
    person.sex = SCRIBE_SEX_MALE;
  g_autoptr(GPtrArray) candidates = scribe_candidate_list(speech, &person);
  guint words = 0;
  for (guint i = 0; i < candidates->len; i++)
    if (french)
      scribe_french_weigh(speech, g_ptr_array_index(candidates, i));
    else
      scribe_model_weigh(model, g_ptr_array_index(candidates, i));
  for (guint i = 0; i < speech->units->len; i++)
    words += ((const ScribeUnit *)g_ptr_array_index(speech->units, i))->raw;
  ScribeDraft *draft = scribe_draft_new("note", template, french ? "fr" : "en");
  draft->engine_name = g_strdup("builtin");
  draft->engine_version = g_strdup(SCRIBE_BUILTIN_VERSION);
  g_autoptr(GPtrArray) chosen = scribe_note_choose(candidates, words);
  ScribeNote note = {draft, speech, &person, candidates, chosen, french, 0};
  scribe_note_fill(&note);
  scribe_draft_compose(draft);
  return draft;
}
