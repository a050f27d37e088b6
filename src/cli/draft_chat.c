#include "cli/draft_chat.h"

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/session.h"
#include "guichet/worker/talk.h"

struct CliDraftChat {
  BaseConf *conf;
  WorkerService *service;
  NetHttp *http;
};

/* What became of one draft. */
typedef struct {
  gboolean over;
  ScribeDraft *draft;
  GError *error;
} Outcome;

void
cli_draft_chat_close(CliDraftChat *chat)
{
  if (chat == NULL)
    return;
  net_http_free(chat->http);
  worker_service_free(chat->service);
  base_conf_free(chat->conf);
  g_free(chat);
}

static void
settings_override(const CliDraftChatOptions *options, WorkerServiceSettings *settings)
{
  const struct {
    const char *given;
    const char **setting;
  } rows[] = {{options->url, &settings->url},
              {options->model, &settings->model},
              {options->key_file, &settings->key_file},
              {options->ca_file, &settings->ca_file}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (rows[i].given != NULL)
      *rows[i].setting = rows[i].given;
  if (options->context_tokens > 0)
    settings->context_tokens = (guint)options->context_tokens;
  if (options->seconds > 0)
    settings->seconds = (guint)options->seconds;
}

gboolean
cli_draft_chat_open(const CliDraftChatOptions *options, CliDraftChat **ret, GError **error)
{
  CliDraftChat *chat = g_new0(CliDraftChat, 1);
  g_autofree char *dir = clinic_session_dir(NULL);
  g_autofree char *path = g_build_filename(dir, "guichet.conf", NULL);
  g_autofree char *here = g_get_current_dir();
  gboolean ok = base_conf_load(path, &chat->conf, error);
  if (ok) { /* a file that is named on the command line lies where the command was given */
    WorkerServiceSettings settings =
        worker_service_settings(chat->conf, options->key_file != NULL ? here : dir);
    settings_override(options, &settings);
    ok = worker_service_new(&settings, &chat->service, error);
  }
  if (ok && !net_http_is_loopback(worker_service_url(chat->service))) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED,
                        _("Without a clinic there is no contract on record: only a service on this "
                          "host is asked (http://127.0.0.1:8080/v1)."));
    ok = FALSE;
  }
  chat->http = net_http_new();
  if (ok)
    *ret = chat;
  else
    cli_draft_chat_close(chat);
  return ok;
}

static void
on_done(ScribeDraft *draft_taken, const GError *error, gpointer data)
{
  Outcome *outcome = data;
  outcome->over = TRUE;
  outcome->draft = draft_taken;
  outcome->error = error != NULL ? g_error_copy(error) : NULL;
}

gboolean
cli_draft_chat_make(CliDraftChat *chat, const ScribeLexicon *lexicon,
                    const ScribeTranscript *transcript, const char *template,
                    const ScribeContext *context, ScribeDraft **ret, GError **error)
{
  Outcome outcome = {0};
  const WorkerTalkCalls calls = {NULL, on_done, &outcome};
  const ScribeChatRequest request = {
      .template = template,
      .context = context,
      .context_tokens = worker_service_of(chat->service)->context_tokens,
  };
  ScribeChat *questions = NULL;
  WorkerTalk *talk = NULL;
  if (!worker_service_ready(chat->service, error) ||
      !scribe_chat_new(lexicon, transcript, &request, &questions, error) ||
      !worker_talk_start(chat->http, chat->service, questions, &calls, &talk, error))
    return FALSE;
  while (!outcome.over)
    net_http_step(chat->http, 1000);
  if (outcome.error != NULL)
    g_propagate_error(error, outcome.error);
  else
    *ret = outcome.draft;
  return outcome.error == NULL;
}
