#include "scribe/english.h"

#include <string.h>

#include "guichet/base/text.h"
#include "scribe/answer.h"

#define WORD(u, i) (&g_array_index((u)->words, ScribeWord, (guint)(i)))

static gboolean
in(const char *low, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(low, list[i]) == 0)
      return TRUE;
  return FALSE;
}
#define IN(low, list) in((low), (list), G_N_ELEMENTS(list))

/* ---- the person ---- */

const char *
scribe_english_they(const ScribePerson *person)
{
  return person->sex == SCRIBE_SEX_FEMALE ? "she"
         : person->sex == SCRIBE_SEX_MALE ? "he"
                                          : "the patient";
}

const char *
scribe_english_them(const ScribePerson *person)
{
  return person->sex == SCRIBE_SEX_FEMALE ? "her"
         : person->sex == SCRIBE_SEX_MALE ? "him"
                                          : "the patient";
}

const char *
scribe_english_their(const ScribePerson *person)
{
  return person->sex == SCRIBE_SEX_FEMALE ? "her"
         : person->sex == SCRIBE_SEX_MALE ? "his"
                                          : "their";
}

/* ---- verbs ---- */

static const char *const ADVERBS[] = {
    "also",  "just",      "really", "still",    "usually",    "always",    "never", "sometimes",
    "only",  "even",      "both",   "probably", "definitely", "currently", "now",   "typically",
    "often", "normally",  "mostly", "already",  "certainly",  "recently",  "kind",  "of",
    "not",   "generally", "maybe",  "then",     "actually",   "all",       "mainly"};

/* Past or unchanging: takes no -s. */
static const char *const PASTS[] = {
    "was",     "were",  "had",   "did",     "went",   "took",   "got",     "felt",  "came",
    "saw",     "said",  "told",  "thought", "made",   "began",  "started", "woke",  "fell",
    "hurt",    "hit",   "put",   "cut",     "let",    "quit",   "read",    "set",   "gave",
    "found",   "kept",  "left",  "lost",    "meant",  "ran",    "slept",   "spent", "stood",
    "ate",     "drank", "drove", "knew",    "grew",   "heard",  "held",    "paid",  "rode",
    "sat",     "sent",  "threw", "wore",    "wrote",  "bought", "brought", "broke", "caught",
    "chose",   "did",   "dealt", "fought",  "forgot", "met",    "swam",    "tore",  "understood",
    "won",     "will",  "would", "can",     "could",  "should", "may",     "might", "must",
    "is",      "has",   "does",  "been",    "be",     "shall",  "stuck",   "led",   "twisted",
    "to",      "and",   "or",    "in",      "on",     "with",   "for",     "that",  "who",
    "slipped", "upped", "ever",  "bent",    "built",  "became", "bit",     "blew",  "burnt"};

static const char *const NOT_VERBS[] = {"to",  "and",  "or",  "in",   "on",  "with",
                                        "for", "that", "who", "a",    "the", "my",
                                        "as",  "at",   "if",  "when", "so",  "but"};

static gboolean
is_past(const char *low)
{
  gsize n = strlen(low);
  if (n > 4 && g_str_has_suffix(low, "ed") && strcmp(low, "need") != 0 && strcmp(low, "feed") != 0)
    return TRUE;
  return IN(low, PASTS) || !g_ascii_isalpha(low[0]) || (n > 4 && g_str_has_suffix(low, "ing"));
}

static char *
third(const char *low)
{
  if (strcmp(low, "am") == 0 || strcmp(low, "are") == 0)
    return g_strdup("is");
  if (strcmp(low, "have") == 0)
    return g_strdup("has");
  if (strcmp(low, "do") == 0)
    return g_strdup("does");
  if (strcmp(low, "were") == 0)
    return g_strdup("was");
  if (is_past(low) || IN(low, NOT_VERBS))
    return g_strdup(low);
  gsize n = strlen(low);
  if (n > 1 && low[n - 1] == 'y' && strchr("aeiou", low[n - 2]) == NULL)
    return g_strdup_printf("%.*sies", (int)n - 1, low);
  if (g_str_has_suffix(low, "s") || g_str_has_suffix(low, "sh") || g_str_has_suffix(low, "ch") ||
      g_str_has_suffix(low, "x") || g_str_has_suffix(low, "go"))
    return g_strconcat(low, "es", NULL);
  return g_strconcat(low, "s", NULL);
}

/* ---- words out ---- */

static void
put(GString *out, const char *word, char mark)
{
  if (out->len > 0 && *word != '\0')
    g_string_append_c(out, ' ');
  g_string_append(out, word);
  if (mark == ',')
    g_string_append_c(out, ',');
}

typedef struct {
  const ScribePerson *person;
  const char *subject; /* what the first "I" or "you" becomes */
  gboolean agree;      /* the next verb must agree with the subject */
  gboolean named;      /* the subject stands already */
  GString *out;
} Writer;

static gboolean
ends_with(const GString *out, const char *tail)
{
  return g_str_has_suffix(out->str, tail);
}

/* "the patient slipped and hurt his back": a second subject after "and" is not said again. */
static void
put_subject(Writer *w, char mark)
{
  gboolean again = w->named && ends_with(w->out, " and");
  w->named = TRUE;
  if (again) {
    w->agree = TRUE;
    return;
  }
  put(w->out, w->subject, mark);
  w->subject = scribe_english_they(w->person);
  w->agree = TRUE;
}

static gboolean
is_auxiliary(const char *low)
{
  static const char *const AUX[] = {"am",  "are",  "have",  "do",  "did",   "was",    "were",
                                    "had", "will", "would", "can", "could", "should", "might",
                                    "may", "must", "does",  "is",  "has"};
  return IN(low, AUX);
}

/* A verb that waits for agreement; adverbs between pass. */
static gboolean
put_agreed(Writer *w, const ScribeWord *word, const char *next)
{
  if (!w->agree)
    return FALSE;
  gsize n = strlen(word->low);
  if (IN(word->low, ADVERBS) || (n > 4 && strcmp(word->low + n - 2, "ly") == 0)) {
    put(w->out, word->low, word->mark);
    return TRUE;
  }
  w->agree = FALSE;
  g_autofree char *verb = third(word->low);
  if (strcmp(word->low, "can") == 0 && strcmp(next, "not") == 0)
    put(w->out, "can", 0);
  else
    put(w->out, verb, word->mark);
  return TRUE;
}

static const char *
possessive(const ScribePerson *p)
{
  return scribe_english_their(p);
}

/* The verb before "i" in a turned-round clause ("am i", "have i") agrees too; rare, left alone. */
static gboolean
put_pronoun(Writer *w, const ScribeWord *word, gboolean patient, gboolean object)
{
  const char *low = word->low;
  if (strcmp(low, patient ? "i" : "you") == 0) {
    if (object)
      put(w->out, scribe_english_them(w->person), word->mark);
    else
      put_subject(w, word->mark);
    return TRUE;
  }
  if (strcmp(low, patient ? "my" : "your") == 0) {
    put(w->out, possessive(w->person), word->mark);
    return TRUE;
  }
  if (patient && strcmp(low, "me") == 0) {
    put(w->out, scribe_english_them(w->person), word->mark);
    return TRUE;
  }
  if (strcmp(low, patient ? "mine" : "yours") == 0) {
    put(w->out, w->person->sex == SCRIBE_SEX_FEMALE ? "hers" : "his", word->mark);
    return TRUE;
  }
  if (strcmp(low, patient ? "myself" : "yourself") == 0) {
    put(w->out,
        w->person->sex == SCRIBE_SEX_FEMALE ? "herself"
        : w->person->sex == SCRIBE_SEX_MALE ? "himself"
                                            : "themselves",
        word->mark);
    return TRUE;
  }
  if (patient && strcmp(low, "we") == 0) {
    put(w->out, "they", word->mark);
    return TRUE;
  }
  if (patient && strcmp(low, "our") == 0) {
    put(w->out, "their", word->mark);
    return TRUE;
  }
  return FALSE;
}

static gboolean
you_is_object(const ScribeUnit *u, int i, int to)
{
  static const char *const BEFORE[] = {
      "to",      "for",  "with",   "on",        "of",        "at",       "from",   "see",
      "give",    "get",  "send",   "refer",     "start",     "put",      "help",   "have",
      "want",    "let",  "show",   "tell",      "ask",       "told",     "treat",  "keep",
      "like",    "need", "switch", "prescribe", "giving",    "seeing",   "saw",    "gave",
      "bring",   "took", "make",   "bother",    "bothering", "hurt",     "brings", "cause",
      "causing", "sent", "about",  "thank",     "advise",    "recommend"};
  static const char *const AFTER[] = {
      "on",   "with", "in",   "for",   "back", "at", "a",    "the",   "some",   "and",   "or",
      "from", "out",  "off",  "again", "this", "to", "your", "about", "up",     "today", "an",
      "that", "as",   "down", "over",  "into", "by", "if",   "so",    "through"};
  const char *next = scribe_speech_low(u, i + 1), *previous = scribe_speech_low(u, i - 1);
  if (i + 1 >= to)
    return TRUE;
  if (IN(previous, BEFORE))
    return !is_auxiliary(next) || strcmp(previous, "like") != 0;
  return *previous != '\0' && IN(next, AFTER) && !is_auxiliary(previous);
}

/* Said → written, where it is the same thing. */
static const struct {
  const char *said, *written;
} PHRASES[] = {
    {"high blood pressure", "hypertension"},
    {"call me if", "call if"},
    {"call me right away", "call right away"},
    {"call us if", "call if"},
    {"let me know if", "report if"},
    {"come back and see me", "return"},
    {"come back to see me", "return"},
    {"see me back", "return"},
    {"it is been", "it has been"},
    {"he is been", "he has been"},
    {"she is been", "she has been"},
    {"that is been", "that has been"},
    {"there is been", "there has been"},
    {"throwing up", "vomiting"},
    {"once a day", "once daily"},
    {"one time a day", "once daily"},
    {"twice a day", "twice daily"},
    {"two times a day", "twice daily"},
    {"2 times a day", "twice daily"},
    {"three times a day", "three times daily"},
    {"3 times a day", "3 times daily"},
    {"every day", "daily"},
    {"everyday", "daily"},
    {"x ray", "x-ray"},
    {"x rays", "x-rays"},
    {"belly", "abdomen"},
    {"peeing", "urinating"},
    {"pee", "urinate"},
    {"laying flat", "lying flat"},
    {"gotten", "become"},
    {"a lot of", "a lot of"},
    {"over the counter", "over-the-counter"},
    {"physical therapist", "physical therapist"},
    {"want to", "want to"},
    {"in order to", "to"},
    {"can not", "cannot"},
    {"hep c", "hepatitis C"},
    {"dm2", "type 2 diabetes"},
};

static int
put_phrase(Writer *w, const ScribeUnit *u, int i, int to)
{
  for (gsize k = 0; k < G_N_ELEMENTS(PHRASES); k++) {
    if (!scribe_speech_at(u, i, PHRASES[k].said))
      continue;
    int n = scribe_speech_count(PHRASES[k].said);
    if (i + n <= to) {
      put(w->out, PHRASES[k].written, WORD(u, i + n - 1)->mark);
      return n;
    }
  }
  return 0;
}

static char *
render(const ScribeUnit *u, int from, int to, const ScribePerson *person, const char *subject,
       gboolean patient)
{
  Writer w = {person, subject, FALSE, FALSE, g_string_new(NULL)};
  for (int i = from; i < to; i++) {
    const ScribeWord *word = WORD(u, i);
    gboolean object = !patient && you_is_object(u, i, to);
    int n = w.agree ? 0 : put_phrase(&w, u, i, to);
    if (n > 0) {
      i += n - 1;
      continue;
    }
    if (put_pronoun(&w, word, patient, object))
      continue;
    if (put_agreed(&w, word, scribe_speech_low(u, i + 1)))
      continue;
    put(w.out, word->text, word->mark);
  }
  return g_string_free(w.out, FALSE);
}

char *
scribe_english_patient(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                       const char *subject)
{
  return render(unit, from, to, person, subject, TRUE);
}

char *
scribe_english_clinician(const ScribeUnit *unit, int from, int to, const ScribePerson *person,
                         const char *subject)
{
  return render(unit, from, to, person, subject, FALSE);
}

/* ---- questions and answers ---- */

static const char *const LEADS[] = {
    "okay",
    "so",
    "well",
    "and",
    "but",
    "now",
    "all right",
    "right",
    "yes",
    "great",
    "good",
    "then",
    "sure",
    "like",
    "because",
    "no",
    "mm-hmm",
    "perfect",
    "also",
    "wow",
    "hi",
    "hello",
    "hey",
    "or",
    "fine",
    "exactly",
    "absolutely",
    "correct",
    "i think",
    "i believe",
    "i would say",
    "i guess",
    "it is like",
    "let us see",
    "excellent",
    "awesome",
    "uh-huh",
    "i know",
    "thank you",
    "sorry",
    "gotcha",
    "got it",
    "i see",
    "sounds good",
    "it sounds like",
    "it looks like",
    "it seems like",
    "that is good",
    "please",
    "anyway",
};

/* "No fever", "no one in my family": this no is a part of what is said, and stays.  Only before a
 * new clause, or with a comma behind it, it answers. */
static gboolean
no_is_meant(const ScribeUnit *unit, int i)
{
  static const char *const CLAUSE[] = {"",
                                       "i",
                                       "it",
                                       "he",
                                       "she",
                                       "we",
                                       "you",
                                       "they",
                                       "that",
                                       "this",
                                       "there",
                                       "not",
                                       "no",
                                       "but",
                                       "because",
                                       "so",
                                       "just",
                                       "my",
                                       "the",
                                       "never",
                                       "yes",
                                       "okay",
                                       "actually",
                                       "nothing",
                                       "thank",
                                       "thanks",
                                       "sir",
                                       "ma'am",
                                       "doctor",
                                       "oh",
                                       "well",
                                       "mm-hmm",
                                       "uh",
                                       "unfortunately",
                                       "fortunately",
                                       "if",
                                       "his",
                                       "her",
                                       "none",
                                       "really",
                                       "what",
                                       "why",
                                       "then",
                                       "and",
                                       "or"};
  return strcmp(scribe_speech_low(unit, i), "no") == 0 && WORD(unit, i)->mark == 0 &&
         !IN(scribe_speech_low(unit, i + 1), CLAUSE);
}

int
scribe_english_lead(const ScribeUnit *unit)
{
  int i = 0, n = (int)unit->words->len;
  gboolean moved = TRUE;
  while (moved && i < n) {
    moved = FALSE;
    for (gsize k = 0; !moved && k < G_N_ELEMENTS(LEADS); k++)
      if (scribe_speech_at(unit, i, LEADS[k]) && !no_is_meant(unit, i)) {
        i += scribe_speech_count(LEADS[k]);
        moved = TRUE;
      }
  }
  if (i > 0 && i + 1 < n && strcmp(scribe_speech_low(unit, i), "that") == 0 &&
      IN(scribe_speech_low(unit, i + 1), ((const char *const[]){"you", "i", "the", "your", "my",
                                                                "we", "he", "she", "it", "there"})))
    i++;
  return MIN(i, n);
}

ScribeAnswer
scribe_english_answer(const ScribeUnit *unit)
{
  static const char *const YES[] = {"yes",        "mm-hmm",     "uh-huh",  "correct", "sure",
                                    "absolutely", "definitely", "exactly", "right",   "both"};
  static const char *const NO[] = {"no", "none", "never", "negative", "nothing", "neither"};
  static const char *const NO_PHRASES[] = {"not really",    "not at all", "not that i", "i do not",
                                           "i have not",    "i am not",   "not yet",    "i never",
                                           "not currently", "no i"};
  static const char *const YES_PHRASES[] = {"i do",          "i have",          "i am",
                                            "that is right", "that is correct", "i did",
                                            "it does",       "it is",           "i was"};
  int i = 0;
  while (IN(scribe_speech_low(unit, i), ((const char *const[]){"well", "okay", "so", "oh", "and"})))
    i++;
  const char *first = scribe_speech_low(unit, i);
  if (no_is_meant(unit, i) &&
      !IN(scribe_speech_low(unit, i + 1), ((const char *const[]){"one", "body"})))
    return SCRIBE_ANSWER_NONE; /* "no weight loss" says nothing of the rest of the question */
  if (IN(first, NO))
    return SCRIBE_ANSWER_NO;
  for (gsize k = 0; k < G_N_ELEMENTS(NO_PHRASES); k++)
    if (scribe_speech_at(unit, i, NO_PHRASES[k]))
      return SCRIBE_ANSWER_NO;
  if (IN(first, YES))
    return SCRIBE_ANSWER_YES;
  for (gsize k = 0; k < G_N_ELEMENTS(YES_PHRASES); k++)
    if (scribe_speech_at(unit, i, YES_PHRASES[k]) && unit->words->len <= (guint)i + 3)
      return SCRIBE_ANSWER_YES;
  return SCRIBE_ANSWER_NONE;
}

/* Where the thing asked about begins: past "do you have any". */
static const char *const HAVE_YOU[] = {
    "do you have any",
    "do you have a",
    "do you have",
    "are you having any",
    "are you having",
    "have you had any",
    "have you had",
    "have you noticed any",
    "have you noticed",
    "have you been having any",
    "have you been having",
    "did you have any",
    "did you have",
    "do you get any",
    "do you get",
    "have you experienced any",
    "have you experienced",
    "are you experiencing any",
    "are you experiencing",
    "do you notice any",
    "do you feel any",
    "did you notice any",
    "have you felt any",
    "were you having any",
    "have you had a",
    "any",
    "is there any",
    "are there any",
    "has there been any",
    "were there any",
    "was there any",
    "you have any",
    "you had any",
    "had any",
    "have any",
    "do you still have any",
    "did you experience any",
    "how about any",
    "what about any",
};

/* "… or does it give way": another question, of which the answer says nothing sure. */
static gboolean
turns_away(const ScribeUnit *q, int i)
{
  static const char *const AUX[] = {"does", "do",   "is",  "are",  "did",
                                    "has",  "have", "was", "were", "can"};
  static const char *const WHO[] = {"it",  "that", "this", "they", "he",
                                    "she", "the",  "your", "there"};
  return strcmp(scribe_speech_low(q, i), "or") == 0 && IN(scribe_speech_low(q, i + 1), AUX) &&
         IN(scribe_speech_low(q, i + 2), WHO);
}

/* Words of HAVE_YOU at `i`, the most that match; 0 none.  Only whole questions count: not "any". */
static int
asks_again(const ScribeUnit *q, int i)
{
  int best = 0;
  for (gsize k = 0; k < G_N_ELEMENTS(HAVE_YOU); k++)
    if (strstr(HAVE_YOU[k], "you") != NULL && scribe_speech_at(q, i, HAVE_YOU[k]))
      best = MAX(best, scribe_speech_count(HAVE_YOU[k]));
  return best;
}

/* "new conditions, or are you experiencing any symptoms" → "new conditions or symptoms". */
static char *
asked_things(const ScribeUnit *q, int from, int to, const ScribePerson *person)
{
  GString *all = g_string_new(NULL);
  for (int i = from; i < to;) {
    int end = i;
    while (end < to && !turns_away(q, end) && (end == i || asks_again(q, end) == 0))
      end++;
    if (turns_away(q, end))
      to = end;
    g_autofree char *part =
        scribe_english_clinician(q, i, end, person, scribe_english_they(person));
    g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", part);
    i = end < to ? end + asks_again(q, end) : end;
  }
  char *last = strrchr(all->str, ',');
  if (last != NULL && strstr(all->str, " or ") == NULL && strstr(all->str, " and ") == NULL) {
    gssize at = (gssize)(last - all->str);
    g_string_erase(all, at, 1);
    g_string_insert(all, at, " or");
  }
  char *comma = strstr(all->str, ", or ");
  if (comma != NULL && strchr(comma + 1, ',') == NULL && strchr(all->str, ',') == comma)
    g_string_erase(all, (gssize)(comma - all->str), 1);
  return g_string_free(all, FALSE);
}

/* What a question with "any" asks about: "cramps" of "any cramps"; NULL for another question. */
char *
scribe_english_topic(const ScribeUnit *question, const ScribePerson *person)
{
  static const char *const NAMED[] = {"you have", "you are having", "you have got"};
  int lead = scribe_english_lead(question), to = (int)question->words->len, end = -1;
  if (scribe_speech_low(question, lead + 1)[0] != '\0' &&
      g_array_index(question->words, ScribeWord, (guint)lead).mark == ',')
    lead++; /* a name: "Rhys, you have stomach pain?" */
  for (gsize k = 0; question->question && k < G_N_ELEMENTS(NAMED); k++)
    if (scribe_speech_at(question, lead, NAMED[k]))
      end = lead + scribe_speech_count(NAMED[k]);
  for (gsize k = 0; k < G_N_ELEMENTS(HAVE_YOU); k++)
    if (scribe_speech_at(question, lead, HAVE_YOU[k]))
      end = MAX(end, lead + scribe_speech_count(HAVE_YOU[k]));
  if (end < 0 && question->question && scribe_answer_bare_list(question, lead))
    end = lead;
  if (end < 0 || end >= to || to - end > 5)
    return NULL;
  return scribe_english_clinician(question, end, to, person, scribe_english_they(person));
}

static char *
listed(const ScribeUnit *q, int from, ScribeAnswer answer, const ScribePerson *person)
{
  int to = (int)q->words->len;
  static const char *const TAILS[] = {"at all",  "recently",  "lately",  "right now", "with that",
                                      "with it", "like that", "as well", "today"};
  for (gsize k = 0; k < G_N_ELEMENTS(TAILS); k++) {
    int n = scribe_speech_count(TAILS[k]);
    if (to - n > from && scribe_speech_at(q, to - n, TAILS[k]))
      to -= n;
  }
  if (from >= to || to - from > 24)
    return NULL;
  g_autofree char *what = asked_things(q, from, to, person);
  if (scribe_speech_at(q, from, "short of breath")) {
    char *rest = g_strconcat("shortness of breath", what + strlen("short of breath"), NULL);
    g_free(what);
    what = rest;
  }
  if (g_ascii_isupper(what[0]) && g_ascii_islower(what[1]))
    what[0] = g_ascii_tolower(what[0]); /* it stood at the question's beginning */
  static const char *const SPECIFIC[] = {"any",      "a",       "an",    "the",  "these",
                                         "those",    "anybody", "that",  "this", "your",
                                         "anything", "other",   "anyone"};
  const char *any = IN(scribe_speech_low(q, from), SPECIFIC) ? "" : "any ";
  return answer == SCRIBE_ANSWER_NO ? g_strconcat("denies ", any, what, NULL)
                                    : g_strconcat("reports ", what, NULL);
}

static const struct {
  const char *asked;
  const char *yes, *no;
} TURNED[] = {
    {"do you", "", "does not"},     {"did you", "", "did not"},
    {"are you", "is", "is not"},    {"were you", "was", "was not"},
    {"have you", "has", "has not"}, {"can you", "can", "cannot"},
    {"you are", "is", "is not"},    {"you have", "has", "does not have"},
    {"had you", "had", "had not"},  {"will you", "will", "will not"},
    {"you do", "does", "does not"}, {"could you", "could", "could not"},
    {"you were", "was", "was not"},
};

/* "have you tried anything" + yes says that there is something, not what. */
static gboolean
is_open(const ScribeUnit *q, int from)
{
  static const char *const OPEN[] = {"anything", "any", "ever", "or", "something", "anybody"};
  for (int i = from; i < (int)q->words->len; i++)
    if (IN(scribe_speech_low(q, i), OPEN))
      return TRUE;
  return FALSE;
}

/* "are you still on your metformin" + yes → "is still on his metformin". */
static char *
turned(const ScribeUnit *q, int i, ScribeAnswer answer, const ScribePerson *person)
{
  int to = (int)q->words->len;
  for (gsize k = 0; k < G_N_ELEMENTS(TURNED); k++) {
    if (!scribe_speech_at(q, i, TURNED[k].asked))
      continue;
    int from = i + 2;
    if (answer == SCRIBE_ANSWER_YES && is_open(q, i))
      return NULL;
    if (from >= to || to - from > 24)
      return NULL;
    g_autofree char *rest =
        scribe_english_clinician(q, from, to, person, scribe_english_they(person));
    const char *aux = answer == SCRIBE_ANSWER_YES ? TURNED[k].yes : TURNED[k].no;
    if (*aux != '\0')
      return g_strconcat(aux, " ", rest, NULL);
    if (strcmp(TURNED[k].asked, "did you") == 0)
      return g_strconcat("did ", rest, NULL);
    char *space = strchr(rest, ' ');
    g_autofree char *head = space != NULL ? g_strndup(rest, (gsize)(space - rest)) : g_strdup(rest);
    if (IN(head, ADVERBS))
      return g_strdup(rest);
    g_autofree char *verb = third(head);
    return g_strconcat(verb, space != NULL ? space : "", NULL);
  }
  return NULL;
}

char *
scribe_english_answered(const ScribeUnit *question, ScribeAnswer answer, const ScribePerson *person,
                        gboolean *ret_list)
{
  int lead = scribe_english_lead(question);
  int best = -1, end = -1;
  for (gsize k = 0; k < G_N_ELEMENTS(HAVE_YOU); k++) {
    int n = scribe_speech_count(HAVE_YOU[k]);
    int at = scribe_speech_find(question, lead, HAVE_YOU[k]);
    if (at >= 0 && at <= lead + 8 && (best < 0 || at < best || (at == best && at + n > end))) {
      best = at;
      end = at + n;
    }
  }
  *ret_list = TRUE;
  if (best < 0 && answer == SCRIBE_ANSWER_NO &&
      IN(scribe_speech_low(question, lead),
         ((const char *const[]){"anyone", "anybody", "anything"})))
    return listed(question, lead, answer, person);
  if (best >= 0)
    return listed(question, end, answer, person);
  if (best < 0 && question->turn < 2 && question->words->len > (guint)lead + 1 &&
      WORD(question, lead)->mark == ',')
    lead++; /* "Anika, a rash?" */
  if (question->question && scribe_answer_bare_list(question, lead))
    return listed(question, lead, answer, person);
  *ret_list = FALSE;
  for (int i = lead; i < lead + 6; i++) {
    char *text = turned(question, i, answer, person);
    if (text != NULL)
      return text;
  }
  return NULL;
}

/* ---- sentences ---- */

static const char *const CAPITALS[] = {
    "mri", "ct",  "ekg",  "ecg",  "cbc",  "tsh", "psa", "ldl", "hdl", "copd", "gerd",
    "hiv", "er",  "icu",  "bmi",  "cpap", "a1c", "acl", "iv",  "ed",  "uti",  "tmj",
    "pt",  "dvt", "adhd", "ptsd", "hcv",  "rna", "ast", "alt", "bph", "ibs",  "emg",
    "pcp", "gi",  "urti", "chf",  "cad",  "ccp", "egd", "i"};

static void
append_word(GString *out, const char *word, gsize n, const ScribePerson *person)
{
  g_autofree char *copy = g_strndup(word, n);
  g_autofree char *core = g_ascii_strdown(copy, -1);
  gsize len = strlen(core);
  while (len > 0 && strchr(",.:;()", core[len - 1]) != NULL)
    core[--len] = '\0';
  if (IN(core, CAPITALS)) {
    g_autofree char *up = g_ascii_strup(copy, -1);
    g_string_append(out, up);
  } else if (person->name != NULL && strcmp(core, person->name) == 0) {
    g_string_append_c(out, g_ascii_toupper(copy[0]));
    g_string_append(out, copy + 1);
  } else {
    g_string_append(out, copy);
  }
}

char *
scribe_english_sentence(char *text_taken, const ScribePerson *person)
{
  g_autofree char *text = text_taken;
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0';) {
    gsize n = strcspn(p, " ");
    if (n > 0) {
      if (out->len > 0)
        g_string_append_c(out, ' ');
      append_word(out, p, n, person);
    }
    p += n + (p[n] == ' ');
  }
  while (out->len > 0 && strchr(" ,.-", out->str[out->len - 1]) != NULL)
    g_string_truncate(out, out->len - 1);
  if (out->len == 0)
    return g_string_free(out, FALSE);
  g_autofree char *first = g_utf8_strup(out->str, (gssize)(base_text_next(out->str) - out->str));
  g_string_erase(out, 0, (gssize)(base_text_next(out->str) - out->str));
  g_string_prepend(out, first);
  g_string_append_c(out, '.');
  return g_string_free(out, FALSE);
}
