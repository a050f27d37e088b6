/* What the note says of allergies against what was said: whatever the learned weights are, another
 * substance and a denied allergy stop a signature. */
#ifndef SCRIBE_RULE_ALLERGY_H
#define SCRIBE_RULE_ALLERGY_H

#include "scribe/index.h"

void scribe_rule_allergy_find(const ScribeIndex *index, const ScribeReading *note,
                              const ScribeContext *context, GPtrArray *findings);

#endif
