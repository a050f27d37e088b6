#include <string.h>

#include "clinic/item.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/outbox.h"
#include "guichet/store/revision.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/process.h"
#include "guichet/wire/mail.h"

typedef struct {
  ClinicSession *session;
  const CalendarPolicy *policy;
  StoreItem *item;
  GPtrArray *rows;
  ClinicReminderMessage *message;
  gint64 signer, at, due;
  gboolean order;
  GBytes *payload;
  char *name, *recipient;
  const char *destination;
} Signing;

static void
signing_clear(Signing *s)
{
  store_item_free(s->item);
  g_clear_pointer(&s->rows, g_ptr_array_unref);
  clinic_reminder_message_free(s->message);
  g_clear_pointer(&s->payload, g_bytes_unref);
  g_free(s->name);
  g_free(s->recipient);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signing, signing_clear)

static const StoreReminder *
lead_of(const Signing *s)
{
  return s->rows->pdata[0];
}

/* --- the bytes */

/* One is another form of the text, which programs offer to take; several are files beside it. */
static WireMailFile *
files_of(const ClinicReminderMessage *m, GPtrArray *names)
{
  WireMailFile *files = g_new0(WireMailFile, m->invites->len);
  for (guint i = 0; i < m->invites->len; i++) {
    char *name = g_strdup_printf("%s-%u.ics", m->file, i + 1);
    g_ptr_array_add(names, name);
    files[i] = (WireMailFile){"text/calendar", name, m->invites->pdata[i], m->method};
  }
  return files;
}

/* Nothing but the time, the place and a phone number stands in it (calendar/wording.h): it may go
 * as plain mail. */
static gboolean
payload_mail(Signing *s, GError **error)
{
  const BaseConf *conf = clinic_session_conf(s->session);
  const ClinicReminderMessage *m = s->message;
  g_autofree char *id = g_strdup_printf("reminder-%" G_GINT64_FORMAT, s->item->id);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autofree WireMailFile *files = files_of(m, names);
  guint n = m->invites->len;
  const WireMail mail = {
      .from = {.name = m->sender, .address = base_conf_text(conf, BASE_CONF_CLINIC_MAIL)},
      .to = {.name = "", .address = m->address},
      .subject = m->subject,
      .text = m->text,
      .html = m->html,
      .language = m->language,
      .invite = n == 1 ? m->invites->pdata[0] : NULL,
      .method = m->method,
      .files = files,
      .n_files = n > 1 ? n : 0,
      .at = s->at,
      .id = id,
      .automatic = TRUE};
  s->name = g_strconcat(id, ".eml", NULL);
  s->recipient = g_strdup(m->address);
  s->destination = base_conf_text(conf, BASE_CONF_OUTBOX_MAIL);
  return wire_mail_make(&mail, &s->payload, error);
}

/* A page for the printer, or a file for another program: to whom, and the text. */
static gboolean
payload_page(Signing *s, GError **error)
{
  const ClinicReminderMessage *m = s->message;
  gboolean print = strcmp(m->channel, "print") == 0;
  (void)error;
  g_autofree char *page =
      print ? g_strdup_printf("%s\n\n\n%s", m->address, m->text) : g_strdup(m->text);
  gsize length = strlen(page);
  s->payload = g_bytes_new_take(g_steal_pointer(&page), length);
  s->name = g_strdup_printf("reminder-%" G_GINT64_FORMAT ".txt", s->item->id);
  s->destination = base_conf_text(clinic_session_conf(s->session),
                                  print ? BASE_CONF_OUTBOX_PRINT : BASE_CONF_OUTBOX_FOLDER);
  return TRUE;
}

static const struct {
  const char *channel;
  gboolean (*make)(Signing *, GError **);
} CHANNELS[] = {{"mail", payload_mail}, {"print", payload_page}, {"folder", payload_page}};

static gboolean
payload_make(Signing *s, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(CHANNELS); i++)
    if (strcmp(CHANNELS[i].channel, s->message->channel) == 0)
      return CHANNELS[i].make(s, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
              _("nothing can be sent by %s yet; take it out of the channels in policy.conf"),
              s->message->channel);
  return FALSE;
}

/* --- what is signed */

static char *
hex_of(const void *bytes, gsize length)
{
  VaultHash hash;
  vault_chain_digest(bytes, length, &hash);
  return vault_chain_hex(hash.bytes, VAULT_CHAIN_BYTES);
}

static char *
attested_make(const Signing *s, VaultHash *ret)
{
  gsize length = 0;
  const void *bytes = g_bytes_get_data(s->payload, &length);
  g_autofree char *text = hex_of(s->message->text, strlen(s->message->text));
  g_autofree char *payload = hex_of(bytes, length);
  json_t *attested =
      json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:b,s:I,s:I}", "format", "guichet.reminder/1", "text",
                text, "payload", payload, "template", lead_of(s)->template, "kind",
                lead_of(s)->kind, "signer", (json_int_t)s->signer, "order", s->order, "at",
                (json_int_t)s->at, "item", (json_int_t)s->item->id);
  char *canonical = json_dumps(attested, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(attested);
  vault_chain_digest(canonical, strlen(canonical), ret);
  return canonical;
}

/* The text that is sent is the item's newest, whatever it was when it was taken up. */
static gboolean
add_text(Signing *s, GError **error)
{
  StoreHandle *store = clinic_session_store(s->session);
  g_autoptr(StoreRevision) old = NULL;
  if (s->item->revision != 0 &&
      !store_revision_load(store, s->item, s->item->revision, &old, error))
    return FALSE;
  if (old != NULL && strcmp(old->text, s->message->text) == 0)
    return TRUE;
  StoreRevision revision = {
      .id = vault_process_id(), .item = s->item->id, .at = s->at, .text = s->message->text};
  s->item->revision = s->item->draft = revision.id;
  return store_revision_add(store, s->item, &revision, error) &&
         store_revision_put_findings(store, s->item, revision.id, 0, "[]", error);
}

static gboolean
add_outbox(const Signing *s, GError **error)
{
  VaultHash sent;
  gsize length = 0;
  const void *bytes = g_bytes_get_data(s->payload, &length);
  vault_chain_digest(bytes, length, &sent);
  StoreOutbox row = {.id = vault_process_id(),
                     .item = s->item->id,
                     .signed_at = s->at,
                     .due = s->due,
                     .changed_at = s->at,
                     .destination = (char *)(guintptr)s->destination,
                     .name = s->name,
                     .recipient = s->recipient,
                     .unordered = TRUE};
  memcpy(row.digest, sent.bytes, sizeof row.digest);
  return store_outbox_add(clinic_session_store(s->session), s->item, &row, s->payload, error);
}

/* Who gave the order is named, since it is the worker that carries it out. */
static char *
event_words(const Signing *s, const char *hex)
{
  if (!s->order)
    return g_strdup(hex);
  return g_strdup_printf("%s, by the standing order of %s", hex,
                         clinic_user_title(s->session, s->signer));
}

/* --- when it goes */

/* Not before the undo window is over, nor at a closed hour, but where a person wants it now. */
static gint64
due_of(const Signing *s, gboolean now)
{
  const BaseConf *conf = clinic_session_conf(s->session);
  gint64 undo = s->order ? 0 : base_conf_int(conf, BASE_CONF_OUTBOX_UNDO) * BASE_CLOCK_SECOND;
  gint64 first = s->at + undo;
  if (now || lead_of(s)->due >= first)
    return now ? first : lead_of(s)->due;
  return calendar_policy_next(s->policy, first);
}

/* Asked twice: before anything is made, and in the transaction that keeps it. */
static gboolean
still_holds(const Signing *s, GError **error)
{
  ClinicReminderHold hold = CLINIC_REMINDER_OVER;
  const char *why = NULL;
  if (!clinic_reminder_hold_ask(s->session, s->policy, s->rows, &hold, &why, error))
    return FALSE;
  if (hold != CLINIC_REMINDER_OVER)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              _("This reminder does not hold any more: %s."), _(why));
  return FALSE;
}

static gboolean
in_time(const Signing *s, GError **error)
{
  if (s->due < lead_of(s)->starts)
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                      _("No open hour is left before the appointment; it can be sent now."));
  return FALSE;
}

static gboolean
prepare(Signing *s, gboolean now, GError **error)
{
  if (!store_reminder_of(clinic_session_store(s->session), s->item->id, &s->rows, error) ||
      !still_holds(s, error))
    return FALSE;
  s->due = due_of(s, now);
  return in_time(s, error) &&
         clinic_reminder_message_make(s->session, s->policy, s->rows, lead_of(s)->code, s->at,
                                      &s->message, error) &&
         payload_make(s, error);
}

static gboolean
sign_inside(Signing *s, GError **error)
{
  StoreHandle *store = clinic_session_store(s->session);
  VaultHash digest;
  g_autofree char *attested = attested_make(s, &digest);
  g_autofree char *hex = vault_chain_hex(digest.bytes, VAULT_CHAIN_BYTES);
  g_autofree char *detail = event_words(s, hex);
  s->item->due = s->due;
  return still_holds(s, error) && add_text(s, error) &&
         store_revision_sign(store, s->item, s->signer, s->at, digest.bytes, attested, error) &&
         store_reminder_move(store, s->item->id, s->due, error) && add_outbox(s, error) &&
         clinic_item_move(s->session, s->item, CLINIC_ACTION_APPROVE, detail, error) &&
         store_tx_commit(store, error);
}

/* A standing order is the power of who gave it (reminder_mode.c), not that of the worker. */
static gboolean
may_sign(Signing *s, GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  if (s->item->state != CLINIC_STATE_READY || s->item->kind != CLINIC_KIND_REMINDER) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                        _("Somebody approved or skipped this reminder meanwhile."));
    return FALSE;
  }
  return s->order || clinic_item_allow(s->session, s->item, CLINIC_ACTION_APPROVE, &move, error);
}

gboolean
clinic_reminder_sign(ClinicSession *session, const CalendarPolicy *policy, gint64 id, gint64 signer,
                     gboolean order, gboolean now, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_auto(Signing) s = {.session = session,
                       .policy = policy,
                       .signer = signer,
                       .order = order,
                       .at = base_clock_now()};
  StoreItem *item = NULL;
  if (!store_item_load(store, id, &s.item, error) || !may_sign(&s, error) ||
      !prepare(&s, now, error) || !clinic_item_begin(session, id, s.item->version, &item, error))
    return FALSE;
  store_item_free(s.item);
  s.item = item;
  if (sign_inside(&s, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}
