#include "scribe/engine.h"

#include "scribe/french.h"
#include "scribe/layout.h"
#include "scribe/note.h"
#include "scribe/place.h"

static void
learn_person(const ScribeSpeech *speech, const ScribeContext *context, ScribePerson *ret)
{
  scribe_candidate_person(speech, ret);
  if (context != NULL && g_strcmp0(context->sex, "female") == 0)
    ret->sex = SCRIBE_SEX_FEMALE;
  else if (context != NULL && g_strcmp0(context->sex, "male") == 0)
    ret->sex = SCRIBE_SEX_MALE;
}

static void
weigh(const ScribeModel *model, const ScribeSpeech *speech, const GPtrArray *candidates)
{
  for (guint i = 0; i < candidates->len; i++)
    if (speech->french)
      scribe_french_weigh(speech, g_ptr_array_index(candidates, i));
    else {
      scribe_model_weigh(model, g_ptr_array_index(candidates, i));
      scribe_place_mend(speech, g_ptr_array_index(candidates, i));
    }
}

ScribeDraft *
scribe_engine_draft(const ScribeModel *model, const ScribeTranscript *transcript,
                    const ScribeEngineRequest *request)
{
  gboolean french = g_strcmp0(request->language, "fr") == 0;
  g_autoptr(ScribeSpeech) speech = scribe_speech_new(transcript, french);
  ScribePerson person = {SCRIBE_SEX_UNKNOWN, french, NULL};
  scribe_candidate_mend_roles(speech);
  learn_person(speech, request->context, &person);
  g_autoptr(GPtrArray) candidates = scribe_candidate_list(speech, &person);
  weigh(model, speech, candidates);
  guint words = 0;
  for (guint i = 0; i < speech->units->len; i++)
    words += ((const ScribeUnit *)g_ptr_array_index(speech->units, i))->raw;
  ScribeDraft *draft = scribe_draft_new("note", request->template, french ? "fr" : "en");
  draft->engine_name = g_strdup("builtin");
  draft->engine_version = g_strdup(SCRIBE_BUILTIN_VERSION);
  g_autoptr(GPtrArray) chosen =
      scribe_note_choose(candidates, words, transcript->turns->len, request->wanted);
  ScribeNote note = {draft, speech, &person, candidates, chosen, french, 0};
  scribe_note_fill(&note);
  scribe_layout_apply(draft);
  scribe_draft_compose(draft);
  return draft;
}
