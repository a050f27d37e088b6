/* How the readers of each format put a transcript together. */
#ifndef SCRIBE_TRANSCRIPT_BUILD_H
#define SCRIBE_TRANSCRIPT_BUILD_H

#include "guichet/scribe/transcript.h"

#define TRANSCRIPT_BUILD_TURN_CAP (1024u * 1024u) /* bytes of one turn's text */

typedef struct {
  const char *name; /* for messages */
  ScribeTranscript *transcript;
  guint hushed;        /* warnings past the cap */
  gint64 latest_start; /* of the turns so far, -1 none */
} ScribeTranscriptBuild;

void scribe_transcript_build_init(ScribeTranscriptBuild *build, const char *name);

/* Adds a turn; texts are disarmed here, line breaks become spaces, code points stay as many as they
 * were.  Times are mended against the turns before it.  `line` is for messages.  Refuses a turn or
 * a number of turns past its cap. */
gboolean scribe_transcript_build_add(ScribeTranscriptBuild *build, guint line, const char *speaker,
                                     const char *text, gsize text_length, gint64 start_ms,
                                     gint64 end_ms, GError **error);

void scribe_transcript_build_warn(ScribeTranscriptBuild *build, guint line, const char *what);

/* Always FALSE, with BASE_ERROR_DATA: "name: line 3: why". */
gboolean scribe_transcript_build_fail(const ScribeTranscriptBuild *build, guint line,
                                      const char *why, GError **error);

#endif
