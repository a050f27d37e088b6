/* Guards of item.def: each says yes, or why not, in words.  Nothing is changed. */
#ifndef GUICHET_CLINIC_GUARD_H
#define GUICHET_CLINIC_GUARD_H

#include "guichet/clinic/item.h"
#include "guichet/store/item.h"

/* In the column for reasons: escalated, until it is signed. */
#define CLINIC_ITEM_ESCALATED (-1)

/* What a step is taken with. */
typedef struct {
  ClinicReason reason;
  const char *words; /* may be NULL */
} ClinicMove;

typedef gboolean (*ClinicGuard)(ClinicSession *session, const StoreItem *item,
                                const ClinicMove *move, GError **error);

#define GUARD(name)                                                                                \
  gboolean clinic_guard_##name(ClinicSession *session, const StoreItem *item,                      \
                               const ClinicMove *move, GError **error);
GUARD(none)
GUARD(reason)            /* a reason of three letters, or one of reason.def (DONE: a task) */
GUARD(free)              /* nobody else has it */
GUARD(held)              /* this user has it */
GUARD(held_reason)       /* both */
GUARD(lease_over)        /* whoever had it is past their time */
GUARD(signable)          /* held, no block open, all looked at, and escalated only by who may */
GUARD(undo_window)       /* before sending may begin */
GUARD(due)               /* the undo window is over; a reminder still holds */
GUARD(drafted)           /* there is a text */
GUARD(retryable)         /* something signed waits in the outbox */
GUARD(undrafted)         /* nothing signed waits in the outbox */
GUARD(reminder)          /* a reminder, and nobody else has it */
GUARD(status)            /* what the desk said of an appointment, and nobody else has it */
GUARD(reviewable)        /* free, and no reminder nor task: those are taken as they are */
GUARD(reviewable_reason) /* a reason, and no reminder nor task */
GUARD(restorable) /* there is a text, it was not taken back, and nothing else corrects the same */
#undef GUARD

#endif
