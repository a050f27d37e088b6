#include "scribe/rule_omission.h"

#include <math.h>
#include <string.h>

#include "guichet/base/i18n.h"
#include "scribe/rule_safety.h"

typedef struct {
  const ScribeReading *said, *note;
  const ScribeContext *context;
  GHashTable *numbers; /* of the note, in thousandths */
  GHashTable *told;    /* what was found missing already: keys as pointers */
  GPtrArray *findings;
} Run;

static gboolean
is_new(const Run *run, guint64 key)
{
  return g_hash_table_add(run->told, GUINT_TO_POINTER((guint)(key >> 33) | 1));
}

static void
miss(const Run *run, guint first, guint last, ScribeSeverity severity, char *message)
{
  const ScribeReading *note = run->note;
  const ScribeToken *from = scribe_reading_token(run->said, first);
  guint end = note->tokens->len > 0 ? scribe_reading_token(note, note->tokens->len - 1)->end : 0;
  ScribeFinding *finding = scribe_finding_new(SCRIBE_FINDING_OMISSION, severity, end, end, message);
  scribe_finding_add_evidence(finding, from->turn, from->start,
                              scribe_reading_token(run->said, last)->end);
  g_ptr_array_add(run->findings, finding);
}

/* The drug, or another of its class: "the statin" stands for it. */
static gboolean
note_holds(const Run *run, ScribeLexiconDomain domain, const ScribeLexiconEntry *entry)
{
  for (guint i = 0; i < run->note->tokens->len; i++) {
    const ScribeLexiconEntry *mark = scribe_reading_token(run->note, i)->mark[domain];
    if (mark == entry ||
        (mark != NULL && domain == LEXICON_DRUG && strcmp(mark->group, entry->group) == 0))
      return TRUE;
  }
  return FALSE;
}

static gint64
milli(double value)
{
  return (gint64)(value * 1000 + 0.5);
}

static gboolean
note_has_number(const Run *run, double value)
{
  gint64 key = milli(value);
  return g_hash_table_contains(run->numbers, &key);
}

static GHashTable *
number_set(const ScribeReading *note)
{
  GHashTable *set = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < note->numbers->len; i++) {
    gint64 key = milli(g_array_index(note->numbers, ScribeNumber, i).value);
    g_hash_table_add(set, g_memdup2(&key, sizeof key));
  }
  return set;
}

static gboolean
before(const ScribeReading *r, guint at, guint reach, const char *const *words)
{
  for (guint d = 1; d <= reach && d <= at; d++) {
    if (scribe_reading_token(r, at - d)->turn != scribe_reading_token(r, at)->turn)
      return FALSE;
    if (g_strv_contains(words, scribe_reading_word(r, at - d)))
      return TRUE;
  }
  return FALSE;
}

/* Said as so: not denied, taken back, or only asked. */
static gboolean
stands(const ScribeToken *token)
{
  return token->polarity >= 0 && !token->retracted && !(token->asked && token->polarity == 0);
}

/* --- drugs and red flags --- */

static gboolean
is_harm(const ScribeLexiconEntry *term)
{
  static const char *const NAMES[] = {"suicidal ideation", "homicidal ideation", NULL};
  return g_strv_contains(NAMES, term->name);
}

static void
names(const Run *run)
{
  static const char *const ORDER[] = {
      "start",    "prescribe", "prescribing", "prescris", "prescrire", "commencer", "debuter",
      "starting", "increase",  "augmenter",   "double",   "restart",   NULL};
  for (guint i = 0; i < run->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->said, i);
    gboolean drug = token->words_of[LEXICON_DRUG] > 0;
    gboolean flag = token->words_of[LEXICON_TERM] > 0 && (token->mark[LEXICON_TERM]->flags & 1);
    ScribeLexiconDomain domain = drug ? LEXICON_DRUG : LEXICON_TERM;
    if ((!drug && !flag) || !stands(token) || note_holds(run, domain, token->mark[domain]) ||
        !is_new(run, token->mark[domain]->key))
      continue;
    gboolean loud =
        drug ? before(run->said, i, 5, ORDER) : is_harm(token->mark[domain]) && token->polarity > 0;
    miss(run, i, i + token->words_of[domain] - 1,
         loud ? SCRIBE_SEVERITY_WARN : SCRIBE_SEVERITY_INFO,
         g_strdup_printf(_("Said in turn %u and not in the note: %s."), token->turn,
                         token->mark[domain]->name));
  }
}

/* --- allergies --- */

static void
allergies(const Run *run)
{
  static const char *const WORDS[] = {"allergic",   "allergy",  "allergies",
                                      "allergique", "allergie", NULL};
  for (guint i = 0; i < run->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->said, i);
    if (token->words_of[LEXICON_DRUG] == 0 || !stands(token) || !before(run->said, i, 4, WORDS) ||
        note_holds(run, LEXICON_DRUG, token->mark[LEXICON_DRUG]) ||
        !is_new(run, ~token->mark[LEXICON_DRUG]->key))
      continue;
    miss(run, i, i + token->words_of[LEXICON_DRUG] - 1, SCRIBE_SEVERITY_WARN,
         g_strdup_printf(_("An allergy was stated in turn %u and is not in the note: %s."),
                         token->turn, token->mark[LEXICON_DRUG]->name));
  }
}

/* --- changes of dose --- */

/* The new dose: the last of mass within eight words after the drug, in its sentence. */
static const ScribeNumber *
dose_after(const ScribeReading *r, guint i)
{
  const ScribeNumber *found = NULL;
  guint from = i + scribe_reading_token(r, i)->words_of[LEXICON_DRUG];
  for (guint k = from; k < from + 8 && k < r->tokens->len; k++) {
    const ScribeToken *token = scribe_reading_token(r, k);
    if ((token->flags & READING_SENTENCE) || token->words_of[LEXICON_DRUG] > 0)
      break;
    if (token->number < 0 || token->retracted)
      continue;
    const ScribeNumber *n = &g_array_index(r->numbers, ScribeNumber, token->number);
    if (n->unit != NULL && strcmp(n->unit->group, "mass") == 0)
      found = n;
  }
  return found;
}

static void
dose_changes(const Run *run)
{
  static const char *const CHANGE[] = {"increase",  "increasing", "raise",  "decrease", "lower",
                                       "reduce",    "up",         "down",   "change",   "double",
                                       "augmenter", "augmente",   "passer", "diminuer", "reduire",
                                       "passe",     "baisser",    NULL};
  for (guint i = 0; i < run->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->said, i);
    if (token->words_of[LEXICON_DRUG] == 0 || !stands(token) || !before(run->said, i, 6, CHANGE))
      continue;
    const ScribeNumber *dose = dose_after(run->said, i);
    if (dose == NULL || note_has_number(run, dose->value) ||
        !note_holds(run, LEXICON_DRUG, token->mark[LEXICON_DRUG]) ||
        !is_new(run, token->mark[LEXICON_DRUG]->key * 31))
      continue;
    miss(run, i, dose->unit_token, SCRIBE_SEVERITY_WARN,
         g_strdup_printf(_("The dose of %s changes to %g %s in turn %u; the note does not say so."),
                         token->mark[LEXICON_DRUG]->name, dose->value, dose->unit->name,
                         token->turn));
  }
}

/* --- critical vital signs --- */

static void
vitals(const Run *run)
{
  for (guint i = 0; i < run->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->said, i);
    const ScribeLexiconRange *range = NULL;
    const ScribeNumber *n = scribe_rule_safety_critical(run->said, i, run->context, &range);
    if (n == NULL || token->asked || token->retracted || note_has_number(run, n->value) ||
        !is_new(run, scribe_lexicon_hash(range->name, strlen(range->name))))
      continue;
    miss(run, i, n->last, SCRIBE_SEVERITY_WARN,
         g_strdup_printf(_("A critical value was said in turn %u and is not in the note: %s %g."),
                         token->turn, scribe_rule_safety_vital(range->name), n->value));
  }
}

/* --- promises --- */

/* "I'll order an X-ray", "je vous prescris une prise de sang": what is to be done. */
static gboolean
is_promised(const ScribeReading *r, guint at)
{
  static const char *const DO[] = {"order",     "ordering",  "refer",     "referring",  "schedule",
                                   "send",      "arrange",   "book",      "repeat",     "prescris",
                                   "demande",   "programme", "adresse",   "prevoir",    "organise",
                                   "faire",     "demander",  "prescrire", "programmer", "adresser",
                                   "organiser", NULL};
  static const char *const WILL[] = {"ll",   "will", "gon",    "going", "let", "lets", "want",
                                     "like", "vais", "allons", "je",    "on",  NULL};
  return before(r, at, 6, DO) && before(r, at, 12, WILL);
}

static void
promises(const Run *run)
{
  for (guint i = 0; i < run->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->said, i);
    const ScribeLexiconEntry *term = token->mark[LEXICON_TERM];
    if (token->words_of[LEXICON_TERM] == 0 || strcmp(term->group, "procedure") != 0 ||
        token->polarity < 0 || token->retracted || !is_promised(run->said, i) ||
        note_holds(run, LEXICON_TERM, term) || !is_new(run, term->key * 7))
      continue;
    miss(run, i, i + token->words_of[LEXICON_TERM] - 1, SCRIBE_SEVERITY_INFO,
         g_strdup_printf(_("Promised in turn %u and not in the note: %s."), token->turn,
                         term->name));
  }
}

void
scribe_rule_omission_find(const ScribeIndex *index, const ScribeReading *note,
                          const ScribeContext *context, GPtrArray *findings)
{
  g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);
  g_autoptr(GHashTable) numbers = number_set(note);
  Run run = {index->said, note, context, numbers, told, findings};
  allergies(&run);
  names(&run);
  dose_changes(&run);
  vitals(&run);
  promises(&run);
}
