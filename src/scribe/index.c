#include "scribe/index.h"

#include <string.h>

#include "scribe/polarity.h"

#define INDEX_WAYS 12u
#define INDEX_REACH 18u
#define INDEX_ALONE 0.4 /* likeness of what stands alone in its sentence */

typedef struct {
  guint64 key;
  GArray *places;
} Posting;

static void
posting_free(gpointer data)
{
  Posting *posting = data;
  g_array_unref(posting->places);
  g_free(posting);
}

static void
post(ScribeIndex *index, guint64 key, guint32 at)
{
  if (key == 0)
    return;
  Posting *posting = g_hash_table_lookup(index->places, &key);
  if (posting == NULL) {
    posting = g_new(Posting, 1);
    posting->key = key;
    posting->places = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_hash_table_insert(index->places, &posting->key, posting);
  }
  GArray *places = posting->places;
  if (places->len == 0 || g_array_index(places, guint32, places->len - 1) != at)
    g_array_append_val(places, at);
}

ScribeIndex *
scribe_index_new(const ScribeLexicon *lexicon, const ScribeTranscript *transcript)
{
  ScribeIndex *index = g_new0(ScribeIndex, 1);
  index->said = scribe_reading_new(lexicon);
  for (guint i = 0; i < transcript->turns->len; i++)
    scribe_reading_add(index->said, i, scribe_transcript_turn(transcript, i)->text);
  scribe_reading_finish(index->said);
  scribe_polarity_mark(index->said);
  scribe_polarity_answer(index->said);
  scribe_polarity_correct(index->said);
  index->places = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, posting_free);
  for (guint i = 0; i < index->said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(index->said, i);
    post(index, token->key, i);
    if (token->stem != token->key)
      post(index, token->stem, i);
    /* a name inside another: "knee" in "knee pain" */
    for (guint d = LEXICON_DRUG; d <= LEXICON_TERM; d++)
      if (token->words_of[d] > 0 && token->mark[d]->key != token->key)
        post(index, token->mark[d]->key, i);
    if (token->words_of[LEXICON_OPPOSITE] > 0)
      post(index, token->mark[LEXICON_OPPOSITE]->key, i);
  }
  return index;
}

void
scribe_index_free(ScribeIndex *index)
{
  if (index == NULL)
    return;
  scribe_reading_free(index->said);
  g_hash_table_unref(index->places);
  g_free(index);
}

static void
add_way(const ScribeIndex *index, GArray *ways, guint64 key, float strength, gboolean opposite)
{
  const Posting *posting = key != 0 ? g_hash_table_lookup(index->places, &key) : NULL;
  if (posting == NULL || ways->len >= INDEX_WAYS)
    return;
  ScribeIndexWay way = {posting->places, strength, opposite};
  g_array_append_val(ways, way);
}

#define INDEX_OPPOSED 90u

/* "my lungs are not clear", but "any sisters?  no, only child": the no is of what was asked. */
static gboolean
is_negated(const ScribeReading *said, guint at)
{
  static const char *const NOT[] = {"not", "n't", "never", "pas", "jamais", NULL};
  guint turn = scribe_reading_token(said, at)->turn;
  for (guint d = 1; d <= 4 && d <= at && scribe_reading_token(said, at - d)->turn == turn; d++)
    if (g_strv_contains(NOT, scribe_reading_word(said, at - d)))
      return TRUE;
  return FALSE;
}

gint
scribe_index_polarity(const ScribeIndex *index, const ScribeIndexWay *way, guint at,
                      guint *ret_sure)
{
  const ScribeToken *token = scribe_reading_token(index->said, at);
  gint polarity = token->polarity;
  guint sure = token->sure;
  if (way->opposite && (polarity != 0 || !token->asked)) {
    polarity = polarity < 0 && (token->asked || is_negated(index->said, at)) ? 1 : -1;
    sure = INDEX_OPPOSED;
  }
  if (ret_sure != NULL)
    *ret_sure = sure;
  return polarity;
}

static void
ways_free(gpointer data)
{
  if (data != NULL)
    g_array_unref(data);
}

static void
add_links(const ScribeIndex *index, GArray *ways, guint64 key)
{
  const GArray *links = key != 0 ? scribe_lexicon_links(index->said->lexicon, key) : NULL;
  for (guint k = 0; links != NULL && k < links->len; k++) {
    ScribeLexiconLink link = g_array_index(links, ScribeLexiconLink, k);
    add_way(index, ways, link.said, link.strength, link.opposite);
  }
}

GPtrArray *
scribe_index_ways(const ScribeIndex *index, const ScribeReading *note)
{
  GPtrArray *all = g_ptr_array_new_full(note->tokens->len, ways_free);
  for (guint i = 0; i < note->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(note, i);
    if (token->key == 0) {
      g_ptr_array_add(all, NULL);
      continue;
    }
    GArray *ways = g_array_new(FALSE, FALSE, sizeof(ScribeIndexWay));
    add_way(index, ways, token->key, 1.0f, FALSE);
    if (token->number < 0 && token->stem != token->key)
      add_way(index, ways, token->stem, 0.8f, FALSE);
    add_links(index, ways, token->key);
    if (token->number < 0 && token->stem != token->key)
      add_links(index, ways, token->stem);
    g_ptr_array_add(all, ways);
  }
  return all;
}

gint
scribe_index_nearest(const GArray *places, guint at)
{
  guint low = 0, high = places->len;
  while (low < high) {
    guint middle = (low + high) / 2;
    if (g_array_index(places, guint32, middle) < at)
      low = middle + 1;
    else
      high = middle;
  }
  gint best = low < places->len ? (gint)g_array_index(places, guint32, low) : -1;
  gint before = low > 0 ? (gint)g_array_index(places, guint32, low - 1) : -1;
  if (best < 0 || (before >= 0 && (gint)at - before < best - (gint)at))
    return before;
  return best;
}

static guint
distance(const GArray *places, guint at)
{
  gint nearest = scribe_index_nearest(places, at);
  return nearest < 0 ? G_MAXUINT : (guint)ABS(nearest - (gint)at);
}

double
scribe_index_near(const GArray *ways, guint at, guint reach)
{
  double best = 0;
  for (guint i = 0; ways != NULL && i < ways->len; i++) {
    const ScribeIndexWay *way = &g_array_index(ways, ScribeIndexWay, i);
    if (way->strength <= best)
      continue;
    guint d = distance(way->places, at);
    if (d <= reach)
      best = MAX(best, way->strength * (1.0 - 0.6 * d / (reach + 1)));
  }
  return best;
}

void
scribe_index_context(const ScribeReading *note, const GPtrArray *ways,
                     const ScribeSentence *sentence, guint first, guint last,
                     ScribeIndexContext *ret)
{
  ret->n = 0;
  ret->sum = 0;
  for (guint d = 1; d < 14; d++)
    for (guint side = 0; side < 2; side++) {
      if (side == 0 && first < sentence->first + d)
        continue;
      guint i = side == 0 ? first - d : last + d;
      if (i > sentence->last || ret->n >= G_N_ELEMENTS(ret->ways))
        continue;
      const ScribeToken *token = scribe_reading_token(note, i);
      if (token->key == 0 || token->weight < 0.8f)
        continue;
      ret->ways[ret->n] = ways->pdata[i];
      gboolean said = ret->ways[ret->n] != NULL && ret->ways[ret->n]->len > 0;
      /* a word said nowhere says little of where the rest was said */
      ret->weight[ret->n] = token->weight / (1.0 + 0.25 * d) * (said ? 1.0 : 0.3);
      ret->sum += ret->weight[ret->n++];
    }
}

double
scribe_index_likeness(const ScribeIndexContext *context, guint at)
{
  double found = 0;
  for (guint i = 0; i < context->n; i++)
    found += context->weight[i] * scribe_index_near(context->ways[i], at, INDEX_REACH);
  return context->sum > 0 ? found / context->sum : INDEX_ALONE;
}
