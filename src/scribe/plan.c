#include "scribe/plan.h"

#include <string.h>

typedef struct {
  char *title; /* NULL: what was said before any problem was named */
  guint unit;
  GPtrArray *parts[SCRIBE_SECTION_N]; /* of ScribeCandidate; NULL where empty */
} Problem;

static gboolean
in(const char *low, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(low, list[i]) == 0)
      return TRUE;
  return FALSE;
}
#define IN(low, list) in((low), (list), G_N_ELEMENTS(list))

/* ---- which problem ---- */

static const char *const OPENINGS[] = {
    "for your first problem",
    "for your second problem",
    "for your third problem",
    "for your next problem",
    "for your last problem",
    "for your fourth problem",
    "your first problem",
    "your second problem",
    "your third problem",
    "your next problem",
    "for the first problem",
    "for the second problem",
    "for his first problem",
    "for her first problem",
    "for first problem",
    "for your other problem",
    "for your",
    "as far as your",
    "in terms of your",
    "with regards to your",
    "regarding your",
    "in regards to your",
    "when it comes to your",
    "for the",
    "as for your",
    "with your",
    "pour votre",
    "concernant votre",
    "en ce qui concerne votre",
};
#define FRENCH_OPENINGS 3u

static const char *const DIAGNOSES[] = {
    "i think you have a",
    "i think you have an",
    "i think that you have a",
    "you most likely have a",
    "consistent with a",
    "consistent with an",
    "consistent with",
    "you have a diagnosis of",
    "i think you have",
    "diagnosis of",
    "diagnosed with",
    "this is likely",
    "this sounds like a",
    "this sounds like",
    "this looks like a",
    "this looks like",
    "this is most likely",
    "this is probably",
    "je pense que vous avez une",
    "je pense que vous avez un",
    "il s agit d une",
    "il s agit d un",
};

static const char *const STOPS[] = {
    "i",    "we",    "you",   "let",  "is",   "it",   "that",    "this", "so",
    "and",  "which", "are",   "he",   "she",  "my",   "because", "the",  "as",
    "but",  "to",    "would", "will", "if",   "for",  "your",    "has",  "since",
    "in",   "do",    "on",    "have", "at",   "here", "there",   "now",  "okay",
    "what", "from",  "je",    "vous", "nous", "on",   "que",     "c",    "à"};

/* Not problems, though the clinician says "for your" of them. */
static const char *const NOT_PROBLEMS[] = {
    "x-ray",       "exam",       "labs",     "results",     "strength", "vitals", "review",
    "knees",       "heart",      "lungs",    "blood",       "age",      "visit",  "next",
    "first",       "follow",     "records",  "physical",    "vital",    "left",   "right",
    "medications", "medication", "pharmacy", "appointment", "skin",     "neck",   "problem",
    "plan",        "assessment", "last",     "family",      "time",     "day",    "patience",
    "eyes",        "ears"};

static gboolean
problem_tail(const ScribeUnit *u, int from, int *ret_from, int *ret_to)
{
  while (IN(scribe_speech_low(u, from),
            ((const char *const[]){"of", "is", "the", "a", "an", "your", "problem"})))
    from++;
  int to = from;
  while (to < (int)u->words->len && to < from + 6 && !IN(scribe_speech_low(u, to), STOPS)) {
    char mark = g_array_index(u->words, ScribeWord, (guint)to).mark;
    to++;
    if (mark != 0)
      break;
  }
  for (int i = from; i < to; i++)
    if (strcmp(scribe_speech_low(u, i), "problem") == 0 ||
        strcmp(scribe_speech_low(u, i), "problems") == 0)
      return FALSE;
  if (to == from || (to == from + 1 && IN(scribe_speech_low(u, from), NOT_PROBLEMS)))
    return FALSE;
  *ret_from = from;
  *ret_to = to;
  return TRUE;
}

gboolean
scribe_plan_problem(const ScribeUnit *unit, gboolean french, int *ret_from, int *ret_to)
{
  int lead = 0;
  while (IN(scribe_speech_low(unit, lead),
            ((const char *const[]){"so", "okay", "and", "now", "then", "all", "right", "well",
                                   "alors", "donc", "et"})))
    lead++;
  gsize first = french ? G_N_ELEMENTS(OPENINGS) - FRENCH_OPENINGS : 0;
  for (gsize k = first; k < G_N_ELEMENTS(OPENINGS); k++)
    if (scribe_speech_at(unit, lead, OPENINGS[k]) &&
        problem_tail(unit, lead + scribe_speech_count(OPENINGS[k]), ret_from, ret_to))
      return TRUE;
  for (gsize k = 0; k < G_N_ELEMENTS(DIAGNOSES); k++) {
    int at = scribe_speech_find(unit, lead, DIAGNOSES[k]);
    if (at >= 0 && problem_tail(unit, at + scribe_speech_count(DIAGNOSES[k]), ret_from, ret_to))
      return TRUE;
  }
  return FALSE;
}

/* ---- gathering ---- */

static void
problem_free(gpointer data)
{
  Problem *p = data;
  for (guint k = 0; k < SCRIBE_SECTION_N; k++)
    if (p->parts[k] != NULL)
      g_ptr_array_unref(p->parts[k]);
  g_free(p->title);
  g_free(p);
}

static Problem *
open_problem(GPtrArray *problems, char *title_taken, guint unit)
{
  Problem *p = g_new0(Problem, 1);
  p->title = title_taken;
  p->unit = unit;
  g_ptr_array_add(problems, p);
  return p;
}

static gboolean
in_plan(guint section)
{
  return section == SCRIBE_SECTION_ASSESSMENT || section == SCRIBE_SECTION_TESTING ||
         section == SCRIBE_SECTION_TREATMENT || section == SCRIBE_SECTION_EDUCATION;
}

/* A problem may be named in speech that is not written itself; it opens all the same. */
static Problem *
problem_of(ScribeNote *note, GPtrArray *problems, guint *next, guint unit)
{
  for (; *next <= unit && *next < note->speech->units->len; ++*next) {
    const ScribeUnit *u = g_ptr_array_index(note->speech->units, *next);
    int from, to;
    if (u->role != SCRIBE_ROLE_CLINICIAN || u->question ||
        !scribe_plan_problem(u, note->french, &from, &to))
      continue;
    g_autofree char *said =
        scribe_voice_clinician(u, from, to, note->person, scribe_voice_they(note->person));
    char *title = scribe_voice_sentence(g_strdup(said), note->person);
    gboolean known = FALSE;
    for (guint i = 0; i < problems->len; i++)
      known = known || g_strcmp0(((Problem *)g_ptr_array_index(problems, i))->title, title) == 0;
    if (known || *title == '\0')
      g_free(title);
    else
      open_problem(problems, title, *next);
  }
  if (problems->len == 0)
    open_problem(problems, NULL, unit);
  return g_ptr_array_index(problems, problems->len - 1);
}

static GPtrArray *
gather(ScribeNote *note)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func(problem_free);
  guint next = 0;
  for (guint i = 0; i < note->chosen->len; i++) {
    ScribeCandidate *c = g_ptr_array_index(note->chosen, i);
    if (!in_plan(c->section))
      continue;
    if (problems->len == 0)
      next = c->unit > 2 ? c->unit - 2 : 0;
    Problem *p = problem_of(note, problems, &next, c->unit);
    const ScribeUnit *u = g_ptr_array_index(note->speech->units, c->unit);
    int from, to;
    if (c->kind == SCRIBE_CANDIDATE_TOLD && !note->french && c->words < 10 &&
        scribe_speech_at(u, from = scribe_voice_lead(u, note->person), "for") &&
        scribe_plan_problem(u, FALSE, &from, &to) && to >= (int)u->words->len)
      continue; /* it names the problem and says no more */
    if (p->parts[c->section] == NULL)
      p->parts[c->section] = g_ptr_array_new();
    g_ptr_array_add(p->parts[c->section], c);
  }
  return problems;
}

/* ---- writing ---- */

static const struct {
  ScribeSectionKind kind;
  const char *english, *french;
} PARTS[] = {
    {SCRIBE_SECTION_ASSESSMENT, "Assessment: ", "Évaluation : "},
    {SCRIBE_SECTION_TESTING, "Testing: ", "Examens : "},
    {SCRIBE_SECTION_TREATMENT, "Treatment: ", "Traitement : "},
    {SCRIBE_SECTION_EDUCATION, "Counseling: ", "Information : "},
};

static void
write_title(ScribeNote *note, ScribeSection *section, const Problem *p)
{
  const ScribeUnit *u = g_ptr_array_index(note->speech->units, p->unit);
  ScribeStatement *s = scribe_draft_add_statement(section, p->title, 0.6);
  scribe_draft_add_evidence(s, u->turn, u->start, u->end);
}

static void
write_problem(ScribeNote *note, ScribeSection *section, const Problem *p)
{
  if (p->title != NULL)
    write_title(note, section, p);
  for (gsize k = 0; k < G_N_ELEMENTS(PARTS); k++) {
    const GPtrArray *part = p->parts[PARTS[k].kind];
    for (guint i = 0; part != NULL && i < part->len; i++) {
      const char *label = note->french ? PARTS[k].french : PARTS[k].english;
      scribe_note_write(note, section, i == 0 ? label : "", g_ptr_array_index(part, i));
    }
  }
}

/* ---- the patient's yes ---- */

/* Asked for it in words; "okay?" at the end of a sentence asks for nothing. */
static gboolean
asks_agreement(const ScribeUnit *u)
{
  static const char *const ASKED[] = {
      "do you agree",   "does that sound",     "sound good",         "are you okay with",
      "is that okay",   "are you comfortable", "are you willing",    "would you be willing",
      "okay with that", "are you on board",    "êtes-vous d'accord", "êtes-vous d' accord",
      "vous convient",  "cela vous va",        "ça vous va",         "vous êtes d' accord"};
  gboolean asked = FALSE;
  for (gsize k = 0; k < G_N_ELEMENTS(ASKED); k++)
    asked = asked || scribe_speech_find(u, 0, ASKED[k]) >= 0;
  return asked && u->question && u->role == SCRIBE_ROLE_CLINICIAN;
}

static gboolean
agrees(const ScribeUnit *u)
{
  static const char *const WORDS[] = {
      "sounds good",  "i agree", "that works",        "i can do that", "i will",     "sounds great",
      "that is fine", "i am",    "je suis d' accord", "ça me va",      "cela me va", "me convient"};
  static const char *const NOT[] = {"not", "but", "pas", "mais", "if", "si"};
  gboolean yes = FALSE;
  for (gsize k = 0; k < G_N_ELEMENTS(WORDS); k++)
    yes = yes || scribe_speech_find(u, 0, WORDS[k]) >= 0;
  for (gsize k = 0; k < G_N_ELEMENTS(NOT); k++)
    yes = yes && scribe_speech_find(u, 0, NOT[k]) < 0;
  return yes;
}

static char *
quoted(const ScribeUnit *u)
{
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < u->words->len; i++) {
    const ScribeWord *w = &g_array_index(u->words, ScribeWord, i);
    g_string_append_printf(out, "%s%s%s", i > 0 ? " " : "", w->text,
                           w->mark == ',' && i + 1 < u->words->len ? "," : "");
  }
  return g_string_free(out, FALSE);
}

/* Only where the patient was asked, and in their own words. */
static void
write_agreement(ScribeNote *note, ScribeSection *section, guint after)
{
  const GPtrArray *units = note->speech->units;
  for (guint i = after; i + 1 < units->len; i++) {
    const ScribeUnit *asked = g_ptr_array_index(units, i);
    const ScribeUnit *said = g_ptr_array_index(units, i + 1);
    if (!asks_agreement(asked) || said->role != SCRIBE_ROLE_PATIENT || said->question ||
        !agrees(said))
      continue;
    g_autofree char *words = quoted(said);
    g_autofree char *text =
        g_strdup_printf(note->french ? "Réponse au plan proposé\u00a0: «\u202f%s\u202f»."
                                     : "Asked about the plan, the patient said: \"%s.\"",
                        words);
    ScribeStatement *s = scribe_draft_add_statement(section, text, 0.9);
    scribe_draft_add_evidence(s, asked->turn, asked->start, asked->end);
    scribe_draft_add_evidence(s, said->turn, said->start, said->end);
    return;
  }
}

void
scribe_plan_write(ScribeNote *note)
{
  g_autoptr(GPtrArray) problems = gather(note);
  if (problems->len == 0)
    return;
  ScribeSection *section = scribe_draft_add_section(
      note->draft, "plan", note->french ? "ÉVALUATION ET PLAN" : "ASSESSMENT AND PLAN");
  for (guint i = 0; i < problems->len; i++)
    write_problem(note, section, g_ptr_array_index(problems, i));
  const Problem *first = g_ptr_array_index(problems, 0);
  write_agreement(note, section, first->unit);
}
