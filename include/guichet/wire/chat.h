/* Chat services (OpenAI's /v1/chat/completions, as llama.cpp, Ollama and vLLM speak it): the
 * request as JSON, and what comes back, whole or streamed, good or bad.
 *
 * What a service says in its own words may repeat a patient's: none of it is kept but the codes of
 * WireChatTrouble, plain numbers and its name for the model. */
#ifndef GUICHET_WIRE_CHAT_H
#define GUICHET_WIRE_CHAT_H

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

#define WIRE_CHAT_CONTENT_CAP (2u * 1024u * 1024u) /* bytes that a model may answer */
#define WIRE_CHAT_LINE_CAP (1024u * 1024u)         /* bytes of one line of a stream */
#define WIRE_CHAT_BODY_CAP (8u * 1024u * 1024u)    /* bytes of one answer, wrapping included */

/* How an answer's form is asked for, from the strictest to what any server takes. */
typedef enum {
  WIRE_CHAT_SCHEMA, /* json_schema, with limits on lengths */
  WIRE_CHAT_BARE,   /* json_schema without them: some servers know no maxLength */
  WIRE_CHAT_OBJECT, /* json_object */
  WIRE_CHAT_PLAIN,  /* nothing is said; the prompt asks for JSON */
  WIRE_CHAT_FORM_N
} WireChatForm;

typedef struct {
  const char *model; /* NULL or "": left to the service */
  const char *system, *user;
  const char *answered, *complaint; /* an earlier answer, and what was wrong with it; NULL */
  WireChatForm form;
  const char *schema_name;
  const json_t *schema;
  gint64 seed;
  guint max_tokens;
  gboolean stream;
} WireChatRequest;

/* The body of a POST.  Caller unrefs. */
GBytes *wire_chat_request(const WireChatRequest *request);

/* base URL + "/chat/completions", "/models"; one slash between.  Caller frees. */
char *wire_chat_url(const char *base, const char *path);

typedef struct {
  char *content;                           /* valid UTF-8, as it came */
  char *model;                             /* what answered, in the service's words, disarmed; "" */
  char *fingerprint;                       /* system_fingerprint, disarmed; "" */
  char *finish;                            /* "stop", "length", …; "" where none came */
  gint64 prompt_tokens, completion_tokens; /* -1 unknown */
  gboolean truncated;                      /* finish is "length": a part of an answer */
} WireChatAnswer;

/* Reads an answer as it arrives: an event stream, or one JSON object, whichever it is. */
typedef struct WireChatReader WireChatReader;
WireChatReader *wire_chat_reader_new(void);
void wire_chat_reader_free(WireChatReader *reader);
/* BASE_ERROR_PROTOCOL for what is neither, or over a cap; then nothing more may be fed. */
gboolean wire_chat_reader_feed(WireChatReader *reader, const char *bytes, gsize length,
                               GError **error);
/* Pieces of content so far: about one a token. */
guint wire_chat_reader_pieces(const WireChatReader *reader);
/* The transfer is over.  A stream that ended without its end, an answer without content:
 * BASE_ERROR_PROTOCOL.  An error object in place of an answer: BASE_ERROR_UNAVAILABLE. */
gboolean wire_chat_reader_end(WireChatReader *reader, WireChatAnswer **ret, GError **error);
void wire_chat_answer_free(WireChatAnswer *answer);

/* What an answer that is none means. */
typedef enum {
  WIRE_CHAT_TROUBLE_NONE,
  WIRE_CHAT_TROUBLE_LOADING,  /* 503, or it says that it loads its model */
  WIRE_CHAT_TROUBLE_BUSY,     /* 429 */
  WIRE_CHAT_TROUBLE_KEY,      /* 401, 403 */
  WIRE_CHAT_TROUBLE_CONTEXT,  /* the prompt is longer than the model's context */
  WIRE_CHAT_TROUBLE_FORM,     /* 400, 422: perhaps it does not know this form of an answer */
  WIRE_CHAT_TROUBLE_NOWHERE,  /* 404, 405 */
  WIRE_CHAT_TROUBLE_REDIRECT, /* 3xx */
  WIRE_CHAT_TROUBLE_SERVER,   /* 5xx */
  WIRE_CHAT_TROUBLE_PAGE,     /* a web page */
  WIRE_CHAT_TROUBLE_STRANGE,  /* anything else */
  WIRE_CHAT_TROUBLE_N
} WireChatTrouble;

typedef struct {
  WireChatTrouble trouble;
  gint64 context, prompt; /* tokens, where it says so; else -1 */
} WireChatError;

/* Reads the body of a status that is not 200: {"error":{…}}, {"error":"…"}, {"object":"error",…},
 * {"detail":…}, plain text, HTML. */
void wire_chat_error_read(long status, const char *body, gsize length, WireChatError *ret);
/* A few words for a person, translated: "it is loading its model". */
const char *wire_chat_trouble_words(WireChatTrouble trouble);

/* The JSON in a model's content: the content itself, or what stands in a fence or in braces after a
 * preamble or a <think> part.  BASE_ERROR_DATA says what is wrong, without the content.  Caller
 * decrefs. */
gboolean wire_chat_content_json(const char *content, json_t **ret, GError **error);

/* The models that GET /models names: {"data":[{"id"}…]}.  Disarmed; NULL-terminated; caller frees.
 */
gboolean wire_chat_models_read(const char *body, gsize length, char ***ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireChatReader, wire_chat_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireChatAnswer, wire_chat_answer_free)

G_END_DECLS
#endif
