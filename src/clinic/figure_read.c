#include "clinic/figure.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/store/decision.h"

static void
engine_free(gpointer data)
{
  ClinicFigureEngine *engine = data;
  g_free(engine->name);
  g_free(engine);
}

/* Engines by their numbers, as they come up. */
typedef struct {
  ClinicFigures *into;
  GHashTable *names, *known; /* number → name; number → ClinicFigureEngine, lent */
} Reading;

static ClinicFigureEngine *
reading_engine(Reading *reading, gint64 id)
{
  ClinicFigureEngine *engine = g_hash_table_lookup(reading->known, &id);
  if (engine != NULL)
    return engine;
  engine = g_new0(ClinicFigureEngine, 1);
  engine->name = g_strdup(g_hash_table_lookup(reading->names, &id));
  g_ptr_array_add(reading->into->engines, engine);
  g_hash_table_insert(reading->known, g_memdup2(&id, sizeof id), engine);
  return engine;
}

/* Numbers that a newer guichet wrote are nobody's here. */
static gboolean
inside(gint64 value, gint64 n)
{
  return value >= 0 && value < n;
}

static void
take_decision(Reading *reading, const StoreDecisionSum *sum)
{
  ClinicFigureEngine *engine = reading_engine(reading, sum->engine);
  if (!inside(sum->writing, CLINIC_WRITING_N) || !inside(sum->reason, CLINIC_REASON_N))
    return;
  if (sum->is_signed) {
    reading->into->n_signed[sum->writing] += sum->n;
    engine->n_signed[sum->writing] += sum->n;
  } else {
    reading->into->n_rejected[sum->reason] += sum->n;
    engine->n_rejected += sum->n;
  }
}

static void
take_figure(Reading *reading, const StoreFigure *figure)
{
  if (figure->n == 0 || !inside(figure->kind, SCRIBE_FINDING_N) ||
      !inside(figure->severity, SCRIBE_SEVERITY_BLOCK + 1) || !inside(figure->fate, CLINIC_FATE_N))
    return;
  reading->into->findings[figure->kind][figure->severity][figure->fate] += figure->n;
  reading_engine(reading, figure->engine)->fates[figure->fate] += figure->n;
}

static gboolean
read_median(ClinicSession *session, ClinicFigures *figures, GError **error)
{
  g_autoptr(GArray) waits = NULL;
  if (!store_decision_waits(clinic_session_store(session), figures->from, figures->to, &waits,
                            error))
    return FALSE;
  guint n = waits->len;
  const gint64 *at = (const gint64 *)(gconstpointer)waits->data;
  figures->median_wait = n == 0       ? -1
                         : n % 2 == 1 ? at[n / 2]
                                      : at[n / 2 - 1] + (at[n / 2] - at[n / 2 - 1]) / 2;
  return TRUE;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  const ClinicFigureEngine *x = *(ClinicFigureEngine *const *)a,
                           *y = *(ClinicFigureEngine *const *)b;
  if (x->name == NULL || y->name == NULL)
    return (x->name == NULL) - (y->name == NULL);
  return strcmp(x->name, y->name);
}

static gboolean
read_all(ClinicSession *session, Reading *reading, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  ClinicFigures *into = reading->into;
  g_autoptr(GArray) decisions = NULL, findings = NULL;
  if (!store_figure_engines(store, &reading->names, error) ||
      !store_decision_sums(store, into->from, into->to, &decisions, error) ||
      !store_figure_sums(store, into->from, into->to, &findings, error) ||
      !store_decision_first(store, 0, &into->first, error) || !read_median(session, into, error))
    return FALSE;
  for (guint i = 0; i < decisions->len; i++)
    take_decision(reading, &g_array_index(decisions, StoreDecisionSum, i));
  for (guint i = 0; i < findings->len; i++)
    take_figure(reading, &g_array_index(findings, StoreFigure, i));
  g_ptr_array_sort(into->engines, by_name);
  return TRUE;
}

gboolean
clinic_figure_read(ClinicSession *session, gint64 from, gint64 to, ClinicFigures **ret,
                   GError **error)
{
  g_autoptr(ClinicFigures) figures = g_new0(ClinicFigures, 1);
  if (!clinic_session_require(session, CLINIC_POWER_FIGURES_SEE, error))
    return FALSE;
  figures->from = from;
  figures->to = to;
  figures->engines = g_ptr_array_new_with_free_func(engine_free);
  Reading reading = {figures, NULL,
                     g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
  gboolean ok = read_all(session, &reading, error);
  g_clear_pointer(&reading.names, g_hash_table_unref);
  g_hash_table_unref(reading.known);
  if (ok)
    *ret = g_steal_pointer(&figures);
  return ok;
}
