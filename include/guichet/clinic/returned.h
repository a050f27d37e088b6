/* What comes back about mail that was sent: a report settles the item, an answer is offered to a
 * person, and what is about nothing of ours is counted and left.  The same mail read twice changes
 * nothing. */
#ifndef GUICHET_CLINIC_RETURNED_H
#define GUICHET_CLINIC_RETURNED_H

#include "guichet/clinic/item.h"

G_BEGIN_DECLS

typedef enum {
  CLINIC_RETURNED_STRANGE, /* about nothing of ours, or no mail at all */
  CLINIC_RETURNED_AGAIN,   /* known already */
  CLINIC_RETURNED_TAKEN,   /* put on record */
} ClinicReturnedWhat;

/* For the worker: how far the mailbox of a destination was read.  *ret is the last number that was,
 * 0 where its UIDVALIDITY is another than it was. */
gboolean clinic_returned_after(ClinicSession *session, const char *destination, gint64 validity,
                               gint64 *ret, GError **error);

/* One mail, in one transaction with its audit event: what it means for its item, and that its
 * number was read.  `mail` may be NULL: it could not be read. */
typedef struct {
  const char *destination;
  gint64 validity, uid;
  GBytes *mail;
} ClinicReturned;
gboolean clinic_returned_take(ClinicSession *session, const ClinicReturned *returned,
                              ClinicReturnedWhat *ret, GError **error);

/* What people wrote back, and nobody has settled: oldest first.  One to a reminder is settled by
 * clinic_reminder_answer() too. */
typedef struct {
  gint64 item, patient, at;
  char *patient_name; /* "" for a role that may not see it */
  char *code;         /* of the reminder that it answers; "" it answers another mail */
  char *from, *subject, *text;
  gboolean hint; /* a program may have written it */
} ClinicReply;
gboolean clinic_returned_replies(ClinicSession *session, GPtrArray **ret, GError **error);
/* How many these are; nothing is read of them.  CLINIC_POWER_REMINDER_SEE. */
gboolean clinic_returned_open(ClinicSession *session, guint *ret, GError **error);
void clinic_returned_reply_free(ClinicReply *reply);

/* Somebody has read and dealt with all answers to an item.  CLINIC_POWER_DESK_EDIT. */
gboolean clinic_returned_settle(ClinicSession *session, gint64 item, GError **error);

/* Of a mailbox, for doctor: read, about ours, about nothing of ours. */
typedef struct {
  gint64 read_at, taken, strange;
} ClinicReturnedCount;
gboolean clinic_returned_count(ClinicSession *session, const char *destination,
                               ClinicReturnedCount *ret, GError **error);

G_END_DECLS
#endif
