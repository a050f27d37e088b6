/* ROUGE by source. */
#ifndef GUICHET_BENCH_TABLE_H
#define GUICHET_BENCH_TABLE_H

#include "scribe/rouge.h"
#include "scribe/visit.h"

#define BENCH_SOURCES 3u

typedef struct {
  Rouge sum[BENCH_SOURCES];
  double words[BENCH_SOURCES], wanted[BENCH_SOURCES];
  guint n[BENCH_SOURCES];
} BenchTable;

void bench_table_add(BenchTable *table, const Visit *visit, const char *text);
void bench_table_print(const BenchTable *table);

#endif
