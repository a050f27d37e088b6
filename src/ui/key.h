/* Keys: a character, or one of these.  Control letters are their code below 0x20; Alt is a bit. */
#ifndef GUICHET_UI_KEY_H
#define GUICHET_UI_KEY_H

#include <glib.h>

G_BEGIN_DECLS

typedef guint32 UiKey;

#define UI_KEY_ALT 0x1000000u
#define UI_KEY_CTRL(letter) ((UiKey)((letter)&0x1F))

enum {
  UI_KEY_NONE = 0,
  UI_KEY_TAB = 0x09,
  UI_KEY_ENTER = 0x0D,
  UI_KEY_ESCAPE = 0x1B,
  UI_KEY_SPACE = 0x20,
  UI_KEY_UP = 0x110000,
  UI_KEY_DOWN,
  UI_KEY_LEFT,
  UI_KEY_RIGHT,
  UI_KEY_HOME,
  UI_KEY_END,
  UI_KEY_PAGE_UP,
  UI_KEY_PAGE_DOWN,
  UI_KEY_INSERT,
  UI_KEY_DELETE,
  UI_KEY_BACKSPACE,
  UI_KEY_BACK_TAB,
  UI_KEY_CTRL_UP,
  UI_KEY_CTRL_DOWN,
  UI_KEY_CTRL_LEFT,
  UI_KEY_CTRL_RIGHT,
  UI_KEY_CTRL_HOME,
  UI_KEY_CTRL_END,
  UI_KEY_F1,
  UI_KEY_F12 = UI_KEY_F1 + 11,
  UI_KEY_UNKNOWN, /* a sequence that nobody knows */
  UI_KEY_PASTE,   /* the beginning and the end of a bracketed paste: only inside the decoder */
  UI_KEY_PASTE_END
};

/* "Down", "C-x", "M-n", "F1", "Space", "q": its name on the screen; caller frees. */
char *ui_key_name(UiKey key);
/* The other way; UI_KEY_NONE for a name that is none. */
UiKey ui_key_parse(const char *name);
/* A character that types itself. */
gboolean ui_key_is_text(UiKey key);

G_END_DECLS
#endif
