/* Hashed features of candidates, and of nothing else: what the model weighs. */
#ifndef GUICHET_SCRIBE_FEATURE_PRIVATE_H
#define GUICHET_SCRIBE_FEATURE_PRIVATE_H

#include "scribe/candidate.h"

#define SCRIBE_FEATURE_BITS 15u

void scribe_feature_fill(const ScribeSpeech *speech, GPtrArray *candidates);

#endif
