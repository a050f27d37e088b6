/* What the queue shows of the selected item beside the list, on a wide screen: what the list knows,
 * in words.  Never the body: reading that is an event, and moving past is not reading. */
#ifndef GUICHET_UI_PREVIEW_H
#define GUICHET_UI_PREVIEW_H

#include "guichet/clinic/item.h"
#include "ui/app.h"

#define UI_PREVIEW_FROM 110 /* columns of the screen */
#define UI_PREVIEW_WIDTH 34

/* From row 1 of the canvas down; `item` may be NULL. */
void ui_preview_draw(const UiApp *app, UiCanvas *canvas, guint column, const ClinicItem *item);

#endif
