/* See guichet/calendar/invite.h.  libical writes the lines: it escapes and folds rightly. */
#include "guichet/calendar/invite.h"

#include <string.h>

#include <libical/ical.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

static gboolean
is_mail(const char *text)
{
  if (text == NULL || strchr(text, '@') == NULL || strlen(text) > 254)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl(*p) || strchr(" \",;:<>", *p) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
check(const CalendarInvite *i, GError **error)
{
  const char *why = NULL;
  gboolean entry = i->method == CALENDAR_METHOD_NONE && i->patient_id != NULL;
  if (i->method != CALENDAR_METHOD_REQUEST && i->method != CALENDAR_METHOD_CANCEL && !entry)
    why = _("its method is neither REQUEST nor CANCEL");
  else if (i->uid == NULL || *i->uid == '\0')
    why = _("it has no UID");
  else if (i->patient_id == NULL && (!is_mail(i->organizer_mail) || !is_mail(i->attendee_mail)))
    why = _("the clinic's or the patient's mail address cannot be used");
  else if (i->end < i->start || i->sequence < 0)
    why = _("its end lies before its start, or its SEQUENCE below 0");
  if (why != NULL)
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("the invitation was not written: %s"), why);
  return why == NULL;
}

static struct icaltimetype
time_of(gint64 instant, const CalendarZone *day_zone)
{
  const CalendarZone *utc = calendar_zone_utc();
  gint64 local = calendar_zone_local(day_zone != NULL ? day_zone : utc, instant);
  gint64 days = local / 86400 - (local % 86400 < 0);
  int clock = (int)(local - days * 86400);
  struct icaltimetype t = icaltime_null_time();
  calendar_zone_civil(days, &t.year, &t.month, &t.day);
  t.is_date = day_zone != NULL;
  if (!t.is_date) {
    t.hour = clock / 3600;
    t.minute = clock / 60 % 60;
    t.second = clock % 60;
    t.zone = icaltimezone_get_utc_timezone();
  }
  return t;
}

/* Controls have no place in a TEXT; a newline is escaped by libical. */
static icalproperty *
text(icalproperty *(*make)(const char *), const char *value)
{
  g_autofree char *clean = g_utf8_make_valid(value, -1);
  for (char *p = clean; *p != '\0'; p++)
    if (g_ascii_iscntrl(*p) && *p != '\n')
      *p = ' ';
  return make(clean);
}

static void
add_people(icalcomponent *event, const CalendarInvite *i)
{
  g_autofree char *clinic = g_strconcat("mailto:", i->organizer_mail, NULL);
  icalproperty *organizer = icalproperty_new_organizer(clinic);
  if (i->organizer_name != NULL) {
    g_autofree char *name = g_strdelimit(g_strdup(i->organizer_name), "\"\r\n^", ' ');
    icalproperty_add_parameter(organizer, icalparameter_new_cn(name));
  }
  icalcomponent_add_property(event, organizer);
  g_autofree char *patient = g_strconcat("mailto:", i->attendee_mail, NULL);
  icalproperty *attendee = icalproperty_new_attendee(patient);
  icalproperty_add_parameter(attendee, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
  icalproperty_add_parameter(attendee, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
  icalproperty_add_parameter(attendee, icalparameter_new_rsvp(ICAL_RSVP_FALSE));
  icalcomponent_add_property(event, attendee);
}

static void
add_record(icalcomponent *event, const char *record)
{
  icalproperty *property = text(icalproperty_new_x, record);
  icalproperty_set_x_name(property, "X-PATIENT-ID");
  icalcomponent_add_property(event, property);
}

static icalcomponent *
make_event(const CalendarInvite *i)
{
  gboolean cancel = i->method == CALENDAR_METHOD_CANCEL || i->cancelled;
  const CalendarZone *day_zone = !i->all_day       ? NULL
                                 : i->zone != NULL ? i->zone
                                                   : calendar_zone_utc();
  icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
  icalcomponent_add_property(event, text(icalproperty_new_uid, i->uid));
  icalcomponent_add_property(event, icalproperty_new_dtstamp(time_of(i->stamp, NULL)));
  icalcomponent_add_property(event, icalproperty_new_dtstart(time_of(i->start, day_zone)));
  icalcomponent_add_property(event, icalproperty_new_dtend(time_of(i->end, day_zone)));
  icalcomponent_add_property(event, icalproperty_new_sequence(i->sequence));
  icalcomponent_add_property(
      event, icalproperty_new_status(cancel ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
  if (i->summary != NULL)
    icalcomponent_add_property(event, text(icalproperty_new_summary, i->summary));
  if (i->location != NULL)
    icalcomponent_add_property(event, text(icalproperty_new_location, i->location));
  if (i->phone != NULL)
    icalcomponent_add_property(event, text(icalproperty_new_contact, i->phone));
  if (i->patient_id == NULL)
    add_people(event, i);
  else
    add_record(event, i->patient_id);
  return event;
}

gboolean
calendar_invite_write(const CalendarInvite *i, char **ret, gsize *ret_length, GError **error)
{
  if (!check(i, error))
    return FALSE;
  icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
  icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
  icalcomponent_add_property(calendar, icalproperty_new_prodid("-//guichet//guichet//EN"));
  if (i->method != CALENDAR_METHOD_NONE)
    icalcomponent_add_property(calendar, icalproperty_new_method(i->method == CALENDAR_METHOD_CANCEL
                                                                     ? ICAL_METHOD_CANCEL
                                                                     : ICAL_METHOD_REQUEST));
  icalcomponent_add_component(calendar, make_event(i));
  char *written = icalcomponent_as_ical_string_r(calendar);
  *ret = g_strdup(written);
  *ret_length = strlen(written);
  free(written);
  icalcomponent_free(calendar);
  return TRUE;
}
