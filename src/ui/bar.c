#include "ui/bar.h"

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/queue.h"

struct UiBar {
  gboolean known; /* this role may see the counts */
  gint64 counts[CLINIC_STATE_N];
  gint64 waiting, running, dead;
  guint contracts;      /* that end soon or have ended, for who may renew them */
  gint64 contracts_due; /* monotonic; when they are looked at again */
};

enum { BAR_CONTRACTS_S = 60 };

UiBar *
ui_bar_new(void)
{
  return g_new0(UiBar, 1);
}

void
ui_bar_free(UiBar *bar)
{
  g_free(bar);
}

static void
bar_contracts(UiBar *bar, ClinicSession *session)
{
  g_autoptr(GPtrArray) warnings = NULL;
  gint64 now = base_clock_monotonic();
  if (!clinic_session_may(session, CLINIC_POWER_CONTRACT_MANAGE) || now < bar->contracts_due)
    return;
  bar->contracts_due = now + BAR_CONTRACTS_S * BASE_CLOCK_SECOND;
  bar->contracts = clinic_contract_warnings(session, &warnings, NULL) ? warnings->len : 0;
}

void
ui_bar_recalc(UiBar *bar, ClinicSession *session)
{
  bar_contracts(bar, session);
  bar->known = clinic_session_may(session, CLINIC_POWER_QUEUE_SEE) ||
               clinic_session_may(session, CLINIC_POWER_FIGURES_SEE);
  bar->known = bar->known && clinic_queue_counts(session, bar->counts, NULL);
  if (bar->known && !clinic_queue_jobs(session, &bar->waiting, &bar->running, &bar->dead, NULL))
    bar->waiting = bar->running = bar->dead = 0;
}

static void
bar_counts(const UiBar *bar, GString *line)
{
  static const ClinicState SHOWN[] = {CLINIC_STATE_READY,     CLINIC_STATE_REVIEWING,
                                      CLINIC_STATE_ESCALATED, CLINIC_STATE_DRAFTING,
                                      CLINIC_STATE_FAILED,    CLINIC_STATE_AMBIGUOUS};
  for (guint i = 0; i < G_N_ELEMENTS(SHOWN); i++)
    if (bar->counts[SHOWN[i]] > 0 || SHOWN[i] == CLINIC_STATE_READY)
      g_string_append_printf(line, "  %" G_GINT64_FORMAT " %s", bar->counts[SHOWN[i]],
                             clinic_state_title(SHOWN[i]));
}

static char *
bar_worker(const UiBar *bar, const UiApp *app)
{
  static const char *const DOING[] = {[WORKER_IDLE] = "",
                                      [WORKER_DRAFTING] = N_("drafting"),
                                      [WORKER_SENDING] = N_("sending"),
                                      [WORKER_READING] = N_("reading"),
                                      [WORKER_STOPPED] = N_("worker stopped")};
  const WorkerNews *news = &app->news;
  if (app->worker == NULL || news->doing == WORKER_IDLE)
    return bar->waiting > 0 ? g_strdup_printf(_("%d to draft"), (int)bar->waiting) : g_strdup("");
  const char *word = _(DOING[news->doing]);
  if (news->per_mille < 0 || news->doing == WORKER_STOPPED)
    return g_strdup(word);
  if (ui_app_is_linear(app))
    return g_strdup_printf("%s %d%%", word, news->per_mille / 10);
  GString *text = g_string_new(word);
  g_string_append(text, " [");
  for (int i = 0; i < 8; i++)
    g_string_append_c(text, i * 125 < news->per_mille ? '#' : '.');
  g_string_append_printf(text, "] %d%%", news->per_mille / 10);
  return g_string_free(text, FALSE);
}

void
ui_bar_draw(const UiBar *bar, const UiApp *app, UiCanvas *canvas)
{
  g_autoptr(GString) left = g_string_new("guichet");
  const UiScreen *top = ui_app_top(app);
  if (top != NULL && top->ops->title != NULL && *top->ops->title != '\0') /* "" is the header */
    g_string_append_printf(left, "  %s", _(top->ops->title));
  if (bar->contracts > 0) /* before the counts: those may be cut off */
    g_string_append_printf(
        left, ngettext("  %u contract to renew", "  %u contracts to renew", bar->contracts),
        bar->contracts);
  if (bar->known)
    bar_counts(bar, left);
  g_autofree char *worker = bar_worker(bar, app);
  const char *user = app->session != NULL ? clinic_session_name(app->session) : "";
  g_autofree char *right =
      g_strdup_printf("%s%s%s ", worker, *worker != '\0' && *user != '\0' ? "  " : "", user);
  guint width = MIN(base_text_width(right), canvas->columns);
  ui_canvas_fill(canvas, 0, 0, canvas->columns, UI_STYLE_BAR);
  if (canvas->columns > width + 2)
    ui_canvas_cell(canvas, 0, 1, canvas->columns - width - 2, UI_STYLE_BAR, left->str);
  ui_canvas_put(canvas, 0, canvas->columns - width, width, UI_STYLE_BAR, right);
}
