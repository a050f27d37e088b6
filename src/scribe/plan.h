/* Assessment and plan, by problem. */
#ifndef GUICHET_SCRIBE_PLAN_PRIVATE_H
#define GUICHET_SCRIBE_PLAN_PRIVATE_H

#include "scribe/note.h"

void scribe_plan_write(ScribeNote *note);

/* The problem that a unit opens ("for your second problem of diabetes"): its words [*ret_from,
 * *ret_to). */
gboolean scribe_plan_problem(const ScribeUnit *unit, gboolean french, int *ret_from, int *ret_to);

#endif
