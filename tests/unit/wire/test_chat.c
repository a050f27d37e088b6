/* Chat requests, and answers as real servers were seen to give them, in every size of piece. */
#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/wire/chat.h"

#define STREAM                                                                                     \
  ": hello\r\n"                                                                                    \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},"          \
  "\"finish_reason\":null}],\"model\":\"tiny\",\"system_fingerprint\":\"b1\"}\r\n\r\n"             \
  "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\":\"},\"finish_reason\":null}]}\n\n"     \
  "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"é\\\"}\"}}]}\n\n"                            \
  "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"

#define USAGE "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}\n\n"

#define WHOLE                                                                                      \
  "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"cut of\"},\"finish_reason\":"  \
  "\"length\"}],\"model\":\"ti\\u001b[2Jny\",\"usage\":{\"prompt_tokens\":3}}"

/* 0, or the error's code. */
static int
read_in_pieces(const char *text, gsize piece, WireChatAnswer **ret)
{
  g_autoptr(WireChatReader) reader = wire_chat_reader_new();
  g_autoptr(GError) error = NULL;
  gsize length = strlen(text);
  for (gsize at = 0; at < length; at += piece)
    if (!wire_chat_reader_feed(reader, text + at, MIN(piece, length - at), &error))
      return error->code;
  return wire_chat_reader_end(reader, ret, &error) ? 0 : error->code;
}

static void
test_stream(void **state)
{
  (void)state;
  const char *text = STREAM USAGE "data: [DONE]\n\n";
  for (gsize piece = 1; piece <= strlen(text); piece++) {
    g_autoptr(WireChatAnswer) answer = NULL;
    assert_int_equal(read_in_pieces(text, piece, &answer), 0);
    assert_string_equal(answer->content, "{\"a\":\"é\"}");
    assert_string_equal(answer->model, "tiny");
    assert_string_equal(answer->fingerprint, "b1");
    assert_string_equal(answer->finish, "stop");
    assert_int_equal(answer->prompt_tokens, 11);
    assert_int_equal(answer->completion_tokens, 7);
    assert_false(answer->truncated);
  }
}

/* Only [DONE] is missing: all was said.  Without a finish_reason it was killed in the middle. */
static void
test_stream_ends(void **state)
{
  (void)state;
  g_autoptr(WireChatAnswer) answer = NULL;
  WireChatAnswer *none = NULL;
  const char *killed = "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\ndata: {\"choi";
  assert_int_equal(read_in_pieces(STREAM, 1000, &answer), 0);
  assert_int_equal(read_in_pieces(killed, 7, &none), BASE_ERROR_PROTOCOL);
  killed = "data: {\"choices\":[{\"delta\":{\"content\":\"{\"}}]}\n\n";
  assert_int_equal(read_in_pieces(killed, 7, &none), BASE_ERROR_PROTOCOL);
  assert_null(none);
}

static void
test_whole(void **state)
{
  (void)state;
  for (gsize piece = 1; piece < 40; piece++) {
    g_autoptr(WireChatAnswer) answer = NULL;
    assert_int_equal(read_in_pieces(WHOLE, piece, &answer), 0);
    assert_string_equal(answer->content, "cut of");
    assert_true(answer->truncated);
    assert_null(strchr(answer->model, '\x1b'));
    assert_int_equal(answer->completion_tokens, -1);
  }
}

static void
test_no_answers(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int code;
  } CASES[] = {
      {"", BASE_ERROR_PROTOCOL},
      {" \n ", BASE_ERROR_PROTOCOL},
      {"<!DOCTYPE html><p>hello", BASE_ERROR_PROTOCOL},
      {"hello", BASE_ERROR_PROTOCOL},
      {"{\"choices\":[{\"mess", BASE_ERROR_PROTOCOL},
      {"{}", BASE_ERROR_PROTOCOL},
      {"[]", BASE_ERROR_PROTOCOL},
      {"{\"choices\":{}}", BASE_ERROR_PROTOCOL},
      {"{\"choices\":[{\"message\":{\"content\":7}}]}", BASE_ERROR_PROTOCOL},
      {"{\"error\":{\"code\":503,\"type\":\"unavailable_error\",\"message\":\"Loading\"}}",
       BASE_ERROR_UNAVAILABLE},
      {"{\"error\":\"model not found\"}", BASE_ERROR_UNAVAILABLE},
      {"{\"object\":\"error\",\"message\":\"x\",\"code\":400}", BASE_ERROR_UNAVAILABLE},
      {"data: {\"error\":{\"message\":\"x\"}}\n\n", BASE_ERROR_UNAVAILABLE},
      {"data: nonsense\n\n", BASE_ERROR_PROTOCOL},
      {"error: {\"code\":500}\n", BASE_ERROR_UNAVAILABLE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    WireChatAnswer *answer = NULL;
    int code = read_in_pieces(CASES[i].text, 3, &answer);
    if (code != CASES[i].code)
      fail_msg("case %zu: %d", i, code);
    assert_null(answer);
  }
}

static void
test_caps(void **state)
{
  (void)state;
  g_autofree char *line = g_strnfill(WIRE_CHAT_LINE_CAP + 10, 'x');
  g_autofree char *endless = g_strconcat("data: ", line, NULL);
  g_autofree char *space = g_strnfill(WIRE_CHAT_BODY_CAP + 1, ' ');
  WireChatAnswer *none = NULL;
  assert_int_equal(read_in_pieces(endless, 65536, &none), BASE_ERROR_PROTOCOL);
  assert_int_equal(read_in_pieces(space, 65536, &none), BASE_ERROR_PROTOCOL);
  g_autofree char *piece = g_strndup(line, 500000);
  g_autofree char *event =
      g_strdup_printf("data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n", piece);
  g_autofree char *five = g_strconcat(event, event, event, event, event, NULL);
  assert_int_equal(read_in_pieces(five, 65536, &none), BASE_ERROR_PROTOCOL);
}

static void
test_troubles(void **state)
{
  (void)state;
  static const struct {
    long status;
    const char *body;
    WireChatTrouble trouble;
    gint64 context;
  } CASES[] = {
      {503,
       "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
       WIRE_CHAT_TROUBLE_LOADING, -1},
      {429, "", WIRE_CHAT_TROUBLE_BUSY, -1},
      {401, "{\"error\":{\"type\":\"authentication_error\"}}", WIRE_CHAT_TROUBLE_KEY, -1},
      {400,
       "{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":\"x\","
       "\"n_prompt_tokens\":9000,\"n_ctx\":4096}}",
       WIRE_CHAT_TROUBLE_CONTEXT, 4096},
      {400,
       "{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\","
       "\"type\":\"BadRequestError\",\"code\":400}",
       WIRE_CHAT_TROUBLE_CONTEXT, -1},
      {400, "{\"error\":{\"type\":\"invalid_request_error\"}}", WIRE_CHAT_TROUBLE_FORM, -1},
      {422, "{\"detail\":[{\"loc\":[\"body\"]}]}", WIRE_CHAT_TROUBLE_FORM, -1},
      {404, "404 page not found", WIRE_CHAT_TROUBLE_NOWHERE, -1},
      {302, "", WIRE_CHAT_TROUBLE_REDIRECT, -1},
      {500, "{\"error\":{\"type\":\"server_error\"}}", WIRE_CHAT_TROUBLE_SERVER, -1},
      {502, "<html>Bad gateway", WIRE_CHAT_TROUBLE_SERVER, -1},
      {200, "<html>Welcome", WIRE_CHAT_TROUBLE_PAGE, -1},
      {200, "pong", WIRE_CHAT_TROUBLE_STRANGE, -1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    WireChatError read = {0};
    wire_chat_error_read(CASES[i].status, CASES[i].body, strlen(CASES[i].body), &read);
    if (read.trouble != CASES[i].trouble || read.context != CASES[i].context)
      fail_msg("case %zu: %d, %d", i, (int)read.trouble, (int)read.context);
    assert_true(*wire_chat_trouble_words(read.trouble) != '\0');
  }
}

static void
test_content(void **state)
{
  (void)state;
  static const struct {
    const char *content;
    gboolean good;
  } CASES[] = {
      {"{\"a\":1}", TRUE},
      {"\n {\"a\":1} \n", TRUE},
      {"```json\n{\"a\":1}\n```", TRUE},
      {"Here it is:\n{\"a\":1}\nGlad to help!", TRUE},
      {"<think>perhaps {\"b\":2}</think>{\"a\":1}", TRUE},
      {"{\"b\":\"}\\\"{\",\"a\":1} {", TRUE},
      {"{\"a\":1", FALSE},
      {"{\"a\":1,\"a\":2}", FALSE},
      {"{\"a\":\"", FALSE},
      {"{'a':1}", FALSE},
      {"Sorry, I cannot.", FALSE},
      {"[1]", FALSE},
      {"", FALSE},
      {"{\"a\":\"\\", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(GError) error = NULL;
    json_t *value = NULL;
    gboolean good = wire_chat_content_json(CASES[i].content, &value, &error);
    if (good != CASES[i].good)
      fail_msg("case %zu", i);
    if (good)
      assert_int_equal(json_integer_value(json_object_get(value, "a")), 1);
    else
      assert_int_equal(error->code, BASE_ERROR_DATA);
    json_decref(value);
  }
}

static json_t *
asked(WireChatForm form, gboolean repair)
{
  json_t *schema = json_pack("{s:s,s:{s:{s:s,s:i}}}", "type", "object", "properties", "maxLength",
                             "type", "string", "maxLength", 5);
  const WireChatRequest request = {.model = "m",
                                   .system = "be \"good\"",
                                   .user = "été",
                                   .answered = repair ? "{" : NULL,
                                   .complaint = repair ? "mend it" : NULL,
                                   .form = form,
                                   .schema_name = "note",
                                   .schema = schema,
                                   .seed = G_GINT64_CONSTANT(12345678901),
                                   .max_tokens = 99,
                                   .stream = TRUE};
  g_autoptr(GBytes) bytes = wire_chat_request(&request);
  gsize length = 0;
  const char *text = g_bytes_get_data(bytes, &length);
  json_t *body = json_loadb(text, length, 0, NULL);
  assert_non_null(body);
  json_decref(schema);
  return body;
}

static void
test_request(void **state)
{
  (void)state;
  static const char *const TYPES[] = {"json_schema", "json_schema", "json_object", NULL};
  for (int form = 0; form < WIRE_CHAT_FORM_N; form++) {
    json_t *body = asked((WireChatForm)form, form == 2);
    const json_t *format = json_object_get(body, "response_format");
    assert_int_equal(json_array_size(json_object_get(body, "messages")), form == 2 ? 4 : 2);
    assert_int_equal(json_integer_value(json_object_get(body, "seed")), 12345678901);
    assert_int_equal(json_integer_value(json_object_get(body, "max_tokens")), 99);
    assert_true(json_number_value(json_object_get(body, "temperature")) == 0);
    assert_true(
        json_is_true(json_object_get(json_object_get(body, "stream_options"), "include_usage")));
    if (TYPES[form] == NULL)
      assert_null(format);
    else
      assert_string_equal(json_string_value(json_object_get(format, "type")), TYPES[form]);
    if (form < 2) { /* a property that is called maxLength is no limit */
      const json_t *property = json_object_get(
          json_object_get(json_object_get(json_object_get(format, "json_schema"), "schema"),
                          "properties"),
          "maxLength");
      assert_int_equal(json_object_get(property, "maxLength") != NULL, form == 0);
      assert_string_equal(json_string_value(json_object_get(property, "type")), "string");
    }
    json_decref(body);
  }
}

static void
test_url_and_models(void **state)
{
  (void)state;
  g_autofree char *plain = wire_chat_url("http://127.0.0.1:1/v1", "/chat/completions");
  g_autofree char *slashed = wire_chat_url("http://127.0.0.1:1/v1//", "models");
  assert_string_equal(plain, "http://127.0.0.1:1/v1/chat/completions");
  assert_string_equal(slashed, "http://127.0.0.1:1/v1/models");
  const char *text =
      "{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":7},{\"id\":\"b\\u0007\"}]}";
  g_auto(GStrv) names = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(wire_chat_models_read(text, strlen(text), &names, &error));
  assert_int_equal(g_strv_length(names), 2);
  assert_null(strchr(names[1], '\a'));
  assert_false(wire_chat_models_read("{}", 2, &names, &error));
  assert_int_equal(error->code, BASE_ERROR_PROTOCOL);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_stream),         cmocka_unit_test(test_stream_ends),
      cmocka_unit_test(test_whole),          cmocka_unit_test(test_no_answers),
      cmocka_unit_test(test_caps),           cmocka_unit_test(test_troubles),
      cmocka_unit_test(test_content),        cmocka_unit_test(test_request),
      cmocka_unit_test(test_url_and_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
