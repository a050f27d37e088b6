#include "guichet/clinic/job.h"
#include "guichet/clinic/style.h"

#include <string.h>

#include "clinic/backoff.h"
#include "clinic/chart.h"
#include "clinic/check.h"
#include "clinic/finding.h"
#include "clinic/item.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/visit.h"
#include "guichet/store/job.h"
#include "guichet/store/patient.h"
#include "guichet/store/revision.h"
#include "guichet/store/visit.h"
#include "guichet/vault/process.h"
#include "guichet/vault/seal.h"

#define JOB_TIDY_BATCH 64u
#define JOB_TIDY_REACH                                                                             \
  (400 * BASE_CLOCK_DAY) /* how far back it looks for transcripts to destroy                       \
                          */

void
clinic_job_free(ClinicJob *job)
{
  g_free(job);
}

static gint64
setting(ClinicSession *session, BaseConfKey key)
{
  return base_conf_int(clinic_session_conf(session), key);
}

static StoreJob
job_row(const ClinicJob *job)
{
  return (StoreJob){.id = job->id, .item = job->item, .visit = job->visit, .lease = job->lease};
}

gboolean
clinic_job_take(ClinicSession *session, ClinicJob **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gint64 now = base_clock_now(),
         until = now + setting(session, BASE_CONF_JOB_LEASE) * BASE_CLOCK_SECOND;
  g_autofree StoreJob *row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) || !store_tx_begin(store, error))
    return FALSE;
  gboolean ok = store_job_take(store, now, vault_process_id(), until, &row, error);
  if (ok && row != NULL) {
    clinic_session_event(session, STORE_EVENT_JOB_TAKE, row->id, 0, NULL);
    ok = store_tx_commit(store, error);
  }
  if (!ok || row == NULL)
    store_tx_rollback(store);
  if (!ok)
    return FALSE;
  const ClinicJob job = {row == NULL ? 0 : row->id,
                         row == NULL ? 0 : row->item,
                         row == NULL ? 0 : row->visit,
                         row == NULL ? 0 : row->lease,
                         CLINIC_JOB_DRAFT,
                         row == NULL ? 0 : (guint)row->attempts};
  *ret = row == NULL ? NULL : g_memdup2(&job, sizeof job);
  return TRUE;
}

gboolean
clinic_job_renew(ClinicSession *session, const ClinicJob *job, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gint64 until = base_clock_now() + setting(session, BASE_CONF_JOB_LEASE) * BASE_CLOCK_SECOND;
  const StoreJob row = job_row(job);
  if (!store_tx_begin(store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_JOB_TAKE, job->id, 0, "renewed");
  if (store_job_change(store, &row, STORE_JOB_RUNNING, until, until, error) &&
      store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_job_give_back(ClinicSession *session, const ClinicJob *job, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreJob row = job_row(job);
  if (!store_tx_begin(store, error))
    return FALSE;
  clinic_session_event(session, STORE_EVENT_JOB_GIVE_BACK, job->id, 0, NULL);
  if (store_job_give_back(store, &row, base_clock_now(), error) && store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

gboolean
clinic_job_cancelled(ClinicSession *session, const ClinicJob *job)
{
  g_autofree StoreJob *row = NULL;
  return !store_job_load(clinic_session_store(session), job->id, &row, NULL) ||
         row->state != STORE_JOB_RUNNING || row->lease != job->lease;
}

/* The last try: the job is dead, and its item says why in the queue. */
static gboolean
job_die(ClinicSession *session, const ClinicJob *job, const char *why, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreJob row = job_row(job);
  g_autoptr(StoreItem) item = NULL;
  if (!store_job_change(store, &row, STORE_JOB_DEAD, 0, 0, error) ||
      !store_item_load(store, job->item, &item, error))
    return FALSE;
  g_free(item->words);
  item->words = g_strdup(why);
  clinic_session_event(session, STORE_EVENT_JOB_FAIL, job->id, item->patient, why);
  return clinic_item_move(session, item, CLINIC_ACTION_FAIL, why, error);
}

static gboolean
job_defer(ClinicSession *session, const ClinicJob *job, const char *why, GError **error)
{
  const StoreJob row = job_row(job);
  gint64 wait =
      clinic_backoff(setting(session, BASE_CONF_JOB_BACKOFF) * BASE_CLOCK_SECOND, job->attempts);
  clinic_session_event(session, STORE_EVENT_JOB_FAIL, job->id, 0, why);
  return store_job_change(clinic_session_store(session), &row, STORE_JOB_WAITING,
                          base_clock_now() + wait, 0, error);
}

gboolean
clinic_job_failed(ClinicSession *session, const ClinicJob *job, gboolean permanent,
                  const GError *why, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  gboolean last = permanent || job->attempts >= (guint)setting(session, BASE_CONF_JOB_ATTEMPTS);
  if (!store_tx_begin(store, error))
    return FALSE;
  gboolean ok = last ? job_die(session, job, why->message, error)
                     : job_defer(session, job, why->message, error);
  if (ok && store_tx_commit(store, error))
    return TRUE;
  store_tx_rollback(store);
  return FALSE;
}

static gboolean
request_transcript(ClinicSession *session, const StoreVisit *visit, ScribeTranscript **ret,
                   GError **error)
{
  char *text = NULL;
  if (!store_visit_transcript(clinic_session_store(session), visit, &text, error))
    return FALSE;
  json_t *value = json_loads(text, 0, NULL);
  vault_seal_forget(text, strlen(text));
  gboolean ok = scribe_transcript_from_json("transcript", value, ret, error);
  json_decref(value);
  return ok;
}

static gboolean
request_chart(ClinicSession *session, gint64 patient, ClinicDraftRequest *request, GError **error)
{
  g_autoptr(ClinicChart) chart = NULL;
  if (!clinic_chart_load(session, patient, &chart, error))
    return FALSE;
  request->charted = clinic_chart_words(chart);
  request->allergies = clinic_chart_texts(chart, CLINIC_CHART_ALLERGIES);
  request->medications = clinic_chart_texts(chart, CLINIC_CHART_MEDICATIONS);
  request->conditions = clinic_chart_texts(chart, CLINIC_CHART_CONDITIONS);
  return TRUE;
}

gboolean
clinic_job_request(ClinicSession *session, const ClinicJob *job, ClinicDraftRequest **ret,
                   GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(ClinicDraftRequest) request = g_new0(ClinicDraftRequest, 1);
  g_autoptr(StoreVisit) visit = NULL;
  g_autoptr(StorePatient) patient = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !store_visit_load(store, job->visit, &visit, error))
    return FALSE;
  if (visit->consent != STORE_CONSENT_GIVEN) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED,
                        _("No consent is on record for this visit: nothing is drafted. Record it, "
                          "then ask again."));
    return FALSE;
  }
  if (!store_patient_load(store, visit->patient, &patient, error) ||
      !request_transcript(session, visit, &request->transcript, error))
    return FALSE;
  const StoreEvent event = {STORE_EVENT_PATIENT_READ, clinic_session_user(session), job->item,
                            visit->patient, "draft"};
  if (!store_tx_note(store, &event, error) ||
      !clinic_style_examples(session, visit->clinician, &request->style, error) ||
      !request_chart(session, visit->patient, request, error))
    return FALSE;
  request->template = g_strdup(clinic_visit_kind_template((ClinicVisitKind)visit->kind));
  request->language = g_strdup(*visit->language != '\0' ? visit->language : NULL);
  request->sex = g_strdup(patient->sex);
  request->age_years = clinic_check_age(patient->birth, visit->at);
  request->consent = TRUE;
  *ret = g_steal_pointer(&request);
  return TRUE;
}

static gint
confidence_compare(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The mean of the weaker half of its statements, per thousand: one bad sentence among thirty good
 * ones must show. */
static gint64
draft_confidence(const ScribeDraft *draft)
{
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *section = draft->sections->pdata[i];
    for (guint j = 0; j < section->statements->len; j++)
      g_array_append_val(all, ((ScribeStatement *)section->statements->pdata[j])->confidence);
  }
  if (all->len == 0)
    return -1;
  g_array_sort(all, confidence_compare);
  double sum = 0;
  guint half = (all->len + 1) / 2;
  for (guint i = 0; i < half; i++)
    sum += g_array_index(all, double, i);
  return (gint64)(sum / half * 1000.0 + 0.5);
}

/* The draft's findings as they are stored: none of them settled yet. */
static char *
draft_findings(const ScribeDraft *draft, StoreItem *item)
{
  GPtrArray *all = g_ptr_array_new();
  for (guint i = 0; i < draft->findings->len; i++) {
    ClinicFinding *one = g_new0(ClinicFinding, 1);
    one->finding = draft->findings->pdata[i]; /* lent by the draft */
    g_ptr_array_add(all, one);
  }
  clinic_finding_count(all, item);
  json_t *list = clinic_finding_to_json(all);
  char *json = json_dumps(list, JSON_COMPACT);
  json_decref(list);
  g_ptr_array_set_free_func(all, g_free);
  g_ptr_array_unref(all);
  return json;
}

static gboolean
drafted_inside(ClinicSession *session, const ClinicJob *job, StoreItem *item,
               const ScribeDraft *draft, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreJob row = job_row(job);
  json_t *whole = scribe_draft_to_json(draft, NULL);
  char *json = json_dumps(whole, JSON_COMPACT), *text = g_strdup(draft->text);
  json_decref(whole);
  StoreRevision revision = {
      .id = vault_process_id(), .at = base_clock_now(), .text = text, .draft = json};
  item->revision = item->draft = revision.id;
  item->confidence = draft_confidence(draft);
  g_autofree char *findings = draft_findings(draft, item);
  gboolean ok = store_job_change(store, &row, STORE_JOB_DONE, 0, 0, error) &&
                store_revision_add(store, item, &revision, error) &&
                store_revision_put_findings(store, item, revision.id, 0, findings, error) &&
                clinic_item_move(session, item, CLINIC_ACTION_DRAFTED, draft->engine_name, error) &&
                store_tx_commit(store, error);
  vault_seal_forget(json, strlen(json));
  vault_seal_forget(text, strlen(text));
  return ok;
}

gboolean
clinic_job_drafted(ClinicSession *session, const ClinicJob *job, const ScribeDraft *draft,
                   GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !clinic_item_begin(session, job->item, 0, &item, error))
    return FALSE;
  if (drafted_inside(session, job, item, draft, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

gboolean
clinic_job_next(ClinicSession *session, gint64 *ret, GError **error)
{
  return store_job_next(clinic_session_store(session), ret, error);
}

/* Gives back an item whose holder's time is over. */
static gboolean
tidy_lease(ClinicSession *session, gint64 id, guint *done, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const ClinicMove move = {CLINIC_REASON_NONE, NULL};
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(GError) local = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  if (clinic_item_allow(session, item, CLINIC_ACTION_EXPIRE, &move, &local) &&
      clinic_item_move(session, item, CLINIC_ACTION_EXPIRE, NULL, &local) &&
      store_tx_commit(store, &local))
    (*done)++;
  else
    store_tx_rollback(store);
  return TRUE;
}

/* A transcript goes when its note was delivered long enough ago.  Its key first: after a crash
 * between the two the row is still there, and the next turn finds it. */
static gboolean
tidy_transcript(ClinicSession *session, gint64 visit, guint *done, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const StoreEvent event = {STORE_EVENT_VISIT_SHRED, clinic_session_user(session), visit, 0,
                            "retention"};
  if (!store_visit_destroy(store, visit, error) || !store_tx_begin(store, error))
    return FALSE;
  store_tx_event(store, &event);
  if (!store_visit_retire(store, visit, error) || !store_tx_commit(store, error)) {
    store_tx_rollback(store);
    return FALSE;
  }
  (*done)++;
  return TRUE;
}

static gboolean
tidy_transcripts(ClinicSession *session, guint *done, GError **error)
{
  gint64 days = setting(session, BASE_CONF_RETENTION_DAYS);
  g_autoptr(GArray) visits = NULL;
  if (days == 0)
    return TRUE;
  gint64 cut = base_clock_now() - days * BASE_CLOCK_DAY;
  if (!store_visit_expired(clinic_session_store(session), CLINIC_STATE_DELIVERED, cut,
                           cut - JOB_TIDY_REACH, JOB_TIDY_BATCH, &visits, error))
    return FALSE;
  for (guint i = 0; i < visits->len; i++)
    if (!tidy_transcript(session, g_array_index(visits, gint64, i), done, error))
      return FALSE;
  return TRUE;
}

gboolean
clinic_job_tidy(ClinicSession *session, guint *ret_done, GError **error)
{
  guint done = 0;
  g_autoptr(GArray) held = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_WORK, error) ||
      !store_item_overdue(clinic_session_store(session), base_clock_now(), JOB_TIDY_BATCH, &held,
                          error))
    return FALSE;
  for (guint i = 0; i < held->len; i++)
    if (!tidy_lease(session, g_array_index(held, gint64, i), &done, error))
      return FALSE;
  if (!tidy_transcripts(session, &done, error))
    return FALSE;
  if (ret_done != NULL)
    *ret_done = done;
  return TRUE;
}
