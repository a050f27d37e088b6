/* Rows of a visits file: a transcript and the note that a clinician made of it. */
#ifndef GUICHET_BENCH_VISIT_H
#define GUICHET_BENCH_VISIT_H

#include "guichet/scribe/transcript.h"
#include "scribe/model.h"

typedef struct {
  char *text;
  GStrv tokens;
  int section; /* SCRIBE_SECTION_… or -1 */
} VisitLine;

typedef struct {
  char *id, *source, *note;
  ScribeTranscript *transcript;
  GPtrArray *lines; /* of VisitLine: the note's sentences */
} Visit;

/* All rows of a JSON Lines file; NULL and a word on stderr where it cannot be read. */
GPtrArray *visit_read(const char *path);

/* Lower case, letters and digits only. */
GStrv visit_tokens(const char *text);

/* Which of the note's lines says most of `text`; how much of it, 0 to 1. */
const VisitLine *visit_align(const Visit *visit, const char *text, double *ret_share);

/* How much of `text` the note says: words that carry meaning, and pairs of words, 0 to 1. */
double visit_worth(const Visit *visit, const char *text);

#endif
