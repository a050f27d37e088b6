/* FHIR R4 resources of one note, as JSON; used by fhir.c only.  Each gives a new reference. */
#ifndef GUICHET_WIRE_RESOURCE_H
#define GUICHET_WIRE_RESOURCE_H

#include "guichet/wire/fhir.h"

G_BEGIN_DECLS

/* The places in the transaction that other entries point to ("urn:uuid:…"). */
typedef struct {
  char *patient, *practitioner, *device, *encounter, *document, *composition;
} WireLinks;

/* An engine drafted it; else a person wrote all of it. */
gboolean wire_resource_is_drafted(const WireNote *note);

json_t *wire_resource_patient(const WireNote *note);
json_t *wire_resource_practitioner(const WireNote *note);
json_t *wire_resource_device(const WireNote *note); /* NULL where no engine drafted it */
json_t *wire_resource_encounter(const WireNote *note, const WireLinks *links);
json_t *wire_resource_document(const WireNote *note, const WireLinks *links);
json_t *wire_resource_composition(const WireNote *note, const WireLinks *links);
json_t *wire_resource_provenance(const WireNote *note, const WireLinks *links,
                                 json_t *targets_taken);

/* The discrete fields: one resource for entry `index` of `fields->group`; NULL when the entry says
 * too little. */
json_t *wire_resource_condition(const WireNote *note, const WireLinks *links, const json_t *field,
                                guint index);
json_t *wire_resource_medication(const WireNote *note, const WireLinks *links, const json_t *field,
                                 guint index);
json_t *wire_resource_allergy(const WireNote *note, const WireLinks *links, const json_t *field,
                              guint index);
json_t *wire_resource_observation(const WireNote *note, const WireLinks *links, const json_t *field,
                                  guint index);
json_t *wire_resource_order(const WireNote *note, const WireLinks *links, const json_t *field,
                            guint index);
/* All of "plan" in one CarePlan; NULL when it is empty. */
json_t *wire_resource_care_plan(const WireNote *note, const WireLinks *links, const json_t *plan);

/* "<base>/<what>", the system of our identifiers; and the value of the index-th thing of an item.
 */
char *wire_resource_system(const WireNote *note, const char *what);

G_END_DECLS
#endif
