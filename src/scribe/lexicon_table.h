/* Plain tables of share/: one row a line, fields between tabs, "#" starts a comment line. */
#ifndef SCRIBE_LEXICON_TABLE_H
#define SCRIBE_LEXICON_TABLE_H

#include <glib.h>

#define LEXICON_TABLE_CAP (8u * 1024u * 1024u)
#define LEXICON_TABLE_FIELDS 8u

typedef struct {
  const char *file;
  guint line;
  guint n;
  char *fields[LEXICON_TABLE_FIELDS]; /* stripped; the rest of the row is NULL */
} ScribeLexiconRow;

/* FALSE with a reason through scribe_lexicon_table_refuse(). */
typedef gboolean (*ScribeLexiconTake)(gpointer data, const ScribeLexiconRow *row, GError **error);

/* Gives every row to `take`, and stops at the first that is refused.  A row with fewer than `least`
 * or more than `most` fields is refused here.  `text` is changed. */
gboolean scribe_lexicon_table_read(const char *file, char *text, gsize length, guint least,
                                   guint most, ScribeLexiconTake take, gpointer data,
                                   GError **error);

/* Always FALSE: "file: line 3: why" (BASE_ERROR_DATA). */
gboolean scribe_lexicon_table_refuse(const ScribeLexiconRow *row, const char *why, GError **error);

/* A finite decimal number with a point. */
gboolean scribe_lexicon_table_number(const ScribeLexiconRow *row, guint field, double *ret,
                                     GError **error);

#endif
