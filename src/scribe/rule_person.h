/* Whose it is, and when: what was told of the family alone and is noted of the patient; what was
 * told as over and is noted as going on. */
#ifndef SCRIBE_RULE_PERSON_H
#define SCRIBE_RULE_PERSON_H

#include "scribe/index.h"

void scribe_rule_person_find(const ScribeIndex *index, const ScribeTranscript *transcript,
                             const ScribeReading *note, GPtrArray *findings);

#endif
