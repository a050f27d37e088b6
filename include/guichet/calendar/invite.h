/* An .ics that a patient's phone or mail program takes (iMIP, RFC 6047): METHOD REQUEST adds or
 * moves the appointment, CANCEL takes it away.
 *
 * The receiver goes by UID and SEQUENCE (RFC 5546, 2.1.4): the caller gives each message about an
 * appointment that changes time, place or status a SEQUENCE larger than that of the one before,
 * and a CANCEL one not smaller.  Times are written in UTC, so that no VTIMEZONE is needed and no
 * reader can misread one; whole days as dates. */
#ifndef GUICHET_CALENDAR_INVITE_H
#define GUICHET_CALENDAR_INVITE_H

#include "guichet/calendar/event.h"

G_BEGIN_DECLS

typedef struct {
  CalendarMethod method; /* REQUEST or CANCEL; NONE with patient_id: no message, but an entry of a
                            calendar between systems of the clinic */
  gboolean cancelled;    /* of an entry */
  const char *uid;       /* of our own, not the clinic calendar's, which may say too much */
  int sequence;
  gint64 stamp;      /* now */
  gint64 start, end; /* instants */
  gboolean all_day;  /* then those are midnights of `zone` */
  const CalendarZone *zone;
  const char *summary, *location;              /* what the policy lets be said */
  const char *organizer_mail, *organizer_name; /* the clinic */
  const char *attendee_mail;                   /* the patient */
  const char *phone;                           /* CONTACT, or NULL */
  const char *patient_id; /* between systems of the clinic: X-PATIENT-ID in place of the addresses;
                             NULL */
} CalendarInvite;

/* CRLF lines folded at 75 bytes, never inside a character; MIME type "text/calendar;
 * method=REQUEST; charset=UTF-8".  BASE_ERROR_DATA where UID, a mail address or a sane time is
 * missing.  Caller frees. */
gboolean calendar_invite_write(const CalendarInvite *invite, char **ret, gsize *ret_length,
                               GError **error);

G_END_DECLS
#endif
