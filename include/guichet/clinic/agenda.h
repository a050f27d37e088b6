/* The agenda: who comes when, who is there, and where there is room. */
#ifndef GUICHET_CLINIC_AGENDA_H
#define GUICHET_CLINIC_AGENDA_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_AGENDA_BOOKED,
  CLINIC_AGENDA_ARRIVED,
  CLINIC_AGENDA_CHECKED_IN,
  CLINIC_AGENDA_NO_SHOW,
  CLINIC_AGENDA_COMPLETED,
  CLINIC_AGENDA_CANCELLED,
  CLINIC_AGENDA_N
} ClinicAgendaState;

/* Strings are never NULL; disarmed. */
typedef struct {
  gint64 id, version;
  gint64 start, end, patient, clinician;
  ClinicAgendaState state;
  gint64 arrived, checked_in, ended; /* when; 0 not */
  gint64 recurrence;                 /* with uid: for clinic_reminder_about() */
  char *uid, *patient_name, *clinician_name, *place, *summary;
  gboolean all_day;
} ClinicAgendaRow;

/* Whose, and where; 0 and NULL are all. */
typedef struct {
  gint64 clinician;
  const char *place;
} ClinicAgendaFilter;

/* Those that start in [from, to), by start: GPtrArray of ClinicAgendaRow, free function set.
 * CLINIC_POWER_PATIENT_SEE. */
gboolean clinic_agenda_list(ClinicSession *session, gint64 from, gint64 to,
                            const ClinicAgendaFilter *filter, GPtrArray **ret, GError **error);
void clinic_agenda_row_free(ClinicAgendaRow *row);

/* What a person at the desk saw: the state, with the time, which no calendar changes any more.
 * BOOKED takes the last one back.  A no-show or a completed visit has begun; what is over does not
 * begin anew.  From `version` (0: whatever is there); CLINIC_POWER_DESK_EDIT, or
 * CLINIC_POWER_FEED. */
gboolean clinic_agenda_mark(ClinicSession *session, gint64 id, gint64 version,
                            ClinicAgendaState state, GError **error);

/* What another system saw of the appointments of a UID of its calendar: marked where nobody at the
 * desk has said anything.  What has not begun here cannot have been missed, nor be over: the times
 * of two clocks differ.  *ret_marked counts them. */
gboolean clinic_agenda_tell(ClinicSession *session, gint64 calendar, const char *uid,
                            ClinicAgendaState state, guint *ret_marked, GError **error);

/* Room within [agenda] hours of the days of [from, to) between a list's rows, at least [agenda]
 * slot_minutes each, from now on: GArray of ClinicAgendaGap. */
typedef struct {
  gint64 start, end;
} ClinicAgendaGap;
gboolean clinic_agenda_gaps(ClinicSession *session, const GPtrArray *rows, gint64 from, gint64 to,
                            GArray **ret, GError **error);

/* Midnight of the clinic's day of an instant, and of so many days later. */
gint64 clinic_agenda_midnight(ClinicSession *session, gint64 at, int days);

const char *clinic_agenda_word(ClinicAgendaState state);
const char *clinic_agenda_title(ClinicAgendaState state); /* translated */
gboolean clinic_agenda_parse(const char *word, ClinicAgendaState *ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicAgendaRow, clinic_agenda_row_free)

G_END_DECLS
#endif
