/* The builtin engine's work between candidates and a draft that no check has read yet. */
#ifndef GUICHET_SCRIBE_NOTE_PRIVATE_H
#define GUICHET_SCRIBE_NOTE_PRIVATE_H

#include "guichet/scribe/draft.h"
#include "scribe/model.h"

typedef struct {
  ScribeDraft *draft;
  const ScribeSpeech *speech;
  const ScribePerson *person;
  const GPtrArray *candidates; /* all, in the order of speech */
  GPtrArray *chosen;           /* of them, in the order of speech; borrowed */
  gboolean french;
  guint nth; /* subjects written so far */
} ScribeNote;

/* Chooses candidates until the note is as long as the visit asks for; drops what repeats;
 * what was said at the `wanted` places (of ScribeEvidence, may be NULL) is among them where it can
 * be written.  Returns a GPtrArray of borrowed ScribeCandidate in the order of speech.  Caller
 * unrefs. */
GPtrArray *scribe_note_choose(const GPtrArray *candidates, guint spoken, guint turns,
                              const GArray *wanted);

/* Puts the chosen into the sections of the draft. */
void scribe_note_fill(ScribeNote *note);

/* One statement of a candidate, behind `prefix` (may be ""). */
void scribe_note_write(ScribeNote *note, ScribeSection *section, const char *prefix,
                       const ScribeCandidate *candidate);

ScribeSection *scribe_note_section(ScribeNote *note, ScribeSectionKind kind);

#endif
