/* What each mention in the transcript says of a stretch of the note: whether what it names was
 * denied, affirmed, told or only asked. */
#ifndef SCRIBE_WITNESS_H
#define SCRIBE_WITNESS_H

#include "scribe/suspect.h"

/* Fills features WITNESS_FIRST to WITNESS_LAST of a stretch that denies or affirms. */
#define WITNESS_FIRST 40u
#define WITNESS_LAST 59u
void scribe_witness_hear(const ScribeSuspectRun *run, guint first, guint last, gboolean denied,
                         ScribeSuspect *suspect);

#endif
