#include <string.h>

#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/review.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/revision.h"
#include "guichet/vault/seal.h"

#define OVERRIDE_LETTERS 3

static gboolean
override_may(ClinicSession *session, const ClinicReview *review, guint index, const char *reason,
             GError **error)
{
  if (index >= review->findings->len) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("There is no finding %u."), index + 1);
    return FALSE;
  }
  if (g_utf8_strlen(reason, -1) < OVERRIDE_LETTERS) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE,
                        _("This asks for a reason, of three letters at least."));
    return FALSE;
  }
  const ClinicFinding *one = review->findings->pdata[index];
  gboolean block = one->finding->severity == SCRIBE_SEVERITY_BLOCK;
  return clinic_session_require(session,
                                block ? CLINIC_POWER_OVERRIDE_BLOCK : CLINIC_POWER_OVERRIDE, error);
}

/* The list as it is stored now, with one more override. */
static gboolean
override_inside(ClinicSession *session, StoreItem *item, guint index, const char *reason,
                GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) findings = NULL;
  gint64 version = 0;
  char *stored = NULL;
  if (!store_revision_findings(store, item, item->revision, &version, &stored, error))
    return FALSE;
  gboolean ok = clinic_finding_from_json(stored, &findings, error);
  vault_seal_forget(stored, strlen(stored));
  if (!ok || index >= findings->len)
    return FALSE;
  ClinicFinding *one = findings->pdata[index];
  g_free(one->override_reason);
  one->override_reason = g_strdup(reason);
  one->override_by = clinic_session_user(session);
  one->override_at = base_clock_now();
  json_t *list = clinic_finding_to_json(findings);
  g_autofree char *json = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  clinic_finding_count(findings, item);
  g_autofree char *detail =
      g_strdup_printf("%s: %s", scribe_finding_kind_word(one->finding->kind), reason);
  return store_revision_put_findings(store, item, item->revision, version, json, error) &&
         clinic_item_move(session, item, CLINIC_ACTION_OVERRIDE, detail, error) &&
         store_tx_commit(store, error);
}

gboolean
clinic_review_override(ClinicSession *session, ClinicReview *review, guint index,
                       const char *reason, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!override_may(session, review, index, reason, error) ||
      !clinic_review_begin(session, review, CLINIC_ACTION_OVERRIDE, &item, error))
    return FALSE;
  if (!override_inside(session, item, index, reason, error)) {
    store_tx_rollback(clinic_session_store(session));
    return FALSE;
  }
  return clinic_review_refresh(session, review, error);
}
