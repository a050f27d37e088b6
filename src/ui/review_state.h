/* What the files of the review share: its state, its layout and its drawing (review_state.c), the
 * signature (review_sign.c). */
#ifndef GUICHET_UI_REVIEW_STATE_H
#define GUICHET_UI_REVIEW_STATE_H

#include "guichet/clinic/review.h"
#include "ui/app.h"
#include "ui/note.h"
#include "ui/textview.h"

G_BEGIN_DECLS

#define UI_REVIEW_WIDE 100 /* columns from which both sides stand beside each other */

typedef struct {
  UiScreen super;
  gint64 id;
  ClinicReview *review;
  gint64 revision;    /* that is built */
  gboolean held;      /* open for this person to change */
  gboolean stale;     /* something was done: build again */
  gboolean signing;   /* what will be signed is shown */
  gboolean pane_said; /* narrow: the transcript is in front; wide: it scrolls and is searched */
  UiTextView *note, *said;
  GArray *units; /* of UiNoteUnit */
  GArray *turns; /* of gsize: where each turn's words begin in `said` */
  guint current; /* unit */
  int finding;   /* that is shown, -1 none */
  ClinicReason reason;
  gint64 renewed_at; /* monotonic */
  guint detail;      /* rows of the pane at the bottom */
} UiReviewState;

UiReviewState *ui_review_state_new(UiApp *app, const UiScreenOps *ops, ClinicReview *review_taken);
void ui_review_state_free(UiReviewState *state);

const UiNoteUnit *ui_review_state_unit(const UiReviewState *state);       /* or NULL */
const ClinicFinding *ui_review_state_finding(const UiReviewState *state); /* or NULL */

void ui_review_state_layout(UiReviewState *state);
void ui_review_state_mark_findings(UiReviewState *state);
void ui_review_state_draw(const UiScreen *screen, UiCanvas *canvas);

/* What is in sight now counts as looked at, by who has it open. */
void ui_review_state_see(UiReviewState *state);

/* Shows what would be signed, and asks for the password. */
guint ui_review_sign_start(UiReviewState *state);
/* The words for it; caller frees. */
char *ui_review_sign_words(const UiReviewState *state);

G_END_DECLS
#endif
