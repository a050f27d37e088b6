/* Evidence on the transcript's side. */
#ifndef GUICHET_UI_EVIDENCE_H
#define GUICHET_UI_EVIDENCE_H

#include "guichet/clinic/review.h"
#include "ui/textview.h"

/* Speakers in one style, the evidence in another, and the first of it in sight.  `evidence` (of
 * ScribeEvidence) may be NULL. */
void ui_evidence_highlight(UiTextView *said, const ScribeTranscript *transcript,
                           const GArray *turns, const GArray *evidence);

#endif
