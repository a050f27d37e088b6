#include "scribe/place.h"

#include <string.h>

#include "scribe/model.h"
#include "scribe/prose.h"
#include "scribe/system.h"
#include "scribe/voice.h"

#define SHORT_VISIT 40u /* units */
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

/* ---- what the patient says ---- */

static const char *const SOCIAL[] = {"smoke",   "smoking", "tobacco",  "cigarettes", "pack",
                                     "alcohol", "drink",   "wine",     "beer",       "drugs",
                                     "work",    "job",     "live",     "married",    "exercise",
                                     "school",  "kids",    "children", "travel",     "retired",
                                     "husband", "wife",    "diet",     "vape",       "marijuana"};
static const char *const KIN[] = {
    "mother",         "father",        "mom",           "dad",         "sister",
    "brother",        "aunt",          "uncle",         "grandmother", "grandfather",
    "family history", "in the family", "in your family"};
static const char *const DOSED[] = {"mg",         "mcg",         "milligrams", "units",
                                    "tablet",     "tablets",     "pill",       "inhaler",
                                    "medication", "medications", "takes"};

static gboolean
both_have(const ScribeUnit *u, const ScribeUnit *asked, const char *const *list, gsize n)
{
  return has_any(u, list, n) || (asked != NULL && has_any(asked, list, n));
}
#define BOTH(u, asked, list) both_have(u, asked, list, G_N_ELEMENTS(list))

static gboolean
is_of_allergy(const ScribeUnit *u)
{
  for (int i = 0; u != NULL && i < (int)u->words->len; i++)
    if (g_str_has_prefix(scribe_speech_low(u, i), "allerg"))
      return TRUE;
  return FALSE;
}

/* What an answer is about, by the words of it and of its question.  The model has seen few of these
 * kinds; a wrong section is worse than the history, where everything may stand. */
static void
mend_patient(const ScribeUnit *u, ScribeCandidate *c)
{
  if (is_of_allergy(u) || is_of_allergy(c->asked)) {
    c->section = SCRIBE_SECTION_ALLERGIES;
    c->score = MAX(c->score, PLACE_LEAST);
    return;
  }
  if (c->kind != SCRIBE_CANDIDATE_ANSWER) {
    if (c->section == SCRIBE_SECTION_ALLERGIES)
      c->section = SCRIBE_SECTION_HPI;
    return;
  }
  if (BOTH(u, c->asked, KIN))
    c->section = SCRIBE_SECTION_FAMILY;
  else if (strstr(c->text, " takes ") != NULL)
    c->section = SCRIBE_SECTION_MEDICATIONS;
  else if ((c->section == SCRIBE_SECTION_SOCIAL && !BOTH(u, c->asked, SOCIAL)) ||
           (c->section == SCRIBE_SECTION_MEDICATIONS && !BOTH(u, c->asked, DOSED)) ||
           c->section == SCRIBE_SECTION_ALLERGIES || is_clinicians(c->section) ||
           c->section == SCRIBE_SECTION_EDUCATION)
    c->section = SCRIBE_SECTION_HPI;
  if (has_any(u, DOSED, 5))
    c->score = MAX(c->score, PLACE_LEAST);
}

/* In a short visit what was asked and denied counts as much as what was found. */
static gboolean
denies_symptom(const ScribeUnit *u, const ScribeCandidate *c)
{
  if (c->kind != SCRIBE_CANDIDATE_DENIED)
    return FALSE;
  g_autoptr(GArray) said = scribe_system_symptoms(u, FALSE);
  g_autoptr(GArray) asked =
      c->asked != NULL ? scribe_system_symptoms(c->asked, FALSE) : g_array_new(FALSE, FALSE, 1);
  return c->list || said->len > 0 || asked->len > 0;
}

/* ---- what the clinician says in the history's place ---- */

static const struct {
  const char *cue;
  ScribeSectionKind section;
} STRAYS[] = {
    {"panel", SCRIBE_SECTION_TESTING},         {"x-ray", SCRIBE_SECTION_TESTING},
    {"come back", SCRIBE_SECTION_FOLLOW_UP},   {"mg", SCRIBE_SECTION_TREATMENT},
    {"mcg", SCRIBE_SECTION_TREATMENT},         {"milligrams", SCRIBE_SECTION_TREATMENT},
    {"at night", SCRIBE_SECTION_TREATMENT},    {"once a day", SCRIBE_SECTION_TREATMENT},
    {"twice a day", SCRIBE_SECTION_TREATMENT}, {"at bedtime", SCRIBE_SECTION_TREATMENT},
    {"ointment", SCRIBE_SECTION_TREATMENT},    {"fluids", SCRIBE_SECTION_TREATMENT},
};

static gboolean
is_history(guint section)
{
  return section <= SCRIBE_SECTION_ROS;
}

/* Without a verb it is no part of a history: an order said in short, or nothing. */
static void
mend_verbless(const ScribeUnit *u, ScribeCandidate *c)
{
  for (gsize k = 0; k < G_N_ELEMENTS(STRAYS); k++)
    if (scribe_speech_find(u, 0, STRAYS[k].cue) >= 0) {
      c->section = STRAYS[k].section;
      c->score = MAX(c->score, PLACE_LEAST);
      return;
    }
  c->score = 0;
}

/* A clinician's "I" and "we" say what is done, and when: not the patient's history. */
static void
mend_own(const ScribeUnit *u, int lead, ScribeCandidate *c)
{
  static const struct {
    const char *words;
    int section; /* -1: nothing for a note */
  } OWN[] = {
      {"i personally reviewed", SCRIBE_SECTION_RESULTS},
      {"i reviewed", SCRIBE_SECTION_RESULTS},
      {"i did review", SCRIBE_SECTION_RESULTS},
      {"we are here to", -1},
      {"i want to", -1},
      {"i was reading", -1},
      {"i wanted to", -1},
      {"i just want to", -1},
      {"in assessment", -1},
      {"use my", -1},
      {"i am just going to", -1},
      {"i will be calling", -1},
      {"we will", SCRIBE_SECTION_TREATMENT},
      {"i will", SCRIBE_SECTION_TREATMENT},
      {"we are going to", SCRIBE_SECTION_TREATMENT},
      {"i am going to", SCRIBE_SECTION_TREATMENT},
      {"i certainly want", SCRIBE_SECTION_FOLLOW_UP},
      {"this is", SCRIBE_SECTION_ASSESSMENT},
      {"i would like to", SCRIBE_SECTION_TREATMENT},
      {"i think", SCRIBE_SECTION_ASSESSMENT},
  };
  if (u->words->len > (guint)lead + 1 &&
      g_array_index(u->words, ScribeWord, (guint)lead).mark == ',')
    lead++; /* a name */
  for (gsize k = 0; k < G_N_ELEMENTS(OWN); k++)
    if (scribe_speech_at(u, lead, OWN[k].words)) {
      if (OWN[k].section < 0)
        c->score = 0;
      else
        c->section = (guint)OWN[k].section;
      return;
    }
}

static void
mend_stray(const ScribeUnit *u, int lead, ScribeCandidate *c)
{
  static const char *const PARTS[] = {"eardrum", "eardrums", "tonsils",   "throat",   "prostate",
                                      "nails",   "tendon",   "ligaments", "incision", "wound"};
  if (HAS(u, PARTS) && scribe_prose_has_verb(c->text)) {
    c->section = SCRIBE_SECTION_EXAM;
    c->score = MAX(c->score, PLACE_LEAST);
    return;
  }
  if (!is_history(c->section))
    return;
  if (scribe_speech_at(u, lead, "if") && scribe_speech_find(u, lead, "will") >= 0)
    c->section = SCRIBE_SECTION_FOLLOW_UP;
  else if (!scribe_prose_has_verb(c->text))
    mend_verbless(u, c);
  else
    mend_own(u, lead, c);
}

void
scribe_place_mend(const ScribeSpeech *speech, ScribeCandidate *c)
{
  const ScribeUnit *u = g_ptr_array_index(speech->units, c->unit);
  ScribePerson nobody = {SCRIBE_SEX_UNKNOWN, FALSE, NULL};
  if (c->kind == SCRIBE_CANDIDATE_SAID && u->role == SCRIBE_ROLE_PATIENT &&
      is_clinicians(c->section))
    c->section = SCRIBE_SECTION_HPI;
  if (u->role != SCRIBE_ROLE_CLINICIAN)
    mend_patient(u, c);
  if (speech->units->len < SHORT_VISIT && denies_symptom(u, c))
    c->score = MAX(c->score, PLACE_LEAST);
  if (c->kind != SCRIBE_CANDIDATE_TOLD || u->role != SCRIBE_ROLE_CLINICIAN)
    return;
  int lead = scribe_voice_lead(u, &nobody);
  ScribeSectionKind section = place_of(u, lead);
  if (section == SCRIBE_SECTION_N) {
    mend_stray(u, lead, c);
    return;
  }
  if (!is_clinicians(c->section) || section == SCRIBE_SECTION_VITALS ||
      section == SCRIBE_SECTION_ASSESSMENT)
    c->section = section;
  c->score = MAX(c->score, PLACE_LEAST);
}
