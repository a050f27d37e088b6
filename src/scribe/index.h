/* A transcript that can be asked: where was this said, and how like this place is that one? */
#ifndef SCRIBE_INDEX_H
#define SCRIBE_INDEX_H

#include "scribe/reading.h"

typedef struct {
  ScribeReading *said;
  GHashTable *places; /* &key → GArray: the key, then guint32 tokens in order */
} ScribeIndex;

ScribeIndex *scribe_index_new(const ScribeLexicon *lexicon, const ScribeTranscript *transcript);
void scribe_index_free(ScribeIndex *index);

/* Where a word or concept of a note was said, in any of its ways. */
typedef struct {
  const GArray *places; /* of guint32 */
  float strength;       /* 1 the same word or concept; less for a likely stand-in */
  gboolean opposite;    /* where that was said, this was denied */
} ScribeIndexWay;

/* At a place of a way: is the thing denied there (-1), affirmed (1), told or asked (0)?  What says
 * the opposite turns it round.  *ret_sure may be NULL. */
gint scribe_index_polarity(const ScribeIndex *index, const ScribeIndexWay *way, guint at,
                           guint *ret_sure);

/* The ways of each token of a note, made once.  [i] is a GArray of ScribeIndexWay or NULL. */
GPtrArray *scribe_index_ways(const ScribeIndex *index, const ScribeReading *note);

/* Of places in order, the nearest to the token `at`; -1 where there is none. */
gint scribe_index_nearest(const GArray *places, guint at);

/* 0 to 1: how near to the token `at` of the transcript the word was said. */
double scribe_index_near(const GArray *ways, guint at, guint reach);

/* A place of the note, for likeness: its neighbours and how much each says. */
typedef struct {
  guint n;
  double sum;
  const GArray *ways[24];
  double weight[24];
} ScribeIndexContext;

void scribe_index_context(const ScribeReading *note, const GPtrArray *ways,
                          const ScribeSentence *sentence, guint first, guint last,
                          ScribeIndexContext *ret);

/* 0 to 1: how much of the context stands around the token `at` of the transcript. */
double scribe_index_likeness(const ScribeIndexContext *context, guint at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeIndex, scribe_index_free)

#endif
