#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"
#include "wire/hl7.h"

/* Table 0211, and the name by which the C library knows it.  8859/1 is read as Windows-1252, which
 * is what senders mean who put œ or € into it.  NULL: bytes are UTF-8 or plain ASCII. */
static const struct {
  const char *word, *name;
} CHARSETS[] = {
    {"UNICODE UTF-8", NULL},
    {"UNICODE", NULL},
    {"UTF-8", NULL},
    {"UTF8", NULL},
    {"8859/1", "WINDOWS-1252"},
    {"ISO-8859-1", "WINDOWS-1252"},
    {"ISO8859-1", "WINDOWS-1252"},
    {"8859/2", "ISO-8859-2"},
    {"8859/3", "ISO-8859-3"},
    {"8859/4", "ISO-8859-4"},
    {"8859/5", "ISO-8859-5"},
    {"8859/6", "ISO-8859-6"},
    {"8859/7", "ISO-8859-7"},
    {"8859/8", "ISO-8859-8"},
    {"8859/9", "WINDOWS-1254"},
    {"8859/15", "ISO-8859-15"},
    {"WINDOWS-1252", "WINDOWS-1252"},
};

static const char *const WORDS[WIRE_HL7_CHARSET_N] = {"UNICODE UTF-8", "8859/1"};

const char *
wire_hl7_charset_word(WireHl7Charset charset)
{
  return WORDS[charset];
}

gboolean
wire_hl7_charset_parse(const char *word, WireHl7Charset *ret)
{
  for (guint i = 0; i < WIRE_HL7_CHARSET_N; i++)
    if (g_ascii_strcasecmp(word, WORDS[i]) == 0) {
      *ret = (WireHl7Charset)i;
      return TRUE;
    }
  return FALSE;
}

/* Every byte is a letter: those that Windows-1252 leaves open become U+FFFD. */
static char *
decode_with(const char *name, const char *bytes, gsize length)
{
  g_autoptr(GString) made = g_string_sized_new(length + length / 8);
  for (gsize at = 0; at < length;) {
    gsize used = 0, wrote = 0;
    g_autofree char *part =
        g_convert(bytes + at, (gssize)(length - at), "UTF-8", name, &used, &wrote, NULL);
    if (part != NULL) {
      g_string_append_len(made, part, (gssize)wrote);
      break;
    }
    g_autofree char *head = g_convert(bytes + at, (gssize)used, "UTF-8", name, NULL, &wrote, NULL);
    if (head != NULL)
      g_string_append_len(made, head, (gssize)wrote);
    g_string_append_unichar(made, 0xFFFD);
    at += used + 1;
  }
  return g_string_free(g_steal_pointer(&made), FALSE);
}

gboolean
wire_hl7_charset_decode(const char *word, const char *bytes, gsize length, char **ret,
                        GError **error)
{
  gboolean valid = g_utf8_validate(bytes, (gssize)length, NULL);
  gboolean open =
      *word == '\0' || g_ascii_strcasecmp(word, "ASCII") == 0 || strcmp(word, "\"\"") == 0;
  const char *name = open && !valid ? "WINDOWS-1252" : NULL;
  gsize i = 0;
  while (!open && i < G_N_ELEMENTS(CHARSETS) && g_ascii_strcasecmp(word, CHARSETS[i].word) != 0)
    i++;
  if (!open && i == G_N_ELEMENTS(CHARSETS)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "the message is in a character set (MSH-18) that is not known here; have "
                        "its sender use UNICODE UTF-8 or 8859/1");
    return FALSE;
  }
  if (!open)
    name = CHARSETS[i].name;
  if (name == NULL && !valid) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        "the message says that it is UNICODE UTF-8 (MSH-18), and is not");
    return FALSE;
  }
  *ret = name == NULL ? g_strndup(bytes, length) : decode_with(name, bytes, length);
  return TRUE;
}

/* Letters that 8859/1 lacks and a clinic writes. */
static const struct {
  gunichar c;
  const char *plain;
} PLAIN[] = {
    {0x0152, "OE"}, {0x0153, "oe"},   {0x0178, "Y"},   {0x2013, "-"},    {0x2014, "-"},
    {0x2018, "'"},  {0x2019, "'"},    {0x201A, "'"},   {0x201C, "\""},   {0x201D, "\""},
    {0x201E, "\""}, {0x2022, "-"},    {0x2026, "..."}, {0x20AC, "EUR"},  {0x202F, "\xA0"},
    {0x2009, " "},  {0x2007, "\xA0"}, {0x2010, "-"},   {0x2011, "-"},    {0x2212, "-"},
    {0x2264, "<="}, {0x2265, ">="},   {0x2192, "->"},  {0x03BC, "\xB5"}, {0x2032, "'"},
    {0x2033, "\""}, {0x0141, "L"},    {0x0142, "l"},   {0x0110, "D"},    {0x0111, "d"},
    {0x0131, "i"},  {0x1E9E, "SS"},
};

static gboolean
latin_append_plain(GString *into, gunichar c)
{
  if (c >= 0x2080 && c <= 0x2089) { /* SpO₂ */
    g_string_append_c(into, (char)('0' + (int)(c - 0x2080)));
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(PLAIN); i++)
    if (PLAIN[i].c == c) {
      g_string_append(into, PLAIN[i].plain);
      return TRUE;
    }
  /* ș, ž, ő: the letter without what 8859/1 cannot put on it.  Only canonical: a superscript is a
   * number that must not turn into another one. */
  gunichar parts[8] = {0};
  gsize n = g_unichar_fully_decompose(c, FALSE, parts, G_N_ELEMENTS(parts));
  if (n < 2 || parts[0] >= 0x80 || !g_ascii_isalpha((char)parts[0]))
    return FALSE;
  for (gsize i = 1; i < n; i++)
    if (!g_unichar_ismark(parts[i]))
      return FALSE;
  g_string_append_c(into, (char)parts[0]);
  return TRUE;
}

gboolean
wire_hl7_charset_encode(WireHl7Charset charset, const char *text, GString *into)
{
  if (charset == WIRE_HL7_UTF8) {
    g_string_append(into, text);
    return TRUE;
  }
  g_autofree char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
  if (composed == NULL)
    return FALSE;
  for (const char *at = composed; *at != '\0'; at = base_text_next(at)) {
    gunichar c = g_utf8_get_char(at);
    if (c < 0x100 && (c < 0x80 || c > 0x9F))
      g_string_append_c(into, (char)(guchar)c);
    else if (!latin_append_plain(into, c))
      return FALSE;
  }
  return TRUE;
}
