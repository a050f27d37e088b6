#include "scribe/rule_text.h"

#include <string.h>

#include "guichet/base/i18n.h"

#define REPEAT_WORDS 6u

static guint64
sentence_hash(const ScribeReading *r, const ScribeSentence *s)
{
  guint64 hash = 1;
  for (guint i = s->first; i <= s->last; i++)
    hash = scribe_lexicon_join(hash, scribe_reading_token(r, i)->hash);
  return hash;
}

static void
repetitions(const ScribeReading *r, GPtrArray *findings)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < r->sentences->len; i++) {
    const ScribeSentence *s = &g_array_index(r->sentences, ScribeSentence, i);
    guint64 hash = sentence_hash(r, s);
    if (s->last - s->first + 1 < REPEAT_WORDS)
      continue;
    gboolean again = g_hash_table_contains(seen, &hash);
    if (!again) {
      guint64 *own = g_new(guint64, 1);
      *own = hash;
      g_hash_table_add(seen, own);
      continue;
    }
    /* a one-line summary may open a note and its assessment alike */
    g_ptr_array_add(findings,
                    scribe_finding_new(SCRIBE_FINDING_REPETITION, SCRIBE_SEVERITY_INFO,
                                       scribe_reading_token(r, s->first)->start,
                                       scribe_reading_token(r, s->last)->end,
                                       g_strdup(_("This sentence stands in the note twice."))));
  }
}

static int
language_of(const char *word)
{
  static const char *const FRENCH[] = {"le",  "la",  "les",  "des",    "du",   "est", "une", "un",
                                       "et",  "de",  "dans", "avec",   "pour", "pas", "qui", "au",
                                       "aux", "sur", "elle", "depuis", "ne",   "son", "sa",  NULL};
  static const char *const ENGLISH[] = {"the", "of",   "and",  "is",   "was", "with", "her",
                                        "his", "she",  "he",   "to",   "for", "that", "has",
                                        "are", "this", "will", "from", "not", NULL};
  if (g_strv_contains(FRENCH, word))
    return 1;
  return g_strv_contains(ENGLISH, word) ? -1 : 0;
}

static int
lean(const ScribeReading *r, guint first, guint last, guint *ret_words)
{
  int sum = 0;
  for (guint i = first; i <= last; i++) {
    int one = language_of(scribe_reading_word(r, i));
    sum += one;
    *ret_words += one != 0;
  }
  return sum;
}

static void
languages(const ScribeReading *r, const char *language, GPtrArray *findings)
{
  guint words = 0;
  int whole = r->tokens->len > 0 ? lean(r, 0, r->tokens->len - 1, &words) : 0;
  if (language != NULL)
    whole = g_str_has_prefix(language, "fr") ? 1 : g_str_has_prefix(language, "en") ? -1 : whole;
  for (guint i = 0; i < r->sentences->len && whole != 0; i++) {
    const ScribeSentence *s = &g_array_index(r->sentences, ScribeSentence, i);
    guint n = 0;
    int one = lean(r, s->first, s->last, &n);
    if (n < 3 || one * whole >= 0 || (guint)ABS(one) < n - 1)
      continue;
    g_ptr_array_add(
        findings,
        scribe_finding_new(SCRIBE_FINDING_LANGUAGE, SCRIBE_SEVERITY_WARN,
                           scribe_reading_token(r, s->first)->start,
                           scribe_reading_token(r, s->last)->end,
                           g_strdup(whole > 0 ? _("An English sentence in a French note.")
                                              : _("A French sentence in an English note."))));
  }
}

void
scribe_rule_text_find(const ScribeReading *note, const char *text, const char *language,
                      GPtrArray *findings)
{
  (void)text;
  repetitions(note, findings);
  languages(note, language, findings);
}
