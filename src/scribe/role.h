/* Who speaks, guessed from the name a transcript gives. */
#ifndef SCRIBE_ROLE_H
#define SCRIBE_ROLE_H

#include "guichet/scribe/transcript.h"

/* "Dr. Martin", "doctor_2", "infirmière" → clinician; "patiente" → patient; "guest_family",
 * "mother" → other; a plain name → unknown. */
ScribeRole scribe_role_guess(const char *speaker);

#endif
