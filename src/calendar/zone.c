/* See guichet/calendar/zone.h. */
#include "guichet/calendar/zone.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "calendar/tzif.h"

struct CalendarZone {
  char *name;
  int first; /* offset before any change */
  gsize n;
  gint64 *at;   /* UTC seconds of each change */
  gint64 *wall; /* local seconds from which the offset after it holds */
  int *offset;  /* after it */
};

typedef struct {
  const char *windows, *iana;
} WindowsName;

static const WindowsName WINDOWS_NAMES[] = {
#define WINDOWS(windows, iana) {windows, iana},
#include "calendar/windows.def"
#undef WINDOWS
};

static GMutex lock;
static GHashTable *known; /* name → CalendarZone, or NULL for a name that is none */

gint64
calendar_zone_days(int year, int month, int day)
{
  gint64 y = month <= 2 ? (gint64)year - 1 : year;
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 yoe = y - era * 400, doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void
calendar_zone_civil(gint64 days, int *ret_year, int *ret_month, int *ret_day)
{
  gint64 z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int doy = (int)(doe - (365 * yoe + yoe / 4 - yoe / 100)), mp = (5 * doy + 2) / 153;
  int month = mp < 10 ? mp + 3 : mp - 9;
  *ret_year = (int)(yoe + era * 400) + (month <= 2);
  *ret_month = month;
  *ret_day = doy - (153 * mp + 2) / 5 + 1;
}

CalendarZone *
calendar_zone_new(const char *name, int first, const CalendarZoneChange *changes, gsize n)
{
  CalendarZone *zone = g_new0(CalendarZone, 1);
  zone->name = g_strdup(name);
  zone->first = first;
  zone->n = n;
  zone->at = g_new(gint64, n + 1);
  zone->wall = g_new(gint64, n + 1);
  zone->offset = g_new(int, n + 1);
  for (gsize i = 0; i < n; i++) {
    zone->at[i] = changes[i].at;
    zone->offset[i] = changes[i].offset;
    zone->wall[i] = changes[i].at + MAX(i > 0 ? changes[i - 1].offset : first, changes[i].offset);
  }
  return zone;
}

void
calendar_zone_free(CalendarZone *zone)
{
  if (zone == NULL)
    return;
  g_free(zone->name);
  g_free(zone->at);
  g_free(zone->wall);
  g_free(zone->offset);
  g_free(zone);
}

const char *
calendar_zone_name(const CalendarZone *zone)
{
  return zone->name;
}

/* How many of the ascending `times` are at or before t. */
static gsize
rank(const CalendarZone *zone, const gint64 *times, gint64 t)
{
  gsize low = 0, high = zone->n;
  while (low < high) {
    gsize middle = (low + high) / 2;
    if (times[middle] <= t)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static gint64
seconds(gint64 instant)
{
  gint64 s = instant / BASE_CLOCK_SECOND;
  return s - (instant % BASE_CLOCK_SECOND < 0);
}

int
calendar_zone_offset(const CalendarZone *zone, gint64 instant)
{
  gsize i = rank(zone, zone->at, seconds(instant));
  return i == 0 ? zone->first : zone->offset[i - 1];
}

int
calendar_zone_offset_local(const CalendarZone *zone, gint64 local)
{
  gsize i = rank(zone, zone->wall, local);
  return i == 0 ? zone->first : zone->offset[i - 1];
}

gint64
calendar_zone_instant(const CalendarZone *zone, gint64 local)
{
  return (local - calendar_zone_offset_local(zone, local)) * BASE_CLOCK_SECOND;
}

gint64
calendar_zone_local(const CalendarZone *zone, gint64 instant)
{
  return seconds(instant) + calendar_zone_offset(zone, instant);
}

const CalendarZone *
calendar_zone_utc(void)
{
  static gsize once;
  static CalendarZone *utc;
  if (g_once_init_enter(&once)) {
    utc = calendar_zone_new("UTC", 0, NULL, 0);
    g_once_init_leave(&once, 1);
  }
  return utc;
}

/* "UTC+01:00", "GMT-0530", "UTC+1" as Exchange writes them; not "Etc/GMT-1". */
static gboolean
read_offset(const char *name, int *ret)
{
  if (!g_str_has_prefix(name, "UTC") && !g_str_has_prefix(name, "GMT"))
    return FALSE;
  const char *p = name + 3;
  int sign = *p == '-' ? -1 : 1, digits = 0, value = 0, minutes = 0;
  if (*p != '+' && *p != '-')
    return FALSE;
  for (p++; g_ascii_isdigit(*p) && digits < 4; p++, digits++)
    value = value * 10 + (*p - '0');
  if (digits == 0 || digits == 3)
    return FALSE;
  if (digits == 4) {
    minutes = value % 100;
    value /= 100;
  } else if (*p == ':' && g_ascii_isdigit(p[1]) && g_ascii_isdigit(p[2])) {
    minutes = (p[1] - '0') * 10 + p[2] - '0';
    p += 3;
  }
  if (*p != '\0' || value > 18 || minutes > 59)
    return FALSE;
  *ret = sign * (value * 3600 + minutes * 60);
  return TRUE;
}

static CalendarZone *
load(const char *name)
{
  int offset = 0;
  if (strcmp(name, "Z") == 0)
    return calendar_zone_new("UTC", 0, NULL, 0);
  if (read_offset(name, &offset))
    return calendar_zone_new(name, offset, NULL, 0);
  for (const char *p = name; p != NULL; p = strchr(p, '/')) {
    p += *p == '/';
    CalendarZone *zone = calendar_tzif_load(p);
    if (zone != NULL)
      return zone;
  }
  return NULL;
}

const CalendarZone *
calendar_zone_find_iana(const char *name)
{
  if (name == NULL || *name == '\0' || strlen(name) > 200)
    return NULL;
  if (strcmp(name, "UTC") == 0)
    return calendar_zone_utc();
  g_mutex_lock(&lock);
  if (known == NULL)
    known = g_hash_table_new(g_str_hash, g_str_equal);
  gpointer zone = NULL;
  /* names that are none are remembered too, but not without end */
  if (!g_hash_table_lookup_extended(known, name, NULL, &zone)) {
    CalendarZone *made = load(name);
    zone = made;
    if (made != NULL || g_hash_table_size(known) < 4096)
      g_hash_table_insert(known, g_strdup(name), made);
  }
  g_mutex_unlock(&lock);
  return zone;
}

const CalendarZone *
calendar_zone_find(const char *name)
{
  const CalendarZone *zone = calendar_zone_find_iana(name);
  for (gsize i = 0; zone == NULL && name != NULL && i < G_N_ELEMENTS(WINDOWS_NAMES); i++)
    if (g_ascii_strcasecmp(name, WINDOWS_NAMES[i].windows) == 0)
      return calendar_zone_find_iana(WINDOWS_NAMES[i].iana);
  return zone;
}
