/* All findings of a note in one list: what they say, and what became of them. */
#ifndef GUICHET_UI_FINDINGS_H
#define GUICHET_UI_FINDINGS_H

#include "guichet/clinic/review.h"
#include "ui/app.h"

/* The review is the screen's below: `go` is called with the finding that was chosen, and this
 * screen closes.  `at` is where the cursor stands at first. */
UiScreen *ui_findings_new(UiApp *app, const ClinicReview *review, guint at,
                          void (*go)(gpointer owner, guint index), gpointer owner);

#endif
