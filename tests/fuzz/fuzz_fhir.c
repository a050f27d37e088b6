/* Answers of FHIR servers: whatever they hold, what is read of them is text within its caps, and
 * nothing of another patient passes. */
#include <stdint.h>
#include <string.h>

#include "guichet/wire/fhir_context.h"
#include "guichet/wire/fhir_status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MOST = 500 * 4, REFERENCE_MOST = 1 << 16 };

static void
check_text(const char *text)
{
  g_assert(text != NULL && strlen(text) <= TEXT_MOST && g_utf8_validate(text, -1, NULL));
  for (const char *p = text; *p != '\0'; p++)
    g_assert((guchar)*p >= ' ');
}

static void
check_lists(const json_t *answer)
{
  g_autoptr(GPtrArray) medications = NULL, allergies = NULL, conditions = NULL;
  if (wire_fhir_context_medications(answer, &medications, NULL))
    for (guint i = 0; i < medications->len; i++) {
      const WireFhirMedication *one = medications->pdata[i];
      check_text(one->name);
      check_text(one->dosage);
      g_assert(*one->name != '\0');
    }
  if (wire_fhir_context_allergies(answer, &allergies, NULL))
    for (guint i = 0; i < allergies->len; i++) {
      const WireFhirAllergy *one = allergies->pdata[i];
      check_text(one->substance);
      check_text(one->reaction);
    }
  if (wire_fhir_context_conditions(answer, &conditions, NULL))
    for (guint i = 0; i < conditions->len; i++)
      check_text(((const WireFhirCondition *)conditions->pdata[i])->text);
}

static void
check_people(const json_t *answer)
{
  g_autoptr(GPtrArray) patients = NULL, appointments = NULL;
  if (wire_fhir_context_patients(answer, &patients, NULL))
    for (guint i = 0; i < patients->len; i++) {
      const WireFhirPatient *one = patients->pdata[i];
      check_text(one->family);
      check_text(one->given);
      g_assert(one->score >= -1 && one->score <= 1 && g_strv_length(one->identifiers) <= 100);
    }
  if (wire_fhir_context_appointments(answer, &appointments, NULL))
    for (guint i = 0; i < appointments->len; i++) {
      const WireFhirAppointment *one = appointments->pdata[i];
      check_text(one->status);
      check_text(one->patient);
    }
}

static void
check_status(const uint8_t *data, size_t size)
{
  g_auto(WireFhirStatus) said = {0};
  if (!wire_fhir_status_read((const char *)data, size, &said))
    return;
  g_autofree char *text = wire_fhir_status_write(&said);
  g_assert(text != NULL); /* what is read can be said */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  json_t *answer = wire_fhir_answer_parse((const char *)data, size);
  g_autoptr(WireFhirServer) server = NULL;
  check_status(data, size);
  if (answer == NULL)
    return 0;
  g_autofree char *words = wire_fhir_answer_words(answer);
  check_text(words);
  check_lists(answer);
  check_people(answer);
  wire_fhir_context_about(answer, "Patient/12", NULL);
  const char *next = wire_fhir_context_next(answer);
  g_assert(next == NULL || strlen(next) < REFERENCE_MOST);
  if (wire_fhir_answer_server(answer, &server, NULL))
    wire_fhir_answer_searches_by(server, "Condition", "patient");
  json_decref(answer);
  return 0;
}
