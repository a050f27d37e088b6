/* Patterns, on PCRE2 with its just-in-time compiler and limits. */
#ifndef SCRIBE_PATTERN_H
#define SCRIBE_PATTERN_H

#include "scribe/lexicon.h"

/* NULL with a reason (caller frees). */
gpointer scribe_pattern_compile(const char *expression, char **ret_why);
void scribe_pattern_free(gpointer code);

/* Adds a finding for each place where a pattern of the lexicon stands (bytes are turned into code
 * points); at most 20 a pattern.  With consent on record the consent patterns rest. */
void scribe_pattern_find(const ScribeLexicon *lexicon, const char *note, gboolean consent,
                         GPtrArray *findings);

#endif
