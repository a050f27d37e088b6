#include "scribe/lexicon_table.h"

#include <math.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"

gboolean
scribe_lexicon_table_refuse(const ScribeLexiconRow *row, const char *why, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: line %u: %s", row->file, row->line, why);
  return FALSE;
}

gboolean
scribe_lexicon_table_number(const ScribeLexiconRow *row, guint field, double *ret, GError **error)
{
  const char *text = field < row->n ? row->fields[field] : "";
  char *end = NULL;
  double value = g_ascii_strtod(text, &end);
  if (*text == '\0' || end == NULL || *end != '\0' || !isfinite(value)) {
    g_autofree char *why = g_strdup_printf("field %u is not a number", field + 1);
    return scribe_lexicon_table_refuse(row, why, error);
  }
  *ret = value;
  return TRUE;
}

static gboolean
split_row(ScribeLexiconRow *row, char *line, guint least, guint most, GError **error)
{
  row->n = 0;
  memset(row->fields, 0, sizeof row->fields);
  for (char *field = line; field != NULL;) {
    char *tab = strchr(field, '\t');
    if (tab != NULL)
      *tab = '\0';
    if (row->n >= most)
      return scribe_lexicon_table_refuse(row, "too many fields between tabs", error);
    row->fields[row->n++] = g_strstrip(field);
    field = tab != NULL ? tab + 1 : NULL;
  }
  if (row->n < least)
    return scribe_lexicon_table_refuse(row, "too few fields between tabs", error);
  return TRUE;
}

gboolean
scribe_lexicon_table_read(const char *file, char *text, gsize length, guint least, guint most,
                          ScribeLexiconTake take, gpointer data, GError **error)
{
  ScribeLexiconRow row = {.file = file};
  const char *end = text + length;
  gsize bad = 0;
  if (!base_text_valid(text, length, &bad)) {
    row.line = 1;
    for (gsize i = 0; i < bad; i++)
      row.line += text[i] == '\n' ? 1 : 0;
    return scribe_lexicon_table_refuse(&row, "is not valid UTF-8", error);
  }
  for (char *line = text; line != NULL && *line != '\0';) {
    char *stop = memchr(line, '\n', (gsize)(end - line));
    if (stop != NULL)
      *stop = '\0';
    row.line++;
    gsize n = strlen(line);
    if (n > 0 && line[n - 1] == '\r')
      line[n - 1] = '\0';
    if (*line != '#' && *line != '\0' &&
        (!split_row(&row, line, least, MIN(most, LEXICON_TABLE_FIELDS), error) ||
         !take(data, &row, error)))
      return FALSE;
    line = stop != NULL ? stop + 1 : NULL;
  }
  return TRUE;
}
