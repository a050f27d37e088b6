/* A signed note's Bundle, taken apart again: what it is about, and its entries as creates in order,
 * for servers without transactions.
 *
 *     wire_fhir_step_read(bytes, length, &steps, &error);
 *     for (i = 0; i < wire_fhir_step_count(steps); i++) {
 *       wire_fhir_step_request(steps, i, &type, &condition, &body);   // POST base/type,
 * If-None-Exist wire_fhir_step_placed(steps, i, "Patient/12");                // what the server
 * said
 *     } */
#ifndef GUICHET_WIRE_FHIR_STEP_H
#define GUICHET_WIRE_FHIR_STEP_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct WireFhirSteps WireFhirSteps;

/* BASE_ERROR_DATA where it is not a transaction Bundle of ours. */
gboolean wire_fhir_step_read(const char *bytes, gsize length, WireFhirSteps **ret, GError **error);
void wire_fhir_step_free(WireFhirSteps *steps);

/* The document: the system and value of its identifier, and the text that was signed. */
const char *wire_fhir_step_system(const WireFhirSteps *steps);
const char *wire_fhir_step_value(const WireFhirSteps *steps);
const char *wire_fhir_step_text(const WireFhirSteps *steps);
/* Where it was placed; "" before. */
const char *wire_fhir_step_place(const WireFhirSteps *steps);

guint wire_fhir_step_count(const WireFhirSteps *steps);
const char *wire_fhir_step_type(const WireFhirSteps *steps, guint index);
/* The note cannot do without it (its patient, its document, its Provenance …); the others are
 * discrete fields, which stand in the text as well. */
gboolean wire_fhir_step_needed(const WireFhirSteps *steps, guint index);
/* The resource with the references of the steps before it.  Of what was left out no reference
 * stays.  Caller frees *ret_condition ("identifier=…") and *ret_body.  BASE_ERROR_INTERNAL where an
 * entry it needs was not placed. */
gboolean wire_fhir_step_request(const WireFhirSteps *steps, guint index, char **ret_condition,
                                char **ret_body, GError **error);
void wire_fhir_step_placed(WireFhirSteps *steps, guint index, const char *reference);
void wire_fhir_step_left_out(WireFhirSteps *steps, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireFhirSteps, wire_fhir_step_free)

G_END_DECLS
#endif
