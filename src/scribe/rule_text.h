/* What a note shows by itself: repetition, the wrong language. */
#ifndef SCRIBE_RULE_TEXT_H
#define SCRIBE_RULE_TEXT_H

#include "scribe/index.h"

void scribe_rule_text_find(const ScribeReading *note, const char *text, const char *language,
                           GPtrArray *findings);

#endif
