#include "clinic/item.h"
#include "clinic/reminder.h"
#include "clinic/session.h"

gboolean
clinic_reminder_skip(ClinicSession *session, gint64 id, const char *words, GError **error)
{
  g_autoptr(ClinicReminderOutlook) outlook = NULL;
  g_autoptr(StoreItem) item = NULL;
  gint64 item_id = 0;
  if (!clinic_session_require(session, CLINIC_POWER_DESK_EDIT, error) ||
      !clinic_reminder_outlook_make(session, CLINIC_REMINDER_AHEAD, &outlook, error) ||
      !clinic_reminder_approve_item(session, outlook, id, &item_id, error) ||
      !store_item_load(clinic_session_store(session), item_id, &item, error))
    return FALSE;
  if (item->state == CLINIC_STATE_SIGNED &&
      !clinic_item_act(session, item_id, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, error))
    return FALSE;
  return clinic_item_act(session, item_id, 0, CLINIC_ACTION_REJECT, CLINIC_REASON_NOT_NEEDED, words,
                         error);
}
