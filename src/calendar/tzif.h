/* The system's tzdata files (RFC 8536). */
#ifndef GUICHET_SRC_CALENDAR_TZIF_H
#define GUICHET_SRC_CALENDAR_TZIF_H

#include "guichet/calendar/zone.h"

/* NULL where there is no such file under $TZDIR or /usr/share/zoneinfo, or it is none. */
CalendarZone *calendar_tzif_load(const char *name);

/* The changes that a POSIX rule ("CET-1CEST,M3.5.0,M10.5.0/3") makes from `since` (UTC seconds) to
 * the year `last`, appended to a GArray of CalendarZoneChange.  FALSE where it cannot be read. */
gboolean calendar_tzif_rule(const char *rule, gint64 since, int last, GArray *changes);

#endif
