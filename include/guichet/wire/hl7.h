/* HL7 v2 messages, the encoding with bars and hats: read with tolerance, written strictly.
 *
 * A message is a list of segments; a segment a name and fields from 1; a field has repetitions,
 * they have components, they have subcomponents, each from 1.  MSH-1 is the field separator, MSH-2
 * the other delimiters, as the standard counts.
 *
 *     wire_hl7_read(bytes, length, &message, &error);
 *     if (wire_hl7_find(message, "PID", 0, &at))
 *       family = wire_hl7_text(message, at, (WireHl7Place){.field = 5, .component = 1});
 *
 * Pure: no clock, no socket.  Texts in and out are UTF-8. */
#ifndef GUICHET_WIRE_HL7_H
#define GUICHET_WIRE_HL7_H

#include <glib.h>

G_BEGIN_DECLS

enum {
  WIRE_HL7_CAP = 4 * 1024 * 1024, /* bytes of a message */
  WIRE_HL7_SEGMENTS = 10000,      /* segments of a message */
};

typedef struct WireHl7 WireHl7;

/* 0 stands for the first repetition, and for all of the field or of the component. */
typedef struct {
  guint field, repetition, component, subcomponent;
} WireHl7Place;

/* Takes any delimiters that MSH gives; segments that end in CR, LF or both; missing trailing fields
 * and segments of any name (Z…); a lone LF inside a text.  Converts from the character set of
 * MSH-18; where none is declared, from UTF-8 if that is what the bytes are, else from 8859/1.
 * BASE_ERROR_DATA names the segment by its number, never what it holds. */
gboolean wire_hl7_read(const char *bytes, gsize length, WireHl7 **ret, GError **error);
void wire_hl7_free(WireHl7 *message);

guint wire_hl7_segments(const WireHl7 *message);
/* Three characters. */
const char *wire_hl7_name(const WireHl7 *message, guint segment);
/* The first segment of that name at or after `from`; *ret_segment untouched where there is none. */
gboolean wire_hl7_find(const WireHl7 *message, const char *name, guint from, guint *ret_segment);

/* How often the field is said: 0 where it is empty or absent. */
guint wire_hl7_repetitions(const WireHl7 *message, guint segment, guint field);

/* What stands there, escapes undone.  NULL: nothing was said.  "": said to be empty ("" in quotes:
 * what the receiver has is to go).  Caller frees. */
char *wire_hl7_text(const WireHl7 *message, guint segment, WireHl7Place place);

/* --- writing */

typedef enum {
  WIRE_HL7_UTF8,  /* declared as UNICODE UTF-8 */
  WIRE_HL7_LATIN, /* declared as 8859/1 */
  WIRE_HL7_CHARSET_N
} WireHl7Charset;

/* The word of MSH-18; and the charset of such a word (FALSE: not one that is written here). */
const char *wire_hl7_charset_word(WireHl7Charset charset);
gboolean wire_hl7_charset_parse(const char *word, WireHl7Charset *ret);

typedef struct WireHl7Writer WireHl7Writer;

/* Delimiters |^~\&, segments end in CR, empty fields at an end are left out. */
WireHl7Writer *wire_hl7_writer_new(WireHl7Charset charset);
void wire_hl7_writer_free(WireHl7Writer *writer);
/* The first one must be MSH: its two first fields are written by this, and MSH-18 too. */
void wire_hl7_writer_segment(WireHl7Writer *writer, const char *name);
/* Texts of that field (of each component) have at most so many characters; a longer one fails. */
void wire_hl7_writer_limit(WireHl7Writer *writer, const char *segment, guint field, guint most);
/* Places must come in their order (repetition, component and subcomponent 0 are the first).  NULL
 * and "" write nothing.  A place out of order, a control character that is no line break, or text
 * that is not UTF-8 makes the whole message fail at its end. */
void wire_hl7_writer_set(WireHl7Writer *writer, WireHl7Place place, const char *text);
void wire_hl7_writer_printf(WireHl7Writer *writer, WireHl7Place place, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* "2026…": YYYYMMDDHHMMSS+0000 of an instant in microseconds. */
void wire_hl7_writer_time(WireHl7Writer *writer, WireHl7Place place, gint64 at);
/* The message; the writer may then only be freed.  What the character set cannot carry is written
 * by its plain letters (œ → oe); where there are none, the message fails with BASE_ERROR_DATA: a
 * name or a dose is never sent with a hole in it. */
gboolean wire_hl7_writer_end(WireHl7Writer *writer, GBytes **ret, GError **error);

/* HL7's date and time of any precision, with or without a zone ("20260401", "202604010915",
 * "20260401091500.25+0200") into microseconds.  Without a zone it is the wall clock of `zone`
 * (NULL: UTC).  *ret_day: no hour was said.  FALSE where it is none of these. */
gboolean wire_hl7_time_parse(const char *text, const GTimeZone *zone, gint64 *ret,
                             gboolean *ret_day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireHl7, wire_hl7_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireHl7Writer, wire_hl7_writer_free)

G_END_DECLS
#endif
