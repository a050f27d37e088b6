#include "worker/draft_chat.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/clinic/contract.h"
#include "guichet/worker/talk.h"
#include "worker/draft.h"
#include "worker/piece.h"

/* One draft under way. */
typedef struct {
  WorkerRun *run;
  ClinicJob job;
  ClinicDraftRequest *request;
  WorkerTalk *talk;
  gint64 renewed;   /* monotonic */
  gint64 version;   /* of the clinic, when its job was last looked at */
  gboolean stopped; /* the worker stops */
} ChatDraft;

static void chat_look(WorkerRun *run, gpointer piece);
static void chat_stop(WorkerRun *run, gpointer piece);
static const WorkerPieceKind CHAT_DRAFT = {chat_look, chat_stop};

gboolean
worker_draft_chat_wanted(const WorkerRun *run)
{
  const BaseConf *conf = clinic_session_conf(run->session);
  return strcmp(base_conf_text(conf, BASE_CONF_ENGINE_KIND), "chat") == 0;
}

gboolean
worker_draft_chat_full(const WorkerRun *run)
{
  gint64 most = base_conf_int(clinic_session_conf(run->session), BASE_CONF_ENGINE_MANY);
  return worker_piece_count(run, &CHAT_DRAFT) >= (guint)most;
}

/* --- under way */

/* Somebody rejected the item, or asked for another draft.  Only a change in the clinic can have
 * done that. */
static gboolean
chat_called_off(WorkerRun *run, ChatDraft *chat)
{
  gint64 version = clinic_session_version(run->session);
  if (version == chat->version)
    return FALSE;
  chat->version = version;
  return clinic_job_cancelled(run->session, &chat->job);
}

/* A third of the lease before each renewal.  One that cannot be renewed is another worker's. */
static gboolean
chat_renew(WorkerRun *run, ChatDraft *chat)
{
  g_autoptr(GError) why = NULL;
  gint64 lease = base_conf_int(clinic_session_conf(run->session), BASE_CONF_JOB_LEASE);
  gint64 now = base_clock_monotonic();
  if (now - chat->renewed < lease * BASE_CLOCK_SECOND / 3)
    return TRUE;
  chat->renewed = now;
  if (clinic_job_renew(run->session, &chat->job, &why))
    return TRUE;
  worker_run_trouble(run, "keeping a draft under way", why);
  return !g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT);
}

static void
chat_look(WorkerRun *run, gpointer piece)
{
  ChatDraft *chat = piece;
  if (chat_called_off(run, chat) || !chat_renew(run, chat))
    worker_talk_cancel(chat->talk);
}

static void
chat_stop(WorkerRun *run, gpointer piece)
{
  ChatDraft *chat = piece;
  (void)run;
  chat->stopped = TRUE;
  worker_talk_cancel(chat->talk);
}

static void
on_progress(int per_mille, gpointer data)
{
  const ChatDraft *chat = data;
  worker_run_tell(chat->run, WORKER_DRAFTING, chat->job.item, per_mille);
}

static void
chat_free(ChatDraft *chat)
{
  clinic_draft_request_free(chat->request);
  g_free(chat);
}

static void
on_done(ScribeDraft *draft_taken, const GError *error, gpointer data)
{
  ChatDraft *chat = data;
  g_autoptr(ScribeDraft) draft = draft_taken;
  WorkerRun *run = chat->run;
  gboolean off = g_error_matches(error, BASE_ERROR, BASE_ERROR_CANCELLED) && !chat->stopped;
  worker_piece_end(run, chat);
  if (off)
    base_log(BASE_LOG_INFO, "drafting item %" G_GINT64_FORMAT " was called off", chat->job.item);
  else
    worker_draft_settle(run, &chat->job, chat->request, draft, error, chat->stopped);
  chat_free(chat);
}

/* --- beginning */

static gboolean
chat_service(WorkerRun *run, GError **error)
{
  if (run->service != NULL)
    return TRUE;
  const WorkerServiceSettings settings = worker_service_settings(
      clinic_session_conf(run->session), clinic_session_folder(run->session));
  return worker_service_new(&settings, &run->service, error);
}

/* No contract, no request: it is not even built. */
static gboolean
chat_allowed(WorkerRun *run, GError **error)
{
  return chat_service(run, error) &&
         clinic_contract_allow(run->session, worker_service_url(run->service), CLINIC_DATA_VISIT,
                               error) &&
         worker_service_ready(run->service, error);
}

static gboolean
chat_questions(WorkerRun *run, const ClinicDraftRequest *request, const ScribeContext *context,
               ScribeChat **ret, GError **error)
{
  g_autofree char *prompts =
      g_build_filename(clinic_session_folder(run->session), "templates", "prompts", NULL);
  const ScribeChatRequest ask = {
      .template = request->template,
      .context = context,
      .context_tokens = worker_service_of(run->service)->context_tokens,
      .prompts = prompts,
      .style = (const char *const *)request->style,
  };
  return scribe_chat_new(run->lexicon, request->transcript, &ask, ret, error);
}

gboolean
worker_draft_chat_begin(WorkerRun *run, const ClinicJob *job, ClinicDraftRequest **request_taken,
                        const ScribeContext *context, GError **error)
{
  ScribeChat *questions = NULL;
  if (!chat_allowed(run, error))
    return FALSE;
  if (!chat_questions(run, *request_taken, context, &questions, error)) {
    worker_service_undone(run->service);
    return FALSE;
  }
  ChatDraft *chat = g_new0(ChatDraft, 1);
  const WorkerTalkCalls calls = {on_progress, on_done, chat};
  *chat = (ChatDraft){.run = run, .job = *job, .renewed = base_clock_monotonic()};
  chat->version = clinic_session_version(run->session);
  if (!worker_talk_start(run->http, run->service, questions, &calls, &chat->talk, error)) {
    chat_free(chat);
    return FALSE;
  }
  chat->request = g_steal_pointer(request_taken);
  worker_piece_begin(run, &CHAT_DRAFT, chat);
  return TRUE;
}
