#include "guichet/wire/fhir_step.h"

#include <string.h>

#include <jansson.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"

struct WireFhirSteps {
  json_t *bundle, *entries;
  char *text;
  const char *system, *value;
  GHashTable *placed; /* "urn:uuid:…" → "Patient/12", or "" where it was left out */
};

void
wire_fhir_step_free(WireFhirSteps *steps)
{
  if (steps == NULL)
    return;
  json_decref(steps->bundle);
  g_free(steps->text);
  g_hash_table_unref(steps->placed);
  g_free(steps);
}

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static const json_t *
resource_at(const WireFhirSteps *steps, guint index)
{
  return json_object_get(json_array_get(steps->entries, index), "resource");
}

guint
wire_fhir_step_count(const WireFhirSteps *steps)
{
  return (guint)json_array_size(steps->entries);
}

const char *
wire_fhir_step_type(const WireFhirSteps *steps, guint index)
{
  return text_of(resource_at(steps, index), "resourceType");
}

const char *
wire_fhir_step_system(const WireFhirSteps *steps)
{
  return steps->system;
}

const char *
wire_fhir_step_value(const WireFhirSteps *steps)
{
  return steps->value;
}

const char *
wire_fhir_step_text(const WireFhirSteps *steps)
{
  return steps->text;
}

gboolean
wire_fhir_step_needed(const WireFhirSteps *steps, guint index)
{
  static const char *const needed[] = {"Patient",           "Practitioner", "Encounter",
                                       "DocumentReference", "Provenance",   NULL};
  return g_strv_contains(needed, wire_fhir_step_type(steps, index));
}

/* The text and identifier of the one document. */
static gboolean
document_read(WireFhirSteps *steps)
{
  for (guint i = 0; i < wire_fhir_step_count(steps); i++) {
    const json_t *resource = resource_at(steps, i);
    if (strcmp(wire_fhir_step_type(steps, i), "DocumentReference") != 0)
      continue;
    const json_t *identifier = json_array_get(json_object_get(resource, "identifier"), 0);
    const json_t *content = json_array_get(json_object_get(resource, "content"), 0);
    const char *data = text_of(json_object_get(content, "attachment"), "data");
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(data, &length);
    if (steps->text != NULL || !base_text_valid((const char *)bytes, length, NULL))
      return FALSE;
    steps->text = g_strndup((const char *)bytes, length);
    steps->system = text_of(identifier, "system");
    steps->value = text_of(identifier, "value");
  }
  return steps->text != NULL && *steps->system != '\0' && *steps->value != '\0';
}

gboolean
wire_fhir_step_read(const char *bytes, gsize length, WireFhirSteps **ret, GError **error)
{
  g_autoptr(WireFhirSteps) steps = g_new0(WireFhirSteps, 1);
  steps->placed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  steps->bundle = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
  steps->entries = json_object_get(steps->bundle, "entry");
  if (strcmp(text_of(steps->bundle, "type"), "transaction") != 0 ||
      json_array_size(steps->entries) == 0 || !document_read(steps)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "what waits for the FHIR server is not a note's transaction Bundle");
    return FALSE;
  }
  *ret = g_steal_pointer(&steps);
  return TRUE;
}

static gboolean references_set(const WireFhirSteps *steps, json_t *value, gboolean *ret_gone);

/* {"reference": "urn:uuid:…"}: FALSE where that entry has no place yet. */
static gboolean
reference_set(const WireFhirSteps *steps, json_t *object, gboolean *ret_gone)
{
  const char *link = text_of(object, "reference");
  if (!g_str_has_prefix(link, "urn:uuid:"))
    return TRUE;
  const char *place = g_hash_table_lookup(steps->placed, link);
  if (place == NULL)
    return FALSE;
  *ret_gone = *place == '\0';
  json_object_set_new(object, "reference", json_string(place));
  return TRUE;
}

static gboolean
array_set(const WireFhirSteps *steps, json_t *array)
{
  for (size_t i = 0; i < json_array_size(array);) {
    gboolean gone = FALSE;
    if (!references_set(steps, json_array_get(array, i), &gone))
      return FALSE;
    if (gone)
      json_array_remove(array, i);
    else
      i++;
  }
  return TRUE;
}

static gboolean
object_set(const WireFhirSteps *steps, json_t *object, gboolean *ret_gone)
{
  const char *key;
  json_t *value;
  void *next;
  if (!reference_set(steps, object, ret_gone))
    return FALSE;
  json_object_foreach_safe(object, next, key, value)
  {
    gboolean gone = FALSE;
    if (!references_set(steps, value, &gone))
      return FALSE;
    if (gone)
      json_object_del(object, key);
  }
  return TRUE;
}

/* *ret_gone: it points to what was left out.  Our own bundles are a few levels deep. */
static gboolean
references_set(const WireFhirSteps *steps, json_t *value, gboolean *ret_gone)
{
  if (json_is_object(value))
    return object_set(steps, value, ret_gone);
  return !json_is_array(value) || array_set(steps, value);
}

/* Provenance has no identifier of its own in R4, and few servers follow a chain of parameters: it
 * is known by the document that it is about, once that has its place. */
static char *
condition_of(const WireFhirSteps *steps, guint index)
{
  const json_t *entry = json_array_get(steps->entries, index);
  if (strcmp(wire_fhir_step_type(steps, index), "Provenance") != 0)
    return g_strdup(text_of(json_object_get(entry, "request"), "ifNoneExist"));
  return g_strdup_printf("target=%s", wire_fhir_step_place(steps));
}

const char *
wire_fhir_step_place(const WireFhirSteps *steps)
{
  for (guint i = 0; i < wire_fhir_step_count(steps); i++)
    if (strcmp(wire_fhir_step_type(steps, i), "DocumentReference") == 0) {
      const char *link = text_of(json_array_get(steps->entries, i), "fullUrl");
      const char *place = g_hash_table_lookup(steps->placed, link);
      return place != NULL ? place : "";
    }
  return "";
}

gboolean
wire_fhir_step_request(const WireFhirSteps *steps, guint index, char **ret_condition,
                       char **ret_body, GError **error)
{
  const json_t *entry = json_array_get(steps->entries, index);
  json_t *resource = json_deep_copy(json_object_get(entry, "resource"));
  gboolean gone = FALSE, good = references_set(steps, resource, &gone);
  char *body = good ? json_dumps(resource, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
  json_decref(resource);
  if (body == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                "entry %u of the note refers to one that was not sent before it", index + 1);
    return FALSE;
  }
  *ret_body = body;
  *ret_condition = condition_of(steps, index);
  return TRUE;
}

void
wire_fhir_step_placed(WireFhirSteps *steps, guint index, const char *reference)
{
  const char *link = text_of(json_array_get(steps->entries, index), "fullUrl");
  g_hash_table_replace(steps->placed, g_strdup(link), g_strdup(reference));
}

void
wire_fhir_step_left_out(WireFhirSteps *steps, guint index)
{
  wire_fhir_step_placed(steps, index, "");
}
