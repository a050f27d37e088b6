/* What a note shows by itself: repetition, the wrong language; and what it leaves out. */
#ifndef SCRIBE_RULE_TEXT_H
#define SCRIBE_RULE_TEXT_H

#include "scribe/index.h"

void scribe_rule_text_find(const ScribeReading *note, const char *text, const char *language,
                           GPtrArray *findings);

/* Drugs, allergies and red flags that were said and affirmed, and are not in the note. */
void scribe_rule_text_omissions(const ScribeIndex *index, const ScribeReading *note,
                                GPtrArray *findings);

#endif
