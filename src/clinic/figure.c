#include "clinic/figure.h"

#include <string.h>

#include "clinic/finding.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/contract.h"
#include "guichet/store/decision.h"
#include "guichet/store/revision.h"
#include "guichet/vault/seal.h"

void
clinic_figure_free(ClinicFigures *figures)
{
  if (figures == NULL)
    return;
  g_clear_pointer(&figures->engines, g_ptr_array_unref);
  g_free(figures);
}

/* What an item is counted by. */
typedef struct {
  gint64 engine;
  ClinicWriting writing;
  gint64 drafted_at;           /* 0 unknown */
  GPtrArray *raised, *decided; /* of ClinicFinding: of the draft, and of the text decided on */
  gint64 n[SCRIBE_FINDING_N][SCRIBE_SEVERITY_BLOCK + 1][CLINIC_FATE_N];
} Tally;

static void
tally_clear(Tally *tally)
{
  g_clear_pointer(&tally->raised, g_ptr_array_unref);
  g_clear_pointer(&tally->decided, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tally, tally_clear)

static gboolean
findings_of(ClinicSession *session, const StoreItem *item, gint64 revision, GPtrArray **ret,
            GError **error)
{
  gint64 version = 0;
  char *text = NULL;
  if (!store_revision_findings(clinic_session_store(session), item, revision, &version, &text,
                               error))
    return FALSE;
  gboolean ok = clinic_finding_from_json(text, ret, error);
  vault_seal_forget(text, strlen(text));
  return ok;
}

/* "builtin"; "chat MODEL". */
static gboolean
engine_of(ClinicSession *session, const StoreRevision *engine, gint64 *ret, GError **error)
{
  json_t *draft = engine->draft == NULL ? NULL : json_loads(engine->draft, 0, NULL);
  const json_t *own = json_object_get(draft, "engine");
  const char *name = json_string_value(json_object_get(own, "name"));
  const char *model = json_string_value(json_object_get(own, "model"));
  g_autofree char *whole =
      g_strjoin(model != NULL ? " " : NULL, name != NULL ? name : "?", model, NULL);
  json_decref(draft);
  return store_figure_engine(clinic_session_store(session), whole, ret, error);
}

/* The draft, where an engine made one: its findings are those that were raised. */
static gboolean
read_draft(ClinicSession *session, const StoreItem *item, Tally *tally, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreRevision) draft = NULL, newest = NULL;
  if (!store_revision_load(store, item, item->draft, &draft, error) ||
      !store_revision_load(store, item, item->revision, &newest, error))
    return FALSE;
  tally->drafted_at = draft->at;
  tally->writing = draft->author != 0                       ? CLINIC_WRITING_PERSON
                   : strcmp(draft->text, newest->text) == 0 ? CLINIC_WRITING_DRAFT
                                                            : CLINIC_WRITING_EDITED;
  if (tally->writing == CLINIC_WRITING_PERSON)
    return TRUE;
  g_clear_pointer(&tally->raised, g_ptr_array_unref);
  return engine_of(session, draft, &tally->engine, error) &&
         findings_of(session, item, item->draft, &tally->raised, error);
}

static void
tally_start(Tally *tally)
{
  tally_clear(tally);
  *tally = (Tally){.writing = CLINIC_WRITING_NONE};
  tally->raised = g_ptr_array_new();
  tally->decided = g_ptr_array_new();
}

/* A text whose key was destroyed, or that is spoilt, is counted without its findings: it can still
 * be rejected. */
static gboolean
tally_read(ClinicSession *session, const StoreItem *item, Tally *tally, GError **error)
{
  g_autoptr(GError) why = NULL;
  GPtrArray *decided = NULL;
  if (item->revision == 0)
    return TRUE;
  if (read_draft(session, item, tally, &why) &&
      findings_of(session, item, item->revision, &decided, &why)) {
    g_ptr_array_unref(tally->decided);
    tally->decided = decided;
    return TRUE;
  }
  tally_start(tally);
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_NO_INPUT) ||
      g_error_matches(why, BASE_ERROR, BASE_ERROR_CORRUPT))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}

static void
count(Tally *tally, const ClinicFinding *one, ClinicFate fate)
{
  tally->n[one->finding->kind][one->finding->severity][fate]++;
}

/* Takes the one of `from` that is the same finding out of it. */
static gboolean
pair_off(GPtrArray *from, const ClinicFinding *one)
{
  for (guint i = 0; i < from->len; i++)
    if (clinic_finding_same(((const ClinicFinding *)from->pdata[i])->finding, one->finding)) {
      g_ptr_array_remove_index(from, i);
      return TRUE;
    }
  return FALSE;
}

static void
tally_count(Tally *tally, gboolean is_signed)
{
  for (guint i = 0; i < tally->raised->len; i++)
    count(tally, tally->raised->pdata[i], CLINIC_FATE_RAISED);
  for (guint i = 0; i < tally->decided->len; i++) {
    const ClinicFinding *one = tally->decided->pdata[i];
    if (!pair_off(tally->raised, one))
      count(tally, one, CLINIC_FATE_FOUND);
    count(tally, one,
          one->override_reason != NULL ? CLINIC_FATE_OVERRIDDEN
          : is_signed                  ? CLINIC_FATE_OPEN
                                       : CLINIC_FATE_DROPPED);
  }
  for (guint i = 0; i < tally->raised->len; i++)
    count(tally, tally->raised->pdata[i], CLINIC_FATE_GONE);
}

static GArray *
tally_figures(const Tally *tally)
{
  GArray *figures = g_array_new(FALSE, FALSE, sizeof(StoreFigure));
  for (int k = 0; k < SCRIBE_FINDING_N; k++)
    for (int s = 0; s <= SCRIBE_SEVERITY_BLOCK; s++)
      for (int f = 0; f < CLINIC_FATE_N; f++) {
        const StoreFigure one = {tally->engine, k, s, f, tally->n[k][s][f]};
        if (one.n != 0)
          g_array_append_val(figures, one);
      }
  return figures;
}

gboolean
clinic_figure_decide(ClinicSession *session, const StoreItem *item, gboolean is_signed,
                     GError **error)
{
  g_auto(Tally) tally = {0};
  if (clinic_kind_is_desk((ClinicKind)item->kind))
    return TRUE;
  tally_start(&tally);
  if (!tally_read(session, item, &tally, error))
    return FALSE;
  tally_count(&tally, is_signed);
  g_autoptr(GArray) figures = tally_figures(&tally);
  const StoreDecision decision = {
      .item = item->id,
      .day = clinic_contract_day_today(session),
      .engine = tally.engine,
      .is_signed = is_signed,
      .reason = is_signed ? CLINIC_REASON_NONE : item->reason,
      .writing = tally.writing,
      .waited = tally.drafted_at == 0 ? -1 : MAX(base_clock_now() - tally.drafted_at, 0),
      .figures = figures,
  };
  return store_decision_put(clinic_session_store(session), &decision, error);
}

gboolean
clinic_figure_undo(ClinicSession *session, const StoreItem *item, GError **error)
{
  return store_decision_drop(clinic_session_store(session), item->id, error);
}
