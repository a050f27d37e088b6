/* Learns the engine's weights from visits and their notes. */
#ifndef GUICHET_BENCH_LEARN_H
#define GUICHET_BENCH_LEARN_H

#include "scribe/model.h"
#include "scribe/visit.h"

typedef struct Lesson Lesson; /* a visit's candidates with what they were worth */

Lesson *learn_prepare(const Visit *visit);
void learn_free(Lesson *lesson);

/* Weights from the lessons that `use` (one flag a lesson, NULL for all).  The same lessons give the
 * same bytes. */
ScribeModel *learn_train(const GPtrArray *lessons, const gboolean *use);

/* Sets the model's calibration from lessons that it did not see: flags as above. */
typedef struct {
  double sum[SCRIBE_MODEL_BINS], right[SCRIBE_MODEL_BINS];
} Reliability;
void learn_measure(const ScribeModel *model, const Lesson *lesson, Reliability *into);

#endif
