#include "scribe/rule_contradiction.h"

#include <math.h>
#include <string.h>

#include "guichet/base/i18n.h"

#define CONTRADICTION_SURE 88u
#define CONTRADICTION_MOST 400u /* of a kind that are compared with each other */

static void
add(const ScribeReading *r, GPtrArray *findings, guint first, guint last, char *message)
{
  g_ptr_array_add(findings, scribe_finding_new(SCRIBE_FINDING_CONTRADICTION, SCRIBE_SEVERITY_WARN,
                                               scribe_reading_token(r, first)->start,
                                               scribe_reading_token(r, last)->end, message));
}

static gboolean
near_word(const ScribeReading *r, guint at, guint before, guint after, const char *const *words)
{
  for (guint i = at > before ? at - before : 0; i <= at + after && i < r->tokens->len; i++)
    if (g_strv_contains(words, scribe_reading_word(r, i)))
      return TRUE;
  return FALSE;
}

/* --- age --- */

static gboolean
is_patients_age(const ScribeReading *r, const ScribeNumber *n)
{
  static const char *const BEFORE[] = {"a", "an", "is", "pleasant", "de", "agee", "age", NULL};
  static const char *const ELSE[] = {"when",  "since",   "at",     "was",   "until",
                                     "quand", "lorsque", "depuis", "avait", NULL};
  if (!n->age || n->unit == NULL || n->first == 0 ||
      !g_strv_contains(BEFORE, scribe_reading_word(r, n->first - 1)) ||
      near_word(r, n->first, 4, 0, ELSE))
    return FALSE;
  for (guint i = n->first > 7 ? n->first - 7 : 0; i < n->first + 7 && i < r->tokens->len; i++)
    if (scribe_reading_cue(r, i) & LEXICON_CUE_FAMILY)
      return FALSE;
  return TRUE;
}

static void
ages(const ScribeReading *r, GPtrArray *findings)
{
  const ScribeNumber *one = NULL;
  for (guint i = 0; i < r->numbers->len; i++) {
    const ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, i);
    if (!is_patients_age(r, n))
      continue;
    if (one != NULL && strcmp(one->unit->name, n->unit->name) == 0 &&
        fabs(one->value - n->value) > 0.5)
      add(r, findings, n->first, n->last,
          g_strdup_printf(_("Two ages in one note: %g and %g."), one->value, n->value));
    if (one == NULL)
      one = n;
  }
}

/* --- a thing denied and affirmed --- */

/* Another time, another person, another condition: no contradiction. */
static gboolean
is_qualified(const ScribeReading *r, guint at)
{
  static const char *const WORDS[] = {
      "history",    "previous",    "previously",  "last",      "ago",          "prior",
      "past",       "if",          "until",       "sometimes", "occasional",   "when",
      "with",       "had",         "initially",   "resolved",  "monitor",      "risk",
      "call",       "return",      "improved",    "after",     "before",       "other",
      "antecedent", "antecedents", "parfois",     "quand",     "si",           "avant",
      "ancien",     "apres",       "except",      "sauf",      "occasionally", "at",
      "during",     "chronic",     "new",         "worsening", "further",      "recent",
      "some",       "mild",        "significant", NULL};
  if (near_word(r, at, 10, 10, WORDS))
    return TRUE;
  for (guint i = at > 8 ? at - 8 : 0; i < at + 8 && i < r->tokens->len; i++)
    if (scribe_reading_cue(r, i) & LEXICON_CUE_FAMILY)
      return TRUE;
  return FALSE;
}

static const ScribeLexiconEntry *
body_of(const ScribeReading *r, guint at)
{
  guint first = at;
  while (first > 0 && at - first < 4 && !(scribe_reading_token(r, first)->flags & READING_SENTENCE))
    first--;
  for (guint i = first; i < at + 6 && i < r->tokens->len; i++) {
    if (i > at && (scribe_reading_token(r, i)->flags & READING_SENTENCE))
      break;
    if (scribe_reading_token(r, i)->words_of[LEXICON_BODY] > 0)
      return scribe_reading_token(r, i)->mark[LEXICON_BODY];
  }
  return NULL;
}

static int
side_of(const ScribeReading *r, guint at)
{
  static const char *const LEFT[] = {"left", "gauche", NULL};
  static const char *const RIGHT[] = {"right", "droit", "droite", NULL};
  return near_word(r, at, 3, 4, LEFT) ? -1 : near_word(r, at, 3, 4, RIGHT);
}

static gboolean
opposite(const ScribeReading *r, guint a, guint b)
{
  const ScribeToken *one = scribe_reading_token(r, a), *two = scribe_reading_token(r, b);
  return one->mark[LEXICON_TERM] == two->mark[LEXICON_TERM] && one->polarity * two->polarity < 0 &&
         body_of(r, a) == body_of(r, b) && side_of(r, a) == side_of(r, b);
}

static void
denials(const ScribeReading *r, GPtrArray *findings)
{
  g_autoptr(GArray) sure = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < r->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(r, i);
    if (token->words_of[LEXICON_TERM] == 0 || token->polarity == 0 ||
        token->sure < CONTRADICTION_SURE || is_qualified(r, i))
      continue;
    for (guint k = 0; k < sure->len; k++)
      if (opposite(r, g_array_index(sure, guint, k), i)) {
        add(r, findings, i, i + token->words_of[LEXICON_TERM] - 1,
            g_strdup_printf(_("The note affirms and denies this: %s."),
                            token->mark[LEXICON_TERM]->name));
        break;
      }
    if (sure->len < CONTRADICTION_MOST)
      g_array_append_val(sure, i);
  }
}

/* --- allergies --- */

static gboolean
is_allergy(const ScribeReading *r, guint i)
{
  static const char *const WORDS[] = {"allergy",    "allergies",   "allergic", "allergie",
                                      "allergique", "allergiques", NULL};
  return g_strv_contains(WORDS, scribe_reading_word(r, i));
}

/* "No known drug allergies" and, elsewhere, "allergic to penicillin". */
static void
allergies(const ScribeReading *r, GPtrArray *findings)
{
  gboolean none = FALSE;
  guint at = 0, last = 0;
  for (guint i = 0; i < r->tokens->len; i++) {
    none |= scribe_reading_is(r, i, "nkda") || scribe_reading_is(r, i, "nka") ||
            (is_allergy(r, i) && scribe_reading_token(r, i)->polarity < 0 &&
             (near_word(r, i, 3, 0, (const char *const[]){"known", "connue", "drug", NULL})));
    if (!is_allergy(r, i) || scribe_reading_token(r, i)->polarity < 0)
      continue;
    for (guint k = i + 1; k < i + 4 && k < r->tokens->len && last == 0; k++)
      if (scribe_reading_token(r, k)->words_of[LEXICON_DRUG] > 0 &&
          scribe_reading_token(r, k)->polarity >= 0) {
        at = i;
        last = k;
      }
  }
  if (none && last > 0)
    add(r, findings, at, last, g_strdup(_("The note names an allergy and says there is none.")));
}

/* --- doses --- */

static const ScribeNumber *
dose_after(const ScribeReading *r, guint i)
{
  guint from = i + scribe_reading_token(r, i)->words_of[LEXICON_DRUG];
  for (guint k = from; k < from + 3 && k < r->tokens->len; k++) {
    const ScribeToken *token = scribe_reading_token(r, k);
    if ((token->flags & READING_SENTENCE) || token->words_of[LEXICON_DRUG] > 0)
      return NULL;
    if (token->number < 0)
      continue;
    const ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, token->number);
    return n->unit != NULL && strcmp(n->unit->group, "mass") == 0 && n->unit->value > 0 ? n : NULL;
  }
  return NULL;
}

/* A dose that changes is told as two. */
static gboolean
changes(const ScribeReading *r, guint at)
{
  static const char *const WORDS[] = {
      "increase",     "increased", "increasing", "decrease", "decreased", "from",
      "to",           "change",    "changed",    "raise",    "raised",    "lower",
      "reduce",       "reduced",   "taper",      "was",      "switch",    "titrate",
      "previously",   "double",    "then",       "start",    "restart",   "augmenter",
      "augmentation", "augmente",  "diminuer",   "reduire",  "passer",    "puis",
      "or",           "ou",        "and",        "et",       "prescribe", "prescribed",
      "initiate",     "morning",   "evening",    "night",    "matin",     "soir",
      "loading",      "up",        "down",       NULL};
  return near_word(r, at, 12, 10, WORDS);
}

static const ScribeLexiconEntry *
drug_at(const ScribeReading *r, guint i)
{
  return scribe_reading_token(r, i)->mark[LEXICON_DRUG];
}

/* An earlier place with another dose of the same drug; its number or NULL. */
static const ScribeNumber *
other_dose(const ScribeReading *r, const GArray *places, guint i, const ScribeNumber *n)
{
  double mine = n->value * n->unit->value;
  for (guint k = 0; k < places->len; k++) {
    guint at = g_array_index(places, guint, k);
    const ScribeNumber *o = drug_at(r, at) == drug_at(r, i) ? dose_after(r, at) : NULL;
    if (o != NULL && fabs(o->value * o->unit->value - mine) > 1e-6 * mine)
      return o;
  }
  return NULL;
}

static void
doses(const ScribeReading *r, GPtrArray *findings)
{
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < r->tokens->len; i++) {
    gboolean drug = scribe_reading_token(r, i)->words_of[LEXICON_DRUG] > 0;
    const ScribeNumber *n = drug ? dose_after(r, i) : NULL;
    if (n == NULL || changes(r, i))
      continue;
    const ScribeNumber *o = other_dose(r, places, i, n);
    if (o != NULL)
      add(r, findings, i, n->unit_token,
          g_strdup_printf(_("Two doses of %s in one note: %g %s and %g %s."), drug_at(r, i)->name,
                          o->value, o->unit->name, n->value, n->unit->name));
    if (places->len < CONTRADICTION_MOST)
      g_array_append_val(places, i);
  }
}

void
scribe_rule_contradiction_find(const ScribeReading *note, GPtrArray *findings)
{
  ages(note, findings);
  denials(note, findings);
  allergies(note, findings);
  doses(note, findings);
}
