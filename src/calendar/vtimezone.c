/* A calendar's own VTIMEZONE, made into changes of offset up to the year 2200. */
#include <string.h>

#include "guichet/base/clock.h"
#include "calendar/property.h"
#include "calendar/recur.h"
#include "calendar/vevent.h"

enum { LAST_YEAR = 2200, CHANGES_MAX = 4096 };

/* One STANDARD or DAYLIGHT. */
typedef struct {
  CalendarTime start;
  int from, to;
  gboolean has_from, has_to;
  char *rules[8];
  gsize n_rules;
  GArray *dates; /* CalendarTime */
} Observance;

typedef struct {
  int from;
  CalendarZoneChange change;
} Onset;

/* "+0100", "-033730" */
static gboolean
read_offset(const char *text, int *ret)
{
  gsize length = strlen(text);
  if ((length != 5 && length != 7) || (text[0] != '+' && text[0] != '-'))
    return FALSE;
  int part[3] = {0, 0, 0};
  for (gsize i = 1; i < length; i++) {
    if (!g_ascii_isdigit(text[i]))
      return FALSE;
    part[(i - 1) / 2] = part[(i - 1) / 2] * 10 + (text[i] - '0');
  }
  if (part[0] > 25 || part[1] > 59 || part[2] > 59)
    return FALSE;
  *ret = (text[0] == '-' ? -1 : 1) * (part[0] * 3600 + part[1] * 60 + part[2]);
  return TRUE;
}

static void
add_onset(GArray *onsets, const Observance *o, const CalendarTime *at)
{
  gint64 utc = at->kind == CALENDAR_TIME_ZONED ? at->local : at->local - o->from;
  Onset onset = {o->from, {utc, o->to}};
  if (onsets->len < CHANGES_MAX)
    g_array_append_val(onsets, onset);
}

static const char *
expand(const Observance *o, GArray *onsets)
{
  if (o->start.kind == CALENDAR_TIME_NONE || !o->has_from || !o->has_to)
    return "a STANDARD or DAYLIGHT in it lacks DTSTART, TZOFFSETFROM or TZOFFSETTO";
  guint64 budget = 100000;
  gint64 stop = calendar_zone_days(LAST_YEAR, 1, 1) * 86400, local = 0;
  CalendarTime at = o->start;
  CalendarZone *zone = calendar_zone_new("", o->from, NULL, 0);
  const char *why = NULL;
  add_onset(onsets, o, &at);
  for (gsize i = 0; i < o->n_rules && why == NULL; i++) {
    g_autoptr(CalendarRecur) recur = calendar_recur_new(o->rules[i], &o->start, zone, &why);
    while (recur != NULL &&
           calendar_recur_next(recur, stop, &budget, &local) == CALENDAR_RECUR_FOUND) {
      at.local = local;
      add_onset(onsets, o, &at);
    }
    if (why != NULL)
      why = "an RRULE in it cannot be read";
  }
  for (guint i = 0; i < o->dates->len; i++)
    add_onset(onsets, o, &g_array_index(o->dates, CalendarTime, i));
  calendar_zone_free(zone);
  return why;
}

static void
clear(Observance *o)
{
  for (gsize i = 0; i < o->n_rules; i++)
    g_free(o->rules[i]);
  GArray *dates = o->dates;
  g_array_set_size(dates, 0);
  *o = (Observance){.dates = dates};
}

static void
read_dates(Observance *o, char *value)
{
  for (char *text; (text = calendar_property_next(&value, ',')) != NULL;) {
    CalendarTime time;
    if (calendar_time_read(text, strlen(text), &time) && o->dates->len < CHANGES_MAX)
      g_array_append_val(o->dates, time);
  }
}

static void
read_line(Observance *o, const CalendarProperty *p)
{
  if (p->kind == CALENDAR_PROPERTY_DTSTART)
    calendar_time_read(p->value, strlen(p->value), &o->start);
  else if (p->kind == CALENDAR_PROPERTY_TZOFFSETFROM)
    o->has_from = read_offset(p->value, &o->from);
  else if (p->kind == CALENDAR_PROPERTY_TZOFFSETTO)
    o->has_to = read_offset(p->value, &o->to);
  else if (p->kind == CALENDAR_PROPERTY_RRULE && o->n_rules < G_N_ELEMENTS(o->rules))
    o->rules[o->n_rules++] = g_strdup(p->value);
  else if (p->kind == CALENDAR_PROPERTY_RDATE)
    read_dates(o, p->value);
}

static int
compare(gconstpointer a, gconstpointer b)
{
  const Onset *x = a, *y = b;
  return (x->change.at > y->change.at) - (x->change.at < y->change.at);
}

static CalendarZone *
build(const char *tzid, GArray *onsets, gsize *ret_changes)
{
  g_array_sort(onsets, compare);
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(CalendarZoneChange));
  for (guint i = 0; i < onsets->len; i++) {
    const Onset *onset = &g_array_index(onsets, Onset, i);
    if (i > 0 && g_array_index(onsets, Onset, i - 1).change.at == onset->change.at)
      g_array_set_size(changes, changes->len - 1); /* DTSTART and its RRULE's first are one */
    g_array_append_val(changes, onset->change);
  }
  *ret_changes = changes->len;
  return calendar_zone_new(tzid, g_array_index(onsets, Onset, 0).from,
                           (const CalendarZoneChange *)(const void *)changes->data, changes->len);
}

char *
calendar_vtimezone_id(const char *source)
{
  for (const char *p = source; p != NULL && *p != '\0';) {
    const char *stop = strchr(p, '\n');
    gsize length = stop != NULL ? (gsize)(stop - p) : strlen(p);
    if (calendar_property_kind(p, length) == CALENDAR_PROPERTY_TZID) {
      g_autofree char *line = g_strndup(p, length);
      CalendarProperty property;
      return calendar_property_split(line, &property)
                 ? g_strdup(calendar_property_text(property.value))
                 : NULL;
    }
    p = stop != NULL ? stop + 1 : NULL;
  }
  return NULL;
}

CalendarZone *
calendar_vtimezone_read(const char *source, gsize length, char **ret_tzid, gsize *ret_changes,
                        const char **ret_why)
{
  g_autoptr(GArray) onsets = g_array_new(FALSE, FALSE, sizeof(Onset));
  Observance o = {.dates = g_array_new(FALSE, FALSE, sizeof(CalendarTime))};
  g_autofree char *text = g_strndup(source, length);
  g_autofree char *tzid = calendar_vtimezone_id(source);
  char *rest = text;
  const char *why = tzid == NULL ? "it has no TZID" : NULL;
  while (rest != NULL && *rest != '\0' && why == NULL) {
    char *line = rest, *stop = strchr(rest, '\n');
    rest = stop != NULL ? stop + 1 : NULL;
    if (stop != NULL)
      *stop = '\0';
    CalendarProperty p;
    if (!calendar_property_split(line, &p))
      continue;
    if (p.kind == CALENDAR_PROPERTY_BEGIN)
      clear(&o);
    else if (p.kind == CALENDAR_PROPERTY_END)
      why = expand(&o, onsets);
    else
      read_line(&o, &p);
  }
  clear(&o);
  g_array_unref(o.dates);
  if (why == NULL && onsets->len == 0)
    why = "it has neither STANDARD nor DAYLIGHT";
  *ret_why = why;
  if (why != NULL)
    return NULL;
  CalendarZone *zone = build(tzid, onsets, ret_changes);
  *ret_tzid = g_steal_pointer(&tzid);
  return zone;
}
