/* The counted reasons of a rejection, as a question. */
#ifndef GUICHET_UI_REASON_H
#define GUICHET_UI_REASON_H

#include "guichet/clinic/item.h"
#include "ui/app.h"

/* Asks for one of reason.def by its digit. */
void ui_reason_ask(UiApp *app, const char *question, UiPromptAnswer answer);
/* The reason of the digit that was answered; NONE for another. */
ClinicReason ui_reason_of(const char *answer);

#endif
