#include "scribe/witness.h"

#include <math.h>
#include <string.h>

#define WITNESS_PLACES 40u
#define WITNESS_REACH 14u
#define WITNESS_CORE 12u

/* One thing that the stretch names. */
typedef struct {
  guint at; /* token of the note */
  double weight;
  guint denied, told, answered, asked; /* mentions */
  double fit_denied, fit_told;         /* how much of the rest stood around the best of them */
  gboolean last_denied, sure_denied;
  gboolean part_denied; /* the best denial was of a part only: "any pain at night?" */
} Thing;

typedef struct {
  Thing things[WITNESS_CORE];
  guint n;
} Core;

/* Names where there are any, else the words that say most. */
static void
gather(const ScribeReading *note, guint first, guint last, gboolean names, Core *core)
{
  for (guint i = first; i <= last && core->n < WITNESS_CORE; i++) {
    const ScribeToken *token = scribe_reading_token(note, i);
    gboolean name = token->words_of[LEXICON_TERM] + token->words_of[LEXICON_DRUG] > 0;
    gboolean cue = scribe_reading_cue(note, i) != 0;
    if (token->key == 0 || token->number >= 0 || (names ? !name : cue || token->weight < 1.2f))
      continue;
    Thing thing = {.at = i, .weight = MAX(1, token->weight)};
    core->things[core->n++] = thing;
  }
}

/* How much of the stretch's other words stood around a place of the transcript. */
static double
fit(const ScribeSuspectRun *run, guint first, guint last, guint but, guint at)
{
  double found = 0, all = 0;
  for (guint i = first; i <= last && i < first + 30; i++) {
    const ScribeToken *token = scribe_reading_token(run->note, i);
    if (i == but || token->key == 0 || token->weight < 1.0f || token->number >= 0)
      continue;
    all += token->weight;
    found += token->weight * (scribe_index_near(run->ways->pdata[i], at, WITNESS_REACH) > 0.2);
  }
  return all > 0 ? found / all : 0.5;
}

/* "any continuing vertigo?", "redness right away": what is denied is less than the thing. */
static gboolean
is_qualified(const ScribeReading *said, guint at)
{
  static const char *const PART[] = {
      "still",    "continuing", "away",         "now",     "recently",    "currently",
      "anymore",  "other",      "else",         "night",   "further",     "since",
      "new",      "additional", "today",        "yet",     "significant", "abnormal",
      "severe",   "right",      "left",         "usually", "always",      "encore",
      "toujours", "nouveau",    "actuellement", "autre",   "autres",      NULL};
  guint turn = scribe_reading_token(said, at)->turn;
  for (guint i = at > 4 ? at - 4 : 0; i <= at + 5 && i < said->tokens->len; i++)
    if (scribe_reading_token(said, i)->turn == turn &&
        g_strv_contains(PART, scribe_reading_word(said, i)))
      return TRUE;
  return FALSE;
}

static void
hear_place(const ScribeSuspectRun *run, guint first, guint last, const ScribeIndexWay *way,
           guint at, Thing *thing, guint *latest)
{
  guint sure = 0;
  gint polarity = scribe_index_polarity(run->index, way, at, &sure);
  if (polarity == 0 && scribe_reading_token(run->index->said, at)->asked) {
    thing->asked++;
    return;
  }
  gboolean denied = polarity < 0;
  double *best = denied ? &thing->fit_denied : &thing->fit_told;
  double fits = 0.1 + fit(run, first, last, thing->at, at);
  if (denied && fits >= *best)
    thing->part_denied = is_qualified(run->index->said, at);
  *best = MAX(*best, fits);
  thing->denied += denied;
  thing->told += !denied;
  thing->answered += !denied && polarity > 0;
  thing->sure_denied |= denied && sure >= 90;
  if (at + 1 > *latest) {
    *latest = at + 1;
    thing->last_denied = denied;
  }
}

/* `own`: by the word itself alone, not by what else is called so: "cigarettes", where "smoke" was
 * said of something else. */
static void
hear_thing(const ScribeSuspectRun *run, guint first, guint last, gboolean own, Thing *thing)
{
  const GArray *ways = run->ways->pdata[thing->at];
  guint latest = 0;
  for (guint k = 0; ways != NULL && k < ways->len; k++) {
    const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
    if (way->strength < 0.75f || (own && way->strength > 0.99f))
      continue;
    for (guint p = 0; p < way->places->len && p < WITNESS_PLACES; p++)
      hear_place(run, first, last, way, g_array_index(way->places, guint32, p), thing, &latest);
  }
}

/* Above 0: by their own words the things were only told otherwise; below: only so. */
static double
own_words(const ScribeSuspectRun *run, guint first, guint last, const Core *core, gboolean denied)
{
  double all = 0, sum = 0;
  for (guint k = 0; k < core->n; k++) {
    const ScribeToken *token = scribe_reading_token(run->note, core->things[k].at);
    Thing own = {.at = core->things[k].at, .weight = core->things[k].weight};
    if (token->words_of[LEXICON_TERM] != 1 || token->stem == token->key)
      continue;
    hear_thing(run, first, last, TRUE, &own);
    guint same = denied ? own.denied : own.told, other = denied ? own.told : own.denied;
    all += own.weight;
    sum += own.weight * ((other > 0 && same == 0) - (same > 0 && other == 0));
  }
  return all > 0 ? sum / all : 0;
}

/* --- what the note itself says of it elsewhere --- */

static void
note_features(const ScribeReading *note, guint first, guint last, const Core *core, gboolean denied,
              double *f)
{
  for (guint k = 0; k < core->n; k++) {
    guint64 key = scribe_reading_token(note, core->things[k].at)->key;
    for (guint i = 0; i < note->tokens->len; i++) {
      const ScribeToken *token = scribe_reading_token(note, i);
      if (token->key != key || (i >= first && i <= last))
        continue;
      if ((token->polarity < 0) == denied)
        f[0]++;
      else
        f[1]++;
    }
  }
  f[0] = log1p(f[0]);
  f[1] = log1p(f[1]);
}

static gboolean
holds(const ScribeReading *note, guint first, guint last, const char *const *words)
{
  for (guint i = first; i <= last; i++)
    if (g_strv_contains(words, scribe_reading_word(note, i)))
      return TRUE;
  return FALSE;
}

static const char *const PAST[] = {"history",  "previous",   "previously",  "past",
                                   "ago",      "quit",       "former",      "formerly",
                                   "prior",    "antecedent", "antecedents", "ancien",
                                   "ancienne", "autrefois",  "stopped",     NULL};
static const char *const PART[] = {
    "other",     "otherwise", "further",     "new",     "recent", "recently",     "current",
    "currently", "acute",     "significant", "today",   "now",    "at",           "time",
    "autre",     "autres",    "nouveau",     "recente", "actuel", "actuellement", NULL};

static const char *const IF[] = {"if", "when", "should", "will", "si", "would", NULL};

/* --- together --- */

/* Shares of the weight: only the note's way, only the other, both, never. */
static void
share(const Core *core, gboolean denied, double *f)
{
  double all = 0, fits = 0;
  for (guint k = 0; k < core->n; k++) {
    const Thing *t = &core->things[k];
    guint same = denied ? t->denied : t->told, other = denied ? t->told : t->denied;
    all += t->weight;
    f[0] += other > 0 && same == 0 ? t->weight : 0;
    f[1] += same > 0 && other == 0 ? t->weight : 0;
    f[2] += same > 0 && other > 0 ? t->weight : 0;
    f[3] += t->asked > 0 && same + other == 0 ? t->weight : 0;
    double with = denied ? t->fit_denied : t->fit_told;
    double against = denied ? t->fit_told : t->fit_denied;
    fits += t->weight * (against - with);
    f[5] = k == 0 ? against - with : MAX(f[5], against - with);
    f[6] = k == 0 ? against - with : MIN(f[6], against - with);
    f[7] += same + other > 0 && t->last_denied != denied ? t->weight : 0;
    f[8] = MAX(f[8], log1p(other));
    f[9] = MAX(f[9], log1p(same));
    f[16] += t->part_denied ? t->weight : 0;
    f[10] += denied ? (t->answered > 0 ? t->weight : 0) : (t->sure_denied ? t->weight : 0);
  }
  f[4] = fits;
  static const guint SHARES[] = {0, 1, 2, 3, 4, 7, 10, 16};
  for (guint k = 0; k < G_N_ELEMENTS(SHARES); k++)
    f[SHARES[k]] = all > 0 ? f[SHARES[k]] / all : 0;
}

void
scribe_witness_hear(const ScribeSuspectRun *run, guint first, guint last, gboolean denied,
                    ScribeSuspect *c)
{
  Core core = {.n = 0};
  gather(run->note, first, last, TRUE, &core);
  c->f[WITNESS_FIRST + 15] = core.n > 0;
  if (core.n == 0)
    gather(run->note, first, last, FALSE, &core);
  for (guint k = 0; k < core.n; k++)
    hear_thing(run, first, last, FALSE, &core.things[k]);
  double *f = c->f + WITNESS_FIRST;
  share(&core, denied, f);
  note_features(run->note, first, last, &core, denied, f + 11);
  f[13] = holds(run->note, first, last, PAST);
  f[14] = holds(run->note, first, last, PART);
  f[17] = holds(run->note, first, MIN(last, first + 2), IF);
  f[18] = core.n / 5.0;
  f[19] = own_words(run, first, last, &core, denied);
}
