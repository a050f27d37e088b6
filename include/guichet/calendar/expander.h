/* The occurrences of a calendar's events in a window of time.
 *
 *   expander = calendar_expander_new(&window);
 *   read every event:  calendar_expander_add(expander, event)
 *   while (calendar_expander_again(expander)) read every event once more
 *   rows = calendar_expander_finish(expander, &n)
 *
 * Events may come in any order.  One with RECURRENCE-ID takes the place of that occurrence of its
 * series, wherever it moved; with RANGE=THISANDFUTURE it shifts and rewords all later ones too,
 * which is why such a calendar may have to be read twice.  Of two VEVENTs with one UID and
 * RECURRENCE-ID the higher SEQUENCE counts, then the later LAST-MODIFIED, or DTSTAMP where there is
 * none (of a message DTSTAMP first: CalendarDetail.stamp); without either the later in the file.
 *
 * An occurrence is in the window when it starts in [from, to), or, with `overlap`, when any part
 * of it lies there.  Cancelled ones are among the rows, with their status.  DTSTART is always an
 * occurrence, also where its RRULE would not give it (RFC 5545, 3.8.5.3).
 *
 * Memory follows the number of rows and, at 16 bytes each, of events; not the size of the file.
 * Limits: 20,000 occurrences of one series and 500,000 in all, then `truncated` says so; the work
 * for a rule is bounded too, and follows the window, not how long ago the series began, but for
 * rules with COUNT and BY parts. */
#ifndef GUICHET_CALENDAR_EXPANDER_H
#define GUICHET_CALENDAR_EXPANDER_H

#include "guichet/calendar/event.h"
#include "guichet/calendar/reader.h"

G_BEGIN_DECLS

typedef struct {
  gint64 from, to;              /* instants */
  const CalendarZone *floating; /* where dates and floating times are read; NULL is UTC */
  gboolean overlap;
} CalendarWindow;

typedef struct {
  gint64 instant;
  int offset; /* seconds east of UTC, there and then */
} CalendarMoment;

typedef struct {
  const CalendarDetail *detail; /* uid, summary, location, status, sequence, attendees… */
  CalendarMoment start, end;
  CalendarMoment recurrence_id; /* as the series first had it; where `recurring` */
  const char *zone;             /* NULL for dates and floating times */
  guint recurring : 1, all_day : 1, floating : 1;
  guint recurrence_id_date : 1; /* the RECURRENCE-ID is a date */
} CalendarOccurrence;

typedef struct CalendarExpander CalendarExpander;

CalendarExpander *calendar_expander_new(const CalendarWindow *window, CalendarProblemFunc problem,
                                        gpointer data);
void calendar_expander_free(CalendarExpander *expander);

/* The zones in the event must outlive the expander's last use; all else is copied. */
void calendar_expander_add(CalendarExpander *expander, const CalendarEvent *event);

/* TRUE where the events must be given once more, and makes ready for that. */
gboolean calendar_expander_again(CalendarExpander *expander);

/* Sorted by start, UID, RECURRENCE-ID; owned by the expander. */
const CalendarOccurrence *calendar_expander_finish(CalendarExpander *expander, gsize *ret_n);

/* TRUE where a limit cut the rows off. */
gboolean calendar_expander_truncated(const CalendarExpander *expander);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalendarExpander, calendar_expander_free)

G_END_DECLS
#endif
