/* See calendar/recur.h. */
#include "calendar/recur.h"

#include <string.h>

#include <libical/ical.h>

#include "guichet/base/clock.h"

enum { DAY = 86400, LAST_YEAR = 9999, TEXT_MAX = 16384, TIMES_MAX = 86400 };

typedef enum { SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY } Freq;

typedef struct {
  int position, weekday; /* weekday from 0, Monday */
} Nth;

/* One day, seen from all sides. */
typedef struct {
  gint64 days;
  int year, month, day, month_length, year_day, year_length, weekday;
} Day;

struct CalendarRecur {
  Freq freq;
  gint64 interval, start, first_period;
  gint64 count;       /* left; -1 where there is no COUNT */
  gint64 until_local; /* inclusive; G_MAXINT64 without UNTIL */
  gint64 until_instant;
  gboolean until_utc, plain; /* plain: one occurrence in each period, come what may */
  const CalendarZone *zone;
  int wkst;
  guint16 months;         /* bit n: month n */
  guint32 days, days_end; /* bit n: day n of the month, from the end */
  guint8 weekdays;
  gboolean by_month, by_day, by_week, by_month_day, by_year_day, by_hour, by_minute, by_second;
  guint64 weeks, weeks_end;
  guint8 year_days[48], year_days_end[48];
  GArray *nths; /* Nth */
  guint32 hours;
  guint64 minutes, seconds;
  GArray *positions; /* int, BYSETPOS */
  gint64 period;     /* the period to take next: a year, a month count, days, or seconds */
  GArray *set_days;  /* gint64: the days of the period taken, ascending */
  GArray *times;     /* int: the times of day on each of them, ascending */
  gsize at_day, at_time, at_position;
  GArray *picked; /* gint64: what BYSETPOS picks from this period */
};

static void
fill_day(Day *day, gint64 days)
{
  day->days = days;
  calendar_zone_civil(days, &day->year, &day->month, &day->day);
  gint64 month = calendar_zone_days(day->year, day->month, 1);
  gint64 next = day->month == 12 ? calendar_zone_days(day->year + 1, 1, 1)
                                 : calendar_zone_days(day->year, day->month + 1, 1);
  gint64 year = calendar_zone_days(day->year, 1, 1);
  day->month_length = (int)(next - month);
  day->year_day = (int)(days - year) + 1;
  day->year_length = (int)(calendar_zone_days(day->year + 1, 1, 1) - year);
  day->weekday = (int)(((days + 3) % 7 + 7) % 7);
}

/* The day on which week 1 of a year begins: the first with at least four days in it. */
static gint64
first_week(const CalendarRecur *r, int year)
{
  gint64 january = calendar_zone_days(year, 1, 1);
  gint64 weekday = ((january + 3) % 7 + 7) % 7, into = (weekday - r->wkst + 7) % 7;
  return into <= 3 ? january - into : january - into + 7;
}

static gboolean
week_fits(const CalendarRecur *r, const Day *day)
{
  int year = day->year;
  gint64 from = first_week(r, year), to = first_week(r, year + 1);
  if (day->days < from) {
    to = from;
    from = first_week(r, year - 1);
  } else if (day->days >= to) {
    from = to;
    to = first_week(r, year + 2);
  }
  int week = (int)((day->days - from) / 7) + 1, weeks = (int)((to - from) / 7);
  return (r->weeks >> week & 1) != 0 || (r->weeks_end >> (weeks - week + 1) & 1) != 0;
}

static gboolean
weekday_fits(const CalendarRecur *r, const Day *day)
{
  if ((r->weekdays >> day->weekday & 1) != 0)
    return TRUE;
  gboolean in_month = r->freq == MONTHLY || r->by_month;
  int at = in_month ? day->day : day->year_day,
      length = in_month ? day->month_length : day->year_length;
  int from_start = (at - 1) / 7 + 1, from_end = -((length - at) / 7 + 1);
  for (guint i = 0; i < r->nths->len; i++) {
    const Nth *nth = &g_array_index(r->nths, Nth, i);
    if (nth->weekday == day->weekday && (nth->position == from_start || nth->position == from_end))
      return TRUE;
  }
  return FALSE;
}

static gboolean
bit(const guint8 *bits, int n)
{
  return n >= 0 && n < 384 && (bits[n / 8] >> (n % 8) & 1) != 0;
}

static gboolean
day_fits(const CalendarRecur *r, const Day *day)
{
  if (r->by_month && (r->months >> day->month & 1) == 0)
    return FALSE;
  if (r->by_month_day && (r->days >> day->day & 1) == 0 &&
      (r->days_end >> (day->month_length - day->day + 1) & 1) == 0)
    return FALSE;
  if (r->by_day && !weekday_fits(r, day))
    return FALSE;
  if (r->by_year_day && !bit(r->year_days, day->year_day) &&
      !bit(r->year_days_end, day->year_length - day->year_day + 1))
    return FALSE;
  return !r->by_week || week_fits(r, day);
}

/* --- reading */

static void
read_bits(const short *list, gsize size, guint64 *plus, guint64 *minus)
{
  for (gsize i = 0; i < size && list[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
    if (list[i] >= 0 && list[i] < 64)
      *plus |= (guint64)1 << list[i];
    else if (list[i] < 0 && list[i] > -64)
      *minus |= (guint64)1 << -list[i];
  }
}

static gboolean
has(const short *list)
{
  return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

static void
read_days(CalendarRecur *r, const struct icalrecurrencetype *rule)
{
  r->by_day = has(rule->by_day);
  for (int i = 0; i < ICAL_BY_DAY_SIZE && rule->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
    int weekday = ((int)icalrecurrencetype_day_day_of_week(rule->by_day[i]) + 5) % 7;
    Nth nth = {icalrecurrencetype_day_position(rule->by_day[i]), weekday};
    if (nth.position == 0 || r->freq < MONTHLY)
      r->weekdays |= (guint8)(1 << weekday);
    else
      g_array_append_val(r->nths, nth);
  }
  r->by_year_day = has(rule->by_year_day);
  for (int i = 0; i < ICAL_BY_YEARDAY_SIZE && rule->by_year_day[i] != ICAL_RECURRENCE_ARRAY_MAX;
       i++) {
    int n = rule->by_year_day[i];
    guint8 *bits = n > 0 ? r->year_days : r->year_days_end;
    if (ABS(n) < 384)
      bits[ABS(n) / 8] |= (guint8)(1 << ABS(n) % 8);
  }
}

static void
read_lists(CalendarRecur *r, const struct icalrecurrencetype *rule)
{
  guint64 months = 0, days = 0, days_end = 0, hours = 0, none = 0;
  r->by_month = has(rule->by_month);
  read_bits(rule->by_month, ICAL_BY_MONTH_SIZE, &months, &none);
  r->months = (guint16)months;
  r->by_month_day = has(rule->by_month_day);
  read_bits(rule->by_month_day, ICAL_BY_MONTHDAY_SIZE, &days, &days_end);
  r->days = (guint32)days;
  r->days_end = (guint32)days_end;
  r->by_week = has(rule->by_week_no);
  read_bits(rule->by_week_no, ICAL_BY_WEEKNO_SIZE, &r->weeks, &r->weeks_end);
  r->by_hour = has(rule->by_hour);
  read_bits(rule->by_hour, ICAL_BY_HOUR_SIZE, &hours, &none);
  r->hours = (guint32)hours;
  r->by_minute = has(rule->by_minute);
  read_bits(rule->by_minute, ICAL_BY_MINUTE_SIZE, &r->minutes, &none);
  r->by_second = has(rule->by_second);
  read_bits(rule->by_second, ICAL_BY_SECOND_SIZE, &r->seconds, &none);
  if ((r->seconds >> 60 & 1) != 0) /* a leap second has no place on the wall */
    r->seconds |= (guint64)1 << 59;
  for (int i = 0; i < ICAL_BY_SETPOS_SIZE && rule->by_set_pos[i] != ICAL_RECURRENCE_ARRAY_MAX;
       i++) {
    int position = rule->by_set_pos[i];
    g_array_append_val(r->positions, position);
  }
  read_days(r, rule);
}

/* What the rule does not say comes from DTSTART. */
static void
fill_from_start(CalendarRecur *r, gboolean is_date)
{
  Day day;
  fill_day(&day, r->start / DAY - (r->start % DAY < 0));
  int clock = (int)(r->start - day.days * DAY);
  if (!r->by_week && !r->by_year_day && !r->by_month_day && !r->by_day) {
    if (r->freq == YEARLY && !r->by_month) {
      r->by_month = TRUE;
      r->months = (guint16)(1 << day.month);
    }
    if (r->freq == YEARLY || r->freq == MONTHLY) {
      r->by_month_day = TRUE;
      r->days = (guint32)1 << day.day;
    } else if (r->freq == WEEKLY) {
      r->by_day = TRUE;
      r->weekdays = (guint8)(1 << day.weekday);
    }
  }
  if (is_date) {
    r->by_hour = r->by_minute = r->by_second = FALSE;
    r->hours = 0;
    r->minutes = r->seconds = 0;
  }
  if (r->freq > HOURLY && !r->by_hour)
    r->hours = (guint32)1 << clock / 3600;
  if (r->freq > MINUTELY && !r->by_minute)
    r->minutes = (guint64)1 << clock / 60 % 60;
  if (r->freq > SECONDLY && !r->by_second)
    r->seconds = (guint64)1 << clock % 60;
}

static void
add_times(CalendarRecur *r, int hour, int minute)
{
  for (int second = 0; second < 60; second++)
    if ((r->seconds >> second & 1) != 0) {
      int time = hour * 3600 + minute * 60 + second;
      g_array_append_val(r->times, time);
    }
}

/* The times of day, the same for each day of a DAILY and longer rule. */
static void
fill_times(CalendarRecur *r)
{
  for (int hour = 0; hour < 24; hour++)
    for (int minute = 0; (r->hours >> hour & 1) != 0 && minute < 60; minute++)
      if ((r->minutes >> minute & 1) != 0)
        add_times(r, hour, minute);
}

static gint64
unit(const CalendarRecur *r)
{
  return r->freq == HOURLY ? 3600 : r->freq == MINUTELY ? 60 : 1;
}

static gint64
floor_to(gint64 value, gint64 step)
{
  gint64 rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

/* Which period a local time lies in. */
static gint64
period_of(const CalendarRecur *r, gint64 local)
{
  gint64 days = floor_to(local, DAY) / DAY;
  int year, month, day;
  switch (r->freq) {
  case YEARLY:
    calendar_zone_civil(days, &year, &month, &day);
    return year;
  case MONTHLY:
    calendar_zone_civil(days, &year, &month, &day);
    return (gint64)year * 12 + month - 1;
  case WEEKLY:
    return days - (((days + 3 - r->wkst) % 7 + 7) % 7);
  case DAILY:
    return days;
  case HOURLY:
  case MINUTELY:
  case SECONDLY:
    break;
  }
  return floor_to(local, unit(r));
}

static gint64
stride(const CalendarRecur *r)
{
  return r->interval * (r->freq == WEEKLY ? 7 : r->freq < DAILY ? unit(r) : 1);
}

static void
read_until(CalendarRecur *r, const struct icalrecurrencetype *rule, gboolean is_date)
{
  struct icaltimetype u = rule->until;
  r->until_local = G_MAXINT64;
  if (icaltime_is_null_time(u))
    return;
  gint64 days = calendar_zone_days(u.year, u.month, u.day);
  gint64 local = days * DAY + (u.is_date ? 0 : u.hour * 3600 + u.minute * 60 + u.second);
  if (is_date || u.is_date) { /* the whole of that day */
    r->until_local = days * DAY + DAY - 1;
  } else if (icaltime_is_utc(u)) {
    r->until_utc = TRUE;
    r->until_instant = local * BASE_CLOCK_SECOND;
    r->until_local = local + DAY + DAY / 2; /* further than any zone is from UTC */
  } else {
    r->until_local = local;
  }
}

/* Takes RSCALE and SKIP (RFC 7529) out of a rule: libical 3.0.16 leaks them where the rest of the
 * rule is malformed, and only the Gregorian calendar without SKIP is walked here. */
static const char *
drop_scale(char *text)
{
  g_auto(GStrv) parts = g_strsplit(text, ";", -1);
  char *to = text;
  for (char **part = parts; *part != NULL; part++) {
    gboolean scale = g_ascii_strncasecmp(*part, "RSCALE=", 7) == 0;
    gboolean skip = g_ascii_strncasecmp(*part, "SKIP=", 5) == 0;
    if (scale && g_ascii_strcasecmp(*part + 7, "GREGORIAN") != 0)
      return "counts in a calendar other than the Gregorian";
    if (skip && g_ascii_strcasecmp(*part + 5, "OMIT") != 0)
      return "has a SKIP, which is not known here";
    if (scale || skip)
      continue;
    if (to != text)
      *to++ = ';';
    gsize length = strlen(*part);
    memcpy(to, *part, length);
    to += length;
  }
  *to = '\0';
  return NULL;
}

static const char *
refusal(const struct icalrecurrencetype *rule, gboolean is_date)
{
  if (rule->freq == ICAL_NO_RECURRENCE)
    return "cannot be read";
  if (is_date && rule->freq < ICAL_DAILY_RECURRENCE)
    return "repeats within a day, but its DTSTART is a date";
  return NULL;
}

static gboolean
is_plain(const CalendarRecur *r, const struct icalrecurrencetype *rule)
{
  return r->freq <= WEEKLY && !has(rule->by_day) && !has(rule->by_month) &&
         !has(rule->by_month_day) && !has(rule->by_year_day) && !has(rule->by_week_no) &&
         !has(rule->by_hour) && !has(rule->by_minute) && !has(rule->by_second) &&
         !has(rule->by_set_pos);
}

static CalendarRecur *
allocate(void)
{
  CalendarRecur *r = g_new0(CalendarRecur, 1);
  r->nths = g_array_new(FALSE, FALSE, sizeof(Nth));
  r->positions = g_array_new(FALSE, FALSE, sizeof(int));
  r->set_days = g_array_new(FALSE, FALSE, sizeof(gint64));
  r->times = g_array_new(FALSE, FALSE, sizeof(int));
  r->picked = g_array_new(FALSE, FALSE, sizeof(gint64));
  return r;
}

/* DTSTART is always the first occurrence and counts as one (RFC 5545, 3.8.5.3), even where the
 * rule would not give it; the series puts it in. */
static void
count_start(CalendarRecur *r)
{
  gint64 first = 0;
  guint64 budget = 2 * TIMES_MAX;
  if (r->count > 0 && !r->plain &&
      (calendar_recur_next(r, r->start + 1, &budget, &first) != CALENDAR_RECUR_FOUND ||
       first != r->start))
    r->count--;
  else if (r->count > 0 && !r->plain)
    r->count++;
  r->period = r->first_period;
  r->at_day = r->at_time = r->at_position = 0;
  g_array_set_size(r->set_days, 0);
  g_array_set_size(r->picked, 0);
  if (r->freq < DAILY)
    g_array_set_size(r->times, 0);
}

static void
set_up(CalendarRecur *r, const struct icalrecurrencetype *rule, gboolean is_date)
{
  r->freq = (Freq)rule->freq;
  r->interval = MAX(rule->interval, 1);
  r->count = rule->count > 0 ? rule->count : -1;
  r->wkst = rule->week_start == ICAL_NO_WEEKDAY ? 0 : ((int)rule->week_start + 5) % 7;
  read_lists(r, rule);
  r->plain = is_plain(r, rule);
  read_until(r, rule, is_date);
  fill_from_start(r, is_date);
  if (r->freq >= DAILY)
    fill_times(r);
  r->first_period = r->period = period_of(r, r->start);
  count_start(r);
}

CalendarRecur *
calendar_recur_new(const char *text, const CalendarTime *start, const CalendarZone *zone,
                   const char **ret_why)
{
  gboolean is_date = start->kind == CALENDAR_TIME_DATE;
  if (strlen(text) > TEXT_MAX) {
    *ret_why = "is longer than any rule can be";
    return NULL;
  }
  g_autofree char *own = g_strdup(text);
  const char *why = drop_scale(own);
  if (why != NULL) {
    *ret_why = why;
    return NULL;
  }
  struct icalrecurrencetype rule = icalrecurrencetype_from_string(own);
  why = refusal(&rule, is_date);
  CalendarRecur *r = NULL;
  if (why == NULL) {
    r = allocate();
    r->start = start->local;
    r->zone = zone;
    set_up(r, &rule, is_date);
  } else {
    *ret_why = why;
  }
  icalrecurrencetype_clear(&rule);
  icalerror_clear_errno();
  return r;
}

void
calendar_recur_free(CalendarRecur *r)
{
  if (r == NULL)
    return;
  g_array_unref(r->nths);
  g_array_unref(r->positions);
  g_array_unref(r->set_days);
  g_array_unref(r->times);
  g_array_unref(r->picked);
  g_free(r);
}

/* --- walking */

void
calendar_recur_seek(CalendarRecur *r, gint64 local)
{
  if (local <= r->start || (r->count >= 0 && !r->plain))
    return;
  gint64 wanted = period_of(r, local), step = stride(r);
  gint64 n = wanted > r->period ? (wanted - r->period) / step : 0;
  r->period += n * step;
  if (r->count >= 0)
    r->count = n < r->count ? r->count - n : 0;
}

/* Local seconds at which the next period begins. */
static gint64
period_start(const CalendarRecur *r)
{
  switch (r->freq) {
  case YEARLY:
    return calendar_zone_days((int)MIN(r->period, LAST_YEAR + 2), 1, 1) * DAY;
  case MONTHLY:
    return calendar_zone_days((int)MIN(r->period / 12, LAST_YEAR + 2), (int)(r->period % 12) + 1,
                              1) *
           DAY;
  case WEEKLY:
  case DAILY:
    return r->period * DAY;
  case HOURLY:
  case MINUTELY:
  case SECONDLY:
    break;
  }
  return r->period;
}

static void
take_days(CalendarRecur *r, gint64 from, gint64 n)
{
  Day day;
  for (gint64 i = 0; i < n; i++) {
    if (i == 0 || day.day == day.month_length) {
      fill_day(&day, from + i);
    } else { /* the next of the same month */
      day.days++;
      day.day++;
      day.year_day++;
      day.weekday = (day.weekday + 1) % 7;
    }
    if (r->by_month && (r->months >> day.month & 1) == 0) { /* on to the next month */
      i += day.month_length - day.day;
      day.day = day.month_length;
      continue;
    }
    if (day_fits(r, &day))
      g_array_append_val(r->set_days, day.days);
  }
}

/* The period of an hour, minute or second: fits it, or jumps to where the next may. */
static void
take_clock(CalendarRecur *r)
{
  gint64 at = r->period, step = stride(r), midnight = floor_to(at, DAY), next;
  int clock = (int)(at - midnight), hour = clock / 3600, minute = clock / 60 % 60;
  Day day;
  fill_day(&day, midnight / DAY);
  if (!day_fits(r, &day))
    next = midnight + DAY;
  else if (r->by_hour && (r->hours >> hour & 1) == 0)
    next = at - clock % 3600 + 3600;
  else if (r->freq < HOURLY && r->by_minute && (r->minutes >> minute & 1) == 0)
    next = at - clock % 60 + 60;
  else
    next = 0;
  if (next != 0) {
    r->period += MAX((next - at + step - 1) / step, 1) * step;
    return;
  }
  r->period += step;
  if (r->freq == SECONDLY && r->by_second && (r->seconds >> clock % 60 & 1) == 0)
    return;
  g_array_append_val(r->set_days, day.days);
  g_array_set_size(r->times, 0);
  if (r->freq == SECONDLY)
    g_array_append_val(r->times, clock);
  else if (r->freq == MINUTELY)
    add_times(r, hour, minute);
  else
    for (minute = 0; minute < 60; minute++)
      if ((r->minutes >> minute & 1) != 0)
        add_times(r, hour, minute);
}

static int
compare(gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static void
pick_positions(CalendarRecur *r)
{
  gint64 times = r->times->len, size = (gint64)r->set_days->len * times;
  g_array_set_size(r->picked, 0);
  for (guint i = 0; i < r->positions->len; i++) {
    gint64 n = g_array_index(r->positions, int, i), at = n > 0 ? n - 1 : size + n;
    if (n == 0 || at < 0 || at >= size)
      continue;
    gint64 local = g_array_index(r->set_days, gint64, at / times) * DAY +
                   g_array_index(r->times, int, at % times);
    g_array_append_val(r->picked, local);
  }
  g_array_sort(r->picked, compare);
}

static void
take_period(CalendarRecur *r, guint64 *budget)
{
  g_array_set_size(r->set_days, 0);
  r->at_day = r->at_time = r->at_position = 0;
  if (r->freq < DAILY) {
    take_clock(r);
  } else {
    gint64 from = period_start(r) / DAY, n = 1;
    Day day;
    if (r->freq == YEARLY || r->freq == MONTHLY) {
      fill_day(&day, from);
      n = r->freq == YEARLY ? day.year_length : day.month_length;
    } else if (r->freq == WEEKLY) {
      n = 7;
    }
    r->period += stride(r);
    take_days(r, from, n);
    *budget -= MIN(*budget, (guint64)n / 8);
  }
  if (r->positions->len > 0)
    pick_positions(r);
  else /* the first period may begin long before DTSTART */
    while (r->at_day < r->set_days->len &&
           g_array_index(r->set_days, gint64, r->at_day) * DAY + DAY <= r->start)
      r->at_day++;
}

/* The next of the period taken; FALSE at its end. */
static gboolean
next_of_set(CalendarRecur *r, gint64 *ret)
{
  if (r->positions->len > 0) {
    if (r->at_position >= r->picked->len)
      return FALSE;
    *ret = g_array_index(r->picked, gint64, r->at_position++);
    while (r->at_position < r->picked->len &&
           g_array_index(r->picked, gint64, r->at_position) == *ret)
      r->at_position++; /* 1 and -1 may be the same one */
    return TRUE;
  }
  if (r->at_day >= r->set_days->len || r->times->len == 0)
    return FALSE;
  *ret = g_array_index(r->set_days, gint64, r->at_day) * DAY +
         g_array_index(r->times, int, r->at_time);
  if (++r->at_time >= r->times->len) {
    r->at_time = 0;
    r->at_day++;
  }
  return TRUE;
}

static gboolean
past_until(const CalendarRecur *r, gint64 local)
{
  return local > r->until_local ||
         (r->until_utc && calendar_zone_instant(r->zone, local) > r->until_instant);
}

CalendarRecurStep
calendar_recur_next(CalendarRecur *r, gint64 stop, guint64 *budget, gint64 *ret)
{
  gint64 last = calendar_zone_days(LAST_YEAR + 1, 1, 1) * DAY, local = 0;
  for (;;) {
    if (r->count == 0)
      return CALENDAR_RECUR_END;
    if (*budget == 0)
      return CALENDAR_RECUR_TIRED;
    (*budget)--;
    if (!next_of_set(r, &local)) {
      gint64 from = period_start(r);
      if (from >= stop || from >= last || from > r->until_local)
        return CALENDAR_RECUR_END;
      take_period(r, budget);
      continue;
    }
    if (local < r->start)
      continue;
    if (past_until(r, local))
      return CALENDAR_RECUR_END;
    if (local >= stop)
      return CALENDAR_RECUR_END;
    if (r->count > 0)
      r->count--;
    *ret = local;
    return CALENDAR_RECUR_FOUND;
  }
}
