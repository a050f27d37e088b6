/* One wrong thing put into a note, for learning: another number, unit, drug, part, side, a denial
 * turned round.  The places are those that the transcript carries, so that each is an error to be
 * found. */
#ifndef GUICHET_TESTS_BENCH_CHECKS_MUTATE_H
#define GUICHET_TESTS_BENCH_CHECKS_MUTATE_H

#include "scribe/suspect.h"

typedef struct {
  guint32 seed;
  GPtrArray *drugs, *bodies; /* of char *: names as notes write them */
} Mutate;

typedef struct {
  char *note;
  guint start, end; /* code points of what was put in */
} Mutation;

void checks_mutate_init(Mutate *mutate);
void checks_mutate_clear(Mutate *mutate);

/* Remembers the names that a note uses. */
void checks_mutate_see(Mutate *mutate, const char *note, const ScribeReading *reading);

/* An error in the place of a suspect; FALSE where none can be made. */
gboolean checks_mutate_make(Mutate *mutate, const char *note, const ScribeReading *reading,
                            const ScribeSuspect *suspect, Mutation *ret);

#endif
