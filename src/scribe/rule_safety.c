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

/* `charted`: where b is known from, or NULL: the note itself. */
static void
meet(const Run *run, const ScribeLexiconEntry *a, guint i, const ScribeLexiconEntry *b,
     const char *charted)
{
  const GPtrArray *pairs = scribe_lexicon_interactions(run->note->lexicon);
  for (guint k = 0; k < pairs->len; k++) {
    const ScribeLexiconPair *pair = pairs->pdata[k];
    if (!(fits(a, pair->first) && fits(b, pair->second)) &&
        !(fits(b, pair->first) && fits(a, pair->second)))
      continue;
    char *message = charted == NULL
                        ? g_strdup_printf(_("%s with %s: %s (%s)."), a->name, b->name, pair->reason,
                                          pair->source)
                        : g_strdup_printf(
                              /* L10N: drug, other drug, "charted, from…", why, source */
                              _("%s with %s (%s): %s (%s)."), a->name, b->name, charted,
                              pair->reason, pair->source);
    add(run, SCRIBE_FINDING_INTERACTION, pair->high ? SCRIBE_SEVERITY_WARN : SCRIBE_SEVERITY_INFO,
        i, drug_last(run->note, i), message);
    return;
  }
}

/* The drugs of a list of the chart, each once. */
static GPtrArray *
charted_drugs(const Run *run, const char *const *rows)
{
  GPtrArray *all = g_ptr_array_new();
  for (guint i = 0; rows != NULL && rows[i] != NULL; i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(run->note->lexicon);
    if (g_utf8_validate(rows[i], -1, NULL))
      scribe_reading_add(r, 0, rows[i]);
    scribe_reading_finish(r);
    for (guint k = 0; k < r->tokens->len; k++) {
      gpointer drug = (gpointer)(gintptr)scribe_reading_token(r, k)->mark[LEXICON_DRUG];
      if (is_drug(r, k) && !g_ptr_array_find(all, drug, NULL))
        g_ptr_array_add(all, drug);
    }
  }
  return all;
}

static gboolean
is_named(const ScribeReading *r, const ScribeLexiconEntry *drug)
{
  for (guint i = 0; i < r->tokens->len; i++)
    if (is_drug(r, i) && scribe_reading_token(r, i)->mark[LEXICON_DRUG] == drug)
      return TRUE;
  return FALSE;
}

static const char *
charted_words(const Run *run)
{
  return run->context->charted != NULL ? run->context->charted : _("charted");
}

/* What the note says itself of a charted drug goes before the chart: it may have been stopped. */
static void
meet_charted(const Run *run, const ScribeLexiconEntry *drug, guint i, const GPtrArray *charted)
{
  for (guint k = 0; k < charted->len; k++)
    if (charted->pdata[k] != drug && !is_named(run->note, charted->pdata[k]))
      meet(run, drug, i, charted->pdata[k], charted_words(run));
}

/* Each pair once, at the later of the two. */
static void
interactions(const Run *run)
{
  g_autoptr(GPtrArray) taken = g_ptr_array_new(); /* of the drugs so far, each once */
  g_autoptr(GPtrArray) charted =
      charted_drugs(run, run->context != NULL ? run->context->medications : NULL);
  for (guint i = 0; i < run->note->tokens->len; i++) {
    if (!is_drug(run->note, i) || !is_taken(run->note, i))
      continue;
    union {
      const ScribeLexiconEntry *entry;
      gpointer pointer;
    } drug = {scribe_reading_token(run->note, i)->mark[LEXICON_DRUG]};
    if (g_ptr_array_find(taken, drug.pointer, NULL))
      continue;
    for (guint k = 0; k < taken->len; k++)
      meet(run, drug.entry, i, taken->pdata[k], NULL);
    meet_charted(run, drug.entry, i, charted);
    g_ptr_array_add(taken, drug.pointer);
  }
}

typedef struct {
  const char *name;
  gboolean charted; /* and nowhere else */
} Allergy;

static void
know(GArray *into, const char *name, gboolean charted)
{
  for (guint i = 0; i < into->len; i++)
    if (strcmp(g_array_index(into, Allergy, i).name, name) == 0)
      return;
  const Allergy one = {name, charted};
  g_array_append_val(into, one);
}

/* "allergic to penicillin": the drugs named after the word, in the same sentence, not denied. */
static void
stated_allergies(const ScribeReading *r, GArray *into)
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
        know(into, scribe_reading_token(r, k)->mark[LEXICON_DRUG]->name, FALSE);
    }
  }
}

/* What is said of a drug given against an allergy; `source` is NULL for the very same. */
static char *
against_words(const Run *run, const char *drug, const Allergy *allergy, const char *source)
{
  if (!allergy->charted)
    return source == NULL ? g_strdup_printf(_("%s is given against an allergy to it."), drug)
                          : g_strdup_printf(_("%s against an allergy to %s (%s)."), drug,
                                            allergy->name, source);
  return source == NULL
             /* L10N: a drug, "charted, from…" */
             ? g_strdup_printf(_("%s is given against an allergy to it (%s)."), drug,
                               charted_words(run))
             /* L10N: a drug, another, "charted, from…", the source of the rule */
             : g_strdup_printf(_("%s against an allergy to %s, %s (%s)."), drug, allergy->name,
                               charted_words(run), source);
}

static void
against(const Run *run, const Allergy *known, guint i)
{
  const char *allergy = known->name;
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
  add(run, SCRIBE_FINDING_ALLERGY, certain ? SCRIBE_SEVERITY_BLOCK : SCRIBE_SEVERITY_WARN, i,
      drug_last(run->note, i), against_words(run, drug->name, known, source));
}

static void
charted_allergies(const Run *run, GArray *into)
{
  g_autoptr(GPtrArray) drugs =
      charted_drugs(run, run->context != NULL ? run->context->allergies : NULL);
  for (guint i = 0; i < drugs->len; i++)
    know(into, ((const ScribeLexiconEntry *)drugs->pdata[i])->name, TRUE);
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
  g_autoptr(GArray) known = g_array_new(FALSE, FALSE, sizeof(Allergy));
  stated_allergies(run->note, known);
  stated_allergies(run->said, known);
  charted_allergies(run, known);
  for (guint i = 0; i < run->note->tokens->len; i++) {
    if (!is_drug(run->note, i) || !is_given(run->note, i))
      continue;
    for (guint k = 0; k < known->len; k++) {
      guint before = run->findings->len;
      against(run, &g_array_index(known, Allergy, k), i);
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

typedef struct {
  const char *words; /* one word, or two with a space */
  const char *vital; /* as in vitals.tsv */
} VitalWord;

static const VitalWord VITAL_WORDS[] = {
    {"saturation", "saturation"},
    {"saturations", "saturation"},
    {"sat", "saturation"},
    {"sats", "saturation"},
    {"spo2", "saturation"},
    {"o2", "saturation"},
    {"oxygen level", "saturation"},
    {"pulse", "pulse"},
    {"pouls", "pulse"},
    {"hr", "pulse"},
    {"heart rate", "pulse"},
    {"frequence cardiaque", "pulse"},
    {"respirations", "respiration"},
    {"respiratory rate", "respiration"},
    {"frequence respiratoire", "respiration"},
    {"temperature", "temperature"},
    {"temp", "temperature"},
    {"fievre", "temperature"},
    {"glucose", "glucose"},
    {"glycemie", "glucose"},
    {"blood sugar", "glucose"},
    {"blood pressure", "systolic"},
    {"bp", "systolic"},
    {"tension", "systolic"},
    {"ta", "systolic"},
    {"pression arterielle", "systolic"},
};

const char *
scribe_rule_safety_vital(const char *name)
{
  static const char *const NAMES[][2] = {{"systolic", N_("systolic blood pressure")},
                                         {"diastolic", N_("diastolic blood pressure")},
                                         {"pulse", N_("pulse")},
                                         {"respiration", N_("respiratory rate")},
                                         {"saturation", N_("oxygen saturation")},
                                         {"temperature", N_("temperature")},
                                         {"glucose", N_("glucose")}};
  for (gsize k = 0; k < G_N_ELEMENTS(NAMES); k++)
    if (strcmp(name, NAMES[k][0]) == 0)
      return _(NAMES[k][1]);
  return name;
}

static const char *
vital_word(const ScribeReading *r, guint i)
{
  for (gsize k = 0; k < G_N_ELEMENTS(VITAL_WORDS); k++) {
    const char *words = VITAL_WORDS[k].words, *space = strchr(words, ' ');
    const char *word = scribe_reading_word(r, i);
    gboolean here = space == NULL
                        ? strcmp(word, words) == 0
                        : strncmp(word, words, (gsize)(space - words)) == 0 &&
                              word[space - words] == '\0' && scribe_reading_is(r, i + 1, space + 1);
    if (here)
      return VITAL_WORDS[k].vital;
  }
  return NULL;
}

static const ScribeLexiconRange *
range_of(const ScribeReading *r, const ScribeContext *context, const char *vital, double value)
{
  double age = context != NULL && context->age_years > 0 ? context->age_years : 40;
  const GPtrArray *vitals = scribe_lexicon_vitals(r->lexicon);
  for (guint k = 0; k < vitals->len; k++) {
    const ScribeLexiconRange *range = vitals->pdata[k];
    if (strcmp(range->name, vital) == 0 && age >= range->from_age && age < range->to_age + 1 &&
        (value < range->low || value > range->high))
      return range;
  }
  return NULL;
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

/* The second of "210 over 130". */
static const ScribeNumber *
diastolic_of(const ScribeReading *r, const ScribeNumber *systolic)
{
  static const char *const OVER[] = {"over", "sur", "on", NULL};
  guint next = systolic->last + 1;
  if (g_strv_contains(OVER, scribe_reading_word(r, next)))
    next++;
  else if (next >= r->tokens->len || !(scribe_reading_token(r, next)->flags & READING_SLASH))
    return NULL;
  if (next >= r->tokens->len || scribe_reading_token(r, next)->number < 0)
    return NULL;
  return &g_array_index(r->numbers, ScribeNumber, scribe_reading_token(r, next)->number);
}

/* The first number within six words after the name of the sign, in its sentence. */
static const ScribeNumber *
number_of(const ScribeReading *r, guint i)
{
  for (guint k = i + 1; k <= i + 6 && k < r->tokens->len; k++) {
    const ScribeToken *token = scribe_reading_token(r, k);
    if ((token->flags & READING_SENTENCE) || vital_word(r, k) != NULL || is_drug(r, k))
      return NULL;
    if (token->number < 0)
      continue;
    const ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, token->number);
    gboolean time = n->unit != NULL && strcmp(n->unit->group, "time") == 0;
    return time || n->kind != NUMBER_PLAIN ? NULL : n;
  }
  return NULL;
}

/* French tension is told in centimetres of mercury: "14/9". */
static double
pressure(double value)
{
  return value >= 5 && value < 30 ? value * 10 : value;
}

const ScribeNumber *
scribe_rule_safety_critical(const ScribeReading *r, guint i, const ScribeContext *context,
                            const ScribeLexiconRange **ret_range)
{
  const char *vital = vital_word(r, i);
  const ScribeNumber *n = vital != NULL ? number_of(r, i) : NULL;
  if (n == NULL)
    return NULL;
  gboolean arm = strcmp(vital, "systolic") == 0;
  double value = strcmp(vital, "temperature") == 0 ? celsius(n->value)
                 : arm                             ? pressure(n->value)
                                                   : n->value;
  if (!plausible(vital, value))
    return NULL;
  *ret_range = range_of(r, context, vital, value);
  if (*ret_range != NULL)
    return n;
  const ScribeNumber *low = arm ? diastolic_of(r, n) : NULL;
  if (low == NULL || low->value < 3 || low->value > 200)
    return NULL;
  *ret_range = range_of(r, context, "diastolic", pressure(low->value));
  return *ret_range != NULL ? low : NULL;
}

static void
vital_sign(const Run *run, guint i)
{
  const ScribeLexiconRange *range = NULL;
  const ScribeNumber *n = scribe_rule_safety_critical(run->note, i, run->context, &range);
  if (n != NULL)
    add(run, SCRIBE_FINDING_VITAL, SCRIBE_SEVERITY_WARN, n->first, n->last,
        g_strdup_printf(_("%s %g is in a critical range (below %g or above %g; %s)."),
                        scribe_rule_safety_vital(range->name), n->value, range->low, range->high,
                        range->source));
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
