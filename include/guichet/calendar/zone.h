/* Time zones: from the system's tzdata by IANA name, from a calendar's own VTIMEZONE, or from a
 * Windows name.
 *
 * libical 3.0.16 turns a tzdata file into a VTIMEZONE that follows one rule for ever and loses
 * what a zone did before it, so zones are read here: every change of offset that the TZif file
 * holds (RFC 8536), then its POSIX rule up to the year 2200.
 *
 * A local time that a change of offset skips is read with the offset before the gap; one that
 * comes twice is the first (RFC 5545, 3.3.5).
 *
 * "Local seconds" are seconds since 1970-01-01T00:00:00 on the zone's own wall.  Instants are
 * microseconds since the epoch, as base_clock_now() gives them. */
#ifndef GUICHET_CALENDAR_ZONE_H
#define GUICHET_CALENDAR_ZONE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct CalendarZone CalendarZone;

/* Never NULL; owned by the room. */
const CalendarZone *calendar_zone_utc(void);

/* An IANA name, one with a vendor's prefix ("/mozilla.org/20050126_1/Europe/Paris"), a Windows
 * name ("Romance Standard Time"), or "UTC+01:00".  NULL where it is none of these.  Kept by the
 * room until the program ends, so the pointer stays good; safe from any thread. */
const CalendarZone *calendar_zone_find(const char *name);

/* As above, without the Windows names. */
const CalendarZone *calendar_zone_find_iana(const char *name);

/* The name to show: IANA where known, else the TZID. */
const char *calendar_zone_name(const CalendarZone *zone);

/* Seconds east of UTC at an instant; of a local time. */
int calendar_zone_offset(const CalendarZone *zone, gint64 instant);
int calendar_zone_offset_local(const CalendarZone *zone, gint64 local);

/* Local seconds ⇄ instant. */
gint64 calendar_zone_instant(const CalendarZone *zone, gint64 local);
gint64 calendar_zone_local(const CalendarZone *zone, gint64 instant);

/* A zone made of its changes, for a VTIMEZONE: `first` is the offset before any of them.  `at` are
 * UTC seconds, ascending.  The caller frees; zones that were found are never freed. */
typedef struct {
  gint64 at;
  int offset;
} CalendarZoneChange;

CalendarZone *calendar_zone_new(const char *name, int first, const CalendarZoneChange *changes,
                                gsize n);
void calendar_zone_free(CalendarZone *zone);

/* Days since 1970-01-01 of a date of the Gregorian calendar, and back. */
gint64 calendar_zone_days(int year, int month, int day);
void calendar_zone_civil(gint64 days, int *ret_year, int *ret_month, int *ret_day);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalendarZone, calendar_zone_free)

G_END_DECLS
#endif
