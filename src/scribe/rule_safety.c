#include "scribe/rule_safety.h"

#include <math.h>
#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

typedef struct {
  const ScribeReading *note, *said;
  const ScribeContext *context;
  GPtrArray *findings;
} Run;

static void
add(const Run *run, ScribeFindingKind kind, ScribeSeverity severity, guint first, guint last,
    char *message)
{
  g_ptr_array_add(run->findings,
                  scribe_finding_new(kind, severity, scribe_reading_token(run->note, first)->start,
                                     scribe_reading_token(run->note, last)->end, message));
}

static gboolean
is_drug(const ScribeReading *r, guint i)
{
  return scribe_reading_token(r, i)->words_of[LEXICON_DRUG] > 0;
}

static guint
drug_last(const ScribeReading *r, guint i)
{
  return i + scribe_reading_token(r, i)->words_of[LEXICON_DRUG] - 1;
}

/* "class:nsaid" or a generic name. */
static gboolean
fits(const ScribeLexiconEntry *drug, const char *side)
{
  if (g_str_has_prefix(side, "class:"))
    return strcmp(drug->group, side + 6) == 0;
  return strcmp(drug->name, side) == 0;
}

/* Words near by that say the drug is not taken: stopped, avoid, allergic. */
static gboolean
is_taken(const ScribeReading *r, guint i)
{
  static const char *const NOT[] = {"stop",      "stopped",    "discontinue",   "discontinued",
                                    "avoid",     "hold",       "allergic",      "allergy",
                                    "allergies", "instead",    "arreter",       "arrete",
                                    "eviter",    "allergique", "allergie",      "nkda",
                                    "avoiding",  "stopping",   "discontinuing", NULL};
  if (scribe_reading_token(r, i)->polarity < 0)
    return FALSE;
  for (guint d = 1; d <= 7 && d <= i; d++) {
    if (g_strv_contains(NOT, scribe_reading_word(r, i - d)))
      return FALSE;
    if (scribe_reading_token(r, i - d + 1)->flags & READING_SENTENCE)
      break;
  }
  return TRUE;
}

static void
meet(const Run *run, const ScribeLexiconEntry *a, guint i, const ScribeLexiconEntry *b)
{
  const GPtrArray *pairs = scribe_lexicon_interactions(run->note->lexicon);
  for (guint k = 0; k < pairs->len; k++) {
    const ScribeLexiconPair *pair = pairs->pdata[k];
    if (!(fits(a, pair->first) && fits(b, pair->second)) &&
        !(fits(b, pair->first) && fits(a, pair->second)))
      continue;
    add(run, SCRIBE_FINDING_INTERACTION, pair->high ? SCRIBE_SEVERITY_WARN : SCRIBE_SEVERITY_INFO,
        i, drug_last(run->note, i),
        g_strdup_printf(_("%s with %s: %s (%s)."), a->name, b->name, pair->reason, pair->source));
    return;
  }
}

/* Each pair once, at the later of the two. */
static void
interactions(const Run *run)
{
  g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < run->note->tokens->len; i++) {
    if (!is_drug(run->note, i) || !is_taken(run->note, i))
      continue;
    const ScribeToken *token = scribe_reading_token(run->note, i);
    if (!g_hash_table_add(taken, GUINT_TO_POINTER((guint)(token->key & 0x7fffffff) | 1)))
      continue;
    for (guint k = 0; k < i; k++)
      if (is_drug(run->note, k) && is_taken(run->note, k) &&
          scribe_reading_token(run->note, k)->mark[LEXICON_DRUG] != token->mark[LEXICON_DRUG]) {
        gboolean first = TRUE;
        for (guint before = 0; before < k && first; before++)
          first = scribe_reading_token(run->note, before)->mark[LEXICON_DRUG] !=
                      scribe_reading_token(run->note, k)->mark[LEXICON_DRUG] ||
                  !is_drug(run->note, before) || !is_taken(run->note, before);
        if (first)
          meet(run, token->mark[LEXICON_DRUG], i,
               scribe_reading_token(run->note, k)->mark[LEXICON_DRUG]);
      }
  }
}

/* "allergic to penicillin": the drugs named after the word, in the same sentence, not denied. */
static void
stated_allergies(const ScribeReading *r, GPtrArray *into)
{
  static const char *const WORDS[] = {"allergic",   "allergy",  "allergies",
                                      "allergique", "allergie", NULL};
  for (guint i = 0; i < r->tokens->len; i++) {
    if (!g_strv_contains(WORDS, scribe_reading_word(r, i)) ||
        scribe_reading_token(r, i)->polarity < 0 || scribe_reading_token(r, i)->asked)
      continue;
    for (guint k = i > 2 ? i - 2 : 0; k < r->tokens->len && k < i + 8; k++) {
      if (k > i && (scribe_reading_token(r, k)->flags & READING_SENTENCE))
        break;
      if (is_drug(r, k) && scribe_reading_token(r, k)->polarity >= 0)
        g_ptr_array_add(into, scribe_reading_token(r, k)->mark[LEXICON_DRUG]->name);
    }
  }
}

static void
against(const Run *run, const char *allergy, guint i)
{
  const ScribeLexiconEntry *drug = scribe_reading_token(run->note, i)->mark[LEXICON_DRUG];
  const GPtrArray *pairs = scribe_lexicon_allergies(run->note->lexicon);
  gboolean same = strcmp(drug->name, allergy) == 0, certain = same;
  const char *source = NULL;
  for (guint k = 0; k < pairs->len && !same; k++) {
    const ScribeLexiconPair *pair = pairs->pdata[k];
    if (strcmp(pair->first, allergy) != 0 || !fits(drug, pair->second))
      continue;
    same = TRUE;
    certain = pair->high;
    source = pair->source;
  }
  if (!same)
    return;
  char *message =
      source == NULL
          ? g_strdup_printf(_("%s is given against an allergy to it."), drug->name)
          : g_strdup_printf(_("%s against an allergy to %s (%s)."), drug->name, allergy, source);
  add(run, SCRIBE_FINDING_ALLERGY, certain ? SCRIBE_SEVERITY_BLOCK : SCRIBE_SEVERITY_WARN, i,
      drug_last(run->note, i), message);
}

static void
charted_allergies(const Run *run, GPtrArray *into)
{
  const char *const *charted = run->context != NULL ? run->context->allergies : NULL;
  for (guint i = 0; charted != NULL && charted[i] != NULL; i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(run->note->lexicon);
    if (g_utf8_validate(charted[i], -1, NULL))
      scribe_reading_add(r, 0, charted[i]);
    scribe_reading_finish(r);
    for (guint k = 0; k < r->tokens->len; k++)
      if (is_drug(r, k))
        g_ptr_array_add(into, scribe_reading_token(r, k)->mark[LEXICON_DRUG]->name);
  }
}

/* A drug counts as given where a word of giving stands before it, or a dose after it. */
static gboolean
is_given(const ScribeReading *r, guint i)
{
  static const char *const GIVE[] = {
      "prescribe", "prescribed", "start",        "started",   "initiate", "begin",
      "continue",  "take",       "takes",        "taking",    "given",    "give",
      "treat",     "increase",   "prescription", "prescrire", "prescrit", "commencer",
      "prendre",   "debuter",    "poursuivre",   "order",     "treated",  NULL};
  if (!is_taken(r, i))
    return FALSE;
  for (guint d = 1; d <= 6 && d <= i; d++) {
    if (g_strv_contains(GIVE, scribe_reading_word(r, i - d)))
      return TRUE;
    if (scribe_reading_token(r, i - d + 1)->flags & READING_SENTENCE)
      break;
  }
  guint after = drug_last(r, i) + 1;
  return after < r->tokens->len && scribe_reading_token(r, after)->number >= 0 &&
         !(scribe_reading_token(r, after)->flags & READING_SENTENCE);
}

static void
allergies(const Run *run)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();
  stated_allergies(run->note, known);
  stated_allergies(run->said, known);
  charted_allergies(run, known);
  for (guint i = 0; i < run->note->tokens->len; i++) {
    if (!is_drug(run->note, i) || !is_given(run->note, i))
      continue;
    for (guint k = 0; k < known->len; k++) {
      guint before = run->findings->len;
      against(run, known->pdata[k], i);
      if (run->findings->len > before)
        break;
    }
  }
}

/* --- doses --- */

static double
in_unit(const ScribeNumber *n, const ScribeLexicon *lexicon, const char *unit)
{
  const ScribeLexiconEntry *to = scribe_lexicon_named(lexicon, LEXICON_UNIT, unit);
  if (n->unit == NULL || to == NULL || strcmp(n->unit->group, to->group) != 0 || to->value <= 0)
    return NAN;
  return n->value * n->unit->value / to->value;
}

/* The dose stands within four words after the drug's name. */
static const ScribeNumber *
dose_of(const ScribeReading *r, guint i)
{
  guint last = drug_last(r, i);
  for (guint k = last + 1; k <= last + 4 && k < r->tokens->len; k++) {
    const ScribeToken *token = scribe_reading_token(r, k);
    if ((token->flags & READING_SENTENCE) || is_drug(r, k))
      return NULL;
    if (token->number >= 0) {
      const ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, token->number);
      return n->unit != NULL && strcmp(n->unit->group, "mass") == 0 ? n : NULL;
    }
  }
  return NULL;
}

static void
dose_range(const Run *run, guint i)
{
  const ScribeNumber *n = dose_of(run->note, i);
  const char *name = scribe_reading_token(run->note, i)->mark[LEXICON_DRUG]->name;
  const GPtrArray *doses = scribe_lexicon_doses(run->note->lexicon);
  for (guint k = 0; n != NULL && k < doses->len; k++) {
    const ScribeLexiconRange *range = doses->pdata[k];
    if (strcmp(range->name, name) != 0)
      continue;
    double value = in_unit(n, run->note->lexicon, range->unit);
    if (isnan(value) || (value <= range->high && value >= range->low))
      return;
    gboolean wild = value > 10 * range->high || value < range->low / 10;
    add(run, SCRIBE_FINDING_DOSE_RANGE, wild ? SCRIBE_SEVERITY_BLOCK : SCRIBE_SEVERITY_WARN, i,
        n->unit_token,
        g_strdup_printf(_("%s: one dose is usually %g to %g %s (%s)."), name, range->low,
                        range->high, range->unit, range->source));
    return;
  }
}

/* --- vital signs --- */

static const char *
vital_word(const ScribeReading *r, guint i)
{
  static const struct {
    const char *words, *vital;
  } WORDS[] = {{"saturation", "saturation"},
               {"sat", "saturation"},
               {"spo2", "saturation"},
               {"sats", "saturation"},
               {"pulse", "pulse"},
               {"pouls", "pulse"},
               {"hr", "pulse"},
               {"respirations", "respiration"},
               {"temperature", "temperature"},
               {"temp", "temperature"},
               {"glucose", "glucose"},
               {"glycemie", "glucose"},
               {"o2", "saturation"},
               {"saturations", "saturation"}};
  for (gsize k = 0; k < G_N_ELEMENTS(WORDS); k++)
    if (scribe_reading_is(r, i, WORDS[k].words))
      return WORDS[k].vital;
  gboolean rate = scribe_reading_is(r, i + 1, "rate");
  if (rate && scribe_reading_is(r, i, "heart"))
    return "pulse";
  if (rate && scribe_reading_is(r, i, "respiratory"))
    return "respiration";
  gboolean pressure =
      (scribe_reading_is(r, i, "blood") && scribe_reading_is(r, i + 1, "pressure")) ||
      scribe_reading_is(r, i, "bp") || scribe_reading_is(r, i, "tension") ||
      scribe_reading_is(r, i, "ta");
  return pressure ? "systolic" : NULL;
}

static void
judge(const Run *run, const char *vital, double value, const ScribeNumber *n)
{
  double age = run->context != NULL && run->context->age_years > 0 ? run->context->age_years : 40;
  const GPtrArray *vitals = scribe_lexicon_vitals(run->note->lexicon);
  for (guint k = 0; k < vitals->len; k++) {
    const ScribeLexiconRange *range = vitals->pdata[k];
    if (strcmp(range->name, vital) != 0 || age < range->from_age || age > range->to_age ||
        (value >= range->low && value <= range->high))
      continue;
    add(run, SCRIBE_FINDING_VITAL, SCRIBE_SEVERITY_WARN, n->first, n->last,
        g_strdup_printf(_("%s %g is in a critical range (below %g or above %g; %s)."), vital, value,
                        range->low, range->high, range->source));
    return;
  }
}

static double
celsius(double value)
{
  return value > 60 ? (value - 32) * 5 / 9 : value;
}

static gboolean
plausible(const char *vital, double value)
{
  if (strcmp(vital, "temperature") == 0)
    return value > 25 && value < 45;
  if (strcmp(vital, "systolic") == 0)
    return value > 40 && value < 300;
  if (strcmp(vital, "saturation") == 0)
    return value > 40 && value <= 100;
  return value > 3 && value < 1000;
}

/* The first number within six words after the name of the sign, in its sentence. */
static void
vital_sign(const Run *run, guint i)
{
  const char *vital = vital_word(run->note, i);
  for (guint k = i + 1; vital != NULL && k <= i + 6 && k < run->note->tokens->len; k++) {
    const ScribeToken *token = scribe_reading_token(run->note, k);
    if (token->flags & READING_SENTENCE || vital_word(run->note, k) != NULL)
      return;
    if (token->number < 0)
      continue;
    const ScribeNumber *n = &g_array_index(run->note->numbers, ScribeNumber, token->number);
    double value = strcmp(vital, "temperature") == 0 ? celsius(n->value) : n->value;
    gboolean time = n->unit != NULL && strcmp(n->unit->group, "time") == 0;
    if (!time && n->kind == NUMBER_PLAIN && plausible(vital, value))
      judge(run, vital, value, n);
    return;
  }
}

void
scribe_rule_safety_find(const ScribeReading *note, const ScribeReading *said,
                        const ScribeContext *context, GPtrArray *findings)
{
  Run run = {note, said, context, findings};
  interactions(&run);
  allergies(&run);
  for (guint i = 0; i < note->tokens->len; i++) {
    if (is_drug(note, i))
      dose_range(&run, i);
    vital_sign(&run, i);
  }
}
