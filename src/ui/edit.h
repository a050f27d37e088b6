/* The editor of a review's text; what is typed is journaled, sealed, every second. */
#ifndef GUICHET_UI_EDIT_H
#define GUICHET_UI_EDIT_H

#include "guichet/clinic/review.h"
#include "ui/app.h"

/* Goes on with typing that was kept.  The review stays the caller's, and must outlive the screen.
 */
UiScreen *ui_edit_new(UiApp *app, ClinicReview *review, GError **error);

#endif
