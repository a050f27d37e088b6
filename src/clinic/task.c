#include "clinic/task.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/item.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"

static gboolean
task_add(ClinicSession *session, const ClinicTask *task, gint64 id, GError **error)
{
  StoreHandle *store = session->store;
  gint64 now = base_clock_now();
  StoreItem item = {.id = id,
                    .version = 1,
                    .kind = CLINIC_KIND_TASK,
                    .state = CLINIC_STATE_READY,
                    .open = TRUE,
                    .patient = task->patient,
                    .clinician = task->clinician,
                    .created = now,
                    .since = now,
                    .confidence = -1};
  StoreRevision revision = {.id = vault_process_id(), .item = id, .at = now, .text = task->text};
  if (!store_item_add(store, &item, error) || !store_revision_add(store, &item, &revision, error) ||
      !store_revision_put_findings(store, &item, revision.id, 0, "[]", error))
    return FALSE;
  item.revision = item.draft = revision.id;
  gboolean ok = store_item_change(store, &item, error);
  g_free(item.words); /* it was read for that */
  if (!ok)
    return FALSE;
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, id, task->patient, task->event);
  return TRUE;
}

gboolean
clinic_task_ask(ClinicSession *session, const ClinicTask *task, gboolean *ret_new, GError **error)
{
  gint64 id = 0;
  g_autoptr(StoreItem) known = NULL;
  GError *failed = NULL;
  memcpy(&id, task->tag.bytes, sizeof id);
  id = MAX(id & G_MAXINT64, 1);
  *ret_new = FALSE;
  if (store_item_load(session->store, id, &known, &failed))
    return TRUE;
  if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_error_free(failed);
  *ret_new = TRUE;
  return task_add(session, task, id, error);
}
