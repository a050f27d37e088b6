/* The outbox: what was signed and must leave, with its receipt. */
#ifndef GUICHET_UI_OUTBOX_H
#define GUICHET_UI_OUTBOX_H

#include "ui/app.h"

UiScreen *ui_outbox_new(UiApp *app);

#endif
