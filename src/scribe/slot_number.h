#ifndef SCRIBE_SLOT_NUMBER_H
#define SCRIBE_SLOT_NUMBER_H
#include "scribe/suspect.h"
/* Numbers, units, lengths of time and ages. */
void scribe_slot_number_find(ScribeSuspectRun *run);
#endif
