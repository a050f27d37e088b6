/* The sentence a person reads for a suspect that was found wrong. */
#ifndef SCRIBE_MESSAGE_H
#define SCRIBE_MESSAGE_H

#include "scribe/suspect.h"

/* Quotes both sides.  Caller frees. */
char *scribe_message_suspect(const ScribeTranscript *transcript, const ScribeIndex *index,
                             const char *note, const ScribeReading *reading,
                             const ScribeSuspect *suspect);

/* Code points [start, end) of a text, at most 60 cells.  Caller frees. */
char *scribe_message_quote(const char *text, guint start, guint end);

#endif
