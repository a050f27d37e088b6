#include "scribe/stem.h"

#include <string.h>

static gboolean
end(char *stem, const char *ending, const char *instead, gsize least)
{
  gsize n = strlen(stem), e = strlen(ending);
  if (n < e + least || strcmp(stem + n - e, ending) != 0)
    return FALSE;
  memcpy(stem + n - e, instead, strlen(instead) + 1);
  return TRUE;
}

void
scribe_stem_cut(const char *word, char *stem)
{
  g_strlcpy(stem, word, 64);
  if (strlen(stem) < 4)
    return;
  if (!end(stem, "ies", "y", 2) && !end(stem, "sses", "ss", 2) && !end(stem, "ss", "ss", 2) &&
      !end(stem, "us", "us", 2) && !end(stem, "is", "is", 2))
    end(stem, "s", "", 3);
  gboolean ended = end(stem, "ing", "", 3) || end(stem, "ed", "", 3) || end(stem, "ly", "", 4) ||
                   end(stem, "ment", "", 5) || end(stem, "ation", "", 5) || end(stem, "al", "", 4);
  gsize n = strlen(stem);
  if (ended && n > 3 && stem[n - 1] == stem[n - 2] && strchr("bdgmnprt", stem[n - 1]) != NULL)
    stem[n - 1] = '\0';
  if (!end(stem, "e", "", 3))
    end(stem, "y", "i", 3);
}
