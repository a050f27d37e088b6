/* The queue: every item that waits for somebody. */
#ifndef GUICHET_UI_QUEUE_H
#define GUICHET_UI_QUEUE_H

#include "guichet/clinic/item.h"
#include "ui/app.h"

UiScreen *ui_queue_new(UiApp *app);

/* The id of the next item after `id` in the queue's order that somebody may open; 0 none.  The
 * selection goes with it. */
gint64 ui_queue_next(UiApp *app, gint64 id);

/* How a state is shown: its style, beside its word. */
UiStyle ui_queue_style(ClinicState state);

#endif
