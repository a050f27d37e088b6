#include "guichet/clinic/letter.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/mail.h"
#include "guichet/clinic/recheck.h"
#include "guichet/store/letter.h"
#include "guichet/store/patient.h"
#include "guichet/store/revision.h"
#include "guichet/vault/process.h"
#include "guichet/vault/seal.h"
#include "guichet/wire/mail.h"

enum { LETTER_LINE_MOST = 200, LETTER_TEXT_MOST = 1024 * 1024 };

/* Stored: never rename one. */
static const char *const TO_WORDS[CLINIC_LETTER_TO_N] = {[CLINIC_LETTER_PATIENT] = "patient",
                                                         [CLINIC_LETTER_EHR] = "ehr",
                                                         [CLINIC_LETTER_MAIL] = "mail"};

const char *
clinic_letter_to_word(ClinicLetterTo to)
{
  return (guint)to < CLINIC_LETTER_TO_N ? TO_WORDS[to] : "";
}

void
clinic_letter_free(ClinicLetter *letter)
{
  if (letter == NULL)
    return;
  g_free(letter->name);
  g_free(letter->address);
  g_free(letter->subject);
  g_free(letter->language);
  g_free(letter);
}

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

/* --- to whom */

static gboolean
line_accept(const char *line)
{
  if (line == NULL)
    return TRUE;
  if (strlen(line) > LETTER_LINE_MOST || !g_utf8_validate(line, -1, NULL))
    return FALSE;
  g_autofree char *safe = base_text_disarm(line, -1, FALSE);
  return strcmp(safe, line) == 0;
}

static gboolean
aim_word(const char *to, ClinicLetterTo *ret, GError **error)
{
  if (strchr(to, '@') != NULL) {
    *ret = CLINIC_LETTER_MAIL;
    return wire_mail_address_check(to, error);
  }
  for (guint i = 0; i < CLINIC_LETTER_MAIL; i++)
    if (strcmp(TO_WORDS[i], to) == 0) {
      *ret = (ClinicLetterTo)i;
      return TRUE;
    }
  return refuse(error, BASE_ERROR_USAGE,
                _("a letter goes to patient, to ehr, or to a mail address"));
}

static char *
or_empty(const char *text)
{
  return g_strdup(text != NULL ? text : "");
}

gboolean
clinic_letter_aim(const char *to, const char *name, const char *subject, const char *language,
                  ClinicLetter **ret, GError **error)
{
  ClinicLetterTo aim = CLINIC_LETTER_PATIENT;
  if (!aim_word(to, &aim, error))
    return FALSE;
  if (!line_accept(name) || !line_accept(subject))
    return refuse(error, BASE_ERROR_USAGE,
                  _("a name and a subject are one line each, of at most 200 bytes"));
  if (language != NULL && strcmp(language, "en") != 0 && strcmp(language, "fr") != 0)
    return refuse(error, BASE_ERROR_USAGE, _("the language is en or fr"));
  const ClinicLetter made = {.to = aim,
                             .name = or_empty(name),
                             .address = or_empty(aim == CLINIC_LETTER_MAIL ? to : NULL),
                             .subject = or_empty(subject),
                             .language = or_empty(language)};
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

/* --- what will leave */

static ClinicMail
mail_of(gint64 patient, const ClinicLetter *letter)
{
  gboolean other = letter->to == CLINIC_LETTER_MAIL;
  return (ClinicMail){.kind = CLINIC_KIND_LETTER,
                      .patient = patient,
                      .to_name = other ? letter->name : NULL,
                      .to_address = other ? letter->address : NULL};
}

char *
clinic_letter_outlook(ClinicSession *session, gint64 patient, const ClinicLetter *letter)
{
  const ClinicMail mail = mail_of(patient, letter);
  g_autoptr(GError) why = NULL;
  gboolean notice = FALSE;
  if (letter->to == CLINIC_LETTER_EHR)
    return g_strdup(_("into the patient's record in the EHR"));
  if (!clinic_mail_is_notice(session, &mail, &notice, &why))
    return g_strdup(why->message);
  if (letter->to == CLINIC_LETTER_MAIL)
    return g_strdup_printf(_("by secure mail to %s"), letter->address);
  return g_strdup(notice
                      ? _("by mail to the patient, who has not chosen e-mail: only a notice that "
                          "there is a message, and not this text")
                      : _("by mail to the patient, who chose e-mail: this text"));
}

/* --- into the queue */

static gboolean
letter_accept(ClinicSession *session, gint64 patient, const ClinicLetter *letter, const char *text,
              GError **error)
{
  const ClinicMail mail = mail_of(patient, letter);
  g_autoptr(StorePatient) known = NULL;
  gboolean notice = FALSE;
  if (strlen(text) > LETTER_TEXT_MOST || !g_utf8_validate(text, -1, NULL))
    return refuse(error, BASE_ERROR_DATA, _("A text is UTF-8 of at most one megabyte."));
  if (strspn(text, " \t\r\n") == strlen(text))
    return refuse(error, BASE_ERROR_DATA, _("The letter is empty."));
  if (!store_patient_load(clinic_session_store(session), patient, &known, error))
    return FALSE;
  return letter->to == CLINIC_LETTER_EHR || clinic_mail_is_notice(session, &mail, &notice, error);
}

static gboolean
letter_check(ClinicSession *session, gint64 patient, const ClinicLetter *letter, const char *text,
             GPtrArray **ret, GError **error)
{
  g_autoptr(ClinicPatient) who = NULL;
  g_autoptr(ClinicRecheck) recheck = NULL;
  GPtrArray *found = NULL;
  if (!clinic_patient_open(session, patient, &who, error))
    return FALSE;
  const ClinicItem item = {.kind = CLINIC_KIND_LETTER, .created = base_clock_now()};
  const ClinicReview review = {.item = (ClinicItem *)(gintptr)&item,
                               .patient = who,
                               .letter = (ClinicLetter *)(gintptr)letter};
  if (!clinic_recheck_new(session, &review, &recheck, error) ||
      !clinic_recheck_run(recheck, text, &found, error))
    return FALSE;
  *ret = clinic_finding_wrap(found);
  return TRUE;
}

static gboolean
add_rows(ClinicSession *session, StoreItem *item, const ClinicLetter *letter,
         StoreRevision *revision, const char *findings, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autofree char *to = g_strdup(TO_WORDS[letter->to]);
  const StoreLetter row = {.to = to,
                           .name = letter->name,
                           .address = letter->address,
                           .subject = letter->subject,
                           .language = letter->language};
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, item->id, item->patient, "letter");
  return store_item_add(store, item, error) && store_letter_add(store, item, &row, error) &&
         store_revision_add(store, item, revision, error) &&
         store_revision_put_findings(store, item, revision->id, 0, findings, error) &&
         store_tx_commit(store, error);
}

static gboolean
add_inside(ClinicSession *session, gint64 patient, const ClinicLetter *letter, const char *text,
           const GPtrArray *findings, gint64 *ret, GError **error)
{
  gint64 now = base_clock_now();
  char *own = g_strdup(text);
  StoreRevision revision = {
      .id = vault_process_id(), .author = clinic_session_user(session), .at = now, .text = own};
  StoreItem item = {.id = vault_process_id(),
                    .kind = CLINIC_KIND_LETTER,
                    .state = CLINIC_STATE_READY,
                    .open = TRUE,
                    .patient = patient,
                    .clinician = clinic_session_user(session),
                    .created = now,
                    .since = now,
                    .confidence = -1,
                    .revision = revision.id,
                    .draft = revision.id};
  json_t *list = clinic_finding_to_json(findings);
  g_autofree char *json = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  revision.item = item.id;
  clinic_finding_count(findings, &item);
  gboolean ok = add_rows(session, &item, letter, &revision, json, error);
  vault_seal_forget(own, strlen(own));
  *ret = ok ? item.id : *ret;
  return ok;
}

gboolean
clinic_letter_add(ClinicSession *session, gint64 patient, const ClinicLetter *letter,
                  const char *text, gint64 *ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) findings = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_ITEM_EDIT, error) ||
      !letter_accept(session, patient, letter, text, error) ||
      !letter_check(session, patient, letter, text, &findings, error) ||
      !store_tx_begin(store, error))
    return FALSE;
  if (add_inside(session, patient, letter, text, findings, ret, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_letter_load(ClinicSession *session, gint64 item, ClinicLetter **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) row = NULL;
  g_autoptr(StoreLetter) stored = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) ||
      !store_item_load(store, item, &row, error) || !store_letter_of(store, row, &stored, error))
    return FALSE;
  if (stored == NULL) {
    *ret = NULL;
    return TRUE;
  }
  ClinicLetter *letter = g_new0(ClinicLetter, 1);
  for (guint i = 0; i < CLINIC_LETTER_TO_N; i++)
    if (strcmp(TO_WORDS[i], stored->to) == 0)
      letter->to = (ClinicLetterTo)i;
  letter->name = g_steal_pointer(&stored->name);
  letter->address = g_steal_pointer(&stored->address);
  letter->subject = g_steal_pointer(&stored->subject);
  letter->language = g_steal_pointer(&stored->language);
  *ret = letter;
  return TRUE;
}
