/* ROUGE-1, ROUGE-2 and ROUGE-LSum (F1) as the rouge_score package counts them without stemming. */
#ifndef GUICHET_BENCH_ROUGE_H
#define GUICHET_BENCH_ROUGE_H

#include <glib.h>

typedef struct {
  double one, two, lsum; /* 0 to 100 */
} Rouge;

Rouge rouge_score(const char *reference, const char *candidate);

#endif
