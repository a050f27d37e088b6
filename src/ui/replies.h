/* What patients answered by mail, and nobody has settled. */
#ifndef GUICHET_UI_REPLIES_H
#define GUICHET_UI_REPLIES_H

#include "ui/app.h"

UiScreen *ui_replies_new(UiApp *app);

#endif
