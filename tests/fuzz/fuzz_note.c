/* Everything before the first NUL, or the first half, is a transcript; the rest is the note. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guichet/scribe/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const ScribeLexicon *lexicon, const ScribeTranscript *transcript, const char *note)
{
  static const char *const ALLERGIES[] = {"penicillin", NULL};
  ScribeContext context = {.allergies = ALLERGIES, .age_years = (int)(strlen(note) % 90)};
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GError) error = NULL;
  if (!scribe_check_note(lexicon, transcript, note, &context, &findings, &error)) {
    if (error == NULL || findings != NULL)
      abort();
    return;
  }
  glong length = g_utf8_strlen(note, -1);
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    if (f->start > f->end || f->end > (guint)length || f->message == NULL ||
        !g_utf8_validate(f->message, -1, NULL))
      abort();
    for (guint k = 0; k < f->evidence->len; k++) {
      const ScribeEvidence *e = &g_array_index(f->evidence, ScribeEvidence, k);
      const ScribeTurn *turn = scribe_transcript_turn(transcript, e->turn);
      if (turn == NULL || e->start > e->end || e->end > (guint)g_utf8_strlen(turn->text, -1))
        abort();
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static ScribeLexicon *lexicon; /* made once for the whole run */
  if (lexicon == NULL && !scribe_lexicon_load(NULL, &lexicon, NULL))
    abort();
  const uint8_t *nul = memchr(data, 0, size);
  size_t half = nul != NULL ? (size_t)(nul - data) : size / 2;
  size_t from = nul != NULL ? half + 1 : half;
  g_autoptr(ScribeTranscript) transcript = NULL;
  if (!scribe_transcript_parse("visit", (const char *)data, half, &transcript, NULL))
    return 0;
  g_autofree char *note = g_strndup((const char *)data + from, size - from);
  check(lexicon, transcript, note);
  return 0;
}
