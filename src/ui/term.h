/* The terminal of standard input and output, by curses: bytes in, a canvas out.  Whatever ends the
 * program, the terminal is as it was. */
#ifndef GUICHET_UI_TERM_H
#define GUICHET_UI_TERM_H

#include "ui/canvas.h"

G_BEGIN_DECLS

/* Takes the terminal over.  BASE_ERROR_USAGE where there is none, BASE_ERROR_CONFIG for one that
 * cannot move its cursor. */
gboolean ui_term_open(GError **error);
/* Gives it back; safe to call twice. */
void ui_term_close(void);
/* Back from the background, or a new size: paints everything anew. */
void ui_term_resume(void);
void ui_term_repaint(void);
void ui_term_size(guint *ret_rows, guint *ret_columns);
void ui_term_paint(const UiCanvas *canvas);
/* Readable when a signal came, or another thread called; reading tells which. */
int ui_term_wake_fd(void);
int ui_term_waker_fd(void);

enum { UI_TERM_WOKEN = 1, UI_TERM_RESIZED = 2, UI_TERM_ENDED = 4, UI_TERM_CONTINUED = 8 };
guint ui_term_signals(void);

/* Stops this process until it is brought back. */
void ui_term_suspend(void);

G_END_DECLS
#endif
