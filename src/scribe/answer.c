#include "scribe/answer.h"

#include <string.h>

#include "scribe/candidate.h"
#include "scribe/prose.h"

#define SUBJECT SCRIBE_CANDIDATE_SUBJECT

static const char *
low(const ScribeUnit *u, int i)
{
  return scribe_speech_low(u, i);
}

typedef struct {
  const char *asked, *label;
} Label;

static const Label LABELS[] = {
    {"surger", "surgeries"},
    {"how long", "duration"},
    {"family history", "family history"},
    {"alcohol", "alcohol"},
    {"how often", "frequency"},
    {"scale", "severity"},
    {"how bad", "severity"},
    {"how severe", "severity"},
    {"when did", "onset"},
    {"where is", "location"},
    {"where does", "location"},
    {"where do you work", "work"},
    {"what do you do", "work"},
    {"what makes", "modifying factors"},
};

/* What a French question asks about, and the word that its short answer stands under. */
static const Label FRENCH_LABELS[] = {
    {"depuis quand", "durée"},
    {"où avez-vous", "localisation"},
    {"où est", "localisation"},
    {"où ça", "localisation"},
    {"depuis combien", "durée"},
    {"combien de temps", "durée"},
    {"quel âge", "âge"},
    {"allerg", "allergies"},
    {"opér", "antécédents chirurgicaux"},
    {"chirurg", "antécédents chirurgicaux"},
    {"antécédent", "antécédents"},
    {"famil", "antécédents familiaux"},
    {"traitement", "traitement"},
    {"médicament", "traitement"},
    {"prenez", "traitement"},
    {"fum", "tabac"},
    {"tabac", "tabac"},
    {"alcool", "alcool"},
    {"buvez", "alcool"},
    {"fièvre", "fièvre"},
    {"température", "température"},
    {"toux", "toux"},
    {"touss", "toux"},
    {"crach", "expectorations"},
    {"douleur", "douleur"},
    {"mal", "douleur"},
    {"dorm", "sommeil"},
    {"sommeil", "sommeil"},
    {"appétit", "appétit"},
    {"poids", "poids"},
    {"moral", "moral"},
    {"tension", "tension"},
    {"travail", "profession"},
    {"métier", "profession"},
};

/* A stem begins a word of the question; more than one word stands there as it is. */
static gboolean
asks_of(const ScribeUnit *question, const char *stem)
{
  if (strchr(stem, ' ') != NULL)
    return scribe_speech_find(question, 0, stem) >= 0;
  for (int i = 0; i < (int)question->words->len; i++)
    if (g_str_has_prefix(low(question, i), stem))
      return TRUE;
  return FALSE;
}

static const char *
label_of(const ScribeUnit *question, gboolean french)
{
  const Label *labels = french ? FRENCH_LABELS : LABELS;
  gsize n = french ? G_N_ELEMENTS(FRENCH_LABELS) : G_N_ELEMENTS(LABELS);
  for (gsize k = 0; k < n; k++)
    if (asks_of(question, labels[k].asked))
      return labels[k].label;
  return NULL;
}

/* "in both calves", "since May": it says where or when of what was asked about. */
static gboolean
says_more(const ScribeUnit *u, int lead)
{
  static const char *const WORDS[] = {
      "in",    "on",     "at",     "for",    "since",  "about",  "just",      "only",
      "when",  "after",  "before", "with",   "mostly", "mainly", "sometimes", "once",
      "twice", "every",  "during", "around", "under",  "behind", "whenever",  "occasionally",
      "until", "always", "now",    "from",   "over",   "daily",  "all",       "constantly"};
  for (gsize k = 0; k < G_N_ELEMENTS(WORDS); k++)
    if (strcmp(low(u, lead), WORDS[k]) == 0)
      return TRUE;
  return FALSE;
}

/* The first word stood at a sentence's beginning, and now does not: "Half a pack" → "half a pack".
 * One with a mark behind it may be a name, and stays. */
char *
scribe_answer_inward(const ScribeUnit *u, int lead, char *text_taken)
{
  if (text_taken == NULL)
    return NULL;
  const ScribeWord *first = &g_array_index(u->words, ScribeWord, (guint)lead);
  gsize n = strlen(first->text);
  gboolean name = first->mark != 0 || lead + 1 >= (int)u->words->len ||
                  (n > 1 && g_ascii_isupper(first->text[1])) || strcmp(first->low, "i") == 0;
  if (!name && g_ascii_isupper(*text_taken) && g_str_has_prefix(text_taken, first->text))
    *text_taken = g_ascii_tolower(*text_taken);
  return text_taken;
}

/* What the question's verb becomes when a few words answer it: "what have you tried" + "Tums" is
 * "has tried Tums". */
static const struct {
  const char *asked, *verb;
  gboolean loose; /* words of how often and when may follow too */
} VERBS[] = {
    {"have you tried", "has tried", FALSE}, {"are you taking", "takes", FALSE},
    {"do you take", "takes", FALSE},        {"medications", "takes", FALSE},
    {"medicines are you", "takes", FALSE},  {"did you take", "took", FALSE},
    {"have you taken", "has taken", FALSE}, {"what brings you", "presents with", FALSE},
    {"do you smoke", "smokes", TRUE},       {"you smoke", "smokes", TRUE},
    {"do you drink", "drinks", TRUE},
};

static gboolean
in(const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(word, list[i]) == 0)
      return TRUE;
  return FALSE;
}
#define IN(word, list) in((word), (list), G_N_ELEMENTS(list))

/* "Black stools, vomiting?": nothing but a list of what may be. */
gboolean
scribe_answer_bare_list(const ScribeUnit *q, int from)
{
  static const char *const NOT[] = {
      "is",    "are",   "was",  "were",  "do",    "does",     "did",  "have", "has",
      "had",   "can",   "you",  "he",    "she",   "it",       "they", "i",    "we",
      "that",  "this",  "how",  "what",  "when",  "where",    "who",  "why",  "which",
      "right", "okay",  "your", "still", "more",  "anything", "and",  "with", "taking",
      "ever",  "about", "all",  "new",   "since", "so",       "no",   "not",  "like"};
  static const char *const FIRST[] = {
      "at",     "in",     "on",   "dizzy", "tired",   "sleepy", "nauseous", "sick",       "sore",
      "better", "worse",  "dry",  "weak",  "anxious", "sad",    "stressed", "pregnant",   "married",
      "happy",  "hungry", "good", "bad",   "numb",    "itchy",  "painful",  "tender",     "daily",
      "today",  "even",   "only", "just",  "maybe",   "or",     "both",     "everything", "sure"};
  int n = (int)q->words->len;
  if (n - from < 1 || n - from > 8 ||
      (IN(low(q, from), FIRST) && !scribe_speech_at(q, from, "short of breath")))
    return FALSE;
  for (int i = from; i < n; i++)
    if (IN(low(q, i), NOT))
      return FALSE;
  return TRUE;
}

/* The words are a thing: neither where nor when nor somebody. */
static gboolean
is_thing(const ScribeUnit *u, int lead)
{
  static const char *const NOT[] = {
      "it",   "they",   "he",   "she",     "we",    "that", "this",  "not",  "never",  "maybe",
      "of",   "to",     "by",   "because", "if",    "so",   "but",   "and",  "or",     "as",
      "very", "pretty", "good", "better",  "worse", "fine", "okay",  "bad",  "well",   "sure",
      "like", "too",    "more", "less",    "there", "here", "where", "who",  "which",  "then",
      "kind", "sort",   "what", "how",     "oh",    "um",   "hmm",   "none", "nothing"};
  if (scribe_prose_opens_loosely(low(u, lead)))
    return FALSE;
  return !IN(low(u, lead), NOT);
}

static char *
by_verb(const ScribeUnit *u, int lead, const ScribeUnit *question, const char *said)
{
  if (asks_of(question, "allerg"))
    return is_thing(u, lead) ? g_strconcat(SUBJECT " is allergic to ", said, NULL) : NULL;
  for (gsize k = 0; k < G_N_ELEMENTS(VERBS); k++)
    if (asks_of(question, VERBS[k].asked) && (VERBS[k].loose || is_thing(u, lead)))
      return g_strconcat(SUBJECT " ", VERBS[k].verb, " ", said, NULL);
  return NULL;
}

/* "how many pillows" → "pillows". */
static char *
counted(const ScribeUnit *question, const ScribePerson *person)
{
  static const char *const HOW[] = {"how many", "how much", "what kind of", "what type of"};
  for (gsize k = 0; k < G_N_ELEMENTS(HOW); k++) {
    int at = scribe_speech_find(question, 0, HOW[k]);
    int from = at + scribe_speech_count(HOW[k]), to = from, n = (int)question->words->len;
    while (at >= 0 && to < n && to < from + 3 && !scribe_prose_is_verb(low(question, to)))
      to++;
    if (at >= 0 && to > from && (to == n || scribe_prose_is_verb(low(question, to))))
      return scribe_voice_clinician(question, from, to, person, scribe_voice_they(person));
  }
  return NULL;
}

static char *
french_answer(const ScribeUnit *question, const char *said)
{
  const char *label = label_of(question, TRUE);
  return label != NULL ? g_strconcat(label, "\u00a0: ", said, NULL) : NULL;
}

char *
scribe_answer_text(const ScribeUnit *u, int lead, const ScribeUnit *question,
                   const ScribePerson *person)
{
  g_autofree char *said = scribe_answer_inward(
      u, lead,
      scribe_voice_patient(u, lead, (int)u->words->len, person, scribe_voice_they(person)));
  if (person->french)
    return french_answer(question, said);
  char *verb = scribe_prose_has_verb(said) && strstr(said, ", and ") == NULL
                   ? NULL
                   : by_verb(u, lead, question, said);
  if (verb != NULL)
    return verb;
  if (scribe_prose_has_verb(said))
    return g_strconcat(SUBJECT " reports ", said, NULL);
  int opens = scribe_english_lead(question);
  g_autofree char *topic =
      scribe_answer_inward(question, opens, scribe_english_topic(question, person));
  const char *label = label_of(question, FALSE);
  if (label == NULL && topic != NULL && says_more(u, lead))
    return g_strconcat(SUBJECT " reports ", topic, " ", said, NULL);
  if (label == NULL && topic != NULL)
    return g_str_has_prefix(topic, "the ")
               ? g_strconcat(topic + strlen("the "), ": ", said, NULL)
               : g_strconcat(SUBJECT " reports ", topic, ": ", said, NULL);
  g_autofree char *number = counted(question, person);
  if (label != NULL || number != NULL)
    return g_strconcat(label != NULL ? label : number, ": ", said, NULL);
  return is_thing(u, lead) && u->words->len - (guint)lead > 1
             ? g_strconcat(SUBJECT " reports ", said, NULL)
             : NULL;
}
