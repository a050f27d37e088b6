#include "unit.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/wire/fhir.h"
#include "guichet/wire/fhir_context.h"
#include "guichet/wire/fhir_status.h"
#include "guichet/wire/fhir_step.h"

static json_t *
parsed(const char *text)
{
  json_t *made = wire_fhir_answer_parse(text, strlen(text));
  assert_non_null(made);
  return made;
}

static void
test_words(void **state)
{
  (void)state;
  static const struct {
    const char *json, *words;
  } cases[] = {
      {"{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
       "\"invalid\","
       "\"details\":{\"text\":\"Invalid date \\\"1968-04-31\\\" of 'Dupont Léa' (1968-04-31)\"},"
       "\"expression\":[\"Patient.birthDate\"]}]}",
       "it is not valid (Patient.birthDate): Invalid date … of … (…)"},
      {"{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"warning\",\"code\":"
       "\"value\"},"
       "{\"severity\":\"fatal\",\"code\":\"exception\",\"diagnostics\":\"NullPointer\\nat x\"},"
       "{\"severity\":\"error\",\"code\":\"something-new\"}]}",
       "the server failed: NullPointer at x; the server refused it"},
      {"{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":"
       "\"informational\"}]}",
       ""},
      {"{\"resourceType\":\"Patient\"}", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    json_t *json = parsed(cases[i].json);
    g_autofree char *words = wire_fhir_answer_words(json);
    assert_string_equal(words, cases[i].words);
    json_decref(json);
  }
  static const char *const none[] = {"",          "<html>", "[]", "{}", "{\"resourceType\":3}",
                                     "{\"a\":1}{"};
  for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
    assert_null(wire_fhir_answer_parse(none[i], strlen(none[i])));
}

static void
test_stored(void **state)
{
  (void)state;
  json_t *good =
      parsed("{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\",\"entry\":["
             "{\"response\":{\"status\":\"201 Created\"}},{\"response\":{\"status\":\"200\"}}]}");
  json_t *bad = parsed("{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\",\"entry\":["
                       "{\"response\":{\"status\":\"201\"}},{\"response\":{\"status\":\"412\"}}]}");
  json_t *other = parsed("{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}");
  g_autoptr(GError) error = NULL;
  assert_true(wire_fhir_answer_stored(good, 2, NULL));
  assert_false(wire_fhir_answer_stored(good, 3, NULL));
  assert_false(wire_fhir_answer_stored(bad, 2, &error));
  assert_non_null(strstr(error->message, "entry 2 of 2 (status 412)"));
  assert_false(wire_fhir_answer_stored(other, 0, NULL));
  json_decref(good);
  json_decref(bad);
  json_decref(other);
}

static WireFhirStanding
standing_of(const char *entries, const char *text)
{
  g_autofree char *whole = g_strdup_printf(
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[%s]}", entries);
  json_t *json = parsed(whole);
  WireFhirStanding standing = WIRE_FHIR_STANDING_N;
  g_autofree char *place = NULL;
  assert_true(
      wire_fhir_answer_document(json, "urn:x/document", "42", text, &standing, &place, NULL));
  json_decref(json);
  return standing;
}

#define DOCUMENT(value, attachment)                                                                \
  "{\"resource\":{\"resourceType\":\"DocumentReference\",\"id\":\"7\",\"identifier\":[{"           \
  "\"system\":"                                                                                    \
  "\"urn:x/document\",\"value\":\"" value "\"}],\"content\":[{\"attachment\":{" attachment "}}]}}"

static void
test_document(void **state)
{
  (void)state;
  static const char same[] = DOCUMENT("42", "\"data\":\"VG91eA==\"");
  static const char hashed[] = DOCUMENT("42", "\"hash\":\"t/Ko+JifT9iRxJPG5wRMvcW2Ym4=\"");
  static const char another[] = DOCUMENT("43", "\"data\":\"VG91eA==\"");
  assert_int_equal(standing_of("", "Toux"), WIRE_FHIR_ABSENT);
  assert_int_equal(standing_of(same, "Toux"), WIRE_FHIR_SAME);
  assert_int_equal(standing_of(same, "Toux "), WIRE_FHIR_OTHER);
  assert_int_equal(standing_of(another, "Toux"), WIRE_FHIR_ABSENT);
  assert_int_equal(standing_of(hashed, "Toux"), WIRE_FHIR_SAME);
  assert_int_equal(standing_of(hashed, "Toux."), WIRE_FHIR_OTHER);
  g_autofree char *twice = g_strconcat(same, ",", another, ",", same, NULL);
  assert_int_equal(standing_of(twice, "Toux"), WIRE_FHIR_SEVERAL);
}

static void
test_server(void **state)
{
  (void)state;
  json_t *r4 = parsed(
      "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"software\":{\"name\":"
      "\"X\\u001b[2J\",\"version\":\"1\"},\"rest\":[{\"mode\":\"client\",\"interaction\":[{"
      "\"code\":"
      "\"transaction\"}]},{\"mode\":\"server\",\"security\":{\"extension\":[{\"url\":\"http://f/"
      "oauth-uris\",\"extension\":[{\"url\":\"token\",\"valueUri\":\"https://"
      "t\"}]}]},\"resource\":[{"
      "\"type\":\"Patient\",\"conditionalCreate\":true,\"interaction\":[{\"code\":\"create\"},{"
      "\"code\":\"search-type\"}]},{\"type\":\"Device\",\"interaction\":[{\"code\":\"read\"}]}]}]"
      "}");
  json_t *r5 = parsed("{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"5.0.0\"}");
  WireFhirServer *server = NULL, *none = NULL;
  g_autoptr(GError) error = NULL;
  assert_true(wire_fhir_answer_server(r4, &server, NULL));
  assert_false(server->transaction); /* that was said of a client */
  assert_string_equal(server->token_url, "https://t");
  assert_null(strchr(server->software, '\x1b'));
  assert_true(g_hash_table_contains(server->creates, "Patient"));
  assert_true(g_hash_table_contains(server->conditional, "Patient"));
  assert_false(g_hash_table_contains(server->creates, "Device"));
  assert_false(wire_fhir_answer_server(r5, &none, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFIG));
  wire_fhir_answer_server_free(server);
  json_decref(r4);
  json_decref(r5);
}

/* --- a note as steps */

static char *
bundle_made(WireNoteRelation relation, const char *engine)
{
  json_t *fields =
      json_loads("{\"problems\":[{\"text\":\"asthma\"}],\"plan\":[{\"text\":\"rest\"}]}", 0, NULL);
  WireNote note = {.clinic_name = "Clinic",
                   .identifier_base = "urn:guichet:abc",
                   .item = 42,
                   .visit = 7,
                   .patient = 9,
                   .relation = relation,
                   .other = 41,
                   .family = "Dupont",
                   .record = "R1",
                   .record_system = "urn:oid:1.2.3",
                   .clinician_title = "Dr Quill",
                   .clinician = 3,
                   .text = "Toux é",
                   .digest_hex = "00",
                   .engine_name = engine,
                   .engine_version = "1",
                   .fields = fields};
  char *bytes = NULL;
  gsize n = 0;
  assert_true(wire_fhir_note(&note, &bytes, &n, NULL));
  json_decref(fields);
  return bytes;
}

static guint
step_of(const WireFhirSteps *steps, const char *type)
{
  for (guint i = 0; i < wire_fhir_step_count(steps); i++)
    if (strcmp(wire_fhir_step_type(steps, i), type) == 0)
      return i;
  fail_msg("no %s", type);
  return 0;
}

static void
test_steps(void **state)
{
  (void)state;
  g_autofree char *bytes = bundle_made(WIRE_NOTE_NEW, "builtin");
  g_autoptr(WireFhirSteps) steps = NULL;
  assert_true(wire_fhir_step_read(bytes, strlen(bytes), &steps, NULL));
  assert_string_equal(wire_fhir_step_text(steps), "Toux é");
  assert_string_equal(wire_fhir_step_system(steps), "urn:guichet:abc/document");
  assert_string_equal(wire_fhir_step_value(steps), "42");
  guint plan = step_of(steps, "CarePlan"), last = wire_fhir_step_count(steps) - 1;
  assert_string_equal(wire_fhir_step_type(steps, last), "Provenance");
  char *condition = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  assert_false(wire_fhir_step_request(steps, last, &condition, &body, &error)); /* out of order */
  assert_null(body);
  for (guint i = 0; i < last; i++) {
    assert_true(wire_fhir_step_request(steps, i, &condition, &body, NULL));
    if (i == 0)
      assert_string_equal(condition, "identifier=urn:oid:1.2.3%7CR1");
    assert_null(strstr(body, "urn:uuid"));
    g_autofree char *place = g_strdup_printf("%s/%u", wire_fhir_step_type(steps, i), i);
    if (i == plan)
      wire_fhir_step_left_out(steps, i);
    else
      wire_fhir_step_placed(steps, i, place);
    g_clear_pointer(&condition, g_free);
    g_clear_pointer(&body, g_free);
  }
  assert_false(wire_fhir_step_needed(steps, plan));
  assert_true(wire_fhir_step_needed(steps, last));
  assert_true(wire_fhir_step_request(steps, last, &condition, &body, NULL));
  g_autofree char *about =
      g_strdup_printf("target=DocumentReference/%u", step_of(steps, "DocumentReference"));
  assert_string_equal(condition, about);
  assert_null(strstr(body, "urn:uuid"));
  assert_null(strstr(body, "CarePlan"));
  assert_non_null(strstr(body, "Condition/"));
  g_free(condition);
  g_free(body);
  WireFhirSteps *none = NULL;
  assert_false(wire_fhir_step_read("{}", 2, &none, NULL));
  assert_false(wire_fhir_step_read("", 0, &none, NULL));
}

static void
test_relations_and_label(void **state)
{
  (void)state;
  g_autofree char *fresh = bundle_made(WIRE_NOTE_NEW, "builtin");
  g_autofree char *addendum = bundle_made(WIRE_NOTE_APPENDS, "builtin");
  g_autofree char *better = bundle_made(WIRE_NOTE_REPLACES, "builtin");
  g_autofree char *by_hand = bundle_made(WIRE_NOTE_NEW, "none");
  assert_null(strstr(fresh, "relatesTo"));
  assert_non_null(strstr(addendum, "\"code\": \"appends\""));
  assert_non_null(strstr(better, "\"code\": \"replaces\""));
  assert_non_null(strstr(better, "\"value\": \"41\""));
  assert_non_null(strstr(fresh, "CLINAST_AIRPT"));
  /* what a person wrote alone is not called a machine's */
  assert_null(strstr(by_hand, "CLINAST_AIRPT"));
  assert_null(strstr(by_hand, "\"Device\""));
  assert_null(strstr(by_hand, "assembler"));
}

/* --- what it knows */

static void
test_patients(void **state)
{
  (void)state;
  json_t *json = parsed(
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"link\":[{\"relation\":\"next\","
      "\"url\":"
      "\"http://"
      "n\"}],\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{"
      "\"use\":\"old\",\"family\":\"Old\"},{\"family\":\"Nick\"},{\"use\":\"official\",\"family\":"
      "\"Moreau\",\"given\":[\"Étienne\",\"Jean\"]}],\"gender\":\"male\",\"birthDate\":\"1948-02-"
      "29\","
      "\"telecom\":[{\"system\":\"phone\",\"use\":\"old\",\"value\":\"1\"},{\"system\":\"phone\","
      "\"value\":\"2\"}],\"identifier\":[{\"system\":\"s\",\"value\":\"v\"}]},\"search\":{"
      "\"score\":"
      "0.9,\"extension\":[{\"valueCode\":\"probable\"}]}},{\"resource\":{\"resourceType\":"
      "\"Patient\","
      "\"id\":\"2\",\"active\":false}},{\"resource\":{\"resourceType\":\"OperationOutcome\"}}]}");
  g_autoptr(GPtrArray) all = NULL;
  assert_true(wire_fhir_context_patients(json, &all, NULL));
  assert_int_equal(all->len, 1);
  const WireFhirPatient *p = all->pdata[0];
  assert_string_equal(p->reference, "Patient/1");
  assert_string_equal(p->family, "Moreau");
  assert_string_equal(p->given, "Étienne Jean");
  assert_string_equal(p->phone, "2");
  assert_string_equal(p->identifiers[0], "s|v");
  assert_string_equal(p->grade, "probable");
  assert_true(p->score > 0.89 && p->score < 0.91);
  assert_string_equal(wire_fhir_context_next(json), "http://n");
  json_decref(json);
}

static void
test_what_they_take(void **state)
{
  (void)state;
  json_t *json = parsed(
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":["
      "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":"
      "\"order\","
      "\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"r\",\"code\":\"29046\",\"display\":"
      "\"lisinopril\"}]},\"dosageInstruction\":[{\"text\":\"20 mg daily\"}]}},"
      "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":"
      "\"proposal\",\"medicationCodeableConcept\":{\"text\":\"proposed\"}}},"
      "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"intent\":"
      "\"order\","
      "\"doNotPerform\":true,\"medicationCodeableConcept\":{\"text\":\"forbidden\"}}},"
      "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"stopped\",\"intent\":"
      "\"order\","
      "\"medicationCodeableConcept\":{\"text\":\"stopped\"}}},"
      "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"active\","
      "\"medicationReference\":{\"reference\":\"Medication/1\",\"display\":\"warfarin\"}}},"
      "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"active\"}}]}");
  g_autoptr(GPtrArray) all = NULL;
  assert_true(wire_fhir_context_medications(json, &all, NULL));
  assert_int_equal(all->len, 2);
  const WireFhirMedication *first = all->pdata[0], *second = all->pdata[1];
  assert_string_equal(first->name, "lisinopril");
  assert_string_equal(first->code, "29046");
  assert_string_equal(first->dosage, "20 mg daily");
  assert_string_equal(second->name, "warfarin");
  json_decref(json);
}

/* A reference is followed into what came along, and else stands for the name: nothing that is taken
 * is passed over. */
static void
test_referred_medications(void **state)
{
  (void)state;
  json_t *json =
      parsed("{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":["
             "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"active\","
             "\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m1\",\"code\":{\"text\":"
             "\"warfarin\"}}],\"medicationReference\":{\"reference\":\"#m1\"}}},"
             "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"active\","
             "\"medicationReference\":{\"reference\":\"https://h/fhir/Medication/2\"}}},"
             "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"active\","
             "\"medicationReference\":{\"reference\":\"Medication/3\"}}},"
             "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"2\",\"code\":{\"coding\":[{"
             "\"display\":\"metformin\"}]}}}]}");
  static const char *const expected[] = {"warfarin", "metformin", "Medication/3"};
  g_autoptr(GPtrArray) all = NULL;
  assert_true(wire_fhir_context_medications(json, &all, NULL));
  assert_int_equal(all->len, 3);
  for (guint i = 0; i < all->len; i++)
    assert_string_equal(((WireFhirMedication *)all->pdata[i])->name, expected[i]);
  json_decref(json);
}

static void
check_about(const char *subject, gboolean expected)
{
  g_autofree char *text = g_strdup_printf(
      "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":"
      "\"OperationOutcome\"}},{\"resource\":{\"resourceType\":\"AllergyIntolerance\"%s}}]}",
      subject);
  g_autoptr(GError) error = NULL;
  json_t *json = parsed(text);
  if (wire_fhir_context_about(json, "Patient/12", &error) != expected)
    fail_msg("%s", subject);
  assert_true(expected || g_error_matches(error, BASE_ERROR, BASE_ERROR_PROTOCOL));
  json_decref(json);
}

/* What is said of somebody else is never taken for the patient's. */
static void
test_about(void **state)
{
  (void)state;
  check_about(",\"patient\":{\"reference\":\"Patient/12\"}", TRUE);
  check_about(",\"patient\":{\"reference\":\"https://h/fhir/Patient/12/_history/3\"}", TRUE);
  check_about(",\"patient\":{\"reference\":\"Patient/112\"}", FALSE);
  check_about(",\"patient\":{\"reference\":\"OutPatient/12\"}", FALSE);
  check_about(",\"patient\":{\"reference\":\"Patient/12/extra\"}", FALSE);
  check_about(",\"subject\":{\"reference\":\"Patient/12\"}", FALSE);
  check_about("", FALSE);
}

static void
test_searches(void **state)
{
  (void)state;
  json_t *json = parsed(
      "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{\"mode\":"
      "\"server\",\"resource\":[{\"type\":\"Patient\",\"interaction\":[{\"code\":"
      "\"search-type\"}],\"operation\":[{\"name\":\"match\"}]},{\"type\":\"Condition\","
      "\"interaction\":[{\"code\":\"search-type\"}],\"searchParam\":[{\"name\":\"patient\"}]},"
      "{\"type\":\"Appointment\",\"interaction\":[{\"code\":\"read\"}]}]}]}");
  g_autoptr(WireFhirServer) server = NULL;
  assert_true(wire_fhir_answer_server(json, &server, NULL));
  assert_true(server->match);
  assert_true(wire_fhir_answer_searches_by(server, "Patient", "birthdate")); /* it lists none */
  assert_true(wire_fhir_answer_searches_by(server, "Condition", "patient"));
  assert_false(wire_fhir_answer_searches_by(server, "Condition", "clinical-status"));
  assert_false(wire_fhir_answer_searches(server, "Appointment"));
  assert_false(wire_fhir_answer_searches_by(server, "Appointment", "date"));
  assert_true(wire_fhir_answer_searches_by(NULL, "Appointment", "date"));
  json_decref(json);
}

static void
test_allergies_and_conditions(void **state)
{
  (void)state;
  json_t *json = parsed(
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":["
      "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"criticality\":\"high\",\"code\":{"
      "\"text\":"
      "\"penicillin\"},\"reaction\":[{\"manifestation\":[{\"text\":\"hives\"}]}]}},"
      "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"code\":{\"coding\":[{\"code\":"
      "\"716186003\"}],\"text\":\"No known allergy\"}}},"
      "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"code\":{\"text\":\"latex\"},"
      "\"verificationStatus\":{\"coding\":[{\"code\":\"refuted\"}]}}},"
      "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"code\":{\"text\":\"nuts\"},"
      "\"clinicalStatus\":{\"coding\":[{\"code\":\"resolved\"}]}}},"
      "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"asthma\"},"
      "\"clinicalStatus\":{"
      "\"coding\":[{\"code\":\"active\"}]}}},"
      "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"flu\"},"
      "\"clinicalStatus\":{"
      "\"coding\":[{\"code\":\"inactive\"}]}}}]}");
  g_autoptr(GPtrArray) allergies = NULL, conditions = NULL, none = NULL;
  assert_true(wire_fhir_context_allergies(json, &allergies, NULL));
  assert_true(wire_fhir_context_conditions(json, &conditions, NULL));
  assert_int_equal(allergies->len, 1);
  assert_string_equal(((WireFhirAllergy *)allergies->pdata[0])->reaction, "hives");
  assert_int_equal(conditions->len, 1);
  assert_string_equal(((WireFhirCondition *)conditions->pdata[0])->text, "asthma");
  json_t *outcome = parsed("{\"resourceType\":\"OperationOutcome\"}");
  assert_false(wire_fhir_context_allergies(outcome, &none, NULL));
  assert_null(none);
  json_decref(outcome);
  json_decref(json);
}

static void
test_appointments(void **state)
{
  (void)state;
  json_t *json = parsed(
      "{\"resourceType\":\"Appointment\",\"id\":\"7\",\"meta\":{\"versionId\":\"3\"},\"status\":"
      "\"booked\",\"start\":\"2026-04-01T09:30:00+02:00\",\"end\":\"2026-04-01T10:00:00+02:00\","
      "\"appointmentType\":{\"text\":\"Suivi\"},\"participant\":[{\"actor\":{\"reference\":"
      "\"Patient/1\"}},{\"actor\":{\"reference\":\"https://h/Practitioner/2\",\"display\":\"Dr "
      "Quill\"}}"
      ",{\"actor\":{\"type\":\"Location\",\"display\":\"Salle 3\"}}]}");
  g_autoptr(GPtrArray) all = NULL;
  assert_true(wire_fhir_context_appointments(json, &all, NULL));
  assert_int_equal(all->len, 1);
  const WireFhirAppointment *a = all->pdata[0];
  assert_string_equal(a->version, "3");
  assert_int_equal(a->start / G_USEC_PER_SEC, 1775028600);
  assert_int_equal((a->end - a->start) / G_USEC_PER_SEC, 1800);
  assert_string_equal(a->patient, "Patient/1");
  assert_string_equal(a->clinician_name, "Dr Quill");
  assert_string_equal(a->location, "Salle 3");
  json_decref(json);
  g_autofree char *asked = wire_fhir_context_match("Moreau", "", "1948-02-29", NULL, "s", "v");
  assert_non_null(strstr(asked, "\"birthDate\":\"1948-02-29\""));
  assert_null(strstr(asked, "given"));
}

static void
check_standing(const char *now, const char *status, gboolean back, WireFhirStatusStanding expected)
{
  g_autofree char *text = g_strdup_printf(
      "{\"resourceType\":\"Appointment\",\"id\":\"7\",\"status\":\"%s\",\"x\":1}", now);
  json_t *there = parsed(text);
  const WireFhirStatus said = {(char *)(gintptr) "Appointment/7", (char *)(gintptr)status, back};
  g_autofree char *words = NULL;
  if (wire_fhir_status_standing(there, &said, &words) != expected)
    fail_msg("%s after %s", status, now);
  assert_string_equal(words, now);
  json_decref(there);
}

/* What the desk said, written and read again, and what it may follow. */
static void
test_status(void **state)
{
  (void)state;
  char reference[] = "Appointment/7", away[] = "Appointment/../7", arrived[] = "arrived",
       odd[] = "gone";
  const WireFhirStatus said = {reference, arrived, TRUE}, bad = {away, arrived, FALSE},
                       worse = {reference, odd, FALSE};
  g_auto(WireFhirStatus) read = {0};
  g_autofree char *text = wire_fhir_status_write(&said);
  assert_true(wire_fhir_status_read(text, strlen(text), &read));
  assert_string_equal(read.reference, reference);
  assert_string_equal(read.status, arrived);
  assert_true(read.back);
  assert_null(wire_fhir_status_write(&bad));
  assert_null(wire_fhir_status_write(&worse));
  assert_false(wire_fhir_status_read("{}", 2, &read));
  check_standing("booked", "arrived", FALSE, WIRE_FHIR_STATUS_MAY);
  check_standing("arrived", "arrived", FALSE, WIRE_FHIR_STATUS_THERE);
  check_standing("fulfilled", "arrived", FALSE, WIRE_FHIR_STATUS_BEYOND);
  check_standing("fulfilled", "arrived", TRUE, WIRE_FHIR_STATUS_MAY);
  check_standing("cancelled", "noshow", FALSE, WIRE_FHIR_STATUS_BEYOND);
  check_standing("entered-in-error", "cancelled", FALSE, WIRE_FHIR_STATUS_BEYOND);
  json_t *other = parsed("{\"resourceType\":\"Patient\",\"id\":\"7\",\"status\":\"booked\"}");
  g_autofree char *now = NULL;
  assert_int_equal(wire_fhir_status_standing(other, &said, &now), WIRE_FHIR_STATUS_OTHER);
  json_decref(other);
  json_t *whole = parsed("{\"resourceType\":\"Appointment\",\"id\":\"7\",\"meta\":{\"versionId\":"
                         "\"3\"},\"status\":\"booked\",\"extension\":[{\"valueDecimal\":0.1}]}");
  g_autofree char *version = wire_fhir_status_version(whole);
  g_autofree char *changed = wire_fhir_status_whole(whole, "arrived");
  assert_string_equal(version, "3");
  assert_non_null(strstr(changed, "\"status\":\"arrived\""));
  assert_non_null(strstr(changed, "\"valueDecimal\":0.1}"));
  json_decref(whole);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_stored),
      cmocka_unit_test(test_document),
      cmocka_unit_test(test_server),
      cmocka_unit_test(test_steps),
      cmocka_unit_test(test_relations_and_label),
      cmocka_unit_test(test_patients),
      cmocka_unit_test(test_what_they_take),
      cmocka_unit_test(test_allergies_and_conditions),
      cmocka_unit_test(test_referred_medications),
      cmocka_unit_test(test_about),
      cmocka_unit_test(test_searches),
      cmocka_unit_test(test_appointments),
      cmocka_unit_test(test_status),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
