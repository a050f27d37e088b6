/* What the files about reminders share. */
#ifndef GUICHET_CLINIC_REMINDER_PRIVATE_H
#define GUICHET_CLINIC_REMINDER_PRIVATE_H

#include "guichet/clinic/patient.h"
#include "guichet/clinic/reminder.h"
#include "guichet/store/reminder.h"

/* --- an appointment as the calendar has it (reminder_slot.c) */
typedef struct {
  gint64 id, calendar;
  char *uid, *place, *zone;
  char **categories;
  gint64 recurrence; /* STORE_REMINDER_SINGLE for none */
  gint64 start, end, known, patient, clinician;
  gboolean all_day, cancelled, checked_in;
} ClinicReminderSlot;

/* Those that start in [from, to), without those of the calendar `without` (0: of all): GPtrArray of
 * ClinicReminderSlot, by start. */
gboolean clinic_reminder_slot_list(ClinicSession *session, gint64 from, gint64 to, gint64 without,
                                   GPtrArray **ret, GError **error);
/* That of a reminder as it stands now; *ret is NULL where no calendar has it any more. */
gboolean clinic_reminder_slot_find(ClinicSession *session, const StoreReminder *row,
                                   ClinicReminderSlot **ret, GError **error);
void clinic_reminder_slot_free(ClinicReminderSlot *slot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicReminderSlot, clinic_reminder_slot_free)

/* --- whom it is for (reminder_person.c) */
typedef struct {
  ClinicPatient *patient;
  GPtrArray *ways; /* of ClinicWay */
  CalendarPatient plan;
  char *id, *household;
} ClinicReminderPerson;

/* People as they are needed, each read once: id → person.  NULL in *ret for one who is gone. */
GHashTable *clinic_reminder_person_table(void);
gboolean clinic_reminder_person_find(ClinicSession *session, GHashTable *table, gint64 id,
                                     const ClinicReminderPerson **ret, GError **error);

/* --- the policy (reminder_policy.c): the clinic's own templates/reminders/policy.conf, else the
 * shipped one; and a template, NULL where there is none */
gboolean clinic_reminder_policy_load(ClinicSession *session, CalendarPolicy **ret, GError **error);
gboolean clinic_reminder_policy_template(ClinicSession *session, const char *name,
                                         const char *language, const char *form, char **ret,
                                         GError **error);

/* The calendar that the policy's holidays come from, 0 none (reminder_holiday.c).  A name that is
 * none: BASE_ERROR_CONFIG. */
gboolean clinic_reminder_holiday_calendar(ClinicSession *session, const CalendarPolicy *policy,
                                          gint64 *ret, GError **error);
/* Its days, into the policy. */
gboolean clinic_reminder_holiday_fill(ClinicSession *session, CalendarPolicy *policy,
                                      GError **error);

/* --- the plan (reminder_outlook.c) */
typedef struct {
  CalendarPolicy *policy;
  gint64 now;
  GPtrArray *slots; /* of ClinicReminderSlot */
  GHashTable *people;
  GPtrArray *rows;   /* of StoreReminder: what was taken up */
  GHashTable *taken; /* mark → StoreReminder of rows */
  CalendarReminder *plan;
  gsize n;
  gint64 *marks;                       /* of each of plan */
  struct ClinicReminderSights *sights; /* what plan points into */
} ClinicReminderOutlook;

/* Looks `days` ahead. */
gboolean clinic_reminder_outlook_make(ClinicSession *session, guint days,
                                      ClinicReminderOutlook **ret, GError **error);
void clinic_reminder_outlook_free(ClinicReminderOutlook *outlook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicReminderOutlook, clinic_reminder_outlook_free)
/* The rows of the message that plan[lead] carries, as they would be taken up: GPtrArray of
 * StoreReminder without ids, the lead's first. */
GPtrArray *clinic_reminder_outlook_message(const ClinicReminderOutlook *outlook, gsize lead);
/* …and of all that go: GPtrArray of such. */
GPtrArray *clinic_reminder_outlook_messages(const ClinicReminderOutlook *outlook);

/* --- does it still hold? (reminder_hold.c) */
typedef enum {
  CLINIC_REMINDER_HOLDS,
  CLINIC_REMINDER_RESTS, /* it is a closed hour */
  CLINIC_REMINDER_OVER,  /* *ret_why says why, untranslated and without a patient's word */
} ClinicReminderHold;
gboolean clinic_reminder_hold_ask(ClinicSession *session, const CalendarPolicy *policy,
                                  const GPtrArray *rows, ClinicReminderHold *ret,
                                  const char **ret_why, GError **error);

/* --- the message (reminder_message.c) */
typedef struct {
  char *channel, *address, *language, *subject, *text, *html, *code;
  char *sender;       /* the clinic's name; "" where the wording is restricted */
  GPtrArray *invites; /* of GBytes: an .ics for each appointment; none where it goes as no mail */
  const char *method; /* of them */
  const char *file;   /* what each is called: "appointment" */
} ClinicReminderMessage;
/* `rows` of one message, the lead's first; `sequence` of its invitation. */
gboolean clinic_reminder_message_make(ClinicSession *session, const CalendarPolicy *policy,
                                      const GPtrArray *rows, const char *code, gint64 at,
                                      ClinicReminderMessage **ret, GError **error);
void clinic_reminder_message_free(ClinicReminderMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicReminderMessage, clinic_reminder_message_free)
gboolean clinic_reminder_message_is_cancel(const char *kind);

/* --- taking up and back (reminder_take.c): each one transaction.  A row that somebody else took up
 * first, or an appointment that has changed since, is BASE_ERROR_CONFLICT. */
gboolean clinic_reminder_take_up(ClinicSession *session, const CalendarPolicy *policy,
                                 const GPtrArray *rows, gint64 *ret_item, GError **error);
gboolean clinic_reminder_take_back(ClinicSession *session, gint64 item, const char *why,
                                   GError **error);

#define CLINIC_REMINDER_AHEAD 14u /* days ahead that somebody may approve or skip */

/* The item of a reminder: that which took it up, or a new one of what is planned. */
gboolean clinic_reminder_approve_item(ClinicSession *session, const ClinicReminderOutlook *outlook,
                                      gint64 id, gint64 *ret, GError **error);

/* Approves an item: `signer` is named as who did; `order`: by their standing order, by the worker.
 * (reminder_sign.c) */
gboolean clinic_reminder_sign(ClinicSession *session, const CalendarPolicy *policy, gint64 item,
                              gint64 signer, gboolean order, gboolean now, GError **error);

/* The mode of a template, and who ordered it. (reminder_mode.c) */
gboolean clinic_reminder_mode_order(ClinicSession *session, const char *template, gint64 *ret_user,
                                    GError **error);

#endif
