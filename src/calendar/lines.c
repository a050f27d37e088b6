/* See calendar/lines.h. */
#include "calendar/lines.h"

#include <string.h>

void
calendar_lines_init(CalendarLines *lines, CalendarLineFunc line, gpointer data)
{
  *lines = (CalendarLines){.line = line, .data = data, .text = g_string_sized_new(1024)};
  lines->start = 1;
}

void
calendar_lines_clear(CalendarLines *lines)
{
  g_string_free(lines->text, TRUE);
  lines->text = NULL;
}

static gboolean
deliver(CalendarLines *lines)
{
  gboolean go = TRUE;
  char *text = lines->text->str;
  gsize length = lines->text->len;
  if (lines->start == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3; /* a byte order mark */
    length -= 3;
  }
  if (length > 0)
    go = lines->line(text, length, lines->start, lines->cut, lines->data);
  g_string_truncate(lines->text, 0);
  lines->cut = FALSE;
  lines->start = lines->number + 1;
  return go;
}

static void
append(CalendarLines *lines, const char *bytes, gsize length)
{
  gsize room = CALENDAR_LINES_MAX - lines->text->len;
  if (length > room) {
    lines->cut = TRUE;
    length = room;
  }
  g_string_append_len(lines->text, bytes, (gssize)length);
}

static void
end_line(CalendarLines *lines)
{
  GString *text = lines->text;
  if (!lines->cut && text->len > 0 && text->str[text->len - 1] == '\r')
    g_string_truncate(text, text->len - 1);
  lines->number++;
  lines->fresh = TRUE;
}

gboolean
calendar_lines_feed(CalendarLines *lines, const char *bytes, gsize length)
{
  const char *p = bytes, *end = bytes + length;
  while (p < end) {
    if (lines->fresh) {
      lines->fresh = FALSE;
      if (*p == ' ' || *p == '\t') {
        p++; /* a fold: the line goes on */
        continue;
      }
      if (!deliver(lines))
        return FALSE;
    }
    const char *stop = memchr(p, '\n', (gsize)(end - p));
    append(lines, p, (gsize)((stop != NULL ? stop : end) - p));
    p = stop != NULL ? stop + 1 : end;
    if (stop != NULL)
      end_line(lines);
  }
  return TRUE;
}

gboolean
calendar_lines_finish(CalendarLines *lines)
{
  if (!lines->fresh)
    end_line(lines);
  gboolean go = deliver(lines);
  lines->number = 0;
  lines->start = 1;
  lines->fresh = FALSE;
  return go;
}
