#include "unit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/wire/fhir.h"

static WireNote
sample(json_t *sections, json_t *fields, const WireCodes *codes)
{
  return (WireNote){
      .clinic_name = "Clinic",
      .identifier_base = "urn:guichet:abc",
      .item = 42,
      .visit = 7,
      .patient = 9,
      .family = "Dupont",
      .given = "Éléonore",
      .birth = "1968-04-30",
      .sex = "female",
      .record = "R 12|3",
      .clinician_title = "Dr Ada Quill",
      .clinician_name = "ada",
      .clinician = 3,
      .visit_at = 1000 * BASE_CLOCK_DAY,
      .signed_at = 1000 * BASE_CLOCK_DAY + BASE_CLOCK_HOUR,
      .visit_kind = "telehealth",
      .visit_kind_title = "Telehealth",
      .language = "fr",
      .title = "Note",
      .text = "SUBJECTIF\nToux < 3 jours & fièvre.",
      .digest_hex = "00ff",
      .engine_name = "builtin",
      .engine_version = "1",
      .sections = sections,
      .fields = fields,
      .codes = codes,
  };
}

static json_t *
sample_fields(void)
{
  return json_loads(
      "{\"problems\":[{\"text\":\"hypertension\"},{}],"
      "\"medications\":[{\"name\":\"lisinopril\",\"dose\":\"20 mg\",\"frequency\":\"daily\"}],"
      "\"allergies\":[{\"substance\":\"penicillin\",\"reaction\":\"hives\"}],"
      "\"vitals\":[{\"name\":\"blood pressure\",\"value\":\"128/82\",\"unit\":\"mmHg\"},"
      "{\"name\":\"temperature\",\"value\":\"38.5\",\"unit\":\"C\"}],"
      "\"orders\":[{\"text\":\"chest x-ray\"}],\"plan\":[{\"text\":\"rest\"}]}",
      0, NULL);
}

static json_t *
make(json_t **ret_fields)
{
  json_t *sections =
      json_pack("[{s:s,s:s}]", "title", "SUBJECTIF", "text", "Toux < 3 jours & fièvre.");
  json_t *fields = sample_fields();
  g_autoptr(WireCodes) codes = NULL;
  assert_true(wire_code_load(&codes, NULL));
  WireNote note = sample(sections, fields, codes);
  char *bytes = NULL, *again = NULL;
  gsize length = 0;
  GError *error = NULL;
  wire_fhir_note(&note, &bytes, &length, &error);
  assert_no_error(error);
  assert_true(wire_fhir_note(&note, &again, &length, NULL));
  assert_string_equal(bytes, again);
  json_t *bundle = json_loads(bytes, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(bundle);
  g_free(bytes);
  g_free(again);
  json_decref(sections);
  *ret_fields = fields;
  return bundle;
}

static const json_t *
find(const json_t *bundle, const char *type, guint nth)
{
  json_t *entry;
  size_t index;
  json_array_foreach (json_object_get(bundle, "entry"), index, entry) {
    const json_t *resource = json_object_get(entry, "resource");
    if (strcmp(json_string_value(json_object_get(resource, "resourceType")), type) == 0 &&
        nth-- == 0)
      return resource;
  }
  return NULL;
}

static void
test_every_resource(void **state)
{
  (void)state;
  static const char *const types[] = {"Patient",     "Practitioner",        "Device",
                                      "Encounter",   "DocumentReference",   "Composition",
                                      "Condition",   "MedicationStatement", "AllergyIntolerance",
                                      "Observation", "ServiceRequest",      "CarePlan",
                                      "Provenance"};
  json_t *fields = NULL, *bundle = make(&fields);
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    assert_non_null(find(bundle, types[i], 0));
  assert_null(find(bundle, "Condition", 1)); /* an empty field makes no resource */
  json_decref(bundle);
  json_decref(fields);
}

static void
test_each_is_conditional_and_linked(void **state)
{
  (void)state;
  json_t *fields = NULL, *bundle = make(&fields), *entry;
  g_autoptr(GHashTable) links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) conditions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  size_t index;
  json_array_foreach (json_object_get(bundle, "entry"), index, entry) {
    const json_t *request = json_object_get(entry, "request");
    const char *condition = json_string_value(json_object_get(request, "ifNoneExist"));
    assert_non_null(condition);
    assert_null(strchr(condition, ' '));
    g_autofree char *whole =
        g_strdup_printf("%s?%s", json_string_value(json_object_get(request, "url")), condition);
    assert_true(g_hash_table_add(conditions, g_steal_pointer(&whole)));
    assert_true(
        g_hash_table_add(links, g_strdup(json_string_value(json_object_get(entry, "fullUrl")))));
  }
  /* every reference leads to an entry of the bundle */
  char *text = json_dumps(bundle, 0);
  const char *p = text;
  while ((p = strstr(p, "\"reference\": \"")) != NULL) {
    p += strlen("\"reference\": \"");
    g_autofree char *link = g_strndup(p, strcspn(p, "\""));
    assert_true(g_hash_table_contains(links, link));
  }
  g_free(text);
  json_decref(bundle);
  json_decref(fields);
}

static void
test_text_is_what_was_signed(void **state)
{
  (void)state;
  json_t *fields = NULL, *bundle = make(&fields);
  const json_t *content =
      json_array_get(json_object_get(find(bundle, "DocumentReference", 0), "content"), 0);
  gsize length = 0;
  g_autofree guchar *data = g_base64_decode(
      json_string_value(json_object_get(json_object_get(content, "attachment"), "data")), &length);
  assert_int_equal(length, strlen("SUBJECTIF\nToux < 3 jours & fièvre."));
  assert_memory_equal(data, "SUBJECTIF\nToux < 3 jours & fièvre.", length);
  const json_t *section =
      json_array_get(json_object_get(find(bundle, "Composition", 0), "section"), 0);
  assert_non_null(
      strstr(json_string_value(json_object_get(json_object_get(section, "text"), "div")),
             "Toux &lt; 3 jours &amp; fièvre."));
  json_decref(bundle);
  json_decref(fields);
}

static void
test_vitals(void **state)
{
  (void)state;
  json_t *fields = NULL, *bundle = make(&fields);
  const json_t *pressure = find(bundle, "Observation", 0), *heat = find(bundle, "Observation", 1);
  assert_int_equal(json_array_size(json_object_get(pressure, "component")), 2);
  const json_t *quantity = json_object_get(heat, "valueQuantity");
  assert_true(json_real_value(json_object_get(quantity, "value")) > 38.49);
  assert_string_equal(json_string_value(json_object_get(quantity, "code")), "Cel");
  json_decref(bundle);
  json_decref(fields);
}

static const char *
code_of(const json_t *concept)
{
  return json_string_value(
      json_object_get(json_array_get(json_object_get(concept, "coding"), 0), "code"));
}

/* What the tables know is coded, beside its words; what they do not know is never guessed. */
static void
test_codes(void **state)
{
  (void)state;
  json_t *fields = NULL, *bundle = make(&fields);
  const json_t *problem = json_object_get(find(bundle, "Condition", 0), "code");
  const json_t *drug =
      json_object_get(find(bundle, "MedicationStatement", 0), "medicationCodeableConcept");
  const json_t *substance = json_object_get(find(bundle, "AllergyIntolerance", 0), "code");
  const json_t *order = json_object_get(find(bundle, "ServiceRequest", 0), "code");
  assert_string_equal(code_of(problem), "I10");
  assert_string_equal(json_string_value(json_object_get(problem, "text")), "hypertension");
  assert_string_equal(code_of(drug), "29046");
  assert_null(json_object_get(substance, "coding")); /* penicillin: which one? */
  assert_null(json_object_get(order, "coding"));
  json_decref(bundle);
  json_decref(fields);
}

static void
test_code_tables(void **state)
{
  (void)state;
  g_autoptr(WireCodes) codes = NULL;
  GError *error = NULL;
  wire_code_load(&codes, &error);
  assert_no_error(error);
  assert_string_equal(wire_code_find(codes, WIRE_CODE_DRUG, "Paracétamol")->code, "161");
  assert_string_equal(wire_code_find(codes, WIRE_CODE_CONDITION, "HTA")->code, "I10");
  assert_string_equal(wire_code_find(codes, WIRE_CODE_UNIT, "°F")->code, "[degF]");
  assert_string_equal(wire_code_find(codes, WIRE_CODE_UNIT, "%")->code, "%");
  assert_null(wire_code_find(codes, WIRE_CODE_CONDITION, "hypertension, poorly controlled"));
  assert_null(wire_code_find(codes, WIRE_CODE_DRUG, "lisinopril 20"));
  assert_null(wire_code_find(codes, WIRE_CODE_DRUG, ""));
  assert_null(wire_code_find(codes, WIRE_CODE_DRUG, NULL));
  assert_null(wire_code_find(NULL, WIRE_CODE_DRUG, "lisinopril"));
}

static void
test_without_signer_nothing(void **state)
{
  (void)state;
  WireNote note = sample(NULL, NULL, NULL);
  note.clinician_title = "";
  char *bytes = NULL;
  gsize length = 0;
  g_autoptr(GError) error = NULL;
  assert_false(wire_fhir_note(&note, &bytes, &length, &error));
  assert_null(bytes);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_resource),
      cmocka_unit_test(test_each_is_conditional_and_linked),
      cmocka_unit_test(test_text_is_what_was_signed),
      cmocka_unit_test(test_vitals),
      cmocka_unit_test(test_codes),
      cmocka_unit_test(test_code_tables),
      cmocka_unit_test(test_without_signer_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
