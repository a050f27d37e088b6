/* The builtin engine's work between a transcript and a draft that no check has read yet. */
#ifndef GUICHET_SCRIBE_NOTE_PRIVATE_H
#define GUICHET_SCRIBE_NOTE_PRIVATE_H

#include "guichet/scribe/draft.h"
#include "scribe/model.h"

/* Chooses candidates until the note is as long as the visit asks for; drops what repeats.  Returns
 * a GPtrArray of borrowed ScribeCandidate in the order of speech.  Caller unrefs. */
GPtrArray *scribe_note_choose(const GPtrArray *candidates, guint spoken_words);

/* Puts the chosen into the sections of `draft`. */
void scribe_note_fill(ScribeDraft *draft, const ScribeSpeech *speech, const ScribePerson *person,
                      const GPtrArray *chosen);

#endif
