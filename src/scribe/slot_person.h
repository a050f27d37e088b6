#ifndef SCRIBE_SLOT_PERSON_H
#define SCRIBE_SLOT_PERSON_H
#include "scribe/suspect.h"
/* The sex a note gives, against its own pronouns and what was said. */
void scribe_slot_person_find(ScribeSuspectRun *run);
#endif
