/* Our requests and readers against a real llama.cpp, at the URL given.  Its model has random
 * weights: what it writes is noise, but the grammar, the stream, the lengths and the seed are real.
 */
#include <stdio.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/net/http.h"
#include "guichet/wire/chat.h"

typedef struct {
  WireChatReader *reader;
  GError *broken;
  guint pieces; /* after so many it is cancelled; 0 never */
} Stream;

static guint number;
static int failed;
static NetHttp *http;
static char *url;

static void
say(gboolean good, const char *what)
{
  printf("%s %u - %s\n", good ? "ok" : "not ok", ++number, what);
  failed += !good;
}

static gboolean
on_bytes(const char *bytes, gsize length, gpointer data)
{
  Stream *stream = data;
  return wire_chat_reader_feed(stream->reader, bytes, length, &stream->broken) &&
         (stream->pieces == 0 || wire_chat_reader_pieces(stream->reader) < stream->pieces);
}

/* Two short statements; what a model has to obey to be of use to us. */
static json_t *
schema(void)
{
  return json_pack("{s:s,s:{s:{s:s,s:{s:s,s:{s:{s:s,s:i},s:{s:s,s:{s:s,s:i,s:i},s:i}},s:[s,s],s:b},"
                   "s:i,s:i}},s:[s],"
                   "s:b}",
                   "type", "object", "properties", "hpi", "type", "array", "items", "type",
                   "object", "properties", "text", "type", "string", "maxLength", 24, "turns",
                   "type", "array", "items", "type", "integer", "minimum", 0, "maximum", 9,
                   "maxItems", 2, "required", "text", "turns", "additionalProperties", 0,
                   "minItems", 1, "maxItems", 2, "required", "hpi", "additionalProperties", 0);
}

/* The status; 0 where none came. */
static long
ask(WireChatRequest request, guint pieces, WireChatAnswer **ret, WireChatError *trouble)
{
  Stream stream = {wire_chat_reader_new(), NULL, pieces};
  json_t *form = schema();
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  request.schema_name = "note";
  request.schema = request.schema != NULL ? request.schema : form;
  request.system = "You write notes.";
  request.user = request.user != NULL ? request.user : "[0] Patient: I have a cough.";
  g_autoptr(GBytes) body = wire_chat_request(&request);
  static const char *const headers[] = {"Content-Type: application/json", NULL};
  const NetRequest post = {.method = "POST",
                           .url = url,
                           .headers = headers,
                           .body = body,
                           .total_ms = 120000,
                           .bytes = on_bytes,
                           .data = &stream};
  long status = 0;
  if (net_http_ask(http, &post, NULL, &reply, &error)) {
    status = reply->status;
    if (status == 200)
      wire_chat_reader_end(stream.reader, ret, NULL);
    else
      wire_chat_error_read(status, (const char *)reply->body->data, reply->body->len, trouble);
  }
  g_clear_error(&stream.broken);
  wire_chat_reader_free(stream.reader);
  json_decref(form);
  return status;
}

static void
test_grammar(gboolean stream)
{
  g_autoptr(WireChatAnswer) first = NULL;
  g_autoptr(WireChatAnswer) second = NULL;
  WireChatError trouble = {0};
  json_t *json = NULL;
  const WireChatRequest request = {.seed = 7, .max_tokens = 600, .stream = stream};
  say(ask(request, 0, &first, &trouble) == 200 && first != NULL && !first->truncated,
      stream ? "a streamed answer" : "a whole answer");
  if (first == NULL)
    return;
  gboolean good = wire_chat_content_json(first->content, &json, NULL);
  const json_t *list = json_object_get(json, "hpi");
  const json_t *text = json_object_get(json_array_get(list, 0), "text");
  say(good && json_array_size(list) >= 1 && json_array_size(list) <= 2 && json_is_string(text) &&
          g_utf8_strlen(json_string_value(text), -1) <= 24 && json_object_size(json) == 1,
      "it obeys the schema, with its limits");
  json_decref(json);
  say(first->completion_tokens > 0 && first->prompt_tokens > 0 && *first->model != '\0',
      "it counts its tokens and has a name");
  ask(request, 0, &second, &trouble);
  say(second != NULL && strcmp(first->content, second->content) == 0,
      "the same seed gives the same answer");
}

static void
test_length(void)
{
  g_autoptr(WireChatAnswer) answer = NULL;
  WireChatError trouble = {0};
  long status =
      ask((WireChatRequest){.seed = 7, .max_tokens = 8, .stream = TRUE}, 0, &answer, &trouble);
  say(status == 200 && answer != NULL && answer->truncated, "a cut answer is known for one");
}

/* A second request waits for the one slot: that it is soon answered shows that the first ended. */
static void
test_cancel(void)
{
  g_autoptr(WireChatAnswer) none = NULL;
  g_autoptr(WireChatAnswer) next = NULL;
  WireChatError trouble = {0};
  json_t *long_text =
      json_pack("{s:s,s:{s:{s:s,s:i,s:i}},s:[s]}", "type", "object", "properties", "hpi", "type",
                "string", "minLength", 1500, "maxLength", 1600, "required", "hpi");
  const WireChatRequest endless = {
      .seed = 1, .max_tokens = 3000, .stream = TRUE, .schema = long_text};
  long status = ask(endless, 3, &none, &trouble);
  gint64 began = g_get_monotonic_time();
  ask((WireChatRequest){.seed = 7, .max_tokens = 8, .stream = TRUE}, 0, &next, &trouble);
  gint64 took = (g_get_monotonic_time() - began) / 1000;
  json_decref(long_text);
  printf("# the next answer came after %" G_GINT64_FORMAT " ms\n", took);
  say(status == 0 && none == NULL && next != NULL,
      "called off in the middle, and the slot is free");
}

static void
test_errors(void)
{
  WireChatAnswer *none = NULL;
  WireChatError trouble = {0};
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < 6000; i++)
    g_string_append(text, "a long visit ");
  long status = ask((WireChatRequest){.max_tokens = 8, .user = text->str}, 0, &none, &trouble);
  say(status == 400 && trouble.trouble == WIRE_CHAT_TROUBLE_CONTEXT && trouble.context == 4096,
      "too long a prompt: it says how much it takes");
  g_string_free(text, TRUE);
  json_t *bad = json_pack("{s:s}", "$ref", "#/nowhere");
  status = ask((WireChatRequest){.max_tokens = 8, .schema = bad}, 0, &none, &trouble);
  say(status >= 400 || none != NULL, "a bad schema is answered, not hung upon");
  wire_chat_answer_free(none);
  json_decref(bad);
}

int
main(int argc, char **argv)
{
  if (argc < 2)
    return 64;
  http = net_http_new();
  url = wire_chat_url(argv[1], "chat/completions");
  test_grammar(TRUE);
  test_grammar(FALSE);
  test_length();
  test_cancel();
  test_errors();
  printf("1..%u\n", number);
  net_http_free(http);
  g_free(url);
  return failed > 0;
}
