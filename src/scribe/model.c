#include "scribe/model.h"

#include <math.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"

#define MAGIC "guichet.scribe/1\n"
#define MODEL_CAP (4u * 1024u * 1024u)
#define SCALE 2048.0 /* weights are whole 2048ths */
#define N_WEIGHTS (SCRIBE_MODEL_ROWS * SCRIBE_MODEL_OUTPUTS)

ScribeModel *
scribe_model_new(void)
{
  ScribeModel *m = g_new0(ScribeModel, 1);
  m->weights = g_new0(float, N_WEIGHTS);
  for (guint i = 0; i < SCRIBE_MODEL_BINS; i++)
    m->calibration[i] = (i + 0.5) / SCRIBE_MODEL_BINS;
  return m;
}

void
scribe_model_free(ScribeModel *model)
{
  if (model == NULL)
    return;
  g_free(model->weights);
  g_free(model);
}

static void
append16(GByteArray *out, double value)
{
  double v = floor(value * SCALE + 0.5);
  gint16 n = (gint16)CLAMP(v, -32767.0, 32767.0);
  guint8 two[2] = {(guint8)((guint16)n & 0xFF), (guint8)((guint16)n >> 8)};
  g_byte_array_append(out, two, 2);
}

static double
read16(const guint8 *p)
{
  return (gint16)((guint16)p[0] | (guint16)((guint16)p[1] << 8)) / SCALE;
}

/* The magic line, the calibration, then the weights by row. */
GByteArray *
scribe_model_to_bytes(const ScribeModel *model)
{
  GByteArray *out = g_byte_array_new();
  g_byte_array_append(out, (const guint8 *)MAGIC, strlen(MAGIC));
  for (guint i = 0; i < SCRIBE_MODEL_BINS; i++)
    append16(out, model->calibration[i]);
  for (guint i = 0; i < N_WEIGHTS; i++)
    append16(out, model->weights[i]);
  return out;
}

gboolean
scribe_model_from_bytes(const char *name, const guint8 *bytes, gsize length, ScribeModel **ret,
                        GError **error)
{
  gsize head = strlen(MAGIC);
  gsize want = head + 2 * (SCRIBE_MODEL_BINS + N_WEIGHTS);
  if (length != want || memcmp(bytes, MAGIC, head) != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                "%s: not weights of this version of the engine; make train-scribe makes them",
                name);
    return FALSE;
  }
  ScribeModel *m = scribe_model_new();
  const guint8 *p = bytes + head;
  for (guint i = 0; i < SCRIBE_MODEL_BINS; i++, p += 2)
    m->calibration[i] = read16(p);
  for (guint i = 0; i < N_WEIGHTS; i++, p += 2)
    m->weights[i] = (float)read16(p);
  *ret = m;
  return TRUE;
}

typedef struct {
  ScribeModel *model;
  GError *error;
} Shipped;

static gpointer
load_shipped(gpointer unused)
{
  (void)unused;
  Shipped *s = g_new0(Shipped, 1);
  g_autofree char *path = base_file_data("scribe/builtin.model");
  g_autofree char *bytes = NULL;
  gsize length;
  if (base_file_read(path, MODEL_CAP, &bytes, &length, &s->error))
    scribe_model_from_bytes(path, (const guint8 *)bytes, length, &s->model, &s->error);
  return s;
}

const ScribeModel *
scribe_model_shipped(GError **error)
{
  static GOnce once = G_ONCE_INIT;
  const Shipped *s = g_once(&once, load_shipped, NULL);
  if (s->model == NULL && error != NULL)
    *error = g_error_copy(s->error);
  return s->model;
}

double
scribe_model_sigmoid(double x)
{
  return 1.0 / (1.0 + exp(-x));
}

void
scribe_model_raw(const ScribeModel *model, const ScribeCandidate *c, double *ret)
{
  for (guint o = 0; o < SCRIBE_MODEL_OUTPUTS; o++)
    ret[o] = 0;
  for (guint i = 0; i < c->features->len; i++) {
    const float *row =
        model->weights + (gsize)g_array_index(c->features, guint32, i) * SCRIBE_MODEL_OUTPUTS;
    for (guint o = 0; o < SCRIBE_MODEL_OUTPUTS; o++)
      ret[o] += row[o];
  }
}

void
scribe_model_weigh(const ScribeModel *model, ScribeCandidate *c)
{
  double raw[SCRIBE_MODEL_OUTPUTS];
  scribe_model_raw(model, c, raw);
  c->score = scribe_model_sigmoid(raw[0]);
  c->section = 0;
  for (guint s = 1; s < SCRIBE_SECTION_N; s++)
    if (raw[1 + s] > raw[1 + c->section])
      c->section = s;
  guint bin = (guint)(c->score * SCRIBE_MODEL_BINS);
  c->confidence = model->calibration[MIN(bin, SCRIBE_MODEL_BINS - 1)];
}
