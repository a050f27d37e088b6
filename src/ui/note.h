/* A note as the review walks it: statements (units), each with its mark, its evidence and its
 * findings; and the transcript as text with its turns' places. */
#ifndef GUICHET_UI_NOTE_H
#define GUICHET_UI_NOTE_H

#include "guichet/clinic/review.h"
#include "ui/canvas.h"

G_BEGIN_DECLS

typedef struct {
  gsize start, end;                 /* bytes of the text */
  const ScribeStatement *statement; /* NULL: written by a person */
  const char *mark;                 /* "!B", "?U", "!W", "i", "~", "+" or "" */
  UiStyle style;
} UiNoteUnit;

/* Statements of the draft that still stand in the text, and what persons wrote between them.
 * GArray of UiNoteUnit; points into the review. */
GArray *ui_note_units(const ClinicReview *review);

UiStyle ui_note_severity_style(ScribeSeverity severity);
/* A finding's place in the text, in bytes. */
void ui_note_place(const ClinicReview *review, const ScribeFinding *finding, gsize *ret_start,
                   gsize *ret_end);
/* The unit at a byte; G_MAXUINT none. */
guint ui_note_unit_at(const GArray *units, gsize byte);

/* "Patient 03:14: …" a paragraph each; *ret_turns takes where each turn's own text begins (GArray
 * of gsize).  NULL transcript: a sentence that says so. */
char *ui_note_said(const ScribeTranscript *transcript, GArray **ret_turns);
/* "Patient 03:14". */
char *ui_note_speaker(const ScribeTurn *turn);
/* What an evidence quotes. */
char *ui_note_quote(const ScribeTranscript *transcript, const ScribeEvidence *evidence);

G_END_DECLS
#endif
