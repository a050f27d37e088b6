#include "ui/textview.h"

#include <string.h>

#include "guichet/base/text.h"

typedef struct {
  gsize start, end;
  UiStyle style;
} TextSpan;

struct UiTextView {
  char *text;
  GArray *spans; /* of TextSpan */
  GArray *lines; /* of BaseTextLine */
  guint width, height, top;
  gsize found_start, found_end; /* equal: nothing found */
};

UiTextView *
ui_textview_new(void)
{
  UiTextView *view = g_new0(UiTextView, 1);
  view->text = g_strdup("");
  view->spans = g_array_new(FALSE, FALSE, sizeof(TextSpan));
  view->width = 80;
  view->height = 1;
  view->lines = base_text_wrap("", 80);
  return view;
}

void
ui_textview_free(UiTextView *view)
{
  if (view == NULL)
    return;
  g_free(view->text);
  g_array_unref(view->spans);
  g_array_unref(view->lines);
  g_free(view);
}

static guint
textview_deepest(const UiTextView *view)
{
  return view->lines->len > view->height ? view->lines->len - view->height : 0;
}

static void
textview_wrap(UiTextView *view)
{
  g_array_unref(view->lines);
  view->lines = base_text_wrap(view->text, MAX(view->width, 1));
  view->top = MIN(view->top, textview_deepest(view));
}

void
ui_textview_set(UiTextView *view, const char *text)
{
  g_array_set_size(view->spans, 0);
  if (strcmp(view->text, text) == 0)
    return;
  g_free(view->text);
  view->text = g_strdup(text);
  view->found_start = view->found_end = 0;
  textview_wrap(view);
}

void
ui_textview_layout(UiTextView *view, guint height, guint width)
{
  gboolean wrap = width != view->width;
  view->height = MAX(height, 1);
  view->width = MAX(width, 1);
  if (wrap)
    textview_wrap(view);
  view->top = MIN(view->top, textview_deepest(view));
}

const char *
ui_textview_text(const UiTextView *view)
{
  return view->text;
}

void
ui_textview_span(UiTextView *view, gsize start, gsize end, UiStyle style)
{
  TextSpan span = {start, end, style};
  if (end > start)
    g_array_append_val(view->spans, span);
}

void
ui_textview_unspan(UiTextView *view)
{
  g_array_set_size(view->spans, 0);
}

guint
ui_textview_line(const UiTextView *view, gsize byte)
{
  guint low = 0, high = view->lines->len;
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (g_array_index(view->lines, BaseTextLine, middle).start <= byte)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void
ui_textview_show(UiTextView *view, gsize byte, gsize end)
{
  guint line = ui_textview_line(view, byte), last = ui_textview_line(view, MAX(end, byte));
  guint context = view->height > 6 ? 1 : 0;
  if (last - line >= view->height)
    last = line + view->height - 1;
  if (line < view->top + context)
    view->top = line > context ? line - context : 0;
  if (last + context >= view->top + view->height)
    view->top = MIN(last + context + 1 - view->height, line);
  view->top = MIN(view->top, textview_deepest(view));
}

guint
ui_textview_move(UiTextView *view, UiRequest request)
{
  gint64 page = MAX((gint64)view->height - 1, 1), to = view->top;
  switch (request) {
  case UI_REQUEST_UP:
    to -= 1;
    break;
  case UI_REQUEST_DOWN:
    to += 1;
    break;
  case UI_REQUEST_PAGE_UP:
    to -= page;
    break;
  case UI_REQUEST_PAGE_DOWN:
    to += page;
    break;
  case UI_REQUEST_FIRST:
    to = 0;
    break;
  case UI_REQUEST_LAST:
    to = G_MAXUINT;
    break;
  default:
    return UI_UNKNOWN;
  }
  view->top = (guint)CLAMP(to, 0, (gint64)textview_deepest(view));
  return UI_DRAW;
}

/* Folding moves bytes about, so a search goes line by line and marks the line. */
gboolean
ui_textview_search(UiTextView *view, const char *words, gboolean again)
{
  g_autofree char *fold = base_text_fold(words);
  guint n = view->lines->len;
  guint from = view->found_end > view->found_start
                   ? ui_textview_line(view, view->found_start) + (again ? 1 : 0)
                   : view->top;
  for (guint k = 0; *fold != '\0' && k < n; k++) {
    BaseTextLine line = g_array_index(view->lines, BaseTextLine, (from + k) % n);
    g_autofree char *own = g_strndup(view->text + line.start, line.end - line.start);
    g_autofree char *own_fold = base_text_fold(own);
    if (strstr(own_fold, fold) == NULL)
      continue;
    view->found_start = line.start;
    view->found_end = line.end;
    ui_textview_show(view, line.start, line.start);
    return TRUE;
  }
  view->found_start = view->found_end = 0;
  return FALSE;
}

guint
ui_textview_top(const UiTextView *view)
{
  return view->top;
}

guint
ui_textview_lines(const UiTextView *view)
{
  return view->lines->len;
}

/* Restyles the part of a span that lies in a line. */
static void
textview_draw_span(const UiTextView *view, UiCanvas *canvas, guint row, guint column,
                   BaseTextLine line, TextSpan span)
{
  gsize start = MAX(span.start, line.start), end = MIN(span.end, line.end);
  if (start >= end)
    return;
  g_autofree char *before = g_strndup(view->text + line.start, start - line.start);
  g_autofree char *own = g_strndup(view->text + start, end - start);
  guint skip = base_text_width(before);
  if (skip < view->width)
    ui_canvas_restyle(canvas, row, column + skip, MIN(base_text_width(own), view->width - skip),
                      span.style);
}

void
ui_textview_draw(const UiTextView *view, UiCanvas *canvas, guint row, guint column)
{
  TextSpan found = {view->found_start, view->found_end, UI_STYLE_FOUND};
  for (guint i = 0; i < view->height && view->top + i < view->lines->len; i++) {
    BaseTextLine line = g_array_index(view->lines, BaseTextLine, view->top + i);
    ui_canvas_put_bytes(canvas, row + i, column, view->width, UI_STYLE_NORMAL,
                        view->text + line.start, line.end - line.start);
    for (guint s = 0; s < view->spans->len; s++)
      textview_draw_span(view, canvas, row + i, column, line,
                         g_array_index(view->spans, TextSpan, s));
    textview_draw_span(view, canvas, row + i, column, line, found);
  }
}
