/* The table of the checks: recall by kind of injected error, false alarms on clean notes, time.
 *
 *   scribe_checks FOLDER [PART]          FOLDER holds visits/ and checks/; PART 0 to 4: that fifth
 * only scribe_checks FOLDER cross DIR       each fifth by the tables in DIR/0 to DIR/4, learned
 * without it scribe_checks FOLDER unseen DIR ROWS the notes of valid.jsonl, and the errors in ROWS,
 * by the tables in DIR/5, learned without these visits
 *
 * A hit is a finding of severity block or warn that overlaps the error.  With GUICHET_SHOW=KIND the
 * errors of that kind that were missed, with =FINDING the false alarms of that kind are listed. */
#include <stdlib.h>

#include "visit_data.h"

#include "guichet/scribe/check.h"
#include "scribe/polarity.h"
#include "scribe/suspect.h"

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
show(const char *what, const char *id, const char *note, guint start, guint end, const char *why)
{
  glong length = g_utf8_strlen(note, -1);
  guint from = start > 90 ? start - 90 : 0, to = MIN((guint)length, end + 60);
  g_autofree char *before = g_utf8_substring(note, from, start);
  g_autofree char *inside = g_utf8_substring(note, start, end);
  g_autofree char *after = g_utf8_substring(note, end, to);
  g_autofree char *line = g_strconcat(before, "[[", inside, "]]", after, NULL);
  g_strdelimit(line, "\n\r\t", ' ');
  printf("%s %s: %s\n    %s\n", what, id, line, why);
}

/* What was said around a place, each word with its polarity. */
static void
marked(const ScribeReading *said, gint at, GString *to)
{
  g_string_append(to, "\n    ");
  for (gint i = MAX(0, at - 30); at >= 0 && i < at + 40 && i < (gint)said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(said, (guint)i);
    if (i > 0 && token->turn != scribe_reading_token(said, (guint)i - 1)->turn)
      g_string_append(to, " | ");
    g_string_append_printf(to, " %s%s%s",
                           token->polarity < 0   ? "-"
                           : token->polarity > 0 ? "+"
                                                 : "",
                           token->asked ? "?" : "", scribe_reading_word(said, (guint)i));
  }
}

/* The places that were weighed there, with their features. */
static char *
explain(const ScribeLexicon *lexicon, const ScribeTranscript *transcript, const char *note,
        guint start, guint end)
{
  g_autoptr(ScribeIndex) index = scribe_index_new(lexicon, transcript);
  g_autoptr(ScribeReading) reading = scribe_reading_new(lexicon);
  scribe_reading_add(reading, 0, note);
  scribe_reading_finish(reading);
  scribe_polarity_mark(reading);
  guint unread = 0;
  g_autoptr(GArray) found = scribe_suspect_find(index, reading, &unread);
  GString *why = g_string_new(NULL);
  for (guint i = 0; i < found->len; i++) {
    const ScribeSuspect *c = &g_array_index(found, ScribeSuspect, i);
    if (scribe_reading_token(reading, c->first)->start >= end ||
        scribe_reading_token(reading, c->last)->end <= start)
      continue;
    g_string_append_printf(why, "%s %.3f:", scribe_suspect_word(c->slot),
                           scribe_suspect_score(lexicon, c));
    for (guint k = 1; k < SUSPECT_FEATURES; k++)
      if (c->f[k] != 0)
        g_string_append_printf(why, " %u=%.2f", k, c->f[k]);
    g_string_append(why, "; ");
    if (c->kind == SCRIBE_FINDING_NEGATION && g_getenv("GUICHET_MARKED") != NULL)
      marked(index->said, MAX(c->said_other, c->said), why);
  }
  return g_string_free(why, FALSE);
}

static void
show_alarms(const char *id, const char *note, const GPtrArray *findings)
{
  const char *wanted = g_getenv("GUICHET_SHOW");
  for (guint i = 0; i < findings->len && wanted != NULL; i++) {
    const ScribeFinding *f = findings->pdata[i];
    const char *severity = scribe_finding_severity_word(f->severity);
    gboolean loud = f->severity != SCRIBE_SEVERITY_INFO;
    if ((loud && strcmp(wanted, scribe_finding_kind_word(f->kind)) == 0) ||
        strcmp(wanted, severity) == 0)
      show(severity, id, note, f->start, f->end, f->message);
  }
}

static void
measure_error(const ScribeLexicon *lexicon, const ScribeTranscript *transcript, const json_t *row,
              const GPtrArray *findings, Table *table)
{
  const char *kind = json_string_value(json_object_get(row, "kind"));
  const char *note = json_string_value(json_object_get(row, "note"));
  const json_t *span = json_object_get(row, "span");
  if (!json_is_array(span))
    return;
  guint start = (guint)json_integer_value(json_array_get(span, 0));
  guint end = (guint)json_integer_value(json_array_get(span, 1));
  for (guint k = 0; k < G_N_ELEMENTS(KINDS); k++)
    if (strcmp(kind, KINDS[k]) == 0) {
      gboolean hit = hits(findings, start, end);
      table->rows[k]++;
      table->hits[k] += hit;
      if (g_strcmp0(g_getenv("GUICHET_SHOW"), "scores") == 0) {
        g_autofree char *why = explain(lexicon, transcript, note, start, end);
        printf("E %s %s\n", kind, why);
      }
      if (!hit && g_strcmp0(g_getenv("GUICHET_SHOW"), kind) == 0) {
        g_autofree char *why = explain(lexicon, transcript, note, start, end);
        show("missed", json_string_value(json_object_get(row, "encounter")), note, start, end, why);
      }
    }
}

static void
measure_note(const ScribeLexicon *lexicon, const VisitData *data, const char *id, const char *note,
             const json_t *row, Table *table)
{
  const ScribeTranscript *transcript = g_hash_table_lookup(data->visits, id);
  g_autoptr(GPtrArray) findings = NULL;
  gint64 began = g_get_monotonic_time();
  if (transcript == NULL || !scribe_check_note(lexicon, transcript, note, NULL, &findings, NULL)) {
    fprintf(stderr, "scribe_checks: %s cannot be checked\n", id);
    exit(1);
  }
  gint64 took = g_get_monotonic_time() - began;
  g_array_append_val(table->times, took);
  if (row != NULL) {
    measure_error(lexicon, transcript, row, findings, table);
    return;
  }
  count_clean(table, findings, note);
  show_alarms(id, note, findings);
  if (g_strcmp0(g_getenv("GUICHET_SHOW"), "scores") == 0) {
    g_autofree char *why = explain(lexicon, transcript, note, 0, G_MAXUINT);
    printf("C clean %s\n", why);
  }
}

/* The rows of one part, by one set of tables; PART -1: all. */
static void
measure(const ScribeLexicon *lexicon, const VisitData *data, int part, Table *table)
{
  for (guint i = 0; i < data->rows->len; i++) {
    const json_t *row = data->rows->pdata[i];
    const char *id = json_string_value(json_object_get(row, "encounter"));
    if (part >= 0 && !visit_data_is_of(data, id, part))
      continue;
    gboolean clean = strcmp(json_string_value(json_object_get(row, "kind")), "clean") == 0;
    measure_note(lexicon, data, id, json_string_value(json_object_get(row, "note")),
                 clean ? NULL : row, table);
  }
}

static void
measure_unseen(const ScribeLexicon *lexicon, VisitData *data, const char *rows, Table *table)
{
  g_ptr_array_set_size(data->rows, 0);
  visit_data_lines(rows, visit_data_take_row, data);
  measure(lexicon, data, -1, table);
  for (guint i = data->trained; i < data->ids->len; i++) {
    const char *id = data->ids->pdata[i];
    measure_note(lexicon, data, id, g_hash_table_lookup(data->notes, id), NULL, table);
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

static ScribeLexicon *
load(const char *folder, guint part)
{
  ScribeLexicon *lexicon = NULL;
  g_autoptr(GError) error = NULL;
  if (folder != NULL) {
    g_autofree char *own = g_strdup_printf("%s/%u", folder, part);
    g_setenv("GUICHET_DATADIR", own, TRUE);
  }
  if (!scribe_lexicon_load(NULL, &lexicon, &error)) {
    fprintf(stderr, "scribe_checks: %s\n", error->message);
    exit(65);
  }
  return lexicon;
}

int
main(int argc, char **argv)
{
  VisitData data;
  if (argc < 2 || !visit_data_read(argv[1], &data)) {
    printf("checks: skipped, there are no visits in %s\n", argc < 2 ? "(none named)" : argv[1]);
    return 0;
  }
  gboolean cross = argc > 3 && strcmp(argv[2], "cross") == 0;
  gboolean unseen = argc > 4 && strcmp(argv[2], "unseen") == 0;
  Table table = {.times = g_array_new(FALSE, FALSE, sizeof(gint64))};
  for (guint part = 0; part < (cross ? VISIT_DATA_PARTS : 1); part++) {
    guint tables = unseen ? VISIT_DATA_PARTS : part;
    g_autoptr(ScribeLexicon) lexicon = load(cross || unseen ? argv[3] : NULL, tables);
    if (unseen)
      measure_unseen(lexicon, &data, argv[4], &table);
    else
      measure(lexicon, &data,
              cross      ? (int)part
              : argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10)
                         : -1,
              &table);
  }
  print(&table);
  g_array_unref(table.times);
  visit_data_clear(&data);
  return 0;
}
