/* Patients: found by the beginning of their names, and what there is of one. */
#ifndef GUICHET_UI_PATIENTS_H
#define GUICHET_UI_PATIENTS_H

#include "ui/app.h"

UiScreen *ui_patients_new(UiApp *app);

#endif
