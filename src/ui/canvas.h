/* A canvas: a grid of cells that a screen draws on.  The terminal shows it, a test reads it as
 * text; a screen does not know which.
 *
 * All text put on it must be valid UTF-8; what could move the terminal's cursor or reverse its
 * writing is replaced cell by cell, whoever sent it. */
#ifndef GUICHET_UI_CANVAS_H
#define GUICHET_UI_CANVAS_H

#include <glib.h>

G_BEGIN_DECLS

enum { UI_BIT_BOLD = 1, UI_BIT_REVERSE = 2, UI_BIT_UNDERLINE = 4, UI_BIT_DIM = 8 };

typedef enum {
#define STYLE(id, letter, colour, background, bits, mono) UI_STYLE_##id,
#include "ui/style.def"
#undef STYLE
  UI_STYLE_N
} UiStyle;

#define UI_CELL_CHARS 5 /* a letter and its combining marks: what curses can hold */

typedef struct {
  gunichar
      chars[UI_CELL_CHARS]; /* zeros at the end; chars[0] is 0 in the right half of a wide one */
  guint8 style;
} UiCell;

typedef struct {
  guint rows, columns;
  UiCell *cells;                 /* rows × columns */
  int cursor_row, cursor_column; /* -1: hidden */
  gboolean linear;               /* no box drawing, no panes */
  gboolean plain;                /* ASCII for what the program itself draws */
} UiCanvas;

UiCanvas *ui_canvas_new(guint rows, guint columns);
void ui_canvas_free(UiCanvas *canvas);

/* Blanks it, hides the cursor. */
void ui_canvas_clear(UiCanvas *canvas);

/* Puts text at a place, clipped to `width` cells and to the canvas; the rest of the width stays as
 * it is.  Newlines and tabs are blanks.  Returns the cells used. */
guint ui_canvas_put(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
                    const char *text);
/* As above, `length` bytes of the text. */
guint ui_canvas_put_bytes(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
                          const char *text, gsize length);
/* As ui_canvas_put(), cut with an ellipsis, and the rest of the width blanked in the same style. */
void ui_canvas_cell(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
                    const char *text);
/* Formats, clipped to the end of the row. */
guint ui_canvas_print(UiCanvas *canvas, guint row, guint column, UiStyle style, const char *format,
                      ...) G_GNUC_PRINTF(5, 6);
/* Blanks `width` cells in a style, or changes the style of what stands there. */
void ui_canvas_fill(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style);
void ui_canvas_restyle(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style);
/* Lines between panes; blanks on a linear canvas, - and | on a plain one. */
void ui_canvas_rule(UiCanvas *canvas, guint row, guint column, guint width);
void ui_canvas_divide(UiCanvas *canvas, guint row, guint column, guint height);
void ui_canvas_cursor(UiCanvas *canvas, guint row, guint column);

/* For tests: the rows as lines of text, blanks at their ends dropped.  With `styles`, each row that
 * is not all normal is followed by a line of "|" and its styles' letters.  Caller frees. */
char *ui_canvas_dump(const UiCanvas *canvas, gboolean styles);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UiCanvas, ui_canvas_free)

G_END_DECLS
#endif
