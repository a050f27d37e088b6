#include "guichet/wire/fhir_context.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

enum { CONTEXT_TEXT = 500, CONTEXT_IDS = 100 };

/* --- pieces */

static const char *
text_of(const json_t *object, const char *key)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static const json_t *
first_of(const json_t *object, const char *key)
{
  return json_array_get(json_object_get(object, key), 0);
}

static char *
safe(const char *text)
{
  g_autofree char *disarmed = base_text_disarm(text, -1, FALSE);
  return g_strndup(disarmed, base_text_byte(disarmed, CONTEXT_TEXT));
}

static char *
safe_of(const json_t *object, const char *key)
{
  return safe(text_of(object, key));
}

/* A CodeableConcept's words: its text, else those of its first coding, else the code itself. */
static char *
concept_words(const json_t *concept)
{
  const json_t *coding = first_of(concept, "coding");
  const char *const said[] = {text_of(concept, "text"), text_of(coding, "display"),
                              text_of(coding, "code")};
  for (gsize i = 0; i < G_N_ELEMENTS(said); i++)
    if (*said[i] != '\0')
      return safe(said[i]);
  return g_strdup("");
}

static gboolean
concept_has(const json_t *concept, const char *code)
{
  json_t *coding;
  size_t index;
  json_array_foreach (json_object_get(concept, "coding"), index, coding)
    if (strcmp(text_of(coding, "code"), code) == 0)
      return TRUE;
  return FALSE;
}

static void
concept_code(const json_t *concept, char **ret_system, char **ret_code)
{
  const json_t *coding = first_of(concept, "coding");
  *ret_system = safe_of(coding, "system");
  *ret_code = safe_of(coding, "code");
}

static gboolean
is_one_of(const char *word, const char *const *list)
{
  return g_strv_contains(list, word);
}

static char *
reference_of(const json_t *resource)
{
  return g_strdup_printf("%s/%s", text_of(resource, "resourceType"), text_of(resource, "id"));
}

/* "https://host/fhir/Patient/12/_history/3" refers to "Patient/12". */
static gboolean
refers_to(const char *reference, const char *whom)
{
  const char *history = strstr(reference, "/_history/");
  gsize length = history != NULL ? (gsize)(history - reference) : strlen(reference);
  gsize n = strlen(whom);
  return length >= n && memcmp(reference + length - n, whom, n) == 0 &&
         (length == n || reference[length - n - 1] == '/');
}

/* The resources of a type, each made into a struct by `make` (NULL: left out). */
typedef gpointer (*Maker)(const json_t *answer, const json_t *resource);

static gboolean
collect(const json_t *answer, const char *type, Maker make, GPtrArray *into, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  if (!wire_fhir_answer_resources(answer, type, &all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    gpointer made = make(answer, all->pdata[i]);
    if (made != NULL)
      g_ptr_array_add(into, made);
  }
  return TRUE;
}

static gboolean
collect_one(const json_t *answer, const char *type, Maker make, GDestroyNotify unref,
            GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(unref);
  if (!collect(answer, type, make, made, error))
    return FALSE;
  *ret = g_steal_pointer(&made);
  return TRUE;
}

/* --- patients */

static void
patient_unref(gpointer data)
{
  WireFhirPatient *p = data;
  char *const texts[] = {p->reference, p->family, p->given, p->birth,
                         p->sex,       p->phone,  p->mail,  p->grade};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_strfreev(p->identifiers);
  g_free(p);
}

/* The official name where there is one, and none that is old. */
static const json_t *
patient_name(const json_t *patient)
{
  const json_t *chosen = NULL;
  json_t *name;
  size_t index;
  json_array_foreach (json_object_get(patient, "name"), index, name) {
    const char *use = text_of(name, "use");
    if (strcmp(use, "old") == 0)
      continue;
    if (chosen == NULL || strcmp(use, "official") == 0)
      chosen = name;
  }
  return chosen;
}

static char *
given_names(const json_t *name)
{
  g_autoptr(GString) all = g_string_new(NULL);
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(name, "given"), index, one)
    if (json_is_string(one))
      g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", json_string_value(one));
  return safe(all->str);
}

static char *
telecom_of(const json_t *patient, const char *system)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(patient, "telecom"), index, one)
    if (strcmp(text_of(one, "system"), system) == 0 && strcmp(text_of(one, "use"), "old") != 0)
      return safe_of(one, "value");
  return g_strdup("");
}

static GStrv
identifiers_of(const json_t *patient)
{
  g_autoptr(GStrvBuilder) made = g_strv_builder_new();
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(patient, "identifier"), index, one) {
    if (index == CONTEXT_IDS)
      break;
    g_autofree char *both = g_strdup_printf("%s|%s", text_of(one, "system"), text_of(one, "value"));
    g_autofree char *plain = safe(both);
    g_strv_builder_add(made, plain);
  }
  return g_strv_builder_end(made);
}

static gpointer
patient_make(const json_t *answer, const json_t *patient)
{
  (void)answer;
  if (json_is_false(json_object_get(patient, "active")) || *text_of(patient, "id") == '\0')
    return NULL;
  const json_t *name = patient_name(patient);
  WireFhirPatient *p = g_new0(WireFhirPatient, 1);
  p->reference = reference_of(patient);
  p->family = safe_of(name, "family");
  p->given = given_names(name);
  p->birth = safe_of(patient, "birthDate");
  p->sex = safe_of(patient, "gender");
  p->phone = telecom_of(patient, "phone");
  p->mail = telecom_of(patient, "email");
  p->identifiers = identifiers_of(patient);
  p->score = -1;
  p->grade = g_strdup("");
  return p;
}

/* entry.search.score and the match-grade extension belong to the entry of the same resource. */
static void
patients_grade(const json_t *answer, GPtrArray *patients)
{
  json_t *entry;
  size_t index;
  json_array_foreach (json_object_get(answer, "entry"), index, entry) {
    g_autofree char *reference = reference_of(json_object_get(entry, "resource"));
    const json_t *search = json_object_get(entry, "search"),
                 *score = json_object_get(search, "score");
    for (guint i = 0; i < patients->len; i++) {
      WireFhirPatient *p = patients->pdata[i];
      if (strcmp(p->reference, reference) != 0)
        continue;
      p->score = json_is_number(score) ? CLAMP(json_number_value(score), 0, 1) : -1;
      g_free(p->grade);
      p->grade = safe_of(first_of(search, "extension"), "valueCode");
    }
  }
}

gboolean
wire_fhir_context_patients(const json_t *answer, GPtrArray **ret, GError **error)
{
  if (!collect_one(answer, "Patient", patient_make, patient_unref, ret, error))
    return FALSE;
  patients_grade(answer, *ret);
  return TRUE;
}

/* --- what they take, must not take, have */

static void
medication_unref(gpointer data)
{
  WireFhirMedication *m = data;
  g_free(m->name);
  g_free(m->system);
  g_free(m->code);
  g_free(m->dosage);
  g_free(m->status);
  g_free(m);
}

/* The Medication that a reference points to, where it came along: inside the resource ("#m1") or in
 * the same answer. */
static const json_t *
medication_there(const json_t *answer, const json_t *resource, const char *reference)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(resource, "contained"), index, one)
    if (*reference == '#' && strcmp(text_of(one, "id"), reference + 1) == 0)
      return one;
  json_array_foreach (json_object_get(answer, "entry"), index, one) {
    const json_t *there = json_object_get(one, "resource");
    g_autofree char *own = reference_of(there);
    if (strcmp(text_of(there, "resourceType"), "Medication") == 0 && refers_to(reference, own))
      return there;
  }
  return NULL;
}

static const json_t *
medication_concept(const json_t *answer, const json_t *resource)
{
  const json_t *concept = json_object_get(resource, "medicationCodeableConcept");
  const char *reference = text_of(json_object_get(resource, "medicationReference"), "reference");
  if (concept != NULL || *reference == '\0')
  return concept;
  return json_object_get(medication_there(answer, resource, reference), "code");
}

/* Nothing that is taken is passed over for want of a name. */
static char *
medication_name(const json_t *resource, const json_t *concept)
{
  const json_t *there = json_object_get(resource, "medicationReference");
  char *name = concept_words(concept);
  for (gsize i = 0; *name == '\0' && i < 2; i++) {
    g_free(name);
    name = safe_of(there, i == 0 ? "display" : "reference");
  }
  return name;
}

static gpointer
medication_make(const json_t *answer, const json_t *resource, const char *dosage)
{
  static const char *const kept[] = {"active", "on-hold", "intended", "unknown", NULL};
  const json_t *concept = medication_concept(answer, resource);
  if (!is_one_of(text_of(resource, "status"), kept))
    return NULL;
  g_autofree char *name = medication_name(resource, concept);
  if (*name == '\0')
    return NULL;
  WireFhirMedication *m = g_new0(WireFhirMedication, 1);
  m->name = g_steal_pointer(&name);
  concept_code(concept, &m->system, &m->code);
  m->dosage = safe_of(first_of(resource, dosage), "text");
  m->status = safe_of(resource, "status");
  return m;
}

static gpointer
request_make(const json_t *answer, const json_t *resource)
{
  static const char *const ours[] = {
      "order", "original-order", "reflex-order", "filler-order", "instance-order", "plan", NULL};
  if (json_is_true(json_object_get(resource, "doNotPerform")) ||
      !is_one_of(text_of(resource, "intent"), ours))
    return NULL;
  return medication_make(answer, resource, "dosageInstruction");
}

static gpointer
statement_make(const json_t *answer, const json_t *resource)
{
  return medication_make(answer, resource, "dosage");
}

gboolean
wire_fhir_context_medications(const json_t *answer, GPtrArray **ret, GError **error)
{
  const char *type = text_of(answer, "resourceType");
  g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(medication_unref);
  gboolean bundle = strcmp(type, "Bundle") == 0;
  if ((bundle || strcmp(type, "MedicationRequest") == 0) &&
      !collect(answer, "MedicationRequest", request_make, made, error))
    return FALSE;
  if ((bundle || strcmp(type, "MedicationRequest") != 0) &&
      !collect(answer, "MedicationStatement", statement_make, made, error))
    return FALSE;
  *ret = g_steal_pointer(&made);
  return TRUE;
}

/* Neither refuted nor entered in error, and active where that is said. */
static gboolean
still_holds(const json_t *resource)
{
  static const char *const over[] = {"inactive", "resolved", "remission"};
  const json_t *clinical = json_object_get(resource, "clinicalStatus");
  const json_t *verification = json_object_get(resource, "verificationStatus");
  if (concept_has(verification, "entered-in-error") || concept_has(verification, "refuted"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(over); i++)
    if (concept_has(clinical, over[i]))
      return FALSE;
  return TRUE;
}

static void
allergy_unref(gpointer data)
{
  WireFhirAllergy *a = data;
  g_free(a->substance);
  g_free(a->system);
  g_free(a->code);
  g_free(a->reaction);
  g_free(a->criticality);
  g_free(a);
}

/* "No known allergy" in SNOMED CT, as servers record that somebody asked. */
static gboolean
is_none_known(const json_t *code)
{
  static const char *const none[] = {"716186003", "409137002", "428607008", "429625007"};
  for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
    if (concept_has(code, none[i]))
      return TRUE;
  return FALSE;
}

static gpointer
allergy_make(const json_t *answer, const json_t *resource)
{
  (void)answer;
  const json_t *code = json_object_get(resource, "code"),
               *reaction = first_of(resource, "reaction");
  g_autofree char *substance = concept_words(code);
  if (*substance == '\0') {
    g_free(substance);
    substance = concept_words(json_object_get(reaction, "substance"));
  }
  if (!still_holds(resource) || is_none_known(code) || *substance == '\0')
    return NULL;
  WireFhirAllergy *a = g_new0(WireFhirAllergy, 1);
  a->substance = g_steal_pointer(&substance);
  concept_code(code, &a->system, &a->code);
  a->reaction = concept_words(first_of(reaction, "manifestation"));
  a->criticality = safe_of(resource, "criticality");
  return a;
}

gboolean
wire_fhir_context_allergies(const json_t *answer, GPtrArray **ret, GError **error)
{
  return collect_one(answer, "AllergyIntolerance", allergy_make, allergy_unref, ret, error);
}

static void
condition_unref(gpointer data)
{
  WireFhirCondition *c = data;
  g_free(c->text);
  g_free(c->system);
  g_free(c->code);
  g_free(c);
}

static gpointer
condition_make(const json_t *answer, const json_t *resource)
{
  (void)answer;
  g_autofree char *text = concept_words(json_object_get(resource, "code"));
  if (!still_holds(resource) || *text == '\0')
    return NULL;
  WireFhirCondition *c = g_new0(WireFhirCondition, 1);
  c->text = g_steal_pointer(&text);
  concept_code(json_object_get(resource, "code"), &c->system, &c->code);
  return c;
}

gboolean
wire_fhir_context_conditions(const json_t *answer, GPtrArray **ret, GError **error)
{
  return collect_one(answer, "Condition", condition_make, condition_unref, ret, error);
}

/* --- appointments */

static void
appointment_unref(gpointer data)
{
  WireFhirAppointment *a = data;
  char *const texts[] = {a->reference, a->version,  a->status,    a->type,          a->reason,
                         a->patient,   a->location, a->clinician, a->clinician_name};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_free(a);
}

static gint64
instant_of(const json_t *resource, const char *key)
{
  gint64 at = 0;
  const char *text = text_of(resource, key);
  return *text != '\0' && base_clock_parse(text, &at, NULL) ? at : 0;
}

/* The participant of a kind: its reference where it has one, else what it is called. */
static const json_t *
participant_of(const json_t *resource, const char *type)
{
  json_t *one;
  size_t index;
  json_array_foreach (json_object_get(resource, "participant"), index, one) {
    const json_t *actor = json_object_get(one, "actor");
    g_autofree char *prefix = g_strdup_printf("%s/", type);
    if (strstr(text_of(actor, "reference"), prefix) != NULL ||
        strcmp(text_of(actor, "type"), type) == 0)
      return actor;
  }
  return NULL;
}

static char *
actor_reference(const json_t *actor)
{
  return *text_of(actor, "reference") != '\0' ? safe_of(actor, "reference")
                                              : safe_of(actor, "display");
}

static gpointer
appointment_make(const json_t *answer, const json_t *resource)
{
  (void)answer;
  if (*text_of(resource, "id") == '\0' ||
      strcmp(text_of(resource, "status"), "entered-in-error") == 0)
    return NULL;
  const json_t *clinician = participant_of(resource, "Practitioner");
  WireFhirAppointment *a = g_new0(WireFhirAppointment, 1);
  a->reference = reference_of(resource);
  a->version = safe_of(json_object_get(resource, "meta"), "versionId");
  a->status = safe_of(resource, "status");
  a->start = instant_of(resource, "start");
  a->end = instant_of(resource, "end");
  a->updated = instant_of(json_object_get(resource, "meta"), "lastUpdated");
  a->type = concept_words(json_object_get(resource, "appointmentType"));
  a->reason = concept_words(first_of(resource, "reasonCode"));
  a->patient = actor_reference(participant_of(resource, "Patient"));
  a->location = actor_reference(participant_of(resource, "Location"));
  a->clinician = actor_reference(clinician);
  a->clinician_name = safe_of(clinician, "display");
  return a;
}

gboolean
wire_fhir_context_appointments(const json_t *answer, GPtrArray **ret, GError **error)
{
  return collect_one(answer, "Appointment", appointment_make, appointment_unref, ret, error);
}

const char *
wire_fhir_context_next(const json_t *answer)
{
  json_t *link;
  size_t index;
  json_array_foreach (json_object_get(answer, "link"), index, link)
    if (strcmp(text_of(link, "relation"), "next") == 0)
      return json_string_value(json_object_get(link, "url"));
  return NULL;
}

/* Of the types that are about somebody: who it says that is.  NULL for those that are about
 * nobody. */
static const char *
subject_of(const json_t *resource)
{
  static const struct {
    const char *type, *key;
  } about[] = {{"AllergyIntolerance", "patient"},
               {"Condition", "subject"},
               {"MedicationRequest", "subject"},
               {"MedicationStatement", "subject"}};
  for (gsize i = 0; i < G_N_ELEMENTS(about); i++)
    if (strcmp(text_of(resource, "resourceType"), about[i].type) == 0)
      return text_of(json_object_get(resource, about[i].key), "reference");
  return NULL;
}

gboolean
wire_fhir_context_about(const json_t *answer, const char *patient, GError **error)
{
  json_t *entry;
  size_t index;
  json_array_foreach (json_object_get(answer, "entry"), index, entry) {
    const char *subject = subject_of(json_object_get(entry, "resource"));
    if (subject != NULL && !refers_to(subject, patient)) {
      g_set_error_literal(error, BASE_ERROR, BASE_ERROR_PROTOCOL,
                          _("the FHIR server answers with what is another patient's: nothing of "
                            "it was taken"));
      return FALSE;
    }
  }
  return TRUE;
}

static void
match_set(json_t *object, const char *key, const char *text)
{
  if (text != NULL && *text != '\0')
    json_object_set_new(object, key, json_string(text));
}

char *
wire_fhir_context_match(const char *family, const char *given, const char *birth, const char *sex,
                        const char *identifier_system, const char *identifier_value)
{
  json_t *patient = json_pack("{s:s}", "resourceType", "Patient"), *name = json_object();
  if (identifier_value != NULL && *identifier_value != '\0') {
    json_t *identifier = json_object();
    match_set(identifier, "system", identifier_system);
    match_set(identifier, "value", identifier_value);
    json_object_set_new(patient, "identifier", json_pack("[o]", identifier));
  }
  match_set(name, "family", family);
  if (given != NULL && *given != '\0')
    json_object_set_new(name, "given", json_pack("[s]", given));
  json_object_set_new(patient, "name", json_pack("[o]", name));
  match_set(patient, "birthDate", birth);
  match_set(patient, "gender", sex);
  json_t *whole = json_pack("{s:s,s:[{s:s,s:o},{s:s,s:i},{s:s,s:b}]}", "resourceType", "Parameters",
                            "parameter", "name", "resource", "resource", patient, "name", "count",
                            "valueInteger", 10, "name", "onlyCertainMatches", "valueBoolean", 0);
  char *text = json_dumps(whole, JSON_COMPACT | JSON_PRESERVE_ORDER);
  json_decref(whole);
  return text;
}
