/* Beyond the transcript: interactions, allergies, vital signs, usual doses. */
#ifndef SCRIBE_RULE_SAFETY_H
#define SCRIBE_RULE_SAFETY_H

#include "scribe/reading.h"

void scribe_rule_safety_find(const ScribeReading *note, const ScribeReading *said,
                             const ScribeContext *context, GPtrArray *findings);

/* A vital sign named at token `i` whose value is in a critical range for the age in `context`: its
 * number, and the range; else NULL. */
const ScribeNumber *scribe_rule_safety_critical(const ScribeReading *reading, guint i,
                                                const ScribeContext *context,
                                                const ScribeLexiconRange **ret_range);

/* What vitals.tsv calls "systolic" and so on, for a person. */
const char *scribe_rule_safety_vital(const char *name);

#endif
