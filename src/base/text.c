#include <string.h>

#include "guichet/base/text.h"

#define TEXT_REPLACEMENT 0xFFFD

static gboolean
text_is_hostile(gunichar c)
{
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

char *
base_text_disarm(const char *bytes, gssize length, gboolean keep_lines)
{
  gsize left = length < 0 ? strlen(bytes) : (gsize)length;
  GString *out = g_string_sized_new(left + 1);
  const char *p = bytes;
  while (left > 0) {
    gunichar c = g_utf8_get_char_validated(p, (gssize)left);
    gsize step = c > 0x10FFFF ? 1 : (gsize)g_unichar_to_utf8(c, NULL);
    if (*p == '\0')
      c = 0, step = 1;
    gboolean line = keep_lines && (c == '\n' || c == '\t');
    if (c > 0x10FFFF || (text_is_hostile(c) && !line))
      g_string_append_unichar(out, TEXT_REPLACEMENT);
    else
      g_string_append_len(out, p, (gssize)step);
    p += step;
    left -= step;
  }
  return g_string_free(out, FALSE);
}

/* Letters that NFKD leaves whole and that names and French words hold. */
static const struct {
  gunichar letter;
  const char *open;
} TEXT_LIGATURES[] = {
    {0x153, "oe"}, {0xE6, "ae"}, {0xDF, "ss"}, {0xF8, "o"},
    {0x142, "l"},  {0x111, "d"}, {0xF0, "d"},  {0xFE, "th"},
};

static const char *
text_open(gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS(TEXT_LIGATURES); i++)
    if (TEXT_LIGATURES[i].letter == c)
      return TEXT_LIGATURES[i].open;
  return NULL;
}

char *
base_text_fold(const char *text)
{
  g_autofree char *lower = g_utf8_strdown(text, -1);
  g_autofree char *plain = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
  GString *out = g_string_new(NULL);
  gboolean gap = FALSE;
  for (const char *p = plain != NULL ? plain : ""; *p != '\0'; p = base_text_next(p)) {
    gunichar c = g_utf8_get_char(p);
    if (g_unichar_ismark(c))
      continue;
    if (!g_unichar_isalnum(c)) {
      gap = out->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c(out, ' ');
    gap = FALSE;
    const char *open = text_open(c);
    if (open != NULL)
      g_string_append(out, open);
    else
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

char *
base_text_digits(const char *text)
{
  GString *out = g_string_new(NULL);
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isdigit(*p))
      g_string_append_c(out, *p);
  return g_string_free(out, FALSE);
}

guint
base_text_cell(gunichar c)
{
  if (g_unichar_iszerowidth(c) || g_unichar_ismark(c))
    return 0;
  return g_unichar_iswide(c) ? 2 : 1;
}

guint
base_text_width(const char *text)
{
  guint cells = 0;
  for (const char *p = text; *p != '\0'; p = base_text_next(p))
    cells += base_text_cell(g_utf8_get_char(p));
  return cells;
}

gsize
base_text_fit(const char *text, guint cells, guint *ret_used)
{
  guint used = 0;
  const char *p = text;
  for (; *p != '\0'; p = base_text_next(p)) {
    guint wide = base_text_cell(g_utf8_get_char(p));
    if (used + wide > cells)
      break;
    used += wide;
  }
  if (ret_used != NULL)
    *ret_used = used;
  return (gsize)(p - text);
}

char *
base_text_ellipsize(const char *text, guint cells)
{
  gsize whole = base_text_fit(text, cells, NULL);
  if (text[whole] == '\0' || cells == 0)
    return g_strndup(text, whole);
  gsize head = base_text_fit(text, cells - 1, NULL);
  return g_strdup_printf("%.*s…", (int)head, text);
}

static gboolean
text_is_space(char c)
{
  return c == ' ' || c == '\t';
}

/* Where the line that begins at `start` ends, and where the next begins. */
static gsize
text_line_end(const char *text, gsize start, guint cells, gsize *ret_next)
{
  gsize newline = start + strcspn(text + start, "\n");
  gsize fit = start + base_text_fit(text + start, cells, NULL);
  if (newline <= fit) {
    *ret_next = text[newline] == '\0' ? newline : newline + 1;
    return newline;
  }
  gsize end = fit;
  while (end > start && !text_is_space(text[end]))
    end--;
  if (end == start) { /* one word, longer than the line */
    end = fit > start ? fit : (gsize)(base_text_next(text + start) - text);
    *ret_next = end;
    return end;
  }
  gsize next = end;
  while (text_is_space(text[next]))
    next++;
  *ret_next = text[next] == '\n' ? next + 1 : next;
  while (end > start && text_is_space(text[end - 1]))
    end--;
  return end;
}

GArray *
base_text_wrap(const char *text, guint cells)
{
  GArray *lines = g_array_new(FALSE, FALSE, sizeof(BaseTextLine));
  gsize start = 0, length = strlen(text);
  do {
    gsize next;
    gsize end = text_line_end(text, start, MAX(cells, 1), &next);
    BaseTextLine line = {start, end};
    g_array_append_val(lines, line);
    start = next;
  } while (start < length);
  if (length > 0 && text[length - 1] == '\n') {
    BaseTextLine last = {length, length};
    g_array_append_val(lines, last);
  }
  return lines;
}

gsize
base_text_byte(const char *text, guint point)
{
  const char *p = text;
  while (point-- > 0 && *p != '\0')
    p = base_text_next(p);
  return (gsize)(p - text);
}

guint
base_text_point(const char *text, gsize byte)
{
  guint points = 0;
  for (const char *p = text; *p != '\0' && (gsize)(p - text) < byte; p = base_text_next(p))
    points++;
  return points;
}

gboolean
base_text_valid(const char *bytes, gsize length, gsize *ret_bad)
{
  const char *end = NULL;
  if (g_utf8_validate_len(bytes, length, &end))
    return TRUE;
  if (ret_bad != NULL)
    *ret_bad = (gsize)(end - bytes);
  return FALSE;
}
