#include <string.h>

#include "clinic/chart.h"
#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/patient.h"
#include "clinic/review.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/clinic/recheck.h"
#include "guichet/store/item.h"
#include "guichet/store/revision.h"
#include "guichet/vault/seal.h"

enum { RECHECK_ITEMS = 50 }; /* of one patient, the newest first */

/* What the text is checked against again. */
static gboolean
review_of(ClinicSession *session, const StoreItem *item, ClinicReview **ret, GError **error)
{
  g_autoptr(ClinicReview) review = g_new0(ClinicReview, 1);
  review->item = clinic_item_from(session, item);
  if (!clinic_patient_read(session, item->patient, &review->patient, error) ||
      !clinic_review_load(session, item, review, error))
    return FALSE;
  *ret = g_steal_pointer(&review);
  return TRUE;
}

static char *
json_of(const GPtrArray *findings)
{
  json_t *list = clinic_finding_to_json(findings);
  char *text = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  return text;
}

static gboolean
put_inside(ClinicSession *session, StoreItem *item, const GPtrArray *findings, GError **error)
{
  char *before = NULL;
  gint64 version = 0;
  if (!store_revision_findings(session->store, item, item->revision, &version, &before, error))
    return FALSE;
  vault_seal_forget(before, strlen(before));
  g_autofree char *json = json_of(findings);
  clinic_finding_count(findings, item);
  clinic_session_event(session, STORE_EVENT_ITEM_CHECK, item->id, item->patient, "chart");
  return store_revision_put_findings(session->store, item, item->revision, version, json, error) &&
         store_item_change(session->store, item, error) && store_tx_commit(session->store, error);
}

static gboolean
put(ClinicSession *session, const ClinicReview *review, const GPtrArray *findings, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_item_begin(session, review->item->id, review->item->version, &item, error))
    return FALSE;
  if (put_inside(session, item, findings, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}

static gboolean
is_there(const GPtrArray *findings, const ScribeFinding *one)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = ((const ClinicFinding *)findings->pdata[i])->finding;
    if (f->kind == one->kind && f->start == one->start && f->end == one->end &&
        f->severity >= one->severity)
      return TRUE;
  }
  return FALSE;
}

static gint
by_place(gconstpointer a, gconstpointer b)
{
  const ClinicFinding *x = *(ClinicFinding *const *)a, *y = *(ClinicFinding *const *)b;
  return (x->finding->start > y->finding->start) - (x->finding->start < y->finding->start);
}

/* Those there were, overridden or not, and what is new; lent. */
static GPtrArray *
merged(const GPtrArray *old, const GPtrArray *fresh)
{
  GPtrArray *all = g_ptr_array_new();
  for (guint i = 0; i < old->len; i++)
    g_ptr_array_add(all, old->pdata[i]);
  for (guint i = 0; i < fresh->len; i++)
    if (!is_there(old, ((const ClinicFinding *)fresh->pdata[i])->finding))
      g_ptr_array_add(all, fresh->pdata[i]);
  g_ptr_array_sort(all, by_place);
  return all;
}

gboolean
clinic_chart_recheck_review(ClinicSession *session, const ClinicReview *review, gboolean *ret_more,
                            GError **error)
{
  g_autoptr(ClinicRecheck) recheck = NULL;
  GPtrArray *found = NULL;
  gboolean more = FALSE;
  *ret_more = FALSE;
  if (review->transcript == NULL && review->item->visit != 0 && review->amendment == NULL)
    return TRUE; /* it cannot be checked any more */
  if (!clinic_recheck_new(session, review, &recheck, error) ||
      !clinic_recheck_run(recheck, review->text, &found, error))
    return FALSE;
  g_autoptr(GPtrArray) fresh = clinic_finding_wrap(found);
  g_autoptr(GPtrArray) all = merged(review->findings, fresh);
  more = all->len > review->findings->len;
  if (more && !put(session, review, all, error))
    return FALSE;
  *ret_more = more;
  return TRUE;
}

static gboolean
recheck_item(ClinicSession *session, const StoreItem *item, GError **error)
{
  g_autoptr(ClinicReview) review = NULL;
  gboolean more = FALSE;
  GError *why = NULL;
  if (review_of(session, item, &review, &why) &&
      clinic_chart_recheck_review(session, review, &more, &why))
    return TRUE;
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT)) { /* somebody took it: the signature
                                                                  asks again */
    g_error_free(why);
    return TRUE;
  }
  g_propagate_error(error, why);
  return FALSE;
}

static gboolean
on_item(const StoreItem *item, gpointer data)
{
  if (item->state == CLINIC_STATE_READY && item->revision != 0 &&
      (item->kind == CLINIC_KIND_NOTE || item->kind == CLINIC_KIND_LETTER))
    g_array_append_val(data, item->id);
  return TRUE;
}

gboolean
clinic_chart_recheck(ClinicSession *session, gint64 patient, GError **error)
{
  StoreItemQuery query = {.order = STORE_ITEM_BY_CREATED,
                          .part = STORE_ITEM_PATIENT,
                          .value = patient,
                          .descending = TRUE};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gboolean end = FALSE;
  store_item_query_start(&query);
  if (!clinic_session_may(session, CLINIC_POWER_BODY_SEE))
    return TRUE; /* the signature asks */
  if (!store_item_page(session->store, &query, RECHECK_ITEMS, on_item, ids, &end, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(StoreItem) item = NULL;
    if (!store_item_load(session->store, g_array_index(ids, gint64, i), &item, error) ||
        !recheck_item(session, item, error))
      return FALSE;
  }
  return TRUE;
}
