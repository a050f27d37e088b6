#include "clinic/action.h"

/* One row an action: its word, and what the audit trail calls it. */
static const struct {
  const char *word;
  StoreEventKind event;
} ACTIONS[CLINIC_ACTION_N] = {
    [CLINIC_ACTION_DRAFTED] = {"draft", STORE_EVENT_ITEM_DRAFT},
    [CLINIC_ACTION_FAIL] = {"fail", STORE_EVENT_OUTBOX_FAIL},
    [CLINIC_ACTION_OPEN] = {"open", STORE_EVENT_ITEM_HOLD},
    [CLINIC_ACTION_RELEASE] = {"release", STORE_EVENT_ITEM_RELEASE},
    [CLINIC_ACTION_EXPIRE] = {"expire", STORE_EVENT_ITEM_RELEASE},
    [CLINIC_ACTION_EDIT] = {"edit", STORE_EVENT_ITEM_EDIT},
    [CLINIC_ACTION_OVERRIDE] = {"override", STORE_EVENT_ITEM_OVERRIDE},
    [CLINIC_ACTION_SIGN] = {"sign", STORE_EVENT_ITEM_SIGN},
    [CLINIC_ACTION_UNDO] = {"undo", STORE_EVENT_ITEM_UNDO},
    [CLINIC_ACTION_REGENERATE] = {"regenerate", STORE_EVENT_ITEM_REGENERATE},
    [CLINIC_ACTION_ESCALATE] = {"escalate", STORE_EVENT_ITEM_ESCALATE},
    [CLINIC_ACTION_REJECT] = {"reject", STORE_EVENT_ITEM_REJECT},
    [CLINIC_ACTION_RESTORE] = {"restore", STORE_EVENT_ITEM_ADD},
    [CLINIC_ACTION_TAKE] = {"take", STORE_EVENT_OUTBOX_TAKE},
    [CLINIC_ACTION_DELIVER] = {"deliver", STORE_EVENT_OUTBOX_DELIVER},
    [CLINIC_ACTION_DEFER] = {"defer", STORE_EVENT_OUTBOX_FAIL},
    [CLINIC_ACTION_DOUBT] = {"doubt", STORE_EVENT_OUTBOX_AMBIGUOUS},
    [CLINIC_ACTION_RETRY] = {"retry", STORE_EVENT_OUTBOX_RETRY},
    [CLINIC_ACTION_ARRIVED] = {"arrived", STORE_EVENT_OUTBOX_RESOLVE},
    [CLINIC_ACTION_APPROVE] = {"approve", STORE_EVENT_REMINDER_APPROVE},
    [CLINIC_ACTION_WITHDRAW] = {"withdraw", STORE_EVENT_REMINDER_WITHDRAW},
    [CLINIC_ACTION_BOUNCE] = {"bounce", STORE_EVENT_OUTBOX_BOUNCE},
};

const char *
clinic_action_word(ClinicAction action)
{
  return action < CLINIC_ACTION_N ? ACTIONS[action].word : "?";
}

StoreEventKind
clinic_action_event(ClinicAction action)
{
  return ACTIONS[action].event;
}
