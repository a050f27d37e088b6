#include <string.h>

#include "guichet/base/text.h"
#include "ui/canvas.h"

#define CANVAS_MOST 4096 /* cells in a row or a column */

UiCanvas *
ui_canvas_new(guint rows, guint columns)
{
  UiCanvas *canvas = g_new0(UiCanvas, 1);
  canvas->rows = CLAMP(rows, 1, CANVAS_MOST);
  canvas->columns = CLAMP(columns, 1, CANVAS_MOST);
  canvas->cells = g_new0(UiCell, (gsize)canvas->rows * canvas->columns);
  ui_canvas_clear(canvas);
  return canvas;
}

void
ui_canvas_free(UiCanvas *canvas)
{
  if (canvas == NULL)
    return;
  g_free(canvas->cells);
  g_free(canvas);
}

static UiCell *
canvas_at(UiCanvas *canvas, guint row, guint column)
{
  return &canvas->cells[(gsize)row * canvas->columns + column];
}

static void
canvas_blank(UiCell *cell, UiStyle style)
{
  *cell = (UiCell){.chars = {' '}, .style = (guint8)style};
}

void
ui_canvas_clear(UiCanvas *canvas)
{
  for (gsize i = 0; i < (gsize)canvas->rows * canvas->columns; i++)
    canvas_blank(&canvas->cells[i], UI_STYLE_NORMAL);
  canvas->cursor_row = canvas->cursor_column = -1;
}

/* Half of a wide letter must not stay alone. */
static void
canvas_unhalve(UiCanvas *canvas, guint row, guint column)
{
  UiCell *cell = canvas_at(canvas, row, column);
  if (cell->chars[0] == 0 && column > 0)
    canvas_blank(canvas_at(canvas, row, column - 1), cell->style);
  if (column + 1 < canvas->columns && canvas_at(canvas, row, column + 1)->chars[0] == 0)
    canvas_blank(canvas_at(canvas, row, column + 1), cell->style);
}

static gunichar
canvas_safe(gunichar c)
{
  if (c == '\n' || c == '\t' || c == '\r')
    return ' ';
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
      (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
      (c >= 0xE0000 && c <= 0xE0FFF))
    return 0xFFFD;
  return c;
}

static void
canvas_combine(UiCell *cell, gunichar c)
{
  for (guint i = 1; i < UI_CELL_CHARS; i++)
    if (cell->chars[i] == 0) {
      cell->chars[i] = c;
      return;
    }
}

guint
ui_canvas_put_bytes(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
                    const char *text, gsize length)
{
  if (row >= canvas->rows || column >= canvas->columns)
    return 0;
  guint at = column, end = column + MIN(width, canvas->columns - column);
  UiCell *last = NULL;
  for (const char *p = text; p < text + length && *p != '\0'; p = base_text_next(p)) {
    gunichar c = canvas_safe(g_utf8_get_char(p));
    guint cells = base_text_cell(c);
    if (cells == 0 && last != NULL)
      canvas_combine(last, c);
    if (cells == 0)
      continue;
    if (at + cells > end)
      break;
    for (guint i = 0; i < cells; i++) {
      canvas_unhalve(canvas, row, at + i);
      *canvas_at(canvas, row, at + i) = (UiCell){.style = (guint8)style};
    }
    last = canvas_at(canvas, row, at);
    last->chars[0] = c;
    at += cells;
  }
  return at - column;
}

guint
ui_canvas_put(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
              const char *text)
{
  return ui_canvas_put_bytes(canvas, row, column, width, style, text, strlen(text));
}

void
ui_canvas_cell(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style,
               const char *text)
{
  if (width == 0)
    return;
  g_autofree char *cut = base_text_ellipsize(text, width);
  ui_canvas_fill(canvas, row, column, width, style);
  ui_canvas_put(canvas, row, column, width, style, cut);
}

guint
ui_canvas_print(UiCanvas *canvas, guint row, guint column, UiStyle style, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  g_autofree char *text = g_strdup_vprintf(format, list);
  va_end(list);
  return ui_canvas_put(canvas, row, column, canvas->columns, style, text);
}

void
ui_canvas_fill(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style)
{
  for (guint i = column; row < canvas->rows && i < canvas->columns && i - column < width; i++) {
    canvas_unhalve(canvas, row, i);
    canvas_blank(canvas_at(canvas, row, i), style);
  }
}

void
ui_canvas_restyle(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style)
{
  for (guint i = column; row < canvas->rows && i < canvas->columns && i - column < width; i++)
    canvas_at(canvas, row, i)->style = (guint8)style;
}

void
ui_canvas_rule(UiCanvas *canvas, guint row, guint column, guint width)
{
  const char *line = canvas->linear ? " " : canvas->plain ? "-" : "─";
  for (guint i = 0; i < width && column + i < canvas->columns; i++)
    ui_canvas_put(canvas, row, column + i, 1, UI_STYLE_FRAME, line);
}

void
ui_canvas_divide(UiCanvas *canvas, guint row, guint column, guint height)
{
  const char *line = canvas->linear ? " " : canvas->plain ? "|" : "│";
  for (guint i = 0; i < height; i++)
    ui_canvas_put(canvas, row + i, column, 1, UI_STYLE_FRAME, line);
}

void
ui_canvas_cursor(UiCanvas *canvas, guint row, guint column)
{
  canvas->cursor_row = (int)MIN(row, canvas->rows - 1);
  canvas->cursor_column = (int)MIN(column, canvas->columns - 1);
}

static const char CANVAS_LETTERS[] = {
#define STYLE(id, letter, colour, background, bits, mono) letter,
#include "ui/style.def"
#undef STYLE
};

static void
canvas_dump_row(const UiCell *cells, guint columns, gboolean styles, GString *out)
{
  gsize start = out->len;
  gboolean marked = FALSE;
  for (guint i = 0; i < columns; i++) {
    for (guint k = 0; k < UI_CELL_CHARS && cells[i].chars[k] != 0; k++)
      g_string_append_unichar(out, cells[i].chars[k]);
    marked = marked || cells[i].style != UI_STYLE_NORMAL;
  }
  while (out->len > start && out->str[out->len - 1] == ' ')
    g_string_truncate(out, out->len - 1);
  g_string_append_c(out, '\n');
  if (!styles || !marked)
    return;
  g_string_append_c(out, '|');
  for (guint i = 0; i < columns; i++)
    g_string_append_c(out, CANVAS_LETTERS[cells[i].style]);
  g_string_append_c(out, '\n');
}

char *
ui_canvas_dump(const UiCanvas *canvas, gboolean styles)
{
  GString *out = g_string_new(NULL);
  for (guint row = 0; row < canvas->rows; row++)
    canvas_dump_row(&canvas->cells[(gsize)row * canvas->columns], canvas->columns, styles, out);
  return g_string_free(out, FALSE);
}
