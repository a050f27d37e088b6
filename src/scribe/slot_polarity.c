#include "scribe/slot_polarity.h"

#include <math.h>
#include <string.h>

#include "scribe/witness.h"

#define POLARITY_PLACES 24u
#define POLARITY_WINDOW 16

typedef struct {
  double weight, same, other; /* sums over the words of a stretch */
  double worst;               /* the word that speaks most against it */
  guint n, terms, n_against, n_for;
  double explicit_other, explicit_same;
  double n_same, n_other, heaviest; /* how often the heaviest word is so and otherwise */
  gint other_at, same_at;
} Tally;

static gboolean
weighs(const ScribeReading *note, guint i)
{
  const ScribeToken *token = scribe_reading_token(note, i);
  gboolean names = token->words_of[LEXICON_TERM] + token->words_of[LEXICON_BODY] > 0;
  return token->key != 0 && token->number < 0 && token->weight >= (names ? 0.5f : 1.5f) &&
         (scribe_reading_cue(note, i) & ~(guint)LEXICON_CUE_FAMILY) == 0;
}

typedef struct {
  double denied, affirmed;
  gboolean plain_affirmed; /* by a plain statement or an answer, not by an open question */
  gint denied_at, affirmed_at;
  guint n_denied, n_affirmed; /* places that are sure */
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
      guint sure = 0;
      gint polarity = scribe_index_polarity(run->index, way, at, &sure);
      ret->n_denied += way->strength > 0.6f && polarity < 0 && sure >= 60;
      ret->n_affirmed += way->strength > 0.6f && (polarity > 0 || (polarity == 0 && !token->asked));
      if (polarity < 0 && v * sure / 100 > ret->denied) {
        ret->denied = v * sure / 100;
        ret->denied_at = (gint)at;
      }
      if (polarity == 0 && token->asked) {
        v *= 0.4; /* asked, and neither yes nor no */
        ret->denied = MAX(ret->denied, v);
      }
      if (polarity >= 0 && v > ret->affirmed) {
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
  if (weight > t->heaviest) {
    t->heaviest = weight;
    t->n_same = log1p(denied ? v.n_denied : v.n_affirmed);
    t->n_other = log1p(denied ? v.n_affirmed : v.n_denied);
  }
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

/* --- where the whole stretch was said --- */

typedef struct {
  double found, denied, asked; /* shares of the weight of its words */
  gint at;
} Window;

/* The word's nearest place to `at`, -1 none within reach, and by which way. */
static gint
nearest(const GArray *ways, guint at, const ScribeIndexWay **ret_way)
{
  gint best = -1;
  for (guint k = 0; ways != NULL && k < ways->len; k++) {
    const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
    if (way->strength < 0.3f)
      continue;
    gint place = scribe_index_nearest(way->places, at);
    gint d = ABS(place - (gint)at);
    if (place < 0 || d > POLARITY_WINDOW || (best >= 0 && d >= ABS(best - (gint)at)))
      continue;
    best = place;
    *ret_way = way;
  }
  return best;
}

static gboolean
is_said(const ScribeSuspectRun *run, guint i)
{
  const GArray *ways = run->ways->pdata[i];
  for (guint k = 0; ways != NULL && k < ways->len; k++)
    if (g_array_index(ways, ScribeIndexWay, k).strength >= 0.3f)
      return TRUE;
  return FALSE;
}

/* Words that were said nowhere are another check's matter. */
static void
look_through(const ScribeSuspectRun *run, guint first, guint last, guint at, Window *ret)
{
  double weight = 0;
  Window w = {.at = (gint)at};
  for (guint i = first; i <= last; i++) {
    if (!weighs(run->note, i) || !is_said(run, i))
      continue;
    const ScribeToken *token = scribe_reading_token(run->note, i);
    double own = token->weight * (token->words_of[LEXICON_TERM] > 0 ? 1.5 : 1);
    weight += own;
    const ScribeIndexWay *way = NULL;
    gint place = nearest(run->ways->pdata[i], at, &way);
    if (place < 0)
      continue;
    guint sure = 0;
    gint polarity = scribe_index_polarity(run->index, way, (guint)place, &sure);
    gboolean asked = scribe_reading_token(run->index->said, (guint)place)->asked;
    w.found += own;
    w.denied += polarity < 0 ? own * sure / 100 : 0;
    w.asked += polarity == 0 && asked ? own : 0;
  }
  if (weight <= 0 || w.found / weight <= ret->found)
    return;
  w.denied /= w.found;
  w.asked /= w.found;
  w.found /= weight;
  *ret = w;
}

/* The best of two: the place that carries most of the stretch, tried from its heaviest words. */
static void
find_window(const ScribeSuspectRun *run, guint first, guint last, Window *ret)
{
  guint tried = 0;
  for (guint i = first; i <= last && tried < 120; i++) {
    const GArray *ways = weighs(run->note, i) ? run->ways->pdata[i] : NULL;
    for (guint k = 0; ways != NULL && k < ways->len; k++) {
      const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
      for (guint p = 0; p < way->places->len && p < 10 && way->strength > 0.3f; p++, tried++)
        look_through(run, first, last, g_array_index(way->places, guint32, p), ret);
    }
  }
}

/* --- how it is put --- */

static gboolean
among(const ScribeReading *r, guint first, guint last, const char *const *words)
{
  for (guint i = first; i <= last; i++)
    if (g_strv_contains(words, scribe_reading_word(r, i)))
      return TRUE;
  return FALSE;
}

/* "any", "or", "ever" live under a denial; outside one they are what is left of it. */
static const char *const UNDER[] = {"any",  "ever", "either", "yet",    "whatsoever", "anymore",
                                    "much", "nor",  "aucun",  "aucune", "quelconque", NULL};
static const char *const LISTS[] = {"or", "ou", "ni", NULL};

/* "does smoke", "did have", "do recognize": said against a denial. */
static gboolean
is_emphatic(const ScribeReading *r, guint first, guint last)
{
  static const char *const DO[] = {"do", "does", "did", NULL};
  static const char *const AFTER[] = {"not", "n't", "so", "well", "okay", "ok", "poorly", NULL};
  for (guint i = first; i < last; i++)
    if (g_strv_contains(DO, scribe_reading_word(r, i)) &&
        !(scribe_reading_cue(r, i + 1) & LEXICON_CUE_NEGATE) &&
        !g_strv_contains(AFTER, scribe_reading_word(r, i + 1)))
      return TRUE;
  return FALSE;
}

static void
form_features(const ScribeSuspectRun *run, guint sentence, guint first, guint last,
              ScribeSuspect *c)
{
  const ScribeReading *r = run->note;
  const ScribeSentence *s = &g_array_index(r->sentences, ScribeSentence, sentence);
  c->f[28] = among(r, first, last, UNDER);
  c->f[29] = among(r, first, last, LISTS);
  c->f[30] = is_emphatic(r, first, last);
  const ScribeToken *head = scribe_reading_token(r, first);
  c->f[31] = first == s->first && (head->words_of[LEXICON_TERM] > 0 || head->weight > 2) &&
             last - first < 12; /* "Fever or chills." */
  guint around = 0, denied = 0;
  for (guint k = sentence > 2 ? sentence - 2 : 0; k <= sentence + 2 && k < r->sentences->len; k++) {
    const ScribeSentence *o = &g_array_index(r->sentences, ScribeSentence, k);
    if (k == sentence)
      continue;
    around++;
    denied += scribe_reading_token(r, o->last)->polarity < 0;
  }
  c->f[32] = around > 0 ? (double)denied / around : 0.3;
  c->f[35] = (scribe_reading_cue(r, first) & LEXICON_CUE_NEGATE) != 0 ||
             (first > s->first && (scribe_reading_cue(r, first - 1) & LEXICON_CUE_NEGATE));
}

static void
window_features(const ScribeSuspectRun *run, guint first, guint last, gboolean denied,
                ScribeSuspect *c)
{
  Window w = {.at = -1};
  find_window(run, first, last, &w);
  double against = denied ? 1 - w.denied - w.asked : w.denied, with = 1 - against - w.asked;
  c->f[24] = w.found > 0 ? against * w.found : 0;
  c->f[25] = w.found > 0 ? with * w.found : 0;
  c->f[26] = w.found;
  c->f[27] = w.asked * w.found;
  c->f[33] = c->f[24] - c->f[25];
  c->f[34] = c->f[24] * (c->f[17] > 0);
  if (c->said_other < 0 && against > 0.5)
    c->said_other = w.at;
}

/* How often its words were denied or affirmed at all near where the sentence belongs. */
static void
look_at(ScribeSuspectRun *run, guint sentence, guint first, guint last)
{
  const ScribeSentence *s = &g_array_index(run->note->sentences, ScribeSentence, sentence);
  gboolean denied = (scribe_reading_token(run->note, last)->polarity < 0);
  Tally t = {.other_at = -1, .same_at = -1};
  if (!scribe_suspect_spend(run, (last - first + 1) * 400ull, first))
    return;
  for (guint i = first; i <= last; i++)
    if (weighs(run->note, i))
      add_word(run, s, i, denied, &t);
  if (t.n == 0 || t.weight <= 0)
    return;
  guint from = first;
  while (denied && from > s->first && first - from < 4 &&
         !(scribe_reading_cue(run->note, from) & LEXICON_CUE_NEGATE))
    from--;
  while (from > s->first && (scribe_reading_cue(run->note, from) & LEXICON_CUE_NEGATE) &&
         scribe_reading_token(run->note, from)->words_of[LEXICON_CUE] == 0)
    from--; /* the whole of "negative for" */
  gboolean claimed = claims(run->note, first, last);
  ScribeSuspectSlot slot = denied ? SUSPECT_DENIED : claimed ? SUSPECT_CLAIMED : SUSPECT_PLAIN;
  ScribeSuspect *c = scribe_suspect_add(run, slot, SCRIBE_FINDING_NEGATION, from, last);
  c->said = t.same_at;
  c->said_other = t.other_at;
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
  c->f[36] = t.n_same;
  c->f[37] = t.n_other;
  c->f[38] = t.n_same == 0 ? t.n_other : 0;
  c->f[39] = t.heaviest / 10;
  window_features(run, first, last, denied, c);
  form_features(run, sentence, first, last, c);
  scribe_witness_hear(run, first, last, denied, c);
  c->said_other_last = c->said_other >= 0 ? (guint)c->said_other : 0;
}

/* "The pain is not", "Lungs show no": what stands before a denial without a stop belongs to it. */
static gboolean
leads_in(const ScribeReading *note, guint first, guint last)
{
  static const char *const LITTLE[] = {"not",    "n't",    "no",      "never",   "pas",
                                       "aucun",  "aucune", "sans",    "jamais",  "nie",
                                       "denies", "denied", "denying", "without", NULL};
  if (last == first || last - first > 7 || last + 1 >= note->tokens->len ||
      !g_strv_contains(LITTLE, scribe_reading_word(note, last)) ||
      scribe_reading_token(note, last + 1)->polarity >= 0)
    return FALSE;
  for (guint i = first; i < last; i++) /* "does smoke and does not" */
    if (scribe_reading_is(note, i, "and") || scribe_reading_is(note, i, "et"))
      return FALSE;
  return !(scribe_reading_token(note, last)->flags & READING_COMMA);
}

/* Of headings that stand alone on their line. */
static const char *const HEADING[] = {"allergies",
                                      "medications",
                                      "medical",
                                      "surgical",
                                      "family",
                                      "social",
                                      "history",
                                      "plan",
                                      "assessment",
                                      "and",
                                      "of",
                                      "past",
                                      "review",
                                      "systems",
                                      "physical",
                                      "exam",
                                      "examination",
                                      "cardiovascular",
                                      "respiratory",
                                      "pulmonary",
                                      "heart",
                                      "lungs",
                                      "neck",
                                      "skin",
                                      "abdomen",
                                      "back",
                                      "extremities",
                                      "musculoskeletal",
                                      "gastrointestinal",
                                      "neurological",
                                      "neurologic",
                                      "psychiatric",
                                      "constitutional",
                                      "genitourinary",
                                      "results",
                                      "vitals",
                                      "current",
                                      "present",
                                      "illness",
                                      "chief",
                                      "complaint",
                                      "allergie",
                                      "antecedents",
                                      "traitement",
                                      "examen",
                                      "clinique",
                                      "conclusion",
                                      "familiaux",
                                      "medicaux",
                                      "chirurgicaux",
                                      NULL};

/* "ALLERGIES:", "Tobacco use:": a heading claims nothing. */
static gboolean
is_heading(const ScribeReading *note, guint first, guint last)
{
  const ScribeToken *from = scribe_reading_token(note, first);
  const ScribeToken *to = scribe_reading_token(note, last);
  if (!(from->flags & (READING_SENTENCE | READING_LINE)) || last - first > 5 || to->polarity < 0)
    return FALSE;
  if (to->flags & READING_COLON_AFTER)
    return TRUE;
  for (guint i = first; i <= last; i++)
    if (!g_strv_contains(HEADING, scribe_reading_word(note, i)))
      return FALSE;
  return !(to->flags & READING_DOT_AFTER) &&
         (last + 1 >= note->tokens->len ||
          (scribe_reading_token(note, last + 1)->flags & READING_LINE));
}

/* "… a biopsy site, with residual pigmentation": a claim of its own. */
static gboolean
opens_phrase(const ScribeReading *note, guint i)
{
  static const char *const OPEN[] = {"with", "avec", "showing", "demonstrating", NULL};
  return g_strv_contains(OPEN, scribe_reading_word(note, i)) &&
         !(scribe_reading_cue(note, i + 1) & LEXICON_CUE_NEGATE);
}

/* "EKG shows tachycardia, no" before "acute changes": the denial's own word is not of it. */
static guint
without_tail(const ScribeReading *note, guint first, guint last)
{
  static const char *const NOT[] = {"no",    "not", "n't",  "without", "denies", "denied", "non",
                                    "never", "pas", "sans", "nie",     "aucun",  "aucune", NULL};
  if (last + 1 < note->tokens->len && scribe_reading_token(note, last + 1)->polarity < 0 &&
      !(scribe_reading_token(note, last + 1)->flags & READING_SENTENCE))
    while (last > first && scribe_reading_token(note, last)->polarity >= 0 &&
           g_strv_contains(NOT, scribe_reading_word(note, last)))
      last--;
  return last;
}

/* "if she has any issues", "no pain [while walking]": nothing is said to be so. */
static gboolean
is_condition(const ScribeReading *note, guint first, guint last)
{
  static const char *const IF[] = {"if",   "unless", "while",   "except", "si",
                                   "sauf", "hormis", "lorsque", NULL};
  return g_strv_contains(IF, scribe_reading_word(note, first)) ||
         (last > first && g_strv_contains(IF, scribe_reading_word(note, first + 1)));
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
            (scribe_reading_cue(run->note, i) & LEXICON_CUE_END) != 0 ||
            (now->polarity >= 0 && i > first + 1 && opens_phrase(run->note, i));
    }
    if (!end)
      continue;
    guint last = without_tail(run->note, first, i - 1);
    if (!leads_in(run->note, first, i - 1) && !is_heading(run->note, first, last) &&
        !is_condition(run->note, first, last))
      look_at(run, sentence, first, last);
    first = i;
  }
}

void
scribe_slot_polarity_find(ScribeSuspectRun *run)
{
  for (guint i = 0; i < run->note->sentences->len; i++)
    split(run, i);
}
