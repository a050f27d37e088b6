#include "guichet/scribe/check.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "scribe/suspect.h"
#include "scribe/message.h"
#include "scribe/pattern.h"
#include "scribe/polarity.h"
#include "scribe/rule_allergy.h"
#include "scribe/rule_contradiction.h"
#include "scribe/rule_omission.h"
#include "scribe/rule_person.h"
#include "scribe/rule_safety.h"
#include "scribe/rule_text.h"

#define CHECK_NOTE_CAP (1024u * 1024u)
#define SAYS_SOMETHING 0.8f /* the weight of a word; as in slot_support.c */

typedef struct {
  const ScribeLexicon *lexicon;
  const ScribeTranscript *transcript;
  const ScribeContext *context;
  const char *note;
  ScribeIndex *index;
  ScribeReading *reading;
  GPtrArray *findings;
  GHashTable *conditions; /* &key of each word of the charted conditions; NULL none */
} Check;

/* --- what stops a signature whatever the learned weights are --- */

enum { SAID = 1, KIN = 6 }; /* features of every slot that compares: the same was said, or akin */

/* A dose beside a drug's name, and nobody said such a number at all.  See slot_number.c. */
static gboolean
is_unsaid_dose(const ScribeSuspect *c)
{
  enum { HAS_UNIT = 12, BESIDE_DRUG = 13 };
  return c->slot == SUSPECT_NUMBER && c->kind == SCRIBE_FINDING_DOSE && c->f[SAID] <= 0 &&
         c->f[HAS_UNIT] > 0 && c->f[BESIDE_DRUG] > 0;
}

/* The chart has it: then nobody needs to say it. */
static gboolean
is_charted(const Check *check, const ScribeSuspect *c)
{
  const ScribeLexiconEntry *drug =
      scribe_reading_token(check->reading, c->first)->mark[LEXICON_DRUG];
  const char *const *rows = check->context != NULL ? check->context->medications : NULL;
  for (guint i = 0; rows != NULL && rows[i] != NULL; i++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(check->lexicon);
    if (g_utf8_validate(rows[i], -1, NULL))
      scribe_reading_add(r, 0, rows[i]);
    scribe_reading_finish(r);
    for (guint k = 0; k < r->tokens->len; k++)
      if (scribe_reading_token(r, k)->mark[LEXICON_DRUG] == drug)
        return TRUE;
  }
  return FALSE;
}

/* A drug that nobody named, nor its class, nor in other words, nor the chart.  See slot_name.c. */
static gboolean
is_unsaid_drug(const Check *check, const ScribeSuspect *c)
{
  enum { IN_OTHER_WORDS = 12 };
  return c->slot == SUSPECT_DRUG && c->f[SAID] <= 0 && c->f[KIN] <= 0 &&
         c->f[IN_OTHER_WORDS] <= 0 && !is_charted(check, c);
}

/* This part of the body was spoken of, and only of its other side.  See slot_side.c. */
static gboolean
is_opposite_side(const ScribeSuspect *c)
{
  enum { ONLY_OTHER_SIDE = 18 };
  return c->slot == SUSPECT_SIDE && c->f[ONLY_OTHER_SIDE] > 0 && c->said_other >= 0;
}

/* This long was never said, nor anything like it, but another length was: worth a look always. */
static gboolean
is_other_duration(const ScribeSuspect *c)
{
  enum { BOUND = 27 }; /* how much closer the other length is to what it is said of */
  return c->slot == SUSPECT_DURATION && c->f[SAID] <= 0 && c->f[KIN] <= 0 && c->said_other >= 0 &&
         c->f[BOUND] > 0.3;
}

/* What the note claims was affirmed nowhere and denied, twice with nearly all of its words in one
 * place, or more often with most of them: worth a look always.  See slot_polarity.c. */
static gboolean
is_only_denied(const ScribeSuspect *c)
{
  enum { DENIED_THERE = 24, SAID_THERE = 26, AFFIRMED = 36, DENIED = 38 };
  static const struct {
    double denied, share; /* log1p of how often, of the weight of its words */
  } ENOUGH[] = {{1.09, 0.9}, {1.38, 0.7}};
  if (c->slot != SUSPECT_PLAIN && c->slot != SUSPECT_CLAIMED)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(ENOUGH); i++)
    if (c->f[AFFIRMED] <= 0 && c->said_other >= 0 && c->f[DENIED] >= ENOUGH[i].denied &&
        MIN(c->f[DENIED_THERE], c->f[SAID_THERE]) >= ENOUGH[i].share)
      return TRUE;
  return FALSE;
}

/* The words of the charted conditions. */
static GHashTable *
condition_keys(const ScribeLexicon *lexicon, const ScribeContext *context)
{
  const char *const *rows = context != NULL ? context->conditions : NULL;
  if (rows == NULL || *rows == NULL)
    return NULL;
  GHashTable *keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (; *rows != NULL; rows++) {
    g_autoptr(ScribeReading) r = scribe_reading_new(lexicon);
    if (g_utf8_validate(*rows, -1, NULL))
      scribe_reading_add(r, 0, *rows);
    scribe_reading_finish(r);
    for (guint i = 0; i < r->tokens->len; i++) {
      guint64 key = scribe_reading_token(r, i)->key;
      if (key != 0)
        g_hash_table_add(keys, g_memdup2(&key, sizeof key));
    }
  }
  return keys;
}

static gboolean
is_name(const ScribeToken *token)
{
  return token->words_of[LEXICON_TERM] + token->words_of[LEXICON_DRUG] +
             token->words_of[LEXICON_BODY] >
         0;
}

/* "History of asthma", which nobody said: all that it names was said or is charted, and the chart
 * carries most of what was not said.  Not where it is denied. */
static gboolean
is_charted_condition(const Check *check, const ScribeSuspect *c)
{
  double charted = 0, other = 0;
  if (c->slot != SUSPECT_SUPPORT || check->conditions == NULL)
    return FALSE;
  for (guint i = c->first; i <= c->last; i++) {
    const ScribeToken *token = scribe_reading_token(check->reading, i);
    if (token->polarity < 0)
      return FALSE;
    if (token->key == 0 || token->weight < SAYS_SOMETHING ||
        scribe_reading_cue(check->reading, i) != 0 ||
        g_hash_table_contains(check->index->places, &token->key))
      continue;
    if (g_hash_table_contains(check->conditions, &token->key))
      charted += (double)token->weight;
    else if (is_name(token))
      return FALSE;
    else
      other += (double)token->weight;
  }
  return charted > 0 && charted >= other;
}

/* models.tsv, "threshold": from where a place is worth a look, and from where it stops a signature.
 */
static gboolean
severity_of(const Check *check, const ScribeSuspect *c, double score, ScribeSeverity *ret)
{
  const double *threshold = scribe_lexicon_model(check->lexicon, "threshold", 2);
  gboolean certain = is_unsaid_dose(c) || is_unsaid_drug(check, c) || is_opposite_side(c);
  if (!certain && !is_other_duration(c) && !is_only_denied(c) &&
      (threshold == NULL || score < threshold[0]))
    return FALSE;
  if (is_charted_condition(check, c))
    return FALSE;
  gboolean contradicted = c->said_other >= 0 && c->slot != SUSPECT_SUPPORT &&
                          !(c->slot == SUSPECT_DRUG && is_charted(check, c));
  gboolean stops = certain || (contradicted && score >= threshold[1]);
  *ret = stops ? SCRIBE_SEVERITY_BLOCK : SCRIBE_SEVERITY_WARN;
  return TRUE;
}

static void
add_evidence(const Check *check, ScribeFinding *finding, gint first, guint last)
{
  if (first < 0)
    return;
  const ScribeToken *from = scribe_reading_token(check->index->said, (guint)first);
  const ScribeToken *to = scribe_reading_token(check->index->said, MAX(last, (guint)first));
  scribe_finding_add_evidence(finding, from->turn, from->start,
                              to->turn == from->turn ? to->end : from->end);
}

/* Code points of a turn up to the end of its first sentence; of one without end, some words. */
static guint
first_sentence(const char *text)
{
  enum { MOST = 160 };
  guint n = 0;
  for (gsize i = 0; text[i] != '\0'; i++) {
    if (n >= MOST && text[i] == ' ')
      return n;
    n += ((guchar)text[i] & 0xc0) != 0x80;
    if (strchr(".!?", text[i]) != NULL && (text[i + 1] == ' ' || text[i + 1] == '\0'))
      return n;
  }
  return n;
}

/* A question says nothing by itself: what answered it is shown with it. */
static void
add_answer(const Check *check, ScribeFinding *finding, guint at)
{
  const ScribeToken *asked = scribe_reading_token(check->index->said, at);
  if (finding->kind != SCRIBE_FINDING_NEGATION || !asked->asked ||
      asked->turn + 1 >= check->transcript->turns->len)
    return;
  const ScribeTurn *question = scribe_transcript_turn(check->transcript, asked->turn);
  const ScribeTurn *answer = scribe_transcript_turn(check->transcript, asked->turn + 1);
  guint end = first_sentence(answer->text);
  if (end > 0 && strcmp(question->speaker, answer->speaker) != 0)
    scribe_finding_add_evidence(finding, asked->turn + 1, 0, end);
}

static void
weigh(const Check *check, const ScribeSuspect *c)
{
  ScribeSeverity severity = SCRIBE_SEVERITY_WARN;
  if (!severity_of(check, c, scribe_suspect_score(check->lexicon, c), &severity))
    return;
  char *message =
      scribe_message_suspect(check->transcript, check->index, check->note, check->reading, c);
  ScribeFinding *finding =
      scribe_finding_new(c->kind, severity, scribe_reading_token(check->reading, c->first)->start,
                         scribe_reading_token(check->reading, c->last)->end, message);
  if (c->said_other >= 0) {
    add_evidence(check, finding, c->said_other, c->said_other_last);
    add_answer(check, finding, (guint)c->said_other);
  } else {
    add_evidence(check, finding, c->said, 0);
  }
  g_ptr_array_add(check->findings, finding);
}

static gint
by_place(gconstpointer a, gconstpointer b)
{
  const ScribeFinding *x = *(ScribeFinding *const *)a, *y = *(ScribeFinding *const *)b;
  if (x->start != y->start)
    return x->start < y->start ? -1 : 1;
  if (x->severity != y->severity)
    return x->severity > y->severity ? -1 : 1;
  return x->end != y->end ? (x->end > y->end ? -1 : 1) : (gint)x->kind - (gint)y->kind;
}

/* A warning inside a sentence that nothing carries says no more than that. */
static void
hush_covered(GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *whole = findings->pdata[i];
    if (whole->kind != SCRIBE_FINDING_UNSUPPORTED)
      continue;
    for (guint k = 0; k < findings->len; k++) {
      ScribeFinding *inner = findings->pdata[k];
      if (k != i && inner->severity == SCRIBE_SEVERITY_WARN && inner->start >= whole->start &&
          inner->end <= whole->end && inner->kind <= SCRIBE_FINDING_PERSON)
        inner->severity = SCRIBE_SEVERITY_INFO;
    }
  }
}

static guint
sentence_at(const ScribeReading *note, guint start)
{
  guint sentence = 0;
  for (guint i = 0; i < note->sentences->len; i++)
    if (scribe_reading_token(note, g_array_index(note->sentences, ScribeSentence, i).first)
            ->start <= start)
      sentence = i;
  return sentence;
}

static gboolean
is_one_sentence(const ScribeReading *note, guint a, guint b)
{
  return sentence_at(note, a) == sentence_at(note, b);
}

#define NEXT_TO 6u /* code points: ", or " */

/* "bowel or bladder": two doubts of one kind side by side are one to look at. */
static gboolean
joins(const ScribeFinding *a, const ScribeFinding *b)
{
  return a->severity == SCRIBE_SEVERITY_WARN && b->severity == SCRIBE_SEVERITY_WARN &&
         a->kind == b->kind && a->kind <= SCRIBE_FINDING_UNSUPPORTED && a->start <= b->start &&
         b->start <= a->end + NEXT_TO;
}

static void
join(ScribeFinding *a, const ScribeFinding *b)
{
  char *both = g_strconcat(a->message, " ", b->message, NULL);
  g_free(a->message);
  a->message = both;
  a->end = MAX(a->end, b->end);
  for (guint i = 0; i < b->evidence->len; i++) {
    const ScribeEvidence *e = &g_array_index(b->evidence, ScribeEvidence, i);
    scribe_finding_add_evidence(a, e->turn, e->start, e->end);
  }
}

/* `findings` are in order of their places. */
static void
join_neighbours(GPtrArray *findings, const ScribeReading *note)
{
  for (guint i = 0; i < findings->len; i++)
    for (guint k = i + 1; k < findings->len;) {
      ScribeFinding *a = findings->pdata[i], *b = findings->pdata[k];
      if (b->start > a->end + NEXT_TO)
        break;
      if (joins(a, b) && is_one_sentence(note, a->start, b->start)) {
        join(a, b);
        g_ptr_array_remove_index(findings, k);
      } else
        k++;
    }
}

/* Nothing is passed over in silence. */
static void
tell_unread(const Check *check, guint from)
{
  guint last = check->reading->tokens->len - 1;
  g_ptr_array_add(check->findings,
                  scribe_finding_new(SCRIBE_FINDING_UNSUPPORTED, SCRIBE_SEVERITY_BLOCK,
                                     scribe_reading_token(check->reading, from)->start,
                                     scribe_reading_token(check->reading, last)->end,
                                     g_strdup(_("From here on the note was not compared with the "
                                                "transcript: there is more than any visit holds. "
                                                "Split it."))));
}

static gboolean
refuse_note(const char *note, GError **error)
{
  gsize length = strlen(note);
  if (length > CHECK_NOTE_CAP) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "the note is larger than 1 MiB; split it");
    return TRUE;
  }
  if (g_utf8_validate(note, (gssize)length, NULL))
    return FALSE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "the note is not valid UTF-8");
  return TRUE;
}

static void
finding_free(gpointer finding)
{
  scribe_finding_free(finding);
}

gboolean
scribe_check_note(const ScribeLexicon *lexicon, const ScribeTranscript *transcript,
                  const char *note, const ScribeContext *context, GPtrArray **ret, GError **error)
{
  if (refuse_note(note, error))
    return FALSE;
  g_autoptr(ScribeIndex) index = scribe_index_new(lexicon, transcript);
  g_autoptr(ScribeReading) reading = scribe_reading_new(lexicon);
  scribe_reading_add(reading, 0, note);
  scribe_reading_finish(reading);
  scribe_polarity_mark(reading);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);
  g_autoptr(GHashTable) conditions = condition_keys(lexicon, context);
  Check check = {lexicon, transcript, context, note, index, reading, findings, conditions};
  guint unread = 0;
  g_autoptr(GArray) suspects = scribe_suspect_find(index, reading, &unread);
  for (guint i = 0; i < suspects->len; i++)
    weigh(&check, &g_array_index(suspects, ScribeSuspect, i));
  hush_covered(findings);
  g_ptr_array_sort(findings, by_place);
  join_neighbours(findings, reading);
  if (unread < reading->tokens->len)
    tell_unread(&check, unread);
  scribe_pattern_find(lexicon, note, context != NULL && context->consent_on_record, findings);
  scribe_rule_text_find(reading, note, context != NULL ? context->language : NULL, findings);
  scribe_rule_allergy_find(index, reading, context, findings);
  scribe_rule_person_find(index, transcript, reading, findings);
  scribe_rule_contradiction_find(reading, findings);
  scribe_rule_omission_find(index, reading, context, findings);
  scribe_rule_safety_find(reading, index->said, context, findings);
  g_ptr_array_sort(findings, by_place);
  *ret = g_steal_pointer(&findings);
  return TRUE;
}

gboolean
scribe_check_text(const ScribeLexicon *lexicon, const char *text, const ScribeContext *context,
                  GPtrArray **ret, GError **error)
{
  if (refuse_note(text, error))
    return FALSE;
  g_autoptr(ScribeReading) said = scribe_reading_new(lexicon); /* nothing was */
  scribe_reading_finish(said);
  g_autoptr(ScribeReading) reading = scribe_reading_new(lexicon);
  scribe_reading_add(reading, 0, text);
  scribe_reading_finish(reading);
  scribe_polarity_mark(reading);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);
  scribe_pattern_find(lexicon, text, context != NULL && context->consent_on_record, findings);
  scribe_rule_text_find(reading, text, context != NULL ? context->language : NULL, findings);
  scribe_rule_contradiction_find(reading, findings);
  scribe_rule_safety_find(reading, said, context, findings);
  g_ptr_array_sort(findings, by_place);
  *ret = g_steal_pointer(&findings);
  return TRUE;
}
