/* How well a statement reads, as figures: what a clinician would have to mend first. */
#ifndef GUICHET_BENCH_SCRIBE_LINT_H
#define GUICHET_BENCH_SCRIBE_LINT_H

#include "guichet/scribe/draft.h"

typedef enum {
  LINT_NO_VERB,  /* in a history, where sentences stand */
  LINT_REPORTS,  /* "reports in both calves", "reports they help" */
  LINT_DANGLING, /* ends on "the", "with", "and" */
  LINT_REPEATED, /* the same words twice in a draft */
  LINT_FIRST,    /* the patient still says "I" or "my" */
  LINT_N,
} LintKind;

typedef struct {
  double n[LINT_N];
  double statements, spoiled; /* spoiled: by one kind or more */
} Lint;

/* Adds an English draft's statements. */
void lint_add(Lint *lint, const ScribeDraft *draft);
void lint_print(const Lint *lint);

#endif
