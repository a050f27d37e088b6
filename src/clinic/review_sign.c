#include <string.h>

#include "clinic/chart.h"
#include "clinic/figure.h"
#include "clinic/item.h"
#include "clinic/payload.h"
#include "clinic/review.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/clinic/style.h"
#include "guichet/store/outbox.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"

static gboolean
sign_may(ClinicSession *session, const ClinicReview *review, const ClinicProof *proof,
         GError **error)
{
  if (proof == NULL || !clinic_proof_holds(proof, session)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED,
                        _("Signing asks for your password again."));
    return FALSE;
  }
  if (*review->text != '\0')
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED, _("An empty text cannot be signed."));
  return FALSE;
}

/* The chart may have been read after the text was checked: what it adds is looked at first. */
static gboolean
sign_chart(ClinicSession *session, ClinicReview *review, GError **error)
{
  g_autoptr(ClinicChart) chart = NULL;
  gboolean more = FALSE;
  if (review->patient == NULL)
    return TRUE;
  if (!clinic_chart_load(session, review->patient->id, &chart, error))
    return FALSE;
  if (chart->read_at == 0)
    return TRUE;
  if (!clinic_chart_recheck_review(session, review, &more, error))
    return FALSE;
  if (!more)
    return TRUE;
  if (clinic_review_refresh(session, review, error))
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                        _("The patient's chart was read meanwhile, and the checks found more: look "
                          "at the findings, then sign."));
  return FALSE;
}

static gboolean
sign_inside(ClinicSession *session, const ClinicReview *review, StoreItem *item,
            const char *attested, const VaultHash *digest, const ClinicPayload *payload, gint64 now,
            GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const BaseConf *conf = clinic_session_conf(session);
  VaultHash sent;
  gsize length = 0;
  const void *bytes = g_bytes_get_data(payload->bytes, &length);
  vault_chain_digest(bytes, length, &sent);
  StoreOutbox row = {.id = vault_process_id(),
                     .item = item->id,
                     .signed_at = now,
                     .due = now + base_conf_int(conf, BASE_CONF_OUTBOX_UNDO) * BASE_CLOCK_SECOND,
                     .changed_at = now,
                     .destination = payload->destination,
                     .name = payload->name,
                     .sender = payload->sender,
                     .recipient = payload->recipient};
  memcpy(row.digest, sent.bytes, sizeof row.digest);
  if (item->revision != review->revision) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_CONFLICT,
        _("Somebody changed this item meanwhile; look at it again. Nothing was done."));
    return FALSE;
  }
  item->due = row.due;
  g_autofree char *hex = vault_chain_hex(digest->bytes, VAULT_CHAIN_BYTES);
  return store_revision_sign(store, item, clinic_session_user(session), now, digest->bytes,
                             attested, error) &&
         store_outbox_add(store, item, &row, payload->bytes, error) &&
         clinic_figure_decide(session, item, TRUE, error) &&
         clinic_item_move(session, item, CLINIC_ACTION_SIGN, hex, error) &&
         store_tx_commit(store, error);
}

/* Signed is signed, whatever becomes of this. */
static void
sign_learn(ClinicSession *session, const ClinicReview *review)
{
  g_autoptr(GError) why = NULL;
  if (!clinic_style_learn(session, review, &why))
    base_log(BASE_LOG_WARN, "no examples were taken of a signed text: %s", why->message);
}

gboolean
clinic_review_sign(ClinicSession *session, ClinicReview *review, const ClinicProof *proof,
                   GError **error)
{
  gint64 now = base_clock_now();
  VaultHash digest;
  g_autofree char *attested = NULL;
  g_autoptr(ClinicPayload) payload = NULL;
  g_autoptr(StoreItem) item = NULL;
  if (!sign_may(session, review, proof, error) || !sign_chart(session, review, error))
    return FALSE;
  clinic_payload_attest(session, review, now, &attested, &digest);
  if (!clinic_payload_make(session, review, now, &digest, &payload, error) ||
      !clinic_review_begin(session, review, CLINIC_ACTION_SIGN, &item, error))
    return FALSE;
  if (!sign_inside(session, review, item, attested, &digest, payload, now, error)) {
    store_tx_rollback(clinic_session_store(session));
    return FALSE;
  }
  clinic_review_update(session, review, item);
  sign_learn(session, review);
  return TRUE;
}
