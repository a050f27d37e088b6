/* What a template changes: sections of its own, and their order. */
#ifndef GUICHET_SCRIBE_LAYOUT_PRIVATE_H
#define GUICHET_SCRIBE_LAYOUT_PRIVATE_H

#include "guichet/scribe/draft.h"

/* TRUE when there is a template of that name. */
gboolean scribe_layout_known(const char *name);

/* Moves the statements that the draft's template gathers elsewhere, and orders the sections. */
void scribe_layout_apply(ScribeDraft *draft);

#endif
