/* What the builtin engine's drafts are worth on visits with a note: ROUGE by source, processor time
 * a visit, and how far its confidences can be believed. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "guichet/scribe/builtin.h"
#include "scribe/lint.h"
#include "scribe/table.h"

#define BINS 10u
#define RIGHT 0.5 /* a statement of which half stands in the note counts as right */

typedef struct {
  BenchTable table;
  Lint lint;
  GArray *times; /* of double, ms */
  double sum[BINS], confidence[BINS], right[BINS];
  guint blocks, warnings, statements;
  ScribeLexicon *lexicon;
} Bench;

static double
cpu_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_value(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void
judge(Bench *b, const Visit *v, const ScribeDraft *d)
{
  for (guint i = 0; i < d->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(d->sections, i);
    for (guint j = 0; j < s->statements->len; j++) {
      const ScribeStatement *t = g_ptr_array_index(s->statements, j);
      guint bin = MIN((guint)(t->confidence * BINS), BINS - 1);
      b->statements++;
      b->sum[bin]++;
      b->confidence[bin] += t->confidence;
      b->right[bin] += visit_worth(v, t->text) >= RIGHT;
    }
  }
  for (guint i = 0; i < d->findings->len; i++) {
    const ScribeFinding *f = g_ptr_array_index(d->findings, i);
    b->blocks += f->severity == SCRIBE_SEVERITY_BLOCK;
    b->warnings += f->severity == SCRIBE_SEVERITY_WARN;
    if (g_getenv("BENCH_FINDINGS") != NULL) {
      g_autofree char *cut = g_utf8_substring(d->text, f->start, f->end);
      printf("%s %s %s: \"%s\" %s\n", v->id, scribe_finding_severity_word(f->severity),
             scribe_finding_kind_word(f->kind), cut, f->message);
    }
  }
}

static gboolean
run(Bench *b, const Visit *v)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ScribeDraft) d = NULL;
  double start = cpu_ms();
  if (!scribe_builtin_draft(b->lexicon, v->transcript, "soap", NULL, &d, &error)) {
    fprintf(stderr, "%s: %s\n", v->id, error->message);
    return FALSE;
  }
  double took = cpu_ms() - start;
  g_array_append_val(b->times, took);
  bench_table_add(&b->table, v, d->text);
  judge(b, v, d);
  lint_add(&b->lint, d);
  if (g_strcmp0(g_getenv("BENCH_SHOW"), v->id) == 0)
    printf("%s\n----\n%s\n----\n", d->text, v->note);
  return TRUE;
}

static void
report(Bench *b)
{
  bench_table_print(&b->table);
  g_array_sort(b->times, by_value);
  printf("\nCPU a visit: median %.2f ms, worst %.2f ms\n",
         g_array_index(b->times, double, b->times->len / 2),
         g_array_index(b->times, double, b->times->len - 1));
  printf("findings in its own drafts: %u block, %u warn, in %u statements\n", b->blocks,
         b->warnings, b->statements);
  lint_print(&b->lint);
  printf("\n%-12s %10s %10s %10s\n", "confidence", "statements", "said", "right");
  for (guint i = 0; i < BINS; i++)
    if (b->sum[i] > 0)
      printf("%.1f to %.1f   %10.0f %10.3f %10.3f\n", i / (double)BINS, (i + 1) / (double)BINS,
             b->sum[i], b->confidence[i] / b->sum[i], b->right[i] / b->sum[i]);
}

int
main(int argc, char **argv)
{
  if (argc != 2 || !g_file_test(argv[1], G_FILE_TEST_EXISTS)) {
    printf("bench-draft: skipped, there is no file of visits%s%s\n", argc == 2 ? ": " : "",
           argc == 2 ? argv[1] : "");
    return 0;
  }
  Bench b;
  memset(&b, 0, sizeof b);
  b.times = g_array_new(FALSE, FALSE, sizeof(double));
  g_autoptr(GPtrArray) visits = visit_read(argv[1]);
  g_autoptr(GError) error = NULL;
  if (!scribe_lexicon_load(NULL, &b.lexicon, &error))
    fprintf(stderr, "%s\n", error->message);
  gboolean ok = b.lexicon != NULL && visits != NULL && visits->len > 0;
  for (guint i = 0; ok && i < visits->len; i++)
    ok = run(&b, g_ptr_array_index(visits, i));
  if (ok)
    report(&b);
  g_array_unref(b.times);
  scribe_lexicon_free(b.lexicon);
  return ok ? 0 : 1;
}
