/* Reads TZif, version 2 and up: 64-bit changes and a POSIX rule for the time after them. */
#include "calendar/tzif.h"

#include <string.h>

#include "guichet/base/file.h"

enum { TZIF_MAX = 1 << 20, LAST_YEAR = 2200 };

typedef struct {
  const guint8 *at, *end;
} Bytes;

static gint64
big_endian(const guint8 *p, int n)
{
  guint64 value = (p[0] & 0x80) != 0 ? ~(guint64)0 : 0;
  for (int i = 0; i < n; i++)
    value = value << 8 | p[i];
  return (gint64)value;
}

/* isutcnt isstdcnt leapcnt timecnt typecnt charcnt */
typedef struct {
  gint64 count[6];
} Header;

static gboolean
read_header(Bytes *b, Header *ret)
{
  if (b->end - b->at < 44 || memcmp(b->at, "TZif", 4) != 0 || b->at[4] < '2')
    return FALSE;
  for (int i = 0; i < 6; i++) {
    ret->count[i] = big_endian(b->at + 20 + 4 * i, 4);
    if (ret->count[i] < 0 || ret->count[i] > 65536)
      return FALSE;
  }
  b->at += 44;
  return TRUE;
}

static gsize
block_size(const Header *h, gsize width)
{
  const gint64 *n = h->count;
  return (gsize)n[3] * (width + 1) + (gsize)n[4] * 6 + (gsize)n[5] + (gsize)n[2] * (width + 4) +
         (gsize)n[1] + (gsize)n[0];
}

static gboolean
read_number(const char **p, int most, int *ret)
{
  int value = 0, digits = 0;
  for (; g_ascii_isdigit(**p) && digits < 4; (*p)++, digits++)
    value = value * 10 + (**p - '0');
  *ret = value;
  return digits > 0 && value <= most;
}

/* [+-]hh[:mm[:ss]] in seconds */
static gboolean
read_clock(const char **p, int *ret)
{
  int sign = **p == '-' ? -1 : 1, part[3] = {0, 0, 0};
  if (**p == '-' || **p == '+')
    (*p)++;
  for (int i = 0; i < 3; i++) {
    if (i > 0 && **p != ':')
      break;
    *p += i > 0;
    if (!read_number(p, i == 0 ? 167 : 59, &part[i]))
      return FALSE;
  }
  *ret = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
  return TRUE;
}

static gboolean
skip_name(const char **p)
{
  const char *from = *p;
  if (**p == '<') {
    const char *close = strchr(*p, '>');
    *p = close != NULL ? close + 1 : *p;
  } else {
    while (g_ascii_isalpha(**p))
      (*p)++;
  }
  return *p > from;
}

typedef struct {
  char kind; /* M, J or n */
  int month, week, day, time;
} Switch;

static gboolean
read_switch(const char **p, Switch *ret)
{
  if (*(*p)++ != ',')
    return FALSE;
  ret->kind = **p == 'M' || **p == 'J' ? *(*p)++ : 'n';
  gboolean good = TRUE;
  if (ret->kind == 'M')
    good = read_number(p, 12, &ret->month) && *(*p)++ == '.' && read_number(p, 5, &ret->week) &&
           *(*p)++ == '.' && read_number(p, 6, &ret->day) && ret->month > 0 && ret->week > 0;
  else
    good = read_number(p, 365, &ret->day);
  ret->time = 7200;
  if (good && **p == '/') {
    (*p)++;
    good = read_clock(p, &ret->time);
  }
  return good;
}

/* Local seconds of the switch in a year. */
static gint64
switch_at(const Switch *s, int year)
{
  gint64 day;
  if (s->kind == 'M') {
    gint64 first = calendar_zone_days(year, s->month, 1);
    gint64 next = s->month == 12 ? calendar_zone_days(year + 1, 1, 1)
                                 : calendar_zone_days(year, s->month + 1, 1);
    int weekday = (int)(((first + 4) % 7 + 7) % 7);
    day = first + (s->day - weekday + 7) % 7 + 7 * (s->week - 1);
    while (day >= next)
      day -= 7;
  } else {
    gboolean leap = calendar_zone_days(year, 3, 1) - calendar_zone_days(year, 2, 1) == 29;
    day = calendar_zone_days(year, 1, 1) + s->day;
    if (s->kind == 'J' && !(leap && s->day >= 60))
      day--;
  }
  return day * 86400 + s->time;
}

gboolean
calendar_tzif_rule(const char *rule, gint64 since, int last, GArray *changes)
{
  const char *p = rule;
  int standard, summer;
  if (!skip_name(&p) || !read_clock(&p, &standard))
    return FALSE;
  standard = -standard;
  if (*p == '\0')
    return TRUE;
  Switch s[2];
  summer = standard + 3600;
  if (!skip_name(&p))
    return FALSE;
  if (*p != ',') {
    if (!read_clock(&p, &summer))
      return FALSE;
    summer = -summer;
  }
  if (!read_switch(&p, &s[0]) || !read_switch(&p, &s[1]))
    return FALSE;
  int year, month, day;
  calendar_zone_civil(since / 86400, &year, &month, &day);
  for (year = MAX(year, 1900); year <= last; year++) {
    CalendarZoneChange on = {switch_at(&s[0], year) - standard, summer};
    CalendarZoneChange off = {switch_at(&s[1], year) - summer, standard};
    const CalendarZoneChange *order[2] = {&on, &off};
    if (off.at < on.at) {
      order[0] = &off;
      order[1] = &on;
    }
    for (int i = 0; i < 2; i++)
      if (order[i]->at > since)
        g_array_append_vals(changes, order[i], 1);
  }
  return TRUE;
}

static CalendarZone *
read_block(const char *name, const Bytes *b, const Header *h)
{
  gsize times = (gsize)h->count[3], types = (gsize)h->count[4];
  const guint8 *at = b->at, *kind = at + 8 * times, *type = kind + times;
  if (types == 0)
    return NULL;
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(CalendarZoneChange));
  for (gsize i = 0; i < times; i++) {
    if (kind[i] >= types)
      return NULL;
    CalendarZoneChange c = {big_endian(at + 8 * i, 8), (int)big_endian(type + 6 * kind[i], 4)};
    if (c.at >= -((gint64)1 << 40))
      g_array_append_val(changes, c);
  }
  const char *footer = (const char *)b->at + block_size(h, 8), *end = (const char *)b->end;
  if (footer < end && *footer == '\n') {
    const char *stop = memchr(footer + 1, '\n', (gsize)(end - footer - 1));
    g_autofree char *rule = stop != NULL ? g_strndup(footer + 1, (gsize)(stop - footer - 1)) : NULL;
    gint64 since = changes->len > 0
                       ? g_array_index(changes, CalendarZoneChange, changes->len - 1).at
                       : -((gint64)1 << 31);
    if (rule != NULL)
      calendar_tzif_rule(rule, since, LAST_YEAR, changes);
  }
  return calendar_zone_new(name, (int)big_endian(type, 4),
                           (const CalendarZoneChange *)(const void *)changes->data, changes->len);
}

/* Only what a zone's name is made of: this becomes a path. */
static gboolean
is_name(const char *name)
{
  if (!g_ascii_isalpha(name[0]) || strlen(name) > 100 || strstr(name, "//") != NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && strchr("/_+-", *p) == NULL)
      return FALSE;
  return name[strlen(name) - 1] != '/' && !g_str_has_prefix(name, "right/");
}

CalendarZone *
calendar_tzif_load(const char *name)
{
  if (!is_name(name))
    return NULL;
  const char *folder = g_getenv("TZDIR");
  g_autofree char *path =
      g_build_filename(folder != NULL ? folder : "/usr/share/zoneinfo", name, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) ||
      !base_file_read(path, TZIF_MAX, &bytes, &length, NULL))
    return NULL;
  Bytes b = {(const guint8 *)bytes, (const guint8 *)bytes + length};
  Header h;
  if (!read_header(&b, &h) || (gsize)(b.end - b.at) < block_size(&h, 4))
    return NULL;
  b.at += block_size(&h, 4);
  if (!read_header(&b, &h) || (gsize)(b.end - b.at) < block_size(&h, 8))
    return NULL;
  return read_block(name, &b, &h);
}
