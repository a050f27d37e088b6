/* The help screen, made from the table of requests. */
#ifndef GUICHET_UI_HELP_H
#define GUICHET_UI_HELP_H

#include "ui/app.h"

/* For the screen that these operations belong to. */
UiScreen *ui_help_new(UiApp *app, const UiScreenOps *ops);

#endif
