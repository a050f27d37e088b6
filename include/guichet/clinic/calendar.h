/* Calendars that appointments come from, and what they hold. */
#ifndef GUICHET_CLINIC_CALENDAR_H
#define GUICHET_CLINIC_CALENDAR_H

#include "guichet/calendar/expander.h"
#include "guichet/clinic/session.h"

G_BEGIN_DECLS

/* Strings are disarmed, and never NULL but in what is given. */
typedef struct {
  gint64 id;
  char *kind;     /* "file", "folder", "web", "caldav", "feed",
                     "fhir" */
  char *name;     /* one each */
  char *location; /* path or URL */
  char *place;    /* where its appointments are, when they do not say */
  char *zone;     /* of dates and floating times; "" is the calendar's own, then the clinic's */
  char *trouble;  /* the last failure; "" */
  char *etag;     /* of the last sound and whole reading; "" */
  char *token;    /* sync-token of it; "" */
  gint64 failures, since, rest_until; /* in a row; of the first; not by itself before */
  gint64 lacking;                     /* series of which not every occurrence could be booked */
  gint64 clinician;
} ClinicCalendar;

/* The calendar of that name; made where there is none, and changed where `given` says otherwise
 * (NULL strings and clinician 0 say nothing).  CLINIC_POWER_CALENDAR_IMPORT.  A zone that is none:
 * BASE_ERROR_USAGE. */
gboolean clinic_calendar_need(ClinicSession *session, const ClinicCalendar *given, gint64 *ret,
                              GError **error);

/* GPtrArray of ClinicCalendar, by name, free function set.  CLINIC_POWER_CALENDAR_SEE. */
gboolean clinic_calendar_list(ClinicSession *session, GPtrArray **ret, GError **error);
/* One of them; none there: BASE_ERROR_NO_INPUT. */
gboolean clinic_calendar_open(ClinicSession *session, gint64 id, ClinicCalendar **ret,
                              GError **error);
void clinic_calendar_free(ClinicCalendar *calendar);

/* A row of the agenda, disarmed. */
typedef struct {
  gint64 id, calendar, patient, clinician;
  gint64 start, end; /* instants */
  int start_offset, end_offset;
  const char *state; /* "booked", "arrived", "checked-in", "no-show", "completed", "cancelled" */
  char *patient_name, *summary, *location, *zone;
  gboolean all_day;
} ClinicAppointment;

/* Those that start in [from, to), by start, of one calendar (0: of all): at most `most`.  The next
 * page begins with from = last->start and after = last->id.  GPtrArray of ClinicAppointment, free
 * function set.  CLINIC_POWER_CALENDAR_SEE. */
gboolean clinic_calendar_page(ClinicSession *session, gint64 calendar, gint64 from, gint64 after,
                              gint64 to, guint most, GPtrArray **ret, GError **error);
void clinic_calendar_forget(ClinicAppointment *appointment);

/* Says who the patient of an appointment is, and of all of its series.
 * CLINIC_POWER_CALENDAR_IMPORT. */
gboolean clinic_calendar_match(ClinicSession *session, gint64 appointment, gint64 patient,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicCalendar, clinic_calendar_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicAppointment, clinic_calendar_forget)

G_END_DECLS
#endif
