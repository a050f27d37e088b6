/* What a hospital's feed says (HL7 v2, wire/hl7_event.h), taken in.
 *
 * Patients are known by their record number (PID-3, of [hl7] authority).  What a message says
 * replaces what was known, what it leaves out stays.  A number whose name and birth date are both
 * somebody else's changes nothing, and a visit with it is nobody's until a person has said whose: a
 * task in the queue asks; so does a merge (A40), for
 * nothing here joins two records by itself.  Who has died is reminded of nothing any more.
 *
 * Appointments go the way of every calendar (clinic/intake.h), into one of the name "HL7": booked
 * and moved, restored, cancelled; an older message than the last known changes nothing; a no-show
 * is marked as if the desk had seen it. */
#ifndef GUICHET_CLINIC_FEED_H
#define GUICHET_CLINIC_FEED_H

#include "guichet/clinic/session.h"
#include "guichet/wire/hl7_event.h"

G_BEGIN_DECLS

typedef struct {
  guint patients;     /* added or changed */
  guint appointments; /* booked, moved, restored, cancelled or marked */
  guint asked;        /* tasks made */
  gboolean doubtful;  /* the record number may be somebody else's: a visit with it is nobody's */
} ClinicFeedResult;

/* All that it says is committed when this returns; the same message again changes nothing.
 * BASE_ERROR_DATA: what it says cannot be kept (a birth date that is none, say).
 * CLINIC_POWER_FEED. */
gboolean clinic_feed_take(ClinicSession *session, const WireHl7Event *event, ClinicFeedResult *ret,
                          GError **error);

/* What came, in numbers, for doctor. */
typedef struct {
  gint64 heard_at; /* the last message; 0 none yet */
  gint64 taken, refused;
  gint64 refused_at; /* 0 none */
  char *why;         /* of the last refusal, without a patient's word; "" */
} ClinicFeedCount;

/* Adds what came since: taken and refused are counted on, the times and `why` replace those of
 * before where they are set.  CLINIC_POWER_FEED. */
gboolean clinic_feed_count_add(ClinicSession *session, const ClinicFeedCount *more, GError **error);
gboolean clinic_feed_count(ClinicSession *session, ClinicFeedCount *ret, GError **error);
void clinic_feed_count_clear(ClinicFeedCount *count);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ClinicFeedCount, clinic_feed_count_clear)

G_END_DECLS
#endif
