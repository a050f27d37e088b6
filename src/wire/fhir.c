#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "wire/resource.h"

#define FHIR_GROUP_MOST 500u /* resources of one kind in one note */

typedef json_t *(*FieldMaker)(const WireNote *, const WireLinks *, const json_t *, guint);

/* Which field of a draft becomes which resource. */
static const struct {
  const char *group, *what;
  FieldMaker make;
} FHIR_FIELDS[] = {
    {"problems", "condition", wire_resource_condition},
    {"medications", "medication", wire_resource_medication},
    {"allergies", "allergy", wire_resource_allergy},
    {"vitals", "observation", wire_resource_observation},
    {"orders", "order", wire_resource_order},
};

/* A version 5 UUID (RFC 4122 section 4.3) of our own identifier, so that the same note gives the
 * same bytes. */
static char *
fhir_link(const WireNote *note, const char *what, gint64 id, guint index)
{
  g_autofree char *name =
      g_strdup_printf("%s/%s/%" G_GINT64_FORMAT "-%u", note->identifier_base, what, id, index);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  guint8 b[20];
  gsize size = sizeof b;
  g_checksum_update(sum, (const guchar *)name, -1);
  g_checksum_get_digest(sum, b, &size);
  b[6] = (guint8)((b[6] & 0x0F) | 0x50);
  b[8] = (guint8)((b[8] & 0x3F) | 0x80);
  return g_strdup_printf(
      "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
      b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* "identifier=system|value" of the resource's first identifier, escaped for a query. */
static char *
fhir_condition(const json_t *resource, const char *parameter)
{
  const json_t *identifier = json_object_get(resource, "identifier");
  if (json_is_array(identifier))
    identifier = json_array_get(identifier, 0);
  const char *system = json_string_value(json_object_get(identifier, "system"));
  const char *value = json_string_value(json_object_get(identifier, "value"));
  g_autofree char *a = g_uri_escape_string(system, ":/", FALSE);
  g_autofree char *b = g_uri_escape_string(value, "/", FALSE);
  return g_strdup_printf("%s=%s%%7C%s", parameter, a, b);
}

/* Takes the resource; NULL (a field that says too little) adds nothing. */
static void
fhir_add(json_t *entries, const char *link, json_t *resource, const char *condition)
{
  if (resource == NULL)
    return;
  g_autofree char *own =
      condition == NULL ? fhir_condition(resource, "identifier") : g_strdup(condition);
  const char *type = json_string_value(json_object_get(resource, "resourceType"));
  json_t *request = json_pack("{s:s,s:s,s:s}", "method", "POST", "url", type, "ifNoneExist", own);
  json_array_append_new(entries, json_pack("{s:s,s:o,s:o}", "fullUrl", link, "resource", resource,
                                           "request", request));
}

static void
fhir_add_fields(json_t *entries, const WireNote *note, const WireLinks *links)
{
  for (gsize g = 0; g < G_N_ELEMENTS(FHIR_FIELDS); g++) {
    json_t *group = json_object_get(note->fields, FHIR_FIELDS[g].group), *field;
    size_t index;
    json_array_foreach (group, index, field) {
      if (index >= FHIR_GROUP_MOST)
        break;
      g_autofree char *link = fhir_link(note, FHIR_FIELDS[g].what, note->item, (guint)index);
      fhir_add(entries, link, FHIR_FIELDS[g].make(note, links, field, (guint)index), NULL);
    }
  }
  g_autofree char *link = fhir_link(note, "care-plan", note->item, 0);
  fhir_add(entries, link,
           wire_resource_care_plan(note, links, json_object_get(note->fields, "plan")), NULL);
}

/* Everything that this note adds: all entries but the patient, the practitioner and the device. */
static json_t *
fhir_targets(const json_t *entries)
{
  static const char *const standing[] = {"Patient", "Practitioner", "Device", NULL};
  json_t *targets = json_array(), *entry;
  size_t index;
  json_array_foreach (entries, index, entry) {
    const char *type =
        json_string_value(json_object_get(json_object_get(entry, "resource"), "resourceType"));
    if (!g_strv_contains(standing, type))
      json_array_append_new(targets,
                            json_pack("{s:O}", "reference", json_object_get(entry, "fullUrl")));
  }
  return targets;
}

static gboolean
fhir_has_record(const WireNote *note)
{
  return note->patient_reference != NULL && *note->patient_reference != '\0';
}

static void
fhir_links_make(const WireNote *note, WireLinks *links)
{
  links->patient = fhir_has_record(note) ? g_strdup(note->patient_reference)
                                         : fhir_link(note, "patient", note->patient, 0);
  links->practitioner = fhir_link(note, "user", note->clinician, 0);
  links->device = fhir_link(note, "engine", note->item, 0);
  links->encounter = note->visit == 0 ? NULL : fhir_link(note, "visit", note->visit, 0);
  links->document = fhir_link(note, "document", note->item, 0);
  links->composition = fhir_link(note, "composition", note->item, 0);
}

static void
fhir_links_clear(WireLinks *links)
{
  g_free(links->patient);
  g_free(links->practitioner);
  g_free(links->device);
  g_free(links->encounter);
  g_free(links->document);
  g_free(links->composition);
}

static json_t *
fhir_entries(const WireNote *note, const WireLinks *links)
{
  json_t *entries = json_array();
  if (!fhir_has_record(note))
    fhir_add(entries, links->patient, wire_resource_patient(note), NULL);
  fhir_add(entries, links->practitioner, wire_resource_practitioner(note), NULL);
  fhir_add(entries, links->device, wire_resource_device(note), NULL);
  if (links->encounter != NULL)
    fhir_add(entries, links->encounter, wire_resource_encounter(note, links), NULL);
  json_t *document = wire_resource_document(note, links);
  /* Provenance has no identifier in R4: it is known by the document that it is about */
  g_autofree char *about = fhir_condition(document, "target:DocumentReference.identifier");
  fhir_add(entries, links->document, document, NULL);
  fhir_add(entries, links->composition, wire_resource_composition(note, links), NULL);
  fhir_add_fields(entries, note, links);
  g_autofree char *link = fhir_link(note, "provenance", note->item, 0);
  fhir_add(entries, link, wire_resource_provenance(note, links, fhir_targets(entries)), about);
  return entries;
}

static gboolean
fhir_is_sound(const WireNote *note, GError **error)
{
  const char *needed[] = {note->identifier_base, note->text,        note->clinician_title,
                          note->digest_hex,      note->engine_name, note->engine_version};
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
    if (needed[i] == NULL || *needed[i] == '\0' || !g_utf8_validate(needed[i], -1, NULL)) {
      g_set_error_literal(
          error, BASE_ERROR, BASE_ERROR_INTERNAL,
          "a note for the EHR lacks its text, signer, engine or digest; nothing was made");
      return FALSE;
    }
  return TRUE;
}

gboolean
wire_fhir_note(const WireNote *note, char **ret, gsize *ret_length, GError **error)
{
  if (!fhir_is_sound(note, error))
    return FALSE;
  WireLinks links;
  fhir_links_make(note, &links);
  json_t *bundle = json_pack("{s:s,s:o,s:s,s:o}", "resourceType", "Bundle", "identifier",
                             json_pack("{s:s}", "value", note->digest_hex), "type", "transaction",
                             "entry", fhir_entries(note, &links));
  fhir_links_clear(&links);
  char *bytes = bundle == NULL ? NULL : json_dumps(bundle, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
  json_decref(bundle);
  if (bytes == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "a field of the note is not UTF-8; nothing was made");
    return FALSE;
  }
  *ret_length = strlen(bytes);
  *ret = bytes;
  return TRUE;
}
