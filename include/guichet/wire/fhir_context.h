/* What a FHIR R4 server knows of a patient, as plain structs: who it may be, what they take, what
 * they must not take, what they have, when they come.
 *
 * Each takes a searchset Bundle (or one resource) and gives a GPtrArray with its free function set;
 * entries that say too little, were entered in error or are no longer so are left out.  Texts are
 * disarmed, "" where nothing was said.  BASE_ERROR_PROTOCOL where it is no such answer. */
#ifndef GUICHET_WIRE_FHIR_CONTEXT_H
#define GUICHET_WIRE_FHIR_CONTEXT_H

#include "guichet/wire/fhir_answer.h"

G_BEGIN_DECLS

typedef struct {
  char *reference; /* "Patient/12" */
  char *family, *given, *birth, *sex, *phone, *mail;
  GStrv identifiers; /* "system|value" */
  double score;      /* of a match, 0 to 1; -1 not said */
  char *grade;       /* certain, probable, possible, certainly-not; "" */
} WireFhirPatient;

typedef struct {
  char *name; /* medication: its text, else its code's words, else what it refers to */
  char *system, *code;
  char *dosage;
  char *status; /* the resource's own word */
} WireFhirMedication;

typedef struct {
  char *substance, *system, *code;
  char *reaction, *criticality; /* low, high, unable-to-assess; "" */
} WireFhirAllergy;

typedef struct {
  char *text, *system, *code;
} WireFhirCondition;

typedef struct {
  char *reference, *version;  /* "Appointment/7", its ETag's version */
  char *status;               /* booked, cancelled, noshow … */
  gint64 start, end, updated; /* microseconds; 0 not said */
  char *type, *reason;
  char *patient, *clinician, *location; /* references where given, else the display */
  char *clinician_name;
} WireFhirAppointment;

gboolean wire_fhir_context_patients(const json_t *answer, GPtrArray **ret, GError **error);
/* MedicationRequest and MedicationStatement; active, on hold and intended ones. */
gboolean wire_fhir_context_medications(const json_t *answer, GPtrArray **ret, GError **error);
/* Also "no known allergies" as what it is: no entry. */
gboolean wire_fhir_context_allergies(const json_t *answer, GPtrArray **ret, GError **error);
gboolean wire_fhir_context_conditions(const json_t *answer, GPtrArray **ret, GError **error);
/* All of them, cancelled ones too. */
gboolean wire_fhir_context_appointments(const json_t *answer, GPtrArray **ret, GError **error);

/* All that a searchset says of allergies, conditions and medications is of this patient
 * ("Patient/12"): a server may pass over a parameter that it does not know.  BASE_ERROR_PROTOCOL
 * where anything is somebody else's, or nobody's. */
gboolean wire_fhir_context_about(const json_t *answer, const char *patient, GError **error);

/* The address of the next page of a searchset; NULL for none.  Belongs to `answer`. */
const char *wire_fhir_context_next(const json_t *answer);

/* Parameters for POST Patient/$match (onlyCertainMatches false): what is known of one.  Caller
 * frees. */
char *wire_fhir_context_match(const char *family, const char *given, const char *birth,
                              const char *sex, const char *identifier_system,
                              const char *identifier_value);

G_END_DECLS
#endif
