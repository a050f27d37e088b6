/* The table of the checks: recall by kind of injected error, false alarms on clean notes, time.
 *
 *   scribe_checks FOLDER [PART]    FOLDER holds visits/ and checks/; PART 0 to 4: that fifth only
 *
 * A hit is a finding of severity block or warn that overlaps the error. */
#include <stdlib.h>

#include "visit_data.h"

#include "guichet/scribe/check.h"

static const char *const KINDS[] = {"demographics", "drug",       "negation",
                                    "number",       "fabricated", "duration",
                                    "body_part",    "laterality", "unit"};

typedef struct {
  guint rows[G_N_ELEMENTS(KINDS)], hits[G_N_ELEMENTS(KINDS)];
  guint sentences, loud, blocks;
  guint by_kind[SCRIBE_FINDING_N];
  GArray *times; /* of gint64, µs */
} Table;

static gboolean
hits(const GPtrArray *findings, guint start, guint end)
{
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    if (f->severity != SCRIBE_SEVERITY_INFO && f->start < end && f->end > start)
      return TRUE;
  }
  return FALSE;
}

static void
count_clean(Table *table, const GPtrArray *findings, const char *note)
{
  table->sentences += visit_data_sentences(note);
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    table->loud += f->severity != SCRIBE_SEVERITY_INFO;
    table->blocks += f->severity == SCRIBE_SEVERITY_BLOCK;
    table->by_kind[f->kind] += f->severity != SCRIBE_SEVERITY_INFO;
  }
}

static void
measure(const ScribeLexicon *lexicon, const VisitData *data, const json_t *row, Table *table)
{
  const char *id = json_string_value(json_object_get(row, "encounter"));
  const char *kind = json_string_value(json_object_get(row, "kind"));
  const char *note = json_string_value(json_object_get(row, "note"));
  const ScribeTranscript *transcript = g_hash_table_lookup(data->visits, id);
  g_autoptr(GPtrArray) findings = NULL;
  gint64 began = g_get_monotonic_time();
  if (transcript == NULL || !scribe_check_note(lexicon, transcript, note, NULL, &findings, NULL)) {
    fprintf(stderr, "scribe_checks: %s cannot be checked\n", id);
    exit(1);
  }
  gint64 took = g_get_monotonic_time() - began;
  g_array_append_val(table->times, took);
  if (strcmp(kind, "clean") == 0)
    count_clean(table, findings, note);
  const json_t *span = json_object_get(row, "span");
  for (guint k = 0; k < G_N_ELEMENTS(KINDS) && json_is_array(span); k++)
    if (strcmp(kind, KINDS[k]) == 0) {
      table->rows[k]++;
      table->hits[k] += hits(findings, (guint)json_integer_value(json_array_get(span, 0)),
                             (guint)json_integer_value(json_array_get(span, 1)));
    }
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

static void
print(Table *table)
{
  guint rows = 0, hit = 0;
  printf("checks: recall by kind of injected error\n");
  for (guint k = 0; k < G_N_ELEMENTS(KINDS); k++) {
    printf("  %-14s %4u of %4u  %5.1f %%\n", KINDS[k], table->hits[k], table->rows[k],
           table->rows[k] > 0 ? 100.0 * table->hits[k] / table->rows[k] : 0);
    rows += table->rows[k];
    hit += table->hits[k];
  }
  printf("  %-14s %4u of %4u  %5.1f %%\n", "all", hit, rows, rows > 0 ? 100.0 * hit / rows : 0);
  double per = table->sentences > 0 ? 100.0 / table->sentences : 0;
  printf("clean notes: %.2f block or warn, %.2f block in 100 sentences (%u sentences)\n ",
         table->loud * per, table->blocks * per, table->sentences);
  for (guint k = 0; k < SCRIBE_FINDING_N; k++)
    if (table->by_kind[k] > 0)
      printf(" %s %.2f", scribe_finding_kind_word((ScribeFindingKind)k), table->by_kind[k] * per);
  g_array_sort(table->times, by_time);
  guint n = table->times->len;
  printf("\ntime a note: median %.2f ms, p99 %.2f ms\n",
         n > 0 ? (double)g_array_index(table->times, gint64, n / 2) / 1000 : 0,
         n > 0 ? (double)g_array_index(table->times, gint64, n * 99 / 100) / 1000 : 0);
}

int
main(int argc, char **argv)
{
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(GError) error = NULL;
  VisitData data;
  if (argc < 2 || !visit_data_read(argv[1], &data)) {
    printf("checks: skipped, there are no visits in %s\n", argc < 2 ? "(none named)" : argv[1]);
    return 0;
  }
  if (!scribe_lexicon_load(NULL, &lexicon, &error)) {
    fprintf(stderr, "scribe_checks: %s\n", error->message);
    return 65;
  }
  int part = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : -1;
  Table table = {.times = g_array_new(FALSE, FALSE, sizeof(gint64))};
  for (guint i = 0; i < data.rows->len; i++) {
    const char *id = json_string_value(json_object_get(data.rows->pdata[i], "encounter"));
    if (part < 0 || visit_data_part(id, 5) == (guint)part)
      measure(lexicon, &data, data.rows->pdata[i], &table);
  }
  print(&table);
  g_array_unref(table.times);
  visit_data_clear(&data);
  return 0;
}
