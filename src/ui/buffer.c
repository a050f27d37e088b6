#include "ui/buffer.h"

#include <string.h>

#include "guichet/base/text.h"

#define BUFFER_UNDOS 10000u

/* One change: `out` was replaced by `in` at `at`. */
typedef struct {
  gsize at;
  char *out, *in;
} Change;

struct UiBuffer {
  GString *text;
  gsize cursor, mark;
  gboolean has_mark, joins; /* the next letter joins the last change */
  guint64 version, versions;
  GPtrArray *undos, *redos; /* of Change */
  char *kept;               /* cut or copied */
};

static void
change_free(gpointer data)
{
  Change *change = data;
  g_free(change->out);
  g_free(change->in);
  g_free(change);
}

UiBuffer *
ui_buffer_new(const char *text)
{
  UiBuffer *buffer = g_new0(UiBuffer, 1);
  buffer->text = g_string_new(text);
  buffer->undos = g_ptr_array_new_with_free_func(change_free);
  buffer->redos = g_ptr_array_new_with_free_func(change_free);
  buffer->kept = g_strdup("");
  return buffer;
}

void
ui_buffer_free(UiBuffer *buffer)
{
  if (buffer == NULL)
    return;
  memset(buffer->text->str, 0, buffer->text->len);
  g_string_free(buffer->text, TRUE);
  g_ptr_array_unref(buffer->undos);
  g_ptr_array_unref(buffer->redos);
  g_free(buffer->kept);
  g_free(buffer);
}

const char *
ui_buffer_text(const UiBuffer *buffer)
{
  return buffer->text->str;
}

gsize
ui_buffer_cursor(const UiBuffer *buffer)
{
  return buffer->cursor;
}

guint64
ui_buffer_version(const UiBuffer *buffer)
{
  return buffer->version;
}

static gboolean
at_mark_letter(const UiBuffer *buffer, gsize byte)
{
  return byte < buffer->text->len &&
         base_text_cell(g_utf8_get_char(buffer->text->str + byte)) == 0 &&
         buffer->text->str[byte] != '\n' && buffer->text->str[byte] != '\t';
}

static gsize
letter_after(const UiBuffer *buffer, gsize byte)
{
  if (byte >= buffer->text->len)
    return buffer->text->len;
  do
    byte = (gsize)(base_text_next(buffer->text->str + byte) - buffer->text->str);
  while (at_mark_letter(buffer, byte));
  return byte;
}

static gsize
letter_before(const UiBuffer *buffer, gsize byte)
{
  do {
    if (byte == 0)
      return 0;
    byte--;
    while (byte > 0 && ((guchar)buffer->text->str[byte] & 0xC0) == 0x80)
      byte--;
  } while (at_mark_letter(buffer, byte));
  return byte;
}

void
ui_buffer_go(UiBuffer *buffer, gsize byte)
{
  byte = MIN(byte, buffer->text->len);
  while (byte > 0 && ((guchar)buffer->text->str[byte] & 0xC0) == 0x80)
    byte--;
  buffer->cursor = byte;
  buffer->joins = FALSE;
}

/* Replaces `length` bytes at `at`, with no memory of it. */
static void
buffer_put(UiBuffer *buffer, gsize at, gsize length, const char *in)
{
  g_string_erase(buffer->text, (gssize)at, (gssize)length);
  g_string_insert(buffer->text, (gssize)at, in);
  buffer->cursor = at + strlen(in);
  buffer->has_mark = FALSE;
}

/* Letters typed one after another are one change to undo, up to a blank. */
static gboolean
change_joins(const UiBuffer *buffer, gsize at, gsize length, const char *in)
{
  if (!buffer->joins || buffer->undos->len == 0 || length > 0 || g_utf8_strlen(in, -1) != 1 ||
      *in == ' ' || *in == '\n')
    return FALSE;
  const Change *last = buffer->undos->pdata[buffer->undos->len - 1];
  return *last->out == '\0' && last->at + strlen(last->in) == at;
}

static gboolean
buffer_change(UiBuffer *buffer, gsize at, gsize length, const char *in)
{
  if (length == 0 && *in == '\0')
    return FALSE;
  if (buffer->text->len - length + strlen(in) > UI_BUFFER_CAP)
    return FALSE;
  if (change_joins(buffer, at, length, in)) {
    Change *last = buffer->undos->pdata[buffer->undos->len - 1];
    char *longer = g_strconcat(last->in, in, NULL);
    g_free(last->in);
    last->in = longer;
  } else {
    Change *change = g_new0(Change, 1);
    change->at = at;
    change->out = g_strndup(buffer->text->str + at, length);
    change->in = g_strdup(in);
    g_ptr_array_add(buffer->undos, change);
  }
  if (buffer->undos->len > BUFFER_UNDOS)
    g_ptr_array_remove_index(buffer->undos, 0);
  g_ptr_array_set_size(buffer->redos, 0);
  buffer_put(buffer, at, length, in);
  buffer->version = ++buffer->versions;
  buffer->joins = length == 0;
  return TRUE;
}

gboolean
ui_buffer_insert(UiBuffer *buffer, const char *text)
{
  return buffer_change(buffer, buffer->cursor, 0, text);
}

gboolean
ui_buffer_backspace(UiBuffer *buffer)
{
  gsize from = letter_before(buffer, buffer->cursor);
  return buffer_change(buffer, from, buffer->cursor - from, "");
}

gboolean
ui_buffer_delete(UiBuffer *buffer)
{
  return buffer_change(buffer, buffer->cursor,
                       letter_after(buffer, buffer->cursor) - buffer->cursor, "");
}

gboolean
ui_buffer_undo(UiBuffer *buffer)
{
  if (buffer->undos->len == 0)
    return FALSE;
  Change *change = g_ptr_array_steal_index(buffer->undos, buffer->undos->len - 1);
  buffer_put(buffer, change->at, strlen(change->in), change->out);
  g_ptr_array_add(buffer->redos, change);
  buffer->version = ++buffer->versions;
  buffer->joins = FALSE;
  return TRUE;
}

gboolean
ui_buffer_redo(UiBuffer *buffer)
{
  if (buffer->redos->len == 0)
    return FALSE;
  Change *change = g_ptr_array_steal_index(buffer->redos, buffer->redos->len - 1);
  buffer_put(buffer, change->at, strlen(change->out), change->in);
  g_ptr_array_add(buffer->undos, change);
  buffer->version = ++buffer->versions;
  buffer->joins = FALSE;
  return TRUE;
}

void
ui_buffer_left(UiBuffer *buffer)
{
  ui_buffer_go(buffer, letter_before(buffer, buffer->cursor));
}

void
ui_buffer_right(UiBuffer *buffer)
{
  ui_buffer_go(buffer, letter_after(buffer, buffer->cursor));
}

static gboolean
is_word(const UiBuffer *buffer, gsize byte)
{
  return byte < buffer->text->len && g_unichar_isalnum(g_utf8_get_char(buffer->text->str + byte));
}

void
ui_buffer_word(UiBuffer *buffer, gboolean back)
{
  gsize at = buffer->cursor;
  if (back) {
    while (at > 0 && !is_word(buffer, letter_before(buffer, at)))
      at = letter_before(buffer, at);
    while (at > 0 && is_word(buffer, letter_before(buffer, at)))
      at = letter_before(buffer, at);
  } else {
    while (at < buffer->text->len && !is_word(buffer, at))
      at = letter_after(buffer, at);
    while (is_word(buffer, at))
      at = letter_after(buffer, at);
  }
  ui_buffer_go(buffer, at);
}

static gsize
line_start(const UiBuffer *buffer, gsize at)
{
  while (at > 0 && buffer->text->str[at - 1] != '\n')
    at--;
  return at;
}

static gsize
line_end(const UiBuffer *buffer, gsize at)
{
  return at + strcspn(buffer->text->str + at, "\n");
}

void
ui_buffer_line(UiBuffer *buffer, gboolean end)
{
  ui_buffer_go(buffer, end ? line_end(buffer, buffer->cursor) : line_start(buffer, buffer->cursor));
}

static gboolean
line_is_title(const UiBuffer *buffer, gsize start)
{
  g_autofree char *line = g_strndup(buffer->text->str + start, line_end(buffer, start) - start);
  g_autofree char *upper = g_utf8_strup(line, -1);
  g_autofree char *lower = g_utf8_strdown(line, -1);
  return strcmp(line, upper) == 0 && strcmp(line, lower) != 0;
}

gboolean
ui_buffer_section(UiBuffer *buffer, gboolean back)
{
  gsize at = line_start(buffer, buffer->cursor);
  for (;;) {
    if (back ? at == 0 : line_end(buffer, at) >= buffer->text->len)
      return FALSE;
    at = back ? line_start(buffer, at - 1) : line_end(buffer, at) + 1;
    if (line_is_title(buffer, at)) {
      ui_buffer_go(buffer, at);
      return TRUE;
    }
  }
}

void
ui_buffer_mark(UiBuffer *buffer)
{
  buffer->has_mark = TRUE;
  buffer->mark = buffer->cursor;
}

gboolean
ui_buffer_region(const UiBuffer *buffer, gsize *ret_start, gsize *ret_end)
{
  if (!buffer->has_mark)
    return FALSE;
  *ret_start = MIN(buffer->mark, buffer->cursor);
  *ret_end = MAX(buffer->mark, buffer->cursor);
  return TRUE;
}

static void
keep(UiBuffer *buffer, gsize start, gsize end)
{
  g_free(buffer->kept);
  buffer->kept = g_strndup(buffer->text->str + start, end - start);
}

gboolean
ui_buffer_copy(UiBuffer *buffer)
{
  gsize start, end;
  if (!ui_buffer_region(buffer, &start, &end))
    return FALSE;
  keep(buffer, start, end);
  buffer->has_mark = FALSE;
  return TRUE;
}

gboolean
ui_buffer_cut(UiBuffer *buffer)
{
  gsize start, end;
  if (!ui_buffer_region(buffer, &start, &end))
    return FALSE;
  keep(buffer, start, end);
  return buffer_change(buffer, start, end - start, "");
}

gboolean
ui_buffer_cut_line(UiBuffer *buffer)
{
  gsize end = line_end(buffer, buffer->cursor);
  if (end == buffer->cursor && end < buffer->text->len)
    end++;
  if (end == buffer->cursor)
    return FALSE;
  keep(buffer, buffer->cursor, end);
  return buffer_change(buffer, buffer->cursor, end - buffer->cursor, "");
}

gboolean
ui_buffer_paste(UiBuffer *buffer)
{
  return ui_buffer_insert(buffer, buffer->kept);
}

/* Letter by letter: folding the whole text would lose where its bytes are. */
static gboolean
matches(const char *at, const char *folded)
{
  gsize letters = strlen(folded) + 8;
  const char *end = at;
  while (*end != '\0' && letters-- > 0)
    end = base_text_next(end);
  g_autofree char *head = g_strndup(at, (gsize)(end - at));
  g_autofree char *plain = base_text_fold(head);
  return g_unichar_isalnum(g_utf8_get_char(at)) && g_str_has_prefix(plain, folded);
}

gboolean
ui_buffer_search(UiBuffer *buffer, const char *words)
{
  g_autofree char *folded = base_text_fold(words);
  gsize length = buffer->text->len, at = letter_after(buffer, buffer->cursor);
  if (*folded == '\0' || length == 0)
    return FALSE;
  for (gsize seen = 0; seen <= length; seen++) {
    if (at >= length)
      at = 0;
    if (matches(buffer->text->str + at, folded)) {
      ui_buffer_go(buffer, at);
      return TRUE;
    }
    at = letter_after(buffer, at);
  }
  return FALSE;
}
