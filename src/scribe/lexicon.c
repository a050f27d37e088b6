#include "scribe/lexicon.h"

#include <math.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/text.h"
#include "scribe/lexicon_table.h"
#include "scribe/pattern.h"
#include "scribe/stem.h"

#define LEXICON_PHRASE_WORDS 8u
#define LEXICON_RARE 7.0
#define LEXICON_UNSAID 0.3 /* of a word that is missing */
#define LEXICON_OPPOSED 0.95f
#define LEXICON_MODEL_MAX 4096u

typedef struct {
  guint64 hash;
  const ScribeLexiconEntry *entry; /* NULL: only the beginning of a longer name */
} Slot;

struct ScribeLexicon {
  GHashTable *phrases[LEXICON_N]; /* &Slot.hash → Slot */
  GHashTable *names[LEXICON_N];   /* name → entry (not owned) */
  GPtrArray *entries;
  GHashTable *near; /* first two letters → GPtrArray of NearWord */
  GPtrArray *interactions, *allergies, *doses, *vitals, *patterns;
  GHashTable *weights; /* Slot-like: &Weight.stem → Weight */
  GHashTable *links;   /* &LinkRow.noted → LinkRow */
  GHashTable *models;  /* name → GArray of double */
};

typedef struct {
  char *word;
  const ScribeLexiconEntry *entry;
} NearWord;

typedef struct {
  guint64 stem;
  double value, unsaid;
} Weight;

typedef struct {
  guint64 noted;
  GArray *links;
} LinkRow;

guint64
scribe_lexicon_hash(const char *word, gsize length)
{
  guint64 h = G_GUINT64_CONSTANT(14695981039346656037);
  for (gsize i = 0; i < length; i++)
    h = (h ^ (guchar)word[i]) * G_GUINT64_CONSTANT(1099511628211);
  return h == 0 ? 1 : h;
}

guint64
scribe_lexicon_join(guint64 before, guint64 word)
{
  guint64 h = (before * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) ^ word;
  h ^= h >> 29;
  return h == 0 ? 1 : h;
}

/* --- what a table's row becomes --- */

static void
entry_free(gpointer data)
{
  ScribeLexiconEntry *entry = data;
  g_free(entry->name);
  g_free(entry->group);
  g_free(entry);
}

static void
pair_free(gpointer data)
{
  ScribeLexiconPair *pair = data;
  g_free(pair->first);
  g_free(pair->second);
  g_free(pair->reason);
  g_free(pair->source);
  g_free(pair);
}

static void
range_free(gpointer data)
{
  ScribeLexiconRange *range = data;
  g_free(range->name);
  g_free(range->unit);
  g_free(range->source);
  g_free(range);
}

static void
pattern_free(gpointer data)
{
  ScribeLexiconPattern *pattern = data;
  scribe_pattern_free(pattern->code);
  g_free(pattern->reason);
  g_free(pattern);
}

static void
near_free(gpointer data)
{
  NearWord *near = data;
  g_free(near->word);
  g_free(near);
}

static void
near_list_free(gpointer data)
{
  g_ptr_array_unref(data);
}

static void
links_free(gpointer data)
{
  LinkRow *row = data;
  g_array_unref(row->links);
  g_free(row);
}

static void
model_free(gpointer data)
{
  g_array_unref(data);
}

ScribeLexicon *
scribe_lexicon_new(void)
{
  ScribeLexicon *l = g_new0(ScribeLexicon, 1);
  for (guint i = 0; i < LEXICON_N; i++) {
    l->phrases[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    l->names[i] = g_hash_table_new(g_str_hash, g_str_equal);
  }
  l->entries = g_ptr_array_new_with_free_func(entry_free);
  l->near = g_hash_table_new_full(NULL, NULL, NULL, near_list_free);
  l->interactions = g_ptr_array_new_with_free_func(pair_free);
  l->allergies = g_ptr_array_new_with_free_func(pair_free);
  l->doses = g_ptr_array_new_with_free_func(range_free);
  l->vitals = g_ptr_array_new_with_free_func(range_free);
  l->patterns = g_ptr_array_new_with_free_func(pattern_free);
  l->weights = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
  l->links = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, links_free);
  l->models = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, model_free);
  return l;
}

void
scribe_lexicon_free(ScribeLexicon *l)
{
  if (l == NULL)
    return;
  for (guint i = 0; i < LEXICON_N; i++) {
    g_hash_table_unref(l->phrases[i]);
    g_hash_table_unref(l->names[i]);
  }
  g_ptr_array_unref(l->entries);
  g_hash_table_unref(l->near);
  g_ptr_array_unref(l->interactions);
  g_ptr_array_unref(l->allergies);
  g_ptr_array_unref(l->doses);
  g_ptr_array_unref(l->vitals);
  g_ptr_array_unref(l->patterns);
  g_hash_table_unref(l->weights);
  g_hash_table_unref(l->links);
  g_hash_table_unref(l->models);
  g_free(l);
}

static ScribeLexiconEntry *
entry_of(ScribeLexicon *l, ScribeLexiconDomain domain, const char *name)
{
  ScribeLexiconEntry *entry = g_hash_table_lookup(l->names[domain], name);
  if (entry != NULL)
    return entry;
  entry = g_new0(ScribeLexiconEntry, 1);
  entry->name = g_strdup(name);
  entry->group = g_strdup("");
  g_autofree char *tag = g_strdup_printf("#%u:%s", (guint)domain, name);
  entry->key = scribe_lexicon_hash(tag, strlen(tag));
  g_ptr_array_add(l->entries, entry);
  g_hash_table_insert(l->names[domain], entry->name, entry);
  return entry;
}

static Slot *
slot_of(ScribeLexicon *l, ScribeLexiconDomain domain, guint64 hash)
{
  Slot *slot = g_hash_table_lookup(l->phrases[domain], &hash);
  if (slot == NULL) {
    slot = g_new0(Slot, 1);
    slot->hash = hash;
    g_hash_table_insert(l->phrases[domain], &slot->hash, slot);
  }
  return slot;
}

static void
add_near(ScribeLexicon *l, const char *word, const ScribeLexiconEntry *entry)
{
  if (strlen(word) < 6)
    return;
  gpointer head = GUINT_TO_POINTER((guint)(guchar)word[0]);
  GPtrArray *list = g_hash_table_lookup(l->near, head);
  if (list == NULL) {
    list = g_ptr_array_new_with_free_func(near_free);
    g_hash_table_insert(l->near, head, list);
  }
  NearWord *near = g_new0(NearWord, 1);
  near->word = g_strdup(word);
  near->entry = entry;
  g_ptr_array_add(list, near);
}

/* Folded like a text's own words, except for units and cues with marks in them. */
static gboolean
add_phrase(ScribeLexicon *l, ScribeLexiconDomain domain, const char *phrase,
           const ScribeLexiconEntry *entry, const ScribeLexiconRow *row, GError **error)
{
  g_autofree char *folded = base_text_fold(phrase);
  if (*folded == '\0' && strcmp(phrase, "%") == 0) {
    g_free(folded);
    folded = g_strdup("%");
  }
  if (strcmp(phrase, "n't") == 0) {
    g_free(folded);
    folded = g_strdup("n't");
  }
  if (*folded == '\0')
    return scribe_lexicon_table_refuse(row, "a name has no letters", error);
  g_auto(GStrv) words = g_strsplit(folded, " ", -1);
  guint n = g_strv_length(words);
  if (n > LEXICON_PHRASE_WORDS)
    return scribe_lexicon_table_refuse(row, "a name has more than 8 words", error);
  guint64 hash = 0;
  for (guint i = 0; i < n; i++) {
    guint64 word = scribe_lexicon_hash(words[i], strlen(words[i]));
    hash = i == 0 ? word : scribe_lexicon_join(hash, word);
    Slot *slot = slot_of(l, domain, hash);
    if (i + 1 == n)
      slot->entry = entry;
  }
  if (domain == LEXICON_DRUG && n == 1)
    add_near(l, folded, entry);
  return TRUE;
}

static gboolean
add_phrases(ScribeLexicon *l, ScribeLexiconDomain domain, const char *list,
            const ScribeLexiconEntry *entry, const ScribeLexiconRow *row, GError **error)
{
  g_auto(GStrv) names = g_strsplit(list != NULL ? list : "", ";", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (*g_strstrip(names[i]) != '\0' && !add_phrase(l, domain, names[i], entry, row, error))
      return FALSE;
  return TRUE;
}

static void
regroup(ScribeLexiconEntry *entry, const char *group)
{
  g_free(entry->group);
  entry->group = g_strdup(group);
}

static gboolean
named(const ScribeLexiconRow *row, GError **error)
{
  return *row->fields[0] != '\0' || scribe_lexicon_table_refuse(row, "no name", error);
}

static gboolean
take_drug(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  if (!named(row, error))
    return FALSE;
  if (*row->fields[1] == '\0')
    return scribe_lexicon_table_refuse(row, "a drug needs a class", error);
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_DRUG, row->fields[0]);
  regroup(entry, row->fields[1]);
  return add_phrase(data, LEXICON_DRUG, row->fields[0], entry, row, error) &&
         add_phrases(data, LEXICON_DRUG, row->fields[2], entry, row, error) &&
         add_phrases(data, LEXICON_DRUG, row->fields[3], entry, row, error);
}

static gboolean
take_body(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  if (!named(row, error))
    return FALSE;
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_BODY, row->fields[0]);
  regroup(entry, row->fields[1]);
  return add_phrases(data, LEXICON_BODY, row->fields[2], entry, row, error);
}

static gboolean
take_term(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  if (!named(row, error))
    return FALSE;
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_TERM, row->fields[0]);
  gsize n = strlen(row->fields[1]);
  entry->flags = n > 0 && row->fields[1][n - 1] == '*';
  g_autofree char *kind = g_strndup(row->fields[1], n - entry->flags);
  static const char *const KINDS[] = {"symptom", "condition", "procedure",
                                      "finding", "social",    NULL};
  if (!g_strv_contains(KINDS, kind))
    return scribe_lexicon_table_refuse(
        row, "the kind is not symptom, condition, procedure, finding or social", error);
  regroup(entry, kind);
  return add_phrase(data, LEXICON_TERM, row->fields[0], entry, row, error) &&
         add_phrases(data, LEXICON_TERM, row->fields[2], entry, row, error);
}

static gboolean
take_unit(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  double factor = 0;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 2, &factor, error))
    return FALSE;
  if (factor < 0)
    return scribe_lexicon_table_refuse(row, "a factor is not negative", error);
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_UNIT, row->fields[0]);
  regroup(entry, row->fields[1]);
  entry->value = factor;
  return add_phrases(data, LEXICON_UNIT, row->fields[3], entry, row, error);
}

static gboolean
word_of(const ScribeLexiconRow *row, guint field, const char *const *words, guint *ret,
        GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strcmp(row->fields[field], words[i]) == 0) {
      *ret = i;
      return TRUE;
    }
  g_autofree char *why = g_strdup_printf("field %u is not a known word", field + 1);
  return scribe_lexicon_table_refuse(row, why, error);
}

static gboolean
take_number(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  static const char *const KINDS[] = {"digit", "ten",       "hundred", "thousand", "million",
                                      "half",  "frequency", "few",     NULL};
  double value = 0;
  guint kind = 0;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 1, &value, error) ||
      !word_of(row, 2, KINDS, &kind, error))
    return FALSE;
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_NUMBER, row->fields[0]);
  entry->value = value;
  entry->flags = kind;
  return add_phrase(data, LEXICON_NUMBER, row->fields[0], entry, row, error);
}

static gboolean
take_cue(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  static const char *const KINDS[] = {"negate",  "negate-after", "affirm", "end",    "yes",  "no",
                                      "correct", "female",       "male",   "family", "idle", NULL};
  guint kind = 0;
  if (!named(row, error) || !word_of(row, 1, KINDS, &kind, error))
    return FALSE;
  ScribeLexiconEntry *entry = entry_of(data, LEXICON_CUE, row->fields[0]);
  if (KINDS[kind + 1] != NULL) /* an idle phrase only keeps its words from being cues */
    entry->flags |= 1u << kind;
  return add_phrase(data, LEXICON_CUE, row->fields[0], entry, row, error);
}

/* The last row stands: a clinic's own takes the place of ours for the same two. */
static void
drop_pair(GPtrArray *from, const char *first, const char *second)
{
  for (guint i = from->len; i > 0; i--) {
    const ScribeLexiconPair *pair = from->pdata[i - 1];
    gboolean same = strcmp(pair->first, first) == 0 && strcmp(pair->second, second) == 0;
    if (same || (strcmp(pair->first, second) == 0 && strcmp(pair->second, first) == 0))
      g_ptr_array_remove_index(from, i - 1);
  }
}

static gboolean
take_pair(GPtrArray *into, const ScribeLexiconRow *row, const char *strong, const char *weak,
          guint source, GError **error)
{
  gboolean high = strcmp(row->fields[2], strong) == 0;
  if (!high && strcmp(row->fields[2], weak) != 0)
    return scribe_lexicon_table_refuse(row, "the level is not a known word", error);
  if (*row->fields[1] == '\0' || *row->fields[source] == '\0')
    return scribe_lexicon_table_refuse(row, "the other side or the source is missing", error);
  drop_pair(into, row->fields[0], row->fields[1]);
  ScribeLexiconPair *pair = g_new0(ScribeLexiconPair, 1);
  pair->first = g_strdup(row->fields[0]);
  pair->second = g_strdup(row->fields[1]);
  pair->high = high;
  pair->reason = g_strdup(source == 4 ? row->fields[3] : "");
  pair->source = g_strdup(row->fields[source]);
  g_ptr_array_add(into, pair);
  return TRUE;
}

static gboolean
take_interaction(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  return named(row, error) && take_pair(l->interactions, row, "high", "moderate", 4, error);
}

static gboolean
take_allergy(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  return named(row, error) && take_pair(l->allergies, row, "certain", "possible", 3, error);
}

static gboolean
take_range(GPtrArray *into, const ScribeLexiconRow *row, guint unit, guint source,
           const guint *places, GError **error)
{
  double v[3] = {0};
  for (guint i = 0; i < 3; i++)
    if (!scribe_lexicon_table_number(row, places[i], &v[i], error))
      return FALSE;
  if (*row->fields[source] == '\0')
    return scribe_lexicon_table_refuse(row, "the source is missing", error);
  ScribeLexiconRange *range = g_new0(ScribeLexiconRange, 1);
  range->name = g_strdup(row->fields[0]);
  range->unit = g_strdup(row->fields[unit]);
  range->source = g_strdup(row->fields[source]);
  range->low = v[0];
  range->high = v[1];
  range->daily = v[2];
  g_ptr_array_add(into, range);
  return v[0] <= v[1] || scribe_lexicon_table_refuse(row, "the low value is above the high", error);
}

/* The same of an earlier row goes: of the same drug, of the same sign at the same ages. */
static void
drop_older(GPtrArray *from)
{
  const ScribeLexiconRange *last = from->pdata[from->len - 1];
  for (guint i = from->len - 1; i > 0; i--) {
    const ScribeLexiconRange *range = from->pdata[i - 1];
    if (strcmp(range->name, last->name) == 0 && range->from_age == last->from_age &&
        range->to_age == last->to_age)
      g_ptr_array_remove_index(from, i - 1);
  }
}

static gboolean
take_dose(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  static const guint PLACES[] = {2, 3, 4};
  ScribeLexicon *l = data;
  if (!named(row, error) || !take_range(l->doses, row, 1, 5, PLACES, error))
    return FALSE;
  drop_older(l->doses);
  return TRUE;
}

static gboolean
take_vital(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  static const guint PLACES[] = {3, 4, 4};
  ScribeLexicon *l = data;
  double from = 0, to = 0;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 1, &from, error) ||
      !scribe_lexicon_table_number(row, 2, &to, error) ||
      !take_range(l->vitals, row, 5, 6, PLACES, error))
    return FALSE;
  ScribeLexiconRange *range = l->vitals->pdata[l->vitals->len - 1];
  range->from_age = from;
  range->to_age = to;
  drop_older(l->vitals);
  return TRUE;
}

static gboolean
take_pattern(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  static const char *const KINDS[] = {"placeholder", "prompt-leak", "consent", "language", NULL};
  static const ScribeFindingKind FOUND[] = {SCRIBE_FINDING_PLACEHOLDER, SCRIBE_FINDING_PROMPT_LEAK,
                                            SCRIBE_FINDING_CONSENT, SCRIBE_FINDING_LANGUAGE};
  static const char *const SEVERITIES[] = {"info", "warn", "block", NULL};
  ScribeLexicon *l = data;
  guint kind = 0, severity = 0;
  g_autofree char *why = NULL;
  if (!word_of(row, 0, KINDS, &kind, error) || !word_of(row, 1, SEVERITIES, &severity, error))
    return FALSE;
  gpointer code = scribe_pattern_compile(row->fields[2], &why);
  if (code == NULL)
    return scribe_lexicon_table_refuse(row, why, error);
  ScribeLexiconPattern *pattern = g_new0(ScribeLexiconPattern, 1);
  pattern->kind = FOUND[kind];
  pattern->severity = (ScribeSeverity)severity;
  pattern->reason = g_strdup(row->fields[3]);
  pattern->code = code;
  g_ptr_array_add(l->patterns, pattern);
  return TRUE;
}

static gboolean
take_weight(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  double value = 0, unsaid = LEXICON_UNSAID;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 1, &value, error) ||
      (row->n > 2 && !scribe_lexicon_table_number(row, 2, &unsaid, error)))
    return FALSE;
  if (value < 0 || value > 20 || unsaid < 0 || unsaid > 1)
    return scribe_lexicon_table_refuse(row, "a weight is 0 to 20, a share 0 to 1", error);
  Weight *weight = g_new0(Weight, 1);
  weight->stem = scribe_lexicon_hash(row->fields[0], strlen(row->fields[0]));
  weight->value = value;
  weight->unsaid = unsaid;
  g_hash_table_replace(l->weights, &weight->stem, weight);
  return TRUE;
}

static void
add_link(ScribeLexicon *l, guint64 noted, guint64 said, float strength, gboolean opposite)
{
  LinkRow *links = g_hash_table_lookup(l->links, &noted);
  if (links == NULL) {
    links = g_new0(LinkRow, 1);
    links->noted = noted;
    links->links = g_array_new(FALSE, FALSE, sizeof(ScribeLexiconLink));
    g_hash_table_insert(l->links, &links->noted, links);
  }
  ScribeLexiconLink link = {said, strength, opposite};
  g_array_append_val(links->links, link);
}

/* A stem is written as it is; a concept as "#domain:name", the way it was hashed. */
static gboolean
take_link(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  double value = 0;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 2, &value, error))
    return FALSE;
  if (value < 0 || value > 1)
    return scribe_lexicon_table_refuse(row, "a strength is between 0 and 1", error);
  guint64 noted = scribe_lexicon_hash(row->fields[0], strlen(row->fields[0]));
  add_link(l, noted, scribe_lexicon_hash(row->fields[1], strlen(row->fields[1])), (float)value,
           FALSE);
  return TRUE;
}

/* Who says the one says that there is none of the other: a link that turns round.  One phrase may
 * exclude many things: it is an entry of its own. */
static gboolean
take_opposite(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  if (!named(row, error))
    return FALSE;
  const ScribeLexiconEntry *term = g_hash_table_lookup(l->names[LEXICON_TERM], row->fields[0]);
  if (strchr(row->fields[0], ' ') != NULL && term == NULL)
    return scribe_lexicon_table_refuse(row, "it is neither one word nor in terms.tsv", error);
  char stem[64];
  scribe_stem_cut(row->fields[0], stem);
  guint64 noted = term != NULL ? term->key : scribe_lexicon_hash(stem, strlen(stem));
  g_auto(GStrv) phrases = g_strsplit(row->fields[1], ";", -1);
  for (guint i = 0; phrases[i] != NULL; i++) {
    const char *phrase = g_strstrip(phrases[i]);
    const ScribeLexiconEntry *entry = entry_of(l, LEXICON_OPPOSITE, phrase);
    add_link(l, noted, entry->key, LEXICON_OPPOSED, TRUE);
    if (*phrase != '\0' && !add_phrase(l, LEXICON_OPPOSITE, phrase, entry, row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_model(gpointer data, const ScribeLexiconRow *row, GError **error)
{
  ScribeLexicon *l = data;
  double place = 0, value = 0;
  if (!named(row, error) || !scribe_lexicon_table_number(row, 1, &place, error) ||
      !scribe_lexicon_table_number(row, 2, &value, error))
    return FALSE;
  GArray *model = g_hash_table_lookup(l->models, row->fields[0]);
  if (model == NULL) {
    model = g_array_new(FALSE, TRUE, sizeof(double));
    g_hash_table_insert(l->models, g_strdup(row->fields[0]), model);
  }
  if (place < 0 || place != floor(place) || place >= LEXICON_MODEL_MAX || place > model->len)
    return scribe_lexicon_table_refuse(row, "the places of a model are 0, 1, 2 and so on", error);
  g_array_set_size(model, MAX(model->len, (guint)place + 1));
  g_array_index(model, double, (guint)place) = value;
  return TRUE;
}

static const struct {
  const char *file;
  guint least, most;
  ScribeLexiconTake take;
  gboolean trained; /* written by a program; may be missing */
} TABLES[] = {
    {"drugs.tsv", 3, 4, take_drug, FALSE},
    {"body.tsv", 3, 3, take_body, FALSE},
    {"terms.tsv", 3, 3, take_term, FALSE},
    {"units.tsv", 4, 4, take_unit, FALSE},
    {"numbers.tsv", 4, 4, take_number, FALSE},
    {"cues.tsv", 3, 3, take_cue, FALSE},
    {"interactions.tsv", 5, 5, take_interaction, FALSE},
    {"allergies.tsv", 4, 4, take_allergy, FALSE},
    {"doses.tsv", 6, 6, take_dose, FALSE},
    {"vitals.tsv", 7, 7, take_vital, FALSE},
    {"patterns.tsv", 4, 4, take_pattern, FALSE},
    {"opposites.tsv", 3, 3, take_opposite, FALSE},
    {"weights.tsv", 2, 3, take_weight, TRUE},
    {"links.tsv", 3, 3, take_link, TRUE},
    {"models.tsv", 3, 4, take_model, TRUE},
};

gboolean
scribe_lexicon_read(ScribeLexicon *lexicon, const char *file, const char *text, gsize length,
                    GError **error)
{
  g_autofree char *name = g_path_get_basename(file);
  for (gsize i = 0; i < G_N_ELEMENTS(TABLES); i++)
    if (strcmp(TABLES[i].file, name) == 0) {
      g_autofree char *copy = g_malloc(length + 1);
      memcpy(copy, text, length);
      copy[length] = '\0';
      if (strcmp(name, "models.tsv") == 0)
        g_hash_table_remove_all(lexicon->models);
      return scribe_lexicon_table_read(file, copy, length, TABLES[i].least, TABLES[i].most,
                                       TABLES[i].take, lexicon, error);
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: there is no such table", file);
  return FALSE;
}

static gboolean
read_file(ScribeLexicon *l, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  return base_file_read(path, LEXICON_TABLE_CAP, &text, &length, error) &&
         scribe_lexicon_read(l, path, text, length, error);
}

gboolean
scribe_lexicon_load(const char *own_folder, ScribeLexicon **ret, GError **error)
{
  g_autoptr(ScribeLexicon) l = scribe_lexicon_new();
  for (gsize i = 0; i < G_N_ELEMENTS(TABLES); i++) {
    g_autofree char *name = g_build_filename("lexicon", TABLES[i].file, NULL);
    g_autofree char *path = base_file_data(name);
    gboolean there = g_file_test(path, G_FILE_TEST_EXISTS);
    if ((there || !TABLES[i].trained) && !read_file(l, path, error))
      return FALSE;
    g_autofree char *own =
        own_folder != NULL ? g_build_filename(own_folder, TABLES[i].file, NULL) : NULL;
    if (own != NULL && g_file_test(own, G_FILE_TEST_EXISTS) && !read_file(l, own, error))
      return FALSE;
  }
  *ret = g_steal_pointer(&l);
  return TRUE;
}

/* --- looking things up --- */

ScribeLexiconHit
scribe_lexicon_find(const ScribeLexicon *l, ScribeLexiconDomain domain, const guint64 *hashes,
                    guint n)
{
  ScribeLexiconHit hit = {NULL, 0};
  guint64 hash = 0;
  for (guint i = 0; i < MIN(n, LEXICON_PHRASE_WORDS); i++) {
    hash = i == 0 ? hashes[0] : scribe_lexicon_join(hash, hashes[i]);
    const Slot *slot = g_hash_table_lookup(l->phrases[domain], &hash);
    if (slot == NULL)
      break;
    if (slot->entry != NULL)
      hit = (ScribeLexiconHit){slot->entry, i + 1};
  }
  return hit;
}

const ScribeLexiconEntry *
scribe_lexicon_named(const ScribeLexicon *l, ScribeLexiconDomain domain, const char *name)
{
  return g_hash_table_lookup(l->names[domain], name);
}

/* At most `most` single-letter changes, additions or losses apart. */
static gboolean
is_near(const char *a, const char *b, guint most)
{
  gsize n = strlen(a), m = strlen(b);
  if (n > 30 || m > 30 || MAX(n, m) - MIN(n, m) > most)
    return FALSE;
  guint row[32];
  for (gsize j = 0; j <= m; j++)
    row[j] = (guint)j;
  for (gsize i = 1; i <= n; i++) {
    guint diagonal = row[0], best = G_MAXUINT;
    row[0] = (guint)i;
    for (gsize j = 1; j <= m; j++) {
      guint above = row[j];
      guint swap = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = MIN(swap, MIN(above, row[j - 1]) + 1);
      diagonal = above;
      best = MIN(best, row[j]);
    }
    if (best > most && row[0] > most)
      return FALSE;
  }
  return row[m] <= most;
}

const ScribeLexiconEntry *
scribe_lexicon_near_drug(const ScribeLexicon *l, const char *word)
{
  gsize n = strlen(word);
  if (n < 6)
    return NULL;
  const GPtrArray *list = g_hash_table_lookup(l->near, GUINT_TO_POINTER((guint)(guchar)word[0]));
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const NearWord *near = list->pdata[i];
    if (is_near(word, near->word, n >= 9 ? 2 : 1))
      return near->entry;
  }
  return NULL;
}

const GPtrArray *
scribe_lexicon_interactions(const ScribeLexicon *l)
{
  return l->interactions;
}

const GPtrArray *
scribe_lexicon_allergies(const ScribeLexicon *l)
{
  return l->allergies;
}

const GPtrArray *
scribe_lexicon_doses(const ScribeLexicon *l)
{
  return l->doses;
}

const GPtrArray *
scribe_lexicon_vitals(const ScribeLexicon *l)
{
  return l->vitals;
}

const GPtrArray *
scribe_lexicon_patterns(const ScribeLexicon *l)
{
  return l->patterns;
}

double
scribe_lexicon_weight(const ScribeLexicon *l, guint64 stem)
{
  const Weight *weight = g_hash_table_lookup(l->weights, &stem);
  return weight != NULL ? weight->value : LEXICON_RARE;
}

double
scribe_lexicon_unsaid(const ScribeLexicon *l, guint64 stem)
{
  const Weight *weight = g_hash_table_lookup(l->weights, &stem);
  return weight != NULL ? weight->unsaid : LEXICON_UNSAID;
}

const GArray *
scribe_lexicon_links(const ScribeLexicon *l, guint64 noted)
{
  const LinkRow *row = g_hash_table_lookup(l->links, &noted);
  return row != NULL ? row->links : NULL;
}

const double *
scribe_lexicon_model(const ScribeLexicon *l, const char *name, guint n)
{
  const GArray *model = g_hash_table_lookup(l->models, name);
  return model != NULL && model->len >= n ? (const double *)(gconstpointer)model->data : NULL;
}
