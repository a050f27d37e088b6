#include "scribe/lint.h"

#include <stdio.h>
#include <string.h>

static const char *const VERBS =
    "is are was were be been has have had do does did denies reports takes took takes will would "
    "can cannot could should may might must gets got feels felt says said goes went comes came "
    "makes made hurts began thinks thought uses gives gave keeps kept lives works smokes drinks "
    "eats ate sleeps slept wakes woke fell falls starts states notes presents helps wants needs "
    "knows sees saw tries ran runs left lost takes stays stops wears sits stands walks looks "
    "sounds seems happens becomes became brought bought hit put cut quit read told found hears "
    "heard drives drove plays loves likes does hopes plans swells lifts prefers agrees understands";
static const char *const WRONG = "in on at for since with of to from by under behind until during "
                                 "they he she it we i and but or so because that's which";
static const char *const HANGING = "the a an and or but of to with for in on at from my his her "
                                   "their is are was were because that just i if when";
static const char *const SELF = "i my me myself mine i'm i've";

static gboolean
holds(const char *list, const char *word)
{
  g_auto(GStrv) words = g_strsplit(list, " ", -1);
  return g_strv_contains((const gchar *const *)words, word);
}

static GStrv
words_of(const char *text)
{
  g_autofree char *low = g_utf8_strdown(text, -1);
  g_strdelimit(low, ",.:;!?\"()", ' ');
  GPtrArray *list = g_ptr_array_new();
  g_auto(GStrv) parts = g_strsplit(low, " ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add(list, g_strdup(parts[i]));
  g_ptr_array_add(list, NULL);
  return (GStrv)g_ptr_array_free(list, FALSE);
}

static gboolean
has_verb(const GStrv w)
{
  for (guint i = 0; w[i] != NULL; i++)
    if (holds(VERBS, w[i]) || (strlen(w[i]) > 4 && g_str_has_suffix(w[i], "ed")))
      return TRUE;
  return FALSE;
}

static gboolean
reports_wrong(const GStrv w)
{
  for (guint i = 0; w[i] != NULL && w[i + 1] != NULL; i++)
    if (strcmp(w[i], "reports") == 0 && holds(WRONG, w[i + 1]))
      return TRUE;
  return FALSE;
}

static gboolean
has_self(const GStrv w)
{
  for (guint i = 0; w[i] != NULL; i++)
    if (holds(SELF, w[i]))
      return TRUE;
  return FALSE;
}

static void
judge(Lint *lint, const ScribeSection *s, const ScribeStatement *t, GHashTable *seen)
{
  g_auto(GStrv) w = words_of(t->text);
  guint n = g_strv_length(w);
  g_autofree char *flat = g_strjoinv(" ", w);
  gboolean plan = strcmp(s->id, "plan") == 0 || strcmp(s->id, "follow-up") == 0;
  gboolean history = strcmp(s->id, "hpi") == 0 || strcmp(s->id, "social") == 0;
  gboolean bad[LINT_N] = {
      [LINT_NO_VERB] = history && !has_verb(w),
      [LINT_REPORTS] = reports_wrong(w),
      [LINT_DANGLING] = n > 0 && holds(HANGING, w[n - 1]),
      [LINT_REPEATED] = !g_hash_table_add(seen, g_steal_pointer(&flat)),
      [LINT_FIRST] = !plan && has_self(w),
  };
  gboolean any = FALSE;
  for (guint k = 0; k < LINT_N; k++) {
    lint->n[k] += bad[k];
    any = any || bad[k];
  }
  lint->statements++;
  lint->spoiled += any;
  if (any && g_getenv("BENCH_LINT") != NULL)
    printf("lint %s: %s\n", s->id, t->text);
}

void
lint_add(Lint *lint, const ScribeDraft *draft)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < draft->sections->len; i++) {
    const ScribeSection *s = g_ptr_array_index(draft->sections, i);
    for (guint j = 0; j < s->statements->len; j++)
      judge(lint, s, g_ptr_array_index(s->statements, j), seen);
  }
}

void
lint_print(const Lint *lint)
{
  static const char *const NAMES[LINT_N] = {"no verb", "reports + wrong word", "dangling end",
                                            "repeated", "first person left"};
  double n = MAX(lint->statements, 1);
  printf("\nstatements that read badly: %.0f of %.0f, %.1f %%\n", lint->spoiled, lint->statements,
         100 * lint->spoiled / n);
  for (guint k = 0; k < LINT_N; k++)
    printf("  %-22s %5.0f  %5.1f %%\n", NAMES[k], lint->n[k], 100 * lint->n[k] / n);
}
