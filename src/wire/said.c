#include "wire/said.h"

#include <string.h>

#include "guichet/base/text.h"

/* The end of what a quote opens, past its closing one; NULL where it is not closed or no quote. */
static const char *
quoted_end(const char *at)
{
  static const struct {
    const char *open, *close;
  } pairs[] = {{"\"", "\""}, {"“", "”"}, {"«", "»"}, {"`", "`"}, {"'", "'"}, {"[", "]"}};
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
    if (!g_str_has_prefix(at, pairs[i].open))
      continue;
    const char *close = strstr(at + strlen(pairs[i].open), pairs[i].close);
    return close == NULL ? NULL : close + strlen(pairs[i].close);
  }
  return NULL;
}

/* An apostrophe inside a word opens nothing. */
static gboolean
may_open(const GString *made, const char *at)
{
  return *at != '\'' || made->len == 0 || !g_ascii_isalnum(made->str[made->len - 1]);
}

/* A date or a number, its separators included: "1980-02-30", "12 345". */
static gsize
number_length(const char *at)
{
  gsize n = strspn(at, "0123456789-./");
  gsize digits = 0;
  for (gsize i = 0; i < n; i++)
    digits += g_ascii_isdigit(at[i]) ? 1 : 0;
  return g_ascii_isdigit(*at) && digits >= 3 ? n : 0;
}

char *
wire_said_plain(const char *text, guint most)
{
  g_autofree char *safe = base_text_disarm(text, -1, TRUE);
  g_autoptr(GString) made = g_string_new(NULL);
  for (const char *at = safe; *at != '\0';) {
    const char *after = may_open(made, at) ? quoted_end(at) : NULL;
    gsize number = after == NULL ? number_length(at) : 0;
    if (after != NULL || number > 0) {
      g_string_append(made, "…");
      at = after != NULL ? after : at + number;
    } else if (*at == '\n' || *at == '\t') {
      g_string_append_c(made, ' ');
      at++;
    } else {
      const char *next = base_text_next(at);
      g_string_append_len(made, at, next - at);
      at = next;
    }
  }
  g_strstrip(made->str);
  return g_strndup(made->str, base_text_byte(made->str, most));
}
