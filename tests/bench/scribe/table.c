#include "scribe/table.h"

#include <stdio.h>
#include <string.h>

static const char *const SOURCES[BENCH_SOURCES] = {"aci-bench", "primock57", "mts-dialog"};

void
bench_table_add(BenchTable *t, const Visit *v, const char *text)
{
  for (gsize s = 0; s < G_N_ELEMENTS(SOURCES); s++)
    if (strcmp(v->source, SOURCES[s]) == 0) {
      Rouge r = rouge_score(v->note, text);
      g_auto(GStrv) mine = visit_tokens(text);
      g_auto(GStrv) theirs = visit_tokens(v->note);
      t->sum[s].one += r.one;
      t->sum[s].two += r.two;
      t->sum[s].lsum += r.lsum;
      t->words[s] += g_strv_length(mine);
      t->wanted[s] += g_strv_length(theirs);
      t->n[s]++;
    }
}

void
bench_table_print(const BenchTable *t)
{
  printf("%-12s %5s %8s %8s %8s %8s %8s\n", "source", "n", "ROUGE-1", "ROUGE-2", "LSum", "words",
         "wanted");
  for (gsize s = 0; s < G_N_ELEMENTS(SOURCES); s++)
    if (t->n[s] > 0)
      printf("%-12s %5u %8.2f %8.2f %8.2f %8.1f %8.1f\n", SOURCES[s], t->n[s],
             t->sum[s].one / t->n[s], t->sum[s].two / t->n[s], t->sum[s].lsum / t->n[s],
             t->words[s] / t->n[s], t->wanted[s] / t->n[s]);
}
