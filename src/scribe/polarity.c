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
spread(ScribeReading *r, guint cue, guint last, gint8 polarity)
{
  guint reach = MIN(last, cue + POLARITY_REACH);
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
    token->polarity = polarity;
  }
}

static void
spread_back(ScribeReading *r, guint cue, guint first)
{
  for (guint i = cue; i > first && cue - i < POLARITY_REACH_BACK; i--) {
    if (scribe_reading_token(r, i)->flags & READING_COMMA)
      return;
    scribe_reading_token(r, i - 1)->polarity = -1;
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
        scribe_reading_token(r, k - 1)->polarity = -1;
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
    if ((flags & LEXICON_CUE_YES) && answer == 0)
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
      scribe_reading_token(r, k - 1)->polarity = -1;
      if (scribe_reading_is(r, k - 1, "any"))
        break;
    }
  }
}

void
scribe_polarity_answer(ScribeReading *r)
{
  guint n = r->tokens->len;
  for (guint first = 0; first < n;) {
    guint turn = scribe_reading_token(r, first)->turn, next = first;
    while (next < n && scribe_reading_token(r, next)->turn == turn)
      next++;
    gint8 answer = next < n ? answer_of(r, next) : 0;
    if (answer != 0)
      ask_unmarked(r, first, next);
    answer_inside(r, first, next);
    for (guint i = first; i < next && answer != 0; i++) {
      ScribeToken *token = scribe_reading_token(r, i);
      if (token->asked && token->polarity >= 0)
        token->polarity = answer;
    }
    first = next;
  }
}
