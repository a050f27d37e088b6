/* The top line: where one is, what waits, what the worker does, who one is. */
#ifndef GUICHET_UI_BAR_H
#define GUICHET_UI_BAR_H

#include "ui/app.h"

G_BEGIN_DECLS

typedef struct UiBar UiBar;

UiBar *ui_bar_new(void);
void ui_bar_free(UiBar *bar);
/* Reads the counts anew. */
void ui_bar_recalc(UiBar *bar, ClinicSession *session);
void ui_bar_draw(const UiBar *bar, const UiApp *app, UiCanvas *canvas);

G_END_DECLS
#endif
