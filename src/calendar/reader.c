/* See guichet/calendar/reader.h. */
#include "guichet/calendar/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "calendar/lines.h"
#include "calendar/property.h"
#include "calendar/vevent.h"

enum {
  SOURCE_MAX = 4 << 20,
  WAITING_MAX = 8 << 20,
  CHANGES_MAX = 200000,
  ZONES_MAX = 1 << 20,
  REPORTS_MAX = 1000,
  SAID_MAX = 16,
};

typedef enum { IN_NOTHING, IN_EVENT, IN_ZONE, IN_OTHER } Where;

/* A VEVENT whose TZID may yet be explained. */
typedef struct {
  char *source;
  gsize length;
  guint line;
  CalendarMethod method;
} Waiting;

struct CalendarReader {
  CalendarEventFunc event;
  CalendarProblemFunc problem;
  gpointer data;
  CalendarLines lines;
  CalendarVevent *work;
  Where where;
  guint nested;       /* components open inside the one that is read */
  guint begun;        /* its first line */
  GString *source;    /* its lines kept */
  const char *broken; /* why it cannot be taken */
  gboolean in_calendar, any, stopped;
  guint calendar_line;
  CalendarMethod method;
  GHashTable *own;   /* TZID → CalendarZone, of this VCALENDAR */
  GPtrArray *zones;  /* all of them, for as long as the reader */
  gsize changes;     /* in them */
  GHashTable *texts; /* TZID → VTIMEZONE, of `own` */
  gsize text_size;   /* of all that ever were */
  GHashTable *found; /* TZID → zone by IANA name, or NULL: asked once */
  GHashTable *unknown;
  GArray *waiting;
  gsize waiting_size;
  gboolean last_call; /* no VTIMEZONE comes any more */
  const CalendarZone *zone;
  char *name;
  guint64 events, problems;
  const char *said[SAID_MAX];
  guint n_said;
};

CalendarReader *
calendar_reader_new(CalendarEventFunc event, CalendarProblemFunc problem, gpointer data)
{
  CalendarReader *r = g_new0(CalendarReader, 1);
  r->event = event;
  r->problem = problem;
  r->data = data;
  r->work = calendar_vevent_new();
  r->source = g_string_sized_new(4096);
  r->own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  r->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  r->zones = g_ptr_array_new();
  r->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  r->unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  r->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
  return r;
}

static void
drop_waiting(CalendarReader *r)
{
  for (guint i = 0; i < r->waiting->len; i++)
    g_free(g_array_index(r->waiting, Waiting, i).source);
  g_array_set_size(r->waiting, 0);
  r->waiting_size = 0;
}

void
calendar_reader_free(CalendarReader *r)
{
  if (r == NULL)
    return;
  drop_waiting(r);
  g_array_unref(r->waiting);
  if (r->lines.text != NULL)
    calendar_lines_clear(&r->lines);
  calendar_vevent_free(r->work);
  g_string_free(r->source, TRUE);
  g_hash_table_unref(r->own);
  g_hash_table_unref(r->texts);
  g_hash_table_unref(r->found);
  g_hash_table_unref(r->unknown);
  for (guint i = 0; i < r->zones->len; i++)
    calendar_zone_free(r->zones->pdata[i]);
  g_ptr_array_unref(r->zones);
  g_free(r->name);
  g_free(r);
}

static void
report(CalendarReader *r, guint line, const char *component, const char *message)
{
  CalendarProblem problem = {line, component, message};
  if (r->problems++ < REPORTS_MAX && r->problem != NULL)
    r->problem(&problem, r->data);
}

static void
say(const char *message, gpointer data)
{
  CalendarReader *r = data;
  for (guint i = 0; i < r->n_said; i++)
    if (r->said[i] == message)
      return;
  if (r->n_said < SAID_MAX)
    r->said[r->n_said++] = message;
}

/* --- zones */

static gboolean
look_up(GHashTable *table, const char *key, const CalendarZone **ret)
{
  gpointer value = NULL;
  gboolean there = g_hash_table_lookup_extended(table, key, NULL, &value);
  *ret = value;
  return there;
}

static const CalendarZone *
find_iana(CalendarReader *r, const char *tzid)
{
  const CalendarZone *zone = NULL;
  if (look_up(r->found, tzid, &zone))
    return zone;
  zone = calendar_zone_find_iana(tzid);
  if (g_hash_table_size(r->found) < 1024)
    g_hash_table_insert(r->found, g_strdup(tzid), (gpointer)(guintptr)zone);
  return zone;
}

static const CalendarZone *
resolve(const char *tzid, gboolean *ret_wait, gpointer data)
{
  CalendarReader *r = data;
  const CalendarZone *zone = find_iana(r, tzid);
  if (zone != NULL || look_up(r->own, tzid, &zone))
    return zone;
  if (!r->last_call) {
    *ret_wait = TRUE;
    return NULL;
  }
  zone = calendar_zone_find(tzid);
  if (zone == NULL)
    say("it has a TZID that neither this file nor the system knows: "
        "that time is read as floating",
        r);
  return zone;
}

/* The lines kept, as a component again: which of STANDARD and DAYLIGHT a part was does not matter.
 */
static char *
zone_text(const char *source)
{
  GString *text = g_string_new("BEGIN:VTIMEZONE\n");
  g_string_append(text, source);
  g_string_replace(text, "BEGIN:X\n", "BEGIN:STANDARD\n", 0);
  g_string_replace(text, "END:X\n", "END:STANDARD\n", 0);
  g_string_append(text, "END:VTIMEZONE\n");
  return g_string_free(text, FALSE);
}

static void
end_zone(CalendarReader *r)
{
  const char *why = NULL;
  g_autofree char *tzid = calendar_vtimezone_id(r->source->str);
  if (tzid != NULL && find_iana(r, tzid) != NULL)
    return;
  g_free(g_steal_pointer(&tzid));
  gsize changes = 0;
  CalendarZone *zone = NULL;
  if (r->changes >= CHANGES_MAX || r->text_size + r->source->len > ZONES_MAX)
    why = "the file has more time zones than any calendar needs: this one is passed over";
  else
    zone = calendar_vtimezone_read(r->source->str, r->source->len, &tzid, &changes, &why);
  if (zone == NULL) {
    report(r, r->begun, "VTIMEZONE", why);
    return;
  }
  r->changes += changes + 16;
  g_ptr_array_add(r->zones, zone);
  r->text_size += r->source->len;
  g_hash_table_replace(r->texts, g_strdup(tzid), zone_text(r->source->str));
  g_hash_table_replace(r->own, g_steal_pointer(&tzid), zone);
}

/* --- events */

static CalendarVeventEnd
take(CalendarReader *r, const char *source, gsize length, guint line, CalendarMethod method)
{
  const CalendarVeventAsk ask = {resolve, say, r};
  const CalendarEvent *event = NULL;
  const char *why = NULL;
  r->n_said = 0;
  CalendarVeventEnd end =
      calendar_vevent_read(r->work, source, length, line, method, &ask, &event, &why);
  if (end == CALENDAR_VEVENT_WAIT)
    return end;
  for (guint i = 0; i < r->n_said; i++)
    report(r, line, "VEVENT", r->said[i]);
  if (end == CALENDAR_VEVENT_BAD) {
    report(r, line, "VEVENT", why);
    return end;
  }
  r->events++;
  if (!r->event(event, r->data))
    r->stopped = TRUE;
  return end;
}

/* No more VTIMEZONE for those that wait. */
static void
end_waiting(CalendarReader *r)
{
  r->last_call = TRUE;
  for (guint i = 0; i < r->waiting->len && !r->stopped; i++) {
    const Waiting *w = &g_array_index(r->waiting, Waiting, i);
    take(r, w->source, w->length, w->line, w->method);
  }
  r->last_call = FALSE;
  drop_waiting(r);
}

static void
end_event(CalendarReader *r)
{
  if (r->broken != NULL) {
    report(r, r->begun, "VEVENT", r->broken);
    return;
  }
  if (take(r, r->source->str, r->source->len, r->begun, r->method) != CALENDAR_VEVENT_WAIT)
    return;
  Waiting w = {g_strndup(r->source->str, r->source->len), r->source->len, r->begun, r->method};
  g_array_append_val(r->waiting, w);
  r->waiting_size += w.length + sizeof w;
  if (r->waiting_size > WAITING_MAX)
    end_waiting(r);
}

/* --- components */

static CalendarMethod
read_method(const char *value)
{
  static const char *const NAMES[] = {"PUBLISH", "REQUEST", "REPLY", "CANCEL"};
  for (gsize i = 0; i < G_N_ELEMENTS(NAMES); i++)
    if (g_ascii_strcasecmp(value, NAMES[i]) == 0)
      return (CalendarMethod)(CALENDAR_METHOD_PUBLISH + i);
  return CALENDAR_METHOD_OTHER;
}

static void
unclosed(CalendarReader *r)
{
  if (r->where == IN_EVENT)
    report(r, r->begun, "VEVENT", "it has no END: it is passed over");
  else if (r->where == IN_ZONE)
    report(r, r->begun, "VTIMEZONE", "it has no END: it is passed over");
  r->where = IN_NOTHING;
}

static void
enter(CalendarReader *r, Where where, guint line)
{
  unclosed(r);
  r->where = where;
  r->nested = 0;
  r->begun = line;
  r->broken = NULL;
  if (r->source->allocated_len > 1 << 18) { /* give back a giant's */
    g_string_free(r->source, TRUE);
    r->source = g_string_sized_new(4096);
  }
  g_string_truncate(r->source, 0);
}

static void
leave_calendar(CalendarReader *r)
{
  unclosed(r);
  end_waiting(r);
  g_hash_table_remove_all(r->own);
  g_hash_table_remove_all(r->texts);
  r->in_calendar = FALSE;
  r->method = CALENDAR_METHOD_NONE;
}

static void
begin(CalendarReader *r, const char *what, guint line)
{
  if (g_ascii_strcasecmp(what, "VEVENT") == 0) {
    r->any = TRUE;
    enter(r, IN_EVENT, line);
  } else if (g_ascii_strcasecmp(what, "VCALENDAR") == 0) {
    if (r->in_calendar) {
      unclosed(r);
      report(r, r->calendar_line, "VCALENDAR", "it has no END");
    }
    leave_calendar(r);
    r->any = r->in_calendar = TRUE;
    r->calendar_line = line;
  } else if (r->where == IN_ZONE && (g_ascii_strcasecmp(what, "STANDARD") == 0 ||
                                     g_ascii_strcasecmp(what, "DAYLIGHT") == 0)) {
    g_string_append(r->source, "BEGIN:X\n");
  } else if (g_ascii_strcasecmp(what, "VTIMEZONE") == 0) {
    enter(r, IN_ZONE, line);
  } else if (r->where == IN_NOTHING) {
    enter(r, IN_OTHER, line);
    r->nested = 1;
  } else {
    r->nested += r->nested < G_MAXUINT;
  }
}

static void
end(CalendarReader *r, const char *what, guint line)
{
  if (r->where == IN_EVENT && g_ascii_strcasecmp(what, "VEVENT") == 0) {
    if (r->nested > 0)
      report(r, r->begun, "VEVENT", "a component in it has no END: that one is passed over");
    end_event(r);
    r->where = IN_NOTHING;
  } else if (r->where == IN_ZONE && g_ascii_strcasecmp(what, "VTIMEZONE") == 0) {
    end_zone(r);
    r->where = IN_NOTHING;
  } else if (g_ascii_strcasecmp(what, "VCALENDAR") == 0) {
    leave_calendar(r);
  } else if (r->where == IN_ZONE && r->nested == 0) {
    g_string_append(r->source, "END:X\n");
  } else if (r->nested > 0) {
    if (--r->nested == 0 && r->where == IN_OTHER)
      r->where = IN_NOTHING;
  } else {
    report(r, line, "VCALENDAR", "an END without a BEGIN: it is passed over");
  }
}

static void
calendar_line(CalendarReader *r, CalendarPropertyKind kind, char *line)
{
  CalendarProperty p;
  if (!calendar_property_split(line, &p))
    return;
  if (kind == CALENDAR_PROPERTY_METHOD) {
    r->method = read_method(p.value);
  } else if (kind == CALENDAR_PROPERTY_ZONE_NAME) {
    r->zone = calendar_zone_find(p.value);
  } else if (kind == CALENDAR_PROPERTY_NAME) {
    g_free(r->name);
    r->name = g_utf8_make_valid(calendar_property_text(p.value), -1);
  }
}

/* Which lines can be lost and the appointment still stand. */
static gboolean
is_word(CalendarPropertyKind kind)
{
  return kind == CALENDAR_PROPERTY_SUMMARY || kind == CALENDAR_PROPERTY_DESCRIPTION ||
         kind == CALENDAR_PROPERTY_LOCATION || kind == CALENDAR_PROPERTY_CATEGORIES ||
         kind == CALENDAR_PROPERTY_URL || kind == CALENDAR_PROPERTY_CONFERENCE;
}

static void
keep(CalendarReader *r, CalendarPropertyKind kind, const char *line, gsize length, gboolean cut)
{
  if (cut && is_word(kind)) {
    report(r, r->begun, "VEVENT", "a line of text in it is longer than 1 MiB: it is passed over");
    return;
  }
  if (cut || r->source->len + length > SOURCE_MAX) {
    r->broken = cut ? "a line in it is longer than 1 MiB" : "it is longer than 4 MiB";
    return;
  }
  if (g_utf8_validate_len(line, length, NULL)) {
    g_string_append_len(r->source, line, (gssize)length);
  } else {
    g_autofree char *valid = g_utf8_make_valid(line, (gssize)length);
    report(r, r->begun, r->where == IN_EVENT ? "VEVENT" : "VTIMEZONE",
           "a line in it is not UTF-8: what cannot be read shows as \xef\xbf\xbd");
    g_string_append(r->source, valid);
  }
  g_string_append_c(r->source, '\n');
}

static gboolean
take_line(char *line, gsize length, guint number, gboolean cut, gpointer data)
{
  CalendarReader *r = data;
  CalendarPropertyKind kind = calendar_property_kind(line, length);
  if (kind == CALENDAR_PROPERTY_BEGIN || kind == CALENDAR_PROPERTY_END) {
    g_autofree char *what = g_strndup(strchr(line, ':') != NULL ? strchr(line, ':') + 1 : "", 64);
    g_strstrip(what);
    if (kind == CALENDAR_PROPERTY_BEGIN)
      begin(r, what, number);
    else
      end(r, what, number);
  } else if (kind != CALENDAR_PROPERTY_OTHER && r->where == IN_NOTHING) {
    if (!cut)
      calendar_line(r, kind, line);
  } else if (kind != CALENDAR_PROPERTY_OTHER && r->nested == 0 && r->broken == NULL &&
             r->where != IN_OTHER) {
    keep(r, kind, line, length, cut);
  }
  return !r->stopped;
}

/* --- the face */

static gboolean
answer(CalendarReader *r, gboolean go, GError **error)
{
  if (!go || r->stopped)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CANCELLED, _("the reading was stopped"));
  return go && !r->stopped;
}

gboolean
calendar_reader_feed(CalendarReader *r, const void *bytes, gsize length, GError **error)
{
  if (r->lines.text == NULL)
    calendar_lines_init(&r->lines, take_line, r);
  return answer(r, calendar_lines_feed(&r->lines, bytes, length), error);
}

gboolean
calendar_reader_finish(CalendarReader *r, GError **error)
{
  gboolean go = r->lines.text == NULL || calendar_lines_finish(&r->lines);
  unclosed(r);
  if (r->in_calendar)
    report(r, r->calendar_line, "VCALENDAR", "it has no END: the file may have been cut off");
  leave_calendar(r);
  if (!r->any) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        _("this is no iCalendar file: it has neither VCALENDAR nor VEVENT"));
    return FALSE;
  }
  r->any = FALSE;
  return answer(r, go, error);
}

const CalendarZone *
calendar_reader_zone(const CalendarReader *r)
{
  return r->zone;
}

const char *
calendar_reader_name(const CalendarReader *r)
{
  return r->name;
}

/* Each VTIMEZONE that a TZID= of the source names, once. */
static void
append_zones(const CalendarReader *r, const char *source, GString *text)
{
  g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (const char *p = strstr(source, "TZID="); p != NULL; p = strstr(p, "TZID=")) {
    p += strlen("TZID=");
    gboolean quoted = *p == '"';
    p += quoted;
    g_autofree char *tzid = g_strndup(p, strcspn(p, quoted ? "\"\n" : ";:\n"));
    const char *zone = g_hash_table_lookup(r->texts, tzid);
    if (zone != NULL && g_hash_table_add(done, g_steal_pointer(&tzid)))
      g_string_append(text, zone);
  }
}

char *
calendar_reader_portable(const CalendarReader *r, const CalendarEvent *event)
{
  static const char *const METHODS[] = {[CALENDAR_METHOD_PUBLISH] = "PUBLISH",
                                        [CALENDAR_METHOD_REQUEST] = "REQUEST",
                                        [CALENDAR_METHOD_REPLY] = "REPLY",
                                        [CALENDAR_METHOD_CANCEL] = "CANCEL"};
  GString *text = g_string_sized_new(event->source_length + 256);
  CalendarMethod method = event->detail.method;
  g_string_append(text, "BEGIN:VCALENDAR\n");
  if (method < G_N_ELEMENTS(METHODS) && METHODS[method] != NULL)
    g_string_append_printf(text, "METHOD:%s\n", METHODS[method]);
  if (r->zone != NULL)
    g_string_append_printf(text, "X-WR-TIMEZONE:%s\n", calendar_zone_name(r->zone));
  if (g_hash_table_size(r->texts) > 0)
    append_zones(r, event->source, text);
  g_string_append(text, "BEGIN:VEVENT\n");
  g_string_append_len(text, event->source, (gssize)event->source_length);
  g_string_append(text, "END:VEVENT\nEND:VCALENDAR\n");
  return g_string_free(text, FALSE);
}

guint64
calendar_reader_events(const CalendarReader *r)
{
  return r->events;
}

guint64
calendar_reader_problems(const CalendarReader *r)
{
  return r->problems;
}

static gboolean
feed_all(CalendarReader *r, int fd, const char *path, GError **error)
{
  g_autofree char *bytes = g_malloc(1 << 16);
  for (;;) {
    gssize n = read(fd, bytes, 1 << 16);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_IO, _("%s cannot be read: %s"), path,
                  g_strerror(errno));
      return FALSE;
    }
    if (n == 0)
      return TRUE;
    if (!calendar_reader_feed(r, bytes, (gsize)n, error))
      return FALSE;
  }
}

gboolean
calendar_reader_file(CalendarReader *r, const char *path, GError **error)
{
  gboolean standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("%s cannot be opened: %s"), path,
                g_strerror(errno));
    return FALSE;
  }
  gboolean good = feed_all(r, fd, path, error) && calendar_reader_finish(r, error);
  if (!standard)
    close(fd);
  return good;
}
