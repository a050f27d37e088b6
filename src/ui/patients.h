/* Patients: found by the beginning of their names, and what there is of one. */
#ifndef GUICHET_UI_PATIENTS_H
#define GUICHET_UI_PATIENTS_H

#include "ui/app.h"

/* Puts the screen on top, and asks whom to find. */
void ui_patients_open(UiApp *app);

#endif
