/* What the files of an intake share. */
#ifndef GUICHET_CLINIC_INTAKE_PRIVATE_H
#define GUICHET_CLINIC_INTAKE_PRIVATE_H

#include "guichet/calendar/expander.h"
#include "guichet/clinic/intake.h"
#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"
#include "guichet/store/entry.h"
#include "clinic/session.h"

/* Whose wall and which days. */
typedef struct {
  const StoreCalendar *calendar;
  const CalendarZone *zone; /* the clinic's */
  gint64 now;
  gint64 from;    /* before it nothing new is spelt out */
  gint64 horizon; /* nor of a series after it */
  gint64 clinician;
  gboolean clinician_said; /* else whose an appointment is stays as it was */
  /* Told why not every occurrence of a series can be booked; NULL: nobody asks. */
  void (*lacks)(const char *message, gpointer data);
  gpointer data;
} ClinicIntakeFrame;

void clinic_intake_spell_frame(ClinicSession *session, const StoreCalendar *calendar,
                               ClinicIntakeFrame *ret);

/* Inside a transaction: the appointments of a series follow its entries; counted in `result`. */
gboolean clinic_intake_spell(ClinicSession *session, const ClinicIntakeFrame *frame,
                             const VaultTag *series, ClinicIntakeResult *result, GError **error);

/* The same for an event that is all that its series has: nothing is read again. */
gboolean clinic_intake_spell_one(ClinicSession *session, const ClinicIntakeFrame *frame,
                                 CalendarReader *reader, const CalendarEvent *event,
                                 const StoreEntry *entry, ClinicIntakeResult *result,
                                 GError **error);

/* Whose event it is: 0 nobody known.  *ret_uncertain where what it says fits several, or
 * contradicts itself. */
gboolean clinic_intake_match(ClinicSession *session, const CalendarDetail *detail, gint64 *ret,
                             gboolean *ret_uncertain, GError **error);

/* Inside a transaction: a task in the queue that asks whose event it is, once for each. */
gboolean clinic_intake_match_ask(ClinicSession *session, const StoreCalendar *calendar,
                                 const StoreEntry *entry, const CalendarEvent *event,
                                 gboolean *ret_new, GError **error);
/* Inside a transaction: a person has said whose it is. */
gboolean clinic_intake_match_done(ClinicSession *session, const StoreEntry *entry, GError **error);

/* What intake_path.c asks of the reading: nothing vanishes that is not in it; a file of it is no
 * calendar; how the source looked when it was read last. */
void clinic_intake_break(ClinicIntake *intake);
void clinic_intake_trouble(ClinicIntake *intake, const char *message);
const char *clinic_intake_etag(const ClinicIntake *intake);

/* How a file or a folder's *.ics look, by their sizes and times: another word when anything was
 * changed.  "" where that cannot be told: not there, or changed just now.  Caller frees. */
char *clinic_intake_look(const char *path);

#endif
