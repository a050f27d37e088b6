#include "ui/diff.h"

#include <string.h>

#define DIFF_CELLS (4u * 1024u * 1024u) /* of the table of common lengths */

typedef struct {
  char **old, **new;
  guint n_old, n_new; /* after the common beginning, before the common end */
} Diff;

static void
diff_put(GString *out, const char *mark, char **lines, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_printf(out, "%s%s\n", mark, lines[i]);
}

/* The longest common subsequence, from its end to its beginning. */
static void
diff_compare(const Diff *diff, GString *out)
{
  guint wide = diff->n_new + 1, i = 0, j = 0;
  g_autofree guint16 *table = g_new0(guint16, (gsize)(diff->n_old + 1) * wide);
  for (i = diff->n_old; i-- > 0;)
    for (j = diff->n_new; j-- > 0;)
      table[i * wide + j] = strcmp(diff->old[i], diff->new[j]) == 0
                                ? table[(i + 1) * wide + j + 1] + 1
                                : MAX(table[(i + 1) * wide + j], table[i * wide + j + 1]);
  for (i = j = 0; i < diff->n_old || j < diff->n_new;) {
    if (i < diff->n_old && j < diff->n_new && strcmp(diff->old[i], diff->new[j]) == 0) {
      diff_put(out, "  ", diff->old + i, 1);
      i++, j++;
    } else if (j == diff->n_new ||
               (i < diff->n_old && table[(i + 1) * wide + j] >= table[i * wide + j + 1])) {
      diff_put(out, "- ", diff->old + i++, 1);
    } else {
      diff_put(out, "+ ", diff->new + j++, 1);
    }
  }
}

char *
ui_diff_lines(const char *old, const char *new)
{
  g_auto(GStrv) a = g_strsplit(old, "\n", -1);
  g_auto(GStrv) b = g_strsplit(new, "\n", -1);
  guint n = g_strv_length(a), m = g_strv_length(b), head = 0, tail = 0;
  GString *out = g_string_new(NULL);
  while (head < MIN(n, m) && strcmp(a[head], b[head]) == 0)
    head++;
  while (tail < MIN(n, m) - head && strcmp(a[n - 1 - tail], b[m - 1 - tail]) == 0)
    tail++;
  Diff diff = {a + head, b + head, n - head - tail, m - head - tail};
  diff_put(out, "  ", a, head);
  if ((guint64)(diff.n_old + 1) * (diff.n_new + 1) <= DIFF_CELLS) {
    diff_compare(&diff, out);
  } else {
    diff_put(out, "- ", diff.old, diff.n_old);
    diff_put(out, "+ ", diff.new, diff.n_new);
  }
  diff_put(out, "  ", a + n - tail, tail);
  return g_string_free(out, FALSE);
}
