#include "ui/key.h"

#include <string.h>

static const struct {
  UiKey key;
  const char *name;
} KEY_NAMES[] = {
    {UI_KEY_TAB, "Tab"},
    {UI_KEY_ENTER, "Enter"},
    {UI_KEY_ESCAPE, "Esc"},
    {UI_KEY_SPACE, "Space"},
    {UI_KEY_UP, "Up"},
    {UI_KEY_DOWN, "Down"},
    {UI_KEY_LEFT, "Left"},
    {UI_KEY_RIGHT, "Right"},
    {UI_KEY_HOME, "Home"},
    {UI_KEY_END, "End"},
    {UI_KEY_PAGE_UP, "PgUp"},
    {UI_KEY_PAGE_DOWN, "PgDn"},
    {UI_KEY_INSERT, "Ins"},
    {UI_KEY_DELETE, "Del"},
    {UI_KEY_BACKSPACE, "BSpace"},
    {UI_KEY_BACK_TAB, "S-Tab"},
    {UI_KEY_CTRL_UP, "C-Up"},
    {UI_KEY_CTRL_DOWN, "C-Down"},
    {UI_KEY_CTRL_LEFT, "C-Left"},
    {UI_KEY_CTRL_RIGHT, "C-Right"},
    {UI_KEY_CTRL_HOME, "C-Home"},
    {UI_KEY_CTRL_END, "C-End"},
};

char *
ui_key_name(UiKey key)
{
  for (gsize i = 0; i < G_N_ELEMENTS(KEY_NAMES); i++)
    if (KEY_NAMES[i].key == key)
      return g_strdup(KEY_NAMES[i].name);
  if (key >= UI_KEY_F1 && key <= UI_KEY_F12)
    return g_strdup_printf("F%u", key - UI_KEY_F1 + 1);
  char text[8] = "";
  if (key & UI_KEY_ALT) {
    g_autofree char *rest = ui_key_name(key & ~UI_KEY_ALT);
    return g_strconcat("M-", rest, NULL);
  }
  if (key < 0x20)
    return g_strdup_printf("C-%c", g_ascii_tolower((char)(key + 0x40)));
  if (g_unichar_validate(key))
    text[g_unichar_to_utf8(key, text)] = '\0';
  return g_strdup(*text != '\0' ? text : "?");
}

UiKey
ui_key_parse(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(KEY_NAMES); i++)
    if (strcmp(KEY_NAMES[i].name, name) == 0)
      return KEY_NAMES[i].key;
  if (*name == 'F' && g_ascii_isdigit(name[1])) {
    guint64 n = g_ascii_strtoull(name + 1, NULL, 10);
    return n >= 1 && n <= 12 ? UI_KEY_F1 + (UiKey)n - 1 : UI_KEY_NONE;
  }
  if (g_str_has_prefix(name, "C-") && name[2] != '\0' && name[3] == '\0')
    return UI_KEY_CTRL(g_ascii_toupper(name[2]));
  if (g_str_has_prefix(name, "M-"))
    return ui_key_parse(name + 2) | UI_KEY_ALT;
  gunichar c = g_utf8_get_char_validated(name, -1);
  return c < 0x110000 && g_unichar_to_utf8(c, NULL) == (int)strlen(name) ? c : UI_KEY_NONE;
}

gboolean
ui_key_is_text(UiKey key)
{
  return key >= 0x20 && key < 0x110000 && key != 0x7F && !(key >= 0x80 && key < 0xA0);
}
