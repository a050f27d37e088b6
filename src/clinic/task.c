#include "clinic/task.h"

#include <string.h>

#include "clinic/item.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
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

/* The same question is the same item. */
static gint64
task_id(const VaultTag *tag)
{
  gint64 id = 0;
  memcpy(&id, tag->bytes, sizeof id);
  return MAX(id & G_MAXINT64, 1);
}

/* *ret is NULL where it was never asked. */
static gboolean
task_find(ClinicSession *session, const VaultTag *tag, StoreItem **ret, GError **error)
{
  GError *failed = NULL;
  StoreItem *known = NULL;
  if (!store_item_load(session->store, task_id(tag), &known, &failed) &&
      !g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  g_clear_error(&failed);
  *ret = known;
  return TRUE;
}

gboolean
clinic_task_ask(ClinicSession *session, const ClinicTask *task, gboolean *ret_new, GError **error)
{
  g_autoptr(StoreItem) known = NULL;
  if (!task_find(session, &task->tag, &known, error))
    return FALSE;
  *ret_new = known == NULL;
  return known != NULL || task_add(session, task, task_id(&task->tag), error);
}

gboolean
clinic_task_done(ClinicSession *session, const VaultTag *tag, GError **error)
{
  g_autoptr(StoreItem) known = NULL;
  if (!task_find(session, tag, &known, error))
    return FALSE;
  if (known == NULL || known->state != CLINIC_STATE_READY)
    return TRUE;
  known->reason = CLINIC_REASON_DONE;
  return clinic_item_move(session, known, CLINIC_ACTION_REJECT,
                          clinic_reason_word(CLINIC_REASON_DONE), error);
}
