/* Reminders: the next 7 days with what goes and what does not, and the last 7 with what became of
 * them. */
#ifndef GUICHET_UI_REMINDERS_H
#define GUICHET_UI_REMINDERS_H

#include "ui/app.h"

UiScreen *ui_reminders_new(UiApp *app);

#endif
