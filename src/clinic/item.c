#include "clinic/item.h"

#include <string.h>

#include "clinic/action.h"
#include "clinic/figure.h"
#include "clinic/session.h"
#include "clinic/state.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/user.h"
#include "guichet/store/job.h"
#include "guichet/store/outbox.h"
#include "guichet/store/revision.h"
#include "guichet/store/visit.h"
#include "guichet/vault/process.h"
#include "guichet/vault/seal.h"

typedef struct {
  ClinicState from;
  ClinicAction action;
  ClinicPower power;
  ClinicGuard guard;
  ClinicState to;
} Step;

static const Step STEPS[] = {
#define ITEM(from, action, power, guard, to)                                                       \
  {CLINIC_STATE_##from, CLINIC_ACTION_##action, CLINIC_POWER_##power, clinic_guard_##guard,        \
   CLINIC_STATE_##to},
#include "clinic/item.def"
#undef ITEM
};

void
clinic_item_free(ClinicItem *item)
{
  if (item == NULL)
    return;
  g_free(item->patient_name);
  g_free(item->clinician_name);
  g_free(item->holder_name);
  g_free(item->reason);
  g_free(item);
}

static char *
item_reason(ClinicSession *session, const StoreItem *item)
{
  g_autofree char *words = NULL;
  if (!clinic_session_may(session, CLINIC_POWER_QUEUE_SEE) ||
      !store_item_words(clinic_session_store(session), item, &words, NULL))
    return g_strdup("");
  if (*words != '\0' || item->reason <= CLINIC_REASON_NONE || item->reason >= CLINIC_REASON_N)
    return g_steal_pointer(&words);
  return g_strdup(clinic_reason_title((ClinicReason)item->reason));
}

ClinicItem *
clinic_item_from(ClinicSession *session, const StoreItem *item)
{
  gboolean held = item->holder != 0 && item->holder_until > base_clock_now();
  gboolean names = clinic_session_may(session, CLINIC_POWER_PATIENT_SEE) ||
                   clinic_session_may(session, CLINIC_POWER_WORK);
  gboolean told = item->reason != 0 || item->state == CLINIC_STATE_FAILED ||
                  item->state == CLINIC_STATE_AMBIGUOUS;
  ClinicItem row = {
      .id = item->id,
      .version = item->version,
      .kind = (ClinicKind)item->kind,
      .state = (ClinicState)item->state,
      .patient = item->patient,
      .visit = item->visit,
      .clinician = item->clinician,
      .created = item->created,
      .since = item->since,
      .due = item->due,
      .n_block = (guint)item->n_block,
      .n_warn = (guint)item->n_warn,
      .n_info = (guint)item->n_info,
      .confidence = (int)item->confidence,
      .holder = held ? item->holder : 0,
      .holder_until = held ? item->holder_until : 0,
      .escalated = item->reason == CLINIC_ITEM_ESCALATED,
      .patient_name =
          g_strdup(names && item->patient != 0 ? clinic_patient_name(session, item->patient) : ""),
      .clinician_name = g_strdup(names ? clinic_user_title(session, item->clinician) : ""),
      .holder_name = g_strdup(names && held ? clinic_user_title(session, item->holder) : ""),
      .reason = told ? item_reason(session, item) : g_strdup(""),
  };
  return g_memdup2(&row, sizeof row);
}

gboolean
clinic_item_load(ClinicSession *session, gint64 id, ClinicItem **ret, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_QUEUE_SEE, error) ||
      !store_item_load(clinic_session_store(session), id, &item, error))
    return FALSE;
  *ret = clinic_item_from(session, item);
  return TRUE;
}

/* Its text, read by somebody. */
static gboolean
body_read(ClinicSession *session, const StoreItem *item, StoreRevision **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreEvent event = {STORE_EVENT_ITEM_READ, clinic_session_user(session), item->id,
                            item->patient, NULL};
  return store_revision_load(store, item, item->revision, ret, error) &&
         store_tx_note(store, &event, error);
}

gboolean
clinic_item_body(ClinicSession *session, gint64 id, char **ret, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreRevision) newest = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_QUEUE_SEE, error) ||
      !store_item_load(clinic_session_store(session), id, &item, error))
    return FALSE;
  if (!clinic_kind_is_desk((ClinicKind)item->kind)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED,
                        _("This has a clinical body: open it for review."));
    return FALSE;
  }
  if (!body_read(session, item, &newest, error))
    return FALSE;
  *ret = g_steal_pointer(&newest->text);
  return TRUE;
}

void
clinic_item_forget(char *body)
{
  vault_seal_forget(body, strlen(body));
}

static const Step *
step_find(gint64 from, ClinicAction action)
{
  for (gsize i = 0; i < G_N_ELEMENTS(STEPS); i++)
    if ((gint64)STEPS[i].from == from && STEPS[i].action == action)
      return &STEPS[i];
  return NULL;
}

/* Reminders and tasks have no clinical body: the front desk's powers are enough. */
static ClinicPower
step_power(const Step *step, const StoreItem *item)
{
  if (!clinic_kind_is_desk((ClinicKind)item->kind))
    return step->power;
  if (step->power == CLINIC_POWER_ITEM_EDIT)
    return CLINIC_POWER_DESK_EDIT;
  return step->power == CLINIC_POWER_ITEM_SIGN ? CLINIC_POWER_DESK_SIGN : step->power;
}

static const Step *
step_ask(const StoreItem *item, ClinicAction action, GError **error)
{
  const Step *step = step_find(item->state, action);
  if (step == NULL)
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                _("This is not possible while the item is %s."),
                clinic_state_title((ClinicState)item->state));
  return step;
}

gboolean
clinic_item_allow(ClinicSession *session, const StoreItem *item, ClinicAction action,
                  const ClinicMove *move, GError **error)
{
  const Step *step = step_ask(item, action, error);
  return step != NULL && clinic_session_require(session, step_power(step, item), error) &&
         step->guard(session, item, move, error);
}

gboolean
clinic_item_can(ClinicSession *session, const ClinicItem *item, ClinicAction action, GError **error)
{
  g_autoptr(StoreItem) row = NULL;
  const ClinicMove move = {CLINIC_REASON_OTHER, NULL};
  if (!store_item_load(clinic_session_store(session), item->id, &row, error))
    return FALSE;
  const Step *step = step_ask(row, action, error);
  if (step == NULL)
    return FALSE;
  if (!clinic_session_may(session, step_power(step, row))) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED, _("As %s you may not do this."),
                clinic_role_title(clinic_session_role(session)));
    return FALSE;
  }
  return step->guard(session, row, &move, error);
}

gboolean
clinic_item_begin(ClinicSession *session, gint64 id, gint64 version, StoreItem **ret,
                  GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  if (!store_tx_begin(store, error))
    return FALSE;
  gboolean ok = store_item_load(store, id, &item, error);
  if (ok && version != 0 && item->version != version) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_CONFLICT,
        _("Somebody changed this item meanwhile; look at it again. Nothing was done."));
    ok = FALSE;
  }
  if (!ok) {
    store_tx_rollback(store);
    return FALSE;
  }
  *ret = g_steal_pointer(&item);
  return TRUE;
}

gboolean
clinic_item_move(ClinicSession *session, StoreItem *item, ClinicAction action, const char *detail,
                 GError **error)
{
  const Step *step = step_ask(item, action, error);
  if (step == NULL)
    return FALSE;
  ClinicState to = step->to;
  if (to == CLINIC_STATE_READY && item->reason == CLINIC_ITEM_ESCALATED)
    to = CLINIC_STATE_ESCALATED;
  if (to != CLINIC_STATE_REVIEWING)
    item->holder = item->holder_until = 0;
  if ((gint64)to != item->state)
    item->since = base_clock_now();
  item->state = to;
  item->open = clinic_state_is_open(to);
  if (!store_item_change(clinic_session_store(session), item, error))
    return FALSE;
  clinic_session_event(session, clinic_action_event(action), item->id, item->patient, detail);
  return TRUE;
}

/* What an action changes beside the state. */

static gboolean
effect_regenerate(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreVisit) visit = NULL;
  (void)move;
  if (!store_visit_load(store, item->visit, &visit, error) ||
      !store_job_cancel(store, item->id, error))
    return FALSE;
  StoreJob job = {.id = vault_process_id(),
                  .item = item->id,
                  .visit = item->visit,
                  .state =
                      visit->consent == STORE_CONSENT_GIVEN ? STORE_JOB_WAITING : STORE_JOB_HELD,
                  .due = base_clock_now()};
  return store_job_add(store, &job, error);
}

static gboolean
effect_escalate(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  (void)session;
  (void)error;
  item->reason = CLINIC_ITEM_ESCALATED;
  g_free(item->words);
  item->words = g_strdup(move->words != NULL ? move->words : "");
  return TRUE;
}

static gboolean
effect_reject(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  item->reason = move->reason == CLINIC_REASON_NONE ? CLINIC_REASON_OTHER : (gint64)move->reason;
  g_free(item->words);
  item->words = g_strdup(move->words != NULL ? move->words : "");
  g_autoptr(StoreOutbox) row = NULL; /* of a sending that failed for good */
  gboolean waits = store_outbox_of(clinic_session_store(session), item, &row, NULL);
  return (!waits || store_outbox_drop(clinic_session_store(session), item->id, error)) &&
         store_job_cancel(clinic_session_store(session), item->id, error) &&
         clinic_figure_decide(session, item, FALSE, error);
}

static gboolean
effect_restore(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  (void)move;
  item->reason = CLINIC_REASON_NONE;
  g_free(item->words);
  item->words = g_strdup("");
  return clinic_figure_undo(session, item, error);
}

static gboolean
effect_undo(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  (void)move;
  item->due = 0;
  return store_outbox_drop(clinic_session_store(session), item->id, error) &&
         clinic_figure_undo(session, item, error);
}

static gboolean
effect_retry(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreOutbox) row = NULL;
  (void)move;
  if (!store_outbox_of(store, item, &row, error))
    return FALSE;
  row->due = row->changed_at = base_clock_now();
  row->attempts = 0;
  item->due = 0; /* it was under way once: there is nothing left to undo */
  g_free(item->words);
  item->words = g_strdup("");
  return store_outbox_change(store, item, row, error);
}

static gboolean
effect_arrived(ClinicSession *session, StoreItem *item, const ClinicMove *move, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreOutbox) row = NULL;
  if (!store_outbox_of(store, item, &row, error))
    return FALSE;
  g_free(row->receipt);
  row->receipt = g_strdup(move->words != NULL ? move->words : "");
  row->changed_at = base_clock_now();
  return store_outbox_change(store, item, row, error);
}

typedef gboolean (*Effect)(ClinicSession *, StoreItem *, const ClinicMove *, GError **);
static const Effect EFFECTS[CLINIC_ACTION_N] = {
    [CLINIC_ACTION_REGENERATE] = effect_regenerate,
    [CLINIC_ACTION_ESCALATE] = effect_escalate,
    [CLINIC_ACTION_REJECT] = effect_reject,
    [CLINIC_ACTION_RESTORE] = effect_restore,
    [CLINIC_ACTION_UNDO] = effect_undo,
    [CLINIC_ACTION_RETRY] = effect_retry,
    [CLINIC_ACTION_ARRIVED] = effect_arrived,
};

/* Actions that are words alone; the others need a text, a proof or a worker. */
static gboolean
action_is_plain(ClinicAction action)
{
  return action < CLINIC_ACTION_N && (EFFECTS[action] != NULL || action == CLINIC_ACTION_RELEASE);
}

static gboolean
act_inside(ClinicSession *session, StoreItem *item, ClinicAction action, const ClinicMove *move,
           GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const char *why =
      move->words != NULL && *move->words != '\0' ? move->words : clinic_reason_word(move->reason);
  gboolean ok = clinic_item_allow(session, item, action, move, error);
  ok = ok && (EFFECTS[action] == NULL || EFFECTS[action](session, item, move, error));
  ok = ok && clinic_item_move(session, item, action, why, error) && store_tx_commit(store, error);
  if (!ok)
    store_tx_rollback(store);
  return ok;
}

gboolean
clinic_item_act(ClinicSession *session, gint64 id, gint64 version, ClinicAction action,
                ClinicReason reason, const char *words, GError **error)
{
  const ClinicMove move = {reason, words};
  g_autoptr(StoreItem) seen = NULL, item = NULL;
  if (!action_is_plain(action)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s is no action of words alone",
                clinic_action_word(action));
    return FALSE;
  }
  /* asked before the transaction too: a refusal leaves an event of its own */
  if (!store_item_load(clinic_session_store(session), id, &seen, error) ||
      !clinic_item_allow(session, seen, action, &move, error))
    return FALSE;
  return clinic_item_begin(session, id, version, &item, error) &&
         act_inside(session, item, action, &move, error);
}
