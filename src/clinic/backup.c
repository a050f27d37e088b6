#include "guichet/clinic/backup.h"

#include "guichet/base/i18n.h"
#include "guichet/clinic/outbox.h"
#include "guichet/store/backup.h"
#include "guichet/store/tx.h"
#include "clinic/session.h"

static gboolean
note_backup(ClinicSession *session, const char *detail, GError **error)
{
  StoreEvent event = {.kind = STORE_EVENT_BACKUP, .actor = session->user, .detail = detail};
  return store_tx_note(session->store, &event, error);
}

/* The event comes first: it stands in the copy that it speaks of. */
gboolean
clinic_backup_make(ClinicSession *session, const char *data, const char *keys, char **ret_data,
                   char **ret_keys, GError **error)
{
  g_autofree char *folder = store_handle_path(session->store, "backup");
  return clinic_session_require(session, CLINIC_POWER_BACKUP, error) &&
         note_backup(session, "made", error) &&
         store_backup_make(session->store, data != NULL ? data : folder,
                           keys != NULL ? keys : folder, ret_data, ret_keys, error);
}

/* What waited to be sent when the copy was made may have been sent since, and the copy does not
 * know it: a person settles it. */
static gboolean
doubt_outbox(const ClinicSession *session, GError **error)
{
  g_autoptr(ClinicSession) worker = NULL;
  g_autoptr(GPtrArray) orphans = NULL;
  const char *why = _("it stood in a restored copy, and may have been sent since that was made");
  if (!clinic_session_worker(session, &worker, error) ||
      !clinic_outbox_orphans(worker, &orphans, error))
    return FALSE;
  for (guint i = 0; i < orphans->len; i++)
    if (!clinic_outbox_doubtful(worker, g_ptr_array_index(orphans, i), why, error))
      return FALSE;
  for (;;) {
    g_autoptr(ClinicParcel) parcel = NULL;
    if (!clinic_outbox_take(worker, &parcel, error))
      return FALSE;
    if (parcel == NULL)
      return TRUE;
    if (!clinic_outbox_doubtful(worker, parcel, why, error))
      return FALSE;
  }
}

gboolean
clinic_backup_restore(const char *data, const char *keys, const char *dir, const char *user,
                      const char *password, ClinicSession **ret, GError **error)
{
  g_autoptr(StoreHandle) store = NULL;
  g_autoptr(ClinicSession) session = NULL;
  if (!store_backup_restore(data, keys, dir, &store, error))
    return FALSE;
  g_clear_pointer(&store, store_handle_close);
  if (!clinic_session_login(dir, user, password, &session, error) ||
      !clinic_session_require(session, CLINIC_POWER_BACKUP, error) ||
      !doubt_outbox(session, error) || !store_backup_host(session->store, error) ||
      !note_backup(session, "restored", error))
    return FALSE;
  *ret = g_steal_pointer(&session);
  return TRUE;
}
