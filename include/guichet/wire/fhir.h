/* FHIR R4: one transaction Bundle a signed note. */
#ifndef GUICHET_WIRE_FHIR_H
#define GUICHET_WIRE_FHIR_H

#include <glib.h>
#include <jansson.h>

#include "guichet/wire/code.h"

G_BEGIN_DECLS

/* What a note does to one that was sent before. */
typedef enum {
  WIRE_NOTE_NEW,
  WIRE_NOTE_APPENDS, /* an addendum: the other one stands */
  WIRE_NOTE_EDITS,   /* the other one was not final yet */
  WIRE_NOTE_REPLACES /* the other one is superseded */
} WireNoteRelation;

/* Plain values; strings may be NULL or "" where unknown. */
typedef struct {
  const char *clinic_name,
      *identifier_base;        /* "urn:guichet:<clinic id>", the system of our identifiers */
  gint64 item, visit, patient; /* visit 0: of none, and there is no Encounter */
  gboolean letter;             /* a letter, not a note of progress */
  WireNoteRelation relation;
  gint64 other;              /* the item that it appends to, edits or replaces */
  const char *record_system; /* what the EHR calls its own record numbers (a URI), where the clinic
                                uses them: then the patient is known there by that number */
  const char *family, *given, *birth, *sex, *record, *phone, *mail, *patient_language;
  const char
      *patient_reference; /* "Patient/12": the EHR's record of them, as a person said; NULL or
                             "": the one with their identifiers, made where there is none */
  const char *clinician_title, *clinician_name; /* who signed: the verifier */
  gint64 clinician;
  gint64 visit_at, signed_at; /* microseconds */
  const char *visit_kind, *visit_kind_title;
  const char *language, *title;                     /* of the note */
  const char *text;                                 /* exactly what was signed */
  const char *digest_hex;                           /* of the signature */
  const char *engine_name, *engine_version, *model; /* the assembler */
  const json_t *sections;                           /* [{"title","text"}…] of the signed text */
  const json_t *fields;                             /* a draft's "fields" (scribe/draft.h) */
  const WireCodes *codes; /* what of the fields goes out coded; NULL: nothing */
  const char *ai_label;   /* security label of the Provenance; NULL: CLINAST_AIRPT, "": none */
} WireNote;

/* Patient (by identifier), Encounter, Practitioner, Device (the engine), DocumentReference with the
 * text, Composition, Condition, MedicationStatement, AllergyIntolerance, Observation,
 * ServiceRequest, CarePlan and Provenance (the engine as assembler, the signer as verifier), each
 * with ifNoneExist on an identifier of ours, so that sending it twice adds nothing.  Deterministic:
 * the same values give the same bytes.  Caller frees *ret. */
gboolean wire_fhir_note(const WireNote *note, char **ret, gsize *ret_length, GError **error);

G_END_DECLS
#endif
