/* Subtitles as transcripts: WebVTT and SRT. */
#ifndef SCRIBE_TRANSCRIPT_CUE_H
#define SCRIBE_TRANSCRIPT_CUE_H

#include "scribe/transcript_build.h"

/* Looks at the head of valid UTF-8: "WEBVTT", or a line with an arrow between two times. */
gboolean scribe_transcript_cue_looks(const char *text, gsize length);

/* One turn a voice: <v Name> (Teams, the standard), "Name: text" (Zoom), or nobody named. */
gboolean scribe_transcript_cue_read(ScribeTranscriptBuild *build, const char *text, gsize length,
                                    GError **error);

/* "1:02:03.4", "02:03,400", "-00:01" → milliseconds, the bytes used in *ret_used.  FALSE where no
 * time stands. */
gboolean scribe_transcript_cue_time(const char *text, gsize length, gint64 *ret_ms,
                                    gsize *ret_used);

#endif
