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

G_END_DECLS
#endif
