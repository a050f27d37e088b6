#include "clinic/import.h"

#include "clinic/consent.h"
#include "clinic/patient.h"

ClinicImport *
clinic_import_new(void)
{
  ClinicImport *import = g_new0(ClinicImport, 1);
  import->source = g_strdup("");
  import->patient = clinic_patient_new();
  return import;
}

void
clinic_import_free(ClinicImport *import)
{
  if (import == NULL)
    return;
  g_free(import->source);
  g_free(import->external);
  clinic_patient_free(import->patient);
  g_free(import->clinician);
  g_free(import->language);
  clinic_consent_free(import->consent);
  scribe_transcript_free(import->transcript);
  g_free(import);
}

ClinicImport *
clinic_import_from(const ClinicImport *defaults, const char *source)
{
  ClinicImport *import = clinic_import_new();
  g_free(import->source);
  import->source = g_strdup(source);
  if (defaults == NULL)
    return import;
  import->clinician = g_strdup(defaults->clinician);
  import->language = g_strdup(defaults->language);
  import->kind = defaults->kind;
  import->at = defaults->at;
  import->consent = clinic_consent_copy(defaults->consent);
  return import;
}
