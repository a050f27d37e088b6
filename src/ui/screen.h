/* A screen: a const table of functions and private state.
 *
 * recalc may read and never draws; draw takes a const screen and a canvas; a key becomes a request,
 * the request is checked against what it needs, and the handler says by flags what must follow. */
#ifndef GUICHET_UI_SCREEN_H
#define GUICHET_UI_SCREEN_H

#include "guichet/ui/request.h"
#include "ui/canvas.h"
#include "ui/key.h"

G_BEGIN_DECLS

typedef struct UiApp UiApp;
typedef struct UiScreen UiScreen;

enum {
  UI_NOTHING = 0,
  UI_DRAW = 1,    /* paint again */
  UI_RECALC = 2,  /* read again, then paint */
  UI_CLOSE = 4,   /* take this screen off the stack */
  UI_QUIT = 8,    /* leave the program */
  UI_UNKNOWN = 16 /* not mine */
};

typedef struct {
  UiContext context;
  gboolean moves;    /* the rows of MOVE hold here */
  const char *title; /* N_() */
  void (*recalc)(UiScreen *screen);
  /* The rows from 1 to rows - 3 of the canvas are the screen's own. */
  void (*draw)(const UiScreen *screen, UiCanvas *canvas);
  /* UiNeed bits that hold now; NULL: none. */
  guint (*needs)(const UiScreen *screen);
  guint (*handle)(UiScreen *screen, UiRequest request);
  /* Text fields only: a character, and a paste already disarmed. */
  guint (*type)(UiScreen *screen, UiKey key);
  guint (*paste)(UiScreen *screen, const char *text);
  /* Called about each second and at what ui_app_due() asked for; NULL: nothing. */
  guint (*tick)(UiScreen *screen, gint64 now);
  /* The line is gone, the idle lock falls, or the screen closes: keep what was typed. */
  void (*keep)(UiScreen *screen);
  void (*free)(UiScreen *screen);
} UiScreenOps;

struct UiScreen {
  const UiScreenOps *ops;
  UiApp *app;
};

G_END_DECLS
#endif
