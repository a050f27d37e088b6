/* A note against itself: two ages, a symptom denied here and reported there, two doses of one drug.
 */
#ifndef SCRIBE_RULE_CONTRADICTION_H
#define SCRIBE_RULE_CONTRADICTION_H

#include "scribe/reading.h"

/* Adds to `findings`, at the later of the two places. */
void scribe_rule_contradiction_find(const ScribeReading *note, GPtrArray *findings);

#endif
