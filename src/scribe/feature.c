#include "scribe/feature.h"

#include <string.h>

typedef struct {
  const ScribeSpeech *speech;
  guint turns;
  guint *stage; /* of each unit: how far the visit has come, by what was announced */
} Context;

static guint32
hash(const char *space, const char *a, const char *b)
{
  guint32 h = 2166136261u;
  const char *const parts[] = {space, a, b};
  for (gsize k = 0; k < G_N_ELEMENTS(parts); k++) {
    for (const char *p = parts[k]; *p != '\0'; p++)
      h = (h ^ (guchar)*p) * 16777619u;
    h = (h ^ 0x1f) * 16777619u;
  }
  h ^= h >> 15;
  h *= 2654435761u;
  return h >> (32 - SCRIBE_FEATURE_BITS);
}

static void
add(ScribeCandidate *c, const char *space, const char *a, const char *b)
{
  guint32 h = hash(space, a, b);
  g_array_append_val(c->features, h);
}

static void
add_number(ScribeCandidate *c, const char *space, guint n)
{
  char buffer[16];
  g_snprintf(buffer, sizeof buffer, "%u", n);
  add(c, space, buffer, "");
}

/* A number's value says nothing of where it belongs; its shape does. */
static const char *
shape(const char *low)
{
  if (!g_ascii_isdigit(low[0]) && low[0] != '.')
    return low;
  if (strchr(low, '/') != NULL)
    return "<ratio>";
  if (strchr(low, '.') != NULL)
    return "<decimal>";
  return strlen(low) >= 3 ? "<big>" : strlen(low) == 2 ? "<two>" : "<one>";
}

static guint
announced(const ScribeUnit *u, guint stage)
{
  static const struct {
    const char *cue;
    guint stage;
  } CUES[] = {
      {"physical exam", 1},    {"examine you", 1},        {"quick exam", 1},
      {"take a look at", 1},   {"your heart", 1},         {"listen to", 1},
      {"your vital signs", 1}, {"on your exam", 1},       {"your vitals", 1},
      {"your lungs", 1},       {"your x-ray", 2},         {"your results", 2},
      {"your labs", 2},        {"the x-ray", 2},          {"the results", 2},
      {"lab results", 2},      {"assessment and", 3},     {"my plan", 3},
      {"first problem", 3},    {"my impression", 3},      {"the plan", 3},
      {"next problem", 3},     {"going to prescribe", 3}, {"treatment plan", 3},
      {"i want you to", 3},    {"i would like to", 3},    {"diagnosis", 3},
  };
  for (gsize k = 0; k < G_N_ELEMENTS(CUES); k++)
    if (u->role == SCRIBE_ROLE_CLINICIAN && scribe_speech_find(u, 0, CUES[k].cue) >= 0)
      stage = MAX(stage == 3 ? 3 : 0, CUES[k].stage);
  return stage;
}

static void
add_words(ScribeCandidate *c, const ScribeUnit *u, const char *one, const char *two,
          const char *role)
{
  const char *previous = "<s>";
  for (int i = 0; i < (int)u->words->len; i++) {
    const char *w = shape(scribe_speech_low(u, i));
    add(c, one, w, "");
    add(c, two, previous, w);
    if (role != NULL)
      add(c, role, w, "");
    previous = w;
  }
}

static const ScribeUnit *
unit_at(const Context *x, guint i)
{
  return i < x->speech->units->len ? g_ptr_array_index(x->speech->units, i) : NULL;
}

static void
fill(const Context *x, ScribeCandidate *c)
{
  static const char *const ROLES[] = {"r0", "r1", "r2", "r3"};
  static const char *const STAGES[] = {"g0", "g1", "g2", "g3"};
  const ScribeUnit *u = unit_at(x, c->unit);
  const char *stage = STAGES[x->stage[c->unit]];
  const char *size = x->turns < 24 ? "short" : "full";
  guint position = u->turn * 8 / MAX(x->turns, 1);
  add(c, "bias", "", "");
  add(c, "size", size, "");
  add_number(c, "kind", c->kind);
  add_number(c, c->list ? "kind-list" : "kind-turned", c->kind);
  add(c, "role", ROLES[u->role], size);
  add(c, "stage", stage, ROLES[u->role]);
  add_number(c, "position", position);
  add_number(c, ROLES[u->role], position);
  add_number(c, "length", MIN(c->words, 30) / 3);
  add_number(c, "length-kind", (MIN(c->words, 30) / 3) * 8 + c->kind);
  add_words(c, u, "w", "b", ROLES[u->role]);
  for (int i = 0; i < (int)u->words->len; i++)
    add(c, stage, shape(scribe_speech_low(u, i)), "");
  const ScribeUnit *before = c->unit > 0 ? unit_at(x, c->unit - 1) : NULL;
  const ScribeUnit *after = unit_at(x, c->unit + 1);
  if (before != NULL)
    for (int i = 0; i < (int)before->words->len; i++)
      add(c, c->n_evidence > 1 ? "asked" : "before", shape(scribe_speech_low(before, i)), "");
  if (after != NULL)
    for (int i = 0; i < MIN(6, (int)after->words->len); i++)
      add(c, "after", shape(scribe_speech_low(after, i)), "");
}

void
scribe_feature_fill(const ScribeSpeech *speech, GPtrArray *candidates)
{
  Context x = {.speech = speech};
  guint n = speech->units->len, stage = 0;
  x.stage = g_new0(guint, n + 1);
  for (guint i = 0; i < n; i++) {
    const ScribeUnit *u = g_ptr_array_index(speech->units, i);
    stage = announced(u, stage);
    x.stage[i] = stage;
    x.turns = u->turn + 1;
  }
  for (guint i = 0; i < candidates->len; i++)
    fill(&x, g_ptr_array_index(candidates, i));
  g_free(x.stage);
}
