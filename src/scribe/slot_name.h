#ifndef SCRIBE_SLOT_NAME_H
#define SCRIBE_SLOT_NAME_H
#include "scribe/suspect.h"
/* Drugs and parts of the body by name. */
void scribe_slot_name_find(ScribeSuspectRun *run);

/* Whether one part belongs to the other, or they are the same. */
gboolean scribe_slot_name_kin(const ScribeLexiconEntry *a, const ScribeLexiconEntry *b);
#endif
