/* Findings with what became of them, as they are stored and attested. */
#ifndef GUICHET_CLINIC_FINDING_H
#define GUICHET_CLINIC_FINDING_H

#include "guichet/clinic/review.h"
#include "guichet/store/item.h"

void clinic_finding_free(ClinicFinding *finding);

/* GPtrArray of ClinicFinding from a GPtrArray of ScribeFinding, which gives its elements up. */
GPtrArray *clinic_finding_wrap(GPtrArray *findings_taken);

/* Overrides of `old` that still stand in `fresh`, word for word, are kept. */
void clinic_finding_keep(GPtrArray *fresh, const GPtrArray *old);

/* The same finding, wherever it stands now: kind, severity, words and length. */
gboolean clinic_finding_same(const ScribeFinding *a, const ScribeFinding *b);

json_t *clinic_finding_to_json(const GPtrArray *findings);
gboolean clinic_finding_from_json(const char *text, GPtrArray **ret, GError **error);

/* Counts the open ones into the item. */
void clinic_finding_count(const GPtrArray *findings, StoreItem *item);

#endif
