#include "clinic/review.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/look.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/revision.h"
#include "guichet/store/visit.h"
#include "guichet/vault/seal.h"

#define REVIEW_REVISIONS 1000u

void
clinic_review_free(ClinicReview *review)
{
  if (review == NULL)
    return;
  clinic_item_free(review->item);
  clinic_patient_free(review->patient);
  clinic_letter_free(review->letter);
  clinic_amendment_free(review->amendment);
  scribe_transcript_free(review->transcript);
  scribe_draft_free(review->draft);
  if (review->text != NULL)
    vault_seal_forget(review->text, strlen(review->text));
  g_clear_pointer(&review->findings, g_ptr_array_unref);
  g_free(review);
}

/* The newest text, the engine's draft, and the findings. */
static gboolean
review_load_text(ClinicSession *session, const StoreItem *item, ClinicReview *review,
                 GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreRevision) newest = NULL, engine = NULL;
  char *findings = NULL;
  gint64 version = 0;
  json_error_t problem;
  if (!store_revision_load(store, item, item->revision, &newest, error) ||
      !store_revision_load(store, item, item->draft, &engine, error) ||
      !store_revision_findings(store, item, item->revision, &version, &findings, error))
    return FALSE;
  gboolean ok = clinic_finding_from_json(findings, &review->findings, error);
  vault_seal_forget(findings, strlen(findings));
  json_t *draft = engine->draft == NULL ? NULL : json_loads(engine->draft, 0, &problem);
  ok = ok && (draft == NULL || scribe_draft_from_json(draft, &review->draft, error));
  json_decref(draft);
  review->text = g_steal_pointer(&newest->text);
  review->revision = newest->id;
  review->seq = (guint)newest->seq;
  return ok && clinic_look_fill(session, item, review->text, review->findings, error);
}

/* A transcript whose key was destroyed is simply not there any more. */
static gboolean
review_load_transcript(ClinicSession *session, const StoreItem *item, ClinicReview *review,
                       GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreVisit) visit = NULL;
  GError *failed = NULL;
  char *text = NULL;
  if (item->visit == 0)
    return TRUE;
  if (!store_visit_load(store, item->visit, &visit, error))
    return FALSE;
  if (!store_visit_transcript(store, visit, &text, &failed)) {
    if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_clear_error(&failed);
    return TRUE;
  }
  json_t *value = json_loads(text, 0, NULL);
  vault_seal_forget(text, strlen(text));
  gboolean ok = scribe_transcript_from_json("transcript", value, &review->transcript, error);
  json_decref(value);
  return ok;
}

gboolean
clinic_review_load(ClinicSession *session, const StoreItem *item, ClinicReview *review,
                   GError **error)
{
  return clinic_letter_load(session, item->id, &review->letter, error) &&
         clinic_amendment_load(session, item->id, &review->amendment, error) &&
         review_load_transcript(session, item, review, error) &&
         review_load_text(session, item, review, error);
}

static gboolean
review_fill(ClinicSession *session, const StoreItem *item, ClinicReview *review, GError **error)
{
  if (item->revision == 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT, _("This item has no text yet: it is %s."),
                clinic_state_title((ClinicState)item->state));
    return FALSE;
  }
  review->item = clinic_item_from(session, item);
  return (item->patient == 0 ||
          clinic_patient_open(session, item->patient, &review->patient, error)) &&
         clinic_review_load(session, item, review, error);
}

/* Takes the lease; the row comes back as it is now. */
static gboolean
review_hold(ClinicSession *session, gint64 id, StoreItem **ret, GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) seen = NULL, item = NULL;
  if (!store_item_load(store, id, &seen, error) ||
      !clinic_item_allow(session, seen, CLINIC_ACTION_OPEN, &move, error) ||
      !clinic_item_begin(session, id, seen->version, &item, error))
    return FALSE;
  item->holder = clinic_session_user(session);
  item->holder_until = base_clock_now() + CLINIC_REVIEW_LEASE;
  clinic_session_event(session, STORE_EVENT_ITEM_READ, id, item->patient, NULL);
  if (!clinic_item_move(session, item, CLINIC_ACTION_OPEN, NULL, error) ||
      !store_tx_commit(store, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  *ret = g_steal_pointer(&item);
  return TRUE;
}

static gboolean
review_read(ClinicSession *session, gint64 id, StoreItem **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  if (!store_item_load(store, id, &item, error))
    return FALSE;
  const StoreEvent event = {STORE_EVENT_ITEM_READ, clinic_session_user(session), id, item->patient,
                            NULL};
  if (!store_tx_note(store, &event, error))
    return FALSE;
  *ret = g_steal_pointer(&item);
  return TRUE;
}

gboolean
clinic_review_open(ClinicSession *session, gint64 id, gboolean hold, ClinicReview **ret,
                   GError **error)
{
  g_autoptr(ClinicReview) review = g_new0(ClinicReview, 1);
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error))
    return FALSE;
  gboolean ok =
      hold ? review_hold(session, id, &item, error) : review_read(session, id, &item, error);
  if (!ok)
    return FALSE;
  if (!review_fill(session, item, review, error)) {
    if (hold && review->item != NULL)
      clinic_review_release(session, review, NULL);
    return FALSE;
  }
  *ret = g_steal_pointer(&review);
  return TRUE;
}

gboolean
clinic_review_begin(ClinicSession *session, const ClinicReview *review, ClinicAction action,
                    StoreItem **ret, GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreItem) seen = NULL, item = NULL;
  if (!store_item_load(clinic_session_store(session), review->item->id, &seen, error) ||
      !clinic_item_allow(session, seen, action, &move, error) ||
      !clinic_item_begin(session, review->item->id, review->item->version, &item, error))
    return FALSE;
  if (!clinic_item_allow(session, item, action, &move, error)) {
    store_tx_rollback(clinic_session_store(session));
    return FALSE;
  }
  *ret = g_steal_pointer(&item);
  return TRUE;
}

void
clinic_review_update(ClinicSession *session, ClinicReview *review, const StoreItem *item)
{
  clinic_item_free(review->item);
  review->item = clinic_item_from(session, item);
}

/* The lease is a column like another, but renewing it is no news to anybody: the version stays. */
gboolean
clinic_review_renew(ClinicSession *session, const ClinicReview *review, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_item_begin(session, review->item->id, review->item->version, &item, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_ITEM_HOLD, item->id, item->patient, "renewed");
  if (clinic_guard_held(session, item, &move, error) &&
      store_item_renew(store, item, base_clock_now() + CLINIC_REVIEW_LEASE, error) &&
      store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_review_release(ClinicSession *session, const ClinicReview *review, GError **error)
{
  if (review->item->state != CLINIC_STATE_REVIEWING)
    return TRUE;
  return clinic_item_act(session, review->item->id, 0, CLINIC_ACTION_RELEASE, CLINIC_REASON_NONE,
                         NULL, error);
}

gboolean
clinic_review_refresh(ClinicSession *session, ClinicReview *review, GError **error)
{
  ClinicReview fresh = {0};
  g_autoptr(StoreItem) item = NULL;
  if (!store_item_load(clinic_session_store(session), review->item->id, &item, error))
    return FALSE;
  gboolean ok = review_load_text(session, item, &fresh, error);
  if (ok) {
    clinic_review_update(session, review, item);
    ClinicReview old = *review;
    review->draft = fresh.draft, review->text = fresh.text, review->findings = fresh.findings;
    review->revision = fresh.revision, review->seq = fresh.seq;
    fresh.draft = old.draft, fresh.text = old.text, fresh.findings = old.findings;
  }
  scribe_draft_free(fresh.draft);
  if (fresh.text != NULL)
    vault_seal_forget(fresh.text, strlen(fresh.text));
  g_clear_pointer(&fresh.findings, g_ptr_array_unref);
  return ok;
}

static void
revision_unref(gpointer data)
{
  clinic_revision_free(data);
}

gboolean
clinic_review_history(ClinicSession *session, gint64 item, GPtrArray **ret, GError **error)
{
  g_autoptr(StoreItem) row = NULL;
  g_autoptr(GPtrArray) stored = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) ||
      !review_read(session, item, &row, error) ||
      !store_revision_list(clinic_session_store(session), row, 0, REVIEW_REVISIONS, &stored, error))
    return FALSE;
  GPtrArray *all = g_ptr_array_new_full(stored->len, revision_unref);
  for (guint i = 0; i < stored->len; i++) {
    StoreRevision *one = stored->pdata[i];
    ClinicRevision *made = g_new0(ClinicRevision, 1);
    made->id = one->id;
    made->at = one->at;
    made->author = one->author;
    made->seq = (guint)one->seq;
    made->author_name =
        g_strdup(one->author == 0 ? _("engine") : clinic_user_title(session, one->author));
    made->text = g_steal_pointer(&one->text);
    g_ptr_array_add(all, made);
  }
  *ret = all;
  return TRUE;
}
