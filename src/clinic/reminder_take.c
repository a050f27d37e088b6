#include <string.h>

#include "clinic/item.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/outbox.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"

#define TAKE_CODE_LETTERS 8u

/* Letters and digits that nobody mistakes for one another on paper or at the phone. */
static char *
code_new(void)
{
  static const char LETTERS[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  GString *code = g_string_new(NULL);
  for (guint i = 0; i < TAKE_CODE_LETTERS; i++)
    g_string_append_c(code, LETTERS[vault_process_random(sizeof LETTERS - 1)]);
  return g_string_free(code, FALSE);
}

/* What anybody who opens the item reads until it is approved. */
static gboolean
add_text(ClinicSession *session, const CalendarPolicy *policy, StoreItem *item,
         const GPtrArray *rows, const char *code, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(ClinicReminderMessage) message = NULL;
  if (!clinic_reminder_message_make(session, policy, rows, code, item->created, &message, error))
    return FALSE;
  StoreRevision revision = {
      .id = vault_process_id(), .item = item->id, .at = item->created, .text = message->text};
  item->revision = item->draft = revision.id;
  return store_revision_add(store, item, &revision, error) &&
         store_revision_put_findings(store, item, revision.id, 0, "[]", error);
}

static gboolean
add_rows(ClinicSession *session, gint64 item, const GPtrArray *rows, const char *code,
         GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  for (guint i = 0; i < rows->len; i++) {
    StoreReminder row = *(const StoreReminder *)rows->pdata[i];
    gint64 last = -1;
    if (!store_reminder_sequence(store, row.uid, row.recurrence, row.patient, &last, error))
      return FALSE;
    row.id = vault_process_id();
    row.item = item;
    row.sequence = last + 1;
    row.code = i == 0 ? (char *)(guintptr)code : NULL;
    if (!store_reminder_add(store, &row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
still_holds(ClinicSession *session, const CalendarPolicy *policy, const GPtrArray *rows,
            GError **error)
{
  ClinicReminderHold hold = CLINIC_REMINDER_OVER;
  const char *why = NULL;
  if (!clinic_reminder_hold_ask(session, policy, rows, &hold, &why, error))
    return FALSE;
  if (hold != CLINIC_REMINDER_OVER)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              _("This reminder does not hold any more: %s."), _(why));
  return FALSE;
}

static gboolean
up_inside(ClinicSession *session, const CalendarPolicy *policy, const GPtrArray *rows,
          gint64 *ret_item, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreReminder *lead = rows->pdata[0];
  g_autofree char *code = code_new();
  g_autofree char *detail = g_strdup_printf("reminder %s, %u", lead->kind, rows->len);
  gint64 now = base_clock_now();
  StoreItem item = {.id = vault_process_id(),
                    .kind = CLINIC_KIND_REMINDER,
                    .state = CLINIC_STATE_READY,
                    .open = TRUE,
                    .patient = lead->patient,
                    .created = now,
                    .since = now,
                    .confidence = -1};
  if (!still_holds(session, policy, rows, error) ||
      !add_text(session, policy, &item, rows, code, error) ||
      !store_item_add(store, &item, error) || !add_rows(session, item.id, rows, code, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, item.id, item.patient, detail);
  *ret_item = item.id;
  return store_tx_commit(store, error);
}

gboolean
clinic_reminder_take_up(ClinicSession *session, const CalendarPolicy *policy, const GPtrArray *rows,
                        gint64 *ret_item, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  if (!store_tx_begin(store, error))
    return FALSE;
  if (up_inside(session, policy, rows, ret_item, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

static gboolean
back_inside(ClinicSession *session, StoreItem *item, const char *why, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_OTHER, why};
  g_autoptr(StoreOutbox) row = NULL;
  if (!clinic_item_allow(session, item, CLINIC_ACTION_WITHDRAW, &move, error))
    return FALSE;
  gboolean waits = store_outbox_of(store, item, &row, NULL);
  item->due = 0;
  item->reason = CLINIC_REASON_OTHER;
  g_free(item->words);
  item->words = g_strdup(_(why));
  return (!waits || store_outbox_drop(store, item->id, error)) &&
         store_reminder_drop(store, item->id, error) &&
         clinic_item_move(session, item, CLINIC_ACTION_WITHDRAW, why, error) &&
         store_tx_commit(store, error);
}

gboolean
clinic_reminder_take_back(ClinicSession *session, gint64 id, const char *why, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  if (back_inside(session, item, why, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}
