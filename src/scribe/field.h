/* Discrete fields of a draft, read from its own statements. */
#ifndef GUICHET_SCRIBE_FIELD_PRIVATE_H
#define GUICHET_SCRIBE_FIELD_PRIVATE_H

#include "guichet/scribe/check.h"

/* Fills problems, medications, allergies, vitals, orders and plan; each entry has the evidence of
 * the statement that it was read from. */
void scribe_field_fill(const ScribeLexicon *lexicon, ScribeDraft *draft);

#endif
