/* The login: user and password; Argon2id runs in a thread. */
#ifndef GUICHET_UI_LOGIN_H
#define GUICHET_UI_LOGIN_H

#include "ui/app.h"

UiScreen *ui_login_new(UiApp *app);

#endif
