/* Which language was spoken. */
#ifndef GUICHET_SCRIBE_LANGUAGE_PRIVATE_H
#define GUICHET_SCRIBE_LANGUAGE_PRIVATE_H

#include "guichet/scribe/transcript.h"

/* "en" or "fr", by the little words; "en" where nothing tells. */
const char *scribe_language_guess(const ScribeTranscript *transcript);

#endif
