#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "guichet/wire/chat.h"

#define READER_NAME_CAP 200u /* bytes of a model's name */

typedef enum { READER_UNKNOWN, READER_EVENTS, READER_WHOLE } ReaderShape;

struct WireChatReader {
  ReaderShape shape;
  GString *rest; /* the line under way, or the whole object */
  GString *content;
  gsize received;
  guint pieces;
  gboolean over, complete; /* [DONE] came; a finish_reason came */
  WireChatTrouble trouble; /* an error object in the place of a piece */
  WireChatAnswer *answer;
};

WireChatReader *
wire_chat_reader_new(void)
{
  WireChatReader *reader = g_new0(WireChatReader, 1);
  reader->rest = g_string_new(NULL);
  reader->content = g_string_new(NULL);
  reader->answer = g_new0(WireChatAnswer, 1);
  reader->answer->model = g_strdup("");
  reader->answer->fingerprint = g_strdup("");
  reader->answer->finish = g_strdup("");
  reader->answer->prompt_tokens = reader->answer->completion_tokens = -1;
  return reader;
}

void
wire_chat_reader_free(WireChatReader *reader)
{
  if (reader == NULL)
    return;
  g_string_free(reader->rest, TRUE);
  g_string_free(reader->content, TRUE);
  wire_chat_answer_free(reader->answer);
  g_free(reader);
}

guint
wire_chat_reader_pieces(const WireChatReader *reader)
{
  return reader->pieces;
}

static gboolean
broken(GError **error, const char *what)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_PROTOCOL, "the chat service %s", what);
  return FALSE;
}

/* --- one object, of a stream or a whole answer */

/* A short name of the other side's, safe to show and to keep; the last one stands. */
static void
take_name(const json_t *object, const char *key, char **into)
{
  const json_t *value = json_object_get(object, key);
  if (!json_is_string(value) || json_string_length(value) == 0)
    return;
  gsize length = MIN(json_string_length(value), READER_NAME_CAP);
  g_free(*into);
  *into = base_text_disarm(json_string_value(value), (gssize)length, FALSE);
}

static void
take_count(const json_t *object, const char *key, gint64 *into)
{
  const json_t *value = json_object_get(object, key);
  if (json_is_integer(value) && json_integer_value(value) >= 0)
    *into = json_integer_value(value);
}

static gboolean
take_content(WireChatReader *reader, const json_t *text, GError **error)
{
  if (text == NULL || json_is_null(text))
    return TRUE;
  if (!json_is_string(text))
    return broken(error, "gave content that is not text");
  if (reader->content->len + json_string_length(text) > WIRE_CHAT_CONTENT_CAP)
    return broken(error, "gave an answer that does not end");
  if (strlen(json_string_value(text)) != json_string_length(text))
    return broken(error, "gave text with a NUL in it");
  if (json_string_length(text) > 0)
    reader->pieces++;
  g_string_append_len(reader->content, json_string_value(text), (gssize)json_string_length(text));
  return TRUE;
}

/* An error where an answer should be: only its kind is kept. */
static gboolean
is_error(WireChatReader *reader, const json_t *object)
{
  const json_t *kind = json_object_get(object, "object");
  const json_t *error = json_object_get(object, "error");
  gboolean there = (error != NULL && !json_is_null(error)) ||
                   (json_is_string(kind) && strcmp(json_string_value(kind), "error") == 0);
  if (!there)
    return FALSE;
  WireChatError read = {WIRE_CHAT_TROUBLE_SERVER, -1, -1};
  const json_t *code = json_object_get(json_is_object(error) ? error : object, "code");
  char *text = json_dumps(object, JSON_COMPACT);
  long status = json_is_integer(code) ? (long)json_integer_value(code) : 500;
  wire_chat_error_read(status, text, strlen(text), &read);
  free(text);
  reader->trouble = read.trouble;
  return TRUE;
}

/* The first choice; we asked for one. */
static gboolean
take_choice(WireChatReader *reader, const json_t *choice, GError **error)
{
  const json_t *delta = json_object_get(choice, "delta");
  const json_t *message = delta != NULL ? delta : json_object_get(choice, "message");
  take_name(choice, "finish_reason", &reader->answer->finish);
  reader->complete = *reader->answer->finish != '\0';
  return take_content(reader, json_object_get(message, "content"), error);
}

static gboolean
take_object(WireChatReader *reader, const char *bytes, gsize length, GError **error)
{
  json_t *object = json_loadb(bytes, length, 0, NULL);
  gboolean ok = json_is_object(object);
  if (!ok)
    broken(error, "sent something that is not JSON");
  if (ok && !is_error(reader, object)) {
    const json_t *choices = json_object_get(object, "choices");
    const json_t *usage = json_object_get(object, "usage");
    take_name(object, "model", &reader->answer->model);
    take_name(object, "system_fingerprint", &reader->answer->fingerprint);
    take_count(usage, "prompt_tokens", &reader->answer->prompt_tokens);
    take_count(usage, "completion_tokens", &reader->answer->completion_tokens);
    if (!json_is_array(choices))
      ok = broken(error, "sent something that is no chat completion");
    else if (json_array_size(choices) > 0)
      ok = take_choice(reader, json_array_get(choices, 0), error);
  }
  json_decref(object);
  return ok;
}

/* --- a stream */

/* "data: {…}", "data: [DONE]"; comments, other fields and empty lines say nothing. */
static gboolean
take_line(WireChatReader *reader, GError **error)
{
  const char *line = reader->rest->str;
  gsize length = reader->rest->len;
  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length >= 6 && strncmp(line, "error:", 6) == 0) { /* llama.cpp of before 2024 */
    reader->trouble = WIRE_CHAT_TROUBLE_SERVER;
    return TRUE;
  }
  if (length < 5 || strncmp(line, "data:", 5) != 0 || reader->over)
    return TRUE;
  line += 5;
  length -= 5;
  while (length > 0 && *line == ' ') {
    line++;
    length--;
  }
  if (length == 6 && strncmp(line, "[DONE]", 6) == 0) {
    reader->over = TRUE;
    return TRUE;
  }
  return length == 0 || take_object(reader, line, length, error);
}

static gboolean
feed_events(WireChatReader *reader, const char *bytes, gsize length, GError **error)
{
  while (length > 0) {
    const char *end = memchr(bytes, '\n', length);
    gsize part = end != NULL ? (gsize)(end - bytes) : length;
    if (reader->rest->len + part > WIRE_CHAT_LINE_CAP)
      return broken(error, "sent a line that does not end");
    g_string_append_len(reader->rest, bytes, (gssize)part);
    if (end == NULL)
      return TRUE;
    if (!take_line(reader, error))
      return FALSE;
    g_string_truncate(reader->rest, 0);
    bytes += part + 1;
    length -= part + 1;
  }
  return TRUE;
}

/* --- which of the two */

/* Told by the first byte that says something. */
static gboolean
tell_shape(WireChatReader *reader, GError **error)
{
  const char *p = reader->rest->str;
  if (g_str_has_prefix(p, "\xef\xbb\xbf"))
    p += 3;
  while (g_ascii_isspace(*p))
    p++;
  if (*p == '\0')
    return TRUE;
  if (*p == '{') {
    reader->shape = READER_WHOLE;
    return TRUE;
  }
  if (*p == '<')
    return broken(error, "answers with a web page");
  if (strchr("deri:", *p) == NULL) /* data, event, error, retry, id, a comment */
    return broken(error, "does not answer as a chat service does");
  reader->shape = READER_EVENTS;
  g_autofree char *held = g_strdup(p);
  g_string_truncate(reader->rest, 0);
  return feed_events(reader, held, strlen(held), error);
}

gboolean
wire_chat_reader_feed(WireChatReader *reader, const char *bytes, gsize length, GError **error)
{
  reader->received += length;
  if (reader->received > WIRE_CHAT_BODY_CAP)
    return broken(error, "sent more than an answer can be");
  if (memchr(bytes, '\0', length) != NULL)
    return broken(error, "sent a NUL");
  if (reader->shape == READER_EVENTS)
    return feed_events(reader, bytes, length, error);
  g_string_append_len(reader->rest, bytes, (gssize)length);
  return reader->shape == READER_WHOLE || tell_shape(reader, error);
}

/* --- the end */

/* A stream may stop after its finish_reason: only [DONE] is missing then. */
static gboolean
close_shape(WireChatReader *reader, GError **error)
{
  if (reader->shape == READER_EVENTS)
    return (take_line(reader, error) &&
            (reader->over || reader->complete || reader->trouble != WIRE_CHAT_TROUBLE_NONE ||
             broken(error, "broke off in the middle of its answer")));
  if (reader->shape == READER_UNKNOWN)
    return broken(error, "answered with nothing");
  return take_object(reader, reader->rest->str, reader->rest->len, error);
}

gboolean
wire_chat_reader_end(WireChatReader *reader, WireChatAnswer **ret, GError **error)
{
  if (!close_shape(reader, error))
    return FALSE;
  if (reader->trouble != WIRE_CHAT_TROUBLE_NONE) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE, "the chat service: %s",
                wire_chat_trouble_words(reader->trouble));
    return FALSE;
  }
  if (!g_utf8_validate(reader->content->str, (gssize)reader->content->len, NULL))
    return broken(error, "gave text that is not UTF-8");
  WireChatAnswer *answer = g_steal_pointer(&reader->answer);
  answer->content = g_strndup(reader->content->str, reader->content->len);
  answer->truncated = strcmp(answer->finish, "length") == 0;
  *ret = answer;
  return TRUE;
}
