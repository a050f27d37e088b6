#include <string.h>

#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/review.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"

#define SAVE_CAP (1024u * 1024u)

/* The text as a new revision with its findings, and the item's counts. */
static gboolean
save_inside(ClinicSession *session, StoreItem *item, const char *text, const GPtrArray *findings,
            GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  char *own = g_strdup(text);
  StoreRevision revision = {.id = vault_process_id(),
                            .author = clinic_session_user(session),
                            .at = base_clock_now(),
                            .text = own};
  json_t *list = clinic_finding_to_json(findings);
  g_autofree char *json = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  item->revision = revision.id;
  clinic_finding_count(findings, item);
  gboolean ok = store_revision_add(store, item, &revision, error) &&
                store_revision_put_findings(store, item, revision.id, 0, json, error) &&
                clinic_item_move(session, item, CLINIC_ACTION_EDIT, NULL, error) &&
                store_tx_commit(store, error);
  if (!ok)
    store_tx_rollback(store);
  vault_seal_forget(own, strlen(own));
  return ok;
}

gboolean
clinic_review_save(ClinicSession *session, ClinicReview *review, const char *text, GError **error)
{
  g_autoptr(GPtrArray) fresh = NULL;
  g_autoptr(StoreItem) item = NULL;
  GPtrArray *found = NULL;
  if (strcmp(text, review->text) == 0)
    return TRUE;
  if (strlen(text) > SAVE_CAP || !g_utf8_validate(text, -1, NULL)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        _("A text is UTF-8 of at most one megabyte."));
    return FALSE;
  }
  if (!clinic_review_check(session, review, text, &found, error))
    return FALSE;
  fresh = clinic_finding_wrap(found);
  clinic_finding_keep(fresh, review->findings);
  return clinic_review_begin(session, review, CLINIC_ACTION_EDIT, &item, error) &&
         save_inside(session, item, text, fresh, error) &&
         clinic_review_refresh(session, review, error);
}
