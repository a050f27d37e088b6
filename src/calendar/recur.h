/* A recurrence rule (RFC 5545, 3.3.10), walked in local time.
 *
 * libical reads the text; the walk is our own, for libical 3.0.16 errs in it:
 *  - FREQ=YEARLY;BYWEEKNO=20 without BYDAY gives the 27th of January of some years;
 *  - FREQ=WEEKLY;BYDAY=2MO, which other readers take as every Monday, gives a Wednesday first;
 *  - it leaks RSCALE of a malformed rule (see drop_scale());
 *  - with COUNT it cannot start late, and a SECONDLY rule takes seconds of CPU to reach the window.
 * tests/peers/ics_peers.py holds the walk against python3-dateutil.
 *
 * Where RFC 5545 leaves it open: BYWEEKNO without BYDAY takes all seven days of the week, as
 * dateutil does; a numbered BYDAY outside MONTHLY and YEARLY loses its number. */
#ifndef GUICHET_SRC_CALENDAR_RECUR_H
#define GUICHET_SRC_CALENDAR_RECUR_H

#include "guichet/calendar/event.h"

typedef struct CalendarRecur CalendarRecur;

typedef enum {
  CALENDAR_RECUR_FOUND,
  CALENDAR_RECUR_END,   /* no more, or none before `stop` */
  CALENDAR_RECUR_TIRED, /* the budget is used up */
} CalendarRecurStep;

/* `zone` is where the start lies, for an UNTIL in UTC.  NULL with a word on why, a constant. */
CalendarRecur *calendar_recur_new(const char *text, const CalendarTime *start,
                                  const CalendarZone *zone, const char **ret_why);
void calendar_recur_free(CalendarRecur *recur);

/* Passes over what lies before `local` where that can be done without counting. */
void calendar_recur_seek(CalendarRecur *recur, gint64 local);

/* The next occurrence before `stop` (local seconds).  Each period and each occurrence takes one
 * from the budget. */
CalendarRecurStep calendar_recur_next(CalendarRecur *recur, gint64 stop, guint64 *budget,
                                      gint64 *ret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalendarRecur, calendar_recur_free)

#endif
