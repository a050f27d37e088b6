#ifndef SCRIBE_SLOT_SUPPORT_H
#define SCRIBE_SLOT_SUPPORT_H
#include "scribe/suspect.h"
/* One suspect a sentence: does anything that was said carry it?  Fills run->support. */
void scribe_slot_support_find(ScribeSuspectRun *run);
#endif
