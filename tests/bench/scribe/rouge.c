#include "scribe/rouge.h"

#include <string.h>

#include "scribe/visit.h"

static double
f1(double hits, double reference, double candidate)
{
  if (hits <= 0)
    return 0;
  double p = hits / candidate, r = hits / reference;
  return 200.0 * p * r / (p + r);
}

static GHashTable *
grams(const GStrv tokens, guint n, guint *ret_total)
{
  GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint len = g_strv_length(tokens);
  *ret_total = len >= n ? len - n + 1 : 0;
  for (guint i = 0; i < *ret_total; i++) {
    char *key = n == 1 ? g_strdup(tokens[i]) : g_strconcat(tokens[i], " ", tokens[i + 1], NULL);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(table, key));
    g_hash_table_replace(table, key, GUINT_TO_POINTER(count + 1));
  }
  return table;
}

static double
gram_score(const GStrv reference, const GStrv candidate, guint n)
{
  guint in_reference, in_candidate;
  g_autoptr(GHashTable) a = grams(reference, n, &in_reference);
  g_autoptr(GHashTable) b = grams(candidate, n, &in_candidate);
  GHashTableIter iter;
  gpointer key, value;
  double hits = 0;
  g_hash_table_iter_init(&iter, b);
  while (g_hash_table_iter_next(&iter, &key, &value))
    hits += MIN(GPOINTER_TO_UINT(value), GPOINTER_TO_UINT(g_hash_table_lookup(a, key)));
  return f1(hits, in_reference, in_candidate);
}

/* Marks the words of `r` that stand in one longest common subsequence with `c`. */
static void
mark_lcs(const GStrv r, const GStrv c, gboolean *marked)
{
  guint m = g_strv_length(r), n = g_strv_length(c);
  guint16 *t = g_new0(guint16, (gsize)(m + 1) * (n + 1));
#define T(i, j) t[(gsize)(i) * (n + 1) + (j)]
  for (guint i = 1; i <= m; i++)
    for (guint j = 1; j <= n; j++)
      T(i, j) = strcmp(r[i - 1], c[j - 1]) == 0 ? (guint16)(T(i - 1, j - 1) + 1)
                                                : MAX(T(i - 1, j), T(i, j - 1));
  for (guint i = m, j = n; i > 0 && j > 0;) {
    if (strcmp(r[i - 1], c[j - 1]) == 0) {
      marked[i - 1] = TRUE;
      i--;
      j--;
    } else if (T(i, j - 1) > T(i - 1, j)) {
      j--;
    } else {
      i--;
    }
  }
#undef T
  g_free(t);
}

static GHashTable *
counts(const char *text, guint *ret_total)
{
  g_auto(GStrv) tokens = visit_tokens(text);
  return grams(tokens, 1, ret_total);
}

static gboolean
use(GHashTable *table, const char *token)
{
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(table, token));
  if (n > 0)
    g_hash_table_replace(table, g_strdup(token), GUINT_TO_POINTER(n - 1));
  return n > 0;
}

static double
lsum_score(const char *reference, const char *candidate)
{
  guint in_reference, in_candidate;
  g_autoptr(GHashTable) a = counts(reference, &in_reference);
  g_autoptr(GHashTable) b = counts(candidate, &in_candidate);
  g_auto(GStrv) r_lines = g_strsplit(reference, "\n", -1);
  g_auto(GStrv) c_lines = g_strsplit(candidate, "\n", -1);
  guint n_c = g_strv_length(c_lines);
  GStrv *c = g_new0(GStrv, n_c + 1);
  for (guint j = 0; j < n_c; j++)
    c[j] = visit_tokens(c_lines[j]);
  double hits = 0;
  for (guint i = 0; r_lines[i] != NULL; i++) {
    g_auto(GStrv) r = visit_tokens(r_lines[i]);
    guint m = g_strv_length(r);
    g_autofree gboolean *marked = g_new0(gboolean, m + 1);
    for (guint j = 0; j < n_c; j++)
      mark_lcs(r, c[j], marked);
    for (guint k = 0; k < m; k++)
      if (marked[k] && GPOINTER_TO_UINT(g_hash_table_lookup(b, r[k])) > 0 && use(a, r[k]))
        hits += use(b, r[k]);
  }
  for (guint j = 0; j < n_c; j++)
    g_strfreev(c[j]);
  g_free(c);
  return f1(hits, in_reference, in_candidate);
}

Rouge
rouge_score(const char *reference, const char *candidate)
{
  g_auto(GStrv) r = visit_tokens(reference);
  g_auto(GStrv) c = visit_tokens(candidate);
  Rouge score = {gram_score(r, c, 1), gram_score(r, c, 2), lsum_score(reference, candidate)};
  return score;
}
