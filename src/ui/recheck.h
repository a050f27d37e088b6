/* The checks beside the typing: a pause after the last key, in a thread of their own. */
#ifndef GUICHET_UI_RECHECK_H
#define GUICHET_UI_RECHECK_H

#include "guichet/clinic/review.h"
#include "ui/app.h"

G_BEGIN_DECLS

typedef struct UiRecheck UiRecheck;

/* A finding's place in the text that was checked, in bytes. */
typedef struct {
  gsize start, end;
  const ScribeFinding *finding;
} UiRecheckMark;

/* NULL where the transcript is gone: there is nothing to check against. */
UiRecheck *ui_recheck_new(UiApp *app, const ClinicReview *review);
/* Waits for the thread. */
void ui_recheck_free(UiRecheck *recheck);

/* At each turn, with the text and its version: starts a check once it has rested, takes what a
 * check has found.  TRUE: there is something new to show. */
gboolean ui_recheck_tick(UiRecheck *recheck, guint64 version, const char *text, gint64 now);

/* What was found on this version, by start: GArray of UiRecheckMark; NULL: it is not checked yet.
 */
const GArray *ui_recheck_marks(const UiRecheck *recheck, guint64 version);

G_END_DECLS
#endif
