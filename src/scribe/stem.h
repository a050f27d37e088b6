/* A word without its ending. */
#ifndef SCRIBE_STEM_H
#define SCRIBE_STEM_H

#include <glib.h>

/* English and French endings off, roughly: "coughing", "coughs" → "cough". `word` is folded; into
 * `stem` (at least 64 bytes). */
void scribe_stem_cut(const char *word, char *stem);

#endif
