/* What was said, matters, and is not in the note. */
#ifndef SCRIBE_RULE_OMISSION_H
#define SCRIBE_RULE_OMISSION_H

#include "scribe/index.h"

/* Drugs, allergies, changes of dose, red flags, thoughts of harm, critical vital signs, what the
 * clinician said would be done.  Each finding stands at the note's end and names its turn. */
void scribe_rule_omission_find(const ScribeIndex *index, const ScribeReading *note,
                               const ScribeContext *context, GPtrArray *findings);

#endif
