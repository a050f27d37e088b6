#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/look.h"
#include "clinic/review.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

guint
clinic_review_look_unseen(const ClinicReview *review)
{
  guint n = 0;
  for (guint i = 0; i < review->findings->len; i++) {
    const ClinicFinding *one = review->findings->pdata[i];
    n += clinic_look_asks(one) && !one->looked;
  }
  return n;
}

/* Only who has it open looks at it, and at the text that is there now. */
static gboolean
look_inside(ClinicSession *session, const ClinicReview *review, const StoreItem *item,
            const char *detail, GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  if (!clinic_guard_held(session, item, &move, error))
    return FALSE;
  if (item->revision != review->revision) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_CONFLICT,
        _("Somebody changed this item meanwhile; look at it again. Nothing was done."));
    return FALSE;
  }
  clinic_session_event(session, STORE_EVENT_ITEM_LOOK, item->id, item->patient, detail);
  return clinic_look_put(session, item, review->text, review->findings, error) &&
         store_tx_commit(clinic_session_store(session), error);
}

static gboolean
look_write(ClinicSession *session, const ClinicReview *review, const char *detail, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) ||
      !clinic_item_begin(session, review->item->id, 0, &item, error))
    return FALSE;
  if (look_inside(session, review, item, detail, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

/* Those that this makes looked at, as bits of `wanted`: taken back where it cannot be written down.
 */
static gboolean
look_at(ClinicSession *session, ClinicReview *review, const gboolean *wanted, const char *how,
        GError **error)
{
  g_autoptr(GPtrArray) fresh = g_ptr_array_new();
  for (guint i = 0; i < review->findings->len; i++) {
    ClinicFinding *one = review->findings->pdata[i];
    if (!wanted[i] || !clinic_look_asks(one) || one->looked)
      continue;
    one->looked = TRUE;
    g_ptr_array_add(fresh, one);
  }
  g_autofree char *detail = g_strdup_printf("%s: %u", how, fresh->len);
  if (fresh->len == 0 || look_write(session, review, detail, error))
    return TRUE;
  for (guint i = 0; i < fresh->len; i++)
    ((ClinicFinding *)fresh->pdata[i])->looked = FALSE;
  return FALSE;
}

gboolean
clinic_review_look(ClinicSession *session, ClinicReview *review, const gboolean *shown,
                   GError **error)
{
  return look_at(session, review, shown, "shown", error);
}

gboolean
clinic_review_look_attest(ClinicSession *session, ClinicReview *review, GError **error)
{
  g_autofree gboolean *all = g_new(gboolean, review->findings->len + 1);
  for (guint i = 0; i < review->findings->len; i++)
    all[i] = TRUE;
  return look_at(session, review, all, "said to be read", error);
}
