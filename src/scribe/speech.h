/* What was said, cut into units: clauses short enough to be one statement, cleaned of fillers,
 * repeats and false starts, contractions opened, numbers in digits.  Each word knows the code
 * points of the turn that it came from. */
#ifndef GUICHET_SCRIBE_SPEECH_PRIVATE_H
#define GUICHET_SCRIBE_SPEECH_PRIVATE_H

#include "guichet/scribe/transcript.h"

typedef struct {
  const char *text; /* as it is to be written */
  const char *low;  /* the same in lower case, for comparing */
  guint start, end; /* code points in the turn */
  char mark;        /* the punctuation after it: , . ? ! or 0 */
} ScribeWord;

typedef struct {
  guint turn, start, end;    /* its evidence */
  guint turn2, start2, end2; /* and where it goes on after an "mm-hmm"; end2 is 0 for none */
  ScribeRole role;
  const char *speaker; /* as the transcript names them */
  gboolean question;
  GArray *words; /* of ScribeWord */
  guint raw;     /* words before cleaning */
} ScribeUnit;

typedef struct {
  GStringChunk *strings;
  GPtrArray *units; /* of ScribeUnit, in the order of speech */
  gboolean french;
  gboolean cased; /* the transcript is written with capitals */
} ScribeSpeech;

ScribeSpeech *scribe_speech_new(const ScribeTranscript *transcript, gboolean french);
void scribe_speech_free(ScribeSpeech *speech);

/* Word `i`, or "" past either end: what patterns are matched on. */
const char *scribe_speech_low(const ScribeUnit *unit, int i);

/* TRUE when the words from `i` are `phrase` (words parted by one space). */
gboolean scribe_speech_at(const ScribeUnit *unit, int i, const char *phrase);

/* The first place of `phrase` from `from` on, or -1. */
int scribe_speech_find(const ScribeUnit *unit, int from, const char *phrase);

/* How many words `phrase` has. */
int scribe_speech_count(const char *phrase);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeSpeech, scribe_speech_free)

#endif
