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
    if (flags & LEXICON_CUE_NEGATE)
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

/* 1 yes, -1 no, 0 neither: by the first words of the turn that starts at `first`. */
static gint8
answer_of(const ScribeReading *r, guint first)
{
  guint turn = scribe_reading_token(r, first)->turn;
  for (guint i = first; i < r->tokens->len && i < first + 5; i++) {
    if (scribe_reading_token(r, i)->turn != turn)
      break;
    guint flags = scribe_reading_cue(r, i);
    if (flags & (LEXICON_CUE_NO | LEXICON_CUE_NEGATE))
      return -1;
    if (flags & LEXICON_CUE_YES)
      return 1;
  }
  return 0;
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
    for (guint i = first; i < next && answer != 0; i++) {
      ScribeToken *token = scribe_reading_token(r, i);
      if (token->asked && token->polarity >= 0)
        token->polarity = answer;
    }
    first = next;
  }
}
