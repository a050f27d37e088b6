#include "guichet/clinic/returned.h"

#include <string.h>

#include "clinic/item.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/mail.h"
#include "guichet/clinic/patient.h"
#include "guichet/store/destination.h"
#include "guichet/store/outbox.h"
#include "guichet/store/reminder.h"
#include "guichet/store/returned.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/process.h"
#include "guichet/wire/dsn.h"

enum { RETURNED_LIST_MOST = 500 };

void
clinic_returned_reply_free(ClinicReply *reply)
{
  if (reply == NULL)
    return;
  g_free(reply->patient_name);
  g_free(reply->code);
  g_free(reply->from);
  g_free(reply->subject);
  g_free(reply->text);
  g_free(reply);
}

/* --- whose it is */

/* An item of ours that went by mail; *ret_row NULL where it is none. */
static gboolean
mail_of(StoreHandle *store, const char *token, StoreItem **ret, StoreOutbox **ret_row)
{
  gint64 id = 0;
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreOutbox) row = NULL;
  if (!clinic_mail_token_parse(token, &id) || !store_item_load(store, id, &item, NULL) ||
      item->patient == 0 || !store_outbox_of(store, item, &row, NULL) || row->recipient == NULL ||
      *row->recipient == '\0')
    return FALSE;
  *ret = g_steal_pointer(&item);
  *ret_row = g_steal_pointer(&row);
  return TRUE;
}

/* "desk+TOKEN@clinic.example", "TOKEN.DIGEST@clinic.example". */
static char *
token_between(const char *name, char before, char after)
{
  const char *at = before == '\0' ? name : strchr(name, before);
  const char *end = at == NULL ? NULL : strchr(at, after);
  if (end == NULL)
    return NULL;
  at += before != '\0';
  return g_strndup(at, (gsize)(end - at));
}

/* By what we gave it ourselves: the envelope's id, the address it came to, its Message-ID.  None of
 * them can be guessed. */
static gboolean
find_item(StoreHandle *store, const WireDsn *dsn, StoreItem **ret, StoreOutbox **ret_row)
{
  if (mail_of(store, dsn->envelope_id, ret, ret_row))
    return TRUE;
  for (char **one = dsn->addresses; *one != NULL; one++) {
    g_autofree char *token = token_between(*one, '+', '@');
    if (mail_of(store, token, ret, ret_row))
      return TRUE;
  }
  for (char **one = dsn->ids; *one != NULL; one++) {
    g_autofree char *token = token_between(*one, '\0', '.');
    if (mail_of(store, token, ret, ret_row))
      return TRUE;
  }
  return FALSE;
}

/* --- what it means */

typedef struct {
  ClinicSession *session;
  const WireDsn *dsn;
  StoreItem *item;
  StoreOutbox *row;
  StoreMailbox mailbox;
  char *digest;
  ClinicReturnedWhat what;
} Take;

static void
take_clear(Take *take)
{
  store_item_free(take->item);
  store_outbox_free(take->row);
  g_free(take->digest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Take, take_clear)

/* Which step a report asks for, where the item is one that can take it. */
static gboolean
step_of(const Take *take, ClinicAction *ret)
{
  gint64 state = take->item->state;
  if (take->dsn->kind == WIRE_DSN_FAILED &&
      (state == CLINIC_STATE_DELIVERED || state == CLINIC_STATE_AMBIGUOUS)) {
    *ret = CLINIC_ACTION_BOUNCE;
    return TRUE;
  }
  if (take->dsn->kind == WIRE_DSN_DELIVERED && state == CLINIC_STATE_AMBIGUOUS) {
    *ret = CLINIC_ACTION_DELIVER;
    return TRUE;
  }
  return FALSE;
}

static char *
step_words(const WireDsn *dsn)
{
  const char *said = *dsn->words != '\0' ? dsn->words : dsn->status;
  if (dsn->kind == WIRE_DSN_DELIVERED)
    return g_strdup_printf(_("a report says that it arrived: %s"), said);
  return *said == '\0' ? g_strdup(_("it came back undelivered; the report gives no reason"))
                       : g_strdup_printf(_("it came back undelivered: %s"), said);
}

static gboolean
step_take(Take *take, ClinicAction action, GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autofree char *words = step_words(take->dsn);
  StoreItem *item = take->item;
  if (!clinic_item_allow(take->session, item, action, &move, error))
    return FALSE;
  g_free(take->row->receipt);
  take->row->receipt = g_strdup(words);
  take->row->changed_at = base_clock_now();
  take->row->due = 0;
  item->due = 0;
  g_free(item->words);
  item->words = g_strdup(action == CLINIC_ACTION_DELIVER ? "" : words);
  return store_outbox_change(clinic_session_store(take->session), item, take->row, error) &&
         clinic_item_move(take->session, item, action, words, error);
}

static gboolean
record(const Take *take, GError **error)
{
  const WireDsn *dsn = take->dsn;
  const StoreReturned row = {.id = vault_process_id(),
                             .item = take->item->id,
                             .patient = take->item->patient,
                             .kind = dsn->kind,
                             .at = base_clock_now(),
                             .digest = take->digest,
                             .from = dsn->from,
                             .subject = dsn->subject,
                             .text = dsn->text,
                             .hint = dsn->hint};
  return store_returned_add(clinic_session_store(take->session), &row, error);
}

/* --- taking it */

static char *
digest_of(GBytes *mail)
{
  VaultHash hash;
  gsize length = 0;
  const void *data = g_bytes_get_data(mail, &length);
  vault_chain_digest(data, length, &hash);
  return vault_chain_hex(hash.bytes, sizeof hash.bytes);
}

/* Known already, ours, or neither. */
static gboolean
take_look(Take *take, GBytes *mail, GError **error)
{
  StoreHandle *store = clinic_session_store(take->session);
  gboolean known = FALSE;
  if (take->dsn == NULL)
    return TRUE;
  take->digest = digest_of(mail);
  if (!store_returned_known(store, take->digest, &known, error))
    return FALSE;
  take->what = known                                                  ? CLINIC_RETURNED_AGAIN
               : find_item(store, take->dsn, &take->item, &take->row) ? CLINIC_RETURNED_TAKEN
                                                                      : CLINIC_RETURNED_STRANGE;
  return TRUE;
}

static gboolean
take_inside(Take *take, const ClinicReturned *returned, GError **error)
{
  static const char *const WORDS[] = {"about nothing of ours", "known already"};
  StoreHandle *store = clinic_session_store(take->session);
  ClinicAction action;
  gint64 destination = 0;
  gboolean ours = FALSE;
  if (!store_destination_need(store, returned->destination, &destination, error) ||
      !store_returned_mailbox(store, destination, &take->mailbox, error) ||
      !take_look(take, returned->mail, error))
    return FALSE;
  ours = take->what == CLINIC_RETURNED_TAKEN;
  take->mailbox.validity = returned->validity;
  take->mailbox.uid = returned->uid;
  take->mailbox.read_at = base_clock_now();
  take->mailbox.taken += ours;
  take->mailbox.strange += take->what == CLINIC_RETURNED_STRANGE;
  clinic_session_event(take->session, STORE_EVENT_MAIL_RETURN, ours ? take->item->id : destination,
                       ours ? take->item->patient : 0,
                       ours ? wire_dsn_kind_word(take->dsn->kind) : WORDS[take->what]);
  return (!ours || record(take, error)) &&
         (!ours || !step_of(take, &action) || step_take(take, action, error)) &&
         store_returned_mailbox_put(store, &take->mailbox, error) && store_tx_commit(store, error);
}

gboolean
clinic_returned_take(ClinicSession *session, const ClinicReturned *returned,
                     ClinicReturnedWhat *ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(WireDsn) dsn = NULL;
  g_auto(Take) take = {.session = session, .what = CLINIC_RETURNED_STRANGE};
  if (returned->mail != NULL && wire_dsn_read(returned->mail, &dsn, NULL))
    take.dsn = dsn;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) || !store_tx_begin(store, error))
    return FALSE;
  if (!take_inside(&take, returned, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  *ret = take.what;
  return TRUE;
}

gboolean
clinic_returned_after(ClinicSession *session, const char *destination, gint64 validity, gint64 *ret,
                      GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreDestination) row = NULL;
  StoreMailbox mailbox = {0};
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error))
    return FALSE;
  if (store_destination_named(store, destination, &row, NULL) &&
      !store_returned_mailbox(store, row->id, &mailbox, error))
    return FALSE;
  *ret = mailbox.validity == validity ? mailbox.uid : 0;
  return TRUE;
}

gboolean
clinic_returned_count(ClinicSession *session, const char *destination, ClinicReturnedCount *ret,
                      GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreDestination) row = NULL;
  StoreMailbox mailbox = {0};
  if (store_destination_named(store, destination, &row, NULL) &&
      !store_returned_mailbox(store, row->id, &mailbox, error))
    return FALSE;
  *ret = (ClinicReturnedCount){mailbox.read_at, mailbox.taken, mailbox.strange};
  return TRUE;
}

/* --- what people wrote */

static void
reply_unref(gpointer data)
{
  clinic_returned_reply_free(data);
}

static char *
code_of(ClinicSession *session, gint64 item)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (store_reminder_of(clinic_session_store(session), item, &rows, NULL))
    for (guint i = 0; i < rows->len; i++) {
      const StoreReminder *row = g_ptr_array_index(rows, i);
      if (row->code != NULL && *row->code != '\0')
        return g_strdup(row->code);
    }
  return g_strdup("");
}

static ClinicReply *
reply_from(ClinicSession *session, const StoreReturned *row)
{
  const ClinicReply made = {.item = row->item,
                            .patient = row->patient,
                            .at = row->at,
                            .patient_name = g_strdup(clinic_patient_name(session, row->patient)),
                            .code = code_of(session, row->item),
                            .from = g_strdup(row->from),
                            .subject = g_strdup(row->subject),
                            .text = g_strdup(row->text),
                            .hint = row->hint};
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_returned_open(ClinicSession *session, guint *ret, GError **error)
{
  return clinic_session_require(session, CLINIC_POWER_REMINDER_SEE, error) &&
         store_returned_count(clinic_session_store(session), WIRE_DSN_MAIL, ret, error);
}

gboolean
clinic_returned_replies(ClinicSession *session, GPtrArray **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(reply_unref);
  if (!clinic_session_require(session, CLINIC_POWER_DESK_EDIT, error) ||
      !store_returned_open(store, WIRE_DSN_MAIL, RETURNED_LIST_MOST, &rows, error))
    return FALSE;
  if (!store_tx_begin(store, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const StoreReturned *row = g_ptr_array_index(rows, i);
    clinic_session_event(session, STORE_EVENT_PATIENT_READ, row->item, row->patient,
                         "an answer by mail");
    g_ptr_array_add(replies, reply_from(session, row));
  }
  if (rows->len == 0)
    store_tx_rollback(store);
  else if (!store_tx_commit(store, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  *ret = g_steal_pointer(&replies);
  return TRUE;
}

gboolean
clinic_returned_settle(ClinicSession *session, gint64 item, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_DESK_EDIT, error) ||
      !store_item_load(store, item, &row, error) || !store_tx_begin(store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_MAIL_RETURN, item, row->patient, "settled");
  if (store_returned_done(store, item, base_clock_now(), error) && store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}
