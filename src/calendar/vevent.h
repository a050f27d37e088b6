/* The lines of one VEVENT, or one VTIMEZONE, made into values. */
#ifndef GUICHET_SRC_CALENDAR_VEVENT_H
#define GUICHET_SRC_CALENDAR_VEVENT_H

#include "guichet/calendar/event.h"

typedef struct {
  /* The zone of a TZID; NULL with *ret_wait where it may come later in the file. */
  const CalendarZone *(*zone)(const char *tzid, gboolean *ret_wait, gpointer data);
  void (*say)(const char *message, gpointer data); /* something is wrong, but the rest is taken */
  gpointer data;
} CalendarVeventAsk;

typedef struct CalendarVevent CalendarVevent; /* room to work in, used again for each */

CalendarVevent *calendar_vevent_new(void);
void calendar_vevent_free(CalendarVevent *work);

typedef enum { CALENDAR_VEVENT_GOOD, CALENDAR_VEVENT_WAIT, CALENDAR_VEVENT_BAD } CalendarVeventEnd;

/* `source` is the properties, each ended by a newline.  The event lives in `work` until the next
 * call.  BAD with a constant word on why. */
CalendarVeventEnd calendar_vevent_read(CalendarVevent *work, const char *source, gsize length,
                                       guint line, CalendarMethod method,
                                       const CalendarVeventAsk *ask, const CalendarEvent **ret,
                                       const char **ret_why);

/* A VTIMEZONE; NULL with a constant word on why.  *ret_tzid is the caller's where it is known. */
CalendarZone *calendar_vtimezone_read(const char *source, gsize length, char **ret_tzid,
                                      gsize *ret_changes, const char **ret_why);

/* The TZID of a VTIMEZONE's source; caller frees. */
char *calendar_vtimezone_id(const char *source);

#endif
