#include "scribe/note.h"

#include <string.h>
#include <stdlib.h>

#define SUBJECT SCRIBE_CANDIDATE_SUBJECT

/* ---- choosing ---- */

static double
knob(const char *name, double value)
{
  const char *v = g_getenv(name);
  return v != NULL ? g_ascii_strtod(v, NULL) : value;
}

static gboolean
is_light(const char *w)
{
  static const char *const LIGHT[] = {
      "the",  "a",       "an",   "of",     "to",  "and",  "is",   "was",    "in",
      "on",   "for",     "with", "he",     "she", "his",  "her",  "it",     "that",
      "this", "has",     "have", "had",    "at",  "as",   "be",   "or",     "but",
      "\x02", "reports", "any",  "denies", "not", "does", "been", "patient"};
  for (gsize i = 0; i < G_N_ELEMENTS(LIGHT); i++)
    if (strcmp(w, LIGHT[i]) == 0)
      return TRUE;
  return FALSE;
}

static GHashTable *
heavy_words(const char *text)
{
  GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *low = g_utf8_strdown(text, -1);
  g_auto(GStrv) words = g_strsplit_set(low, " ,.:;", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !is_light(words[i]))
      g_hash_table_add(set, g_strdup(words[i]));
  return set;
}

/* The share of the smaller one's heavy words that both hold. */
static double
likeness(GHashTable *a, GHashTable *b)
{
  guint na = g_hash_table_size(a), nb = g_hash_table_size(b);
  if (na == 0 || nb == 0)
    return na == nb;
  GHashTableIter iter;
  gpointer key;
  guint both = 0;
  g_hash_table_iter_init(&iter, na <= nb ? a : b);
  while (g_hash_table_iter_next(&iter, &key, NULL))
    both += g_hash_table_contains(na <= nb ? b : a, key);
  return (double)both / MIN(na, nb);
}

static int
by_score(gconstpointer a, gconstpointer b)
{
  const ScribeCandidate *x = *(const ScribeCandidate *const *)a;
  const ScribeCandidate *y = *(const ScribeCandidate *const *)b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int
by_speech(gconstpointer a, gconstpointer b)
{
  const ScribeCandidate *x = *(const ScribeCandidate *const *)a;
  const ScribeCandidate *y = *(const ScribeCandidate *const *)b;
  if (x->unit != y->unit)
    return x->unit < y->unit ? -1 : 1;
  return x->kind > y->kind ? -1 : x->kind < y->kind;
}

GPtrArray *
scribe_note_choose(const GPtrArray *candidates, guint spoken_words)
{
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add(order, g_ptr_array_index(candidates, i));
  g_ptr_array_sort(order, by_score);
  g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
  GPtrArray *chosen = g_ptr_array_new();
  double floor = knob("K_FLOOR", 0.2), same = knob("K_SAME", 0.75);
  guint limit = (guint)(knob("K_BASE", 120) + knob("K_RATE", 0.2) * spoken_words);
  limit = MIN(limit, (guint)knob("K_MAX", 380));
  guint words = 0;
  for (guint i = 0; i < order->len && words < limit; i++) {
    ScribeCandidate *c = g_ptr_array_index(order, i);
    if (c->score < floor)
      break;
    GHashTable *set = heavy_words(c->text);
    gboolean fresh = g_hash_table_size(set) > 0;
    for (guint k = 0; fresh && k < sets->len; k++)
      fresh = likeness(set, g_ptr_array_index(sets, k)) < same;
    g_ptr_array_add(sets, set);
    if (!fresh)
      continue;
    g_ptr_array_add(chosen, c);
    words += c->words;
  }
  g_ptr_array_sort(chosen, by_speech);
  return chosen;
}

/* ---- writing ---- */

static const struct {
  const char *id, *english, *french;
} SECTIONS[] = {
#define SECTION(id, word, en, fr) {word, en, fr},
#include "scribe/section.def"
#undef SECTION
};

static char *
bind_subject(const char *text, const ScribePerson *person, guint nth)
{
  const char *at = strstr(text, SUBJECT);
  if (at == NULL)
    return g_strdup(text);
  g_autofree char *head = g_strndup(text, (gsize)(at - text));
  const char *subject = nth % 3 == 0 ? "the patient" : scribe_english_they(person);
  return g_strconcat(head, subject, at + strlen(SUBJECT), NULL);
}

static void
fill_section(ScribeDraft *draft, const ScribePerson *person, const GPtrArray *chosen,
             ScribeSectionKind kind)
{
  ScribeSection *section = NULL;
  gboolean french = strcmp(draft->language, "fr") == 0;
  guint nth = 0;
  for (guint i = 0; i < chosen->len; i++) {
    const ScribeCandidate *c = g_ptr_array_index(chosen, i);
    if (c->section != (guint)kind)
      continue;
    g_autofree char *text = scribe_english_sentence(bind_subject(c->text, person, nth++), person);
    if (*text == '\0')
      continue;
    if (section == NULL)
      section = scribe_draft_add_section(draft, SECTIONS[kind].id,
                                         french ? SECTIONS[kind].french : SECTIONS[kind].english);
    ScribeStatement *s = scribe_draft_add_statement(section, text, c->confidence);
    for (guint e = 0; e < c->n_evidence; e++)
      scribe_draft_add_evidence(s, c->evidence[e].turn, c->evidence[e].start, c->evidence[e].end);
  }
}

void
scribe_note_fill(ScribeDraft *draft, const ScribeSpeech *speech, const ScribePerson *person,
                 const GPtrArray *chosen)
{
  (void)speech;
  for (guint k = 0; k < SCRIBE_SECTION_N; k++)
    fill_section(draft, person, chosen, (ScribeSectionKind)k);
}
