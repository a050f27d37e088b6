#include <string.h>

#include "guichet/base/clock.h"
#include "wire/resource.h"
#include "wire/vital.h"

#define LOINC "http://loinc.org"
#define UCUM "http://unitsofmeasure.org"
#define TERMINOLOGY "http://terminology.hl7.org/CodeSystem/"

static gboolean
is_known(const char *text)
{
  return text != NULL && *text != '\0';
}

static json_t *
resource_new(const char *type)
{
  return json_pack("{s:s}", "resourceType", type);
}

static void
resource_set_text(json_t *object, const char *key, const char *text)
{
  if (is_known(text))
    json_object_set_new(object, key, json_string(text));
}

static void
resource_set_time(json_t *object, const char *key, gint64 at)
{
  g_autofree char *iso = base_clock_iso(at);
  json_object_set_new(object, key, json_string(iso));
}

static json_t *
reference_to(const char *link)
{
  return json_pack("{s:s}", "reference", link);
}

/* What is of no visit has none. */
static void
resource_set_encounter(json_t *object, const char *key, const WireLinks *links)
{
  if (links->encounter != NULL)
    json_object_set_new(object, key, reference_to(links->encounter));
}

static json_t *
coding_of(const char *system, const char *code, const char *display)
{
  return json_pack("{s:[{s:s,s:s,s:s}]}", "coding", "system", system, "code", code, "display",
                   display);
}

char *
wire_resource_system(const WireNote *note, const char *what)
{
  return g_strdup_printf("%s/%s", note->identifier_base, what);
}

gboolean
wire_resource_is_drafted(const WireNote *note)
{
  return strcmp(note->engine_name, "none") != 0;
}

static json_t *
identifier_of(const WireNote *note, const char *what, const char *value)
{
  g_autofree char *system = wire_resource_system(note, what);
  return json_pack("{s:s,s:s}", "system", system, "value", value);
}

static json_t *
identifier_number(const WireNote *note, const char *what, gint64 id)
{
  g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, id);
  return identifier_of(note, what, value);
}

/* The index-th condition, drug … of an item. */
static json_t *
identifiers_part(const WireNote *note, const char *what, guint index)
{
  g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT "-%u", note->item, index);
  json_t *list = json_array();
  json_array_append_new(list, identifier_of(note, what, value));
  return list;
}

static void
patient_add_telecom(json_t *patient, const char *system, const char *value)
{
  if (!is_known(value))
    return;
  json_t *list = json_object_get(patient, "telecom");
  if (list == NULL)
    json_object_set_new(patient, "telecom", list = json_array());
  json_array_append_new(list, json_pack("{s:s,s:s}", "system", system, "value", value));
}

json_t *
wire_resource_patient(const WireNote *note)
{
  json_t *patient = resource_new("Patient");
  json_t *identifiers = json_array();
  json_array_append_new(identifiers, identifier_number(note, "patient", note->patient));
  if (is_known(note->record)) {
    json_t *record =
        is_known(note->record_system)
            ? json_pack("{s:s,s:s}", "system", note->record_system, "value", note->record)
            : identifier_of(note, "record", note->record);
    json_object_set_new(record, "type",
                        coding_of(TERMINOLOGY "v2-0203", "MR", "Medical record number"));
    /* the first one is what the server is asked about */
    json_array_insert_new(identifiers, is_known(note->record_system) ? 0 : 1, record);
  }
  json_object_set_new(patient, "identifier", identifiers);
  json_t *name = json_object();
  resource_set_text(name, "family", note->family);
  if (is_known(note->given))
    json_object_set_new(name, "given", json_pack("[s]", note->given));
  json_object_set_new(patient, "name", json_pack("[o]", name));
  patient_add_telecom(patient, "phone", note->phone);
  patient_add_telecom(patient, "email", note->mail);
  resource_set_text(patient, "gender", note->sex);
  resource_set_text(patient, "birthDate", note->birth);
  if (is_known(note->patient_language))
    json_object_set_new(patient, "communication",
                        json_pack("[{s:{s:[{s:s,s:s}]},s:b}]", "language", "coding", "system",
                                  "urn:ietf:bcp:47", "code", note->patient_language, "preferred",
                                  1));
  return patient;
}

json_t *
wire_resource_practitioner(const WireNote *note)
{
  json_t *who = resource_new("Practitioner");
  json_object_set_new(who, "identifier",
                      json_pack("[o]", identifier_number(note, "user", note->clinician)));
  json_object_set_new(who, "name", json_pack("[{s:s}]", "text", note->clinician_title));
  return who;
}

json_t *
wire_resource_device(const WireNote *note)
{
  if (!wire_resource_is_drafted(note))
    return NULL;
  json_t *device = resource_new("Device");
  g_autofree char *value =
      g_strjoin("/", note->engine_name, note->engine_version, note->model, NULL);
  json_object_set_new(device, "identifier", json_pack("[o]", identifier_of(note, "engine", value)));
  json_object_set_new(device, "deviceName",
                      json_pack("[{s:s,s:s}]", "name", note->engine_name, "type", "model-name"));
  json_object_set_new(device, "version", json_pack("[{s:s}]", "value", note->engine_version));
  json_object_set_new(device, "type",
                      json_pack("{s:s}", "text", "Software that drafts clinical notes"));
  resource_set_text(device, "modelNumber", note->model);
  return device;
}

json_t *
wire_resource_encounter(const WireNote *note, const WireLinks *links)
{
  json_t *visit = resource_new("Encounter");
  gboolean virtual = g_strcmp0(note->visit_kind, "telehealth") == 0;
  json_object_set_new(visit, "identifier",
                      json_pack("[o]", identifier_number(note, "visit", note->visit)));
  json_object_set_new(visit, "status", json_string("finished"));
  json_object_set_new(visit, "class",
                      json_pack("{s:s,s:s,s:s}", "system", TERMINOLOGY "v3-ActCode", "code",
                                virtual ? "VR" : "AMB", "display",
                                virtual ? "virtual" : "ambulatory"));
  if (is_known(note->visit_kind_title))
    json_object_set_new(visit, "type", json_pack("[{s:s}]", "text", note->visit_kind_title));
  json_object_set_new(visit, "subject", reference_to(links->patient));
  json_object_set_new(visit, "participant",
                      json_pack("[{s:o}]", "individual", reference_to(links->practitioner)));
  json_t *period = json_object();
  resource_set_time(period, "start", note->visit_at);
  json_object_set_new(visit, "period", period);
  return visit;
}

/* An earlier document of ours, by its identifier: it stands as it is, nothing overwrites it. */
static void
resource_set_relation(json_t *made, const WireNote *note, const char *what, gboolean by_reference)
{
  static const char *const codes[] = {[WIRE_NOTE_APPENDS] = "appends",
                                      [WIRE_NOTE_EDITS] = "replaces",
                                      [WIRE_NOTE_REPLACES] = "replaces"};
  if (note->relation == WIRE_NOTE_NEW)
    return;
  json_t *other = identifier_number(note, what, note->other);
  json_t *target = by_reference
                       ? json_pack("{s:s,s:o}", "type", "DocumentReference", "identifier", other)
                       : other;
  json_object_set_new(made, "relatesTo",
                      json_pack("[{s:s,s:o}]", "code", codes[note->relation],
                                by_reference ? "target" : "targetIdentifier", target));
}

/* Which part software had (HL7's AI transparency): the label that the clinic chose. */
static void
resource_set_label(json_t *made, const WireNote *note)
{
  const char *label = note->ai_label != NULL ? note->ai_label : "CLINAST_AIRPT";
  if (*label != '\0' && wire_resource_is_drafted(note))
    json_object_set_new(made, "meta",
                        json_pack("{s:[{s:s,s:s}]}", "security", "system",
                                  TERMINOLOGY "v3-ObservationValue", "code", label));
}

static json_t *
note_type(const WireNote *note)
{
  return note->letter ? coding_of(LOINC, "51852-2", "Letter")
                      : coding_of(LOINC, "11506-3", "Progress note");
}

static json_t *
document_attachment(const WireNote *note)
{
  gsize length = strlen(note->text);
  g_autofree char *data = g_base64_encode((const guchar *)note->text, length);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1); /* attachment.hash is SHA-1 in R4 */
  guint8 digest[20];
  gsize size = sizeof digest;
  g_checksum_update(sum, (const guchar *)note->text, (gssize)length);
  g_checksum_get_digest(sum, digest, &size);
  g_autofree char *hash = g_base64_encode(digest, size);
  json_t *attachment = json_pack("{s:s,s:s,s:I,s:s}", "contentType", "text/plain; charset=utf-8",
                                 "data", data, "size", (json_int_t)length, "hash", hash);
  resource_set_text(attachment, "language", note->language);
  resource_set_text(attachment, "title", note->title);
  return attachment;
}

json_t *
wire_resource_document(const WireNote *note, const WireLinks *links)
{
  json_t *document = resource_new("DocumentReference");
  resource_set_label(document, note);
  json_object_set_new(document, "identifier",
                      json_pack("[o]", identifier_number(note, "document", note->item)));
  json_object_set_new(document, "status", json_string("current"));
  json_object_set_new(document, "docStatus", json_string("final"));
  json_object_set_new(document, "type", note_type(note));
  json_object_set_new(document, "subject", reference_to(links->patient));
  resource_set_time(document, "date", note->signed_at);
  json_t *authors = json_pack("[o]", reference_to(links->practitioner));
  if (wire_resource_is_drafted(note))
    json_array_append_new(authors, reference_to(links->device));
  json_object_set_new(document, "author", authors);
  json_object_set_new(document, "authenticator", reference_to(links->practitioner));
  resource_set_relation(document, note, "document", TRUE);
  json_object_set_new(document, "content",
                      json_pack("[{s:o}]", "attachment", document_attachment(note)));
  if (links->encounter != NULL)
    json_object_set_new(document, "context",
                        json_pack("{s:[o]}", "encounter", reference_to(links->encounter)));
  return document;
}

static json_t *
composition_section(const json_t *section)
{
  const char *title = json_string_value(json_object_get(section, "title"));
  const char *text = json_string_value(json_object_get(section, "text"));
  if (!is_known(text))
    return NULL;
  g_autofree char *safe = g_markup_escape_text(text, -1);
  g_auto(GStrv) lines = g_strsplit(safe, "\n", -1);
  g_autofree char *broken = g_strjoinv("<br/>", lines);
  g_autofree char *div =
      g_strdup_printf("<div xmlns=\"http://www.w3.org/1999/xhtml\">%s</div>", broken);
  json_t *made = json_pack("{s:{s:s,s:s}}", "text", "status", "generated", "div", div);
  resource_set_text(made, "title", title);
  return made;
}

json_t *
wire_resource_composition(const WireNote *note, const WireLinks *links)
{
  json_t *whole = resource_new("Composition");
  json_object_set_new(whole, "identifier", identifier_number(note, "composition", note->item));
  resource_set_text(whole, "language", note->language);
  json_object_set_new(whole, "status",
                      json_string(note->relation == WIRE_NOTE_NEW ? "final" : "amended"));
  json_object_set_new(whole, "type", note_type(note));
  json_object_set_new(whole, "subject", reference_to(links->patient));
  resource_set_encounter(whole, "encounter", links);
  resource_set_time(whole, "date", note->signed_at);
  json_object_set_new(whole, "author", json_pack("[o]", reference_to(links->practitioner)));
  json_object_set_new(whole, "title",
                      json_string(is_known(note->title) ? note->title : "Progress note"));
  json_t *attester =
      json_pack("{s:s,s:o}", "mode", "legal", "party", reference_to(links->practitioner));
  resource_set_time(attester, "time", note->signed_at);
  json_object_set_new(whole, "attester", json_pack("[o]", attester));
  resource_set_relation(whole, note, "composition", FALSE);
  json_t *sections = json_array(), *section;
  size_t index;
  json_array_foreach (note->sections, index, section) {
    json_t *made = composition_section(section);
    if (made != NULL)
      json_array_append_new(sections, made);
  }
  if (json_array_size(sections) > 0)
    json_object_set_new(whole, "section", sections);
  else
    json_decref(sections);
  return whole;
}

static json_t *
provenance_agent(const char *role, const char *link)
{
  return json_pack("{s:o,s:o}", "type",
                   coding_of(TERMINOLOGY "provenance-participant-type", role, role), "who",
                   reference_to(link));
}

json_t *
wire_resource_provenance(const WireNote *note, const WireLinks *links, json_t *targets_taken)
{
  json_t *made = resource_new("Provenance");
  resource_set_label(made, note);
  json_object_set_new(made, "target", targets_taken);
  resource_set_time(made, "occurredDateTime", note->signed_at);
  resource_set_time(made, "recorded", note->signed_at);
  json_t *agents = json_array();
  if (wire_resource_is_drafted(note)) {
    json_array_append_new(agents, provenance_agent("assembler", links->device));
    json_array_append_new(agents, provenance_agent("verifier", links->practitioner));
  } else {
    json_array_append_new(agents, provenance_agent("author", links->practitioner));
  }
  json_object_set_new(made, "agent", agents);
  json_object_set_new(made, "entity",
                      json_pack("[{s:s,s:{s:o}}]", "role", "source", "what", "identifier",
                                identifier_of(note, "digest", note->digest_hex)));
  return made;
}

static const char *
field_text(const json_t *field, const char *key)
{
  const char *text = json_string_value(json_object_get(field, key));
  return is_known(text) ? text : NULL;
}

/* Always the words, and the code beside them where the tables know it. */
static json_t *
concept_of(const WireNote *note, WireCodeKind kind, const char *words)
{
  const WireCode *code = wire_code_find(note->codes, kind, words);
  json_t *made = json_pack("{s:s}", "text", words);
  if (code != NULL)
    json_object_set_new(made, "coding",
                        json_pack("[{s:s,s:s,s:s}]", "system", code->system, "code", code->code,
                                  "display", code->display));
  return made;
}

/* What most discrete resources share. */
static json_t *
resource_of_subject(const WireNote *note, const WireLinks *links, const char *type,
                    const char *what, guint index)
{
  json_t *made = resource_new(type);
  json_object_set_new(made, "identifier", identifiers_part(note, what, index));
  json_object_set_new(made, "subject", reference_to(links->patient));
  resource_set_encounter(made, "encounter", links);
  return made;
}

json_t *
wire_resource_condition(const WireNote *note, const WireLinks *links, const json_t *field,
                        guint index)
{
  const char *text =
      field_text(field, "name") != NULL ? field_text(field, "name") : field_text(field, "text");
  if (text == NULL)
    return NULL;
  json_t *made = resource_of_subject(note, links, "Condition", "condition", index);
  json_object_set_new(made, "clinicalStatus",
                      coding_of(TERMINOLOGY "condition-clinical", "active", "Active"));
  json_object_set_new(made, "category",
                      json_pack("[o]", coding_of(TERMINOLOGY "condition-category",
                                                 "encounter-diagnosis", "Encounter Diagnosis")));
  json_object_set_new(made, "code", concept_of(note, WIRE_CODE_CONDITION, text));
  resource_set_time(made, "recordedDate", note->signed_at);
  return made;
}

static const struct {
  const char *word, *status;
} MEDICATION_STATUS[] = {
    {"start", "intended"}, {"stop", "stopped"},   {"stopped", "stopped"},
    {"hold", "on-hold"},   {"past", "completed"},
};

static const char *
medication_status(const char *word)
{
  for (gsize i = 0; word != NULL && i < G_N_ELEMENTS(MEDICATION_STATUS); i++)
    if (strcmp(word, MEDICATION_STATUS[i].word) == 0)
      return MEDICATION_STATUS[i].status;
  return "active";
}

json_t *
wire_resource_medication(const WireNote *note, const WireLinks *links, const json_t *field,
                         guint index)
{
  const char *name = field_text(field, "name");
  if (name == NULL)
    return NULL;
  json_t *made = resource_new("MedicationStatement");
  json_object_set_new(made, "identifier", identifiers_part(note, "medication", index));
  json_object_set_new(made, "status", json_string(medication_status(field_text(field, "status"))));
  json_object_set_new(made, "medicationCodeableConcept", concept_of(note, WIRE_CODE_DRUG, name));
  json_object_set_new(made, "subject", reference_to(links->patient));
  resource_set_encounter(made, "context", links);
  resource_set_time(made, "dateAsserted", note->signed_at);
  const char *parts[] = {field_text(field, "dose"), field_text(field, "route"),
                         field_text(field, "frequency")};
  GString *dosage = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
    if (parts[i] != NULL)
      g_string_append_printf(dosage, "%s%s", dosage->len > 0 ? " " : "", parts[i]);
  if (dosage->len > 0)
    json_object_set_new(made, "dosage", json_pack("[{s:s}]", "text", dosage->str));
  g_string_free(dosage, TRUE);
  return made;
}

json_t *
wire_resource_allergy(const WireNote *note, const WireLinks *links, const json_t *field,
                      guint index)
{
  const char *substance = field_text(field, "substance");
  if (substance == NULL)
    return NULL;
  json_t *made = resource_new("AllergyIntolerance");
  json_object_set_new(made, "identifier", identifiers_part(note, "allergy", index));
  json_object_set_new(made, "clinicalStatus",
                      coding_of(TERMINOLOGY "allergyintolerance-clinical", "active", "Active"));
  json_object_set_new(made, "code", concept_of(note, WIRE_CODE_DRUG, substance));
  json_object_set_new(made, "patient", reference_to(links->patient));
  resource_set_encounter(made, "encounter", links);
  resource_set_time(made, "recordedDate", note->signed_at);
  const char *reaction = field_text(field, "reaction");
  if (reaction != NULL)
    json_object_set_new(made, "reaction",
                        json_pack("[{s:[{s:s}]}]", "manifestation", "text", reaction));
  return made;
}

static json_t *
quantity_of(const WireVital *vital)
{
  json_t *made = json_pack("{s:f}", "value", vital->value);
  resource_set_text(made, "unit", vital->unit != NULL ? vital->unit : vital->ucum);
  if (vital->ucum != NULL) {
    json_object_set_new(made, "system", json_string(UCUM));
    json_object_set_new(made, "code", json_string(vital->ucum));
  }
  return made;
}

static json_t *
pressure_part(const WireNote *note, const WireVital *vital)
{
  return json_pack("{s:o,s:o}", "code", concept_of(note, WIRE_CODE_VITAL, vital->name),
                   "valueQuantity", quantity_of(vital));
}

json_t *
wire_resource_observation(const WireNote *note, const WireLinks *links, const json_t *field,
                          guint index)
{
  WireVital parts[2];
  guint n = wire_vital_read(note->codes, field, parts);
  if (n == 0)
    return NULL;
  json_t *made = resource_of_subject(note, links, "Observation", "observation", index);
  json_object_set_new(made, "status", json_string("final"));
  json_object_set_new(made, "category",
                      json_pack("[o]", coding_of(TERMINOLOGY "observation-category", "vital-signs",
                                                 "Vital Signs")));
  json_object_set_new(made, "code", concept_of(note, WIRE_CODE_VITAL, field_text(field, "name")));
  resource_set_time(made, "effectiveDateTime", note->visit_at);
  if (n == 2)
    json_object_set_new(
        made, "component",
        json_pack("[o,o]", pressure_part(note, &parts[0]), pressure_part(note, &parts[1])));
  else if (parts[0].is_number)
    json_object_set_new(made, "valueQuantity", quantity_of(&parts[0]));
  else
    json_object_set_new(made, "valueString", json_string(parts[0].text));
  return made;
}

json_t *
wire_resource_order(const WireNote *note, const WireLinks *links, const json_t *field, guint index)
{
  const char *text =
      field_text(field, "name") != NULL ? field_text(field, "name") : field_text(field, "text");
  if (text == NULL)
    return NULL;
  json_t *made = resource_of_subject(note, links, "ServiceRequest", "order", index);
  json_object_set_new(made, "status", json_string("active"));
  /* a note records what was decided; it is not itself the order */
  json_object_set_new(made, "intent", json_string("plan"));
  json_object_set_new(made, "code", json_pack("{s:s}", "text", text));
  resource_set_time(made, "authoredOn", note->signed_at);
  json_object_set_new(made, "requester", reference_to(links->practitioner));
  return made;
}

json_t *
wire_resource_care_plan(const WireNote *note, const WireLinks *links, const json_t *plan)
{
  json_t *activities = json_array(), *step;
  size_t index;
  json_array_foreach (plan, index, step) {
    const char *text = field_text(step, "text");
    if (text != NULL)
      json_array_append_new(activities, json_pack("{s:{s:s,s:s}}", "detail", "status",
                                                  "not-started", "description", text));
  }
  if (json_array_size(activities) == 0) {
    json_decref(activities);
    return NULL;
  }
  json_t *made = resource_of_subject(note, links, "CarePlan", "care-plan", 0);
  json_object_set_new(made, "status", json_string("active"));
  json_object_set_new(made, "intent", json_string("plan"));
  resource_set_time(made, "created", note->signed_at);
  json_object_set_new(made, "author", reference_to(links->practitioner));
  json_object_set_new(made, "activity", activities);
  return made;
}
