#include "clinic/guard.h"

#include "clinic/amendment.h"
#include "clinic/look.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/outbox.h"

#define GUARD_REASON_LETTERS 3

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

gboolean
clinic_guard_none(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                  GError **error)
{
  (void)session;
  (void)item;
  (void)move;
  (void)error;
  return TRUE;
}

gboolean
clinic_guard_reason(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                    GError **error)
{
  (void)session;
  if (move->reason == CLINIC_REASON_DONE && item->kind != CLINIC_KIND_TASK)
    return refuse(error, BASE_ERROR_USAGE, _("Only a task is done; this is signed or rejected."));
  if (move->reason != CLINIC_REASON_NONE)
    return TRUE;
  if (move->words != NULL && g_utf8_strlen(move->words, -1) >= GUARD_REASON_LETTERS)
    return TRUE;
  return refuse(error, BASE_ERROR_USAGE, _("This asks for a reason, of three letters at least."));
}

static gboolean
held_by_other(ClinicSession *session, const StoreItem *item)
{
  return item->holder != 0 && item->holder != clinic_session_user(session) &&
         item->holder_until > base_clock_now();
}

gboolean
clinic_guard_free(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                  GError **error)
{
  (void)move;
  if (!held_by_other(session, item))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              _("%s has this item open; it can be read meanwhile."),
              clinic_user_title(session, item->holder));
  return FALSE;
}

gboolean
clinic_guard_held(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                  GError **error)
{
  if (!clinic_guard_free(session, item, move, error))
    return FALSE;
  if (item->holder == clinic_session_user(session) && item->holder_until > base_clock_now())
    return TRUE;
  return refuse(error, BASE_ERROR_CONFLICT,
                _("This item is not open for review by you any more; open it again."));
}

gboolean
clinic_guard_held_reason(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                         GError **error)
{
  return clinic_guard_held(session, item, move, error) &&
         clinic_guard_reason(session, item, move, error);
}

gboolean
clinic_guard_lease_over(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                        GError **error)
{
  (void)session;
  (void)move;
  if (item->holder_until <= base_clock_now())
    return TRUE;
  return refuse(error, BASE_ERROR_CONFLICT, _("Somebody still has this item open."));
}

static gboolean
no_block(const StoreItem *item, GError **error)
{
  if (item->n_block == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
              ngettext("%d blocking finding is open: change the text, or have it overridden.",
                       "%d blocking findings are open: change the text, or have them overridden.",
                       (gulong)item->n_block),
              (int)item->n_block);
  return FALSE;
}

static gboolean
all_looked_at(ClinicSession *session, const StoreItem *item, GError **error)
{
  guint unseen = 0;
  if (item->n_warn + item->n_info == 0)
    return TRUE;
  if (!clinic_look_count(session, item, &unseen, error))
    return FALSE;
  if (unseen == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
              ngettext("%u unsupported statement was not looked at yet: read it first.",
                       "%u unsupported statements were not looked at yet: read them first.",
                       unseen),
              unseen);
  return FALSE;
}

gboolean
clinic_guard_signable(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                      GError **error)
{
  if (!clinic_guard_held(session, item, move, error))
    return FALSE;
  if (item->reason == CLINIC_ITEM_ESCALATED &&
      !clinic_session_may(session, CLINIC_POWER_ESCALATED_SIGN))
    return refuse(error, BASE_ERROR_DENIED,
                  _("This item was escalated: a senior clinician signs it."));
  return no_block(item, error) && all_looked_at(session, item, error);
}

gboolean
clinic_guard_undo_window(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                         GError **error)
{
  (void)session;
  (void)move;
  if (base_clock_now() < item->due)
    return TRUE;
  return refuse(error, BASE_ERROR_DENIED, _("The time to undo is over: it is being sent, or was."));
}

/* The last look before it goes: whatever has changed since it was approved. */
static gboolean
reminder_holds(ClinicSession *session, const StoreItem *item, GError **error)
{
  ClinicReminderHold hold = CLINIC_REMINDER_OVER;
  const char *why = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(CalendarPolicy) policy = NULL;
  if (!store_reminder_of(clinic_session_store(session), item->id, &rows, error) ||
      !clinic_reminder_policy_load(session, &policy, error) ||
      !clinic_reminder_hold_ask(session, policy, rows, &hold, &why, error))
    return FALSE;
  if (hold == CLINIC_REMINDER_HOLDS)
    return TRUE;
  if (hold == CLINIC_REMINDER_RESTS)
    return refuse(error, BASE_ERROR_TRY_AGAIN, _("Reminders do not go out at this hour."));
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              _("This reminder does not hold any more: %s."), _(why));
  return FALSE;
}

gboolean
clinic_guard_due(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                 GError **error)
{
  (void)move;
  if (base_clock_now() >= item->due)
    return item->kind != CLINIC_KIND_REMINDER || reminder_holds(session, item, error);
  return refuse(error, BASE_ERROR_TRY_AGAIN,
                _("The signature can still be undone; it is sent after that."));
}

gboolean
clinic_guard_drafted(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                     GError **error)
{
  (void)session;
  (void)move;
  if (item->revision != 0)
    return TRUE;
  return refuse(error, BASE_ERROR_DENIED, _("This item has no text yet."));
}

static gboolean
has_outbox(ClinicSession *session, const StoreItem *item)
{
  g_autoptr(StoreOutbox) row = NULL;
  return store_outbox_of(clinic_session_store(session), item, &row, NULL);
}

gboolean
clinic_guard_retryable(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                       GError **error)
{
  (void)move;
  if (has_outbox(session, item))
    return TRUE;
  return refuse(error, BASE_ERROR_DENIED,
                _("Nothing signed waits here: ask for a new draft instead."));
}

gboolean
clinic_guard_undrafted(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                       GError **error)
{
  (void)move;
  if (!has_outbox(session, item))
    return TRUE;
  return refuse(error, BASE_ERROR_DENIED,
                _("What was signed waits in the outbox: send it again, or settle it."));
}

gboolean
clinic_guard_reminder(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                      GError **error)
{
  if (item->kind != CLINIC_KIND_REMINDER)
    return refuse(error, BASE_ERROR_DENIED,
                  _("Only a reminder is approved as it is: open this one, read it and sign."));
  return clinic_guard_free(session, item, move, error);
}

gboolean
clinic_guard_status(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                    GError **error)
{
  if (item->kind != CLINIC_KIND_STATUS)
    return refuse(error, BASE_ERROR_DENIED,
                  _("Only what is read in a review is signed: open it first."));
  return clinic_guard_free(session, item, move, error);
}

gboolean
clinic_guard_reviewable(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                        GError **error)
{
  if (item->kind == CLINIC_KIND_REMINDER)
    return refuse(error, BASE_ERROR_DENIED,
                  _("A reminder is approved or skipped as it is, where reminders are listed."));
  if (item->kind == CLINIC_KIND_STATUS)
    return refuse(error, BASE_ERROR_DENIED,
                  _("This is what the desk said of an appointment: say it anew in the agenda."));
  if (item->kind == CLINIC_KIND_TASK)
    return refuse(error, BASE_ERROR_DENIED,
                  _("A task is read and done; there is nothing in it to edit or to sign."));
  return clinic_guard_free(session, item, move, error);
}

gboolean
clinic_guard_reviewable_reason(ClinicSession *session, const StoreItem *item,
                               const ClinicMove *move, GError **error)
{
  if (clinic_kind_is_desk((ClinicKind)item->kind))
    return clinic_guard_reviewable(session, item, move, error);
  return clinic_guard_reason(session, item, move, error);
}

gboolean
clinic_guard_restorable(ClinicSession *session, const StoreItem *item, const ClinicMove *move,
                        GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_guard_drafted(session, item, move, error) ||
      !clinic_amendment_alone(session, item, error))
    return FALSE;
  if (item->kind != CLINIC_KIND_REMINDER)
    return TRUE;
  if (!store_reminder_of(clinic_session_store(session), item->id, &rows, error))
    return FALSE;
  return rows->len > 0 ||
         refuse(error, BASE_ERROR_DENIED,
                _("This reminder was taken back; what still holds is planned anew."));
}
