/* Reads .ics bytes as they come: a file, an answer, a folder's files one after another.
 *
 * Memory does not depend on the size of what is read: one VEVENT is held at a time.  What is broken
 * is reported with its component and line and left out; the rest is taken.
 *
 * Lines are unfolded as bytes, so a fold inside a UTF-8 character is mended; bytes that are not
 * UTF-8 become U+FFFD and are reported.  Properties that nobody here needs are passed over before
 * they cost anything.  Sources: RFC 5545, RFC 5546 (METHOD), RFC 7986 (CONFERENCE, COLOR, NAME).
 *
 * Limits: a content line 1 MiB (the rest of it is passed over), a VEVENT 4 MiB, 8 MiB of VEVENTs
 * that wait for a VTIMEZONE, 200,000 changes of offset and 1 MiB in all VTIMEZONEs.
 *
 * TZID: an IANA name means that zone, even where the file has a VTIMEZONE of that name, which tend
 * to be cut short or stale; any other name means the file's own VTIMEZONE, wherever in its
 * VCALENDAR it stands; then a Windows name; else it is reported and the time is read as floating.
 */
#ifndef GUICHET_CALENDAR_READER_H
#define GUICHET_CALENDAR_READER_H

#include "guichet/calendar/event.h"

G_BEGIN_DECLS

typedef struct {
  guint line;            /* where the component begins, from 1 */
  const char *component; /* "VEVENT", "VTIMEZONE", "VCALENDAR" */
  const char *message; /* what is wrong and what was done; names properties, never values of text */
} CalendarProblem;

/* `event` and everything in it is good for the call alone, its zones for as long as the reader.
 * FALSE stops the reading (calendar_reader_feed() then answers FALSE with BASE_ERROR_CANCELLED). */
typedef gboolean (*CalendarEventFunc)(const CalendarEvent *event, gpointer data);
typedef void (*CalendarProblemFunc)(const CalendarProblem *problem, gpointer data);

typedef struct CalendarReader CalendarReader;

CalendarReader *calendar_reader_new(CalendarEventFunc event, CalendarProblemFunc problem,
                                    gpointer data);
void calendar_reader_free(CalendarReader *reader);

gboolean calendar_reader_feed(CalendarReader *reader, const void *bytes, gsize length,
                              GError **error);

/* The bytes end here.  BASE_ERROR_DATA where there was no VCALENDAR and no VEVENT at all.
 * Afterwards the reader may be fed another file; its zones stay. */
gboolean calendar_reader_finish(CalendarReader *reader, GError **error);

/* X-WR-TIMEZONE and NAME or X-WR-CALNAME of the calendar read last; NULL where it has none. */
const CalendarZone *calendar_reader_zone(const CalendarReader *reader);
const char *calendar_reader_name(const CalendarReader *reader);

/* The event as a calendar of its own, with the METHOD it came under and the VTIMEZONE that it
 * needs: what another reader, on another day, makes the same event of.  Within the call of its
 * CalendarEventFunc alone.  Caller frees. */
char *calendar_reader_portable(const CalendarReader *reader, const CalendarEvent *event);

/* VEVENTs taken and problems found so far.  At most 1,000 problems are reported; all are counted.
 */
guint64 calendar_reader_events(const CalendarReader *reader);
guint64 calendar_reader_problems(const CalendarReader *reader);

/* A file ("-" is standard input) through a reader, 64 KiB at a time, finished. */
gboolean calendar_reader_file(CalendarReader *reader, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalendarReader, calendar_reader_free)

G_END_DECLS
#endif
