/* What the chat engine believes of a model: sentences of human notes beside their own visit and
 * beside another, and the builtin engine's statements beside the turns that they rest on and beside
 * others. */
#include <stdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/scribe/builtin.h"
#include "scribe/chat_proof.h"
#include "visit_data.h"

typedef struct {
  const char *what;
  guint n, believed, bins[20];
} Row;

static void
ask(const ScribeChatProof *proof, const char *text, const GArray *turns, Row *row)
{
  g_autoptr(GArray) evidence = g_array_new(FALSE, FALSE, sizeof(ScribeEvidence));
  double cover = 0;
  row->n++;
  row->believed += scribe_chat_proof_find(proof, text, turns, evidence, &cover);
  row->bins[MIN((guint)(cover * 20), 19)]++;
}

/* Sentences of a note: lines, cut after a full stop; headings are left out. */
static void
each_sentence(const char *note, const ScribeChatProof *proof, Row *row)
{
  g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(guint));
  g_auto(GStrv) lines = g_strsplit(note, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_auto(GStrv) sentences = g_strsplit(*line, ". ", -1);
    for (char **s = sentences; *s != NULL; s++)
      if (strlen(*s) > 25)
        ask(proof, *s, none, row);
  }
}

static void
each_statement(const ScribeDraft *draft, const ScribeChatProof *proof, guint shift, guint turns,
               Row *row)
{
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *section = draft->sections->pdata[i];
    for (guint k = 0; k < section->statements->len; k++) {
      const ScribeStatement *s = section->statements->pdata[k];
      g_autoptr(GArray) named = g_array_new(FALSE, FALSE, sizeof(guint));
      for (guint e = 0; e < s->evidence->len; e++) {
        guint turn = (g_array_index(s->evidence, ScribeEvidence, e).turn + shift) % turns;
        g_array_append_val(named, turn);
      }
      ask(proof, s->text, named, row);
    }
  }
}

static void
print_row(const Row *row)
{
  printf("%-44s %6u %6.1f %%  cover from:", row->what, row->n, 100.0 * row->believed / row->n);
  guint sum = row->n;
  for (guint i = 0; i < 20; i++) {
    if (i >= 6 && i % 2 == 0)
      printf(" .%02u:%.0f%%", i * 5, 100.0 * sum / row->n);
    sum -= row->bins[i];
  }
  printf("\n");
}

int
main(int argc, char **argv)
{
  VisitData data = {0};
  g_autoptr(ScribeLexicon) lexicon = NULL;
  Row rows[] = {{.what = "human sentence, its own visit, no turns"},
                {.what = "human sentence, another visit"},
                {.what = "builtin statement, its own turns"},
                {.what = "builtin statement, turns named wrongly"},
                {.what = "builtin statement, another visit"}};
  if (argc < 2 || !visit_data_read(argv[1], &data) || !scribe_lexicon_load(NULL, &lexicon, NULL)) {
    printf("no visits in %s: skipped\n", argc < 2 ? "(no folder)" : argv[1]);
    return 0;
  }
  guint step = MAX(data.ids->len / 150, 1);
  gint64 began = base_clock_monotonic();
  for (guint i = 0; i + step < data.ids->len; i += step) {
    const ScribeTranscript *own = g_hash_table_lookup(data.visits, data.ids->pdata[i]);
    const ScribeTranscript *other = g_hash_table_lookup(data.visits, data.ids->pdata[i + step]);
    const char *note = g_hash_table_lookup(data.notes, data.ids->pdata[i]);
    g_autoptr(ScribeChatProof) here = scribe_chat_proof_new(lexicon, own);
    g_autoptr(ScribeChatProof) there = scribe_chat_proof_new(lexicon, other);
    g_autoptr(ScribeDraft) draft = NULL;
    each_sentence(note, here, &rows[0]);
    each_sentence(note, there, &rows[1]);
    if (!scribe_builtin_draft(lexicon, own, NULL, NULL, &draft, NULL))
      continue;
    each_statement(draft, here, 0, own->turns->len, &rows[2]);
    each_statement(draft, here, own->turns->len / 2, own->turns->len, &rows[3]);
    each_statement(draft, there, 0, other->turns->len, &rows[4]);
  }
  guint n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); n += rows[i++].n)
    print_row(&rows[i]);
  printf("%.2f ms a statement\n", (double)(base_clock_monotonic() - began) / 1000.0 / n);
  return 0;
}
