/* A text to read: help, a diff, a history, what will be signed. */
#ifndef GUICHET_UI_PAGER_H
#define GUICHET_UI_PAGER_H

#include "ui/app.h"
#include "ui/textview.h"

/* A line that begins with `prefix` is shown in a style. */
typedef struct {
  const char *prefix;
  UiStyle style;
} UiPagerRule;

/* `title` is N_(); `rules` end with a NULL prefix, and may be NULL. */
UiScreen *ui_pager_new(UiApp *app, const char *title, const char *text, const UiPagerRule *rules);

#endif
