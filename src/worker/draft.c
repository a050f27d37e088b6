#include "worker/draft.h"

#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/clinic/job.h"
#include "guichet/clinic/queue.h"
#include "guichet/scribe/builtin.h"
#include "guichet/worker/fallback.h"
#include "worker/draft_chart.h"
#include "worker/draft_chat.h"

/* How far the waiting drafts have come since this pass began. */
static int
draft_progress(WorkerRun *run)
{
  gint64 waiting = 0, running = 0, dead = 0;
  if (!clinic_queue_jobs(run->session, &waiting, &running, &dead, NULL))
    return -1;
  gint64 done = run->news.done - run->done_before;
  gint64 all = done + waiting + MAX(running, 1);
  return (int)(1000 * done / all);
}

/* The shipped tables, and the clinic's own over them. */
static gboolean
draft_lexicon(WorkerRun *run, GError **error)
{
  g_autofree char *own = g_build_filename(clinic_session_folder(run->session), "lexicon", NULL);
  return run->lexicon != NULL ||
         scribe_lexicon_load(g_file_test(own, G_FILE_TEST_IS_DIR) ? own : NULL, &run->lexicon,
                             error);
}

static ScribeContext
draft_context(const ClinicDraftRequest *request)
{
  return (ScribeContext){
      .language = request->language,
      .consent_on_record = request->consent,
      .allergies = (const char *const *)request->allergies,
      .medications = (const char *const *)request->medications,
      .conditions = (const char *const *)request->conditions,
      .charted = request->charted,
      .sex = request->sex,
      .age_years = request->age_years,
  };
}

/* `why` is NULL where the builtin engine is the one that was asked for. */
static gboolean
draft_builtin(WorkerRun *run, const ClinicJob *job, const ClinicDraftRequest *request,
              const GError *why, GError **error)
{
  g_autoptr(ScribeDraft) draft = NULL;
  const ScribeContext context = draft_context(request);
  if (!scribe_builtin_draft(run->lexicon, request->transcript, request->template, &context, &draft,
                            error))
    return FALSE;
  if (worker_run_cancelled(run)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CANCELLED, "the worker was stopped");
    return FALSE;
  }
  if (why != NULL)
    worker_fallback_mark(draft, why);
  return clinic_job_drafted(run->session, job, draft, error);
}

static gboolean
draft_request(WorkerRun *run, const ClinicJob *job, ClinicDraftRequest **ret, GError **error)
{
  if (!draft_lexicon(run, error) || !clinic_job_request(run->session, job, ret, error))
    return FALSE;
  if ((*ret)->consent)
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED, /* asked for above as well */
                      "no consent is on record; nothing was drafted");
  return FALSE;
}

/* Trying again gives the same answer. */
static gboolean
is_permanent(const GError *why)
{
  static const BaseError CODES[] = {BASE_ERROR_DATA, BASE_ERROR_DENIED, BASE_ERROR_NO_INPUT,
                                    BASE_ERROR_USAGE};
  for (gsize i = 0; i < G_N_ELEMENTS(CODES); i++)
    if (g_error_matches(why, BASE_ERROR, (int)CODES[i]))
      return TRUE;
  return FALSE;
}

static gboolean
draft_failed(WorkerRun *run, const ClinicJob *job, const GError *why, GError **error)
{
  if (clinic_job_cancelled(run->session, job)) {
    base_log(BASE_LOG_INFO, "drafting item %" G_GINT64_FORMAT " was called off", job->item);
    return TRUE;
  }
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CANCELLED))
    return clinic_job_give_back(run->session, job, error);
  g_autofree char *where = g_strdup_printf("drafting item %" G_GINT64_FORMAT, job->item);
  worker_run_trouble(run, where, why);
  return clinic_job_failed(run->session, job, is_permanent(why), why, error);
}

/* What a service did, or could not: kept as a draft, by the builtin engine where need be. */
void
worker_draft_settle(WorkerRun *run, const ClinicJob *job, const ClinicDraftRequest *request,
                    const ScribeDraft *draft, const GError *service, gboolean stopped)
{
  g_autoptr(GError) why = NULL;
  GError *error = NULL;
  gboolean ok;
  if (stopped) {
    g_set_error_literal(&why, BASE_ERROR, BASE_ERROR_CANCELLED, "the worker was stopped");
    ok = FALSE;
  } else if (draft != NULL) {
    ok = clinic_job_drafted(run->session, job, draft, &why);
  } else {
    ok = draft_builtin(run, job, request, service, &why);
  }
  if (ok)
    worker_run_count(run);
  else if (!draft_failed(run, job, why, &error))
    worker_run_fail(run, "drafting", error);
}

/* TRUE in *ret_begun: it goes on by itself. */
static gboolean
draft_do(WorkerRun *run, const ClinicJob *job, gboolean *ret_begun, GError **error)
{
  g_autoptr(ClinicDraftRequest) request = NULL;
  g_autoptr(GError) service = NULL;
  *ret_begun = FALSE;
  if (!draft_request(run, job, &request, error))
    return FALSE;
  const ScribeContext context = draft_context(request);
  if (worker_draft_chat_wanted(run)) {
    *ret_begun = worker_draft_chat_begin(run, job, &request, &context, &service);
    if (*ret_begun)
      return TRUE;
  }
  return draft_builtin(run, job, request, service, error);
}

gboolean
worker_draft_next(WorkerRun *run, gboolean *ret_did, GError **error)
{
  g_autoptr(ClinicJob) job = NULL;
  g_autoptr(GError) why = NULL;
  gboolean begun = FALSE;
  *ret_did = FALSE;
  if (worker_draft_chart_full(run))
    return TRUE;
  if (worker_draft_chat_full(run)) /* what waits is for the service: the builtin one has no queue */
    return TRUE;
  if (!clinic_job_take(run->session, &job, error))
    return FALSE;
  *ret_did = job != NULL;
  if (job == NULL)
    return TRUE;
  worker_run_tell(run, WORKER_DRAFTING, job->item, draft_progress(run));
  if (worker_draft_chart_begin(run, job))
    return TRUE;
  if (!draft_do(run, job, &begun, &why))
    return draft_failed(run, job, why, error);
  if (!begun)
    worker_run_count(run);
  return TRUE;
}

void
worker_draft_go_on(WorkerRun *run, const ClinicJob *job, gboolean stopped)
{
  g_autoptr(GError) why = NULL;
  GError *error = NULL;
  gboolean begun = FALSE;
  if (stopped)
    g_set_error_literal(&why, BASE_ERROR, BASE_ERROR_CANCELLED, "the worker was stopped");
  if (!stopped && draft_do(run, job, &begun, &why)) {
    if (!begun)
      worker_run_count(run);
  } else if (!draft_failed(run, job, why, &error)) {
    worker_run_fail(run, "drafting", error);
  }
}
