#include "scribe/chat_proof.h"

#include <math.h>

#include "scribe/index.h"
#include "scribe/polarity.h"

/* Measured on drafts whose evidence is known and on the same statements laid beside other visits
 * (tests/bench/RESULTS.md). */
#define PROOF_NAMED 0.40    /* of what it says stands in the turns it names */
#define PROOF_ANYWHERE 0.55 /* … or in three turns somewhere else */
#define PROOF_SAME 0.7      /* of one statement stands in the other: said twice */
#define PROOF_TELLS 2.5f    /* a word that weighs so much must stand in both */
#define PROOF_EVIDENCE 4u   /* spans */
#define PROOF_SHORT 5u      /* words that say something: fewer are an answer */

typedef struct {
  guint first, last; /* tokens of the reading, last exclusive */
} TurnTokens;

struct ScribeChatProof {
  const ScribeLexicon *lexicon;
  const ScribeTranscript *transcript;
  ScribeIndex *index;
  GArray *turns; /* of TurnTokens */
};

/* What one turn gives: the span of the words that carry it. */
typedef struct {
  guint turn, start, end;
  double weight;
} Given;

ScribeChatProof *
scribe_chat_proof_new(const ScribeLexicon *lexicon, const ScribeTranscript *transcript)
{
  ScribeChatProof *proof = g_new0(ScribeChatProof, 1);
  proof->lexicon = lexicon;
  proof->transcript = transcript;
  proof->index = scribe_index_new(lexicon, transcript);
  proof->turns = g_array_new(FALSE, TRUE, sizeof(TurnTokens));
  g_array_set_size(proof->turns, transcript->turns->len);
  for (guint i = proof->index->said->tokens->len; i-- > 0;) {
    TurnTokens *turn =
        &g_array_index(proof->turns, TurnTokens, scribe_reading_token(proof->index->said, i)->turn);
    turn->first = i;
    turn->last = MAX(turn->last, i + 1);
  }
  return proof;
}

void
scribe_chat_proof_free(ScribeChatProof *proof)
{
  if (proof == NULL)
    return;
  scribe_index_free(proof->index);
  g_array_unref(proof->turns);
  g_free(proof);
}

static ScribeReading *
read_text(const ScribeChatProof *proof, const char *text)
{
  ScribeReading *reading = scribe_reading_new(proof->lexicon);
  scribe_reading_add(reading, 0, text);
  scribe_reading_finish(reading);
  scribe_polarity_mark(reading);
  return reading;
}

static gboolean
weighs(const ScribeReading *reading, guint i)
{
  const ScribeToken *token = scribe_reading_token(reading, i);
  return token->key != 0 && token->weight >= 0.8f && scribe_reading_cue(reading, i) == 0;
}

/* --- which turns */

static guint
turn_says(const ScribeChatProof *proof, guint turn)
{
  const TurnTokens *range = &g_array_index(proof->turns, TurnTokens, turn);
  guint n = 0;
  for (guint i = range->first; i < range->last; i++)
    n += weighs(proof->index->said, i);
  return n;
}

static gboolean
turn_asks(const ScribeChatProof *proof, guint turn)
{
  const TurnTokens *range = &g_array_index(proof->turns, TurnTokens, turn);
  return range->last > range->first &&
         (scribe_reading_token(proof->index->said, range->last - 1)->flags & READING_QUESTION) != 0;
}

/* Those that are named, the question of an answer, the answer of a question. */
static GHashTable *
turns_around(const ScribeChatProof *proof, const GArray *named)
{
  GHashTable *set = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < named->len; i++) {
    guint turn = g_array_index(named, guint, i);
    if (turn >= proof->turns->len)
      continue;
    g_hash_table_add(set, GUINT_TO_POINTER(turn + 1));
    if (turn > 0 && turn_says(proof, turn) < PROOF_SHORT)
      g_hash_table_add(set, GUINT_TO_POINTER(turn));
    if (turn + 1 < proof->turns->len && turn_asks(proof, turn))
      g_hash_table_add(set, GUINT_TO_POINTER(turn + 2));
  }
  return set;
}

/* --- how much stands there */

/* The strongest way of one word in those turns; NULL `set` is every turn. */
static double
best_place(const ScribeChatProof *proof, const GArray *ways, GHashTable *set, guint *ret_at)
{
  double best = 0;
  for (guint k = 0; ways != NULL && k < ways->len; k++) {
    const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, k);
    for (guint p = 0; p < way->places->len && way->strength > best; p++) {
      guint at = g_array_index(way->places, guint32, p);
      guint turn = scribe_reading_token(proof->index->said, at)->turn;
      if (set == NULL || g_hash_table_contains(set, GUINT_TO_POINTER(turn + 1))) {
        best = way->strength;
        *ret_at = at;
      }
    }
  }
  return best;
}

static void
give(GArray *given, const ScribeToken *token, double weight)
{
  for (guint i = 0; i < given->len; i++) {
    Given *one = &g_array_index(given, Given, i);
    if (one->turn != token->turn)
      continue;
    one->start = MIN(one->start, token->start);
    one->end = MAX(one->end, token->end);
    one->weight += weight;
    return;
  }
  const Given one = {token->turn, token->start, token->end, weight};
  g_array_append_val(given, one);
}

/* -1 where the statement says nothing that weighs. */
static double
cover(const ScribeChatProof *proof, const ScribeReading *reading, const GPtrArray *ways,
      GHashTable *set, GArray *given)
{
  double whole = 0, said = 0;
  for (guint i = 0; i < reading->tokens->len; i++) {
    guint at = 0;
    if (!weighs(reading, i))
      continue;
    double weight = scribe_reading_token(reading, i)->weight;
    double strength = best_place(proof, ways->pdata[i], set, &at);
    whole += weight;
    said += weight * strength;
    if (strength > 0.25)
      give(given, scribe_reading_token(proof->index->said, at), weight * strength);
  }
  return whole > 0 ? said / whole : -1;
}

static gint
by_weight(gconstpointer a, gconstpointer b)
{
  const Given *x = a, *y = b;
  return x->weight != y->weight ? (x->weight < y->weight ? 1 : -1) : (gint)x->turn - (gint)y->turn;
}

static gint
by_turn(gconstpointer a, gconstpointer b)
{
  const ScribeEvidence *x = a, *y = b;
  return (gint)x->turn - (gint)y->turn;
}

static void
add_span(GArray *evidence, guint turn, guint start, guint end)
{
  const ScribeEvidence span = {turn, start, end};
  for (guint i = 0; i < evidence->len; i++)
    if (g_array_index(evidence, ScribeEvidence, i).turn == turn)
      return;
  if (end > start)
    g_array_append_val(evidence, span);
}

/* The spans of what was found, heaviest first; beside a question, its short answer whole. */
static void
settle(const ScribeChatProof *proof, GArray *given, GHashTable *set, GArray *evidence)
{
  g_array_sort(given, by_weight);
  for (guint i = 0; i < given->len && evidence->len < PROOF_EVIDENCE; i++) {
    const Given *one = &g_array_index(given, Given, i);
    guint next = one->turn + 1;
    add_span(evidence, one->turn, one->start, one->end);
    if (next < proof->turns->len && turn_asks(proof, one->turn) &&
        turn_says(proof, next) < PROOF_SHORT &&
        (set == NULL || g_hash_table_contains(set, GUINT_TO_POINTER(next + 1))))
      add_span(evidence, next, 0,
               (guint)g_utf8_strlen(scribe_transcript_turn(proof->transcript, next)->text, -1));
  }
  g_array_sort(evidence, by_turn);
}

/* The three turns in a row that carry most of it. */
static GHashTable *
best_turns(const ScribeChatProof *proof, const ScribeReading *reading, const GPtrArray *ways)
{
  g_autofree double *sum = g_new0(double, proof->turns->len + 2);
  for (guint i = 0; i < reading->tokens->len; i++) {
    const GArray *list = weighs(reading, i) ? ways->pdata[i] : NULL;
    for (guint k = 0; list != NULL && k < list->len; k++) {
      const ScribeIndexWay *way = &g_array_index(list, ScribeIndexWay, k);
      for (guint p = 0; p < way->places->len && p < 64; p++) {
        guint at = g_array_index(way->places, guint32, p);
        sum[scribe_reading_token(proof->index->said, at)->turn] +=
            way->strength * scribe_reading_token(reading, i)->weight;
      }
    }
  }
  guint best = 0;
  for (guint turn = 1; turn < proof->turns->len; turn++)
    if (sum[turn] + sum[turn + 1] / 2 + sum[turn - 1] / 2 >
        sum[best] + sum[best + 1] / 2 + (best > 0 ? sum[best - 1] / 2 : 0))
      best = turn;
  GHashTable *set = g_hash_table_new(NULL, NULL);
  for (guint turn = best > 0 ? best - 1 : 0; turn <= best + 1; turn++)
    g_hash_table_add(set, GUINT_TO_POINTER(turn + 1));
  return set;
}

/* Named turns that are there, whole: for what says too little to be looked for. */
static gboolean
take_named(const ScribeChatProof *proof, const GArray *turns, GArray *evidence)
{
  for (guint i = 0; i < turns->len && evidence->len < PROOF_EVIDENCE; i++) {
    guint turn = g_array_index(turns, guint, i);
    if (turn < proof->turns->len)
      add_span(evidence, turn, 0,
               (guint)g_utf8_strlen(scribe_transcript_turn(proof->transcript, turn)->text, -1));
  }
  return evidence->len > 0;
}

gboolean
scribe_chat_proof_find(const ScribeChatProof *proof, const char *text, const GArray *turns,
                       GArray *evidence, double *ret_cover)
{
  g_autoptr(ScribeReading) reading = read_text(proof, text);
  g_autoptr(GPtrArray) ways = scribe_index_ways(proof->index, reading);
  g_autoptr(GHashTable) named = turns_around(proof, turns);
  g_autoptr(GArray) given = g_array_new(FALSE, FALSE, sizeof(Given));
  double there = cover(proof, reading, ways, named, given);
  *ret_cover = MAX(there, 0);
  if (there < 0)
    return take_named(proof, turns, evidence);
  if (there >= PROOF_NAMED) {
    settle(proof, given, named, evidence);
    return evidence->len > 0;
  }
  g_autoptr(GHashTable) found = best_turns(proof, reading, ways);
  g_array_set_size(given, 0);
  there = cover(proof, reading, ways, found, given);
  *ret_cover = MAX(*ret_cover, there);
  if (there < PROOF_ANYWHERE)
    return FALSE;
  settle(proof, given, found, evidence);
  return evidence->len > 0;
}

/* --- the same twice */

static gboolean
has_number(const ScribeReading *reading, double value)
{
  for (guint i = 0; i < reading->numbers->len; i++)
    if (fabs(g_array_index(reading->numbers, ScribeNumber, i).value - value) < 1e-9)
      return TRUE;
  return FALSE;
}

static gboolean
has_word(const ScribeReading *reading, const ScribeToken *token)
{
  for (guint i = 0; i < reading->tokens->len; i++) {
    const ScribeToken *other = scribe_reading_token(reading, i);
    if (other->key == token->key && (other->polarity < 0) == (token->polarity < 0))
      return TRUE;
  }
  return FALSE;
}

gboolean
scribe_chat_proof_same(const ScribeChatProof *proof, const char *text, const char *other)
{
  g_autoptr(ScribeReading) a = read_text(proof, text);
  g_autoptr(ScribeReading) b = read_text(proof, other);
  double whole = 0, there = 0;
  for (guint i = 0; i < a->numbers->len; i++)
    if (!has_number(b, g_array_index(a->numbers, ScribeNumber, i).value))
      return FALSE;
  for (guint i = 0; i < a->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(a, i);
    if (!weighs(a, i))
      continue;
    gboolean said = has_word(b, token);
    if (!said && token->weight >= PROOF_TELLS)
      return FALSE;
    whole += token->weight;
    there += said ? token->weight : 0;
  }
  return whole > 0 && there >= PROOF_SAME * whole;
}
