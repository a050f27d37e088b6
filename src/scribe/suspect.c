#include "scribe/suspect.h"

#include <math.h>
#include <string.h>

#include "scribe/slot_date.h"
#include "scribe/slot_name.h"
#include "scribe/slot_number.h"
#include "scribe/slot_person.h"
#include "scribe/slot_polarity.h"
#include "scribe/slot_side.h"
#include "scribe/slot_support.h"

static const char *const WORDS[SUSPECT_N] = {
#define SUSPECT(id, word) [SUSPECT_##id] = word,
#include "scribe/suspect.def"
#undef SUSPECT
};

const char *
scribe_suspect_word(ScribeSuspectSlot slot)
{
  return WORDS[slot];
}

static double
tree_answer(const double *tree, const double *f)
{
  guint node = 0;
  while (node < 7) {
    guint feature = (guint)CLAMP(tree[2 * node], 0, SUSPECT_FEATURES - 1);
    node = 2 * node + (f[feature] > tree[2 * node + 1] ? 2 : 1);
  }
  return tree[14 + node - 7];
}

static double
trees_answer(const ScribeLexicon *lexicon, const ScribeSuspect *c)
{
  g_autofree char *name = g_strconcat(WORDS[c->slot], ".trees", NULL);
  const double *trees = scribe_lexicon_model(lexicon, name, SUSPECT_TREES * SUSPECT_TREE_NUMBERS);
  double sum = 0;
  for (guint t = 0; trees != NULL && t < SUSPECT_TREES; t++)
    sum += tree_answer(trees + t * SUSPECT_TREE_NUMBERS, c->f);
  return sum;
}

double
scribe_suspect_score(const ScribeLexicon *lexicon, const ScribeSuspect *c)
{
  const double *w = scribe_lexicon_model(lexicon, WORDS[c->slot], SUSPECT_FEATURES);
  if (w == NULL)
    return 0;
  double z = 0;
  for (guint i = 0; i < SUSPECT_FEATURES; i++)
    z += w[i] * c->f[i];
  return 1.0 / (1.0 + exp(-z - trees_answer(lexicon, c)));
}

ScribeSuspect *
scribe_suspect_add(ScribeSuspectRun *run, ScribeSuspectSlot slot, ScribeFindingKind kind,
                   guint first, guint last)
{
  ScribeSuspect suspect = {.slot = slot, .kind = kind, .first = first, .last = last};
  suspect.said = suspect.said_other = -1;
  suspect.f[0] = 1;
  g_array_append_val(run->out, suspect);
  return &g_array_index(run->out, ScribeSuspect, run->out->len - 1);
}

guint
scribe_suspect_sentence(const ScribeReading *note, guint token)
{
  guint low = 0, high = note->sentences->len;
  while (low + 1 < high) {
    guint middle = (low + high) / 2;
    if (g_array_index(note->sentences, ScribeSentence, middle).first <= token)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static const GArray *
neighbour(const ScribeSuspectRun *run, const ScribeSentence *s, guint from, int step)
{
  for (guint d = 1; d <= 3; d++) {
    gint64 i = (gint64)from + step * (gint64)d;
    if (i < s->first || i > s->last)
      break;
    const ScribeToken *token = scribe_reading_token(run->note, (guint)i);
    if (token->key != 0 && token->weight >= 1.0f && token->number < 0)
      return run->ways->pdata[i];
  }
  return NULL;
}

void
scribe_suspect_weigh(const ScribeSuspectRun *run, guint sentence, guint first, guint last,
                     ScribeSuspectWeigh *ret)
{
  const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, sentence);
  memset(ret, 0, sizeof *ret);
  scribe_index_context(run->note, run->ways, s, first, last, &ret->context);
  ret->next = neighbour(run, s, last, 1);
  ret->before = neighbour(run, s, first, -1);
  ret->same_at = ret->other_at = -1;
}

void
scribe_suspect_place(ScribeSuspectWeigh *w, guint at, ScribeSuspectTie tie)
{
  if (tie == SUSPECT_SKIP)
    return;
  double like = 0.05 + scribe_index_likeness(&w->context, at);
  double next = MAX(scribe_index_near(w->next, at, 4), scribe_index_near(w->before, at, 4));
  if (tie == SUSPECT_SAME) {
    w->n_same++;
    w->next_same = MAX(w->next_same, next);
    if (like > w->same) {
      w->same = like;
      w->same_at = (gint)at;
    }
  } else if (tie == SUSPECT_RELATED) {
    w->related = MAX(w->related, like);
    if (w->same_at < 0)
      w->same_at = (gint)at;
  } else {
    w->n_other++;
    w->next_other = MAX(w->next_other, next);
    if (like > w->other) {
      w->other = like;
      w->other_at = (gint)at;
    }
  }
}

void
scribe_suspect_miss(ScribeSuspectWeigh *w, guint at)
{
  double next = MAX(scribe_index_near(w->next, at, 4), scribe_index_near(w->before, at, 4));
  w->n_missing++;
  w->next_missing = MAX(w->next_missing, next);
  w->missing = MAX(w->missing, 0.05 + scribe_index_likeness(&w->context, at));
}

void
scribe_suspect_fill(const ScribeSuspectRun *run, const ScribeSuspectWeigh *w, guint sentence,
                    ScribeSuspect *c)
{
  c->said = w->same_at;
  c->said_other = w->other_at;
  c->said_other_last = w->other_at >= 0 ? (guint)w->other_at : 0;
  c->f[1] = w->n_same > 0;
  c->f[2] = w->same;
  c->f[3] = w->other;
  c->f[4] = w->other > w->same;
  c->f[5] = log1p(w->n_same);
  c->f[6] = w->related > 0 ? 0.3 + w->related : 0;
  c->f[7] = run->support[sentence];
  c->f[8] = w->next_same;
  c->f[9] = w->next_other;
  c->f[10] = w->n_same > 0 ? MAX(0, w->other - w->same) : 0;
  c->f[11] = w->n_same == 0 ? w->other : 0;
  c->f[40] = w->missing;
  c->f[41] = w->next_missing;
  c->f[42] = log1p(w->n_missing);
  c->f[43] = w->missing - w->same;
}

#define BIND_ANCHORS 4u
#define BIND_REACH 14

/* The nearest tied places to one place of an anchor. */
static void
bind_at(const GArray *ties, guint at, double strength, double best[3])
{
  for (guint i = 0; i < ties->len; i++) {
    const ScribeSuspectTied *tied = &g_array_index(ties, ScribeSuspectTied, i);
    gint d = ABS((gint)tied->at - (gint)at);
    if (d > BIND_REACH || (tied->tie != SUSPECT_SAME && tied->tie != SUSPECT_OTHER))
      continue;
    double v = strength / (1 + 0.15 * d);
    double *into = &best[tied->tie == SUSPECT_OTHER];
    *into = MAX(*into, v);
    if (tied->tie == SUSPECT_OTHER && tied->missing)
      best[2] = MAX(best[2], v);
  }
}

void
scribe_suspect_bind(const ScribeSuspectRun *run, guint sentence, guint first, guint last,
                    const GArray *ties, ScribeSuspectBind *ret)
{
  const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, sentence);
  guint anchors = 0;
  ret->same = ret->other = ret->missing = 0;
  for (guint d = 1; d < 10 && anchors < BIND_ANCHORS; d++)
    for (guint side = 0; side < 2; side++) {
      if (side == 0 && first < s->first + d)
        continue;
      guint i = side == 0 ? first - d : last + d;
      if (i > s->last)
        continue;
      const ScribeToken *token = scribe_reading_token(run->note, i);
      const GArray *ways = run->ways->pdata[i];
      if (token->number >= 0 || token->weight < 1.5f || ways == NULL || ways->len == 0)
        continue;
      double best[3] = {0};
      for (guint k = 0; k < ways->len; k++) {
        const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
        for (guint p = 0; p < way->places->len && p < 16 && way->strength > 0.3f; p++)
          bind_at(ties, g_array_index(way->places, guint32, p), way->strength, best);
      }
      double weight = MIN(token->weight, 5) / 5 / (1 + 0.1 * d);
      ret->same += weight * best[0];
      ret->other += weight * best[1];
      ret->missing += weight * best[2];
      anchors++;
    }
}

/* A place that nobody said weighs more in a note that is otherwise faithful: features 20 to 22. */
static void
lean_on_note(const ScribeSuspectRun *run)
{
  double same[SUSPECT_N] = {0}, all[SUSPECT_N] = {0}, support = 0;
  for (guint i = 0; i < run->out->len; i++) {
    const ScribeSuspect *c = &g_array_index(run->out, ScribeSuspect, i);
    all[c->slot]++;
    same[c->slot] += c->f[1] > 0 || c->f[6] > 0;
  }
  for (guint i = 0; i < run->note->sentences->len; i++)
    support += run->support[i] / run->note->sentences->len;
  for (guint i = 0; i < run->out->len; i++) {
    ScribeSuspect *c = &g_array_index(run->out, ScribeSuspect, i);
    gboolean mine = c->f[1] > 0 || c->f[6] > 0;
    gboolean slot = c->slot <= SUSPECT_SIDE && c->slot != SUSPECT_SEX;
    double rest = (same[c->slot] - mine + 1) / (all[c->slot] - 1 + 2);
    c->f[20] = slot ? rest * !mine : 0;
    c->f[21] = support;
    c->f[22] = slot ? support * !mine : 0;
    c->f[23] = slot ? (all[c->slot] - 1 - (same[c->slot] - mine)) / 4 * !mine : 0;
  }
}

double
scribe_suspect_surprise(const ScribeSuspectRun *run, guint token)
{
  const GArray *ways = run->ways->pdata[token];
  double said = 0;
  for (guint i = 0; ways != NULL && i < ways->len; i++)
    said = MAX(said, g_array_index(ways, ScribeIndexWay, i).strength);
  guint64 key = scribe_reading_token(run->note, token)->key;
  double unsaid = scribe_lexicon_unsaid(run->note->lexicon, key);
  return (1 - said) * -log(MAX(unsaid, 0.02));
}

typedef enum {
  PLACE_OTHER,
  PLACE_HISTORY,
  PLACE_REVIEW,
  PLACE_EXAM,
  PLACE_RESULTS,
  PLACE_PLAN,
  PLACE_N
} Place;

/* What a heading's word opens. */
static Place
opened_by(const char *word)
{
  static const struct {
    const char *word;
    Place place;
  } OPENERS[] = {{"history", PLACE_HISTORY},     {"hpi", PLACE_HISTORY},
                 {"family", PLACE_HISTORY},      {"social", PLACE_HISTORY},
                 {"medical", PLACE_HISTORY},     {"surgical", PLACE_HISTORY},
                 {"medications", PLACE_HISTORY}, {"allergies", PLACE_HISTORY},
                 {"antecedents", PLACE_HISTORY}, {"histoire", PLACE_HISTORY},
                 {"review", PLACE_REVIEW},       {"ros", PLACE_REVIEW},
                 {"exam", PLACE_EXAM},           {"examination", PLACE_EXAM},
                 {"physical", PLACE_EXAM},       {"examen", PLACE_EXAM},
                 {"vitals", PLACE_EXAM},         {"results", PLACE_RESULTS},
                 {"resultats", PLACE_RESULTS},   {"imaging", PLACE_RESULTS},
                 {"laboratory", PLACE_RESULTS},  {"labs", PLACE_RESULTS},
                 {"assessment", PLACE_PLAN},     {"plan", PLACE_PLAN},
                 {"impression", PLACE_PLAN},     {"conclusion", PLACE_PLAN},
                 {"recommendations", PLACE_PLAN}};
  for (gsize i = 0; i < G_N_ELEMENTS(OPENERS); i++)
    if (strcmp(word, OPENERS[i].word) == 0)
      return OPENERS[i].place;
  return PLACE_OTHER;
}

#define HEADING_WORDS 5u

/* A short line, or what stands before a colon, that names a part of a note. */
static Place
heading_at(const ScribeReading *note, guint i)
{
  Place place = PLACE_OTHER;
  if (!(scribe_reading_token(note, i)->flags & READING_LINE))
    return PLACE_OTHER;
  for (guint k = i; k < note->tokens->len && k < i + HEADING_WORDS; k++) {
    if (k > i && (scribe_reading_token(note, k)->flags & READING_LINE))
      return place;
    if (place == PLACE_OTHER || place == PLACE_HISTORY)
      place = MAX(place, opened_by(scribe_reading_word(note, k)));
    if (scribe_reading_token(note, k)->flags & READING_COLON_AFTER)
      return place;
  }
  return PLACE_OTHER;
}

/* Features 60 to 64: in which part of the note it stands. */
static void
place_features(const ScribeSuspectRun *run)
{
  const ScribeReading *note = run->note;
  g_autofree guint8 *places = g_new0(guint8, note->tokens->len + 1);
  Place now = PLACE_OTHER;
  for (guint i = 0; i < note->tokens->len; i++) {
    Place heading = heading_at(note, i);
    now = heading != PLACE_OTHER ? heading : now;
    places[i] = (guint8)now;
  }
  for (guint i = 0; i < run->out->len; i++) {
    ScribeSuspect *c = &g_array_index(run->out, ScribeSuspect, i);
    if (places[c->first] != PLACE_OTHER)
      c->f[60 + places[c->first] - 1] = 1;
  }
}

gboolean
scribe_suspect_spend(ScribeSuspectRun *run, guint64 steps, guint token)
{
  run->spent += steps;
  if (run->spent <= SUSPECT_BUDGET)
    return TRUE;
  run->unread = MIN(run->unread, token);
  return FALSE;
}

guint
scribe_suspect_count(const ScribeSuspectRun *run, guint token)
{
  guint64 key = scribe_reading_token(run->note, token)->key;
  const guint *count = g_hash_table_lookup(run->counts, &key);
  return count != NULL ? *count : 0;
}

static GHashTable *
count_keys(const ScribeReading *note)
{
  GHashTable *counts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < note->tokens->len; i++) {
    guint64 key = scribe_reading_token(note, i)->key;
    guint *count = g_hash_table_lookup(counts, &key);
    if (count == NULL) {
      count = g_new0(guint, 1);
      g_hash_table_insert(counts, g_memdup2(&key, sizeof key), count);
    }
    ++*count;
  }
  return counts;
}

GArray *
scribe_suspect_find(const ScribeIndex *index, const ScribeReading *note, guint *ret_unread)
{
  g_autoptr(GPtrArray) ways = scribe_index_ways(index, note);
  g_autofree double *support = g_new0(double, note->sentences->len + 1);
  g_autofree gint *window = g_new0(gint, note->sentences->len + 1);
  g_autoptr(GHashTable) counts = count_keys(note);
  ScribeSuspectRun run = {.index = index, .note = note, .ways = ways, .support = support};
  run.window = window;
  run.counts = counts;
  run.unread = note->tokens->len;
  run.out = g_array_new(FALSE, TRUE, sizeof(ScribeSuspect));
  scribe_slot_support_find(&run); /* first: the others lean on it */
  scribe_slot_number_find(&run);
  scribe_slot_name_find(&run);
  scribe_slot_side_find(&run);
  scribe_slot_date_find(&run);
  scribe_slot_person_find(&run);
  scribe_slot_polarity_find(&run);
  lean_on_note(&run);
  place_features(&run);
  *ret_unread = run.unread;
  return run.out;
}
