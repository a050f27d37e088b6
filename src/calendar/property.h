/* One content line taken apart, in place. */
#ifndef GUICHET_SRC_CALENDAR_PROPERTY_H
#define GUICHET_SRC_CALENDAR_PROPERTY_H

#include <glib.h>

/* The properties that are read; the table in property.c names them. */
typedef enum {
  CALENDAR_PROPERTY_OTHER,
  CALENDAR_PROPERTY_ATTENDEE,
  CALENDAR_PROPERTY_BEGIN,
  CALENDAR_PROPERTY_CATEGORIES,
  CALENDAR_PROPERTY_COLOR,
  CALENDAR_PROPERTY_CONFERENCE,
  CALENDAR_PROPERTY_DESCRIPTION,
  CALENDAR_PROPERTY_DTEND,
  CALENDAR_PROPERTY_DTSTAMP,
  CALENDAR_PROPERTY_DTSTART,
  CALENDAR_PROPERTY_DURATION,
  CALENDAR_PROPERTY_END,
  CALENDAR_PROPERTY_EXDATE,
  CALENDAR_PROPERTY_EXRULE,
  CALENDAR_PROPERTY_LAST_MODIFIED,
  CALENDAR_PROPERTY_LOCATION,
  CALENDAR_PROPERTY_METHOD,
  CALENDAR_PROPERTY_NAME,
  CALENDAR_PROPERTY_ORGANIZER,
  CALENDAR_PROPERTY_PATIENT_ID,
  CALENDAR_PROPERTY_RDATE,
  CALENDAR_PROPERTY_RECURRENCE_ID,
  CALENDAR_PROPERTY_RRULE,
  CALENDAR_PROPERTY_SEQUENCE,
  CALENDAR_PROPERTY_STATUS,
  CALENDAR_PROPERTY_SUMMARY,
  CALENDAR_PROPERTY_TZID,
  CALENDAR_PROPERTY_TZOFFSETFROM,
  CALENDAR_PROPERTY_TZOFFSETTO,
  CALENDAR_PROPERTY_UID,
  CALENDAR_PROPERTY_URL,
  CALENDAR_PROPERTY_ZONE_NAME, /* X-WR-TIMEZONE */
} CalendarPropertyKind;

typedef struct {
  CalendarPropertyKind kind;
  const char *name;
  char *value; /* as written */
  const char *tzid, *cn, *partstat, *range;
} CalendarProperty;

/* Which property the line is, without touching it. */
CalendarPropertyKind calendar_property_kind(const char *line, gsize length);

/* FALSE where it is no content line. */
gboolean calendar_property_split(char *line, CalendarProperty *ret);

/* "a\, b\nc" → what it says, in place.  Answers the same pointer. */
char *calendar_property_text(char *value);

/* The next of a list: up to `separator` where no backslash stands before it.  NULL at the end. */
char *calendar_property_next(char **rest, char separator);

#endif
