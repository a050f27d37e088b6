#ifndef SCRIBE_SLOT_POLARITY_H
#define SCRIBE_SLOT_POLARITY_H
#include "scribe/suspect.h"
/* What a note denies or affirms, stretch by stretch, against how it was said. */
void scribe_slot_polarity_find(ScribeSuspectRun *run);
#endif
