/* Text to read: wrapped to a width, with styled spans, scrolled to what matters. */
#ifndef GUICHET_UI_TEXTVIEW_H
#define GUICHET_UI_TEXTVIEW_H

#include "ui/screen.h"

G_BEGIN_DECLS

typedef struct UiTextView UiTextView;

UiTextView *ui_textview_new(void);
void ui_textview_free(UiTextView *view);
/* Copies the text (valid UTF-8).  Spans go; the place stays where it can. */
void ui_textview_set(UiTextView *view, const char *text);
/* Wraps for a pane so large. */
void ui_textview_layout(UiTextView *view, guint height, guint width);
const char *ui_textview_text(const UiTextView *view);

/* Bytes [start, end) in a style; later ones lie over earlier ones. */
void ui_textview_span(UiTextView *view, gsize start, gsize end, UiStyle style);
void ui_textview_unspan(UiTextView *view);

/* Scrolls as little as shows the line of `byte`, and up to `end` where both fit. */
void ui_textview_show(UiTextView *view, gsize byte, gsize end);
/* UP … LAST; UI_UNKNOWN for another. */
guint ui_textview_move(UiTextView *view, UiRequest request);
/* Next place after the last found one, folded; marks it. */
gboolean ui_textview_search(UiTextView *view, const char *words, gboolean again);
guint ui_textview_top(const UiTextView *view);
guint ui_textview_lines(const UiTextView *view);
/* The line of a byte, counted from the first. */
guint ui_textview_line(const UiTextView *view, gsize byte);

void ui_textview_draw(const UiTextView *view, UiCanvas *canvas, guint row, guint column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(UiTextView, ui_textview_free)

G_END_DECLS
#endif
