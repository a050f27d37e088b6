/* Where a statement belongs by what a clinician's words are for, whatever the model took them for.
 */
#ifndef GUICHET_SCRIBE_PLACE_PRIVATE_H
#define GUICHET_SCRIBE_PLACE_PRIVATE_H

#include "scribe/candidate.h"

/* Moves an English candidate that the model has weighed to the section that its form asks for, and
 * makes sure that orders, vital signs and findings are not left out. */
void scribe_place_mend(const ScribeSpeech *speech, ScribeCandidate *c);

#endif
