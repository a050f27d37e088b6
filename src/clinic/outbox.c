#include "guichet/clinic/outbox.h"

#include <string.h>

#include "clinic/backoff.h"
#include "clinic/item.h"
#include "clinic/outbox.h"
#include "clinic/session.h"
#include "clinic/state.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/patient.h"
#include "guichet/vault/chain.h"

#define OUTBOX_BATCH 16u

void
clinic_outbox_row_free(ClinicOutboxRow *row)
{
  if (row == NULL)
    return;
  g_free(row->destination);
  g_free(row->patient_name);
  g_free(row->receipt);
  g_free(row->why);
  g_free(row);
}

static void
row_unref(gpointer data)
{
  clinic_outbox_row_free(data);
}

static ClinicOutboxRow *
row_from(ClinicSession *session, const StoreItem *item, const StoreOutbox *row)
{
  gboolean names = clinic_session_may(session, CLINIC_POWER_PATIENT_SEE);
  ClinicOutboxRow made = {
      .id = row->id,
      .item = item->id,
      .state = (ClinicState)item->state,
      .destination = g_strdup(row->destination),
      .patient_name =
          g_strdup(names && item->patient != 0 ? clinic_patient_name(session, item->patient) : ""),
      .signed_at = row->signed_at,
      .due = item->state == CLINIC_STATE_SIGNED ? MAX(row->due, item->due) : row->due,
      .attempts = row->attempts,
      .changed_at = row->changed_at,
      .receipt = g_strdup(row->receipt),
      .why = clinic_outbox_why(session, item, row),
  };
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_outbox_list(ClinicSession *session, gint64 before, guint most, GPtrArray **ret,
                   GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_unref);
  if (!clinic_session_require(session, CLINIC_POWER_OUTBOX_SEE, error) ||
      !store_outbox_page(store, before == 0 ? G_MAXINT64 : before, most, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr(StoreItem) item = NULL;
    g_autoptr(StoreOutbox) row = NULL;
    if (!store_item_load(store, g_array_index(ids, gint64, i), &item, error))
      return FALSE;
    if (store_outbox_of(store, item, &row,
                        NULL)) /* a shredded patient's row cannot be opened any more */
      g_ptr_array_add(rows, row_from(session, item, row));
  }
  *ret = g_steal_pointer(&rows);
  return TRUE;
}

gboolean
clinic_outbox_show(ClinicSession *session, gint64 id, ClinicOutboxRow **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_OUTBOX_SEE, error) ||
      !store_item_load(store, id, &item, error) || !store_outbox_of(store, item, &row, error))
    return FALSE;
  *ret = row_from(session, item, row);
  return TRUE;
}

ClinicDataClass
clinic_outbox_class(const StoreItem *item)
{
  return clinic_kind_is_desk((ClinicKind)item->kind) ? CLINIC_DATA_CONTACT : CLINIC_DATA_RECORD;
}

/* The payload, where it still is what was signed. */
gboolean
clinic_outbox_parcel(StoreHandle *store, const StoreItem *item, const StoreOutbox *row,
                     ClinicParcel **ret, GError **error)
{
  g_autoptr(GBytes) bytes = NULL;
  VaultHash now, then;
  gsize length = 0;
  if (!store_outbox_payload(store, item, row, &bytes, error))
    return FALSE;
  const void *data = g_bytes_get_data(bytes, &length);
  vault_chain_digest(data, length, &now);
  memcpy(then.bytes, row->digest, sizeof then.bytes);
  if (!vault_chain_equal(&now, &then)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "item %" G_GINT64_FORMAT
                ": what waits in the outbox is not what was signed; it was not sent",
                item->id);
    return FALSE;
  }
  const ClinicParcel parcel = {.id = row->id,
                               .item = item->id,
                               .destination = g_strdup(row->destination),
                               .name = g_strdup(row->name),
                               .bytes = g_steal_pointer(&bytes),
                               .attempts = (guint)row->attempts,
                               .sender = g_strdup(row->sender),
                               .recipient = g_strdup(row->recipient),
                               .data = clinic_outbox_class(item),
                               .signed_at = row->signed_at,
                               .lane = row->target};
  *ret = g_memdup2(&parcel, sizeof parcel);
  return TRUE;
}

static gint64
lease_end(ClinicSession *session)
{
  return base_clock_now() +
         base_conf_int(clinic_session_conf(session), BASE_CONF_JOB_LEASE) * BASE_CLOCK_SECOND;
}

/* While it is SENDING, `due` is when the lease of whoever sends it is over. */
static gboolean
take_inside(ClinicSession *session, StoreItem *item, ClinicParcel **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreOutbox) row = NULL;
  g_autoptr(ClinicParcel) parcel = NULL;
  if (!clinic_item_allow(session, item, CLINIC_ACTION_TAKE, &move, error) ||
      !store_outbox_of(store, item, &row, error) ||
      !clinic_outbox_parcel(store, item, row, &parcel, error))
    return FALSE;
  row->attempts++;
  row->changed_at = base_clock_now();
  row->due = lease_end(session);
  parcel->attempts = (guint)row->attempts;
  if (!store_outbox_change(store, item, row, error) ||
      !clinic_item_move(session, item, CLINIC_ACTION_TAKE, NULL, error) ||
      !store_tx_commit(store, error))
    return FALSE;
  *ret = g_steal_pointer(&parcel);
  return TRUE;
}

/* What cannot be sent at all is shown to a person, and does not stand in the way of the next. */
gboolean
clinic_outbox_refuse(ClinicSession *session, gint64 id, const GError *why, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  g_free(item->words);
  item->words = g_strdup(why->message);
  if (clinic_item_move(session, item, CLINIC_ACTION_TAKE, "refused", error) &&
      clinic_item_move(session, item, CLINIC_ACTION_FAIL, why->message, error) &&
      store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

static gboolean
take_one(ClinicSession *session, gint64 id, ClinicParcel **ret, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(GError) local = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  if (take_inside(session, item, ret, &local))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  if (local->code == BASE_ERROR_CONFLICT || local->code == BASE_ERROR_TRY_AGAIN)
    return TRUE; /* another worker was quicker */
  if (local->code == BASE_ERROR_CORRUPT || local->code == BASE_ERROR_NO_INPUT)
    return clinic_outbox_refuse(session, id, local, error);
  g_propagate_error(error, g_steal_pointer(&local));
  return FALSE;
}

gboolean
clinic_outbox_take(ClinicSession *session, ClinicParcel **ret, GError **error)
{
  g_autoptr(GArray) ids = NULL;
  g_autoptr(ClinicParcel) parcel = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !store_outbox_due(clinic_session_store(session), CLINIC_STATE_SIGNED, base_clock_now(),
                        OUTBOX_BATCH, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len && parcel == NULL; i++)
    if (!take_one(session, g_array_index(ids, gint64, i), &parcel, error))
      return FALSE;
  *ret = g_steal_pointer(&parcel);
  return TRUE;
}

/* The end of a sending: the row's receipt and time, the item's words and state, in one transaction.
 */
static gboolean
parcel_end(ClinicSession *session, const ClinicParcel *parcel, ClinicAction action, gint64 due,
           const char *told, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !clinic_item_begin(session, parcel->item, 0, &item, error))
    return FALSE;
  gboolean ok = clinic_item_allow(session, item, action, &move, error) &&
                store_outbox_of(store, item, &row, error);
  if (ok) {
    g_free(row->receipt);
    row->receipt = g_strdup(told);
    row->changed_at = base_clock_now();
    row->due = due;
    item->due = 0;
    g_free(item->words);
    item->words = g_strdup(action == CLINIC_ACTION_DELIVER ? "" : told);
    ok = store_outbox_change(store, item, row, error) &&
         clinic_item_move(session, item, action, told, error) && store_tx_commit(store, error);
  }
  if (!ok)
    store_tx_rollback(store);
  return ok;
}

gboolean
clinic_outbox_delivered(ClinicSession *session, const ClinicParcel *parcel, const char *receipt,
                        GError **error)
{
  return parcel_end(session, parcel, CLINIC_ACTION_DELIVER, 0, receipt, error);
}

gboolean
clinic_outbox_failed(ClinicSession *session, const ClinicParcel *parcel, gboolean permanent,
                     const char *why, GError **error)
{
  const BaseConf *conf = clinic_session_conf(session);
  gint64 first = base_conf_int(conf, BASE_CONF_JOB_BACKOFF) * BASE_CLOCK_SECOND;
  if (permanent || (gint64)parcel->attempts >= base_conf_int(conf, BASE_CONF_JOB_ATTEMPTS))
    return parcel_end(session, parcel, CLINIC_ACTION_FAIL, 0, why, error);
  return parcel_end(session, parcel, CLINIC_ACTION_DEFER,
                    base_clock_now() + clinic_backoff(first, parcel->attempts), why, error);
}

gboolean
clinic_outbox_doubtful(ClinicSession *session, const ClinicParcel *parcel, const char *why,
                       GError **error)
{
  return parcel_end(session, parcel, CLINIC_ACTION_DOUBT, 0, why, error);
}

/* Leases it anew, so that one worker asks and no other. */
static gboolean
orphan_take(ClinicSession *session, gint64 id, GPtrArray *into, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  ClinicParcel *parcel = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  gboolean ok = store_outbox_of(store, item, &row, error) &&
                clinic_outbox_parcel(store, item, row, &parcel, error);
  gboolean mine = ok && item->state == CLINIC_STATE_SENDING && row->due <= base_clock_now();
  if (mine) {
    row->due = lease_end(session);
    clinic_session_event(session, STORE_EVENT_OUTBOX_TAKE, id, item->patient,
                         "asking whether it arrived");
    ok = store_outbox_change(store, item, row, error) && store_tx_commit(store, error);
  }
  if (!ok || !mine)
    store_tx_rollback(store);
  if (ok && mine)
    g_ptr_array_add(into, parcel);
  else
    clinic_parcel_free(parcel);
  return ok;
}

static void
parcel_unref(gpointer data)
{
  clinic_parcel_free(data);
}

gboolean
clinic_outbox_orphans(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GPtrArray) parcels = g_ptr_array_new_with_free_func(parcel_unref);
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !store_outbox_due(clinic_session_store(session), CLINIC_STATE_SENDING, base_clock_now(),
                        OUTBOX_BATCH, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!orphan_take(session, g_array_index(ids, gint64, i), parcels, error))
      return FALSE;
  *ret = g_steal_pointer(&parcels);
  return TRUE;
}

gboolean
clinic_outbox_next(ClinicSession *session, gint64 *ret, GError **error)
{
  static const ClinicState states[] = {CLINIC_STATE_SIGNED, CLINIC_STATE_SENDING};
  gint64 next = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
    gint64 due = 0;
    if (!store_outbox_next(clinic_session_store(session), states[i], &due, error))
      return FALSE;
    if (due != 0 && (next == 0 || due < next))
      next = due;
  }
  *ret = next;
  return TRUE;
}
