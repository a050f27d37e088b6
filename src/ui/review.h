/* The review: the note beside what was said, its findings, and the signature. */
#ifndef GUICHET_UI_REVIEW_H
#define GUICHET_UI_REVIEW_H

#include "ui/app.h"

/* Opens an item, and takes it where this person may change it.  NULL and an error where this role
 * may not see its body. */
UiScreen *ui_review_new(UiApp *app, gint64 id, GError **error);

#endif
