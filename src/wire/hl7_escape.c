#include <string.h>

#include "wire/hl7.h"

/* A letter of the standard, and the delimiter that it stands for. */
static char
delimiter_of(char letter, const WireHl7Delimiters *by)
{
  switch (letter) {
  case 'F':
    return by->field;
  case 'S':
    return by->component;
  case 'T':
    return by->subcomponent;
  case 'R':
    return by->repetition;
  case 'E':
    return by->escape;
  default:
    return '\0';
  }
}

/* A byte on its own: a line break, a tab, a Latin letter; any other control says nothing. */
static void
append_byte(GString *into, guint8 byte)
{
  if (byte == '\r' || byte == '\n')
    g_string_append_c(into, '\n');
  else if (byte == '\t' || (byte >= 0x20 && byte != 0x7F && (byte < 0x80 || byte > 0x9F)))
    g_string_append_unichar(into, byte);
}

static gboolean
bytes_are_plain(const GString *bytes)
{
  for (gsize i = 0; i < bytes->len; i++)
    if ((guchar)bytes->str[i] < 0x20 || bytes->str[i] == 0x7F)
      return FALSE;
  return g_utf8_validate(bytes->str, (gssize)bytes->len, NULL);
}

/* X and pairs of hex digits. */
static gboolean
append_hex(GString *into, const char *digits, gsize length)
{
  g_autoptr(GString) bytes = g_string_new(NULL);
  if (length == 0 || length % 2 != 0)
    return FALSE;
  for (gsize i = 0; i < length; i += 2) {
    int high = g_ascii_xdigit_value(digits[i]), low = g_ascii_xdigit_value(digits[i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    g_string_append_c(bytes, (char)(high * 16 + low));
  }
  if (bytes_are_plain(bytes)) {
    g_string_append_len(into, bytes->str, (gssize)bytes->len);
    return TRUE;
  }
  for (gsize i = 0; i < bytes->len; i++) {
    gboolean second = bytes->str[i] == '\n' && i > 0 && bytes->str[i - 1] == '\r';
    if (!second)
      append_byte(into, (guint8)bytes->str[i]);
  }
  return TRUE;
}

/* .br .sp .ce begin a new line; .in .ti .fi .nf .sk are about looks alone. */
static gboolean
append_command(GString *into, const char *word, gsize length)
{
  static const char *const breaks[] = {"br", "sp", "ce"};
  static const char *const looks[] = {"in", "ti", "fi", "nf", "sk"};
  if (length < 2)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(breaks); i++)
    if (g_ascii_strncasecmp(word, breaks[i], 2) == 0) {
      g_string_append_c(into, '\n');
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
    if (g_ascii_strncasecmp(word, looks[i], 2) == 0) {
      if (i == 4)
        g_string_append_c(into, ' ');
      return TRUE;
    }
  return FALSE;
}

/* What stands between two escape characters. */
static gboolean
append_escape(GString *into, const char *word, gsize length, const WireHl7Delimiters *by)
{
  char delimiter = length == 1 ? delimiter_of(*word, by) : '\0';
  if (delimiter != '\0') {
    g_string_append_c(into, delimiter);
    return TRUE;
  }
  if (length == 1 && (*word == 'H' || *word == 'N'))
    return TRUE;
  if (length > 1 && *word == 'X')
    return append_hex(into, word + 1, length - 1);
  if (length > 1 && *word == '.')
    return append_command(into, word + 1, length - 1);
  if (length > 1 && *word == 'Z')
    return TRUE;
  if (length > 1 && (*word == 'C' || *word == 'M')) { /* another character set for this letter */
    g_string_append_unichar(into, 0xFFFD);
    return TRUE;
  }
  return FALSE;
}

char *
wire_hl7_escape_undo(const char *text, gsize length, const WireHl7Delimiters *by)
{
  GString *made = g_string_sized_new(length);
  for (const char *at = text, *end = text + length; at < end;) {
    const char *open = by->escape == '\0' ? NULL : memchr(at, by->escape, (gsize)(end - at));
    const char *close = open == NULL ? NULL : memchr(open + 1, by->escape, (gsize)(end - open - 1));
    const char *stop = open == NULL || close == NULL ? end : open;
    g_string_append_len(made, at, stop - at);
    at = stop;
    if (stop == end)
      break;
    if (append_escape(made, open + 1, (gsize)(close - open - 1), by)) {
      at = close + 1;
    } else { /* a sign of its own: the next one may open an escape */
      g_string_append_c(made, *open);
      at = open + 1;
    }
  }
  return g_string_free(made, FALSE);
}

static const char *
escape_of(char c)
{
  switch (c) {
  case '|':
    return "\\F\\";
  case '^':
    return "\\S\\";
  case '&':
    return "\\T\\";
  case '~':
    return "\\R\\";
  case '\\':
    return "\\E\\";
  case '\n':
    return "\\.br\\";
  case '\t':
    return "\\X09\\";
  default:
    return NULL;
  }
}

gboolean
wire_hl7_escape_make(const char *text, GString *into)
{
  for (const char *at = text; *at != '\0'; at++) {
    char c = *at;
    if (c == '\r') { /* CR LF and CR are line breaks too */
      if (at[1] == '\n')
        continue;
      c = '\n';
    }
    const char *escape = escape_of(c);
    if (escape != NULL)
      g_string_append(into, escape);
    else if ((guchar)c < 0x20 || c == 0x7F)
      return FALSE;
    else
      g_string_append_c(into, c);
  }
  return TRUE;
}
