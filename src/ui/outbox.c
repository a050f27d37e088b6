#include "ui/outbox.h"

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/outbox.h"
#include "ui/age.h"
#include "ui/list.h"
#include "ui/queue.h"
#include "ui/review.h"

typedef struct {
  UiScreen super;
  UiList *list;
  GError *error;
} Outbox;

static gint64
outbox_id(gconstpointer row)
{
  return ((const ClinicOutboxRow *)row)->item;
}

/* Newest change first; there is no way back up but from the newest. */
static gboolean
outbox_fetch(gpointer owner, gconstpointer from, gboolean backward, guint n, GPtrArray **ret,
             GError **error)
{
  Outbox *outbox = owner;
  const ClinicOutboxRow *row = from;
  if (backward) {
    *ret = g_ptr_array_new();
    return TRUE;
  }
  return clinic_outbox_list(outbox->super.app->session, row != NULL ? row->changed_at : 0, n, ret,
                            error);
}

static char *
outbox_text(gpointer owner, gconstpointer data)
{
  const ClinicOutboxRow *row = data;
  (void)owner;
  return g_strjoin(" ", row->patient_name, clinic_state_title(row->state), row->destination,
                   row->why, NULL);
}

static const UiListSource OUTBOX_SOURCE = {outbox_id, outbox_fetch, outbox_text, TRUE};

static void
outbox_recalc(UiScreen *screen)
{
  Outbox *outbox = (Outbox *)screen;
  guint body = ui_app_body(screen->app);
  g_clear_error(&outbox->error);
  ui_list_recalc(outbox->list, body > 1 ? body - 1 : 1, &outbox->error);
}

/* Counted in seconds where somebody may wait for it. */
static char *
outbox_left(gint64 seconds)
{
  if (seconds < 2 * 60)
    return g_strdup_printf(_("%d s"), (int)seconds);
  if (seconds < 2 * 60 * 60)
    return g_strdup_printf(_("%d min"), (int)(seconds / 60));
  return g_strdup_printf(_("%d h"), (int)MIN(seconds / 3600, 9999));
}

static char *
outbox_when(const ClinicOutboxRow *row)
{
  gint64 left = (row->due - base_clock_now() + BASE_CLOCK_SECOND - 1) / BASE_CLOCK_SECOND;
  g_autofree char *wait = outbox_left(MAX(left, 0));
  if (row->state == CLINIC_STATE_SIGNED && left > 0 && row->attempts == 0)
    return g_strdup_printf(_("in %s, u undoes"), wait);
  if (row->state == CLINIC_STATE_SIGNED && left > 0)
    return g_strdup_printf(_("again in %s"), wait);
  if (row->state == CLINIC_STATE_SIGNED)
    return g_strdup(_("due now"));
  return ui_age_short(row->changed_at);
}

static void
outbox_draw_row(const Outbox *outbox, UiCanvas *canvas, guint row, const ClinicOutboxRow *own,
                gboolean selected)
{
  guint name = canvas->columns >= 100 ? 26 : 18, where = canvas->columns >= 100 ? 22 : 14;
  g_autofree char *when = outbox_when(own);
  guint x = 2;
  (void)outbox;
  ui_canvas_put(canvas, row, 0, 1, selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL,
                selected ? ">" : " ");
  ui_canvas_cell(canvas, row, x, 10, selected ? UI_STYLE_SELECTED : ui_queue_style(own->state),
                 clinic_state_title(own->state));
  x += 11;
  ui_canvas_cell(canvas, row, x, name, UI_STYLE_NORMAL, own->patient_name);
  x += name + 1;
  ui_canvas_cell(canvas, row, x, where, UI_STYLE_NORMAL, own->destination);
  x += where + 1;
  ui_canvas_cell(canvas, row, x, 17, UI_STYLE_NORMAL, when);
  x += 18;
  ui_canvas_cell(canvas, row, x, canvas->columns - x,
                 own->state == CLINIC_STATE_FAILED ? UI_STYLE_BLOCK : UI_STYLE_QUIET, own->why);
}

static void
outbox_draw_head(UiCanvas *canvas)
{
  guint name = canvas->columns >= 100 ? 26 : 18, where = canvas->columns >= 100 ? 22 : 14;
  ui_canvas_fill(canvas, 1, 0, canvas->columns, UI_STYLE_COLUMN);
  ui_canvas_cell(canvas, 1, 2, 10, UI_STYLE_COLUMN, _("State"));
  ui_canvas_cell(canvas, 1, 13, name, UI_STYLE_COLUMN, _("Patient"));
  ui_canvas_cell(canvas, 1, 14 + name, where, UI_STYLE_COLUMN, _("Goes to"));
  ui_canvas_cell(canvas, 1, 15 + name + where, 17, UI_STYLE_COLUMN, _("When"));
  ui_canvas_cell(canvas, 1, 33 + name + where, canvas->columns - 33 - name - where, UI_STYLE_COLUMN,
                 _("Receipt, or why it waits"));
}

static void
outbox_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Outbox *outbox = (const Outbox *)(gconstpointer)screen;
  guint seen = ui_list_seen(outbox->list), cursor = ui_list_cursor(outbox->list);
  if (outbox->error != NULL)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_ERROR, "%s", outbox->error->message);
  else if (seen == 0)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL,
                    _("The outbox is empty: nothing was signed yet."));
  if (outbox->error != NULL || seen == 0)
    return;
  outbox_draw_head(canvas);
  for (guint i = 0; i < seen; i++)
    outbox_draw_row(outbox, canvas, 2 + i, ui_list_row(outbox->list, i), i == cursor);
  ui_canvas_cursor(canvas, 2 + cursor, 0);
}

static guint
outbox_needs(const UiScreen *screen)
{
  const Outbox *outbox = (const Outbox *)(gconstpointer)screen;
  return ui_list_selected(outbox->list) != NULL ? UI_NEED_ROW : 0;
}

static guint
outbox_act(UiScreen *screen, ClinicAction action, const char *words, const char *done)
{
  Outbox *outbox = (Outbox *)screen;
  const ClinicOutboxRow *row = ui_list_selected(outbox->list);
  UiApp *app = screen->app;
  g_autoptr(ClinicItem) item = NULL;
  g_autoptr(GError) error = NULL;
  if (row == NULL)
    return UI_DRAW;
  if (clinic_item_load(app->session, row->item, &item, &error) &&
      clinic_item_act(app->session, row->item, item->version, action, CLINIC_REASON_NONE, words,
                      &error))
    ui_app_say(app, UI_STYLE_GOOD, "%s", done);
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  if (app->worker != NULL)
    worker_thread_wake(app->worker);
  return UI_RECALC;
}

static guint
outbox_arrived(UiScreen *screen, const char *answer)
{
  if (answer != NULL)
    return outbox_act(screen, CLINIC_ACTION_ARRIVED, _("a person looked: it arrived"),
                      _("Settled as delivered."));
  ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

static guint
outbox_again(UiScreen *screen, const char *answer)
{
  if (answer != NULL)
    return outbox_act(screen, CLINIC_ACTION_RETRY, _("a person looked: it did not arrive"),
                      _("It is sent again."));
  ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

/* A doubtful one is asked about: sent again by mistake it would arrive twice. */
static guint
outbox_retry(Outbox *outbox)
{
  const ClinicOutboxRow *row = ui_list_selected(outbox->list);
  if (row->state != CLINIC_STATE_AMBIGUOUS)
    return outbox_act(&outbox->super, CLINIC_ACTION_RETRY, "", _("It is sent again."));
  ui_app_ask(
      outbox->super.app,
      ui_prompt_yes(_("It did certainly not arrive, and is to be sent again?"), outbox_again));
  return UI_DRAW;
}

static guint
outbox_open(Outbox *outbox)
{
  const ClinicOutboxRow *row = ui_list_selected(outbox->list);
  g_autoptr(GError) error = NULL;
  UiScreen *review = ui_review_new(outbox->super.app, row->item, &error);
  if (review != NULL)
    ui_app_push(outbox->super.app, review);
  else
    ui_app_trouble(outbox->super.app, g_steal_pointer(&error));
  return UI_DRAW;
}

static guint
outbox_searched(UiScreen *screen, const char *words)
{
  Outbox *outbox = (Outbox *)screen;
  if (words != NULL && *words != '\0' && !ui_list_search(outbox->list, words, FALSE))
    ui_app_say(screen->app, UI_STYLE_WARN, _("Not found among what is listed."));
  return UI_DRAW;
}

static guint
outbox_handle(UiScreen *screen, UiRequest request)
{
  Outbox *outbox = (Outbox *)screen;
  g_autoptr(GError) error = NULL;
  switch (request) {
  case UI_REQUEST_OUTBOX_UNDO:
    return outbox_act(screen, CLINIC_ACTION_UNDO, "",
                      _("The signature is undone; it waits in the queue again."));
  case UI_REQUEST_OUTBOX_RETRY:
    return outbox_retry(outbox);
  case UI_REQUEST_OUTBOX_ARRIVED:
    ui_app_ask(screen->app,
               ui_prompt_yes(_("It did arrive, and is not to be sent again?"), outbox_arrived));
    return UI_DRAW;
  case UI_REQUEST_OUTBOX_OPEN:
    return outbox_open(outbox);
  case UI_REQUEST_SEARCH:
    ui_app_ask(screen->app, ui_prompt_typing(_("Search:"), outbox_searched, outbox_searched));
    return UI_DRAW;
  default: {
    guint flags = ui_list_move(outbox->list, request, &error);
    if (error != NULL)
      ui_app_trouble(screen->app, g_steal_pointer(&error));
    return flags;
  }
  }
}

static guint
outbox_tick(UiScreen *screen, gint64 now)
{
  Outbox *outbox = (Outbox *)screen;
  for (guint i = 0; i < ui_list_seen(outbox->list); i++) {
    const ClinicOutboxRow *row = ui_list_row(outbox->list, i);
    if (row->state == CLINIC_STATE_SIGNED && row->due > base_clock_now()) {
      ui_app_due(screen->app, now + BASE_CLOCK_SECOND);
      return UI_DRAW;
    }
  }
  return UI_NOTHING;
}

static void
outbox_free(UiScreen *screen)
{
  Outbox *outbox = (Outbox *)screen;
  ui_list_free(outbox->list);
  g_clear_error(&outbox->error);
  g_free(outbox);
}

static const UiScreenOps OUTBOX_OPS = {
    .context = UI_CONTEXT_OUTBOX,
    .moves = TRUE,
    .title = N_("Outbox"),
    .recalc = outbox_recalc,
    .draw = outbox_draw,
    .needs = outbox_needs,
    .handle = outbox_handle,
    .tick = outbox_tick,
    .free = outbox_free,
};

UiScreen *
ui_outbox_new(UiApp *app)
{
  Outbox *outbox = g_new0(Outbox, 1);
  outbox->super = (UiScreen){&OUTBOX_OPS, app};
  outbox->list = ui_list_new(&OUTBOX_SOURCE, outbox);
  return &outbox->super;
}
