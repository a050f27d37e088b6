#include "scribe/place.h"

#include <string.h>

#include "scribe/model.h"
#include "scribe/system.h"
#include "scribe/voice.h"

#define PLACE_LEAST 0.3 /* the score of what is not to be left out */

typedef struct {
  const char *words;
  ScribeSectionKind section;
} Opening;

/* How a clinician begins to order, prescribe, conclude, make an appointment. */
static const Opening OPENINGS[] = {
    {"order", SCRIBE_SECTION_TESTING},
    {"i am ordering", SCRIBE_SECTION_TESTING},
    {"we are ordering", SCRIBE_SECTION_TESTING},
    {"we will order", SCRIBE_SECTION_TESTING},
    {"i will order", SCRIBE_SECTION_TESTING},
    {"i am going to order", SCRIBE_SECTION_TESTING},
    {"i would like to order", SCRIBE_SECTION_TESTING},
    {"i want to order", SCRIBE_SECTION_TESTING},
    {"we will check", SCRIBE_SECTION_TESTING},
    {"we will start", SCRIBE_SECTION_TREATMENT},
    {"i will start", SCRIBE_SECTION_TREATMENT},
    {"start", SCRIBE_SECTION_TREATMENT},
    {"begin", SCRIBE_SECTION_TREATMENT},
    {"raise", SCRIBE_SECTION_TREATMENT},
    {"apply", SCRIBE_SECTION_TREATMENT},
    {"i will refer", SCRIBE_SECTION_TREATMENT},
    {"i am referring", SCRIBE_SECTION_TREATMENT},
    {"we will refer", SCRIBE_SECTION_TREATMENT},
    {"we talk again", SCRIBE_SECTION_FOLLOW_UP},
    {"we will talk", SCRIBE_SECTION_FOLLOW_UP},
    {"we will meet", SCRIBE_SECTION_FOLLOW_UP},
    {"we will increase", SCRIBE_SECTION_TREATMENT},
    {"i will increase", SCRIBE_SECTION_TREATMENT},
    {"increase", SCRIBE_SECTION_TREATMENT},
    {"we will decrease", SCRIBE_SECTION_TREATMENT},
    {"we will reduce", SCRIBE_SECTION_TREATMENT},
    {"we will lower", SCRIBE_SECTION_TREATMENT},
    {"we double", SCRIBE_SECTION_TREATMENT},
    {"we will double", SCRIBE_SECTION_TREATMENT},
    {"we will stay at", SCRIBE_SECTION_TREATMENT},
    {"we will stay on", SCRIBE_SECTION_TREATMENT},
    {"we will continue", SCRIBE_SECTION_TREATMENT},
    {"we will keep", SCRIBE_SECTION_TREATMENT},
    {"we will stop", SCRIBE_SECTION_TREATMENT},
    {"i will prescribe", SCRIBE_SECTION_TREATMENT},
    {"i am prescribing", SCRIBE_SECTION_TREATMENT},
    {"i am going to prescribe", SCRIBE_SECTION_TREATMENT},
    {"keep", SCRIBE_SECTION_TREATMENT},
    {"continue", SCRIBE_SECTION_TREATMENT},
    {"stop", SCRIBE_SECTION_TREATMENT},
    {"take", SCRIBE_SECTION_TREATMENT},
    {"come back", SCRIBE_SECTION_FOLLOW_UP},
    {"return", SCRIBE_SECTION_FOLLOW_UP},
    {"follow up", SCRIBE_SECTION_FOLLOW_UP},
    {"see me", SCRIBE_SECTION_FOLLOW_UP},
    {"we will see", SCRIBE_SECTION_FOLLOW_UP},
    {"i will see", SCRIBE_SECTION_FOLLOW_UP},
    {"this is a", SCRIBE_SECTION_ASSESSMENT},
    {"this is an", SCRIBE_SECTION_ASSESSMENT},
    {"it is a", SCRIBE_SECTION_ASSESSMENT},
    {"it is an", SCRIBE_SECTION_ASSESSMENT},
    {"this sounds like", SCRIBE_SECTION_ASSESSMENT},
    {"this looks like", SCRIBE_SECTION_ASSESSMENT},
    {"this is most likely", SCRIBE_SECTION_ASSESSMENT},
    {"this is probably", SCRIBE_SECTION_ASSESSMENT},
    {"this is likely", SCRIBE_SECTION_ASSESSMENT},
    {"on exam", SCRIBE_SECTION_EXAM},
    {"on your exam", SCRIBE_SECTION_EXAM},
    {"on examination", SCRIBE_SECTION_EXAM},
};

static const char *const VITALS[] = {"blood pressure", "heart rate",   "saturation",
                                     "temperature",    "weighs",       "respiratory rate",
                                     "pulse",          "oxygen level", "bmi"};
static const char *const FOUND[] = {
    "clear",    "normal",   "tender",   "tenderness",  "swollen",  "edema",  "crackles",
    "wheezes",  "wheezing", "red",      "bulging",     "soft",     "intact", "effusion",
    "murmur",   "rash",     "bruising", "enlarged",    "swelling", "stable", "distended",
    "erythema", "reflexes", "strength", "unremarkable"};
static const char *const TESTS[] = {"a1c",   "x-ray",      "x ray",      "mri",
                                    "ct",    "labs",       "ultrasound", "ekg",
                                    "phq-9", "hemoglobin", "echo",       "echocardiogram"};
static const char *const TOLD[] = {"was", "is", "shows", "showed", "came back", "were", "are"};
static const char *const ALARM[] = {"call", "come back", "911", "emergency", "return"};

#define HAS(u, list) has_any(u, list, G_N_ELEMENTS(list))

static gboolean
has_any(const ScribeUnit *u, const char *const *list, gsize n)
{
  for (gsize k = 0; k < n; k++)
    if (scribe_speech_find(u, 0, list[k]) >= 0)
      return TRUE;
  return FALSE;
}

static gboolean
has_digit(const ScribeUnit *u)
{
  for (int i = 0; i < (int)u->words->len; i++)
    if (g_ascii_isdigit(*scribe_speech_low(u, i)))
      return TRUE;
  return FALSE;
}

/* SCRIBE_SECTION_N: its form says nothing. */
static ScribeSectionKind
place_of(const ScribeUnit *u, int lead)
{
  int best = 0;
  ScribeSectionKind section = SCRIBE_SECTION_N;
  for (gsize k = 0; k < G_N_ELEMENTS(OPENINGS); k++)
    if (scribe_speech_count(OPENINGS[k].words) > best &&
        scribe_speech_at(u, lead, OPENINGS[k].words)) {
      best = scribe_speech_count(OPENINGS[k].words);
      section = OPENINGS[k].section;
    }
  if (best > 0)
    return section;
  if (scribe_speech_at(u, lead, "if"))
    return HAS(u, ALARM) ? SCRIBE_SECTION_FOLLOW_UP : SCRIBE_SECTION_N;
  if (HAS(u, VITALS) && has_digit(u))
    return SCRIBE_SECTION_VITALS;
  if (HAS(u, TESTS) && HAS(u, TOLD) && (has_digit(u) || scribe_speech_find(u, 0, "shows") >= 0))
    return SCRIBE_SECTION_RESULTS;
  return HAS(u, FOUND) && scribe_system_examined(u, FALSE) >= 0 ? SCRIBE_SECTION_EXAM
                                                                : SCRIBE_SECTION_N;
}

/* What only a clinician finds, orders or decides. */
static gboolean
is_clinicians(guint section)
{
  return section == SCRIBE_SECTION_VITALS || section == SCRIBE_SECTION_EXAM ||
         section == SCRIBE_SECTION_TESTING || section == SCRIBE_SECTION_TREATMENT ||
         section == SCRIBE_SECTION_ASSESSMENT || section == SCRIBE_SECTION_FOLLOW_UP;
}

void
scribe_place_mend(const ScribeSpeech *speech, ScribeCandidate *c)
{
  const ScribeUnit *u = g_ptr_array_index(speech->units, c->unit);
  ScribePerson nobody = {SCRIBE_SEX_UNKNOWN, FALSE, NULL};
  if (c->kind == SCRIBE_CANDIDATE_SAID && u->role == SCRIBE_ROLE_PATIENT &&
      is_clinicians(c->section))
    c->section = SCRIBE_SECTION_HPI;
  if (c->kind != SCRIBE_CANDIDATE_TOLD || u->role != SCRIBE_ROLE_CLINICIAN)
    return;
  ScribeSectionKind section = place_of(u, scribe_voice_lead(u, &nobody));
  if (section == SCRIBE_SECTION_N)
    return;
  if (!is_clinicians(c->section) || section == SCRIBE_SECTION_VITALS ||
      section == SCRIBE_SECTION_ASSESSMENT)
    c->section = section;
  c->score = MAX(c->score, PLACE_LEAST);
}
