/* Reminders of appointments: what goes, when, to whom, by which channel, and why the others do not.
 *
 * The plan is made anew each time from the appointments, the patients and the policy
 * (calendar/plan.h); what is kept is what was taken up.  A message becomes an item of
 * CLINIC_KIND_REMINDER a while before it is due ([reminders] ahead_hours); until it is approved it
 * follows the plan: moved, merged or taken back with it.  What was approved is sent from the outbox
 * byte for byte, when it is due, unless the appointment, the patient or their wishes have changed
 * since: then it is taken back, and planned anew.  One that was sent, skipped or is on its way is
 * never planned again; the database refuses a second one, whoever tries.
 *
 * An appointment that is cancelled after a mail about it was sent plans a "cancel" message. */
#ifndef GUICHET_CLINIC_REMINDER_H
#define GUICHET_CLINIC_REMINDER_H

#include "guichet/calendar/plan.h"
#include "guichet/clinic/item.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_REMINDER_PLANNED,  /* goes; nobody has to look at it yet */
  CLINIC_REMINDER_WAITING,  /* for somebody to approve it */
  CLINIC_REMINDER_APPROVED, /* goes when it is due */
  CLINIC_REMINDER_SENDING,
  CLINIC_REMINDER_SENT,
  CLINIC_REMINDER_FAILED,
  CLINIC_REMINDER_DOUBTFUL, /* may or may not have arrived */
  CLINIC_REMINDER_SKIPPED,  /* by a person */
  CLINIC_REMINDER_NOT,      /* does not go: `why` */
  CLINIC_REMINDER_N
} ClinicReminderStand;

typedef enum {
  CLINIC_REMINDER_SILENT,
  CLINIC_REMINDER_CONFIRMS,
  CLINIC_REMINDER_CANCELS,
  CLINIC_REMINDER_MOVES, /* asks for another time */
  CLINIC_REMINDER_ANSWER_N
} ClinicReminderAnswer;

typedef enum {
  CLINIC_REMINDER_BY_HAND,   /* each one on its own */
  CLINIC_REMINDER_BY_DAY,    /* a day's at once; the default */
  CLINIC_REMINDER_AUTOMATIC, /* at once, by the order of who switched it on */
  CLINIC_REMINDER_MODE_N
} ClinicReminderMode;

typedef struct {
  gint64 id;   /* names it as long as it is what it is: of appointment, kind and patient */
  gint64 lead; /* the one whose message carries it; its own id, most often */
  gint64 item; /* 0 none yet */
  ClinicReminderStand stand;
  CalendarPlanReason reason;
  gint64 due;    /* when it goes or went; else when it would have gone */
  gint64 starts; /* the appointment */
  gint64 patient;
  char *patient_name; /* "" for a role that may not see it, or where nobody knows */
  char *kind;         /* "7d", "cancel:2" */
  char *channel, *address, *template, *place; /* "" none */
  ClinicReminderMode mode;
  gboolean shared;     /* others have this address too */
  gboolean restricted; /* says the time and a phone number only */
  ClinicReminderAnswer answer;
  gint64 answered;
  char *why; /* why not, or what is the trouble; "" */
} ClinicReminder;

/* Those that would go within so many days, with those that do not and why: by time.  Leaves an
 * event.  GPtrArray of ClinicReminder, free function set.  CLINIC_POWER_REMINDER_SEE. */
gboolean clinic_reminder_next(ClinicSession *session, guint days, GPtrArray **ret, GError **error);
/* What went, failed, was skipped or answered in the days before now, newest first. */
gboolean clinic_reminder_past(ClinicSession *session, guint days, GPtrArray **ret, GError **error);
/* All that was taken up about one appointment, oldest first; `recurrence` CALENDAR_PLAN_SINGLE. */
gboolean clinic_reminder_about(ClinicSession *session, const char *uid, gint64 recurrence,
                               GPtrArray **ret, GError **error);
void clinic_reminder_free(ClinicReminder *reminder);

/* The message, as it would be signed now.  Caller frees. */
gboolean clinic_reminder_text(ClinicSession *session, gint64 id, char **ret, GError **error);

/* Approves messages by the ids of any reminder in them, each in a transaction of its own.  `now`:
 * sent at once, whatever the hour.  *ret_n takes how many were; the first that cannot be stops it.
 * CLINIC_POWER_DESK_SIGN. */
gboolean clinic_reminder_approve(ClinicSession *session, const gint64 *ids, guint n, gboolean now,
                                 guint *ret_n, GError **error);
/* All of a day of the clinic's calendar (days since 1970-01-01) whose mode is not "by hand"; one
 * that cannot be is left, with its reason in the log.  *ret_left takes how many were left. */
gboolean clinic_reminder_approve_day(ClinicSession *session, gint64 day, guint *ret_n,
                                     guint *ret_left, GError **error);
/* It does not go.  Words say why.  CLINIC_POWER_DESK_EDIT. */
gboolean clinic_reminder_skip(ClinicSession *session, gint64 id, const char *words, GError **error);

/* What a patient answered, by the code in the message; the appointment stays a person's business.
 * CLINIC_POWER_DESK_EDIT, or the worker. */
gboolean clinic_reminder_answer(ClinicSession *session, const char *code,
                                ClinicReminderAnswer answer, GError **error);

/* For the worker: takes back what does not hold any more, makes items of what is due soon, approves
 * what is automatic.  *ret_done takes the number of things done. */
gboolean clinic_reminder_tend(ClinicSession *session, guint *ret_done, GError **error);

/* How the reminders of a template are approved.  CLINIC_POWER_REMINDER_MODE; who switches
 * "automatic" on is named under each that goes, and must be somebody who may approve one. */
gboolean clinic_reminder_mode_set(ClinicSession *session, const char *template,
                                  ClinicReminderMode mode, GError **error);
gboolean clinic_reminder_mode_get(ClinicSession *session, const char *template,
                                  ClinicReminderMode *ret, gint64 *ret_user, GError **error);

/* What of the clinic's own policy.conf and texts cannot be used, a line each: GPtrArray of char *,
 * empty where all can.  A text may name the fields of calendar/wording.h and nothing else.
 * CLINIC_POWER_CALENDAR_SEE. */
gboolean clinic_reminder_policy_check(ClinicSession *session, GPtrArray **ret, GError **error);

/* Words of the tables, and back; an unknown one is BASE_ERROR_USAGE. */
const char *clinic_reminder_stand_word(ClinicReminderStand stand);
const char *clinic_reminder_stand_title(ClinicReminderStand stand); /* translated */
const char *clinic_reminder_answer_word(ClinicReminderAnswer answer);
const char *clinic_reminder_answer_title(ClinicReminderAnswer answer);
gboolean clinic_reminder_answer_parse(const char *word, ClinicReminderAnswer *ret, GError **error);
const char *clinic_reminder_mode_word(ClinicReminderMode mode);
gboolean clinic_reminder_mode_parse(const char *word, ClinicReminderMode *ret, GError **error);

/* The clinic's day of an instant, and "2026-11-30" of a day; by the policy's zone. */
gboolean clinic_reminder_day(ClinicSession *session, gint64 at, gint64 *ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicReminder, clinic_reminder_free)

G_END_DECLS
#endif
