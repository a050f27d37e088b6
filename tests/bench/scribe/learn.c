#include "scribe/learn.h"

#include <math.h>
#include <string.h>

#include "scribe/candidate.h"

#define ROUNDS 12u
#define RIGHT 0.5 /* a statement of which half stands in the note counts as right */

struct Lesson {
  ScribeSpeech *speech;
  GPtrArray *candidates;
  double *worth;
  int *section;
  double *sure; /* weight of the section's lesson */
  double weight;
};

Lesson *
learn_prepare(const Visit *visit)
{
  Lesson *l = g_new0(Lesson, 1);
  ScribePerson person;
  l->speech = scribe_speech_new(visit->transcript, FALSE);
  scribe_candidate_mend_roles(l->speech);
  scribe_candidate_person(l->speech, &person);
  l->candidates = scribe_candidate_list(l->speech, &person);
  l->worth = g_new0(double, l->candidates->len + 1);
  l->section = g_new0(int, l->candidates->len + 1);
  l->sure = g_new0(double, l->candidates->len + 1);
  l->weight = strcmp(visit->source, "aci-bench") == 0   ? 1.0
              : strcmp(visit->source, "primock57") == 0 ? 0.4
                                                        : 0.5;
  for (guint i = 0; i < l->candidates->len; i++) {
    const ScribeCandidate *c = g_ptr_array_index(l->candidates, i);
    l->worth[i] = visit_worth(visit, c->text);
    const VisitLine *line = visit_align(visit, c->text, &l->sure[i]);
    l->section[i] = line != NULL && l->sure[i] > 0.2 ? line->section : -1;
  }
  return l;
}

void
learn_free(Lesson *lesson)
{
  scribe_speech_free(lesson->speech);
  g_ptr_array_unref(lesson->candidates);
  g_free(lesson->worth);
  g_free(lesson->section);
  g_free(lesson->sure);
  g_free(lesson);
}

typedef struct {
  ScribeModel *model;
  float *square; /* AdaGrad's sums */
  double rate;
} Trainer;

static void
push(Trainer *t, const ScribeCandidate *c, guint output, double gradient)
{
  for (guint i = 0; i < c->features->len; i++) {
    gsize at = (gsize)g_array_index(c->features, guint32, i) * SCRIBE_MODEL_OUTPUTS + output;
    double g = gradient + 2e-6 * t->model->weights[at];
    t->square[at] += (float)(g * g);
    t->model->weights[at] -= (float)(t->rate * g / (sqrt(t->square[at]) + 1e-3));
  }
}

static void
teach(Trainer *t, const Lesson *l, guint i)
{
  const ScribeCandidate *c = g_ptr_array_index(l->candidates, i);
  double raw[SCRIBE_MODEL_OUTPUTS];
  scribe_model_raw(t->model, c, raw);
  push(t, c, 0, l->weight * (scribe_model_sigmoid(raw[0]) - l->worth[i]));
  if (l->section[i] < 0)
    return;
  double sum = 0, top = raw[1];
  for (guint s = 0; s < SCRIBE_SECTION_N; s++)
    top = MAX(top, raw[1 + s]);
  for (guint s = 0; s < SCRIBE_SECTION_N; s++)
    sum += exp(raw[1 + s] - top);
  for (guint s = 0; s < SCRIBE_SECTION_N; s++) {
    double p = exp(raw[1 + s] - top) / sum;
    double gradient = p - ((int)s == l->section[i]);
    if (fabs(gradient) > 0.01)
      push(t, c, 1 + s, l->weight * l->sure[i] * gradient);
  }
}

ScribeModel *
learn_train(const GPtrArray *lessons, const gboolean *use)
{
  Trainer t = {scribe_model_new(), g_new0(float, SCRIBE_MODEL_ROWS *SCRIBE_MODEL_OUTPUTS), 0.05};
  for (guint round = 0; round < ROUNDS; round++)
    for (guint k = 0; k < lessons->len; k++) {
      guint at = (guint)(((guint64)k * 7919u + round * 104729u) % lessons->len);
      const Lesson *l = g_ptr_array_index(lessons, at);
      for (guint i = 0; (use == NULL || use[at]) && i < l->candidates->len; i++)
        teach(&t, l, i);
    }
  g_free(t.square);
  return t.model;
}

void
learn_measure(const ScribeModel *model, const Lesson *l, Reliability *into)
{
  for (guint i = 0; i < l->candidates->len; i++) {
    double raw[SCRIBE_MODEL_OUTPUTS];
    scribe_model_raw(model, g_ptr_array_index(l->candidates, i), raw);
    guint bin = (guint)(scribe_model_sigmoid(raw[0]) * SCRIBE_MODEL_BINS);
    bin = MIN(bin, SCRIBE_MODEL_BINS - 1);
    into->sum[bin]++;
    into->right[bin] += l->worth[i] >= RIGHT;
  }
}
