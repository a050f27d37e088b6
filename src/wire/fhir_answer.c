#include "guichet/wire/fhir_answer.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "wire/said.h"

enum { ANSWER_WORDS = 300, ANSWER_ISSUES = 5, ANSWER_ENTRIES = 10000, ANSWER_PARAMETERS = 200 };

/* The issue types of R4 that a sender meets (http://hl7.org/fhir/R4/valueset-issue-type.html). */
static const struct {
  const char *code, *words;
} ISSUES[] = {
    {"invalid", N_("it is not valid")},
    {"structure", N_("its structure is not valid")},
    {"required", N_("something that the server requires is missing")},
    {"value", N_("a value is not allowed")},
    {"invariant", N_("it breaks a rule of FHIR")},
    {"security", N_("it may not be done with these rights")},
    {"login", N_("the server asks for a log-in")},
    {"unknown", N_("the server does not know this user or system")},
    {"expired", N_("the session has expired")},
    {"forbidden", N_("it is forbidden with these rights")},
    {"suppressed", N_("some of it was held back")},
    {"processing", N_("the server could not process it")},
    {"not-supported", N_("the server does not support it")},
    {"duplicate", N_("it is there already")},
    {"multiple-matches", N_("the server has several records that match")},
    {"not-found", N_("something that it refers to was not found")},
    {"deleted", N_("something that it refers to was deleted")},
    {"too-long", N_("it is too long")},
    {"code-invalid", N_("a code is not valid")},
    {"extension", N_("an extension is not known")},
    {"too-costly", N_("it is too much at once")},
    {"business-rule", N_("it breaks a rule of the server")},
    {"conflict", N_("it conflicts with what is there")},
    {"transient", N_("the server cannot do it now")},
    {"lock-error", N_("the record is locked by somebody else")},
    {"no-store", N_("the server has no room left")},
    {"exception", N_("the server failed")},
    {"timeout", N_("the server took too long")},
    {"throttled", N_("the server asks for fewer requests")},
};

json_t *
wire_fhir_answer_parse(const char *bytes, gsize length)
{
  json_t *made = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
  if (json_is_string(json_object_get(made, "resourceType")))
    return made;
  json_decref(made);
  return NULL;
}

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static gboolean
is_type(const json_t *resource, const char *type)
{
  return strcmp(text_of(resource, "resourceType"), type) == 0;
}

static const char *
issue_words(const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ISSUES); i++)
    if (strcmp(code, ISSUES[i].code) == 0)
      return _(ISSUES[i].words);
  return _("the server refused it");
}

/* "it is not valid (Patient.birthDate): …" */
static void
issue_append(GString *all, const json_t *issue)
{
  const char *place = json_string_value(json_array_get(json_object_get(issue, "expression"), 0));
  const char *said = text_of(json_object_get(issue, "details"), "text");
  if (*said == '\0')
    said = text_of(issue, "diagnostics");
  g_autofree char *plain = wire_said_plain(said, ANSWER_WORDS / 2);
  g_autofree char *where = wire_said_plain(place != NULL ? place : "", 80);
  g_string_append_printf(all, "%s%s", all->len > 0 ? "; " : "",
                         issue_words(text_of(issue, "code")));
  if (*where != '\0')
    g_string_append_printf(all, " (%s)", where);
  if (*plain != '\0')
    g_string_append_printf(all, ": %s", plain);
}

char *
wire_fhir_answer_words(const json_t *resource)
{
  g_autoptr(GString) all = g_string_new(NULL);
  json_t *issue;
  size_t index;
  guint n = 0;
  if (!is_type(resource, "OperationOutcome"))
    return g_strdup("");
  json_array_foreach (json_object_get(resource, "issue"), index, issue) {
    const char *severity = text_of(issue, "severity");
    if ((strcmp(severity, "error") == 0 || strcmp(severity, "fatal") == 0) && n++ < ANSWER_ISSUES)
      issue_append(all, issue);
  }
  return g_strndup(all->str, base_text_byte(all->str, ANSWER_WORDS));
}

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error(error, BASE_ERROR, code, "the FHIR server's answer %s", why);
  return FALSE;
}

gboolean
wire_fhir_answer_stored(const json_t *resource, guint entries, GError **error)
{
  const json_t *list = json_object_get(resource, "entry");
  json_t *entry;
  size_t index;
  if (!is_type(resource, "Bundle") ||
      strcmp(text_of(resource, "type"), "transaction-response") != 0)
    return refuse(error, BASE_ERROR_PROTOCOL, "is no transaction-response");
  if (json_array_size(list) != entries)
    return refuse(error, BASE_ERROR_PROTOCOL, "does not tell of every entry that was sent");
  json_array_foreach (list, index, entry) {
    const char *status = text_of(json_object_get(entry, "response"), "status");
    if (*status != '2') {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                  "the FHIR server did not store entry %u of %u (status %.3s)", (guint)index + 1,
                  entries, *status != '\0' ? status : "?");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
wire_fhir_answer_resources(const json_t *resource, const char *type, GPtrArray **ret,
                           GError **error)
{
  json_t *entry;
  size_t index;
  g_autoptr(GPtrArray) made = g_ptr_array_new();
  if (is_type(resource, type)) {
    g_ptr_array_add(made, (gpointer)(gintptr)resource);
  } else if (is_type(resource, "Bundle")) {
    json_array_foreach (json_object_get(resource, "entry"), index, entry) {
      json_t *one = json_object_get(entry, "resource");
      if (is_type(one, type) && made->len < ANSWER_ENTRIES)
        g_ptr_array_add(made, one);
    }
  } else {
    return refuse(error, BASE_ERROR_PROTOCOL, "is not what was asked for");
  }
  *ret = g_steal_pointer(&made);
  return TRUE;
}

/* --- read-back */

static gboolean
has_identifier(const json_t *resource, const char *system, const char *value)
{
  json_t *identifier;
  size_t index;
  json_array_foreach (json_object_get(resource, "identifier"), index, identifier)
    if (strcmp(text_of(identifier, "system"), system) == 0 &&
        strcmp(text_of(identifier, "value"), value) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
attachment_carries(const json_t *attachment, const char *text)
{
  const char *data = text_of(attachment, "data"), *hash = text_of(attachment, "hash");
  gsize length = strlen(text), size = 20;
  if (*data != '\0') {
    gsize n = 0;
    g_autofree guchar *bytes = g_base64_decode(data, &n);
    return n == length && memcmp(bytes, text, n) == 0;
  }
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1); /* what attachment.hash is in R4 */
  guint8 digest[20];
  g_checksum_update(sum, (const guchar *)text, (gssize)length);
  g_checksum_get_digest(sum, digest, &size);
  g_autofree char *own = g_base64_encode(digest, size);
  return strcmp(hash, own) == 0;
}

static gboolean
document_carries(const json_t *document, const char *text)
{
  json_t *content;
  size_t index;
  json_array_foreach (json_object_get(document, "content"), index, content)
    if (attachment_carries(json_object_get(content, "attachment"), text))
      return TRUE;
  return FALSE;
}

gboolean
wire_fhir_answer_document(const json_t *searchset, const char *identifier_system,
                          const char *identifier_value, const char *text, WireFhirStanding *ret,
                          char **ret_reference, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  const json_t *first = NULL;
  guint n = 0;
  if (!wire_fhir_answer_resources(searchset, "DocumentReference", &all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (has_identifier(all->pdata[i], identifier_system, identifier_value)) {
      first = first == NULL ? all->pdata[i] : first;
      n++;
    }
  *ret = n == 0                          ? WIRE_FHIR_ABSENT
         : n > 1                         ? WIRE_FHIR_SEVERAL
         : document_carries(first, text) ? WIRE_FHIR_SAME
                                         : WIRE_FHIR_OTHER;
  *ret_reference =
      first == NULL ? g_strdup("") : g_strdup_printf("DocumentReference/%s", text_of(first, "id"));
  return TRUE;
}

/* --- what the server can do */

void
wire_fhir_answer_server_free(WireFhirServer *server)
{
  if (server == NULL)
    return;
  g_free(server->software);
  g_free(server->version);
  g_free(server->token_url);
  g_hash_table_unref(server->creates);
  g_hash_table_unref(server->conditional);
  g_hash_table_unref(server->searches);
  g_hash_table_unref(server->parameters);
  g_hash_table_unref(server->interactions);
  g_free(server);
}

static gboolean
interacts(const json_t *rest, const char *code)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(rest, "interaction"), index, one)
    if (strcmp(text_of(one, "code"), code) == 0)
      return TRUE;
  return FALSE;
}

static void
server_take_parameters(WireFhirServer *server, const char *type, const json_t *resource)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(resource, "searchParam"), index, one) {
    if (index >= ANSWER_PARAMETERS)
      break;
    g_hash_table_add(server->parameters, g_strdup(type));
    g_hash_table_add(server->parameters, g_strdup_printf("%s?%.64s", type, text_of(one, "name")));
  }
}

static void
server_take_interactions(WireFhirServer *server, const char *type, const json_t *resource)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(resource, "interaction"), index, one)
    if (index < ANSWER_PARAMETERS)
      g_hash_table_add(server->interactions,
                       g_strdup_printf("%s/%.32s", type, text_of(one, "code")));
}

static gboolean
has_match(const json_t *resource)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(resource, "operation"), index, one)
    if (strcmp(text_of(one, "name"), "match") == 0 || strcmp(text_of(one, "name"), "$match") == 0 ||
        g_str_has_suffix(text_of(one, "definition"), "/Patient-match"))
      return TRUE;
  return FALSE;
}

static void
server_take_types(WireFhirServer *server, const json_t *rest)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(rest, "resource"), index, one) {
    const char *type = text_of(one, "type");
    if (*type == '\0' || index > 1000)
      continue;
    if (interacts(one, "create"))
      g_hash_table_add(server->creates, g_strdup(type));
    if (json_is_true(json_object_get(one, "conditionalCreate")))
      g_hash_table_add(server->conditional, g_strdup(type));
    if (interacts(one, "search-type"))
      g_hash_table_add(server->searches, g_strdup(type));
    server_take_parameters(server, type, one);
    server_take_interactions(server, type, one);
    if (strcmp(type, "Patient") == 0)
      server->match = has_match(one);
  }
}

/* rest.security.extension[oauth-uris].extension[token] */
static const char *
token_url(const json_t *rest)
{
  const json_t *security = json_object_get(rest, "security");
  json_t *outer, *inner;
  size_t i, j;
  json_array_foreach (json_object_get(security, "extension"), i, outer) {
    if (!g_str_has_suffix(text_of(outer, "url"), "oauth-uris"))
      continue;
    json_array_foreach (json_object_get(outer, "extension"), j, inner)
      if (strcmp(text_of(inner, "url"), "token") == 0)
        return text_of(inner, "valueUri");
  }
  return "";
}

gboolean
wire_fhir_answer_server(const json_t *resource, WireFhirServer **ret, GError **error)
{
  const json_t *software = json_object_get(resource, "software");
  if (!is_type(resource, "CapabilityStatement"))
    return refuse(error, BASE_ERROR_PROTOCOL, "is no CapabilityStatement");
  if (!g_str_has_prefix(text_of(resource, "fhirVersion"), "4.0"))
    return refuse(error, BASE_ERROR_CONFIG,
                  "says that it is not FHIR R4 (4.0.x); give the address of its R4 endpoint");
  WireFhirServer *server = g_new0(WireFhirServer, 1);
  server->creates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  server->conditional = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  server->searches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  server->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  server->interactions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  server->software = base_text_disarm(text_of(software, "name"), -1, FALSE);
  server->version = base_text_disarm(text_of(software, "version"), -1, FALSE);
  json_t *rest;
  size_t index;
  json_array_foreach (json_object_get(resource, "rest"), index, rest)
    if (strcmp(text_of(rest, "mode"), "server") == 0) {
      server->transaction = interacts(rest, "transaction");
      server_take_types(server, rest);
      g_free(server->token_url);
      server->token_url = g_strdup(token_url(rest));
    }
  if (server->token_url == NULL)
    server->token_url = g_strdup("");
  *ret = server;
  return TRUE;
}

/* A server that lists no searches at all does not say what it can. */
gboolean
wire_fhir_answer_searches(const WireFhirServer *server, const char *type)
{
  return server == NULL || g_hash_table_size(server->searches) == 0 ||
         g_hash_table_contains(server->searches, type);
}

gboolean
wire_fhir_answer_searches_by(const WireFhirServer *server, const char *type, const char *parameter)
{
  g_autofree char *both = g_strdup_printf("%s?%s", type, parameter);
  return wire_fhir_answer_searches(server, type) &&
         (server == NULL || !g_hash_table_contains(server->parameters, type) ||
          g_hash_table_contains(server->parameters, both));
}

gboolean
wire_fhir_answer_does(const WireFhirServer *server, const char *type, const char *code)
{
  g_autofree char *both = g_strdup_printf("%s/%s", type, code);
  return server == NULL || g_hash_table_contains(server->interactions, both);
}
