/* What a text denies and what it affirms: a cue, its reach, and an answer to a question. */
#ifndef SCRIBE_POLARITY_H
#define SCRIBE_POLARITY_H

#include "scribe/reading.h"

/* Sets `polarity` of every token by the cues of its own sentence. */
void scribe_polarity_mark(ScribeReading *reading);

/* For a transcript, after that: a question takes the polarity of the answer in the next turn. */
void scribe_polarity_answer(ScribeReading *reading);

/* Of what was said: what its speaker took back and put right is marked; the last word stands. */
void scribe_polarity_correct(ScribeReading *reading);

#endif
