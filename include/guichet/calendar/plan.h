/* Which reminders go out, when, and why the others do not.  Pure: the same values give the same
 * plan, so it is made anew after each change of a calendar, and nothing of it needs to be kept but
 * what was sent.
 *
 * One reminder is (UID, RECURRENCE-ID, kind of reminder, channel), where the kind is the offset's
 * name in the policy ("7d").  Once sent by any channel it is never planned again, wherever the
 * appointment moves.
 *
 * A reminder due at a closed hour goes before it.  One that was due while nobody sent goes at the
 * next open moment, unless a nearer one of the same appointment is due too.  One over the cap of
 * its day waits for the next open day, as long as that is before the appointment's next reminder
 * and its latest moment.  One that was due before its appointment (or its present time) was known
 * does not go. */
#ifndef GUICHET_CALENDAR_PLAN_H
#define GUICHET_CALENDAR_PLAN_H

#include "guichet/calendar/expander.h"
#include "guichet/calendar/policy.h"

G_BEGIN_DECLS

typedef struct {
  const char *channel; /* "mail" */
  const char *address;
} CalendarAddress;

typedef struct {
  const char *id;
  const char *language;             /* "fr", or NULL */
  const char *household;            /* the same for patients who share an address, or NULL */
  const CalendarAddress *addresses; /* in the patient's order of preference */
  gsize n_addresses;
  gboolean opted_out;
  gboolean restricted; /* never in one message with another patient */
} CalendarPatient;

typedef struct {
  const CalendarOccurrence *occurrence;
  const CalendarPatient *patient; /* NULL while nobody knows who it is */
  gboolean checked_in;
  gint64 known; /* since when its present time is known; 0: always */
} CalendarAppointment;

/* What was sent.  A merged message is noted once for each reminder in it, all with one `at`. */
typedef struct {
  const char *uid;
  gint64 recurrence_id; /* instant; CALENDAR_PLAN_SINGLE for none */
  const char *kind, *channel, *patient;
  gint64 at;
} CalendarSent;

#define CALENDAR_PLAN_SINGLE G_MININT64

typedef enum {
  CALENDAR_PLAN_GOES,
  CALENDAR_PLAN_MERGED, /* goes within another: `lead` */
  CALENDAR_PLAN_SENT,
  CALENDAR_PLAN_CANCELLED,
  CALENDAR_PLAN_CHECKED_IN,
  CALENDAR_PLAN_PAST,
  CALENDAR_PLAN_NO_PATIENT,
  CALENDAR_PLAN_OPTED_OUT,
  CALENDAR_PLAN_NO_ADDRESS,
  CALENDAR_PLAN_EARLY,      /* sooner than the policy's earliest */
  CALENDAR_PLAN_LATE,       /* no open moment is left before the policy's latest */
  CALENDAR_PLAN_UNKNOWN,    /* booked or moved after it was due */
  CALENDAR_PLAN_SUPERSEDED, /* a nearer reminder of the same appointment is due */
  CALENDAR_PLAN_CAP,
  CALENDAR_PLAN_N
} CalendarPlanReason;

typedef struct {
  const CalendarAppointment *appointment;
  const CalendarPolicyRule *rule;
  const char *kind;    /* "7d" */
  const char *channel; /* NULL where there is no way */
  const char *address;
  CalendarPlanReason reason;
  gint64 due;    /* where it goes or is merged */
  gint64 wanted; /* before quiet hours, caps and delays */
  gsize lead;    /* of a merged one: the index of that which carries it; else its own */
} CalendarReminder;

/* In the order of the appointments, longest offset first; as many as `*ret_n`.  Caller frees.  It
 * points into the appointments and the policy. */
CalendarReminder *calendar_plan_make(const CalendarPolicy *policy,
                                     const CalendarAppointment *appointments, gsize n,
                                     const CalendarSent *sent, gsize n_sent, gint64 now,
                                     gsize *ret_n);

/* The reason in words for a screen, translated; a constant. */
const char *calendar_plan_reason(CalendarPlanReason reason);

/* …and as a label for JSON: "opted-out". */
const char *calendar_plan_label(CalendarPlanReason reason);

G_END_DECLS
#endif
