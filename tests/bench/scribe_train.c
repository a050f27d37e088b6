/* Learns what the checks weigh by, from visits and injected errors, into three tables:
 *
 *   scribe_train words FOLDER [PART]   weights.tsv: how much each word says; again once there are
 * links, since they say what was said in other words
 *   scribe_train links FOLDER [PART]   links.tsv: which word of a note stands for which that was
 * said scribe_train models FOLDER [PART]  models.tsv: the linear models and their thresholds
 *
 * on standard output.  With PART (0 to 4) that fifth of the encounters is left out, with PART 5
 * those of valid.jsonl, so that they can be measured on.  The same input gives the same bytes. */
#include <math.h>
#include <stdlib.h>

#include "checks_model.h"
#include "checks_mutate.h"
#include "visit_data.h"

#include "scribe/suspect.h"
#include "scribe/polarity.h"
#include "scribe/stem.h"

static ScribeReading *
read_note(const ScribeLexicon *lexicon, const char *note)
{
  ScribeReading *reading = scribe_reading_new(lexicon);
  scribe_reading_add(reading, 0, note);
  scribe_reading_finish(reading);
  scribe_polarity_mark(reading);
  return reading;
}

static ScribeReading *
read_transcript(const ScribeLexicon *lexicon, const ScribeTranscript *transcript)
{
  ScribeReading *reading = scribe_reading_new(lexicon);
  for (guint i = 0; i < transcript->turns->len; i++)
    scribe_reading_add(reading, i, scribe_transcript_turn(transcript, i)->text);
  scribe_reading_finish(reading);
  return reading;
}

/* A token's key as the tables write it: "#2:chest pain" or a stem; NULL for none. */
static char *
key_word(const ScribeReading *reading, guint i)
{
  const ScribeToken *token = scribe_reading_token(reading, i);
  if (token->key == 0 || token->number >= 0)
    return NULL;
  for (guint d = 0; d <= LEXICON_TERM; d++)
    if (token->mark[d] != NULL && token->mark[d]->key == token->key)
      return g_strdup_printf("#%u:%s", d, token->mark[d]->name);
  char stem[64];
  scribe_stem_cut(scribe_reading_word(reading, i), stem);
  return g_strdup(stem);
}

static GHashTable *
key_set(const ScribeReading *reading)
{
  GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < reading->tokens->len; i++) {
    char *word = key_word(reading, i);
    if (word != NULL)
      g_hash_table_add(set, word);
  }
  return set;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* --- words --- */

static void
count_set(GHashTable *counts, GHashTable *set)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init(&iter, set);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
    g_hash_table_insert(counts, g_strdup(key), GUINT_TO_POINTER(n + 1));
  }
}

/* Counts the words of a right note that nobody said. */
static void
count_unsaid(const ScribeLexicon *lexicon, VisitData *data, const char *id,
             const ScribeReading *note, GHashTable *counts)
{
  g_autoptr(ScribeIndex) index = scribe_index_new(lexicon, g_hash_table_lookup(data->visits, id));
  g_autoptr(GPtrArray) ways = scribe_index_ways(index, note);
  g_autoptr(GHashTable) unsaid = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < note->tokens->len; i++) {
    const GArray *way = ways->pdata[i];
    char *word = way != NULL && way->len == 0 ? key_word(note, i) : NULL;
    if (word != NULL)
      g_hash_table_add(unsaid, word);
  }
  count_set(counts, unsaid);
}

#define UNSAID_LEAST 5u /* notes with a word, under which nothing is known of it */
#define UNSAID_PRIOR 0.3
#define UNSAID_PRIOR_NOTES 3

/* How often a note's word was said by nobody; nothing for a rare one. */
static char *
unsaid_share(GHashTable *noted, GHashTable *unsaid, const char *word)
{
  guint all = GPOINTER_TO_UINT(g_hash_table_lookup(noted, word));
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(unsaid, word));
  return all < UNSAID_LEAST ? g_strdup("")
                            : g_strdup_printf("\t%.2f", (n + UNSAID_PRIOR * UNSAID_PRIOR_NOTES) /
                                                            (all + UNSAID_PRIOR_NOTES));
}

static void
train_words(const ScribeLexicon *lexicon, VisitData *data, int part)
{
  g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) unsaid = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint documents = 0;
  for (guint i = 0; i < data->ids->len; i++) {
    const char *id = data->ids->pdata[i];
    if (visit_data_is_of(data, id, part))
      continue;
    g_autoptr(ScribeReading) said = read_transcript(lexicon, g_hash_table_lookup(data->visits, id));
    g_autoptr(ScribeReading) note = read_note(lexicon, g_hash_table_lookup(data->notes, id));
    g_autoptr(GHashTable) one = key_set(said);
    g_autoptr(GHashTable) two = key_set(note);
    count_set(counts, one);
    count_set(counts, two);
    count_set(noted, two);
    count_unsaid(lexicon, data, id, note, unsaid);
    documents += 2;
  }
  guint n = 0;
  g_autofree gpointer *words = (gpointer *)g_hash_table_get_keys_as_array(counts, &n);
  qsort(words, n, sizeof *words, by_name);
  printf(
      "# How much a word says: ln(documents / documents with it), over transcripts and notes of\n"
      "# ACI-Bench (Yim 2023), MTS-Dialog (Ben Abacha 2023) and PriMock57 (Papadopoulos Korfiatis\n"
      "# 2022), all CC BY 4.0.  Made by `make train-scribe`; a word that is missing says 7.\n"
      "# The third is how often a note's word was said by nobody, though the note is right (0.3 "
      "for\n"
      "# one that is missing).\n"
      "# stem or #kind:concept\tweight\tunsaid\n");
  for (guint i = 0; i < n; i++) {
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, words[i]));
    g_autofree char *share = unsaid_share(noted, unsaid, words[i]);
    if (count >= 3)
      printf("%s\t%.2f%s\n", (char *)words[i], MIN(7.0, log((double)documents / count)), share);
  }
}

/* --- links: IBM model 1, the note from what was said --- */

typedef struct {
  GArray *noted, *said; /* of guint32 ids, each once */
} Pair;

static guint
id_of(GHashTable *ids, GPtrArray *names, const char *word)
{
  gpointer found = g_hash_table_lookup(ids, word);
  if (found != NULL)
    return GPOINTER_TO_UINT(found) - 1;
  char *copy = g_strdup(word);
  g_ptr_array_add(names, copy);
  g_hash_table_insert(ids, copy, GUINT_TO_POINTER(names->len));
  return names->len - 1;
}

static GArray *
id_set(GHashTable *ids, GPtrArray *names, GHashTable *set, const ScribeLexicon *lexicon,
       double least)
{
  guint n = 0;
  g_autofree gpointer *words = (gpointer *)g_hash_table_get_keys_as_array(set, &n);
  qsort(words, n, sizeof *words, by_name);
  GArray *out = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < n; i++) {
    const char *word = words[i];
    if (scribe_lexicon_weight(lexicon, scribe_lexicon_hash(word, strlen(word))) < least)
      continue;
    guint32 id = id_of(ids, names, word);
    g_array_append_val(out, id);
  }
  return out;
}

static gint
by_key(gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

/* All pairs of words that ever met, each once, in order. */
static GArray *
meetings(const GArray *pairs)
{
  GArray *keys = g_array_new(FALSE, FALSE, sizeof(guint64));
  for (guint p = 0; p < pairs->len; p++) {
    const Pair *pair = &g_array_index(pairs, Pair, p);
    for (guint i = 0; i < pair->noted->len; i++)
      for (guint k = 0; k < pair->said->len; k++) {
        guint64 key = ((guint64)g_array_index(pair->noted, guint32, i) << 32) |
                      g_array_index(pair->said, guint32, k);
        g_array_append_val(keys, key);
      }
  }
  g_array_sort(keys, by_key);
  guint n = 0;
  for (guint i = 0; i < keys->len; i++)
    if (i == 0 || g_array_index(keys, guint64, i) != g_array_index(keys, guint64, n - 1))
      g_array_index(keys, guint64, n++) = g_array_index(keys, guint64, i);
  g_array_set_size(keys, n);
  return keys;
}

static guint
place_of(const GArray *keys, guint64 key)
{
  guint low = 0, high = keys->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index(keys, guint64, middle) < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
em_step(const GArray *pairs, const GArray *keys, const double *t, double *counts)
{
  memset(counts, 0, keys->len * sizeof *counts);
  for (guint p = 0; p < pairs->len; p++) {
    const Pair *pair = &g_array_index(pairs, Pair, p);
    for (guint i = 0; i < pair->noted->len; i++) {
      guint64 noted = (guint64)g_array_index(pair->noted, guint32, i) << 32;
      g_autofree guint *places = g_new(guint, pair->said->len + 1);
      double sum = 1e-9;
      for (guint k = 0; k < pair->said->len; k++) {
        places[k] = place_of(keys, noted | g_array_index(pair->said, guint32, k));
        sum += t[places[k]];
      }
      for (guint k = 0; k < pair->said->len; k++)
        counts[places[k]] += t[places[k]] / sum;
    }
  }
}

typedef struct {
  const char *noted, *said;
  double strength, count;
} Link;

static gint
by_link(gconstpointer a, gconstpointer b)
{
  const Link *x = a, *y = b;
  int c = strcmp(x->noted, y->noted);
  if (c != 0)
    return c;
  if (x->strength != y->strength)
    return x->strength > y->strength ? -1 : 1;
  return strcmp(x->said, y->said);
}

static void
print_links(const GArray *keys, const double *counts, GPtrArray *names, const double *noted_n)
{
  g_autoptr(GArray) links = g_array_new(FALSE, FALSE, sizeof(Link));
  for (guint i = 0; i < keys->len; i++) {
    guint64 k = g_array_index(keys, guint64, i);
    double share = counts[i] / noted_n[k >> 32];
    Link link = {names->pdata[k >> 32], names->pdata[k & 0xffffffff], MIN(0.95, share * 2),
                 counts[i]};
    if (counts[i] >= 1.2 && share >= 0.04 && strcmp(link.noted, link.said) != 0)
      g_array_append_val(links, link);
  }
  g_array_sort(links, by_link);
  printf("# Which word of a note stands for which that was said, by an IBM model 1 over the visits "
         "of\n"
         "# ACI-Bench, MTS-Dialog and PriMock57 (all CC BY 4.0).  Made by `make train-scribe`.\n"
         "# noted\tsaid\tstrength\n");
  guint of_this = 0;
  for (guint i = 0; i < links->len; i++) {
    Link *link = &g_array_index(links, Link, i);
    of_this = i > 0 && strcmp(link->noted, link[-1].noted) == 0 ? of_this + 1 : 0;
    if (of_this < 5)
      printf("%s\t%s\t%.2f\n", link->noted, link->said, link->strength);
  }
}

static void
learn_links(const GArray *pairs, GPtrArray *names, const double *noted_n)
{
  g_autoptr(GArray) keys = meetings(pairs);
  g_autofree double *totals = g_new(double, names->len);
  g_autofree double *t = g_new(double, keys->len + 1);
  g_autofree double *counts = g_new(double, keys->len + 1);
  for (guint i = 0; i < keys->len; i++)
    t[i] = 1;
  for (guint step = 0; step < 6; step++) {
    em_step(pairs, keys, t, counts);
    memset(totals, 0, names->len * sizeof *totals);
    for (guint i = 0; i < keys->len; i++)
      totals[g_array_index(keys, guint64, i) & 0xffffffff] += counts[i];
    for (guint i = 0; i < keys->len; i++)
      t[i] = counts[i] / (totals[g_array_index(keys, guint64, i) & 0xffffffff] + 2);
  }
  print_links(keys, counts, names, noted_n);
}

static void
train_links(const ScribeLexicon *lexicon, VisitData *data, int part)
{
  g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
  for (guint i = 0; i < data->ids->len; i++) {
    const char *id = data->ids->pdata[i];
    g_autoptr(ScribeReading) said = read_transcript(lexicon, g_hash_table_lookup(data->visits, id));
    if (visit_data_is_of(data, id, part) || said->tokens->len > 700)
      continue; /* long visits align everything with everything */
    g_autoptr(ScribeReading) note = read_note(lexicon, g_hash_table_lookup(data->notes, id));
    g_autoptr(GHashTable) one = key_set(note);
    g_autoptr(GHashTable) two = key_set(said);
    Pair pair = {id_set(ids, names, one, lexicon, 1.2), id_set(ids, names, two, lexicon, 1.2)};
    g_array_append_val(pairs, pair);
  }
  g_autofree double *noted_n = g_new0(double, names->len);
  for (guint p = 0; p < pairs->len; p++) {
    Pair *pair = &g_array_index(pairs, Pair, p);
    for (guint i = 0; i < pair->noted->len; i++)
      noted_n[g_array_index(pair->noted, guint32, i)]++;
  }
  learn_links(pairs, names, noted_n);
  for (guint p = 0; p < pairs->len; p++) {
    g_array_unref(g_array_index(pairs, Pair, p).noted);
    g_array_unref(g_array_index(pairs, Pair, p).said);
  }
}

/* --- models --- */

#define FOLDS 5u

static ScribeSuspectSlot
slot_of(const char *kind, const ScribeSuspect *c, gboolean *ret)
{
  static const struct {
    const char *kind;
    ScribeSuspectSlot slots[3];
  } KINDS[] = {
      {"demographics", {SUSPECT_AGE, SUSPECT_SEX, SUSPECT_DURATION}},
      {"drug", {SUSPECT_DRUG, SUSPECT_DRUG, SUSPECT_DRUG}},
      {"negation", {SUSPECT_DENIED, SUSPECT_CLAIMED, SUSPECT_PLAIN}},
      {"number", {SUSPECT_NUMBER, SUSPECT_NUMBER, SUSPECT_DURATION}},
      {"fabricated", {SUSPECT_SUPPORT, SUSPECT_SUPPORT, SUSPECT_SUPPORT}},
      {"duration", {SUSPECT_DURATION, SUSPECT_DATE, SUSPECT_AGE}},
      {"body_part", {SUSPECT_BODY, SUSPECT_BODY, SUSPECT_BODY}},
      {"laterality", {SUSPECT_SIDE, SUSPECT_SIDE, SUSPECT_SIDE}},
      {"unit", {SUSPECT_UNIT, SUSPECT_UNIT, SUSPECT_UNIT}},
  };
  *ret = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(KINDS); i++)
    if (strcmp(kind, KINDS[i].kind) == 0)
      for (guint k = 0; k < 3; k++)
        *ret |= c->slot == KINDS[i].slots[k];
  return c->slot;
}

/* Other fifths than PART's. */
static guint
fold_of(const char *id)
{
  return visit_data_part(id, 7 * FOLDS) / 7;
}

static void
add_sample(GArray **samples, const ScribeSuspect *c, guint fold, double weight, gboolean wrong)
{
  ChecksSample sample = {.weight = weight, .wrong = wrong, .fold = (guint8)fold};
  memcpy(sample.f, c->f, sizeof sample.f);
  g_array_append_val(samples[c->slot], sample);
}

static gboolean
span_of(const json_t *row, guint *start, guint *end)
{
  const json_t *span = json_object_get(row, "span");
  if (!json_is_array(span))
    return FALSE;
  *start = (guint)json_integer_value(json_array_get(span, 0));
  *end = (guint)json_integer_value(json_array_get(span, 1));
  return TRUE;
}

#define INVENTED_WEIGHT 0.4 /* the injected sentences are made after few patterns */
#define MADE_A_NOTE 6u      /* of each slot */

/* What those of a slot weigh together: how often such an error is to be expected, near enough. */
static const double MADE_WEIGHT[SUSPECT_N] = {
    [SUSPECT_NUMBER] = 120, [SUSPECT_UNIT] = 40,   [SUSPECT_DURATION] = 120,
    [SUSPECT_AGE] = 60,     [SUSPECT_DRUG] = 60,   [SUSPECT_BODY] = 120,
    [SUSPECT_SIDE] = 50,    [SUSPECT_DENIED] = 60, [SUSPECT_CLAIMED] = 90,
    [SUSPECT_PLAIN] = 165,  [SUSPECT_DATE] = 20,   [SUSPECT_SUPPORT] = 320,
};

static gboolean
same_kind(ScribeSuspectSlot a, ScribeSuspectSlot b)
{
  gboolean polar = a == SUSPECT_DENIED || a == SUSPECT_CLAIMED || a == SUSPECT_PLAIN;
  return a == b || (polar && (b == SUSPECT_DENIED || b == SUSPECT_CLAIMED || b == SUSPECT_PLAIN));
}

static void
learn_mutation(const ScribeIndex *index, const ScribeSuspect *c, const Mutation *made, guint fold,
               GArray **samples)
{
  g_autoptr(ScribeReading) reading = read_note(index->said->lexicon, made->note);
  guint unread = 0;
  g_autoptr(GArray) found = scribe_suspect_find(index, reading, &unread);
  for (guint i = 0; i < found->len; i++) {
    const ScribeSuspect *o = &g_array_index(found, ScribeSuspect, i);
    if (!same_kind(c->slot, o->slot) ||
        scribe_reading_token(reading, o->first)->start >= made->end ||
        scribe_reading_token(reading, o->last)->end <= made->start)
      continue;
    ChecksSample sample = {.weight = 1, .wrong = TRUE, .made = TRUE, .fold = (guint8)fold};
    memcpy(sample.f, o->f, sizeof sample.f);
    g_array_append_val(samples[o->slot], sample);
  }
}

/* Is what stands there said, so that another would be an error? */
static gboolean
is_carried(const ScribeSuspect *c)
{
  if (c->slot == SUSPECT_DENIED || c->slot == SUSPECT_CLAIMED || c->slot == SUSPECT_PLAIN)
    return c->f[2] > c->f[3] && c->f[2] > 0.25; /* said so, and more than the other way */
  return c->f[1] > 0 && c->f[2] > 0.2;
}

/* Errors of our own in a note that is right. */
static void
learn_mutations(Mutate *mutate, const ScribeIndex *index, const ScribeReading *reading,
                const char *note, guint fold, const GArray *found, GArray **samples)
{
  guint taken[SUSPECT_N] = {0};
  for (guint i = 0; i < found->len; i++) {
    const ScribeSuspect *c = &g_array_index(found, ScribeSuspect,
                                            (i * 7 + 3) % found->len); /* not the first ones only */
    Mutation made;
    if (taken[c->slot] >= MADE_A_NOTE || found->len % 7 == 0 || !is_carried(c) ||
        !checks_mutate_make(mutate, note, reading, c, &made))
      continue;
    learn_mutation(index, c, &made, fold, samples);
    taken[c->slot]++;
    g_free(made.note);
  }
}

static void
weigh_made(GArray **samples)
{
  for (guint k = 0; k < SUSPECT_N; k++) {
    guint n = 0;
    for (guint i = 0; i < samples[k]->len; i++)
      n += g_array_index(samples[k], ChecksSample, i).made;
    for (guint i = 0; i < samples[k]->len; i++)
      if (g_array_index(samples[k], ChecksSample, i).made)
        g_array_index(samples[k], ChecksSample, i).weight = MIN(1, MADE_WEIGHT[k] / n);
  }
}

static void
learn_row(const ScribeLexicon *lexicon, VisitData *data, const json_t *row, Mutate *mutate,
          GArray **samples)
{
  const char *id = json_string_value(json_object_get(row, "encounter"));
  const char *kind = json_string_value(json_object_get(row, "kind"));
  const char *note = json_string_value(json_object_get(row, "note"));
  const ScribeTranscript *transcript = g_hash_table_lookup(data->visits, id);
  if (transcript == NULL)
    return;
  gboolean clean = strcmp(kind, "clean") == 0;
  guint start = 0, end = 0;
  if (!clean && !span_of(row, &start, &end))
    return;
  g_autoptr(ScribeIndex) index = scribe_index_new(lexicon, transcript);
  g_autoptr(ScribeReading) reading = read_note(lexicon, note);
  guint unread = 0;
  g_autoptr(GArray) found = scribe_suspect_find(index, reading, &unread);
  if (clean)
    checks_mutate_see(mutate, note, reading);
  if (clean)
    learn_mutations(mutate, index, reading, note, fold_of(id), found, samples);
  for (guint i = 0; i < found->len; i++) {
    const ScribeSuspect *c = &g_array_index(found, ScribeSuspect, i);
    gboolean fits = FALSE;
    slot_of(kind, c, &fits);
    gboolean over = scribe_reading_token(reading, c->first)->start < end &&
                    scribe_reading_token(reading, c->last)->end > start;
    if (clean)
      add_sample(samples, c, fold_of(id), 1, FALSE);
    else if (over && fits)
      add_sample(samples, c, fold_of(id), c->slot == SUSPECT_SUPPORT ? INVENTED_WEIGHT : 1, TRUE);
  }
}

#define STRANGERS 3u

/* Says something, and something that this visit did not. */
static gboolean
is_strange(const ScribeIndex *index, const ScribeReading *reading, const ScribeSentence *s)
{
  guint content = 0;
  double missed = 0;
  for (guint i = s->first; i <= s->last; i++) {
    const ScribeToken *token = scribe_reading_token(reading, i);
    if (token->key == 0 || token->number >= 0 || token->weight < 1.5f)
      continue;
    content++;
    if (!g_hash_table_contains(index->places, &token->key) &&
        !g_hash_table_contains(index->places, &token->stem))
      missed += token->weight;
  }
  return content >= 3 && missed >= 5 && s->last - s->first >= 4;
}

static void
learn_stranger(const ScribeIndex *index, const char *note, const char *sentence, guint at,
               guint fold, GArray **samples)
{
  g_autofree char *before = g_utf8_substring(note, 0, at);
  g_autofree char *after = g_utf8_substring(note, at, -1);
  g_autofree char *both = g_strconcat(before, " ", sentence, ".", after, NULL);
  guint start = at + 1, end = start + (guint)g_utf8_strlen(sentence, -1);
  g_autoptr(ScribeReading) reading = read_note(index->said->lexicon, both);
  guint unread = 0;
  g_autoptr(GArray) found = scribe_suspect_find(index, reading, &unread);
  for (guint i = 0; i < found->len; i++) {
    const ScribeSuspect *c = &g_array_index(found, ScribeSuspect, i);
    if (c->slot != SUSPECT_SUPPORT || scribe_reading_token(reading, c->first)->start >= end ||
        scribe_reading_token(reading, c->last)->end <= start)
      continue;
    ChecksSample sample = {.weight = 1, .wrong = TRUE, .made = TRUE, .fold = (guint8)fold};
    memcpy(sample.f, c->f, sizeof sample.f);
    g_array_append_val(samples[SUSPECT_SUPPORT], sample);
  }
}

/* A sentence of another visit's note, put into this one's, is one that nothing carries. */
static void
learn_strangers(const ScribeLexicon *lexicon, VisitData *data, GPtrArray *ids, GArray **samples)
{
  for (guint i = 0; i < ids->len; i++) {
    const char *id = ids->pdata[i], *note = g_hash_table_lookup(data->notes, id);
    g_autoptr(ScribeIndex) index = scribe_index_new(lexicon, g_hash_table_lookup(data->visits, id));
    g_autoptr(ScribeReading) mine = read_note(lexicon, note);
    for (guint k = 0, tried = 0; k < STRANGERS && tried < 12; tried++) {
      const char *other = ids->pdata[(i * 7919u + 131u + tried * 977u) % ids->len];
      const char *text = g_hash_table_lookup(data->notes, other);
      g_autoptr(ScribeReading) reading = read_note(lexicon, text);
      if (strcmp(id, other) == 0 || reading->sentences->len == 0 || mine->sentences->len == 0)
        continue;
      guint pick = (i * 31u + tried * 17u) % reading->sentences->len;
      const ScribeSentence *s = &g_array_index(reading->sentences, ScribeSentence, pick);
      if (!is_strange(index, reading, s))
        continue;
      g_autofree char *sentence =
          g_utf8_substring(text, scribe_reading_token(reading, s->first)->start,
                           scribe_reading_token(reading, s->last)->end);
      const ScribeSentence *place =
          &g_array_index(mine->sentences, ScribeSentence, (i + tried) % mine->sentences->len);
      guint at =
          MIN(scribe_reading_token(mine, place->last)->end + 1, (guint)g_utf8_strlen(note, -1));
      learn_stranger(index, note, sentence, at, fold_of(id), samples);
      k++;
    }
  }
}

#define F SUSPECT_FEATURES

static void
print_model(const ChecksModel *model, const char *name)
{
  for (guint k = 0; k < F; k++)
    printf("%s\t%u\t%.4f\n", name, k, model->w[k]);
  for (guint t = 0; t < SUSPECT_TREES; t++)
    for (guint k = 0; k < SUSPECT_TREE_NUMBERS; k++)
      printf("%s.trees\t%u\t%.4f\n", name, t * SUSPECT_TREE_NUMBERS + k, model->trees[t][k]);
}

/* What each right place scores by a model that has not seen its visit: what is to be expected of
 * visits to come. */
static void
score_right(const GArray *samples, GArray *scores)
{
  g_autoptr(GArray) rest = g_array_new(FALSE, FALSE, sizeof(ChecksSample));
  g_autofree ChecksModel *model = g_new0(ChecksModel, 1);
  for (guint fold = 0; fold < FOLDS; fold++) {
    g_array_set_size(rest, 0);
    for (guint s = 0; s < samples->len; s++)
      if (g_array_index(samples, ChecksSample, s).fold != fold)
        g_array_append_val(rest, g_array_index(samples, ChecksSample, s));
    checks_model_learn(rest, model);
    for (guint s = 0; s < samples->len; s++) {
      const ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
      double p = checks_model_answer(model, sample);
      if (sample->fold == fold && !sample->wrong)
        g_array_append_val(scores, p);
    }
  }
}

#define WARN_PER_100                                                                               \
  4.65 /* wrong warnings in 100 sentences of clean notes; the rules need some too */
#define BLOCK_PER_100 0.2

static gint
by_score(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x > y ? -1 : x < y ? 1 : 0;
}

static guint
clean_sentences(VisitData *data, int part)
{
  guint n = 0;
  for (guint i = 0; i < data->rows->len; i++) {
    const json_t *row = data->rows->pdata[i];
    if (!visit_data_is_of(data, json_string_value(json_object_get(row, "encounter")), part) &&
        strcmp(json_string_value(json_object_get(row, "kind")), "clean") == 0)
      n += visit_data_sentences(json_string_value(json_object_get(row, "note")));
  }
  return n;
}

static void
print_threshold(const GArray *scores, guint sentences, double per_100, guint place)
{
  guint at = (guint)(per_100 * sentences / 100);
  printf("threshold\t%u\t%.4f\n", place,
         at < scores->len ? g_array_index(scores, double, at) : 1.0);
}

static void
train_models(const ScribeLexicon *lexicon, VisitData *data, int part)
{
  GArray *samples[SUSPECT_N];
  for (guint i = 0; i < SUSPECT_N; i++)
    samples[i] = g_array_new(FALSE, FALSE, sizeof(ChecksSample));
  Mutate mutate;
  checks_mutate_init(&mutate);
  for (guint i = 0; i < data->rows->len; i++) {
    const json_t *row = data->rows->pdata[i];
    if (!visit_data_is_of(data, json_string_value(json_object_get(row, "encounter")), part))
      learn_row(lexicon, data, row, &mutate, samples);
  }
  checks_mutate_clear(&mutate);
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  for (guint i = 0; i < data->ids->len; i++)
    if (!visit_data_is_of(data, data->ids->pdata[i], part))
      g_ptr_array_add(ids, data->ids->pdata[i]);
  learn_strangers(lexicon, data, ids, samples);
  weigh_made(samples);
  printf("# Linear models of the checks: how likely a place is wrong, by the features of each slot "
         "in\n"
         "# src/scribe/slot_*.c.  Logistic regression over injected errors in notes of ACI-Bench,\n"
         "# MTS-Dialog and PriMock57 (CC BY 4.0).  Made by `make train-scribe`.\n"
         "# model\tplace\tweight\n");
  g_autoptr(GArray) scores = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < SUSPECT_N; i++) {
    guint wrong = 0, made = 0;
    for (guint k = 0; k < samples[i]->len; k++) {
      wrong += g_array_index(samples[i], ChecksSample, k).wrong;
      made += g_array_index(samples[i], ChecksSample, k).made;
    }
    fprintf(stderr, "%s: %u places, %u wrong, %u of them made here\n",
            scribe_suspect_word((ScribeSuspectSlot)i), samples[i]->len, wrong, made);
    g_autofree ChecksModel *model = g_new0(ChecksModel, 1);
    checks_model_learn(samples[i], model);
    print_model(model, scribe_suspect_word((ScribeSuspectSlot)i));
    score_right(samples[i], scores);
    g_array_unref(samples[i]);
  }
  g_array_sort(scores, by_score);
  guint sentences = clean_sentences(data, part);
  print_threshold(scores, sentences, WARN_PER_100, 0);
  print_threshold(scores, sentences, BLOCK_PER_100, 1);
}

int
main(int argc, char **argv)
{
  if (argc < 3) {
    fprintf(stderr, "usage: scribe_train words|links|models FOLDER [PART]\n");
    return 64;
  }
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(GError) error = NULL;
  if (!scribe_lexicon_load(NULL, &lexicon, &error)) {
    fprintf(stderr, "scribe_train: %s\n", error->message);
    return 65;
  }
  VisitData data;
  if (!visit_data_read(argv[2], &data)) {
    fprintf(stderr, "scribe_train: no visits in %s\n", argv[2]);
    return 66;
  }
  int part = argc > 3 ? (int)g_ascii_strtoll(argv[3], NULL, 10) : -1;
  if (strcmp(argv[1], "words") == 0)
    train_words(lexicon, &data, part);
  else if (strcmp(argv[1], "links") == 0)
    train_links(lexicon, &data, part);
  else
    train_models(lexicon, &data, part);
  visit_data_clear(&data);
  return 0;
}
