/* How the checks weigh a place, learned: a logistic regression, and small trees that correct it. */
#ifndef GUICHET_TESTS_BENCH_CHECKS_MODEL_H
#define GUICHET_TESTS_BENCH_CHECKS_MODEL_H

#include "scribe/suspect.h"

typedef struct {
  double f[SUSPECT_FEATURES];
  double weight;
  gboolean wrong, made; /* an error; one that the program put in itself */
  double z;             /* log-odds so far */
  guint8 bin[SUSPECT_FEATURES];
  guint8 node;
  guint8 fold; /* of its visit */
} ChecksSample;

typedef struct {
  double w[SUSPECT_FEATURES];
  double trees[SUSPECT_TREES][SUSPECT_TREE_NUMBERS];
} ChecksModel;

/* `samples` are of ChecksSample; their z, bin and node are written over. */
void checks_model_learn(GArray *samples, ChecksModel *model);

/* How likely it is an error, 0 to 1. */
double checks_model_answer(const ChecksModel *model, const ChecksSample *sample);

#endif
