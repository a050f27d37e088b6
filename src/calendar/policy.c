/* See guichet/calendar/policy.h. */
#include "guichet/calendar/policy.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/calendar/event.h"

enum { FILE_MAX = 256 << 10, DAY = 86400, SEARCH_DAYS = 60, NAME_MAX_BYTES = 200 };

/* A section as it stands; what it leaves out is filled from the one above it. */
typedef struct {
  char *kind, *language; /* kind folded; language NULL for all */
  CalendarPolicyRule rule;
  gboolean has_offsets, has_channels;
} Section;

struct CalendarPolicy {
  const CalendarZone *zone;
  gboolean zoned;     /* the file names one */
  gint64 open, close; /* seconds of the day */
  guint quiet_days;   /* bit n: weekday n from Monday */
  GHashTable *holidays;
  char *holiday_calendar; /* NULL none */
  gint64 earliest, latest;
  guint cap;
  gboolean merge;
  GPtrArray *sections;
};

static void
section_free(gpointer data)
{
  Section *s = data;
  g_free(s->kind);
  g_free(s->language);
  g_free((char *)(guintptr)s->rule.template);
  for (gsize i = 0; i < s->rule.n_channels; i++)
    g_free((char *)(guintptr)s->rule.channels[i]);
  g_free(s);
}

void
calendar_policy_free(CalendarPolicy *p)
{
  if (p == NULL)
    return;
  g_hash_table_unref(p->holidays);
  g_ptr_array_unref(p->sections);
  g_free(p->holiday_calendar);
  g_free(p);
}

static gboolean
refuse(const char *name, const char *group, const char *key, const char *may, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, _("%s: [%s] %s: it may be %s"), name, group,
              key, may);
  return FALSE;
}

/* "7d", "48h", "90m" in microseconds */
static gboolean
read_span(const char *text, gint64 *ret)
{
  char *end = NULL;
  gint64 n = g_ascii_strtoll(text, &end, 10), unit = 0;
  if (end != text && n >= 0 && n <= 100000 && end[0] != '\0' && end[1] == '\0')
    unit = *end == 'd'   ? BASE_CLOCK_DAY
           : *end == 'h' ? BASE_CLOCK_HOUR
           : *end == 'm' ? BASE_CLOCK_MINUTE
                         : 0;
  if (unit == 0)
    return FALSE;
  *ret = n * unit;
  return TRUE;
}

static gboolean
read_hour(const char *text, gint64 *ret)
{
  gsize length = strlen(text);
  for (gsize i = 0; i < length; i++)
    if (i == 2 ? text[i] != ':' : !g_ascii_isdigit(text[i]))
      return FALSE;
  if (length != 5)
    return FALSE;
  int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  *ret = hour * 3600 + minute * 60;
  return hour <= 24 && minute <= 59 && *ret <= DAY;
}

static gboolean
read_open(CalendarPolicy *p, const char *text)
{
  g_auto(GStrv) part = g_strsplit(text, "-", 2);
  return g_strv_length(part) == 2 && read_hour(g_strstrip(part[0]), &p->open) &&
         read_hour(g_strstrip(part[1]), &p->close) && p->open < p->close;
}

static gboolean
read_days(CalendarPolicy *p, char **list, gsize n)
{
  static const char *const DAYS[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  p->quiet_days = 0;
  for (gsize i = 0; i < n; i++) {
    gsize d = 0;
    while (d < 7 && g_ascii_strcasecmp(list[i], DAYS[d]) != 0)
      d++;
    if (d == 7)
      return FALSE;
    p->quiet_days |= 1u << d;
  }
  return p->quiet_days != 0x7f; /* some day must be left */
}

static gboolean
read_holidays(CalendarPolicy *p, char **list, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    g_auto(GStrv) part = g_strsplit(list[i], "-", 4);
    g_autofree char *joined = g_strjoinv("", part);
    CalendarTime day;
    if (!calendar_time_read(joined, strlen(joined), &day) || day.kind != CALENDAR_TIME_DATE)
      return FALSE;
    calendar_policy_add_holiday(p, day.local / DAY);
  }
  return TRUE;
}

static gboolean
read_clinic(CalendarPolicy *p, GKeyFile *file, const char *name, const char *key, GError **error)
{
  g_autofree char *value = g_key_file_get_string(file, "clinic", key, NULL);
  gsize n = 0;
  g_auto(GStrv) list = g_key_file_get_string_list(file, "clinic", key, &n, NULL);
  if (value == NULL)
    return refuse(name, "clinic", key, _("text"), error);
  if (strcmp(key, "zone") == 0) {
    p->zone = calendar_zone_find(value);
    p->zoned = TRUE;
    return p->zone != NULL ||
           refuse(name, "clinic", key, _("a time zone, such as Europe/Paris"), error);
  }
  if (strcmp(key, "open") == 0)
    return read_open(p, value) || refuse(name, "clinic", key, _("as in 08:00-20:00"), error);
  if (strcmp(key, "quiet-days") == 0)
    return read_days(p, list, n) ||
           refuse(name, "clinic", key, _("some of MO;TU;WE;TH;FR;SA;SU, not all"), error);
  if (strcmp(key, "holidays") == 0)
    return read_holidays(p, list, n) ||
           refuse(name, "clinic", key, _("dates, as in 2026-12-25;2027-01-01"), error);
  if (strcmp(key, "holiday-calendar") == 0) {
    g_free(p->holiday_calendar);
    p->holiday_calendar = *value != '\0' ? g_strdup(value) : NULL;
    return strlen(value) <= NAME_MAX_BYTES ||
           refuse(name, "clinic", key, _("the name of a calendar"), error);
  }
  if (strcmp(key, "earliest") == 0 || strcmp(key, "latest") == 0)
    return read_span(value, key[0] == 'e' ? &p->earliest : &p->latest) ||
           refuse(name, "clinic", key, _("a time, as in 7d, 48h or 90m"), error);
  if (strcmp(key, "cap") == 0) {
    gint64 cap = g_ascii_strtoll(value, NULL, 10);
    p->cap = (guint)CLAMP(cap, 0, 100);
    return p->cap > 0 || refuse(name, "clinic", key, _("a number from 1 to 100"), error);
  }
  if (strcmp(key, "merge") == 0) {
    p->merge = strcmp(value, "true") == 0;
    return p->merge || strcmp(value, "false") == 0 ||
           refuse(name, "clinic", key, _("true or false"), error);
  }
  return refuse(name, "clinic", key,
                _("one of zone, open, quiet-days, holidays, holiday-calendar, earliest, latest, "
                  "cap, merge"),
                error);
}

static int
longest_first(gconstpointer a, gconstpointer b)
{
  const CalendarPolicyOffset *p = a, *q = b;
  return (p->span < q->span) - (p->span > q->span);
}

static gboolean
read_offsets(Section *s, char **list, gsize n)
{
  if (n > CALENDAR_POLICY_OFFSETS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    CalendarPolicyOffset *o = &s->rule.offsets[i];
    if (!read_span(g_strstrip(list[i]), &o->span) || strlen(list[i]) >= sizeof o->name)
      return FALSE;
    o->days = list[i][strlen(list[i]) - 1] == 'd';
    g_strlcpy(o->name, list[i], sizeof o->name);
  }
  s->rule.n_offsets = n;
  s->has_offsets = TRUE;
  if (n > 0)
    qsort(s->rule.offsets, n, sizeof s->rule.offsets[0], longest_first);
  return TRUE;
}

static gboolean
is_word(const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && *p != '-' && *p != '_')
      return FALSE;
  return *text != '\0' && strlen(text) <= 64;
}

static gboolean
read_channels(Section *s, char **list, gsize n)
{
  if (n == 0 || n > CALENDAR_POLICY_CHANNELS_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    if (!is_word(g_strstrip(list[i])))
      return FALSE;
    s->rule.channels[s->rule.n_channels++] = g_strdup(list[i]);
  }
  s->has_channels = TRUE;
  return TRUE;
}

static gboolean
read_setting(Section *s, GKeyFile *file, const char *name, const char *group, const char *key,
             GError **error)
{
  gsize n = 0;
  g_auto(GStrv) list = g_key_file_get_string_list(file, group, key, &n, NULL);
  if (strcmp(key, "offsets") == 0)
    return (list != NULL && read_offsets(s, list, n)) ||
           refuse(name, group, key, _("at most eight times, as in 7d;48h;2h"), error);
  if (strcmp(key, "channels") == 0)
    return (list != NULL && read_channels(s, list, n)) ||
           refuse(name, group, key, _("one to four of mail, print, folder"), error);
  if (strcmp(key, "template") == 0 && list != NULL && n == 1 && is_word(list[0])) {
    s->rule.template = g_strdup(list[0]);
    return TRUE;
  }
  return refuse(name, group, key,
                _("offsets, channels or template (a name of letters, digits and -)"), error);
}

/* "kind vaccination fr": the last word is a language where it is two small letters. */
static gboolean
read_kind(CalendarPolicy *p, GKeyFile *file, const char *name, const char *group, GError **error)
{
  Section *s = g_new0(Section, 1);
  g_ptr_array_add(p->sections, s);
  g_autofree char *title = g_strstrip(g_strdup(group + strlen("kind ")));
  char *space = strrchr(title, ' ');
  if (space != NULL && g_ascii_islower(space[1]) && g_ascii_islower(space[2]) && space[3] == '\0') {
    s->language = g_strdup(space + 1);
    *space = '\0';
  }
  s->kind = base_text_fold(title);
  s->rule.kind = s->kind;
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
  for (char **key = keys; *key != NULL; key++)
    if (!read_setting(s, file, name, group, *key, error))
      return FALSE;
  return TRUE;
}

static const Section *
find(const CalendarPolicy *p, const char *kind, const char *language)
{
  for (guint i = 0; i < p->sections->len; i++) {
    const Section *s = p->sections->pdata[i];
    if (strcmp(s->kind, kind) == 0 && g_strcmp0(s->language, language) == 0)
      return s;
  }
  return NULL;
}

static void
inherit(Section *s, const Section *from)
{
  if (from == NULL || from == s)
    return;
  if (!s->has_offsets && from->has_offsets) {
    memcpy(s->rule.offsets, from->rule.offsets, sizeof s->rule.offsets);
    s->rule.n_offsets = from->rule.n_offsets;
    s->has_offsets = TRUE;
  }
  if (!s->has_channels && from->has_channels) {
    for (gsize i = 0; i < from->rule.n_channels; i++)
      s->rule.channels[i] = g_strdup(from->rule.channels[i]);
    s->rule.n_channels = from->rule.n_channels;
    s->has_channels = TRUE;
  }
  if (s->rule.template == NULL)
    s->rule.template = g_strdup(from->rule.template);
}

static gboolean
read_groups(CalendarPolicy *p, GKeyFile *file, const char *name, GError **error)
{
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group != NULL; group++) {
    if (g_str_has_prefix(*group, "kind ")) {
      if (!read_kind(p, file, name, *group, error))
        return FALSE;
      continue;
    }
    if (strcmp(*group, "clinic") != 0)
      return refuse(name, *group, "", _("[clinic] or [kind …]"), error);
    g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
    for (char **key = keys; *key != NULL; key++)
      if (!read_clinic(p, file, name, *key, error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
complete(CalendarPolicy *p, const char *name, GError **error)
{
  const Section *base = find(p, "default", NULL);
  if (base == NULL || !base->has_offsets || !base->has_channels || base->rule.template == NULL)
    return refuse(name, "kind default", "offsets, channels, template", _("left out nowhere"),
                  error);
  for (guint i = 0; i < p->sections->len; i++) {
    Section *s = p->sections->pdata[i];
    inherit(s, find(p, s->kind, NULL));
    inherit(s, s->language != NULL ? find(p, "default", s->language) : NULL);
    inherit(s, base);
  }
  return TRUE;
}

gboolean
calendar_policy_parse(const char *name, const char *text, gsize length, CalendarPolicy **ret,
                      GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) why = NULL;
  if (!g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, &why)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "%s: %s", name, why->message);
    return FALSE;
  }
  g_autoptr(CalendarPolicy) p = g_new0(CalendarPolicy, 1);
  p->zone = calendar_zone_utc();
  p->open = 8 * 3600;
  p->close = 20 * 3600;
  p->earliest = 60 * BASE_CLOCK_DAY;
  p->cap = 1;
  p->merge = TRUE;
  p->holidays = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  p->sections = g_ptr_array_new_with_free_func(section_free);
  if (!read_groups(p, file, name, error) || !complete(p, name, error))
    return FALSE;
  *ret = g_steal_pointer(&p);
  return TRUE;
}

gboolean
calendar_policy_load(const char *path, CalendarPolicy **ret, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  return base_file_read(path, FILE_MAX, &text, &length, error) &&
         calendar_policy_parse(path, text, length, ret, error);
}

void
calendar_policy_default_zone(CalendarPolicy *p, const CalendarZone *zone)
{
  if (!p->zoned)
    p->zone = zone;
}

const CalendarZone *
calendar_policy_zone(const CalendarPolicy *p)
{
  return p->zone;
}

gint64
calendar_policy_earliest(const CalendarPolicy *p)
{
  return p->earliest;
}

gint64
calendar_policy_latest(const CalendarPolicy *p)
{
  return p->latest;
}

gint64
calendar_policy_reach(const CalendarPolicy *p)
{
  gint64 reach = 0;
  for (guint i = 0; i < p->sections->len; i++) {
    const Section *s = p->sections->pdata[i];
    for (gsize k = 0; k < s->rule.n_offsets; k++)
      reach = MAX(reach, s->rule.offsets[k].span);
  }
  return reach;
}

guint
calendar_policy_cap(const CalendarPolicy *p)
{
  return p->cap;
}

gboolean
calendar_policy_merge(const CalendarPolicy *p)
{
  return p->merge;
}

const char *
calendar_policy_kind(const CalendarPolicy *p, const char *const *categories)
{
  for (gsize i = 0; categories != NULL && categories[i] != NULL; i++) {
    g_autofree char *folded = base_text_fold(categories[i]);
    for (guint n = 0; n < p->sections->len; n++) {
      const Section *s = p->sections->pdata[n];
      if (strcmp(s->kind, folded) == 0)
        return s->kind;
    }
  }
  return "default";
}

const CalendarPolicyRule *
calendar_policy_rule(const CalendarPolicy *p, const char *kind, const char *language)
{
  const Section *s = language != NULL ? find(p, kind, language) : NULL;
  if (s == NULL)
    s = find(p, kind, NULL);
  if (s == NULL && language != NULL)
    s = find(p, "default", language);
  return s != NULL ? &s->rule : &find(p, "default", NULL)->rule;
}

const char *
calendar_policy_holiday_calendar(const CalendarPolicy *p)
{
  return p->holiday_calendar;
}

void
calendar_policy_add_holiday(CalendarPolicy *p, gint64 day)
{
  gint64 *key = g_new(gint64, 1);
  *key = day;
  g_hash_table_add(p->holidays, key);
}

static gboolean
quiet_day(const CalendarPolicy *p, gint64 day)
{
  int weekday = (int)(((day + 3) % 7 + 7) % 7);
  return (p->quiet_days >> weekday & 1) != 0 || g_hash_table_contains(p->holidays, &day);
}

gint64
calendar_policy_open(const CalendarPolicy *p, gint64 at)
{
  gint64 local = calendar_zone_local(p->zone, at);
  gint64 day = local / DAY - (local % DAY < 0), clock = local - day * DAY;
  if (!quiet_day(p, day) && clock >= p->open && clock < p->close)
    return at;
  if (clock < p->open || quiet_day(p, day))
    day--;
  for (int i = 0; i < SEARCH_DAYS && quiet_day(p, day); i++)
    day--;
  gint64 found = calendar_zone_instant(p->zone, day * DAY + p->close - 60);
  return MIN(found, at);
}

gint64
calendar_policy_next(const CalendarPolicy *p, gint64 at)
{
  gint64 local = calendar_zone_local(p->zone, at);
  gint64 day = local / DAY - (local % DAY < 0), clock = local - day * DAY;
  if (!quiet_day(p, day) && clock >= p->open && clock < p->close)
    return at;
  if (clock >= p->open)
    day++;
  for (int i = 0; i < SEARCH_DAYS && quiet_day(p, day); i++)
    day++;
  return MAX(calendar_zone_instant(p->zone, day * DAY + p->open), at);
}
