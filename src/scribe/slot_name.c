#include "scribe/slot_name.h"

#include <math.h>
#include <string.h>

gboolean
scribe_slot_name_kin(const ScribeLexiconEntry *a, const ScribeLexiconEntry *b)
{
  if (a == b)
    return TRUE;
  return strcmp(a->group, b->name) == 0 || strcmp(b->group, a->name) == 0;
}

/* "statin" stands for any statin, "anti-inflammatories" for any NSAID: names of whole classes. */
static gboolean
is_class(const ScribeLexiconEntry *drug)
{
  gsize n = strlen(drug->name);
  if (n > 0 && drug->name[n - 1] == 's' && strncmp(drug->name, drug->group, n - 1) == 0)
    return TRUE;
  return strcmp(drug->name, drug->group) == 0 || g_str_has_suffix(drug->group, " class") ||
         strcmp(drug->name, "blood thinner") == 0 || strcmp(drug->name, "opioids") == 0 ||
         strcmp(drug->name, "insulin") == 0;
}

static ScribeSuspectTie
tie_drug(const ScribeLexiconEntry *a, const ScribeLexiconEntry *b)
{
  if (a == b)
    return SUSPECT_SAME;
  if (strcmp(a->group, b->group) == 0 && (is_class(a) || is_class(b)))
    return SUSPECT_RELATED;
  if (strstr(a->name, b->name) != NULL || strstr(b->name, a->name) != NULL)
    return SUSPECT_SAME;
  return SUSPECT_OTHER;
}

static ScribeSuspectTie
tie_body(const ScribeLexiconEntry *a, const ScribeLexiconEntry *b)
{
  if (a == b)
    return SUSPECT_SAME;
  return scribe_slot_name_kin(a, b) ? SUSPECT_RELATED : SUSPECT_OTHER;
}

/* A word of the transcript that is no drug's name but nearly one. */
static const ScribeLexiconEntry *
misheard(const ScribeReading *said, guint i)
{
  const ScribeToken *token = scribe_reading_token(said, i);
  if (token->weight < 5.5f || token->number >= 0 || token->mark[LEXICON_TERM] != NULL ||
      token->mark[LEXICON_BODY] != NULL)
    return NULL;
  return scribe_lexicon_near_drug(said->lexicon, scribe_reading_word(said, i));
}

static const ScribeLexiconEntry *
said_name(const ScribeReading *said, guint i, ScribeLexiconDomain domain)
{
  const ScribeToken *token = scribe_reading_token(said, i);
  if (token->retracted)
    return NULL;
  if (token->words_of[domain] > 0)
    return token->mark[domain];
  return domain == LEXICON_DRUG && token->mark[domain] == NULL ? misheard(said, i) : NULL;
}

/* The concept around the name was said in other words: "stomach ache" for "abdominal pain". */
static double
around(const ScribeSuspectRun *run, guint first, guint last)
{
  double best = 0;
  for (guint i = first > 3 ? first - 3 : 0; i <= last && i < run->note->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(run->note, i);
    if (token->words_of[LEXICON_TERM] > 1 && i + token->words_of[LEXICON_TERM] > first &&
        token->key == token->mark[LEXICON_TERM]->key)
      best = MAX(best, scribe_index_near(run->ways->pdata[i], 0, G_MAXINT32));
  }
  return best;
}

static double
linked(const GArray *ways)
{
  double best = 0;
  for (guint i = 0; ways != NULL && i < ways->len; i++)
    best = MAX(best, g_array_index(ways, ScribeIndexWay, i).strength);
  return best;
}

/* The name is of a family of words the note itself leans on. */
static guint
count_in_note(const ScribeReading *note, const ScribeLexiconEntry *entry, ScribeLexiconDomain d)
{
  guint n = 0;
  for (guint i = 0; i < note->tokens->len; i++)
    n += scribe_reading_token(note, i)->words_of[d] > 0 &&
         scribe_reading_token(note, i)->mark[d] == entry;
  return n;
}

/* "Ears, Nose, Mouth and Throat:", but not "Examination of the right knee:" */
static gboolean
is_heading(const ScribeReading *note, guint i)
{
  static const char *const OF[] = {"of", "the", "right", "left", "de", "du", "la", "le", NULL};
  if (i > 0 && !(scribe_reading_token(note, i)->flags & READING_SENTENCE) &&
      g_strv_contains(OF, scribe_reading_word(note, i - 1)))
    return FALSE;
  for (guint k = i; k < note->tokens->len && k < i + 7; k++) {
    const ScribeToken *token = scribe_reading_token(note, k);
    if (k > i && (token->flags & READING_SENTENCE))
      return FALSE;
    if (token->flags & READING_COLON_AFTER)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_adjective(const char *word)
{
  return g_str_has_suffix(word, "al") || g_str_has_suffix(word, "ar") ||
         g_str_has_suffix(word, "ic") || g_str_has_suffix(word, "ary");
}

/* Does the note have, anywhere, the name that was said? */
static gboolean
is_noted(const ScribeReading *note, const ScribeLexiconEntry *said, ScribeLexiconDomain domain)
{
  for (guint i = 0; i < note->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(note, i);
    if (token->words_of[domain] > 0 && token->mark[domain] == said)
      return TRUE;
  }
  return FALSE;
}

static void
look_at(ScribeSuspectRun *run, GPtrArray *said_names, ScribeLexiconDomain domain, guint i)
{
  const ScribeToken *token = scribe_reading_token(run->note, i);
  const ScribeLexiconEntry *entry = token->mark[domain];
  gboolean drug = domain == LEXICON_DRUG;
  guint last = i + token->words_of[domain] - 1, sentence = scribe_suspect_sentence(run->note, i);
  ScribeSuspectWeigh w;
  scribe_suspect_weigh(run, sentence, i, last, &w);
  guint names = 0;
  double other_group = 0;
  g_autoptr(GArray) ties = g_array_new(FALSE, FALSE, sizeof(ScribeSuspectTied));
  for (guint k = 0; k < said_names->len; k++) {
    const ScribeLexiconEntry *said = said_names->pdata[k];
    if (said == NULL)
      continue;
    names++;
    ScribeSuspectTie tie = drug ? tie_drug(entry, said) : tie_body(entry, said);
    scribe_suspect_place(&w, k, tie);
    ScribeSuspectTied tied = {k, tie == SUSPECT_RELATED ? SUSPECT_SAME : tie, FALSE};
    tied.missing = tie == SUSPECT_OTHER && !is_noted(run->note, said, domain);
    if (tied.missing)
      scribe_suspect_miss(&w, k);
    g_array_append_val(ties, tied);
    other_group = MAX(other_group, tie == SUSPECT_OTHER && strcmp(entry->group, said->group) == 0);
  }
  ScribeSuspect *c = scribe_suspect_add(run, drug ? SUSPECT_DRUG : SUSPECT_BODY,
                                        drug ? SCRIBE_FINDING_DRUG : SCRIBE_FINDING_BODY, i, last);
  scribe_suspect_fill(run, &w, sentence, c);
  c->f[12] = linked(run->ways->pdata[i]);
  c->f[13] = around(run, i, last);
  c->f[14] = log1p(names) / 2;
  c->f[15] = other_group;
  c->f[16] = drug ? is_class(entry) : is_adjective(scribe_reading_word(run->note, i));
  c->f[17] = count_in_note(run->note, entry, domain) > 1;
  c->f[18] = (1 - c->f[1]) * c->f[12];
  c->f[19] = (1 - c->f[1]) * (c->f[6] > 0);
  ScribeSuspectBind bind;
  scribe_suspect_bind(run, sentence, i, last, ties, &bind);
  c->f[24] = bind.same;
  c->f[25] = bind.other;
  c->f[26] = bind.other - bind.same;
  c->f[44] = bind.missing;
  c->f[45] = bind.missing - bind.same;
  c->f[47] = (1 - c->f[1]) * scribe_suspect_surprise(run, i);
  c->f[48] = token->polarity < 0;
  c->f[49] = token->mark[LEXICON_TERM] != NULL;
  c->f[50] = c->f[49] > 0 && strcmp(token->mark[LEXICON_TERM]->group, "symptom") != 0;
  c->f[51] = (1 - c->f[1]) * c->f[48];
  c->f[46] = w.missing * (1 - c->f[1]);
  c->f[27] = token->weight / 7;
  c->f[28] = (token->flags & READING_LINE) != 0;
  c->f[29] = (1 - c->f[1]) * token->weight / 7;
}

static void
find(ScribeSuspectRun *run, ScribeLexiconDomain domain)
{
  const ScribeReading *said = run->index->said;
  g_autoptr(GPtrArray) names = g_ptr_array_new_full(said->tokens->len, NULL);
  guint n_names = 0;
  for (guint i = 0; i < said->tokens->len; i++) {
    union {
      const ScribeLexiconEntry *entry;
      gpointer pointer;
    } name = {said_name(said, i, domain)};
    g_ptr_array_add(names, name.pointer);
    n_names += name.pointer != NULL;
  }
  for (guint i = 0; i < run->note->tokens->len; i++) {
    if (scribe_reading_token(run->note, i)->words_of[domain] == 0 ||
        (domain == LEXICON_BODY && is_heading(run->note, i)))
      continue;
    if (!scribe_suspect_spend(run,
                              said->tokens->len + run->note->tokens->len +
                                  n_names * (60ull + run->note->tokens->len),
                              i))
      return;
    look_at(run, names, domain, i);
  }
}

void
scribe_slot_name_find(ScribeSuspectRun *run)
{
  find(run, LEXICON_DRUG);
  find(run, LEXICON_BODY);
}
