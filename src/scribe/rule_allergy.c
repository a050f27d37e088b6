#include "scribe/rule_allergy.h"

#include <string.h>

#include "guichet/base/i18n.h"

#define ALLERGY_REACH 10u /* words after "allergic to" */
#define ALLERGY_NEAR 24u

/* A drug that somebody is said to be allergic to. */
typedef struct {
  const ScribeLexiconEntry *drug;
  guint at; /* its token */
} Allergen;

static gboolean
is_word(const ScribeReading *r, guint i)
{
  static const char *const WORDS[] = {"allergic",   "allergy",     "allergies",
                                      "allergique", "allergiques", "allergie",
                                      "nkda",       "nka",         NULL};
  return g_strv_contains(WORDS, scribe_reading_word(r, i));
}

static gboolean
is_denied(const ScribeReading *r, guint i)
{
  return scribe_reading_token(r, i)->polarity < 0 || scribe_reading_is(r, i, "nkda") ||
         scribe_reading_is(r, i, "nka");
}

/* "takes Zyrtec for allergies": a drug against them, not one of them. */
static gboolean
is_taken(const ScribeReading *r, guint first, guint last)
{
  static const char *const TAKE[] = {"take",  "takes",  "taking", "took", "use",   "uses",
                                     "using", "used",   "for",    "on",   "prend", "prends",
                                     "pour",  "prenez", "but",    "mais", NULL};
  for (guint i = first; i <= last; i++)
    if (g_strv_contains(TAKE, scribe_reading_word(r, i)))
      return TRUE;
  return FALSE;
}

static void
take(const ScribeReading *r, guint from, guint to, GArray *into)
{
  for (guint i = from; i < to && i < r->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(r, i);
    gboolean open = token->asked && token->polarity == 0;
    if (token->words_of[LEXICON_DRUG] == 0 || token->polarity < 0 || token->retracted || open ||
        is_taken(r, from, i))
      continue;
    Allergen allergen = {token->mark[LEXICON_DRUG], i};
    g_array_append_val(into, allergen);
  }
}

/* The sentence of `i`, from after it; of a heading, the sentence after it too. */
static guint
reach_of(const ScribeReading *r, guint i)
{
  gboolean heading =
      (scribe_reading_token(r, i)->flags & READING_COLON_AFTER) ||
      (i + 1 < r->tokens->len && (scribe_reading_token(r, i)->flags & READING_LINE) &&
       (scribe_reading_token(r, i + 1)->flags & READING_LINE));
  guint end = i + 1;
  while (end < r->tokens->len && end <= i + ALLERGY_REACH) {
    if ((scribe_reading_token(r, end)->flags & READING_SENTENCE) && !(heading && end == i + 1))
      break;
    end++;
  }
  return end;
}

/* "Are you allergic to anything?" "Sulfa." */
static void
take_answer(const ScribeReading *r, guint i, GArray *into)
{
  guint turn = scribe_reading_token(r, i)->turn, next = i;
  while (next < r->tokens->len && scribe_reading_token(r, next)->turn == turn)
    next++;
  if (next >= r->tokens->len)
    return;
  guint end = next, reply = scribe_reading_token(r, next)->turn;
  while (end < r->tokens->len && end < next + ALLERGY_REACH &&
         scribe_reading_token(r, end)->turn == reply)
    end++;
  take(r, next, end, into);
}

static GArray *
allergens(const ScribeReading *r)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Allergen));
  for (guint i = 0; i < r->tokens->len; i++) {
    if (!is_word(r, i) || is_denied(r, i))
      continue;
    if (i > 0 && !(scribe_reading_token(r, i)->flags & READING_SENTENCE))
      take(r, i - 1, i, all); /* "a penicillin allergy" */
    take(r, i + 1, reach_of(r, i), all);
    if (scribe_reading_token(r, i)->asked)
      take_answer(r, i, all);
  }
  return all;
}

/* One stands for the other: the same, of one class, or tied in allergies.tsv. */
static gboolean
is_kin(const ScribeLexicon *lexicon, const ScribeLexiconEntry *a, const ScribeLexiconEntry *b)
{
  if (a == b || strcmp(a->group, b->group) == 0 || strstr(a->name, b->name) != NULL ||
      strstr(b->name, a->name) != NULL)
    return TRUE;
  const GPtrArray *pairs = scribe_lexicon_allergies(lexicon);
  for (guint i = 0; i < pairs->len; i++) {
    const ScribeLexiconPair *pair = pairs->pdata[i];
    const char *forbids = g_str_has_prefix(pair->second, "class:") ? pair->second + 6 : NULL;
    for (guint way = 0; way < 2; way++) {
      const ScribeLexiconEntry *one = way ? b : a, *two = way ? a : b;
      if (strcmp(pair->first, one->name) == 0 &&
          strcmp(forbids != NULL ? forbids : pair->second,
                 forbids != NULL ? two->group : two->name) == 0)
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
holds_kin(const ScribeLexicon *lexicon, const GArray *all, const ScribeLexiconEntry *drug)
{
  for (guint i = 0; i < all->len; i++)
    if (is_kin(lexicon, g_array_index(all, Allergen, i).drug, drug))
      return TRUE;
  return FALSE;
}

/* Spoken of near a word of allergy, however it was put: then it is no other substance. */
static gboolean
is_near_word(const ScribeReading *said, const ScribeLexiconEntry *drug)
{
  for (guint i = 0; i < said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(said, i);
    if (token->mark[LEXICON_DRUG] != drug || token->retracted)
      continue;
    guint last = MIN(said->tokens->len, i + ALLERGY_NEAR);
    for (guint k = i > ALLERGY_NEAR ? i - ALLERGY_NEAR : 0; k < last; k++)
      if (is_word(said, k))
        return TRUE;
  }
  return FALSE;
}

/* Those of the chart, as if they had been read out. */
static GArray *
charted(const ScribeLexicon *lexicon, const ScribeContext *context)
{
  GArray *all = g_array_new(FALSE, FALSE, sizeof(Allergen));
  const char *const *rows = context != NULL ? context->allergies : NULL;
  for (guint i = 0; rows != NULL && rows[i] != NULL; i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(lexicon);
    if (g_utf8_validate(rows[i], -1, NULL))
      scribe_reading_add(r, 0, rows[i]);
    scribe_reading_finish(r);
    take(r, 0, r->tokens->len, all);
  }
  return all;
}

static ScribeFinding *
block(const ScribeReading *note, ScribeFindingKind kind, guint first, guint last, char *message,
      GPtrArray *findings)
{
  ScribeFinding *finding =
      scribe_finding_new(kind, SCRIBE_SEVERITY_BLOCK, scribe_reading_token(note, first)->start,
                         scribe_reading_token(note, last)->end, message);
  g_ptr_array_add(findings, finding);
  return finding;
}

static void
show_said(const ScribeReading *said, const Allergen *allergen, ScribeFinding *finding)
{
  const ScribeToken *token = scribe_reading_token(said, allergen->at);
  guint last = allergen->at + token->words_of[LEXICON_DRUG] - 1;
  scribe_finding_add_evidence(finding, token->turn, token->start,
                              scribe_reading_token(said, last)->end);
}

/* "Allergic to penicillin" where "sulfa" was said. */
static void
other_substance(const ScribeIndex *index, const ScribeReading *note, const GArray *noted,
                const GArray *told, const GArray *chart, GPtrArray *findings)
{
  const ScribeLexicon *lexicon = note->lexicon;
  for (guint i = 0; i < noted->len && told->len > 0; i++) {
    const Allergen *mine = &g_array_index(noted, Allergen, i);
    const Allergen *theirs = &g_array_index(told, Allergen, 0);
    if (holds_kin(lexicon, told, mine->drug) || holds_kin(lexicon, chart, mine->drug) ||
        is_near_word(index->said, mine->drug))
      continue;
    guint last = mine->at + scribe_reading_token(note, mine->at)->words_of[LEXICON_DRUG] - 1;
    guint turn = scribe_reading_token(index->said, theirs->at)->turn;
    show_said(index->said, theirs,
              block(note, SCRIBE_FINDING_ALLERGY, mine->at, last,
                    g_strdup_printf(_("The note says an allergy to %s; the transcript says %s, "
                                      "turn %u."),
                                    mine->drug->name, theirs->drug->name, turn),
                    findings));
  }
}

/* A drug named in the sentence makes it a denial of that one alone. */
static gboolean
names_drug(const ScribeReading *note, guint i)
{
  for (guint k = i; k > 0 && !(scribe_reading_token(note, k)->flags & READING_SENTENCE); k--)
    if (scribe_reading_token(note, k - 1)->words_of[LEXICON_DRUG] > 0)
      return TRUE;
  for (guint k = i + 1; k < reach_of(note, i) && k < note->tokens->len; k++)
    if (scribe_reading_token(note, k)->words_of[LEXICON_DRUG] > 0)
      return TRUE;
  return FALSE;
}

/* "No known allergies" where one was stated, or stands in the chart. */
static void
denied_allergy(const ScribeIndex *index, const ScribeReading *note, const GArray *noted,
               const GArray *told, const GArray *chart, const char *charted, GPtrArray *findings)
{
  const GArray *known = told->len > 0 ? told : chart;
  if (known->len == 0 || noted->len > 0)
    return;
  const Allergen *theirs = &g_array_index(known, Allergen, 0);
  for (guint i = 0; i < note->tokens->len; i++) {
    if (!is_word(note, i) || !is_denied(note, i) || names_drug(note, i))
      continue;
    char *message =
        known == told
            ? g_strdup_printf(_("The note denies allergies; the transcript says one to %s, turn "
                                "%u."),
                              theirs->drug->name,
                              scribe_reading_token(index->said, theirs->at)->turn)
            /* L10N: a drug; "charted, from…" */
            : g_strdup_printf(_("The note denies allergies; the patient has one to %s (%s)."),
                              theirs->drug->name, charted);
    ScribeFinding *finding = block(note, SCRIBE_FINDING_NEGATION, i, i, message, findings);
    if (known == told)
      show_said(index->said, theirs, finding);
    return;
  }
}

void
scribe_rule_allergy_find(const ScribeIndex *index, const ScribeReading *note,
                         const ScribeContext *context, GPtrArray *findings)
{
  g_autoptr(GArray) noted = allergens(note);
  g_autoptr(GArray) told = allergens(index->said);
  g_autoptr(GArray) chart = charted(note->lexicon, context);
  other_substance(index, note, noted, told, chart, findings);
  const char *charted_words =
      context != NULL && context->charted != NULL ? context->charted : _("charted");
  denied_allergy(index, note, noted, told, chart, charted_words, findings);
}
