/* Reminders that were taken up, as rows: one of each (UID, RECURRENCE-ID, kind, patient) while it
 * is live, whatever the channel and whoever tries; each linked to the item that carries it. */
#ifndef GUICHET_STORE_REMINDER_H
#define GUICHET_STORE_REMINDER_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

#define STORE_REMINDER_SINGLE G_MININT64 /* recurrence of what does not recur */

typedef struct {
  gint64 id, mark, recurrence, patient, item, due, starts, sequence;
  gint64 appointment, calendar; /* where it stood when it was taken up */
  gint64 answer, answered;
  char *uid, *kind, *channel, *address, *template;
  char *code;          /* of the answer; NULL but on the first of a message */
  gint64 state, since; /* of the item; set by the readers */
} StoreReminder;

/* What names it on the command line: 63 bits of a keyed hash of its identity. */
gint64 store_reminder_mark(StoreHandle *store, const char *uid, gint64 recurrence, const char *kind,
                           gint64 patient);

/* Writers run inside a transaction.  BASE_ERROR_CONFLICT where there is one already. */
gboolean store_reminder_add(StoreHandle *store, const StoreReminder *row, GError **error);
/* Those of an item do not count any more: it did not go. */
gboolean store_reminder_drop(StoreHandle *store, gint64 item, GError **error);
gboolean store_reminder_answer(StoreHandle *store, gint64 item, gint64 answer, gint64 at,
                               GError **error);
gboolean store_reminder_move(StoreHandle *store, gint64 item, gint64 due, GError **error);

/* Live rows: GPtrArray of StoreReminder, free function set.  Rows of a patient whose key was
 * destroyed are left out. */
gboolean store_reminder_of(StoreHandle *store, gint64 item, GPtrArray **ret, GError **error);
gboolean store_reminder_of_event(StoreHandle *store, const char *uid, gint64 recurrence,
                                 GPtrArray **ret, GError **error);
gboolean store_reminder_marked(StoreHandle *store, gint64 mark, GPtrArray **ret, GError **error);
/* By due in [from, to), or by start. */
gboolean store_reminder_due(StoreHandle *store, gint64 from, gint64 to, GPtrArray **ret,
                            GError **error);
gboolean store_reminder_starting(StoreHandle *store, gint64 from, gint64 to, GPtrArray **ret,
                                 GError **error);

/* The largest SEQUENCE that a message about this appointment of this patient ever had, one taken
 * back included; -1 none. */
gboolean store_reminder_sequence(StoreHandle *store, const char *uid, gint64 recurrence,
                                 gint64 patient, gint64 *ret, GError **error);
/* The item whose message has this code; 0 none. */
gboolean store_reminder_coded(StoreHandle *store, const char *code, gint64 *ret, GError **error);
/* A UID of our own for the invitations to it, which says nothing.  Caller frees. */
char *store_reminder_invite(StoreHandle *store, const char *uid, gint64 recurrence, gint64 patient);

void store_reminder_free(StoreReminder *row);

/* How reminders of a template are approved. */
typedef struct {
  gint64 version, user, at; /* version 0: there is no row */
  char *template, *mode;
} StoreReminderMode;
gboolean store_reminder_mode_get(StoreHandle *store, const char *template, StoreReminderMode **ret,
                                 GError **error); /* *ret is NULL where none was set */
/* From mode->version. */
gboolean store_reminder_mode_put(StoreHandle *store, const StoreReminderMode *mode, GError **error);
gboolean store_reminder_mode_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_reminder_mode_free(StoreReminderMode *mode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReminder, store_reminder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReminderMode, store_reminder_mode_free)

G_END_DECLS
#endif
