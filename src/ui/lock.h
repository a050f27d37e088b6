/* The idle lock: blanks the screen, keeps the work, asks for the password. */
#ifndef GUICHET_UI_LOCK_H
#define GUICHET_UI_LOCK_H

#include "ui/app.h"

G_BEGIN_DECLS

void ui_lock_draw(const UiApp *app, UiCanvas *canvas);
void ui_lock_key(UiApp *app, UiKey key);
void ui_lock_paste(UiApp *app, const char *text, gboolean enter);

G_END_DECLS
#endif
