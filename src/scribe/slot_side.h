#ifndef SCRIBE_SLOT_SIDE_H
#define SCRIBE_SLOT_SIDE_H
#include "scribe/suspect.h"
/* Left, right and both. */
void scribe_slot_side_find(ScribeSuspectRun *run);
#endif
