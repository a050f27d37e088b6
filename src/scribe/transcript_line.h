/* "Speaker: text" lines as a transcript. */
#ifndef SCRIBE_TRANSCRIPT_LINE_H
#define SCRIBE_TRANSCRIPT_LINE_H

#include "scribe/transcript_build.h"

/* The bytes of a speaker's label at the head of `text` ("Dr. Martin: "), the blank after it
 * included, and the name in *ret_speaker; 0 where none stands.  Caller frees. */
gsize scribe_transcript_line_label(const char *text, gsize length, char **ret_speaker);

/* A line without a label goes on with the turn above it.  A time may stand before the label, bare
 * or in brackets. */
gboolean scribe_transcript_line_read(ScribeTranscriptBuild *build, const char *text, gsize length,
                                     GError **error);

#endif
