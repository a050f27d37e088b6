/* The builtin engine with a model of the caller's, for training and measuring. */
#ifndef GUICHET_SCRIBE_ENGINE_PRIVATE_H
#define GUICHET_SCRIBE_ENGINE_PRIVATE_H

#include "guichet/scribe/builtin.h"
#include "scribe/model.h"

typedef struct {
  const char *template, *language;
  const ScribeContext *context; /* may be NULL */
  const GArray *wanted;         /* of ScribeEvidence that must be written of; may be NULL */
} ScribeEngineRequest;

ScribeDraft *scribe_engine_draft(const ScribeModel *model, const ScribeTranscript *transcript,
                                 const ScribeEngineRequest *request);

#endif
