/* Items: units of work in the queue; one state machine for all kinds (src/clinic/item.def). */
#ifndef GUICHET_CLINIC_ITEM_H
#define GUICHET_CLINIC_ITEM_H

#include "guichet/clinic/session.h"

G_BEGIN_DECLS

typedef enum {
#define STATE(id, word, title, open) CLINIC_STATE_##id,
#include "clinic/item.def"
#undef STATE
  CLINIC_STATE_N
} ClinicState;

typedef enum {
  CLINIC_ACTION_DRAFTED,
  CLINIC_ACTION_FAIL,
  CLINIC_ACTION_OPEN,
  CLINIC_ACTION_RELEASE,
  CLINIC_ACTION_EXPIRE,
  CLINIC_ACTION_EDIT,
  CLINIC_ACTION_OVERRIDE,
  CLINIC_ACTION_SIGN,
  CLINIC_ACTION_UNDO,
  CLINIC_ACTION_REGENERATE,
  CLINIC_ACTION_ESCALATE,
  CLINIC_ACTION_REJECT,
  CLINIC_ACTION_RESTORE,
  CLINIC_ACTION_TAKE,
  CLINIC_ACTION_DELIVER,
  CLINIC_ACTION_DEFER,
  CLINIC_ACTION_DOUBT,
  CLINIC_ACTION_RETRY,
  CLINIC_ACTION_ARRIVED,
  CLINIC_ACTION_APPROVE,  /* a reminder */
  CLINIC_ACTION_WITHDRAW, /* a reminder that does not hold any more */
  CLINIC_ACTION_BOUNCE,   /* a mail came back */
  CLINIC_ACTION_N
} ClinicAction;

typedef enum {
  CLINIC_KIND_NOTE,
  CLINIC_KIND_LETTER,
  CLINIC_KIND_REPLY,
  CLINIC_KIND_REMINDER,
  CLINIC_KIND_FORM,
  CLINIC_KIND_TASK,
  CLINIC_KIND_STATUS, /* of an appointment, for the server that it came from */
  CLINIC_KIND_N
} ClinicKind;

/* A row of the queue.  Names are "" for a role that may not see them. */
typedef struct {
  gint64 id, version;
  ClinicKind kind;
  ClinicState state;
  gint64 patient, visit, clinician;
  gint64 created, since; /* microseconds: of the item, of its state */
  gint64 due;            /* SIGNED: when sending may begin, the end of the undo window; else 0 */
  guint n_block, n_warn, n_info; /* unresolved findings */
  int confidence;                /* per thousand, of its weakest statements' mean; -1 unknown */
  gint64 holder, holder_until;   /* who has it open; 0 nobody */
  char *patient_name, *clinician_name, *holder_name;
  gboolean escalated; /* until it is signed, whatever its state */
  char *reason;       /* why rejected, escalated or failed; "" */
} ClinicItem;

gboolean clinic_item_load(ClinicSession *session, gint64 id, ClinicItem **ret, GError **error);

/* No clinical body: a reminder, a task.  Whoever sees the queue may read it. */
gboolean clinic_kind_is_desk(ClinicKind kind);

/* The newest text of an item that is the desk's, which nobody reviews: an audit event, as every
 * reading.  Another's is BASE_ERROR_DENIED (clinic/review.h). */
gboolean clinic_item_body(ClinicSession *session, gint64 id, char **ret, GError **error);
void clinic_item_forget(char *body); /* wipes and frees it */

/* Reasons of a rejection, counted for the KPIs. */
typedef enum {
#define REASON(id, word, title) CLINIC_REASON_##id,
#include "clinic/reason.def"
#undef REASON
  CLINIC_REASON_N
} ClinicReason;

/* Takes one step of item.def that needs no more than words: RELEASE, REGENERATE, ESCALATE, REJECT
 * (with `reason`), RESTORE, UNDO, RETRY, ARRIVED.  `version` is the one that the person saw;
 * another is BASE_ERROR_CONFLICT and nothing changes.  0 takes whatever is there (command line). */
gboolean clinic_item_act(ClinicSession *session, gint64 id, gint64 version, ClinicAction action,
                         ClinicReason reason, const char *words, GError **error);

/* Would it be allowed now?  The same answer and the same words, with nothing changed and nothing
 * audited. */
gboolean clinic_item_can(ClinicSession *session, const ClinicItem *item, ClinicAction action,
                         GError **error);

const char *clinic_state_word(ClinicState state);
const char *clinic_state_title(ClinicState state); /* translated */
gboolean clinic_state_parse(const char *word, ClinicState *ret, GError **error);
const char *clinic_kind_word(ClinicKind kind);
const char *clinic_kind_title(ClinicKind kind);
gboolean clinic_kind_parse(const char *word, ClinicKind *ret, GError **error);
const char *clinic_reason_word(ClinicReason reason);
const char *clinic_reason_title(ClinicReason reason);
gboolean clinic_reason_parse(const char *word, ClinicReason *ret, GError **error);
const char *clinic_action_word(ClinicAction action);

void clinic_item_free(ClinicItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicItem, clinic_item_free)

G_END_DECLS
#endif
