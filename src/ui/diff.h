/* The difference of two texts, line by line. */
#ifndef GUICHET_UI_DIFF_H
#define GUICHET_UI_DIFF_H

#include <glib.h>

/* Lines that begin with "- " were in `old` alone, "+ " in `new` alone, "  " in both.  Texts so
 * different that comparing them takes too long are shown one after the other.  Caller frees. */
char *ui_diff_lines(const char *old, const char *new);

#endif
