/* Text that is safe to show, to compare and to measure.  All functions take valid UTF-8 unless they
 * say otherwise. */
#ifndef GUICHET_BASE_TEXT_H
#define GUICHET_BASE_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

/* The next character; as g_utf8_next_char(), but it keeps const (that macro fails -Wcast-qual). */
static inline const char *
base_text_next(const char *p)
{
  return p + g_utf8_skip[*(const guchar *)p];
}

/* Disarms text from outside before a terminal or a log sees it: C0 and C1 controls, DEL, the
 * bidirectional overrides (U+202A–202E, U+2066–2069), zero-width and tag characters become U+FFFD;
 * bytes that are not UTF-8 too.  Newline and tab stay when `keep_lines`.  Takes any bytes; caller
 * frees. */
char *base_text_disarm(const char *bytes, gssize length, gboolean keep_lines);

/* For searching: lower case, accents off (NFKD, marks dropped), ligatures opened (œ → oe), runs of
 * whitespace and punctuation become one space, ends trimmed.  "  ÉLÉONORE  d'Œuvre" → "eleonore d
 * oeuvre". Caller frees. */
char *base_text_fold(const char *text);

/* Digits only, for phone and record numbers.  Caller frees. */
char *base_text_digits(const char *text);

/* Terminal cells of one character: 0 for combining, 2 for wide, else 1.  Of a whole string: the
 * sum. */
guint base_text_cell(gunichar c);
guint base_text_width(const char *text);

/* The longest head of `text` that fits in `cells`, never splitting a character from its combining
 * marks; *ret_used takes the cells it fills.  Returns its length in bytes. */
gsize base_text_fit(const char *text, guint cells, guint *ret_used);

/* As much of `text` as fits in `cells`, with "…" as its last cell where it was cut.  Caller frees.
 */
char *base_text_ellipsize(const char *text, guint cells);

/* One line of wrapped text: bytes [start, end) of the text; the break's own spaces or newline are
 * in neither line. */
typedef struct {
  gsize start, end;
} BaseTextLine;

/* Word wrap at `cells` columns (at least 1).  A word longer than the line is cut.  Empty lines
 * stay. Returns a GArray of BaseTextLine, at least one.  Caller unrefs. */
GArray *base_text_wrap(const char *text, guint cells);

/* Code points ⇄ bytes in valid UTF-8, clamped to the end. */
gsize base_text_byte(const char *text, guint point);
guint base_text_point(const char *text, gsize byte);

/* TRUE when the bytes are UTF-8 with no NUL inside; else *ret_bad takes the offset of the first bad
 * byte. */
gboolean base_text_valid(const char *bytes, gsize length, gsize *ret_bad);

G_END_DECLS
#endif
