/* One VEVENT as plain values. */
#ifndef GUICHET_CALENDAR_EVENT_H
#define GUICHET_CALENDAR_EVENT_H

#include <glib.h>

#include "guichet/calendar/zone.h"

G_BEGIN_DECLS

typedef enum {
  CALENDAR_TIME_NONE,
  CALENDAR_TIME_DATE,     /* a whole day, in no zone */
  CALENDAR_TIME_FLOATING, /* that time on whatever wall one stands before */
  CALENDAR_TIME_ZONED,    /* in `zone`, UTC included */
} CalendarTimeKind;

typedef struct {
  CalendarTimeKind kind;
  gint64 local;             /* local seconds (see zone.h) */
  const CalendarZone *zone; /* CALENDAR_TIME_ZONED only */
} CalendarTime;

/* The instant; a date is its midnight.  Dates and floating times are read on the wall of
 * `floating`. */
gint64 calendar_time_instant(const CalendarTime *time, const CalendarZone *floating);

/* DATE or DATE-TIME ("20260329", "20260329T023000", "…Z") of `length` bytes; a local time is
 * floating.  FALSE where it is neither, or no such day exists. */
gboolean calendar_time_read(const char *text, gsize length, CalendarTime *ret);

/* A DURATION: days are nominal (the same time on another day), seconds exact. */
typedef struct {
  gboolean set;
  gint64 days, seconds;
} CalendarSpan;

/* An RDATE: a start, and for a PERIOD its end or its length. */
typedef struct {
  CalendarTime start, end; /* end.kind NONE where there is none */
  CalendarSpan span;
} CalendarPeriod;

typedef enum {
  CALENDAR_STATUS_NONE, /* the calendar does not say: taken as confirmed */
  CALENDAR_STATUS_TENTATIVE,
  CALENDAR_STATUS_CONFIRMED,
  CALENDAR_STATUS_CANCELLED,
} CalendarStatus;

/* "CONFIRMED"; NULL for NONE. */
const char *calendar_event_status(CalendarStatus status);

typedef enum {
  CALENDAR_METHOD_NONE,
  CALENDAR_METHOD_PUBLISH,
  CALENDAR_METHOD_REQUEST,
  CALENDAR_METHOD_REPLY,
  CALENDAR_METHOD_CANCEL,
  CALENDAR_METHOD_OTHER,
} CalendarMethod;

typedef struct {
  const char *mail;     /* without mailto:; the whole URI where it is another scheme */
  const char *name;     /* CN, or NULL */
  const char *partstat; /* "ACCEPTED"…; NULL is NEEDS-ACTION */
} CalendarAttendee;

/* What an occurrence shows; the same for all that one VEVENT makes.  Strings are valid UTF-8 or
 * NULL, unescaped. */
typedef struct {
  const char *uid;
  const char *summary, *description, *location, *organizer, *patient_id, *url, *conference, *color;
  const char *const *categories; /* NULL-terminated, or NULL */
  const CalendarAttendee *attendees;
  gsize n_attendees;
  CalendarStatus status; /* CANCELLED too where METHOD:CANCEL says so */
  CalendarMethod method;
  int sequence;
  gint64 stamp; /* when this revision was made: LAST-MODIFIED, else DTSTAMP (of a message DTSTAMP
                   first), as an instant; 0 where there is neither */
} CalendarDetail;

typedef struct {
  CalendarDetail detail;
  CalendarTime start, end; /* end.kind NONE where a DURATION or nothing is given */
  CalendarSpan duration;
  CalendarTime recurrence_id; /* NONE for a master or a single event */
  gboolean this_and_future;   /* RANGE=THISANDFUTURE */
  const char *const *rules;   /* RRULE texts */
  gsize n_rules;
  const CalendarPeriod *rdates;
  gsize n_rdates;
  const CalendarTime *exdates;
  gsize n_exdates;
  const char *source; /* the properties kept of it, unfolded, a line each: BEGIN:VEVENT … */
  gsize source_length;
  guint line; /* where it begins in the file, from 1 */
} CalendarEvent;

/* The end of an occurrence that starts at `start` (local seconds in `zone`): DTEND gives an exact
 * length to each occurrence, DURATION a nominal one (RFC 5545, 3.8.5.3). */
gint64 calendar_event_end(const CalendarEvent *event, gint64 start_local, gint64 start_instant,
                          const CalendarZone *zone, const CalendarZone *floating);

G_END_DECLS
#endif
