/* DATE and DATE-TIME; see guichet/calendar/event.h. */
#include "guichet/calendar/event.h"

gint64
calendar_time_instant(const CalendarTime *time, const CalendarZone *floating)
{
  return calendar_zone_instant(time->kind == CALENDAR_TIME_ZONED ? time->zone : floating,
                               time->local);
}

static int
digits(const char *p, int n)
{
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (!g_ascii_isdigit(p[i]))
      return -1;
    value = value * 10 + (p[i] - '0');
  }
  return value;
}

static gboolean
read_clock(const char *p, gint64 *ret)
{
  int hour = digits(p, 2), minute = digits(p + 2, 2), second = digits(p + 4, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
    return FALSE;
  *ret = hour * 3600 + minute * 60 + MIN(second, 59); /* a leap second has no place on the wall */
  return TRUE;
}

gboolean
calendar_time_read(const char *text, gsize length, CalendarTime *ret)
{
  if (length != 8 && length != 15 && length != 16)
    return FALSE;
  int year = digits(text, 4), month = digits(text + 4, 2), day = digits(text + 6, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31)
    return FALSE;
  gint64 days = calendar_zone_days(year, month, day), clock = 0;
  int y, m, d;
  calendar_zone_civil(days, &y, &m, &d);
  if (m != month)
    return FALSE;
  if (length > 8 && ((text[8] != 'T' && text[8] != 't') || !read_clock(text + 9, &clock)))
    return FALSE;
  if (length == 16 && text[15] != 'Z' && text[15] != 'z')
    return FALSE;
  ret->kind = length == 8    ? CALENDAR_TIME_DATE
              : length == 16 ? CALENDAR_TIME_ZONED
                             : CALENDAR_TIME_FLOATING;
  ret->zone = length == 16 ? calendar_zone_utc() : NULL;
  ret->local = days * 86400 + clock;
  return TRUE;
}
