/* Makes the builtin engine's weights: train_scribe TRAIN.jsonl MODEL; or, with --folds N, says what
 * they are worth on visits that were left out. */
#include <stdio.h>
#include <string.h>

#include "guichet/base/file.h"
#include "scribe/engine.h"
#include "scribe/learn.h"
#include "scribe/table.h"

typedef struct {
  GPtrArray *visits, *lessons;
  gboolean *use;
  Reliability reliability;
} School;

/* Each fold's visits are drafted by weights that never saw them. */
static void
fold(School *school, guint folds, guint k, BenchTable *table)
{
  for (guint i = 0; i < school->lessons->len; i++)
    school->use[i] = i % folds != k;
  g_autoptr(ScribeModel) model = learn_train(school->lessons, school->use);
  for (guint i = k; i < school->lessons->len; i += folds) {
    const Visit *v = g_ptr_array_index(school->visits, i);
    learn_measure(model, g_ptr_array_index(school->lessons, i), &school->reliability);
    if (table == NULL)
      continue;
    ScribeEngineRequest request = {"soap", "en", NULL, NULL};
    g_autoptr(ScribeDraft) d = scribe_engine_draft(model, v->transcript, &request);
    bench_table_add(table, v, d->text);
    if (g_getenv("TRAIN_SHOW") != NULL && strcmp(g_getenv("TRAIN_SHOW"), v->id) == 0)
      printf("%s\n----\n%s\n", d->text, v->note);
  }
}

static int
cross_validate(School *school, guint folds)
{
  BenchTable table;
  memset(&table, 0, sizeof table);
  for (guint k = 0; k < folds; k++)
    fold(school, folds, k, &table);
  bench_table_print(&table);
  for (guint b = 0; b < SCRIBE_MODEL_BINS; b++)
    printf("score %.1f: %6.0f candidates, %.3f right\n", b / 10.0, school->reliability.sum[b],
           school->reliability.right[b] / MAX(school->reliability.sum[b], 1));
  return 0;
}

/* The calibration comes from folds too: on what it has seen, a model is too sure. */
static int
make_model(School *school, const char *path)
{
  g_autoptr(GError) error = NULL;
  for (guint k = 0; k < 4; k++)
    fold(school, 4, k, NULL);
  g_autoptr(ScribeModel) model = learn_train(school->lessons, NULL);
  double last = 0;
  for (guint b = 0; b < SCRIBE_MODEL_BINS; b++) {
    const Reliability *r = &school->reliability;
    double share = (r->right[b] + 2.0 * (b + 0.5) / SCRIBE_MODEL_BINS) / (r->sum[b] + 2.0);
    last = model->calibration[b] = MAX(last, share);
  }
  g_autoptr(GByteArray) bytes = scribe_model_to_bytes(model);
  if (!base_file_write(path, bytes->data, bytes->len, &error)) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  printf("%s: %u bytes\n", path, bytes->len);
  return 0;
}

int
main(int argc, char **argv)
{
  gboolean folds = argc == 4 && strcmp(argv[1], "--folds") == 0;
  if (argc != 3 && !folds) {
    fprintf(stderr, "usage: train_scribe TRAIN.jsonl MODEL | --folds N TRAIN.jsonl\n");
    return 64;
  }
  School school = {.visits = visit_read(argv[folds ? 3 : 1])};
  if (school.visits == NULL)
    return 66;
  school.lessons = g_ptr_array_new_with_free_func((GDestroyNotify)learn_free);
  for (guint i = 0; i < school.visits->len; i++)
    g_ptr_array_add(school.lessons, learn_prepare(g_ptr_array_index(school.visits, i)));
  school.use = g_new0(gboolean, school.lessons->len);
  int status = folds ? cross_validate(&school, (guint)g_ascii_strtoull(argv[2], NULL, 10))
                     : make_model(&school, argv[2]);
  g_free(school.use);
  g_ptr_array_unref(school.lessons);
  g_ptr_array_unref(school.visits);
  return status;
}
