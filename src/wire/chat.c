#include "guichet/wire/chat.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define CHAT_MODELS 64u /* named by a service, of which we take note */

/* --- asking */

/* The limits on lengths taken off, all the way down. */
static void
schema_unlimit(json_t *schema)
{
  static const char *const LIMITS[] = {"maxLength", "minLength", "maxItems",
                                       "minItems",  "minimum",   "maximum"};
  const char *key;
  json_t *value;
  size_t i;
  for (gsize k = 0; json_is_object(schema) && k < G_N_ELEMENTS(LIMITS); k++)
    if (!json_is_object(json_object_get(schema, LIMITS[k])))
      json_object_del(schema, LIMITS[k]);
  json_object_foreach (schema, key, value)
    schema_unlimit(value);
  if (json_is_array(schema))
    json_array_foreach (schema, i, value)
      schema_unlimit(value);
}

static json_t *
response_format(const WireChatRequest *request)
{
  json_t *schema = json_deep_copy(request->schema);
  if (request->form == WIRE_CHAT_OBJECT || schema == NULL) {
    json_decref(schema);
    return json_pack("{s:s}", "type", "json_object");
  }
  if (request->form == WIRE_CHAT_BARE)
    schema_unlimit(schema);
  return json_pack("{s:s,s:{s:s,s:b,s:o}}", "type", "json_schema", "json_schema", "name",
                   request->schema_name, "strict", 1, "schema", schema);
}

static json_t *
messages(const WireChatRequest *request)
{
  json_t *list = json_pack("[{s:s,s:s},{s:s,s:s}]", "role", "system", "content", request->system,
                           "role", "user", "content", request->user);
  if (request->answered != NULL && request->complaint != NULL) {
    json_array_append_new(
        list, json_pack("{s:s,s:s}", "role", "assistant", "content", request->answered));
    json_array_append_new(list,
                          json_pack("{s:s,s:s}", "role", "user", "content", request->complaint));
  }
  return list;
}

GBytes *
wire_chat_request(const WireChatRequest *request)
{
  json_t *body =
      json_pack("{s:o,s:i,s:I,s:I}", "messages", messages(request), "temperature", 0, "seed",
                (json_int_t)request->seed, "max_tokens", (json_int_t)request->max_tokens);
  if (request->model != NULL && *request->model != '\0')
    json_object_set_new(body, "model", json_string(request->model));
  if (request->form != WIRE_CHAT_PLAIN)
    json_object_set_new(body, "response_format", response_format(request));
  json_object_set_new(body, "stream", json_boolean(request->stream));
  if (request->stream)
    json_object_set_new(body, "stream_options", json_pack("{s:b}", "include_usage", 1));
  char *text = json_dumps(body, JSON_COMPACT);
  json_decref(body);
  return g_bytes_new_take(text, strlen(text));
}

char *
wire_chat_url(const char *base, const char *path)
{
  gsize length = strlen(base);
  while (length > 0 && base[length - 1] == '/')
    length--;
  while (*path == '/')
    path++;
  return g_strdup_printf("%.*s/%s", (int)length, base, path);
}

void
wire_chat_answer_free(WireChatAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free(answer->content);
  g_free(answer->model);
  g_free(answer->fingerprint);
  g_free(answer->finish);
  g_free(answer);
}

/* --- errors in place of answers */

/* Its type or code as a word of ours to compare; "" where it is none.  Never its message. */
static const char *
error_word(const json_t *object, const char *key)
{
  const json_t *value = json_object_get(object, key);
  return json_is_string(value) ? json_string_value(value) : "";
}

static gint64
error_number(const json_t *object, const char *key)
{
  const json_t *value = json_object_get(object, key);
  return json_is_integer(value) && json_integer_value(value) > 0 ? json_integer_value(value) : -1;
}

static gboolean
speaks_of_context(const json_t *error)
{
  static const char *const CUES[] = {"context length", "context size", "context window",
                                     "maximum context", "exceeds the available context"};
  const char *message = error_word(error, "message");
  if (strstr(error_word(error, "type"), "context") != NULL ||
      strstr(error_word(error, "code"), "context") != NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(CUES); i++)
    if (strstr(message, CUES[i]) != NULL)
      return TRUE;
  return FALSE;
}

static WireChatTrouble
trouble_of_status(long status)
{
  static const struct {
    long first, last;
    WireChatTrouble trouble;
  } TABLE[] = {
      {200, 299, WIRE_CHAT_TROUBLE_STRANGE}, {300, 399, WIRE_CHAT_TROUBLE_REDIRECT},
      {401, 401, WIRE_CHAT_TROUBLE_KEY},     {403, 403, WIRE_CHAT_TROUBLE_KEY},
      {404, 405, WIRE_CHAT_TROUBLE_NOWHERE}, {429, 429, WIRE_CHAT_TROUBLE_BUSY},
      {400, 499, WIRE_CHAT_TROUBLE_FORM},    {503, 503, WIRE_CHAT_TROUBLE_LOADING},
      {500, 599, WIRE_CHAT_TROUBLE_SERVER},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(TABLE); i++)
    if (status >= TABLE[i].first && status <= TABLE[i].last)
      return TABLE[i].trouble;
  return WIRE_CHAT_TROUBLE_STRANGE;
}

static gboolean
is_page(const char *body, gsize length)
{
  while (length > 0 && (g_ascii_isspace(*body) || (guchar)*body >= 0x80)) { /* a BOM too */
    body++;
    length--;
  }
  return length > 0 && *body == '<';
}

void
wire_chat_error_read(long status, const char *body, gsize length, WireChatError *ret)
{
  json_t *whole = json_loadb(body, length, 0, NULL);
  const json_t *error = json_object_get(whole, "error");
  *ret = (WireChatError){trouble_of_status(status), -1, -1};
  if (!json_is_object(error))
    error = whole; /* {"object":"error","message",…}, {"error":"…"}, {"detail":…} */
  if (json_is_object(error) && status >= 400 && status < 600 && speaks_of_context(error)) {
    ret->trouble = WIRE_CHAT_TROUBLE_CONTEXT;
    ret->context = error_number(error, "n_ctx");
    ret->prompt = error_number(error, "n_prompt_tokens");
  } else if (json_is_object(error) && strcmp(error_word(error, "type"), "unavailable_error") == 0) {
    ret->trouble = WIRE_CHAT_TROUBLE_LOADING;
  } else if (whole == NULL && ret->trouble == WIRE_CHAT_TROUBLE_STRANGE && is_page(body, length)) {
    ret->trouble = WIRE_CHAT_TROUBLE_PAGE;
  }
  json_decref(whole);
}

const char *
wire_chat_trouble_words(WireChatTrouble trouble)
{
  static const char *const WORDS[WIRE_CHAT_TROUBLE_N] = {
      [WIRE_CHAT_TROUBLE_NONE] = N_("nothing is wrong"),
      [WIRE_CHAT_TROUBLE_LOADING] = N_("it is loading its model"),
      [WIRE_CHAT_TROUBLE_BUSY] = N_("it is busy"),
      [WIRE_CHAT_TROUBLE_KEY] = N_("it does not accept our key"),
      [WIRE_CHAT_TROUBLE_CONTEXT] = N_("the visit is too long for its model"),
      [WIRE_CHAT_TROUBLE_FORM] = N_("it does not take the request"),
      [WIRE_CHAT_TROUBLE_NOWHERE] = N_("there is no chat service at its address"),
      [WIRE_CHAT_TROUBLE_REDIRECT] = N_("it points elsewhere, and that is not followed"),
      [WIRE_CHAT_TROUBLE_SERVER] = N_("it failed"),
      [WIRE_CHAT_TROUBLE_PAGE] = N_("it answers with a web page"),
      [WIRE_CHAT_TROUBLE_STRANGE] = N_("it does not answer as a chat service does"),
  };
  return _(WORDS[trouble]);
}

/* --- what a model wrote */

/* From the first brace on, as far as its own end: strings and escapes are minded. */
static gsize
json_span(const char *text)
{
  guint depth = 0;
  gboolean quoted = FALSE;
  for (gsize i = 0; text[i] != '\0'; i++) {
    if (quoted) {
      if (text[i] == '\\' && text[i + 1] != '\0')
        i++;
      else if (text[i] == '"')
        quoted = FALSE;
    } else if (text[i] == '"') {
      quoted = TRUE;
    } else if (text[i] == '{') {
      depth++;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return 0;
}

/* Past what a model thought aloud. */
static const char *
after_thinking(const char *content)
{
  const char *end = strstr(content, "</think>");
  return end != NULL ? end + strlen("</think>") : content;
}

gboolean
wire_chat_content_json(const char *content, json_t **ret, GError **error)
{
  json_error_t where = {.position = 0};
  const char *from = strchr(after_thinking(content), '{');
  gsize length = from != NULL ? json_span(from) : 0;
  json_t *value = length > 0 ? json_loadb(from, length, JSON_REJECT_DUPLICATES, &where) : NULL;
  if (value == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                from == NULL  ? "the model's answer has no JSON in it"
                : length == 0 ? "the model's JSON does not end"
                              : "the model's JSON is broken at byte %d",
                where.position);
    return FALSE;
  }
  *ret = value;
  return TRUE;
}

gboolean
wire_chat_models_read(const char *body, gsize length, char ***ret, GError **error)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();
  json_t *whole = json_loadb(body, length, 0, NULL);
  const json_t *list = json_object_get(whole, "data");
  size_t i;
  const json_t *one;
  gboolean ok = json_is_array(list);
  json_array_foreach (list, i, one) {
    const json_t *id = json_object_get(one, "id");
    if (!json_is_string(id) || i >= CHAT_MODELS)
      continue;
    g_autofree char *name = base_text_disarm(json_string_value(id), -1, FALSE);
    g_strv_builder_add(names, name);
  }
  json_decref(whole);
  if (!ok) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_PROTOCOL,
                        "the service's list of models is not as it should be");
    return FALSE;
  }
  *ret = g_strv_builder_end(names);
  return TRUE;
}
