#include "ui/decoder.h"

#include <string.h>

#define DECODER_SEQUENCE 64 /* bytes of one escape sequence; longer is noise */

struct UiDecoder {
  GByteArray *held; /* the beginning of a sequence or of a character */
  gboolean pasting;
  gint64 burst_at; /* the last byte of a burst, 0 none */
};

UiDecoder *
ui_decoder_new(void)
{
  UiDecoder *decoder = g_new0(UiDecoder, 1);
  decoder->held = g_byte_array_new();
  return decoder;
}

void
ui_decoder_free(UiDecoder *decoder)
{
  if (decoder == NULL)
    return;
  g_byte_array_unref(decoder->held);
  g_free(decoder);
}

/* The letter at the end of ESC [ … or ESC O …. */
static UiKey
decoder_final(char final, guint modifier)
{
  static const char LETTERS[] = "ABCDHF";
  static const UiKey PLAIN[] = {UI_KEY_UP,   UI_KEY_DOWN, UI_KEY_RIGHT,
                                UI_KEY_LEFT, UI_KEY_HOME, UI_KEY_END};
  static const UiKey CTRL[] = {UI_KEY_CTRL_UP,   UI_KEY_CTRL_DOWN, UI_KEY_CTRL_RIGHT,
                               UI_KEY_CTRL_LEFT, UI_KEY_CTRL_HOME, UI_KEY_CTRL_END};
  const char *found = final == '\0' ? NULL : strchr(LETTERS, final);
  if (found != NULL)
    return modifier >= 5 ? CTRL[found - LETTERS] : PLAIN[found - LETTERS];
  if (final == 'Z')
    return UI_KEY_BACK_TAB;
  if (final == 'M')
    return UI_KEY_ENTER;
  return final >= 'P' && final <= 'S' ? UI_KEY_F1 + (UiKey)(final - 'P') : UI_KEY_UNKNOWN;
}

static UiKey
decoder_tilde(guint number, guint modifier)
{
  static const struct {
    guint number;
    UiKey key, ctrl;
  } TILDES[] = {{1, UI_KEY_HOME, UI_KEY_CTRL_HOME},  {7, UI_KEY_HOME, UI_KEY_CTRL_HOME},
                {4, UI_KEY_END, UI_KEY_CTRL_END},    {8, UI_KEY_END, UI_KEY_CTRL_END},
                {2, UI_KEY_INSERT, UI_KEY_INSERT},   {3, UI_KEY_DELETE, UI_KEY_DELETE},
                {5, UI_KEY_PAGE_UP, UI_KEY_PAGE_UP}, {6, UI_KEY_PAGE_DOWN, UI_KEY_PAGE_DOWN},
                {200, UI_KEY_PASTE, UI_KEY_PASTE},   {201, UI_KEY_PASTE_END, UI_KEY_PASTE_END}};
  for (gsize i = 0; i < G_N_ELEMENTS(TILDES); i++)
    if (TILDES[i].number == number)
      return modifier >= 5 ? TILDES[i].ctrl : TILDES[i].key;
  if (number >= 11 && number <= 15)
    return UI_KEY_F1 + number - 11;
  if (number >= 17 && number <= 21)
    return UI_KEY_F1 + number - 12;
  return number == 23 || number == 24 ? UI_KEY_F1 + number - 13 : UI_KEY_UNKNOWN;
}

/* ESC [ parameters final; 0 when it is not whole yet. */
static gsize
decoder_csi(const guint8 *bytes, gsize length, UiKey *ret)
{
  guint numbers[2] = {0, 0}, n = 0;
  gsize i = 2;
  if (length > 2 && bytes[2] == '[') { /* the Linux console's F1 to F5 */
    if (length < 4)
      return 0;
    *ret = bytes[3] >= 'A' && bytes[3] <= 'E' ? UI_KEY_F1 + bytes[3] - 'A' : UI_KEY_UNKNOWN;
    return 4;
  }
  for (; i < length && bytes[i] >= 0x20 && bytes[i] < 0x40; i++) {
    if (g_ascii_isdigit((char)bytes[i]) && n < 2)
      numbers[n] = MIN(numbers[n] * 10 + bytes[i] - '0', 9999);
    else if (bytes[i] == ';')
      n++;
  }
  if (i == length)
    return length > DECODER_SEQUENCE ? (*ret = UI_KEY_UNKNOWN, length) : 0;
  *ret = bytes[i] == '~' ? decoder_tilde(numbers[0], numbers[1])
                         : decoder_final((char)bytes[i], numbers[1]);
  return i + 1;
}

static gsize
decoder_character(const guint8 *bytes, gsize length, UiKey *ret)
{
  gunichar c = g_utf8_get_char_validated((const char *)bytes, (gssize)length);
  if (c == (gunichar)-2)
    return 0;
  if (c == (gunichar)-1) {
    *ret = 0xFFFD;
    return 1;
  }
  *ret = c == '\n' ? UI_KEY_ENTER : c == 0x7F || c == 0x08 ? UI_KEY_BACKSPACE : c;
  return (gsize)g_unichar_to_utf8(c, NULL);
}

/* The bytes of one key; 0 when more must come. */
static gsize
decoder_key(const guint8 *bytes, gsize length, UiKey *ret)
{
  if (bytes[0] == 0) {
    *ret = UI_KEY_ALT | UI_KEY_SPACE;
    return 1;
  }
  if (bytes[0] != 0x1B)
    return decoder_character(bytes, length, ret);
  if (length == 1)
    return 0;
  if (bytes[1] == '[')
    return decoder_csi(bytes, length, ret);
  if (bytes[1] == 'O') {
    if (length < 3)
      return 0;
    *ret = decoder_final((char)bytes[2], 0);
    return 3;
  }
  if (bytes[1] == 0x1B) {
    *ret = UI_KEY_ESCAPE;
    return 1;
  }
  gsize used = decoder_character(bytes + 1, length - 1, ret);
  *ret |= UI_KEY_ALT;
  return used > 0 ? used + 1 : 0;
}

/* A cursor key that is held down comes in bunches over a slow line: no paste looks like it. */
static gboolean
decoder_is_held(const GArray *keys, guint from)
{
  UiKey first = g_array_index(keys, UiKey, from);
  gboolean moves = first >= UI_KEY_UP && first <= UI_KEY_PAGE_DOWN;
  for (guint i = from; i < keys->len; i++)
    if (g_array_index(keys, UiKey, i) != first)
      return FALSE;
  return moves || first == UI_KEY_BACKSPACE || first == UI_KEY_DELETE || first == 'j' ||
         first == 'k';
}

/* A command that comes by itself is no part of what was pasted before it: a paste is text. */
static gboolean
decoder_is_command(const GArray *keys, guint from)
{
  UiKey key = keys->len == from + 1 ? g_array_index(keys, UiKey, from) : UI_KEY_ENTER;
  return key != UI_KEY_ENTER && key != UI_KEY_TAB && !ui_key_is_text(key);
}

gboolean
ui_decoder_feed(UiDecoder *decoder, const guint8 *bytes, gsize length, gint64 now, GArray *keys)
{
  guint before = keys->len;
  gboolean pasted = decoder->pasting;
  g_byte_array_append(decoder->held, bytes, (guint)length);
  gsize at = 0, used = 1;
  while (at < decoder->held->len && used > 0) {
    UiKey key = UI_KEY_NONE;
    used = decoder_key(decoder->held->data + at, decoder->held->len - at, &key);
    at += used;
    if (used == 0)
      break;
    if (key == UI_KEY_PASTE || key == UI_KEY_PASTE_END) {
      pasted = TRUE;
      decoder->pasting = key == UI_KEY_PASTE;
    } else {
      g_array_append_val(keys, key);
    }
  }
  g_byte_array_remove_range(decoder->held, 0, (guint)at);
  guint got = keys->len - before;
  gboolean after = decoder->burst_at != 0 && now - decoder->burst_at < UI_DECODER_QUIET;
  gboolean burst = pasted || (got > UI_DECODER_BURST && !decoder_is_held(keys, before)) || after;
  decoder->burst_at = burst ? now : 0;
  return burst && (pasted || !after || !decoder_is_command(keys, before));
}

gboolean
ui_decoder_waits(const UiDecoder *decoder)
{
  return decoder->held->len > 0;
}

void
ui_decoder_flush(UiDecoder *decoder, GArray *keys)
{
  UiKey key = UI_KEY_ESCAPE;
  if (decoder->held->len == 0 || decoder->pasting)
    return;
  if (decoder->held->data[0] != 0x1B)
    key = 0xFFFD;
  else if (decoder->held->len > 1)
    key = UI_KEY_ALT | decoder->held->data[1];
  g_array_append_val(keys, key);
  g_byte_array_set_size(decoder->held, 0);
}
