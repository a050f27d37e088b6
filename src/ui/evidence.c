#include "ui/evidence.h"

#include <string.h>

#include "guichet/base/text.h"

#define EVIDENCE_SPEAKERS 2000u /* turns of which the speaker is styled */

static void
evidence_speakers(UiTextView *said, const GArray *turns)
{
  const char *text = ui_textview_text(said);
  for (guint i = 0; i < MIN(turns->len, EVIDENCE_SPEAKERS); i++) {
    gsize at = g_array_index(turns, gsize, i), start = at;
    while (start > 0 && text[start - 1] != '\n')
      start--;
    ui_textview_span(said, start, at, UI_STYLE_QUIET);
  }
}

void
ui_evidence_highlight(UiTextView *said, const ScribeTranscript *transcript, const GArray *turns,
                      const GArray *evidence)
{
  gsize first = G_MAXSIZE, last = 0;
  if (transcript == NULL)
    return;
  evidence_speakers(said, turns);
  for (guint i = 0; evidence != NULL && i < evidence->len; i++) {
    const ScribeEvidence *own = &g_array_index(evidence, ScribeEvidence, i);
    if (own->turn >= turns->len)
      continue;
    const ScribeTurn *turn = scribe_transcript_turn(transcript, own->turn);
    gsize at = g_array_index(turns, gsize, own->turn);
    gsize start = at + base_text_byte(turn->text, own->start);
    gsize end = at + base_text_byte(turn->text, own->end);
    ui_textview_span(said, start, end, UI_STYLE_EVIDENCE);
    first = MIN(first, start);
    last = MAX(last, end);
  }
  if (first != G_MAXSIZE)
    ui_textview_show(said, first, last);
}
