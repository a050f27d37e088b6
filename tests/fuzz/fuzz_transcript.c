/* Any bytes as a transcript; what is accepted must be whole, and is checked against a note. */
#include <stdint.h>
#include <stdlib.h>

#include "guichet/scribe/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_through(const ScribeTranscript *transcript)
{
  gint64 latest = 0;
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    if (!g_utf8_validate(turn->text, -1, NULL) || !g_utf8_validate(turn->speaker, -1, NULL))
      abort();
    if (turn->start_ms >= 0 && turn->start_ms < latest)
      abort();
    latest = MAX(latest, turn->start_ms);
  }
}

static void
check_all(const ScribeTranscript *transcript)
{
  static ScribeLexicon *lexicon;
  if (lexicon == NULL && !scribe_lexicon_load(NULL, &lexicon, NULL))
    abort();
  g_autoptr(GPtrArray) findings = NULL;
  const ScribeTurn *turn = scribe_transcript_turn(transcript, 0);
  if (!scribe_check_note(lexicon, transcript, turn->text, NULL, &findings, NULL))
    return;
  guint length = (guint)g_utf8_strlen(turn->text, -1);
  for (guint i = 0; i < findings->len; i++) {
    const ScribeFinding *f = findings->pdata[i];
    if (f->start > f->end || f->end > length || !g_utf8_validate(f->message, -1, NULL))
      abort();
    for (guint k = 0; k < f->evidence->len; k++) {
      ScribeEvidence e = g_array_index(f->evidence, ScribeEvidence, k);
      const ScribeTurn *at = scribe_transcript_turn(transcript, e.turn);
      if (at == NULL || e.start > e.end || e.end > (guint)g_utf8_strlen(at->text, -1))
        abort();
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(GError) error = NULL;
  if (!scribe_transcript_parse("fuzz", (const char *)data, size, &transcript, &error)) {
    if (error == NULL)
      abort();
    return 0;
  }
  look_through(transcript);
  if (transcript->turns->len > 0 && size < 20000)
    check_all(transcript);
  json_decref(scribe_transcript_to_json(transcript));
  return 0;
}
