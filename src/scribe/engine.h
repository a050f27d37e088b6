/* The builtin engine with a model of the caller's, for training and measuring. */
#ifndef GUICHET_SCRIBE_ENGINE_PRIVATE_H
#define GUICHET_SCRIBE_ENGINE_PRIVATE_H

#include "guichet/scribe/builtin.h"
#include "scribe/model.h"

ScribeDraft *scribe_engine_draft(const ScribeModel *model, const ScribeTranscript *transcript,
                                 const char *template, const char *language,
                                 const ScribeContext *context);

#endif
