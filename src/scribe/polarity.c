#include "scribe/polarity.h"

#include <string.h>

#define POLARITY_REACH 14u
#define POLARITY_LIST 60u /* of one denied thing after another */
#define POLARITY_ITEM 6u  /* words of one of them */
#define POLARITY_REACH_BACK 6u

static gboolean
stops(const ScribeReading *r, guint i)
{
  static const char *const ANYONE[] = {"anyone", "anybody", "someone", "personne", NULL};
  if ((scribe_reading_cue(r, i) & LEXICON_CUE_END) == 0)
    return FALSE;
  if (scribe_reading_is(r, i, "who") || scribe_reading_is(r, i, "qui"))
    return i == 0 || !g_strv_contains(ANYONE, scribe_reading_word(r, i - 1));
  guint words = scribe_reading_token(r, i)->words_of[LEXICON_CUE]; /* "as well as any bleeding" */
  return !scribe_reading_is(r, i + MAX(1u, words), "any");
}

static void
set(ScribeToken *token, gint8 polarity, guint sure)
{
  token->polarity = polarity;
  token->sure = (guint8)sure;
}

/* "no wheezing on your heart exam you do have a murmur": somebody who does something. */
static gboolean
opens_clause(const ScribeReading *r, guint i)
{
  static const char *const WHO[] = {"you",   "i",    "he", "she",  "it", "they", "we",
                                    "there", "vous", "je", "elle", "il", "on",   NULL};
  static const char *const DOES[] = {"do",   "does", "did",  "have", "has", "had",  "are", "is",
                                     "was",  "were", "re",   "s",    "m",   "ll",   "ve",  "will",
                                     "see",  "feel", "take", "take", "get", "want", "can", "avez",
                                     "etes", "ai",   "suis", "a",    "est", NULL};
  static const char *const EXAM[] = {"exam", "examination", "examen", NULL};
  static const char *const OF[] = {"over", "on",   "in",    "of",   "with",   "to",      "at",
                                   "from", "or",   "and",   "for",  "by",     "about",   "taking",
                                   "nor",  "into", "along", "near", "around", "through", NULL};
  if (scribe_reading_is(r, i, "otherwise"))
    return TRUE;
  if (scribe_reading_is(r, i, "your") && scribe_reading_token(r, i - 1)->weight > 1.5f)
    return !g_strv_contains(OF, scribe_reading_word(r, i - 1));
  if (scribe_reading_is(r, i, "that") && i > 0 &&
      !g_strv_contains(OF, scribe_reading_word(r, i - 1)))
    return scribe_reading_is(r, i + 1, "s") || scribe_reading_is(r, i + 1, "means");
  if (scribe_reading_is(r, i, "on") &&
      (scribe_reading_is(r, i + 1, "your") || scribe_reading_is(r, i + 1, "the")))
    return g_strv_contains(EXAM, scribe_reading_word(r, i + 3)) ||
           g_strv_contains(EXAM, scribe_reading_word(r, i + 2));
  return g_strv_contains(WHO, scribe_reading_word(r, i)) &&
         g_strv_contains(DOES, scribe_reading_word(r, i + 1)) &&
         !scribe_reading_is(r, i - 1, "that") && !scribe_reading_is(r, i - 1, "than") &&
         !scribe_reading_is(r, i - 1, "as");
}

/* "no pronator drift sensation is intact": speech written down without marks; what stands before a
 * verb of being is the next thing that is told of.  Where the reach ends. */
static guint
next_clause(const ScribeReading *r, guint cue, guint last)
{
  static const char *const BE[] = {"is", "are", "was", "were", "est", "sont", "etait", NULL};
  static const char *const FOUND[] = {"seen",     "noted",    "present",  "appreciated",
                                      "found",    "palpated", "there",    "noted",
                                      "reported", "visible",  "retrouve", NULL};
  static const char *const EITHER[] = {"or", "nor", "ou", "ni",
                                       NULL}; /* "no knives or guns were" */
  for (guint i = cue + 2; i <= last; i++) {
    if (i > cue + 2 && g_strv_contains(BE, scribe_reading_word(r, i)) &&
        !g_strv_contains(FOUND, scribe_reading_word(r, i + 1)) &&
        !g_strv_contains(EITHER, scribe_reading_word(r, i - 2)))
      return i - 2;
    if (opens_clause(r, i))
      return i - 1;
  }
  return last;
}

static gboolean
joins(const ScribeReading *r, guint i)
{
  static const char *const JOIN[] = {"or", "and", "nor", "ou", "et", "ni", NULL};
  return g_strv_contains(JOIN, scribe_reading_word(r, i));
}

/* "denies fever, chills, cough, …": each item begins the reach anew.  Where a list that goes on
 * past the usual reach ends. */
static guint
list_end(const ScribeReading *r, guint cue, guint last)
{
  guint item = cue, end = MIN(last, cue + POLARITY_REACH);
  for (guint i = cue + 1; i <= last && i <= cue + POLARITY_LIST && i <= item + POLARITY_ITEM; i++) {
    if ((scribe_reading_token(r, i)->flags & READING_COMMA) || joins(r, i))
      item = i;
    end = MAX(end, i);
  }
  return end;
}

/* "without benefit and ultimately came", "no rash and is sleeping well": what is told after "and"
 * is told by a verb of its own. */
static gboolean
turns_to_tell(const ScribeReading *r, guint i, guint last)
{
  static const char *const AND[] = {"and", "et", NULL};
  static const char *const VERBS[] = {
      "is",        "are",   "was",   "were", "has",   "had",   "will",  "would", "can",
      "could",     "may",   "does",  "did",  "came",  "went",  "takes", "took",  "uses",
      "used",      "began", "feels", "felt", "lives", "works", "got",   "gets",  "underwent",
      "continues", "est",   "sont",  "a",    "etait", "va",    "prend", "reste", NULL};
  if (!g_strv_contains(AND, scribe_reading_word(r, i)))
    return FALSE;
  for (guint k = i + 1; k <= i + 2 && k <= last; k++)
    if (g_strv_contains(VERBS, scribe_reading_word(r, k)))
      return !(scribe_reading_cue(r, k + 1) & LEXICON_CUE_NEGATE);
  return FALSE;
}

/* "does not think she has reflux": the doubt reaches past the verb of the other clause. */
static gboolean
doubts(const ScribeReading *r, guint cue)
{
  static const char *const OPINION[] = {
      "think",   "believe", "feel", "recall", "remember", "report", "know", "notice",
      "suspect", "endorse", "that", "told",   "pense",    "croit",  "que",  NULL};
  static const char *const NOBODY[] = {"one", "body", NULL};
  if (g_strv_contains(NOBODY, scribe_reading_word(r, cue + 1)))
    return TRUE; /* "no one at home is sick" */
  return g_strv_contains(OPINION, scribe_reading_word(r, cue + 1)) ||
         g_strv_contains(OPINION, scribe_reading_word(r, cue + 2)) ||
         scribe_reading_is(r, cue + 2, "told");
}

static void
spread(ScribeReading *r, guint cue, guint last, gint8 polarity)
{
  guint reach = polarity < 0 ? list_end(r, cue, last) : MIN(last, cue + POLARITY_REACH);
  gboolean doubt = polarity < 0 && doubts(r, cue);
  if (polarity < 0 && !doubt)
    reach = next_clause(r, cue, reach);
  for (guint i = cue + 1; i <= reach; i++) {
    if (stops(r, i) || (polarity < 0 && i > cue + 1 && turns_to_tell(r, i, last)))
      return;
    ScribeToken *token = scribe_reading_token(r, i);
    guint flags = scribe_reading_cue(r, i);
    gboolean after_comma = (token->flags & READING_COMMA) != 0;
    if (polarity < 0 && !doubt && (flags & LEXICON_CUE_AFFIRM) && i > cue + 2 &&
        !(flags & LEXICON_CUE_NEGATE))
      return;
    if (polarity > 0 && (flags & LEXICON_CUE_NEGATE))
      return;
    /* a new subject after a comma is a new statement */
    if (after_comma && (flags & (LEXICON_CUE_FEMALE | LEXICON_CUE_MALE)))
      return;
    set(token, polarity, 100 - MIN(polarity < 0 ? 40 : 70, 6 * (i - cue - 1)));
    if (scribe_reading_is(r, cue, "non") &&
        (scribe_reading_token(r, cue + 1)->flags & READING_HYPHEN))
      return; /* "non-healing" */
  }
}

static void
spread_back(ScribeReading *r, guint cue, guint first)
{
  for (guint i = cue; i > first && cue - i < POLARITY_REACH_BACK; i--) {
    if (scribe_reading_token(r, i)->flags & READING_COMMA)
      return;
    set(scribe_reading_token(r, i - 1), -1, 80);
  }
}

static gboolean
has_end(const ScribeReading *r, guint first, guint last)
{
  for (guint i = first; i < last; i++)
    if (scribe_reading_cue(r, i) & LEXICON_CUE_END)
      return TRUE;
  return FALSE;
}

/* "No I was born there", "no just the pain": an answer, and then something else. */
static gboolean
is_interjection(const ScribeReading *r, const ScribeSentence *s, guint i)
{
  static const char *const NEXT[] = {
      "i",    "we",   "he",   "she",    "it",     "they", "that",    "this",       "my",
      "just", "only", "sir",  "mostly", "doctor", "uh",   "um",      "thankfully", "fortunately",
      "je",   "il",   "elle", "on",     "c",      "ca",   "docteur", NULL};
  if (i != s->first || i >= s->last ||
      !(scribe_reading_cue(r, i) & (LEXICON_CUE_NO | LEXICON_CUE_YES)))
    return FALSE;
  return (scribe_reading_token(r, i + 1)->flags & READING_COMMA) ||
         (scribe_reading_token(r, i)->words_of[LEXICON_CUE] == 1 &&
          g_strv_contains(NEXT, scribe_reading_word(r, i + 1)));
}

static void
mark_sentence(ScribeReading *r, const ScribeSentence *s)
{
  for (guint i = s->first; i <= s->last; i++) {
    guint flags = scribe_reading_cue(r, i);
    if (is_interjection(r, s, i))
      continue;
    if (flags & LEXICON_CUE_AFFIRM)
      spread(r, i, s->last, scribe_reading_token(r, i)->polarity < 0 ? -1 : 1);
    gboolean alone = i - s->first < POLARITY_REACH_BACK && !has_end(r, s->first, i);
    if ((flags & LEXICON_CUE_NEGATE) && i == s->last && i > s->first && alone)
      for (guint k = i; k > s->first && i - k < POLARITY_REACH_BACK; k--) /* "Alcohol: none" */
        set(scribe_reading_token(r, k - 1), -1, 80);
    else if (flags & LEXICON_CUE_NEGATE)
      spread(r, i, s->last, -1);
    if (flags & LEXICON_CUE_NEGATE_AFTER)
      spread_back(r, i, s->first);
  }
}

void
scribe_polarity_mark(ScribeReading *r)
{
  for (guint i = 0; i < r->sentences->len; i++)
    mark_sentence(r, &g_array_index(r->sentences, ScribeSentence, i));
}

/* "I have." answers; "I have a drink now and then" tells. */
static gboolean
is_whole(const ScribeReading *r, guint i)
{
  if (!scribe_reading_is(r, i, "i"))
    return TRUE;
  guint after = i + scribe_reading_token(r, i)->words_of[LEXICON_CUE];
  if (after >= r->tokens->len || after == i)
    return TRUE;
  const ScribeToken *next = scribe_reading_token(r, after);
  return next->turn != scribe_reading_token(r, i)->turn ||
         (next->flags & (READING_SENTENCE | READING_COMMA)) != 0;
}

/* 1 yes, -1 no, 0 neither: by the first words of the turn that starts at `first`; "I have not" is
 * no. */
static gint8
answer_of(const ScribeReading *r, guint first)
{
  guint turn = scribe_reading_token(r, first)->turn;
  gint8 answer = 0;
  for (guint i = first; i < r->tokens->len && i < first + 5; i++) {
    const ScribeToken *token = scribe_reading_token(r, i);
    if (token->turn != turn || (answer != 0 && (token->flags & READING_SENTENCE)))
      break;
    guint flags = scribe_reading_cue(r, i);
    if (answer > 0 && ((token->flags & READING_COMMA) || (flags & LEXICON_CUE_END)))
      break;
    if (scribe_reading_is(r, i, "uh") && (scribe_reading_cue(r, i + 2) & LEXICON_CUE_YES))
      continue; /* "uh uh yes" */
    if (flags & (LEXICON_CUE_NO | LEXICON_CUE_NEGATE))
      return -1;
    if ((flags & LEXICON_CUE_YES) && token->words_of[LEXICON_CUE] > 0 && answer == 0 &&
        is_whole(r, i))
      answer = 1;
  }
  return answer;
}

static gboolean
opens_question(const ScribeReading *r, guint i)
{
  static const char *const VERBS[] = {"do", "does", "did", "have", "has",  "are",
                                      "is", "were", "was", "avez", "etes", NULL};
  static const char *const WHO[] = {"you", "your", "there", "he", "she",
                                    "it",  "they", "vous",  NULL};
  if (scribe_reading_is(r, i, "any") || scribe_reading_is(r, i, "anything"))
    return TRUE;
  return g_strv_contains(VERBS, scribe_reading_word(r, i)) &&
         g_strv_contains(WHO, scribe_reading_word(r, i + 1));
}

/* Speech written down without marks: what follows the last opening of a question is asked. */
static void
ask_unmarked(ScribeReading *r, guint first, guint next)
{
  guint from = next;
  for (guint i = first; i < next; i++) {
    if (scribe_reading_token(r, i)->asked)
      return;
    if (opens_question(r, i) && next - i < 30 && (from == next || i > from + 12))
      from = i;
  }
  for (guint i = from; i < next; i++)
    scribe_reading_token(r, i)->asked = 1;
}

/* "any chest pain or anything like that no no": asked and answered in one breath. */
static void
answer_inside(ScribeReading *r, guint first, guint next)
{
  for (guint i = first + 1; i + 1 < next; i++) {
    if (!(scribe_reading_cue(r, i) & LEXICON_CUE_NO) ||
        !(scribe_reading_cue(r, i + 1) & LEXICON_CUE_NO))
      continue;
    for (guint k = i; k > first && i - k < 20; k--) {
      set(scribe_reading_token(r, k - 1), -1, 80);
      if (scribe_reading_is(r, k - 1, "any"))
        break;
    }
  }
}

static guint
turn_end(const ScribeReading *r, guint first)
{
  guint turn = scribe_reading_token(r, first)->turn, next = first;
  while (next < r->tokens->len && scribe_reading_token(r, next)->turn == turn)
    next++;
  return next;
}

/* "How is your appetite?" is not answered by yes or no; "what about fever?" is. */
static gboolean
is_open(const ScribeReading *r, guint i)
{
  static const char *const OPEN[] = {"how",      "what", "when",    "where",   "why",
                                     "which",    "who",  "comment", "quand",   "ou",
                                     "pourquoi", "quel", "quelle",  "combien", NULL};
  guint first = i;
  while (first > 0 && !(scribe_reading_token(r, first)->flags & READING_SENTENCE))
    first--;
  for (guint k = first; k < i && k < first + 3; k++)
    if (g_strv_contains(OPEN, scribe_reading_word(r, k)) && !scribe_reading_is(r, k + 1, "about"))
      return TRUE;
  return FALSE;
}

/* What is asked and then said again in the answer is as the answer has it: "Any nausea? Any vision
 * changes?" "Yes, nausea. No vision changes."  0: it is not said again. */
static gint8
said_again(const ScribeReading *r, guint i, guint answer, guint end)
{
  const ScribeToken *asked = scribe_reading_token(r, i);
  if (asked->key == 0 || asked->weight < 2.0f)
    return 0;
  for (guint k = answer; k < end && k < answer + 30; k++) {
    const ScribeToken *token = scribe_reading_token(r, k);
    if (token->key == asked->key && !token->asked)
      return token->polarity < 0 ? -1 : 1;
  }
  return 0;
}

#define REPEATED 4u /* words of a question that is said again: "Chest pain." */

/* "Hm." or "Psoriasis, what's that?": the answer comes later. */
static gboolean
puts_off(const ScribeReading *r, guint first, guint end)
{
  if (end - first <= 2)
    return TRUE;
  return end - first <= 8 && scribe_reading_token(r, end - 1)->asked;
}

/* "Before I prescribe something for your eczema, are you allergic to any drugs?": what is asked
 * starts after the comma. */
static guint
question_opening(const ScribeReading *r, guint first, guint next)
{
  for (guint i = first + 1; i < next && !(scribe_reading_token(r, i)->flags & READING_SENTENCE);
       i++)
    if ((scribe_reading_token(r, i)->flags & READING_COMMA) && opens_question(r, i))
      return i;
  return first;
}

static void
answer_turn(ScribeReading *r, guint first, guint next)
{
  guint n = r->tokens->len, reply = next, end = next < n ? turn_end(r, next) : n;
  guint repeated = n; /* where the question was said again */
  gint8 answer = next < n ? answer_of(r, next) : 0;
  for (guint detour = 0; detour < 2 && answer == 0 && end < n && puts_off(r, reply, end) &&
                         !scribe_reading_token(r, end)->asked;
       detour++) {
    if (detour > 0 && end - reply <= REPEATED)
      repeated = reply;
    reply = end;
    end = turn_end(r, reply);
    answer = answer_of(r, reply);
  }
  if (answer != 0)
    ask_unmarked(r, first, next);
  answer_inside(r, first, next);
  for (guint i = repeated; answer != 0 && i < reply; i++)
    set(scribe_reading_token(r, i), answer, 80);
  guint last_question = next, opening = first;
  for (guint i = next; i > first; i--)
    if (scribe_reading_token(r, i - 1)->asked &&
        (scribe_reading_token(r, i - 1)->flags & READING_SENTENCE)) {
      last_question = i - 1;
      break;
    }
  for (guint i = first; i < next; i++) {
    ScribeToken *token = scribe_reading_token(r, i);
    if (token->flags & READING_SENTENCE)
      opening = question_opening(r, i, next);
    if (!token->asked || token->polarity < 0)
      continue;
    gint8 again = said_again(r, i, reply, end);
    if (again != 0)
      set(token, again, 100);
    else if (answer != 0 && i >= opening && !is_open(r, i))
      set(token, answer, i >= last_question ? 90 : 65);
  }
}

void
scribe_polarity_answer(ScribeReading *r)
{
  for (guint first = 0; first < r->tokens->len;) {
    guint next = turn_end(r, first);
    answer_turn(r, first, next);
    first = next;
  }
}

/* --- what is taken back --- */

#define TAKEN_BACK 8u  /* tokens before and after the words of correction */
#define TURNS_BACK 2u  /* "Prozac." "Prozac?" "No wait, Lexapro." */
#define BACK_REACH 30u /* tokens, over turns */

typedef enum { KIND_NONE, KIND_DRUG, KIND_NUMBER, KIND_BODY, KIND_SIDE } Kind;

static Kind
kind_of(const ScribeReading *r, guint i)
{
  static const char *const SIDES[] = {"left", "right", "gauche", "droit", "droite", NULL};
  const ScribeToken *token = scribe_reading_token(r, i);
  if (token->words_of[LEXICON_DRUG] > 0)
    return KIND_DRUG;
  if (token->number >= 0)
    return KIND_NUMBER;
  if (token->words_of[LEXICON_BODY] > 0)
    return KIND_BODY;
  return g_strv_contains(SIDES, scribe_reading_word(r, i)) ? KIND_SIDE : KIND_NONE;
}

static gboolean
adds(const ScribeReading *r, guint i)
{
  static const char *const MORE[] = {"and", "also", "too", "plus", "et", "aussi", "or", "ou", NULL};
  return g_strv_contains(MORE, scribe_reading_word(r, i));
}

/* Takes back what is not the same; goes on to what echoes it in the turns before. */
static void
take_back_at(ScribeReading *r, guint i, guint instead)
{
  ScribeToken *before = scribe_reading_token(r, i);
  const ScribeToken *new = scribe_reading_token(r, instead);
  if (before->key == new->key && before->hash == new->hash)
    return;
  before->retracted = 1;
  guint first = before->turn > TURNS_BACK ? before->turn - TURNS_BACK : 0;
  for (guint d = 1; d <= BACK_REACH && d <= i; d++) {
    ScribeToken *echo = scribe_reading_token(r, i - d);
    if (echo->turn < first)
      return;
    if (echo->key != 0 && echo->key == before->key && echo->turn != before->turn)
      echo->retracted = 1;
  }
}

/* The nearest thing of a kind before `at`: in its turn; where the correction opens its turn, in the
 * two before. */
static void
take_back(ScribeReading *r, guint at, guint instead, Kind kind)
{
  guint turn = scribe_reading_token(r, at)->turn;
  gboolean opens = at == 0 || scribe_reading_token(r, at - 1)->turn != turn;
  guint reach = opens ? BACK_REACH : TAKEN_BACK;
  for (guint d = 1; d <= reach && d <= at; d++) {
    guint there = scribe_reading_token(r, at - d)->turn;
    if (opens ? there + TURNS_BACK < turn : there != turn || adds(r, at - d))
      return;
    if (kind_of(r, at - d) != kind)
      continue;
    take_back_at(r, at - d, instead);
    return;
  }
}

/* "twenty, no wait, ten": the last word stands. */
static void
correct_after(ScribeReading *r, guint cue)
{
  guint turn = scribe_reading_token(r, cue)->turn;
  guint words = scribe_reading_token(r, cue)->words_of[LEXICON_CUE];
  for (guint i = cue + words; i < r->tokens->len && i < cue + words + TAKEN_BACK; i++) {
    if (scribe_reading_token(r, i)->turn != turn || adds(r, i))
      return;
    Kind kind = kind_of(r, i);
    if (kind == KIND_NONE)
      continue;
    take_back(r, cue, i, kind);
    return;
  }
}

/* "Lexapro, not Prozac": and every Prozac just before it. */
static void
correct_not(ScribeReading *r, guint i)
{
  static const char *const NOT[] = {"not", "pas", NULL};
  ScribeToken *token = scribe_reading_token(r, i);
  Kind kind = kind_of(r, i);
  static const char *const ARTICLE[] = {"du", "de", "le", "la", "the", "a", NULL};
  guint cue = i > 1 && g_strv_contains(ARTICLE, scribe_reading_word(r, i - 1)) ? i - 1 : i;
  if (kind == KIND_NONE || cue < 2 || !g_strv_contains(NOT, scribe_reading_word(r, cue - 1)))
    return;
  gboolean instead = FALSE;
  for (guint d = 2; d <= 5 && d <= i && scribe_reading_token(r, i - d)->turn == token->turn; d++)
    instead |= kind_of(r, i - d) == kind && scribe_reading_token(r, i - d)->key != token->key;
  for (guint k = i + 1; instead && k-- > 0 && i - k <= BACK_REACH;) {
    if (scribe_reading_token(r, k)->turn + TURNS_BACK < token->turn)
      return;
    if (scribe_reading_token(r, k)->key == token->key)
      scribe_reading_token(r, k)->retracted = 1;
  }
}

void
scribe_polarity_correct(ScribeReading *r)
{
  for (guint i = 0; i < r->tokens->len; i++) {
    if ((scribe_reading_cue(r, i) & LEXICON_CUE_CORRECT) &&
        scribe_reading_token(r, i)->words_of[LEXICON_CUE] > 0)
      correct_after(r, i);
    correct_not(r, i);
  }
}
