#include "scribe/slot_date.h"

#include <string.h>

#define DATE_MONTHS 12u

/* Months 1 to 12, days 13 to 19, in English and French; 0 none. */
static guint
date_of(const ScribeReading *r, guint i)
{
  static const char *const NAMES[][19] = {
      {"january", "february", "march", "april", "may", "june", "july", "august", "september",
       "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday",
       "saturday", "sunday"},
      {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
       "octobre", "novembre", "decembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi",
       "samedi", "dimanche"},
  };
  const char *word = scribe_reading_word(r, i);
  for (guint language = 0; language < G_N_ELEMENTS(NAMES); language++)
    for (guint k = 0; k < 19; k++)
      if (strcmp(word, NAMES[language][k]) == 0)
        return k + 1;
  return 0;
}

/* "may" and "march" are verbs too. */
static gboolean
is_date(const ScribeReading *r, guint i)
{
  guint date = date_of(r, i);
  if (date != 3 && date != 5)
    return date != 0;
  static const char *const BEFORE[] = {"in", "of",    "since", "last", "on",
                                       "by", "until", "en",    "du",   NULL};
  const ScribeToken *next = i + 1 < r->tokens->len ? scribe_reading_token(r, i + 1) : NULL;
  return (i > 0 && g_strv_contains(BEFORE, scribe_reading_word(r, i - 1))) ||
         (next != NULL && next->number >= 0);
}

static void
look_at(ScribeSuspectRun *run, guint i)
{
  const ScribeReading *said = run->index->said;
  guint date = date_of(run->note, i), sentence = scribe_suspect_sentence(run->note, i);
  ScribeSuspectWeigh w;
  scribe_suspect_weigh(run, sentence, i, i, &w);
  for (guint k = 0; k < said->tokens->len; k++) {
    guint other = date_of(said, k);
    if (other == date)
      scribe_suspect_place(&w, k, SUSPECT_SAME);
    else if (other != 0 && (other > DATE_MONTHS) == (date > DATE_MONTHS) && is_date(said, k))
      scribe_suspect_place(&w, k, SUSPECT_OTHER);
  }
  ScribeSuspect *c = scribe_suspect_add(run, SUSPECT_DATE, SCRIBE_FINDING_DATE, i, i);
  scribe_suspect_fill(run, &w, sentence, c);
}

void
scribe_slot_date_find(ScribeSuspectRun *run)
{
  for (guint i = 0; i < run->note->tokens->len; i++)
    if (is_date(run->note, i)) {
      if (!scribe_suspect_spend(run, run->index->said->tokens->len * 20ull, i))
        return;
      look_at(run, i);
    }
}
