#include "scribe/polarity.h"

#include <string.h>

#define POLARITY_REACH 14u
#define POLARITY_REACH_BACK 6u

static gboolean
stops(const ScribeReading *r, guint i)
{
  return (scribe_reading_cue(r, i) & LEXICON_CUE_END) != 0;
}

static void
set(ScribeToken *token, gint8 polarity, guint sure)
{
  token->polarity = polarity;
  token->sure = (guint8)sure;
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
  for (guint i = cue + 3; i <= last; i++)
    if (g_strv_contains(BE, scribe_reading_word(r, i)) &&
        !g_strv_contains(FOUND, scribe_reading_word(r, i + 1)))
      return i - 2;
  return last;
}

static void
spread(ScribeReading *r, guint cue, guint last, gint8 polarity)
{
  guint reach = MIN(last, cue + POLARITY_REACH);
  if (polarity < 0)
    reach = next_clause(r, cue, reach);
  for (guint i = cue + 1; i <= reach; i++) {
    if (stops(r, i))
      return;
    ScribeToken *token = scribe_reading_token(r, i);
    guint flags = scribe_reading_cue(r, i);
    gboolean after_comma = (token->flags & READING_COMMA) != 0;
    if (polarity < 0 && (flags & LEXICON_CUE_AFFIRM) && i > cue + 2 &&
        !(flags & LEXICON_CUE_NEGATE))
      return;
    if (polarity > 0 && (flags & LEXICON_CUE_NEGATE))
      return;
    /* a new subject after a comma is a new statement */
    if (after_comma && (flags & (LEXICON_CUE_FEMALE | LEXICON_CUE_MALE)))
      return;
    set(token, polarity, 100 - MIN(70, 6 * (i - cue - 1)));
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

static void
mark_sentence(ScribeReading *r, const ScribeSentence *s)
{
  for (guint i = s->first; i <= s->last; i++) {
    guint flags = scribe_reading_cue(r, i);
    gboolean interjection = i == s->first && i < s->last &&
                            (flags & (LEXICON_CUE_NO | LEXICON_CUE_YES)) &&
                            (scribe_reading_token(r, i + 1)->flags & READING_COMMA);
    if (interjection)
      continue;
    if (flags & LEXICON_CUE_AFFIRM)
      spread(r, i, s->last, scribe_reading_token(r, i)->polarity < 0 ? -1 : 1);
    if ((flags & LEXICON_CUE_NEGATE) && i == s->last && i > s->first)
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
    if (answer > 0 && (token->flags & READING_COMMA))
      break;
    if (flags & (LEXICON_CUE_NO | LEXICON_CUE_NEGATE))
      return -1;
    if ((flags & LEXICON_CUE_YES) && answer == 0 && is_whole(r, i))
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

static void
answer_turn(ScribeReading *r, guint first, guint next)
{
  guint n = r->tokens->len, reply = next, end = next < n ? turn_end(r, next) : n;
  gint8 answer = next < n ? answer_of(r, next) : 0;
  if (answer == 0 && next < n && end - next <= 2 && end < n) { /* "Hm." and then the answer */
    reply = end;
    end = turn_end(r, reply);
    answer = answer_of(r, reply);
  }
  if (answer != 0)
    ask_unmarked(r, first, next);
  answer_inside(r, first, next);
  guint last_question = next;
  for (guint i = next; i > first; i--)
    if (scribe_reading_token(r, i - 1)->asked &&
        (scribe_reading_token(r, i - 1)->flags & READING_SENTENCE)) {
      last_question = i - 1;
      break;
    }
  for (guint i = first; i < next; i++) {
    ScribeToken *token = scribe_reading_token(r, i);
    if (!token->asked || token->polarity < 0)
      continue;
    gint8 again = said_again(r, i, reply, end);
    if (again != 0)
      set(token, again, 100);
    else if (answer != 0 && !is_open(r, i))
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

#define TAKEN_BACK 8u /* tokens before and after the words of correction */

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

/* The nearest thing of a kind before `at`, in its turn; takes it back where it is not the same. */
static void
take_back(ScribeReading *r, guint at, guint instead, Kind kind)
{
  guint turn = scribe_reading_token(r, at)->turn;
  for (guint d = 1; d <= TAKEN_BACK && d <= at; d++) {
    ScribeToken *before = scribe_reading_token(r, at - d);
    if (before->turn != turn || adds(r, at - d))
      return;
    if (kind_of(r, at - d) != kind)
      continue;
    const ScribeToken *new = scribe_reading_token(r, instead);
    if (before->key != new->key || before->hash != new->hash)
      before->retracted = 1;
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

/* "Lexapro, not Prozac": and every Prozac in this turn before it. */
static void
correct_not(ScribeReading *r, guint i)
{
  static const char *const NOT[] = {"not", "pas", NULL};
  ScribeToken *token = scribe_reading_token(r, i);
  Kind kind = kind_of(r, i);
  if (kind == KIND_NONE || kind == KIND_NUMBER || i < 2 ||
      !g_strv_contains(NOT, scribe_reading_word(r, i - 1)))
    return;
  gboolean instead = FALSE;
  for (guint d = 2; d <= 5 && d <= i && scribe_reading_token(r, i - d)->turn == token->turn; d++)
    instead |= kind_of(r, i - d) == kind && scribe_reading_token(r, i - d)->key != token->key;
  for (guint k = i + 1; instead && k-- > 0 && scribe_reading_token(r, k)->turn == token->turn;)
    if (scribe_reading_token(r, k)->key == token->key)
      scribe_reading_token(r, k)->retracted = 1;
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
