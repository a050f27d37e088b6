/* Unfolds content lines from bytes as they come (RFC 5545, 3.1): our own, for
 * icalparser_parse_string() of libical 3.0.16 is quadratic in a line's length. */
#ifndef GUICHET_SRC_CALENDAR_LINES_H
#define GUICHET_SRC_CALENDAR_LINES_H

#include <glib.h>

enum { CALENDAR_LINES_MAX = 1 << 20 };

/* One unfolded line, NUL-terminated past its length, the function's to write in.  `cut`: it was
 * longer than CALENDAR_LINES_MAX, and this is its head. */
typedef gboolean (*CalendarLineFunc)(char *line, gsize length, guint number, gboolean cut,
                                     gpointer data);

typedef struct {
  CalendarLineFunc line;
  gpointer data;
  GString *text;       /* what is there of the line so far */
  guint number, start; /* lines read; where this one began */
  gboolean fresh;      /* a line ended here, and may yet go on with a fold */
  gboolean cut;
} CalendarLines;

void calendar_lines_init(CalendarLines *lines, CalendarLineFunc line, gpointer data);
void calendar_lines_clear(CalendarLines *lines);

/* FALSE as soon as the function answers so. */
gboolean calendar_lines_feed(CalendarLines *lines, const char *bytes, gsize length);
gboolean calendar_lines_finish(CalendarLines *lines);

#endif
