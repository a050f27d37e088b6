/* Beyond the transcript: interactions, allergies, vital signs, usual doses. */
#ifndef SCRIBE_RULE_SAFETY_H
#define SCRIBE_RULE_SAFETY_H

#include "scribe/reading.h"

void scribe_rule_safety_find(const ScribeReading *note, const ScribeReading *said,
                             const ScribeContext *context, GPtrArray *findings);

#endif
