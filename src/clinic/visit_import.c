#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/item.h"
#include "guichet/clinic/user.h"
#include "guichet/store/item.h"
#include "guichet/store/job.h"
#include "guichet/store/visit.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/process.h"
#include "guichet/vault/seal.h"
#include "clinic/consent.h"
#include "clinic/patient.h"
#include "clinic/session.h"
#include "clinic/visit.h"

#define IMPORT_LOOK 400u /* turns that tell the language */

/* What is known of a visit once it is checked. */
typedef struct {
  const ClinicImport *import;
  ClinicConsent *consent; /* NULL for none */
  StoreVisit *visit;
  char *transcript; /* as JSON */
  gsize length;
} Ready;

static void
ready_clear(Ready *ready)
{
  clinic_consent_free(ready->consent);
  store_visit_free(ready->visit);
  if (ready->transcript != NULL)
    vault_seal_forget(ready->transcript, ready->length);
}

/* The commonest little words of each language; more of them wins. */
static const char *
language_guess(const ScribeTranscript *transcript)
{
  static const char *const FRENCH[] = {"le",  "la",   "les", "vous", "je",   "est", "et",
                                       "pas", "avez", "des", "une",  "dans", "oui", NULL};
  static const char *const ENGLISH[] = {"the", "you", "and",  "is",   "it",   "to",  "of",
                                        "i",   "a",   "that", "have", "your", "yes", NULL};
  guint french = 0, english = 0;
  for (guint i = 0; i < MIN(transcript->turns->len, IMPORT_LOOK); i++) {
    g_autofree char *folded = base_text_fold(scribe_transcript_turn(transcript, i)->text);
    g_auto(GStrv) words = g_strsplit(folded, " ", -1);
    for (char **word = words; *word != NULL; word++) {
      french += g_strv_contains(FRENCH, *word);
      english += g_strv_contains(ENGLISH, *word);
    }
  }
  return french > english ? "fr" : "en";
}

static gboolean
clinician_find(ClinicSession *session, const char *wanted, gint64 *ret, GError **error)
{
  if (wanted == NULL || *wanted == '\0') {
    *ret = session->user;
    return TRUE;
  }
  *ret = clinic_user_find(session, wanted);
  if (*ret != 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
              _("the clinician is not one of the clinic's, or not the only one of that name; give "
                "a login name of `guichet user list`"));
  return FALSE;
}

static gboolean
transcript_ready(const ScribeTranscript *transcript, Ready *ready, GError **error)
{
  if (transcript == NULL || transcript->turns->len == 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, _("there is no transcript"));
    return FALSE;
  }
  json_t *value = scribe_transcript_to_json(transcript);
  ready->transcript = json_dumps(value, JSON_COMPACT);
  json_decref(value);
  ready->length = strlen(ready->transcript);
  return TRUE;
}

static char *
digest_of(const char *text, gsize length)
{
  VaultHash hash;
  vault_chain_digest(text, length, &hash);
  return vault_chain_hex(hash.bytes, sizeof hash.bytes);
}

static gboolean
import_ready(ClinicSession *session, const ClinicImport *import, Ready *ready, GError **error)
{
  gint64 clinician = 0;
  ready->import = import;
  ready->consent = clinic_consent_copy(import->consent);
  gint64 at = import->at != 0 ? import->at : base_clock_now();
  if (ready->consent != NULL && ready->consent->at == 0)
    ready->consent->at = at;
  if (!transcript_ready(import->transcript, ready, error) ||
      (ready->consent != NULL && !clinic_consent_check(ready->consent, error)) ||
      !clinician_find(session, import->clinician, &clinician, error))
    return FALSE;
  const char *language =
      import->language != NULL ? import->language : language_guess(import->transcript);
  ready->visit = g_new0(StoreVisit, 1);
  ready->visit->id = vault_process_id();
  ready->visit->clinician = clinician;
  ready->visit->at = at;
  ready->visit->kind = (int)import->kind;
  ready->visit->language = g_strdup(language);
  ready->visit->digest = digest_of(ready->transcript, ready->length);
  return TRUE;
}

/* An id that is known already stands for the same visit, or for a mistake. */
static gboolean
known_check(ClinicSession *session, gint64 known, const Ready *ready, GError **error)
{
  g_autoptr(StoreVisit) visit = NULL;
  if (!store_visit_load(session->store, known, &visit, error))
    return FALSE;
  if (*visit->digest == '\0' || strcmp(visit->digest, ready->visit->digest) == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              _("another transcript came in under this id before; nothing was replaced"));
  return FALSE;
}

/* The item in the queue and the job that drafts it. */
static gboolean
item_add(ClinicSession *session, const Ready *ready, GError **error)
{
  const StoreVisit *visit = ready->visit;
  gboolean held = ready->consent == NULL || !ready->consent->given;
  gint64 item = vault_process_id();
  clinic_session_event(session, STORE_EVENT_ITEM_ADD, item, visit->patient,
                       held ? "waits for consent" : NULL);
  return store_item_add_drafting(session->store, item, visit->id, visit->patient, visit->clinician,
                                 CLINIC_KIND_NOTE, held, error);
}

gboolean
clinic_visit_import_release(ClinicSession *session, gint64 visit, GError **error)
{
  return store_job_release(session->store, visit, base_clock_now(), error);
}

static gboolean
visit_add(ClinicSession *session, const Ready *ready, GError **error)
{
  StoreVisit *visit = ready->visit;
  if (!clinic_patient_match(session, ready->import->patient, &visit->patient, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_VISIT_ADD, visit->id, visit->patient, NULL);
  return store_visit_add(session->store, visit, ready->import->external, ready->transcript,
                         error) &&
         (ready->consent == NULL ||
          clinic_visit_consent_in(session, visit, ready->consent, error)) &&
         item_add(session, ready, error);
}

/* *ret_known is 0 where the visit is new and was committed. */
static gboolean
import_in(ClinicSession *session, const Ready *ready, gint64 *ret_known, GError **error)
{
  *ret_known = 0;
  if (!store_tx_begin(session->store, error))
    return FALSE;
  gboolean ok = ready->import->external == NULL ||
                store_visit_external(session->store, ready->import->external, ret_known, error);
  if (ok && *ret_known == 0 && visit_add(session, ready, error))
    return store_tx_commit(session->store, error);
  store_tx_rollback(session->store);
  return ok && *ret_known != 0 && known_check(session, *ret_known, ready, error);
}

gboolean
clinic_visit_import(ClinicSession *session, const ClinicImport *import, gint64 *ret,
                    gboolean *ret_known, GError **error)
{
  Ready ready = {0};
  gint64 known = 0;
  if (!clinic_session_require(session, CLINIC_POWER_VISIT_IMPORT, error))
    return FALSE;
  gboolean ok =
      import_ready(session, import, &ready, error) && import_in(session, &ready, &known, error);
  if (ok) {
    *ret = known != 0 ? known : ready.visit->id;
    *ret_known = known != 0;
  }
  ready_clear(&ready);
  return ok;
}
