#include "scribe/language.h"

#include <string.h>

#define ENOUGH 2000u /* words */

static gboolean
in(const char *word, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp(word, list[i]) == 0)
      return TRUE;
  return FALSE;
}

/* English little words minus French ones, of one turn. */
static int
lean(const char *text, guint *words)
{
  static const char *const ENGLISH[] = {"the", "and",  "is", "you",  "it",   "of",  "to", "have",
                                        "my",  "that", "i",  "what", "your", "are", "for"};
  static const char *const FRENCH[] = {
      "le",   "la", "les", "vous", "est", "et",    "je", "de", "des", "une", "un", "que", "pas",
      "avez", "ai", "du",  "en",   "mon", "votre", "il", "c",  "j",   "l",   "d",  "ça",  "oui"};
  g_autofree char *low = g_utf8_strdown(text, -1);
  g_auto(GStrv) parts = g_strsplit_set(low, " ,.?!;:'\"", -1);
  int sum = 0;
  for (guint i = 0; parts[i] != NULL; i++) {
    *words += *parts[i] != '\0';
    sum += in(parts[i], ENGLISH, G_N_ELEMENTS(ENGLISH));
    sum -= in(parts[i], FRENCH, G_N_ELEMENTS(FRENCH));
  }
  return sum;
}

const char *
scribe_language_guess(const ScribeTranscript *transcript)
{
  int sum = 0;
  guint words = 0;
  for (guint i = 0; i < transcript->turns->len && words < ENOUGH; i++)
    sum += lean(scribe_transcript_turn(transcript, i)->text, &words);
  return sum < 0 ? "fr" : "en";
}
