#include "guichet/clinic/visit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/store/visit.h"
#include "guichet/vault/seal.h"
#include "clinic/consent.h"
#include "clinic/session.h"
#include "clinic/visit.h"

static const struct {
  const char *word, *template, *title;
} KINDS[] = {
#define VISIT_KIND(id, word, template, title) {word, template, title},
#include "clinic/visit_kind.def"
#undef VISIT_KIND
};

const char *
clinic_visit_kind_word(ClinicVisitKind kind)
{
  return (guint)kind < CLINIC_VISIT_N ? KINDS[kind].word : "";
}

const char *
clinic_visit_kind_title(ClinicVisitKind kind)
{
  return (guint)kind < CLINIC_VISIT_N ? _(KINDS[kind].title) : "";
}

const char *
clinic_visit_kind_template(ClinicVisitKind kind)
{
  return (guint)kind < CLINIC_VISIT_N ? KINDS[kind].template : "soap";
}

gboolean
clinic_visit_kind_parse(const char *word, ClinicVisitKind *ret, GError **error)
{
  g_autoptr(GString) words = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_VISIT_N; i++) {
    if (strcmp(KINDS[i].word, word) == 0) {
      *ret = (ClinicVisitKind)i;
      return TRUE;
    }
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", KINDS[i].word);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("the kind of visit is none of %s"),
              words->str);
  return FALSE;
}

void
clinic_visit_free(ClinicVisit *visit)
{
  if (visit == NULL)
    return;
  g_free(visit->language);
  clinic_consent_free(visit->consent);
  g_free(visit);
}

static void
visit_unref(gpointer data)
{
  clinic_visit_free(data);
}

/* Reading. */

static gboolean
visit_from(ClinicSession *session, const StoreVisit *stored, ClinicVisit **ret, GError **error)
{
  g_autoptr(StoreConsent) consent = NULL;
  if (stored->consent != STORE_CONSENT_NONE &&
      !store_consent_load(session->store, stored, &consent, error))
    return FALSE;
  ClinicVisit *visit = g_new0(ClinicVisit, 1);
  visit->id = stored->id;
  visit->patient = stored->patient;
  visit->clinician = stored->clinician;
  visit->at = stored->at;
  visit->version = stored->version;
  visit->kind =
      (guint)stored->kind < CLINIC_VISIT_N ? (ClinicVisitKind)stored->kind : CLINIC_VISIT_OTHER;
  visit->language = g_strdup(stored->language);
  visit->consent = consent != NULL ? clinic_consent_from_store(consent) : NULL;
  *ret = visit;
  return TRUE;
}

static gboolean
note_read(ClinicSession *session, gint64 visit, gint64 patient, const char *what, GError **error)
{
  StoreEvent event = {.kind = STORE_EVENT_PATIENT_READ,
                      .actor = session->user,
                      .subject = visit,
                      .patient = patient,
                      .detail = what};
  return store_tx_note(session->store, &event, error);
}

gboolean
clinic_visit_open(ClinicSession *session, gint64 id, ClinicVisit **ret, GError **error)
{
  g_autoptr(StoreVisit) stored = NULL;
  g_autoptr(ClinicVisit) visit = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error) ||
      !store_visit_load(session->store, id, &stored, error) ||
      !visit_from(session, stored, &visit, error) ||
      !note_read(session, id, stored->patient, "visit", error))
    return FALSE;
  *ret = g_steal_pointer(&visit);
  return TRUE;
}

static gboolean
transcript_read(ClinicSession *session, const StoreVisit *visit, ScribeTranscript **ret,
                GError **error)
{
  char *text = NULL;
  if (!store_visit_transcript(session->store, visit, &text, error))
    return FALSE;
  gsize length = strlen(text);
  json_t *value = json_loadb(text, length, 0, NULL);
  vault_seal_forget(text, length);
  g_autofree char *name = g_strdup_printf("visit %" G_GINT64_FORMAT, visit->id);
  gboolean ok = value != NULL && scribe_transcript_from_json(name, value, ret, error);
  if (value == NULL)
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT, "the transcript of %s is damaged", name);
  json_decref(value);
  return ok;
}

gboolean
clinic_visit_transcript(ClinicSession *session, gint64 id, ScribeTranscript **ret, GError **error)
{
  g_autoptr(StoreVisit) visit = NULL;
  return clinic_session_require(session, CLINIC_POWER_BODY_SEE, error) &&
         store_visit_load(session->store, id, &visit, error) &&
         note_read(session, id, visit->patient, "transcript", error) &&
         transcript_read(session, visit, ret, error);
}

gboolean
clinic_visit_list(ClinicSession *session, gint64 patient, gint64 before, guint most,
                  GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) stored = NULL;
  g_autoptr(GPtrArray) visits = g_ptr_array_new_with_free_func(visit_unref);
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error) ||
      !store_visit_list(session->store, patient, before, 0, most, &stored, error))
    return FALSE;
  for (guint i = 0; i < stored->len; i++) {
    ClinicVisit *visit = NULL;
    if (!visit_from(session, g_ptr_array_index(stored, i), &visit, error))
      return FALSE;
    g_ptr_array_add(visits, visit);
  }
  if (!note_read(session, 0, patient, "visits", error))
    return FALSE;
  *ret = g_steal_pointer(&visits);
  return TRUE;
}

/* Consent. */

gboolean
clinic_visit_consent_in(ClinicSession *session, const StoreVisit *visit,
                        const ClinicConsent *consent, GError **error)
{
  g_autoptr(StoreConsent) stored = clinic_consent_to_store(consent);
  clinic_session_event(session, STORE_EVENT_VISIT_CONSENT, visit->id, visit->patient,
                       consent->given ? "given" : "refused");
  return store_consent_add(session->store, visit->patient, visit->id, stored, error);
}

gboolean
clinic_visit_consent(ClinicSession *session, gint64 id, const ClinicConsent *consent,
                     GError **error)
{
  g_autoptr(StoreVisit) visit = NULL;
  g_autoptr(ClinicConsent) clean = clinic_consent_copy(consent);
  if (clean->at == 0)
    clean->at = base_clock_now();
  if (!clinic_session_require(session, CLINIC_POWER_VISIT_IMPORT, error) ||
      !clinic_consent_check(clean, error) || !store_visit_load(session->store, id, &visit, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  if (clinic_visit_consent_in(session, visit, clean, error) &&
      (!clean->given || clinic_visit_import_release(session, id, error)))
    return store_tx_commit(session->store, error);
  store_tx_rollback(session->store);
  return FALSE;
}
