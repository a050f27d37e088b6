#include "scribe/rule_person.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "scribe/message.h"

#define PERSON_BEFORE 8u /* words from "my mother" to what she had */
#define PERSON_TURN 25u  /* words of a turn that are looked at, before and after */
#define PERSON_HEADED 4u /* sentences under a heading of the family's history */

/* All that was said of one thing, that is neither a denial nor an open question. */
typedef struct {
  guint family, own, past;
  guint at; /* the last place of the family, or the past */
} Told;

/* cues.tsv has one of each; here the rest of them count too */
static gboolean
is_kin(const ScribeReading *r, guint i)
{
  static const char *const KIN[] = {"brothers",  "sisters",  "sons",     "daughters",    "uncles",
                                    "aunts",     "cousins",  "mgf",      "mgm",          "pgf",
                                    "pgm",       "paternal", "maternal", "grandparents", "familial",
                                    "familiaux", "freres",   "soeurs",   "parents",      NULL};
  return (scribe_reading_cue(r, i) & LEXICON_CUE_FAMILY) ||
         g_strv_contains(KIN, scribe_reading_word(r, i));
}

static gboolean
is_family(const ScribeReading *r, guint i)
{
  static const char *const SELF[] = {"i",    "my", "me",  "myself", "je",   "moi", "j",
                                     "elle", "he", "she", "you",    "vous", NULL};
  for (guint d = 1; d <= PERSON_BEFORE && d <= i; d++) {
    const ScribeToken *token = scribe_reading_token(r, i - d);
    if (token->turn != scribe_reading_token(r, i)->turn)
      return FALSE;
    if (is_kin(r, i - d))
      return TRUE;
    if (g_strv_contains(SELF, scribe_reading_word(r, i - d)) ||
        (scribe_reading_token(r, i - d + 1)->flags & READING_SENTENCE))
      return FALSE;
  }
  return FALSE;
}

static gboolean
holds_past(const ScribeReading *r, guint first, guint last)
{
  static const char *const PAST[] = {"quit",       "quitting", "stopped", "former", "formerly",
                                     "previously", "ex",       "used",    "past",   "gave",
                                     "history",    "ago",      "never",   "since",  "ancien",
                                     "ancienne",   "arrete",   "arretee", "sevre",  "sevree",
                                     "sevrage",    "stop",     "avant",   "plus",   NULL};
  for (guint i = first; i <= last && i < r->tokens->len; i++)
    if (g_strv_contains(PAST, scribe_reading_word(r, i)))
      return TRUE;
  return FALSE;
}

static void
turn_of(const ScribeReading *r, guint i, guint *ret_first, guint *ret_last)
{
  guint turn = scribe_reading_token(r, i)->turn, first = i, last = i;
  while (first > 0 && i - first < PERSON_TURN && scribe_reading_token(r, first - 1)->turn == turn)
    first--;
  while (last + 1 < r->tokens->len && last - i < PERSON_TURN &&
         scribe_reading_token(r, last + 1)->turn == turn)
    last++;
  *ret_first = first;
  *ret_last = last;
}

/* "Do you smoke?" "I used to." */
static gboolean
is_past(const ScribeReading *r, guint i)
{
  guint first = 0, last = 0;
  turn_of(r, i, &first, &last);
  if (scribe_reading_token(r, i)->asked && last + 1 < r->tokens->len)
    turn_of(r, last + 1, &first, &last);
  return holds_past(r, first, last);
}

static Told
ask(const ScribeReading *said, const ScribeLexiconEntry *entry)
{
  Told told = {0};
  for (guint i = 0; i < said->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(said, i);
    if (token->mark[LEXICON_TERM] != entry || token->words_of[LEXICON_TERM] == 0)
      continue;
    gboolean past = is_past(said, i), family = is_family(said, i);
    if (token->polarity < 0 && !past)
      continue;
    if (token->asked && token->polarity == 0 && !past)
      continue;
    told.family += family;
    told.past += past;
    told.own += !family && !past;
    if (family || past)
      told.at = i;
  }
  return told;
}

/* A sentence about somebody who sits there, not a line of a list. */
static gboolean
is_of_patient(const ScribeReading *note, guint i)
{
  static const char *const WHO[] = {"he", "she",  "patient", "patiente", "pt",       "mr",  "mrs",
                                    "ms", "elle", "il",      "madame",   "monsieur", "mme", NULL};
  for (guint d = 1; d <= PERSON_TURN && d <= i; d++) {
    if (scribe_reading_token(note, i - d + 1)->flags & READING_SENTENCE)
      return FALSE;
    if (g_strv_contains(WHO, scribe_reading_word(note, i - d)))
      return TRUE;
  }
  return FALSE;
}

/* Its sentence, or those before it down from a heading, speak of the family. */
static gboolean
is_headed(const ScribeReading *note, guint i)
{
  guint sentences = 0;
  for (guint k = i + 1; k-- > 0 && sentences <= PERSON_HEADED;) {
    if (is_kin(note, k))
      return TRUE;
    sentences += (scribe_reading_token(note, k)->flags & READING_SENTENCE) != 0;
  }
  for (guint k = i + 1; k < note->tokens->len && k < i + 10; k++) {
    if (scribe_reading_token(note, k)->flags & READING_SENTENCE)
      return FALSE;
    if (is_kin(note, k))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_told_as_past(const ScribeReading *note, guint i)
{
  guint first = i, last = i;
  while (first > 0 && i - first < PERSON_TURN &&
         !(scribe_reading_token(note, first)->flags & READING_SENTENCE))
    first--;
  while (last + 1 < note->tokens->len && last - i < PERSON_TURN &&
         !(scribe_reading_token(note, last + 1)->flags & READING_SENTENCE))
    last++;
  return holds_past(note, first, last);
}

static void
add(const ScribeReading *said, const ScribeTranscript *transcript, const ScribeReading *note,
    guint i, const Told *told, gboolean family, GPtrArray *findings)
{
  const ScribeToken *from = scribe_reading_token(said, told->at);
  const ScribeToken *to = scribe_reading_token(said, told->at + from->words_of[LEXICON_TERM] - 1);
  g_autofree char *quote = scribe_message_quote(
      scribe_transcript_turn(transcript, from->turn)->text, from->start, to->end);
  char *message =
      family ? g_strdup_printf(_("The note says this of the patient; the transcript says it of the "
                                 "family: “%s”, turn %u."),
                               quote, from->turn)
             : g_strdup_printf(_("The note says this of now; the transcript says that it is over: "
                                 "“%s”, turn %u."),
                               quote, from->turn);
  guint last = i + scribe_reading_token(note, i)->words_of[LEXICON_TERM] - 1;
  ScribeFinding *finding = scribe_finding_new(
      family ? SCRIBE_FINDING_PERSON : SCRIBE_FINDING_NEGATION, SCRIBE_SEVERITY_WARN,
      scribe_reading_token(note, i)->start, scribe_reading_token(note, last)->end, message);
  scribe_finding_add_evidence(finding, from->turn, from->start, to->end);
  g_ptr_array_add(findings, finding);
}

void
scribe_rule_person_find(const ScribeIndex *index, const ScribeTranscript *transcript,
                        const ScribeReading *note, GPtrArray *findings)
{
  g_autoptr(GHashTable) asked = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < note->tokens->len; i++) {
    const ScribeToken *token = scribe_reading_token(note, i);
    const ScribeLexiconEntry *entry = token->mark[LEXICON_TERM];
    if (token->words_of[LEXICON_TERM] == 0 || token->polarity < 0)
      continue;
    gboolean habit = strcmp(entry->name, "smoking") == 0;
    if (!is_of_patient(note, i))
      continue;
    if (!habit && strcmp(entry->group, "condition") != 0)
      continue;
    Told *known = g_hash_table_lookup(asked, entry->name);
    if (known == NULL) {
      Told fresh = ask(index->said, entry);
      known = g_memdup2(&fresh, sizeof fresh);
      g_hash_table_insert(asked, entry->name, known);
    }
    Told told = *known;
    if (!habit && told.family > 0 && told.own + told.past == 0 && !is_headed(note, i))
      add(index->said, transcript, note, i, &told, TRUE, findings);
    else if (habit && told.past > 0 && told.own + told.family == 0 && !is_headed(note, i) &&
             !is_told_as_past(note, i))
      add(index->said, transcript, note, i, &told, FALSE, findings);
  }
}
