/* The small model: linear weights over hashed features.  One output says how much of a candidate
 * belongs in a note, the others which section it belongs to. */
#ifndef GUICHET_SCRIBE_MODEL_PRIVATE_H
#define GUICHET_SCRIBE_MODEL_PRIVATE_H

#include "scribe/candidate.h"
#include "scribe/feature.h"

typedef enum {
#define SECTION(id, word, en, fr) SCRIBE_SECTION_##id,
#include "scribe/section.def"
#undef SECTION
  SCRIBE_SECTION_N
} ScribeSectionKind;

#define SCRIBE_MODEL_OUTPUTS (1u + SCRIBE_SECTION_N)
#define SCRIBE_MODEL_ROWS (1u << SCRIBE_FEATURE_BITS)
#define SCRIBE_MODEL_BINS 10u

typedef struct {
  float *weights;                        /* [row][output]; output 0 is the score */
  double calibration[SCRIBE_MODEL_BINS]; /* of scores in each tenth: the share that was right */
} ScribeModel;

ScribeModel *scribe_model_new(void);
void scribe_model_free(ScribeModel *model);

/* One file, little-endian 16-bit weights: see scribe_model_to_bytes(). */
gboolean scribe_model_from_bytes(const char *name, const guint8 *bytes, gsize length,
                                 ScribeModel **ret, GError **error);
GByteArray *scribe_model_to_bytes(const ScribeModel *model);

/* The shipped one, read once; NULL and an error where it cannot be. */
const ScribeModel *scribe_model_shipped(GError **error);

/* Sets score, section and confidence. */
void scribe_model_weigh(const ScribeModel *model, ScribeCandidate *candidate);

double scribe_model_sigmoid(double x);
void scribe_model_raw(const ScribeModel *model, const ScribeCandidate *candidate, double *ret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScribeModel, scribe_model_free)

#endif
