/* Transcripts: what was said in the room, as turns.
 *
 * Read from WebVTT (voice tags; Zoom's and Teams' shapes), SRT, "Speaker: text" lines, or JSON (an
 * array of
 * {"speaker","text","start"?,"end"?}, or an object with "dialogue"); the format is recognised, not
 * asked for. UTF-8 with or without BOM, UTF-16 with BOM, LF or CRLF. */
#ifndef GUICHET_SCRIBE_TRANSCRIPT_H
#define GUICHET_SCRIBE_TRANSCRIPT_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

#define SCRIBE_TRANSCRIPT_CAP (100u * 1024u * 1024u) /* bytes of one file */
#define SCRIBE_TRANSCRIPT_TURNS 200000u              /* turns of one visit */

typedef enum {
  SCRIBE_ROLE_UNKNOWN,
  SCRIBE_ROLE_CLINICIAN,
  SCRIBE_ROLE_PATIENT,
  SCRIBE_ROLE_OTHER
} ScribeRole;

typedef struct {
  char *speaker; /* as written, disarmed; "" where nobody is named */
  char *text;    /* valid UTF-8, disarmed, one line */
  ScribeRole role;
  gint64 start_ms, end_ms; /* from the beginning of the visit; -1 unknown */
} ScribeTurn;

typedef struct {
  GPtrArray *turns;    /* of ScribeTurn */
  GPtrArray *warnings; /* of char *: places that were mended or left out, with their lines */
} ScribeTranscript;

/* Reads one transcript.  `name` is for messages (a file's name).  Empty, binary, bad UTF-8, nothing
 * that looks like speech, past a cap: BASE_ERROR_DATA with name, line and reason.  Negative,
 * backward or overlapping times are mended, with a warning. */
gboolean scribe_transcript_parse(const char *name, const char *bytes, gsize length,
                                 ScribeTranscript **ret, GError **error);

/* The same from a JSON value: an array of turns, or an object with "dialogue". */
gboolean scribe_transcript_from_json(const char *name, const json_t *value, ScribeTranscript **ret,
                                     GError **error);

/* {"dialogue":[{"speaker","text","start"?,"end"?}…]}, times in seconds.  Caller decrefs. */
json_t *scribe_transcript_to_json(const ScribeTranscript *transcript);

const ScribeTurn *scribe_transcript_turn(const ScribeTranscript *transcript, guint turn);
void scribe_transcript_free(ScribeTranscript *transcript);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeTranscript, scribe_transcript_free)

G_END_DECLS
#endif
