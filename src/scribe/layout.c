#include "scribe/layout.h"

#include <string.h>

typedef struct {
  const char *template, *id, *english, *french;
  const char *from;     /* the sections that give, parted by a blank */
  const char *cues[14]; /* in lower case, what a statement must hold */
} Gathered;

static const Gathered GATHERED[] = {
    {"behavioural",
     "safety",
     "SAFETY",
     "SÉCURITÉ",
     "hpi ros pmh social plan follow-up",
     {"suicid", "self-harm", "self harm", "harm himself", "harm herself", "hurt himself",
      "hurt herself", "harm to", "kill", "crisis", "idées noires", "mourir"}},
    {"behavioural",
     "mood",
     "MOOD AND SYMPTOMS",
     "HUMEUR ET SYMPTÔMES",
     "hpi ros",
     {"mood", "depress", "anxi", "sad", "panic", "sleep", "worr", "stress", "humeur", "dort",
      "moral", "angoiss", "trist"}},
    {"chronic",
     "goals",
     "GOALS",
     "OBJECTIFS",
     "hpi plan follow-up",
     {"goal", "target", "aim for", "would like to see", "objectif", "viser"}},
    {"telehealth",
     "safety-net",
     "WHEN TO SEEK CARE",
     "QUAND CONSULTER",
     "plan follow-up",
     {"gets worse", "get worse", "worsen", "emergency", "call us", "call me", "911", "999",
      "urgences", "appelez", "empire", "s'aggrave"}},
};

static const struct {
  const char *name;
  const char *order; /* ids in front of all others, parted by a blank; NULL: as they come */
} TEMPLATES[] = {
    {"soap", NULL},
    {"behavioural", "cc hpi mood safety"},
    {"chronic",
     "cc vitals medications allergies results hpi pmh psh social family ros exam plan goals"},
    {"telehealth",
     "cc hpi medications allergies pmh psh social family ros vitals exam results plan "
     "follow-up safety-net"},
};

gboolean
scribe_layout_known(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(TEMPLATES); i++)
    if (strcmp(TEMPLATES[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

/* Where `id` stands in the list, or a place past its end. */
static guint
place_in(const char *list, const char *id)
{
  g_auto(GStrv) words = g_strsplit(list, " ", -1);
  guint i = 0;
  while (words[i] != NULL && strcmp(words[i], id) != 0)
    i++;
  return i;
}

static gboolean
holds(const Gathered *g, const ScribeStatement *s)
{
  g_autofree char *low = g_utf8_strdown(s->text, -1);
  for (gsize k = 0; k < G_N_ELEMENTS(g->cues) && g->cues[k] != NULL; k++)
    if (strstr(low, g->cues[k]) != NULL)
      return TRUE;
  return FALSE;
}

static void
gather(ScribeDraft *draft, const Gathered *g)
{
  gboolean french = strcmp(draft->language, "fr") == 0;
  ScribeSection *into = NULL;
  guint sections = draft->sections->len;
  g_auto(GStrv) givers = g_strsplit(g->from, " ", -1);
  for (guint i = 0; i < sections; i++) {
    ScribeSection *s = g_ptr_array_index(draft->sections, i);
    if (!g_strv_contains((const gchar *const *)givers, s->id))
      continue;
    for (guint j = 0; j < s->statements->len;) {
      if (!holds(g, g_ptr_array_index(s->statements, j))) {
        j++;
        continue;
      }
      if (into == NULL)
        into = scribe_draft_add_section(draft, g->id, french ? g->french : g->english);
      g_ptr_array_add(into->statements, g_ptr_array_steal_index(s->statements, j));
    }
  }
}

static int
by_order(gconstpointer a, gconstpointer b, gpointer order)
{
  const ScribeSection *x = *(ScribeSection *const *)a, *y = *(ScribeSection *const *)b;
  return (int)place_in(order, x->id) - (int)place_in(order, y->id);
}

static void
drop_empty(ScribeDraft *draft)
{
  for (guint k = draft->sections->len; k-- > 0;)
    if (((const ScribeSection *)g_ptr_array_index(draft->sections, k))->statements->len == 0)
      g_ptr_array_remove_index(draft->sections, k);
}

void
scribe_layout_apply(ScribeDraft *draft)
{
  for (gsize i = 0; i < G_N_ELEMENTS(GATHERED); i++)
    if (strcmp(GATHERED[i].template, draft->template) == 0)
      gather(draft, &GATHERED[i]);
  drop_empty(draft);
  for (gsize i = 0; i < G_N_ELEMENTS(TEMPLATES); i++)
    if (strcmp(TEMPLATES[i].name, draft->template) == 0 && TEMPLATES[i].order != NULL)
      g_ptr_array_sort_with_data(draft->sections, by_order, (gpointer)(gsize)TEMPLATES[i].order);
}
