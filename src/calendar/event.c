/* See guichet/calendar/event.h. */
#include "guichet/calendar/event.h"

#include "guichet/base/clock.h"

const char *
calendar_event_status(CalendarStatus status)
{
  static const char *const NAMES[] = {NULL, "TENTATIVE", "CONFIRMED", "CANCELLED"};
  return status < G_N_ELEMENTS(NAMES) ? NAMES[status] : NULL;
}

static gint64
end_by_dtend(const CalendarEvent *event, gint64 start_local, gint64 start_instant,
             const CalendarZone *zone, const CalendarZone *floating)
{
  if (event->start.kind == CALENDAR_TIME_DATE && event->end.kind == CALENDAR_TIME_DATE)
    return calendar_zone_instant(zone, start_local + event->end.local - event->start.local);
  return start_instant + calendar_time_instant(&event->end, floating) -
         calendar_time_instant(&event->start, floating);
}

gint64
calendar_event_end(const CalendarEvent *event, gint64 start_local, gint64 start_instant,
                   const CalendarZone *zone, const CalendarZone *floating)
{
  gint64 days = 0, rest = 0;
  if (event->end.kind != CALENDAR_TIME_NONE)
    return end_by_dtend(event, start_local, start_instant, zone, floating);
  if (event->duration.set) {
    days = event->duration.days;
    rest = event->duration.seconds;
  } else if (event->start.kind == CALENDAR_TIME_DATE) {
    days = 1;
  }
  if (days == 0)
    return start_instant + rest * BASE_CLOCK_SECOND;
  return calendar_zone_instant(zone, start_local + days * 86400) + rest * BASE_CLOCK_SECOND;
}
