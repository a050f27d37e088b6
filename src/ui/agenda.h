/* The agenda: a day with its free time, a week, or a list. */
#ifndef GUICHET_UI_AGENDA_H
#define GUICHET_UI_AGENDA_H

#include "ui/app.h"

UiScreen *ui_agenda_new(UiApp *app);

#endif
