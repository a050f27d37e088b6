#include "scribe/slot_polarity.h"

#include <math.h>
#include <string.h>

#define POLARITY_PLACES 24u

typedef struct {
  double weight, same, other; /* sums over the words of a stretch */
  double worst;               /* the word that speaks most against it */
  guint n, terms, n_against, n_for;
  double explicit_other, explicit_same;
  gint other_at, same_at;
} Tally;

static gboolean
weighs(const ScribeReading *note, guint i)
{
  const ScribeToken *token = scribe_reading_token(note, i);
  return token->key != 0 && token->number < 0 && token->weight >= 1.5f &&
         scribe_reading_cue(note, i) == 0;
}

typedef struct {
  double denied, affirmed;
  gboolean plain_affirmed; /* by a plain statement or an answer, not by an open question */
  gint denied_at, affirmed_at;
} Voices;

/* How strongly one word was denied and affirmed in the transcript, near the rest of the sentence.
 */
static void
hear(const ScribeSuspectRun *run, const ScribeIndexContext *context, const GArray *ways,
     Voices *ret)
{
  const ScribeReading *said = run->index->said;
  for (guint k = 0; ways != NULL && k < ways->len; k++) {
    const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
    if (way->strength < 0.2f)
      continue;
    for (guint p = 0; p < way->places->len && p < POLARITY_PLACES; p++) {
      guint at = g_array_index(way->places, guint32, p);
      const ScribeToken *token = scribe_reading_token(said, at);
      double v = way->strength * (0.25 + scribe_index_likeness(context, at));
      if (token->polarity < 0 && v > ret->denied) {
        ret->denied = v;
        ret->denied_at = (gint)at;
      }
      if (token->polarity == 0 && token->asked) {
        v *= 0.4; /* asked, and neither yes nor no */
        ret->denied = MAX(ret->denied, v);
      }
      if (token->polarity >= 0 && v > ret->affirmed) {
        ret->affirmed = v;
        ret->affirmed_at = (gint)at;
      }
    }
  }
}

static void
add_word(const ScribeSuspectRun *run, const ScribeSentence *s, guint i, gboolean denied, Tally *t)
{
  const ScribeToken *token = scribe_reading_token(run->note, i);
  ScribeIndexContext context;
  guint words = MAX(1, MAX(token->words_of[LEXICON_TERM], token->words_of[LEXICON_DRUG]));
  scribe_index_context(run->note, run->ways, s, i, MIN(s->last, i + words - 1), &context);
  Voices v = {.denied_at = -1, .affirmed_at = -1};
  hear(run, &context, run->ways->pdata[i], &v);
  double same = denied ? v.denied : v.affirmed, other = denied ? v.affirmed : v.denied;
  gboolean term = token->words_of[LEXICON_TERM] > 0;
  double weight = token->weight * (term ? 1.5 : 1);
  t->n++;
  t->terms += term;
  t->weight += weight;
  t->same += weight * same;
  t->other += weight * other;
  t->n_for += same > other;
  t->n_against += other > same;
  if (weight * (other - same) > t->worst) {
    t->worst = weight * (other - same);
    t->other_at = denied ? v.affirmed_at : v.denied_at;
  }
  if (same > 0 && t->same_at < 0)
    t->same_at = denied ? v.denied_at : v.affirmed_at;
  if (same == 0)
    t->explicit_other = MAX(t->explicit_other, other);
  if (other == 0)
    t->explicit_same = MAX(t->explicit_same, same);
}

static gboolean
claims(const ScribeReading *note, guint first, guint last)
{
  for (guint i = first; i <= last && i < first + 8; i++)
    if (scribe_reading_cue(note, i) & LEXICON_CUE_AFFIRM)
      return TRUE;
  return FALSE;
}

/* How often its words were denied or affirmed at all near where the sentence belongs. */
static void
look_at(ScribeSuspectRun *run, guint sentence, guint first, guint last)
{
  const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, sentence);
  gboolean denied = (scribe_reading_token(run->note, last)->polarity < 0) != run->flip;
  Tally t = {.other_at = -1, .same_at = -1};
  for (guint i = first; i <= last; i++)
    if (weighs(run->note, i))
      add_word(run, s, i, denied, &t);
  if (t.n == 0 || t.weight <= 0)
    return;
  guint from = first;
  while (denied != run->flip && from > s->first && first - from < 4 &&
         !(scribe_reading_cue(run->note, from) & LEXICON_CUE_NEGATE))
    from--;
  gboolean claimed = claims(run->note, first, last) || (run->flip && !denied);
  ScribeSuspectSlot slot = denied ? SUSPECT_DENIED : claimed ? SUSPECT_CLAIMED : SUSPECT_PLAIN;
  ScribeSuspect *c = scribe_suspect_add(run, slot, SCRIBE_FINDING_NEGATION, from, last);
  c->said = t.same_at;
  c->said_other = t.other_at;
  c->said_other_last = t.other_at >= 0 ? (guint)t.other_at : 0;
  double same = t.same / t.weight, other = t.other / t.weight;
  c->f[1] = denied;
  c->f[2] = same;
  c->f[3] = other;
  c->f[4] = other > same;
  c->f[5] = t.worst / 8;
  c->f[6] = (double)t.n_against / t.n;
  c->f[7] = (double)t.n_for / t.n;
  c->f[8] = log1p(t.terms);
  c->f[9] = t.explicit_other;
  c->f[10] = t.explicit_same;
  c->f[11] = claimed;
  c->f[12] = t.explicit_same * same;
  c->f[13] = t.explicit_other * other;
  c->f[14] = other * other;
  c->f[15] = log1p(t.n);
  c->f[16] = run->support[sentence];
  c->f[17] = (other - same) * (t.terms > 0);
  c->f[18] = (other > 0.3) - (same > 0.3);
  c->f[19] = other > 0 ? other / (same + other) : 0.5;
}

/* A stretch ends where the polarity turns, at a word that ends a cue's reach, and with a comma
 * outside a denial. */
static void
split(ScribeSuspectRun *run, guint sentence)
{
  const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, sentence);
  guint first = s->first;
  for (guint i = s->first + 1; i <= s->last + 1; i++) {
    gboolean end = i > s->last;
    if (!end) {
      const ScribeToken *now = scribe_reading_token(run->note, i);
      gboolean before = scribe_reading_token(run->note, i - 1)->polarity < 0;
      end = (now->polarity < 0) != before ||
            (scribe_reading_token(run->note, i - 1)->flags & READING_COLON_AFTER) != 0 ||
            (scribe_reading_cue(run->note, i) & LEXICON_CUE_END) != 0;
    }
    if (!end)
      continue;
    look_at(run, sentence, first, i - 1);
    first = i;
  }
}

void
scribe_slot_polarity_find(ScribeSuspectRun *run)
{
  for (guint i = 0; i < run->note->sentences->len; i++)
    split(run, i);
}
