#include <string.h>

#include "wire/hl7.h"

/* `n` digits of the text at *at as a number; FALSE, and nothing moved, where there are fewer. */
static gboolean
take_digits(const char **at, guint n, int *ret)
{
  int value = 0;
  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isdigit((*at)[i]))
      return FALSE;
    value = value * 10 + (*at)[i] - '0';
  }
  *at += n;
  *ret = value;
  return TRUE;
}

/* "+0200" to seconds. */
static gboolean
take_offset(const char **at, int *ret)
{
  char sign = **at;
  int hours = 0, minutes = 0;
  if (sign != '+' && sign != '-')
    return FALSE;
  ++*at;
  if (!take_digits(at, 2, &hours) || !take_digits(at, 2, &minutes) || hours > 14 || minutes > 59)
    return FALSE;
  *ret = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
  return TRUE;
}

static double
take_fraction(const char **at)
{
  double part = 0, weight = 0.1;
  if (**at != '.')
    return 0;
  for (++*at; g_ascii_isdigit(**at); ++*at, weight /= 10)
    part += (**at - '0') * weight;
  return part;
}

gboolean
wire_hl7_time_parse(const char *text, const GTimeZone *zone, gint64 *ret, gboolean *ret_day)
{
  int year, month = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0;
  const char *at = text;
  if (strlen(text) > 32 || !take_digits(&at, 4, &year) || year < 1)
    return FALSE;
  gboolean whole = take_digits(&at, 2, &month) && take_digits(&at, 2, &day);
  gboolean timed = whole && take_digits(&at, 2, &hour);
  if (timed && take_digits(&at, 2, &minute))
    take_digits(&at, 2, &second);
  double fraction = timed ? take_fraction(&at) : 0;
  const char *tail = at;
  gboolean said = take_offset(&at, &offset);
  if (!said)
    at = tail;
  if (*at != '\0')
    return FALSE;
  second = MIN(second, 59); /* a leap second */
  g_autoptr(GTimeZone) own = said           ? g_time_zone_new_offset(offset)
                             : zone != NULL ? g_time_zone_ref((GTimeZone *)(gintptr)zone)
                                            : g_time_zone_new_utc();
  g_autoptr(GDateTime) when = g_date_time_new(own, year, month, day, hour, minute, second);
  if (when == NULL)
    return FALSE;
  *ret = g_date_time_to_unix(when) * G_USEC_PER_SEC + (gint64)(fraction * G_USEC_PER_SEC);
  *ret_day = !timed;
  return TRUE;
}
