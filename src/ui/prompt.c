#include "ui/prompt.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define PROMPT_CAP 1023 /* bytes of an answer */

struct UiPrompt {
  UiPromptKind kind;
  char *question;
  char **choices;
  UiPromptAnswer answer, change;
  char value[PROMPT_CAP + 1];
  gsize length, cursor; /* bytes */
};

static UiPrompt *
prompt_new(UiPromptKind kind, const char *question, const char *initial, UiPromptAnswer answer)
{
  UiPrompt *prompt = g_new0(UiPrompt, 1);
  prompt->kind = kind;
  prompt->question = g_strdup(question);
  prompt->answer = answer;
  if (initial != NULL)
    ui_prompt_paste(prompt, initial);
  return prompt;
}

UiPrompt *
ui_prompt_text(const char *question, const char *initial, UiPromptAnswer answer)
{
  return prompt_new(UI_PROMPT_TEXT, question, initial, answer);
}

UiPrompt *
ui_prompt_typing(const char *question, UiPromptAnswer change, UiPromptAnswer answer)
{
  UiPrompt *prompt = prompt_new(UI_PROMPT_TEXT, question, NULL, answer);
  prompt->change = change;
  return prompt;
}

UiPrompt *
ui_prompt_password(const char *question, UiPromptAnswer answer)
{
  return prompt_new(UI_PROMPT_PASSWORD, question, NULL, answer);
}

UiPrompt *
ui_prompt_yes(const char *question, UiPromptAnswer answer)
{
  return prompt_new(UI_PROMPT_YES, question, NULL, answer);
}

UiPrompt *
ui_prompt_choice(const char *question, char **choices_taken, UiPromptAnswer answer)
{
  UiPrompt *prompt = prompt_new(UI_PROMPT_CHOICE, question, NULL, answer);
  prompt->choices = choices_taken;
  return prompt;
}

void
ui_prompt_wipe(UiPrompt *prompt)
{
  volatile char *value = prompt->value; /* a plain memset may be left out by the compiler */
  for (gsize i = 0; i <= PROMPT_CAP; i++)
    value[i] = 0;
  prompt->length = prompt->cursor = 0;
}

void
ui_prompt_free(UiPrompt *prompt)
{
  if (prompt == NULL)
    return;
  ui_prompt_wipe(prompt);
  g_free(prompt->question);
  g_strfreev(prompt->choices);
  g_free(prompt);
}

const char *
ui_prompt_value(const UiPrompt *prompt)
{
  return prompt->value;
}

UiPromptKind
ui_prompt_kind(const UiPrompt *prompt)
{
  return prompt->kind;
}

UiPromptAnswer
ui_prompt_answer(const UiPrompt *prompt)
{
  return prompt->answer;
}

UiPromptAnswer
ui_prompt_change(const UiPrompt *prompt)
{
  return prompt->change;
}

static void
prompt_insert(UiPrompt *prompt, const char *bytes, gsize length)
{
  if (prompt->length + length > PROMPT_CAP)
    return;
  memmove(prompt->value + prompt->cursor + length, prompt->value + prompt->cursor,
          prompt->length - prompt->cursor + 1);
  memcpy(prompt->value + prompt->cursor, bytes, length);
  prompt->length += length;
  prompt->cursor += length;
}

/* Removes [from, to). */
static void
prompt_cut(UiPrompt *prompt, gsize from, gsize to)
{
  memmove(prompt->value + from, prompt->value + to, prompt->length - to + 1);
  prompt->length -= to - from;
  prompt->cursor = from;
}

/* The start of the letter before, with its combining marks. */
static gsize
prompt_before(const UiPrompt *prompt, gsize at)
{
  while (at > 0) {
    at--;
    if (((guchar)prompt->value[at] & 0xC0) != 0x80 &&
        base_text_cell(g_utf8_get_char(prompt->value + at)) > 0)
      break;
  }
  return at;
}

static gsize
prompt_after(const UiPrompt *prompt, gsize at)
{
  const char *p = prompt->value + at;
  if (*p != '\0')
    p = base_text_next(p);
  while (*p != '\0' && base_text_cell(g_utf8_get_char(p)) == 0)
    p = base_text_next(p);
  return (gsize)(p - prompt->value);
}

gboolean
ui_prompt_paste(UiPrompt *prompt, const char *text)
{
  if (prompt->kind == UI_PROMPT_YES || prompt->kind == UI_PROMPT_CHOICE)
    return FALSE;
  g_autofree char *safe = base_text_disarm(text, (gssize)strcspn(text, "\r\n"), FALSE);
  for (const char *p = safe; *p != '\0'; p = base_text_next(p))
    prompt_insert(prompt, p, (gsize)(base_text_next(p) - p));
  return TRUE;
}

static UiPromptResult
prompt_choose(const UiPrompt *prompt, UiKey key, char *ret)
{
  for (char **choice = prompt->choices; *choice != NULL; choice++)
    if ((UiKey)(guchar) * *choice == key) {
      *ret = **choice;
      return UI_PROMPT_ANSWERED;
    }
  return UI_PROMPT_STAYS;
}

static void
prompt_edit(UiPrompt *prompt, UiKey key)
{
  char bytes[8];
  if (key == UI_KEY_BACKSPACE)
    prompt_cut(prompt, prompt_before(prompt, prompt->cursor), prompt->cursor);
  else if (key == UI_KEY_DELETE)
    prompt_cut(prompt, prompt->cursor, prompt_after(prompt, prompt->cursor));
  else if (key == UI_KEY_CTRL('U'))
    prompt_cut(prompt, 0, prompt->cursor);
  else if (key == UI_KEY_LEFT)
    prompt->cursor = prompt_before(prompt, prompt->cursor);
  else if (key == UI_KEY_RIGHT)
    prompt->cursor = prompt_after(prompt, prompt->cursor);
  else if (key == UI_KEY_HOME || key == UI_KEY_CTRL('A'))
    prompt->cursor = 0;
  else if (key == UI_KEY_END || key == UI_KEY_CTRL('E'))
    prompt->cursor = prompt->length;
  else if (ui_key_is_text(key))
    prompt_insert(prompt, bytes, (gsize)g_unichar_to_utf8(key, bytes));
}

/* A typed y (or the translation's letter) and Enter; anything else gives up. */
static gboolean
prompt_is_yes(const UiPrompt *prompt)
{
  g_autofree char *fold = base_text_fold(prompt->value);
  /* L10N: the letter that is typed for yes */
  return strcmp(fold, "y") == 0 || strcmp(fold, _("y")) == 0;
}

UiPromptResult
ui_prompt_key(UiPrompt *prompt, UiKey key)
{
  if (key == UI_KEY_ESCAPE || key == UI_KEY_CTRL('C') || key == UI_KEY_CTRL('G'))
    return UI_PROMPT_GIVEN_UP;
  if (prompt->kind == UI_PROMPT_CHOICE)
    return prompt_choose(prompt, key, prompt->value);
  if (key == UI_KEY_ENTER)
    return prompt->kind == UI_PROMPT_YES && !prompt_is_yes(prompt) ? UI_PROMPT_GIVEN_UP
                                                                   : UI_PROMPT_ANSWERED;
  prompt_edit(prompt, key);
  return UI_PROMPT_STAYS;
}

/* Words of the question and the choices, in lines of `columns`. */
static char *
prompt_words(const UiPrompt *prompt)
{
  if (prompt->kind == UI_PROMPT_YES)
    return g_strdup_printf(_("%s Type y and Enter: "), prompt->question);
  if (prompt->kind != UI_PROMPT_CHOICE)
    return g_strconcat(prompt->question, " ", NULL);
  g_autofree char *all = g_strjoinv("  ", prompt->choices);
  return g_strconcat(prompt->question, "  ", all, " ", NULL);
}

guint
ui_prompt_rows(const UiPrompt *prompt, guint columns)
{
  g_autofree char *words = prompt_words(prompt);
  guint room = prompt->kind == UI_PROMPT_CHOICE ? 0 : 12;
  if (base_text_width(words) + room <= columns)
    return 1;
  g_autoptr(GArray) lines = base_text_wrap(words, columns);
  return MIN(lines->len + (room > 0 ? 1 : 0), 6);
}

/* The field: as much of the value as fits, the cursor in sight. */
static void
prompt_field(const UiPrompt *prompt, UiCanvas *canvas, guint row, guint column, guint width)
{
  gsize from = 0;
  if (prompt->kind == UI_PROMPT_PASSWORD) {
    ui_canvas_cursor(canvas, row, column);
    return;
  }
  g_autofree char *before = g_strndup(prompt->value, prompt->cursor);
  while (from < prompt->cursor && base_text_width(before + from) + 1 > width)
    from += (gsize)(base_text_next(before + from) - (before + from));
  ui_canvas_fill(canvas, row, column, width, UI_STYLE_FIELD);
  ui_canvas_put(canvas, row, column, width, UI_STYLE_FIELD, prompt->value + from);
  ui_canvas_cursor(canvas, row, column + base_text_width(before + from));
}

void
ui_prompt_draw(const UiPrompt *prompt, UiCanvas *canvas, guint row, guint column, guint width)
{
  g_autofree char *words = prompt_words(prompt);
  guint rows = ui_prompt_rows(prompt, width), used = 0, last = row + rows - 1;
  if (rows == 1) {
    used = ui_canvas_put(canvas, row, column, width, UI_STYLE_KEY, words);
  } else {
    g_autoptr(GArray) lines = base_text_wrap(words, width);
    for (guint i = 0; i < lines->len && row + i <= last; i++) {
      BaseTextLine line = g_array_index(lines, BaseTextLine, i);
      used = ui_canvas_put_bytes(canvas, row + i, column, width, UI_STYLE_KEY, words + line.start,
                                 line.end - line.start);
    }
    if (prompt->kind != UI_PROMPT_CHOICE)
      used = 0;
  }
  if (prompt->kind == UI_PROMPT_CHOICE)
    ui_canvas_cursor(canvas, last, column + used);
  else if (used < width)
    prompt_field(prompt, canvas, last, column + used, width - used);
}
