/* Appointments as rows: each occurrence of a calendar's events within the horizon, with its patient
 * and what became of it.  Times and states are in the clear, so that screens page by them; all else
 * is sealed under the patient's key, or the clinic's while nobody knows the patient. */
#ifndef GUICHET_STORE_APPOINTMENT_H
#define GUICHET_STORE_APPOINTMENT_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

/* Stored: add at the end. */
typedef enum {
  STORE_APPOINTMENT_BOOKED,
  STORE_APPOINTMENT_ARRIVED,
  STORE_APPOINTMENT_CHECKED_IN,
  STORE_APPOINTMENT_NO_SHOW,
  STORE_APPOINTMENT_COMPLETED,
  STORE_APPOINTMENT_CANCELLED,
  STORE_APPOINTMENT_STATE_N
} StoreAppointmentState;

#define STORE_APPOINTMENT_SINGLE G_MININT64 /* as CALENDAR_PLAN_SINGLE */

/* Everything that a plan, an agenda or an invitation needs: no second call.  Times are
 * microseconds since the epoch, offsets seconds east of UTC there and then. */
typedef struct {
  gint64 id, version;
  gint64 calendar;
  VaultTag series;   /* of the UID */
  gint64 occurrence; /* RECURRENCE-ID as an instant, or STORE_APPOINTMENT_SINGLE */
  gint64 patient;    /* 0 unknown */
  gint64 clinician;  /* 0 nobody */
  gint64 start, end;
  gint64 known; /* since when its present time is known */
  StoreAppointmentState state;
  gboolean desk;                     /* a person set the state: no calendar changes it */
  gint64 arrived, checked_in, ended; /* when; 0 not.  ended: no-show, completed or cancelled */
  char *uid, *summary, *location;    /* never NULL when read */
  char *zone;                        /* "" for dates and floating times */
  char *patient_id;                  /* X-PATIENT-ID; "" */
  char **categories;                 /* NULL-terminated, never NULL when read */
  int start_offset, end_offset, occurrence_offset;
  int sequence;
  gboolean all_day, floating, tentative;
  gboolean occurrence_date; /* the RECURRENCE-ID is a date */
  gboolean shredded;        /* its patient's key was destroyed: the words are "" */
} StoreAppointment;

/* Writers run inside a transaction.  `id` is new (vault_process_id()); version becomes 1.  The same
 * occurrence twice: BASE_ERROR_CONFLICT. */
gboolean store_appointment_add(StoreHandle *store, const StoreAppointment *appointment,
                               GError **error);
/* Everything but calendar, series and occurrence, from appointment->version, which then is one
 * more; somebody else changed it: BASE_ERROR_CONFLICT. */
gboolean store_appointment_change(StoreHandle *store, StoreAppointment *appointment,
                                  GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_appointment_load(StoreHandle *store, gint64 id, StoreAppointment **ret,
                                GError **error);

/* One of a series; *ret is NULL where there is none. */
gboolean store_appointment_at(StoreHandle *store, gint64 calendar, const VaultTag *series,
                              gint64 occurrence, StoreAppointment **ret, GError **error);

/* All of one series, the last occurrence first, at most `most`: GPtrArray of StoreAppointment. */
gboolean store_appointment_of(StoreHandle *store, gint64 calendar, const VaultTag *series,
                              guint most, GPtrArray **ret, GError **error);

typedef enum {
  STORE_APPOINTMENT_ALL,
  STORE_APPOINTMENT_BY_CLINICIAN,
  STORE_APPOINTMENT_BY_PATIENT,
  STORE_APPOINTMENT_BY_CALENDAR,
  STORE_APPOINTMENT_PART_N
} StoreAppointmentPart;

/* Those that start at or after `from` and before `to`, by start: at most `most`.  The next page
 * begins with from = last->start and after = last->id; after is 0 at first.  GPtrArray of
 * StoreAppointment. */
gboolean store_appointment_page(StoreHandle *store, StoreAppointmentPart part, gint64 value,
                                gint64 from, gint64 after, gint64 to, guint most, GPtrArray **ret,
                                GError **error);

void store_appointment_free(StoreAppointment *appointment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreAppointment, store_appointment_free)

G_END_DECLS
#endif
