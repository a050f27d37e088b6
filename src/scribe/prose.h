/* English statements, mended: what reads badly, and what cannot be mended and is left out. */
#ifndef GUICHET_SCRIBE_PROSE_PRIVATE_H
#define GUICHET_SCRIBE_PROSE_PRIVATE_H

#include <glib.h>

/* "reports they help" → "reports that they help"; NULL where no clear sentence can be made of it.
 * Takes the text. */
char *scribe_prose_mend(char *text_taken);

/* Somebody does or is something in it. */
gboolean scribe_prose_has_verb(const char *text);
gboolean scribe_prose_is_verb(const char *low);

/* "in", "since", "when": it says where or when of something else. */
gboolean scribe_prose_opens_loosely(const char *low);

#endif
