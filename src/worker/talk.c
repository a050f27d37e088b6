#include "guichet/worker/talk.h"

#include <string.h>

#include "guichet/base/error.h"

#define TALK_CONNECT_MS 5000u

struct WorkerTalk {
  NetHttp *http;
  WorkerService *service;
  ScribeChat *chat;
  WorkerTalkCalls calls;
  const ScribeChatQuestion *question; /* that is out */
  WireChatForm form;                  /* it was asked in */
  WireChatReader *reader;
  GError *broken; /* what the reader said of the answer under way */
  guint64 transfer;
  char *model, *server;
  int per_mille;
};

static gboolean talk_ask(WorkerTalk *talk, GError **error);

static void
talk_free(WorkerTalk *talk)
{
  wire_chat_reader_free(talk->reader);
  scribe_chat_free(talk->chat);
  g_clear_error(&talk->broken);
  g_free(talk->model);
  g_free(talk->server);
  g_free(talk);
}

static void
talk_end(WorkerTalk *talk, ScribeDraft *draft_taken, const GError *error)
{
  const WorkerTalkCalls calls = talk->calls;
  talk_free(talk);
  calls.done(draft_taken, error, calls.data);
}

/* --- while an answer comes */

static void
talk_tell(WorkerTalk *talk)
{
  guint n = MAX(scribe_chat_questions(talk->chat), 1);
  double part = (double)wire_chat_reader_pieces(talk->reader) / talk->question->max_tokens;
  double whole = (scribe_chat_answered(talk->chat) + MIN(part, 0.99)) / n;
  int now = (int)(whole * 1000);
  if (talk->calls.progress == NULL || now <= talk->per_mille)
    return;
  talk->per_mille = now;
  talk->calls.progress(now, talk->calls.data);
}

static gboolean
on_bytes(const char *bytes, gsize length, gpointer data)
{
  WorkerTalk *talk = data;
  if (!wire_chat_reader_feed(talk->reader, bytes, length, &talk->broken))
    return FALSE;
  talk_tell(talk);
  return TRUE;
}

/* --- when it is there */

/* The service is to blame: nobody asks it for a while. */
static gboolean
blame(WorkerTalk *talk, const char *why, gint64 retry_after, GError **error)
{
  worker_service_failed(talk->service, why, retry_after);
  g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE, "the chat service: %s", why);
  return FALSE;
}

static gboolean
take_trouble(WorkerTalk *talk, const NetReply *reply, GError **error)
{
  WireChatError read = {WIRE_CHAT_TROUBLE_NONE, -1, -1};
  wire_chat_error_read(reply->status, (const char *)reply->body->data, reply->body->len, &read);
  if (read.trouble == WIRE_CHAT_TROUBLE_CONTEXT) {
    worker_service_worked(talk->service);
    guint id = talk->question->id;
    talk->question = NULL;
    return scribe_chat_too_long(talk->chat, id, read.context, error) && talk_ask(talk, error);
  }
  if (read.trouble == WIRE_CHAT_TROUBLE_FORM && worker_service_step_down(talk->service, talk->form))
    return talk_ask(talk, error); /* the same question in a form that more servers know */
  return blame(talk, wire_chat_trouble_words(read.trouble), reply->retry_after, error);
}

static void
take_names(WorkerTalk *talk, const WireChatAnswer *answer)
{
  g_free(talk->model);
  g_free(talk->server);
  talk->model = g_strdup(answer->model);
  talk->server = g_strdup(answer->fingerprint);
}

static gboolean
take_answer(WorkerTalk *talk, GError **error)
{
  g_autoptr(WireChatAnswer) answer = NULL;
  g_autoptr(GError) why = NULL;
  json_t *json = NULL;
  if (!wire_chat_reader_end(talk->reader, &answer, &why))
    return blame(talk, why->message, -1, error);
  worker_service_worked(talk->service);
  take_names(talk, answer);
  if (!answer->truncated)
    wire_chat_content_json(answer->content, &json, NULL);
  gboolean ok = scribe_chat_answer(talk->chat, talk->question->id, json, answer->content,
                                   answer->truncated, error);
  json_decref(json);
  talk->question = NULL;
  return ok && talk_ask(talk, error);
}

static gboolean
take_reply(WorkerTalk *talk, const NetReply *reply, const GError *why, GError **error)
{
  if (talk->broken != NULL) /* before the line: it was us who ended it then */
    return blame(talk, talk->broken->message, -1, error);
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_CANCELLED)) {
    worker_service_undone(talk->service);
    g_propagate_error(error, g_error_copy(why));
    return FALSE;
  }
  if (why != NULL)
    return blame(talk, why->message, -1, error);
  if (reply->status < 200 || reply->status > 299)
    return take_trouble(talk, reply, error);
  return take_answer(talk, error);
}

/* All are answered where no question is out after that. */
static void
on_done(const NetReply *reply, const GError *why, gpointer data)
{
  WorkerTalk *talk = data;
  g_autoptr(GError) error = NULL;
  ScribeDraft *draft = NULL;
  talk->transfer = 0;
  if (take_reply(talk, reply, why, &error) && talk->transfer != 0)
    return;
  if (error == NULL)
    scribe_chat_draft(talk->chat, talk->model, talk->server, &draft, &error);
  talk_end(talk, draft, error);
}

/* --- asking */

static GBytes *
talk_body(const WorkerTalk *talk)
{
  const WorkerServiceSettings *settings = worker_service_of(talk->service);
  const WireChatRequest request = {
      .model = settings->model,
      .system = talk->question->system,
      .user = talk->question->user,
      .answered = talk->question->answered,
      .complaint = talk->question->complaint,
      .form = talk->form,
      .schema_name = "note",
      .schema = talk->question->schema,
      .seed = settings->seed,
      .max_tokens = talk->question->max_tokens,
      .stream = TRUE,
  };
  return wire_chat_request(&request);
}

/* The question that is out once more, or the next; TRUE with no transfer where there is none. */
static gboolean
talk_ask(WorkerTalk *talk, GError **error)
{
  static const char *const HEADERS[] = {"Content-Type: application/json",
                                        "Accept: text/event-stream, application/json", NULL};
  const WorkerServiceSettings *settings = worker_service_of(talk->service);
  if (talk->question == NULL)
    talk->question = scribe_chat_next(talk->chat);
  if (talk->question == NULL)
    return TRUE;
  g_clear_pointer(&talk->reader, wire_chat_reader_free);
  talk->reader = wire_chat_reader_new();
  talk->form = worker_service_form(talk->service);
  g_autofree char *url = wire_chat_url(settings->url, "chat/completions");
  g_autoptr(GBytes) body = talk_body(talk);
  const NetRequest request = {
      .method = "POST",
      .url = url,
      .headers = HEADERS,
      .body = body,
      .bearer = worker_service_key(talk->service),
      .ca_file = settings->ca_file,
      .cap = WIRE_CHAT_BODY_CAP,
      .connect_ms = MIN(TALK_CONNECT_MS, settings->seconds * 1000),
      .total_ms = settings->seconds * 1000,
      .stall_ms = settings->seconds * 1000, /* a long prompt is read in silence */
      .bytes = on_bytes,
      .done = on_done,
      .data = talk,
  };
  return net_http_start(talk->http, &request, &talk->transfer, error);
}

gboolean
worker_talk_start(NetHttp *http, WorkerService *service, ScribeChat *chat_taken,
                  const WorkerTalkCalls *calls, WorkerTalk **ret, GError **error)
{
  WorkerTalk *talk = g_new0(WorkerTalk, 1);
  *talk = (WorkerTalk){.http = http, .service = service, .chat = chat_taken, .calls = *calls};
  if (talk_ask(talk, error)) {
    *ret = talk;
    return TRUE;
  }
  worker_service_undone(service);
  talk_free(talk);
  return FALSE;
}

void
worker_talk_cancel(WorkerTalk *talk)
{
  net_http_cancel(talk->http, talk->transfer);
}
