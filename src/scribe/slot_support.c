#include "scribe/slot_support.h"

#include <math.h>

#define SUPPORT_WINDOW 30u

typedef struct {
  double weight, global, window; /* sums of weights: all, said anywhere, said around the place */
  double missed, missed_names;   /* the heaviest word nobody said; names nobody said */
  guint n, n_missed, names, drugs_missed;
} Cover;

static double
anywhere(const GArray *ways)
{
  double best = 0;
  for (guint i = 0; ways != NULL && i < ways->len; i++)
    best = MAX(best, g_array_index(ways, ScribeIndexWay, i).strength);
  return best;
}

static gboolean
weighs(const ScribeReading *note, guint i)
{
  const ScribeToken *token = scribe_reading_token(note, i);
  return token->key != 0 && token->weight >= 0.8f && scribe_reading_cue(note, i) == 0;
}

/* A name of two words says more than one word. */
static double
weight_of(const ScribeReading *note, guint i)
{
  const ScribeToken *token = scribe_reading_token(note, i);
  return token->weight * (1 + 0.4 * (MAX(1, token->words_of[LEXICON_TERM]) - 1));
}

static void
cover_at(const ScribeSuspectRun *run, const ScribeSentence *s, guint at, double *ret)
{
  double sum = 0;
  for (guint i = s->first; i <= s->last; i++)
    if (weighs(run->note, i))
      sum += weight_of(run->note, i) * scribe_index_near(run->ways->pdata[i], at, SUPPORT_WINDOW);
  *ret = sum;
}

/* The places to try: where its heaviest words were said. */
static void
best_window(const ScribeSuspectRun *run, const ScribeSentence *s, Cover *cover, gint *ret_at)
{
  guint tried = 0;
  for (guint i = s->first; i <= s->last && tried < 240; i++) {
    const GArray *ways = weighs(run->note, i) ? run->ways->pdata[i] : NULL;
    for (guint k = 0; ways != NULL && k < ways->len; k++) {
      const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
      for (guint p = 0; p < way->places->len && p < 12 && way->strength > 0.25f; p++, tried++) {
        double sum = 0;
        guint at = g_array_index(way->places, guint32, p);
        cover_at(run, s, at, &sum);
        if (sum > cover->window) {
          cover->window = sum;
          *ret_at = (gint)at;
        }
      }
    }
  }
}

static void
measure(const ScribeSuspectRun *run, const ScribeSentence *s, Cover *cover)
{
  for (guint i = s->first; i <= s->last; i++) {
    if (!weighs(run->note, i))
      continue;
    const ScribeToken *token = scribe_reading_token(run->note, i);
    double said = anywhere(run->ways->pdata[i]);
    gboolean name = token->words_of[LEXICON_DRUG] + token->words_of[LEXICON_TERM] > 0;
    double weight = weight_of(run->note, i);
    cover->n += MAX(1u, token->words_of[LEXICON_TERM]);
    cover->names += name;
    cover->weight += weight;
    cover->global += weight * said;
    double missed = token->weight * (1 - said);
    cover->missed = MAX(cover->missed, missed);
    cover->n_missed += said < 0.2 ? MAX(1u, token->words_of[LEXICON_TERM]) : 0;
    if (name)
      cover->missed_names += 1 - said;
    cover->drugs_missed += token->words_of[LEXICON_DRUG] > 0 && said < 0.3;
  }
}

static gboolean
is_heading(const ScribeReading *note, const ScribeSentence *s)
{
  const ScribeToken *last = scribe_reading_token(note, s->last);
  return s->last - s->first < 5 && (last->flags & READING_COLON_AFTER);
}

/* What was not said but stands in other sentences of the note too. */
static double
elsewhere(const ScribeSuspectRun *run, const ScribeSentence *s, guint i)
{
  guint64 key = scribe_reading_token(run->note, i)->key;
  guint here = 0;
  for (guint k = s->first; k <= s->last && k < s->first + 200; k++)
    here += scribe_reading_token(run->note, k)->key == key;
  return scribe_suspect_count(run, i) > here;
}

static gboolean
is_verb(const char *word)
{
  static const char *const VERBS[] = {
      "is",   "are",  "was",   "were",    "has",      "had",       "have",     "reports", "denies",
      "uses", "used", "takes", "took",    "endorses", "underwent", "presents", "notes",   "states",
      "will", "does", "did",   "shows",   "showed",   "revealed",  "reveals",  "est",     "a",
      "ont",  "sont", "prend", "signale", "decrit",   "presente",  "rapporte", NULL};
  return g_strv_contains(VERBS, word);
}

/* A whole sentence, a heading or a fragment; how rare and how single what it says is. */
static void
form_features(const ScribeSuspectRun *run, const ScribeSentence *s, ScribeSuspect *c)
{
  double missed = 0, single = 0, rare = 0, odd = 0;
  for (guint i = s->first; i <= s->last; i++) {
    c->f[24] = MAX(c->f[24], is_verb(scribe_reading_word(run->note, i)));
    const ScribeToken *token = scribe_reading_token(run->note, i);
    if (!weighs(run->note, i))
      continue;
    double gap = weight_of(run->note, i) * (1 - anywhere(run->ways->pdata[i]));
    double surprise = scribe_suspect_surprise(run, i);
    odd += surprise;
    c->f[33] = MAX(c->f[33], surprise);
    c->f[34] = MAX(c->f[34], surprise * (1 - elsewhere(run, s, i)));
    missed += gap;
    single += gap * (1 - elsewhere(run, s, i));
    rare = MAX(rare, gap * (1 - elsewhere(run, s, i)));
    if (token->words_of[LEXICON_TERM] > 0 && (token->mark[LEXICON_TERM]->flags & 1))
      c->f[29] = MAX(c->f[29], gap / 7);
  }
  c->f[35] = odd > 0 ? c->f[33] / odd : 0;
  c->f[32] = odd / 4;
  c->f[25] = missed > 0 ? single / missed : 0;
  c->f[26] = single / 10;
  c->f[27] = rare / 7;
  c->f[28] = log1p(s->last - s->first + 1);
}

/* What nobody said stands out where all around was said. */
static void
neighbour_features(const ScribeSuspectRun *run, ScribeSuspect *c)
{
  guint i = scribe_suspect_sentence(run->note, c->first), n = run->note->sentences->len;
  double sum = 0, count = 0;
  for (guint k = i > 2 ? i - 2 : 0; k <= i + 2 && k < n; k++)
    if (k != i) {
      sum += run->support[k];
      count++;
    }
  c->f[30] = count > 0 ? sum / count : 0.5;
  c->f[31] = c->f[30] - run->support[i];
}

void
scribe_slot_support_find(ScribeSuspectRun *run)
{
  for (guint i = 0; i < run->note->sentences->len; i++) {
    const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, i);
    Cover cover = {0};
    gint at = -1;
    guint64 length = s->last - s->first + 1;
    run->window[i] = -1;
    run->support[i] = 1;
    if (!scribe_suspect_spend(run, length * (200 + MIN(length, 200)), s->first))
      continue;
    measure(run, s, &cover);
    best_window(run, s, &cover, &at);
    run->support[i] = cover.weight > 0 ? cover.window / cover.weight : 1;
    run->window[i] = at;
    if (cover.n < 2 || is_heading(run->note, s))
      continue;
    ScribeSuspect *c =
        scribe_suspect_add(run, SUSPECT_SUPPORT, SCRIBE_FINDING_UNSUPPORTED, s->first, s->last);
    double global = cover.global / cover.weight, said = log1p(run->index->said->tokens->len) - 4;
    c->said = at;
    c->f[1] = global;
    c->f[2] = run->support[i];
    c->f[3] = cover.missed / 7;
    c->f[4] = (double)cover.n_missed / cover.n;
    c->f[5] = cover.missed_names;
    c->f[6] = log1p(cover.n);
    c->f[7] = cover.drugs_missed;
    c->f[8] = said;
    c->f[9] = MIN(cover.n_missed, 6);
    c->f[10] = cover.names > 0 ? cover.missed_names / cover.names : 0;
    c->f[11] = global * said;
    c->f[12] = (cover.weight - cover.global) / 10;
    c->f[13] = (cover.weight - cover.window) / 10;
    c->f[14] = global * global;
    c->f[15] = run->support[i] * run->support[i];
    c->f[16] = cover.weight / cover.n / 5;
    c->f[17] = run->support[i] * said;
    form_features(run, s, c);
  }
  for (guint i = 0; i < run->out->len; i++)
    neighbour_features(run, &g_array_index(run->out, ScribeSuspect, i));
}
