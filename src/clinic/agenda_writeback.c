#include <string.h>

#include "clinic/agenda.h"
#include "clinic/item.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/store/calendar.h"
#include "guichet/store/outbox.h"
#include "guichet/store/revision.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/process.h"
#include "guichet/wire/fhir_status.h"

#define SCHEME "fhir:"

/* As R4 has them. */
static const char *const STATUSES[STORE_APPOINTMENT_STATE_N] = {
    [STORE_APPOINTMENT_BOOKED] = "booked",         [STORE_APPOINTMENT_ARRIVED] = "arrived",
    [STORE_APPOINTMENT_CHECKED_IN] = "checked-in", [STORE_APPOINTMENT_NO_SHOW] = "noshow",
    [STORE_APPOINTMENT_COMPLETED] = "fulfilled",   [STORE_APPOINTMENT_CANCELLED] = "cancelled",
};

typedef struct {
  const StoreAppointment *appointment;
  StoreItem item;
  char *destination, *name, *text, *payload;
  gint64 at;
} Said;

static void
said_clear(Said *said)
{
  g_free(said->destination);
  g_free(said->name);
  g_free(said->text);
  g_free(said->payload);
  g_free(said->item.words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Said, said_clear)

/* The destination of "fhir:NAME?…"; NULL where nothing goes back. */
static char *
destination_of(ClinicSession *session, const StoreCalendar *calendar, const StoreAppointment *a)
{
  gboolean wanted =
      base_conf_named_bool(clinic_session_conf(session), calendar->name, BASE_CONF_CAL_WRITE_BACK);
  if (!wanted || calendar->kind != STORE_CALENDAR_FHIR ||
      !g_str_has_prefix(calendar->location, SCHEME) || !g_str_has_prefix(a->uid, SCHEME))
    return NULL;
  const char *name = calendar->location + strlen(SCHEME);
  return g_strndup(name, strcspn(name, "?"));
}

/* For a person who looks into the outbox. */
static char *
text_of(const StoreAppointment *a)
{
  g_autoptr(GDateTime) local =
      g_date_time_new_from_unix_utc(a->start / G_USEC_PER_SEC + a->start_offset);
  g_autofree char *when = g_date_time_format(local, "%Y-%m-%d %H:%M");
  /* L10N: a date with a time; a word of FHIR such as arrived */
  return g_strdup_printf(_("The appointment of %s: %s\n"), when, STATUSES[a->state]);
}

static char *
payload_of(const StoreAppointment *a, gboolean back)
{
  const WireFhirStatus said = {.reference = a->uid + strlen(SCHEME),
                               .status = (char *)(gintptr)STATUSES[a->state],
                               .back = back};
  return wire_fhir_status_write(&said);
}

static StoreItem
item_of(const StoreAppointment *a, gint64 now, gint64 due)
{
  return (StoreItem){.id = vault_process_id(),
                     .version = 1,
                     .kind = CLINIC_KIND_STATUS,
                     .state = CLINIC_STATE_READY,
                     .open = TRUE,
                     .patient = a->patient,
                     .clinician = a->clinician,
                     .created = now,
                     .since = now,
                     .due = due,
                     .confidence = -1};
}

static gboolean
add_text(ClinicSession *session, Said *said, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  StoreRevision revision = {.id = vault_process_id(),
                            .item = said->item.id,
                            .author = clinic_session_user(session),
                            .at = said->at,
                            .text = said->text};
  if (!store_item_add(store, &said->item, error) ||
      !store_revision_add(store, &said->item, &revision, error) ||
      !store_revision_put_findings(store, &said->item, revision.id, 0, "[]", error))
    return FALSE;
  said->item.revision = said->item.draft = revision.id;
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, said->item.id, said->item.patient, "status");
  return TRUE;
}

/* What the person at the desk attests: this status, of this appointment, then. */
static gboolean
sign(ClinicSession *session, Said *said, GError **error)
{
  VaultHash payload, digest;
  vault_chain_digest(said->payload, strlen(said->payload), &payload);
  g_autofree char *hex = vault_chain_hex(payload.bytes, VAULT_CHAIN_BYTES);
  json_t *attested = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I}", "format", "guichet.status/1",
                               "payload", hex, "status", STATUSES[said->appointment->state],
                               "appointment", (json_int_t)said->appointment->id, "signer",
                               (json_int_t)clinic_session_user(session), "at", (json_int_t)said->at,
                               "item", (json_int_t)said->item.id);
  g_autofree char *canonical = json_dumps(attested, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(attested);
  vault_chain_digest(canonical, strlen(canonical), &digest);
  g_autofree char *own = vault_chain_hex(digest.bytes, VAULT_CHAIN_BYTES);
  return store_revision_sign(clinic_session_store(session), &said->item,
                             clinic_session_user(session), said->at, digest.bytes, canonical,
                             error) &&
         clinic_item_move(session, &said->item, CLINIC_ACTION_SIGN, own, error);
}

static gboolean
add_outbox(ClinicSession *session, Said *said, GError **error)
{
  VaultHash sent;
  g_autoptr(GBytes) payload = g_bytes_new(said->payload, strlen(said->payload));
  vault_chain_digest(said->payload, strlen(said->payload), &sent);
  StoreOutbox row = {.id = vault_process_id(),
                     .item = said->item.id,
                     .signed_at = said->at,
                     .due = said->item.due,
                     .changed_at = said->at,
                     .destination = said->destination,
                     .name = said->name};
  memcpy(row.digest, sent.bytes, sizeof row.digest);
  return store_outbox_add(clinic_session_store(session), &said->item, &row, payload, error);
}

gboolean
clinic_agenda_writeback(ClinicSession *session, const StoreAppointment *a, gboolean back,
                        GError **error)
{
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_auto(Said) said = {.appointment = a, .at = base_clock_now()};
  g_autoptr(StoreCalendar) calendar = NULL;
  gint64 undo = base_conf_int(clinic_session_conf(session), BASE_CONF_OUTBOX_UNDO);
  if (a->patient == 0 || !clinic_session_may(session, CLINIC_POWER_DESK_SIGN))
    return TRUE; /* the outbox keeps the order of a patient's alone; and nobody at the desk said it
                  */
  if (!store_calendar_load(clinic_session_store(session), a->calendar, &calendar, error))
    return FALSE;
  said.destination = destination_of(session, calendar, a);
  said.payload = said.destination == NULL ? NULL : payload_of(a, back);
  if (said.payload == NULL)
    return TRUE;
  said.item = item_of(a, said.at, said.at + undo * BASE_CLOCK_SECOND);
  said.name = g_strdup_printf("status-%" G_GINT64_FORMAT ".json", said.item.id);
  said.text = text_of(a);
  return clinic_item_allow(session, &said.item, CLINIC_ACTION_SIGN, &move, error) &&
         add_text(session, &said, error) && add_outbox(session, &said, error) &&
         sign(session, &said, error);
}
