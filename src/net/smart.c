#include "guichet/net/smart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <jwt.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"

enum { SMART_LIFE_S = 240, SMART_EARLY_S = 30, SMART_CAP = 65536, SMART_TOKEN = 16384 };

typedef struct {
  NetSmartDone done;
  gpointer data;
} Waiter;

struct NetSmart {
  NetHttp *http;
  NetSmartClient client; /* its texts are ours */
  char *token;           /* NULL none */
  gint64 ends;           /* monotonic */
  GArray *waiting;       /* of Waiter */
  guint64 request;       /* 0 none under way */
};

static char **
client_text(NetSmartClient *client, guint at)
{
  const char **texts[] = {&client->token_url,   &client->client_id, &client->scope,
                          &client->private_key, &client->key_id,    &client->ca_file,
                          &client->pin,         &client->cert_file, &client->key_file};
  return at < G_N_ELEMENTS(texts) ? (char **)(gpointer)texts[at] : NULL;
}

static void
secret_free(char *text)
{
  if (text != NULL)
    explicit_bzero(text, strlen(text));
  g_free(text);
}

/* RS384 where the key is RSA, ES384 where it is P-384: whichever signs. */
static gboolean
assertion_sign(jwt_t *jwt, const char *key, char **ret)
{
  static const jwt_alg_t algorithms[] = {JWT_ALG_RS384, JWT_ALG_ES384};
  for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
    char *made = jwt_set_alg(jwt, algorithms[i], (const unsigned char *)key, (int)strlen(key)) == 0
                     ? jwt_encode_str(jwt)
                     : NULL;
    if (made == NULL)
      continue;
    *ret = g_strdup(made);
    free(made); /* libjwt 1.10 has no function of its own for it */
    return TRUE;
  }
  return FALSE;
}

gboolean
net_smart_assertion(const NetSmartClient *client, const char *unique, gint64 now, char **ret,
                    GError **error)
{
  jwt_t *jwt = NULL;
  long at = (long)(now / G_USEC_PER_SEC);
  if (jwt_new(&jwt) != 0) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_OS, "no memory for a client assertion");
    return FALSE;
  }
  gboolean good = jwt_add_grant(jwt, "iss", client->client_id) == 0 &&
                  jwt_add_grant(jwt, "sub", client->client_id) == 0 &&
                  jwt_add_grant(jwt, "aud", client->token_url) == 0 &&
                  jwt_add_grant(jwt, "jti", unique) == 0 &&
                  jwt_add_grant_int(jwt, "iat", at) == 0 &&
                  jwt_add_grant_int(jwt, "exp", at + SMART_LIFE_S) == 0 &&
                  (client->key_id == NULL || *client->key_id == '\0' ||
                   jwt_add_header(jwt, "kid", client->key_id) == 0) &&
                  assertion_sign(jwt, client->private_key, ret);
  jwt_free(jwt);
  if (!good)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "the private key for the FHIR server cannot sign RS384 or ES384; give a "
                        "PEM file with an RSA key or a P-384 key");
  return good;
}

gboolean
net_smart_new(NetHttp *http, const NetSmartClient *client, NetSmart **ret, GError **error)
{
  const char *needed[] = {client->token_url, client->client_id, client->scope, client->private_key};
  g_autofree char *probe = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
    if (needed[i] == NULL || *needed[i] == '\0') {
      g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                          "the FHIR server's log-in needs a token URL, a client id, scopes and a "
                          "private key");
      return FALSE;
    }
  if (!net_smart_assertion(client, "probe", 0, &probe, error))
    return FALSE;
  NetSmart *smart = g_new0(NetSmart, 1);
  smart->http = http;
  smart->client = *client;
  smart->waiting = g_array_new(FALSE, FALSE, sizeof(Waiter));
  for (guint i = 0; client_text(&smart->client, i) != NULL; i++) {
    char **text = client_text(&smart->client, i);
    *text = g_strdup(*text);
  }
  *ret = smart;
  return TRUE;
}

/* Tells everybody who waits; each is off the list before it is told. */
static void
smart_tell(NetSmart *smart, const char *token, const GError *error)
{
  while (smart->waiting->len > 0) {
    const Waiter one = g_array_index(smart->waiting, Waiter, 0);
    g_array_remove_index(smart->waiting, 0);
    one.done(token, error, one.data);
  }
}

void
net_smart_free(NetSmart *smart)
{
  if (smart == NULL)
    return;
  if (smart->request != 0)
    net_http_cancel(smart->http, smart->request);
  for (guint i = 0; client_text(&smart->client, i) != NULL; i++)
    secret_free(*client_text(&smart->client, i));
  secret_free(smart->token);
  g_array_unref(smart->waiting);
  g_free(smart);
}

void
net_smart_forget(NetSmart *smart)
{
  secret_free(g_steal_pointer(&smart->token));
}

/* The word of RFC 6749, which is a word and nothing else. */
static GError *
smart_refusal(const NetReply *reply, const json_t *said)
{
  const char *word = json_string_value(json_object_get(said, "error"));
  g_autofree char *safe = g_strndup(word != NULL ? word : "", 40);
  g_strcanon(safe, G_CSET_a_2_z "_", '_');
  if (reply->status >= 500 || reply->status == 429)
    return g_error_new(BASE_ERROR, BASE_ERROR_UNAVAILABLE,
                       "the FHIR server's log-in does not work now (HTTP %ld)", reply->status);
  return g_error_new(BASE_ERROR, BASE_ERROR_DENIED,
                     "the FHIR server's log-in refused this clinic: %s (HTTP %ld)",
                     *safe != '\0' ? safe : "no reason given", reply->status);
}

/* A bearer token of RFC 6750: one line of printable characters. */
static gboolean
token_is_sound(const char *token)
{
  gsize n = token == NULL ? 0 : strlen(token);
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isgraph(token[i]))
      return FALSE;
  return n > 0 && n <= SMART_TOKEN;
}

static void
smart_take(NetSmart *smart, const NetReply *reply)
{
  json_t *said = json_loadb((const char *)reply->body->data, reply->body->len, 0, NULL);
  const char *token = json_string_value(json_object_get(said, "access_token"));
  json_int_t life = json_integer_value(json_object_get(said, "expires_in"));
  if (reply->status != 200 || !token_is_sound(token)) {
    g_autoptr(GError) why = smart_refusal(reply, said);
    json_decref(said);
    smart_tell(smart, NULL, why);
    return;
  }
  net_smart_forget(smart);
  smart->token = g_strdup(token);
  smart->ends = base_clock_monotonic() +
                (CLAMP(life, SMART_EARLY_S, 86400) - SMART_EARLY_S) * BASE_CLOCK_SECOND;
  json_decref(said);
  g_autofree char *copy = g_strdup(smart->token);
  smart_tell(smart, copy, NULL);
}

static void
smart_on_reply(const NetReply *reply, const GError *error, gpointer data)
{
  NetSmart *smart = data;
  smart->request = 0;
  if (error == NULL) {
    smart_take(smart, reply);
    return;
  }
  g_autoptr(GError) why =
      g_error_new(BASE_ERROR, BASE_ERROR_UNAVAILABLE,
                  "the FHIR server's log-in does not answer: %s", error->message);
  smart_tell(smart, NULL, why);
}

static char *
smart_form(const char *assertion, const char *scope)
{
  g_autofree char *scopes = g_uri_escape_string(scope, NULL, FALSE);
  return g_strdup_printf("grant_type=client_credentials&client_assertion_type=urn%%3Aietf%%"
                         "3Aparams%%3Aoauth%%3Aclient-"
                         "assertion-type%%3Ajwt-bearer&client_assertion=%s&scope=%s",
                         assertion, scopes);
}

static gboolean
smart_ask(NetSmart *smart, GError **error)
{
  static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded",
                                        "Accept: application/json", NULL};
  const NetSmartClient *c = &smart->client;
  g_autofree char *unique = g_uuid_string_random();
  g_autofree char *assertion = NULL;
  if (!net_smart_assertion(c, unique, base_clock_now(), &assertion, error))
    return FALSE;
  char *form = smart_form(assertion, c->scope);
  g_autoptr(GBytes) body = g_bytes_new_take(form, strlen(form));
  const NetRequest request = {.method = "POST",
                              .url = c->token_url,
                              .headers = headers,
                              .body = body,
                              .ca_file = c->ca_file,
                              .pin = c->pin,
                              .cert_file = c->cert_file,
                              .key_file = c->key_file,
                              .cap = SMART_CAP,
                              .total_ms = 30000,
                              .done = smart_on_reply,
                              .data = smart};
  return net_http_start(smart->http, &request, &smart->request, error);
}

void
net_smart_token(NetSmart *smart, NetSmartDone done, gpointer data)
{
  const Waiter one = {done, data};
  g_autoptr(GError) error = NULL;
  if (smart->token != NULL && base_clock_monotonic() < smart->ends) {
    g_autofree char *copy = g_strdup(smart->token);
    done(copy, NULL, data);
    return;
  }
  g_array_append_val(smart->waiting, one);
  if (smart->request == 0 && !smart_ask(smart, &error))
    smart_tell(smart, NULL, error);
}

void
net_smart_leave(NetSmart *smart, gpointer data)
{
  for (guint i = smart->waiting->len; i > 0; i--)
    if (g_array_index(smart->waiting, Waiter, i - 1).data == data)
      g_array_remove_index(smart->waiting, i - 1);
}
