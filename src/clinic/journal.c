#include <string.h>

#include "clinic/item.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/clinic/review.h"
#include "guichet/store/journal.h"
#include "guichet/vault/seal.h"

gboolean
clinic_journal_save(ClinicSession *session, gint64 item, const char *text, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) row = NULL;
  if (!clinic_item_begin(session, item, 0, &row, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_JOURNAL_SAVE, item, row->patient, NULL);
  if (store_journal_put(store, row, clinic_session_user(session), base_clock_now(), text, error) &&
      store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_journal_load(ClinicSession *session, gint64 item, char **ret, gint64 *ret_at, GError **error)
{
  g_autoptr(StoreItem) row = NULL;
  return store_item_load(clinic_session_store(session), item, &row, error) &&
         store_journal_load(clinic_session_store(session), row, clinic_session_user(session), ret,
                            ret_at, error);
}

gboolean
clinic_journal_clear(ClinicSession *session, gint64 item, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) row = NULL;
  if (!clinic_item_begin(session, item, 0, &row, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_JOURNAL_SAVE, item, row->patient, "cleared");
  if (store_journal_drop(store, item, clinic_session_user(session), error) &&
      store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}
