/* See calendar/vevent.h. */
#include "calendar/vevent.h"

#include <string.h>

#include <libical/ical.h>

#include "guichet/base/clock.h"
#include "calendar/property.h"

struct CalendarVevent {
  CalendarEvent event;
  GString *text; /* the source again, taken apart in place */
  GArray *categories, *attendees, *rules, *rdates, *exdates;
  char *made_uid;
  gint64 modified; /* LAST-MODIFIED as an instant; 0 */
  const CalendarVeventAsk *ask;
  const char *why; /* it cannot be taken */
  gboolean wait;
  gboolean seen[CALENDAR_PROPERTY_ZONE_NAME + 1];
};

CalendarVevent *
calendar_vevent_new(void)
{
  CalendarVevent *w = g_new0(CalendarVevent, 1);
  w->text = g_string_sized_new(4096);
  w->categories = g_array_new(TRUE, FALSE, sizeof(char *));
  w->attendees = g_array_new(FALSE, FALSE, sizeof(CalendarAttendee));
  w->rules = g_array_new(TRUE, FALSE, sizeof(char *));
  w->rdates = g_array_new(FALSE, FALSE, sizeof(CalendarPeriod));
  w->exdates = g_array_new(FALSE, FALSE, sizeof(CalendarTime));
  return w;
}

void
calendar_vevent_free(CalendarVevent *w)
{
  if (w == NULL)
    return;
  g_string_free(w->text, TRUE);
  g_array_unref(w->categories);
  g_array_unref(w->attendees);
  g_array_unref(w->rules);
  g_array_unref(w->rdates);
  g_array_unref(w->exdates);
  g_free(w->made_uid);
  g_free(w);
}

static void
clear(CalendarVevent *w)
{
  GArray *lists[] = {w->categories, w->attendees, w->rules, w->rdates, w->exdates};
  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
    if (g_array_get_element_size(lists[i]) * lists[i]->len > 1 << 16) { /* give back a giant's */
      gboolean ended = lists[i] == w->categories || lists[i] == w->rules;
      GArray *small = g_array_new(ended, FALSE, g_array_get_element_size(lists[i]));
      GArray **slot[] = {&w->categories, &w->attendees, &w->rules, &w->rdates, &w->exdates};
      g_array_unref(lists[i]);
      *slot[i] = small;
    } else {
      g_array_set_size(lists[i], 0);
    }
  }
  if (w->text->allocated_len > 1 << 16) {
    g_string_free(w->text, TRUE);
    w->text = g_string_sized_new(4096);
  }
  g_string_truncate(w->text, 0);
  g_clear_pointer(&w->made_uid, g_free);
  w->event = (CalendarEvent){0};
  w->modified = 0;
  w->why = NULL;
  w->wait = FALSE;
  memset(w->seen, 0, sizeof w->seen);
}

static void
say(CalendarVevent *w, const char *message)
{
  if (w->ask != NULL && !w->wait)
    w->ask->say(message, w->ask->data);
}

/* One DATE or DATE-TIME with its TZID. */
static gboolean
read_time(CalendarVevent *w, const char *text, gsize length, const char *tzid, CalendarTime *ret)
{
  CalendarTime time;
  if (!calendar_time_read(text, length, &time))
    return FALSE;
  if (time.kind == CALENDAR_TIME_FLOATING && tzid != NULL) {
    time.zone = w->ask->zone(tzid, &w->wait, w->ask->data);
    time.kind = time.zone != NULL ? CALENDAR_TIME_ZONED : CALENDAR_TIME_FLOATING;
  }
  *ret = time;
  return TRUE;
}

static gboolean
read_span(const char *text, CalendarSpan *ret)
{
  struct icaldurationtype d = icaldurationtype_from_string(text);
  icalerror_clear_errno();
  if (strlen(text) > 64 || icaldurationtype_is_bad_duration(d) || d.is_neg)
    return FALSE;
  ret->set = TRUE;
  ret->days = (gint64)d.days + (gint64)d.weeks * 7;
  ret->seconds = (gint64)d.hours * 3600 + (gint64)d.minutes * 60 + (gint64)d.seconds;
  return ret->days < 100000 && ret->seconds < (gint64)100000 * 86400;
}

static void
read_exdates(CalendarVevent *w, const CalendarProperty *p)
{
  char *rest = p->value;
  for (const char *text; (text = calendar_property_next(&rest, ',')) != NULL;) {
    CalendarTime time;
    if (read_time(w, text, strlen(text), p->tzid, &time))
      g_array_append_val(w->exdates, time);
    else if (*text != '\0')
      say(w, "an EXDATE is no date: it is passed over");
  }
}

static gboolean
read_period(CalendarVevent *w, char *text, const char *tzid, CalendarPeriod *ret)
{
  char *slash = strchr(text, '/');
  *ret = (CalendarPeriod){0};
  if (!read_time(w, text, slash != NULL ? (gsize)(slash - text) : strlen(text), tzid, &ret->start))
    return FALSE;
  if (slash == NULL)
    return TRUE;
  if (slash[1] == 'P' || slash[1] == '+')
    return read_span(slash + 1, &ret->span);
  return read_time(w, slash + 1, strlen(slash + 1), tzid, &ret->end);
}

static void
read_rdates(CalendarVevent *w, const CalendarProperty *p)
{
  char *rest = p->value;
  for (char *text; (text = calendar_property_next(&rest, ',')) != NULL;) {
    CalendarPeriod period;
    if (read_period(w, text, p->tzid, &period))
      g_array_append_val(w->rdates, period);
    else if (*text != '\0')
      say(w, "an RDATE is neither a date nor a period: it is passed over");
  }
}

static const char *
mail_of(const char *uri)
{
  return g_ascii_strncasecmp(uri, "mailto:", 7) == 0 ? uri + 7 : uri;
}

static CalendarStatus
read_status(CalendarVevent *w, const char *value)
{
  for (CalendarStatus s = CALENDAR_STATUS_TENTATIVE; s <= CALENDAR_STATUS_CANCELLED; s++)
    if (g_ascii_strcasecmp(value, calendar_event_status(s)) == 0)
      return s;
  say(w, "its STATUS is none that a VEVENT has: it is passed over");
  return CALENDAR_STATUS_NONE;
}

static void
read_lists(CalendarVevent *w, const CalendarProperty *p)
{
  char *rest = p->value;
  if (p->kind == CALENDAR_PROPERTY_ATTENDEE) {
    CalendarAttendee a = {mail_of(p->value), p->cn, p->partstat};
    g_array_append_val(w->attendees, a);
  } else if (p->kind == CALENDAR_PROPERTY_CATEGORIES) {
    for (char *text; (text = calendar_property_next(&rest, ',')) != NULL;) {
      text = calendar_property_text(text);
      g_array_append_val(w->categories, text);
    }
  } else if (p->kind == CALENDAR_PROPERTY_RRULE) {
    g_array_append_val(w->rules, p->value);
  } else if (p->kind == CALENDAR_PROPERTY_EXDATE) {
    read_exdates(w, p);
  } else if (p->kind == CALENDAR_PROPERTY_RDATE) {
    read_rdates(w, p);
  }
}

static void
need_time(CalendarVevent *w, const CalendarProperty *p, CalendarTime *ret, const char *why)
{
  if (!read_time(w, p->value, strlen(p->value), p->tzid, ret))
    w->why = why;
}

static void
read_when(CalendarVevent *w, const CalendarProperty *p)
{
  CalendarEvent *e = &w->event;
  CalendarTime stamp;
  if (p->kind == CALENDAR_PROPERTY_DTSTART) {
    need_time(w, p, &e->start, "its DTSTART is no date");
  } else if (p->kind == CALENDAR_PROPERTY_RECURRENCE_ID) {
    need_time(w, p, &e->recurrence_id, "its RECURRENCE-ID is no date");
    e->this_and_future = p->range != NULL && g_ascii_strcasecmp(p->range, "THISANDFUTURE") == 0;
  } else if (p->kind == CALENDAR_PROPERTY_DTEND) {
    if (!read_time(w, p->value, strlen(p->value), p->tzid, &e->end))
      say(w, "its DTEND is no date: it is passed over");
  } else if (p->kind == CALENDAR_PROPERTY_DURATION) {
    if (!read_span(p->value, &e->duration)) {
      e->duration = (CalendarSpan){0};
      say(w, "its DURATION is none: it is passed over");
    }
  } else if (calendar_time_read(p->value, strlen(p->value), &stamp)) {
    gint64 *to = p->kind == CALENDAR_PROPERTY_LAST_MODIFIED ? &w->modified : &e->detail.stamp;
    *to = calendar_time_instant(&stamp, calendar_zone_utc());
  }
}

/* Of a message DTSTAMP says which revision is the later one (RFC 5546, 2.1.5).  Elsewhere it should
 * be the same as LAST-MODIFIED (RFC 5545, 3.8.7.2), but is the time of the export with many. */
static void
settle_stamp(CalendarVevent *w, CalendarMethod method)
{
  CalendarDetail *d = &w->event.detail;
  gboolean message = method == CALENDAR_METHOD_REQUEST || method == CALENDAR_METHOD_CANCEL;
  if (w->modified != 0 && (!message || d->stamp == 0))
    d->stamp = w->modified;
}

static void
read_words(CalendarVevent *w, const CalendarProperty *p)
{
  CalendarDetail *d = &w->event.detail;
  switch ((int)p->kind) {
  case CALENDAR_PROPERTY_UID:
    d->uid = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_SUMMARY:
    d->summary = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_DESCRIPTION:
    d->description = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_LOCATION:
    d->location = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_COLOR:
    d->color = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_PATIENT_ID:
    d->patient_id = calendar_property_text(p->value);
    break;
  case CALENDAR_PROPERTY_CONFERENCE:
    d->conference = p->value;
    break;
  case CALENDAR_PROPERTY_URL:
    d->url = p->value;
    break;
  case CALENDAR_PROPERTY_ORGANIZER:
    d->organizer = mail_of(p->value);
    break;
  case CALENDAR_PROPERTY_STATUS:
    d->status = read_status(w, p->value);
    break;
  case CALENDAR_PROPERTY_SEQUENCE:
    d->sequence = (int)CLAMP(g_ascii_strtoll(p->value, NULL, 10), 0, G_MAXINT32);
    break;
  case CALENDAR_PROPERTY_EXRULE:
    say(w, "it has an EXRULE, which RFC 5545 no longer knows: it is passed over");
    break;
  default:
    read_when(w, p);
  }
}

static gboolean
is_list(CalendarPropertyKind kind)
{
  return kind == CALENDAR_PROPERTY_ATTENDEE || kind == CALENDAR_PROPERTY_CATEGORIES ||
         kind == CALENDAR_PROPERTY_RRULE || kind == CALENDAR_PROPERTY_EXDATE ||
         kind == CALENDAR_PROPERTY_RDATE;
}

static void
read_line(CalendarVevent *w, char *line)
{
  CalendarProperty p;
  if (!calendar_property_split(line, &p)) {
    say(w, "a line in it is no property: it is passed over");
    return;
  }
  if (is_list(p.kind)) {
    read_lists(w, &p);
    return;
  }
  if (w->seen[p.kind] && p.kind != CALENDAR_PROPERTY_CONFERENCE &&
      p.kind != CALENDAR_PROPERTY_URL && p.kind != CALENDAR_PROPERTY_PATIENT_ID) {
    say(w, "it has a property twice that may stand once: the first counts");
    return;
  }
  w->seen[p.kind] = TRUE;
  read_words(w, &p);
}

/* DTEND before DTSTART, or one a date and the other not. */
static void
mend_end(CalendarVevent *w)
{
  CalendarEvent *e = &w->event;
  if (e->end.kind == CALENDAR_TIME_NONE)
    return;
  const CalendarZone *utc = calendar_zone_utc();
  gboolean mixed = (e->end.kind == CALENDAR_TIME_DATE) != (e->start.kind == CALENDAR_TIME_DATE);
  if (mixed || calendar_time_instant(&e->end, utc) < calendar_time_instant(&e->start, utc)) {
    say(w, mixed ? "of its DTSTART and DTEND one is a date: the end is passed over"
                 : "its DTEND lies before its DTSTART: the end is passed over");
    e->end.kind = CALENDAR_TIME_NONE;
  }
  e->duration.set = e->duration.set && e->end.kind == CALENDAR_TIME_NONE;
}

static void
check(CalendarVevent *w, const char *source, gsize length)
{
  CalendarEvent *e = &w->event;
  if (w->why == NULL && e->start.kind == CALENDAR_TIME_NONE)
    w->why = "it has no DTSTART";
  if (w->why != NULL)
    return;
  if (e->detail.uid == NULL || *e->detail.uid == '\0') {
    g_autofree char *sum =
        g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)source, length);
    w->made_uid = g_strconcat("no-uid-", sum, NULL);
    e->detail.uid = w->made_uid;
    say(w, "it has no UID: one was made from its content");
  }
  if (e->start.kind == CALENDAR_TIME_ZONED && e->recurrence_id.kind == CALENDAR_TIME_FLOATING) {
    e->recurrence_id.kind = CALENDAR_TIME_ZONED; /* its TZID was forgotten */
    e->recurrence_id.zone = e->start.zone;
  }
  mend_end(w);
}

static void
set_lists(CalendarVevent *w)
{
  CalendarEvent *e = &w->event;
  e->detail.categories =
      w->categories->len > 0 ? (const char *const *)(const void *)w->categories->data : NULL;
  e->detail.attendees = (const CalendarAttendee *)(const void *)w->attendees->data;
  e->detail.n_attendees = w->attendees->len;
  e->rules = (const char *const *)(const void *)w->rules->data;
  e->n_rules = w->rules->len;
  e->rdates = (const CalendarPeriod *)(const void *)w->rdates->data;
  e->n_rdates = w->rdates->len;
  e->exdates = (const CalendarTime *)(const void *)w->exdates->data;
  e->n_exdates = w->exdates->len;
}

CalendarVeventEnd
calendar_vevent_read(CalendarVevent *w, const char *source, gsize length, guint line,
                     CalendarMethod method, const CalendarVeventAsk *ask, const CalendarEvent **ret,
                     const char **ret_why)
{
  clear(w);
  w->ask = ask;
  g_string_append_len(w->text, source, (gssize)length);
  for (char *p = w->text->str, *end = p + length; p < end && w->why == NULL && !w->wait;) {
    char *stop = memchr(p, '\n', (gsize)(end - p));
    if (stop == NULL)
      break;
    *stop = '\0';
    read_line(w, p);
    p = stop + 1;
  }
  if (w->wait)
    return CALENDAR_VEVENT_WAIT;
  check(w, source, length);
  *ret_why = w->why;
  if (w->why != NULL)
    return CALENDAR_VEVENT_BAD;
  set_lists(w);
  CalendarEvent *e = &w->event;
  e->detail.method = method;
  settle_stamp(w, method);
  if (method == CALENDAR_METHOD_CANCEL)
    e->detail.status = CALENDAR_STATUS_CANCELLED;
  e->source = source;
  e->source_length = length;
  e->line = line;
  *ret = e;
  return CALENDAR_VEVENT_GOOD;
}
