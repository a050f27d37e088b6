#include "checks_model.h"

#include <math.h>
#include <string.h>

#define F SUSPECT_FEATURES

/* Gaussian elimination with pivots, in place. */
static void
solve(double a[F][F + 1])
{
  for (guint i = 0; i < F; i++) {
    guint best = i;
    for (guint r = i + 1; r < F; r++)
      if (fabs(a[r][i]) > fabs(a[best][i]))
        best = r;
    for (guint c = 0; c <= F; c++) {
      double swap = a[i][c];
      a[i][c] = a[best][c];
      a[best][c] = swap;
    }
    for (guint r = 0; r < F; r++) {
      if (r == i || a[i][i] == 0)
        continue;
      double k = a[r][i] / a[i][i];
      for (guint c = i; c <= F; c++)
        a[r][c] -= k * a[i][c];
    }
  }
  for (guint i = 0; i < F; i++)
    a[i][F] = a[i][i] != 0 ? a[i][F] / a[i][i] : 0;
}

/* Ridge-regularised logistic regression by Newton's steps. */
static void
fit(const GArray *samples, double *w)
{
  memset(w, 0, F * sizeof *w);
  for (guint step = 0; step < 15; step++) {
    double a[F][F + 1];
    memset(a, 0, sizeof a);
    for (guint s = 0; s < samples->len; s++) {
      const ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
      double z = 0;
      for (guint i = 0; i < F; i++)
        z += w[i] * sample->f[i];
      double p = 1 / (1 + exp(-z)), h = MAX(p * (1 - p), 1e-5) * sample->weight;
      for (guint i = 0; i < F; i++) {
        if (sample->f[i] == 0)
          continue;
        a[i][F] += sample->weight * ((sample->wrong ? 1 : 0) - p) * sample->f[i];
        for (guint k = 0; k < F; k++)
          a[i][k] += h * sample->f[i] * sample->f[k];
      }
    }
    for (guint i = 0; i < F; i++) {
      double ridge = i == 0 ? 1e-3 : 0.3;
      a[i][i] += ridge;
      a[i][F] -= ridge * w[i];
    }
    solve(a);
    double most = 0;
    for (guint i = 0; i < F; i++)
      most = MAX(most, fabs(a[i][F]));
    double damp = most > 4 ? 4 / most : 1;
    for (guint i = 0; i < F; i++)
      w[i] += damp * a[i][F];
  }
}

/* --- trees on top of the linear model --- */

#define BINS 24u
#define TREE_RATE 0.08
#define TREE_RIDGE 3.0

static gint
by_value(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

/* The values to ask about: quantiles, rounded as they will be printed. */
static void
cut_bins(GArray *samples, double cuts[F][BINS])
{
  g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint i = 0; i < F; i++) {
    g_array_set_size(values, 0);
    for (guint s = 0; s < samples->len; s++)
      g_array_append_val(values, g_array_index(samples, ChecksSample, s).f[i]);
    g_array_sort(values, by_value);
    for (guint b = 0; b < BINS; b++) {
      guint at = (guint)((b + 1) * (guint64)samples->len / (BINS + 1));
      cuts[i][b] = values->len > 0 ? floor(g_array_index(values, double, at) * 1e4) / 1e4 : 0;
    }
  }
  for (guint s = 0; s < samples->len; s++)
    for (guint i = 0; i < F; i++) {
      ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
      sample->bin[i] = 0;
      while (sample->bin[i] < BINS && sample->f[i] > cuts[i][sample->bin[i]])
        sample->bin[i]++;
    }
}

typedef struct {
  double g[F][BINS + 1], h[F][BINS + 1];
} Histogram;

static void
gather(const GArray *samples, guint node, Histogram *into)
{
  memset(into, 0, sizeof *into);
  for (guint s = 0; s < samples->len; s++) {
    const ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
    if (sample->node != node)
      continue;
    double p = 1 / (1 + exp(-sample->z));
    double g = sample->weight * ((sample->wrong ? 1 : 0) - p), h = sample->weight * p * (1 - p);
    for (guint i = 0; i < F; i++) {
      into->g[i][sample->bin[i]] += g;
      into->h[i][sample->bin[i]] += h;
    }
  }
}

static void
best_question(const Histogram *all, guint *ret_feature, guint *ret_bin)
{
  double best = 1e-9, g_all = 0, h_all = 0;
  *ret_feature = *ret_bin = 0;
  for (guint b = 0; b <= BINS; b++) {
    g_all += all->g[0][b];
    h_all += all->h[0][b];
  }
  for (guint i = 1; i < F; i++) {
    double g = 0, h = 0;
    for (guint b = 0; b < BINS; b++) {
      g += all->g[i][b];
      h += all->h[i][b];
      if (h < 1.5 || h_all - h < 1.5)
        continue;
      double gain = g * g / (h + TREE_RIDGE) +
                    (g_all - g) * (g_all - g) / (h_all - h + TREE_RIDGE) -
                    g_all * g_all / (h_all + TREE_RIDGE);
      if (gain > best) {
        best = gain;
        *ret_feature = i;
        *ret_bin = b;
      }
    }
  }
}

static void
grow_tree(GArray *samples, double cuts[F][BINS], double *tree)
{
  g_autofree Histogram *all = g_new(Histogram, 1);
  for (guint s = 0; s < samples->len; s++)
    g_array_index(samples, ChecksSample, s).node = 0;
  for (guint node = 0; node < 7; node++) {
    guint feature = 0, bin = 0;
    gather(samples, node, all);
    best_question(all, &feature, &bin);
    tree[2 * node] = feature;
    tree[2 * node + 1] = feature > 0 ? cuts[feature][bin] : 2; /* feature 0 is always 1 */
    for (guint s = 0; s < samples->len; s++) {
      ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
      if (sample->node == node)
        sample->node = (guint8)(2 * node + (sample->f[feature] > tree[2 * node + 1] ? 2 : 1));
    }
  }
  for (guint leaf = 0; leaf < 8; leaf++) {
    double g = 0, h = 0;
    gather(samples, leaf + 7, all);
    for (guint b = 0; b <= BINS; b++) {
      g += all->g[0][b];
      h += all->h[0][b];
    }
    tree[14 + leaf] = floor(TREE_RATE * g / (h + TREE_RIDGE) * 1e4) / 1e4;
  }
  for (guint s = 0; s < samples->len; s++) {
    ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
    sample->z += tree[14 + sample->node - 7];
  }
}

void
checks_model_learn(GArray *samples, ChecksModel *model)
{
  double cuts[F][BINS];
  fit(samples, model->w);
  for (guint s = 0; s < samples->len; s++) {
    ChecksSample *sample = &g_array_index(samples, ChecksSample, s);
    sample->z = 0;
    for (guint i = 0; i < F; i++)
      sample->z += model->w[i] * sample->f[i];
  }
  cut_bins(samples, cuts);
  for (guint t = 0; t < SUSPECT_TREES; t++)
    grow_tree(samples, cuts, model->trees[t]);
}

double
checks_model_answer(const ChecksModel *model, const ChecksSample *sample)
{
  double z = 0;
  for (guint i = 0; i < F; i++)
    z += model->w[i] * sample->f[i];
  for (guint t = 0; t < SUSPECT_TREES; t++) {
    const double *tree = model->trees[t];
    guint node = 0;
    while (node < 7)
      node = 2 * node + (sample->f[(guint)tree[2 * node]] > tree[2 * node + 1] ? 2 : 1);
    z += tree[14 + node - 7];
  }
  return 1 / (1 + exp(-z));
}
