/* Spoken numbers in digits: "one thirty over sixty eight" → "130/68", "two out of six" → "2/6",
 * "fifteen milligrams" → "15 mg", "quatre-vingt-dix" → "90". */
#ifndef GUICHET_SCRIBE_NUMERAL_PRIVATE_H
#define GUICHET_SCRIBE_NUMERAL_PRIVATE_H

#include "scribe/speech.h"

/* Rewrites the words in place; new strings go into `strings`. */
void scribe_numeral_rewrite(GArray *words, GStringChunk *strings, gboolean french);

#endif
