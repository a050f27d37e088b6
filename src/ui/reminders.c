#include "ui/reminders.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/returned.h"
#include "ui/age.h"
#include "ui/list.h"
#include "ui/pager.h"
#include "ui/replies.h"

enum { REMINDERS_DAYS = 7 };

typedef struct {
  UiScreen super;
  UiList *list;
  GPtrArray *rows, *before; /* what the list points into: the newest reading, and the one before */
  guint replies;            /* answers by mail that wait */
  gboolean past;
  gboolean stale;       /* something was done here since the last reading */
  gint64 read_at, cost; /* monotonic; how long that took */
  GError *error;
  GArray *asked; /* ids that a question is about */
} Reminders;

/* --- the list, in memory */

static gint64
reminders_id(gconstpointer row)
{
  return ((const ClinicReminder *)row)->id;
}

/* Where a row stands now, or where it would. */
static guint
reminders_place(const GPtrArray *rows, const ClinicReminder *row, gboolean past,
                gboolean *ret_there)
{
  *ret_there = FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (reminders_id(rows->pdata[i]) == row->id) {
      *ret_there = TRUE;
      return i;
    }
  for (guint i = 0; i < rows->len; i++) {
    const ClinicReminder *other = rows->pdata[i];
    if (past ? other->due < row->due : other->due > row->due)
      return i;
  }
  return rows->len;
}

static gboolean
reminders_fetch(gpointer owner, gconstpointer from, gboolean backward, guint n, GPtrArray **ret,
                GError **error)
{
  const Reminders *self = owner;
  gboolean there = FALSE;
  guint at = from != NULL ? reminders_place(self->rows, from, self->past, &there)
             : backward   ? self->rows->len
                          : 0;
  guint first = backward ? at - MIN(at, n) : at + (there ? 1 : 0);
  guint end = backward ? at : MIN(self->rows->len, first + n);
  (void)error;
  GPtrArray *page = g_ptr_array_new();
  for (guint i = first; i < end; i++)
    g_ptr_array_add(page, self->rows->pdata[i]);
  *ret = page;
  return TRUE;
}

static char *
reminders_text(gpointer owner, gconstpointer data)
{
  const ClinicReminder *r = data;
  (void)owner;
  return g_strjoin(" ", r->patient_name, clinic_reminder_stand_title(r->stand), r->kind, r->channel,
                   r->why, NULL);
}

static const UiListSource REMINDERS_SOURCE = {reminders_id, reminders_fetch, reminders_text, FALSE};

/* A large clinic's plan takes a while: what others do is read at most a tenth of the time. */
static gboolean
is_fresh(const Reminders *self)
{
  return !self->stale && base_clock_monotonic() - self->read_at < 10 * self->cost;
}

static gboolean
read_rows(Reminders *self, GPtrArray **ret)
{
  ClinicSession *session = self->super.app->session;
  gint64 start = base_clock_monotonic();
  g_clear_error(&self->error);
  gboolean ok = self->past ? clinic_reminder_past(session, REMINDERS_DAYS, ret, &self->error)
                           : clinic_reminder_next(session, REMINDERS_DAYS, ret, &self->error);
  self->read_at = base_clock_monotonic();
  self->cost = self->read_at - start;
  self->stale = FALSE;
  return ok;
}

/* The foot takes a line, and so do the answers. */
static guint
height_of(const Reminders *self, guint body)
{
  guint rest = self->replies > 0 ? 3 : 2;
  return body > rest + 1 ? body - rest : 1;
}

static void
reminders_recalc(UiScreen *screen)
{
  Reminders *self = (Reminders *)screen;
  guint body = ui_app_body(screen->app);
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_returned_open(screen->app->session, &self->replies, NULL))
    self->replies = 0;
  if (is_fresh(self)) {
    ui_list_recalc(self->list, height_of(self, body), &self->error);
    ui_app_due(screen->app, self->read_at + 10 * self->cost);
    return;
  }
  if (!read_rows(self, &rows))
    return;
  g_clear_pointer(&self->before, g_ptr_array_unref);
  self->before = g_steal_pointer(&self->rows);
  self->rows = g_steal_pointer(&rows);
  ui_list_recalc(self->list, height_of(self, body), &self->error);
}

/* --- drawing */

typedef struct {
  guint due, stand, kind, name, starts, why; /* columns where each begins */
} Columns;

static Columns
columns_of(const UiCanvas *canvas)
{
  gboolean wide = canvas->columns >= 100;
  Columns c = {.due = 2, .stand = wide ? 19 : 15};
  c.kind = c.stand + 13;
  c.name = c.kind + 14;
  c.starts = c.name + (wide ? 27 : 19);
  c.why = c.starts + (wide ? 17 : 13);
  return c;
}

static UiStyle
style_of(const ClinicReminder *r)
{
  static const UiStyle STYLES[CLINIC_REMINDER_N] = {
      [CLINIC_REMINDER_PLANNED] = UI_STYLE_NORMAL, [CLINIC_REMINDER_WAITING] = UI_STYLE_WARN,
      [CLINIC_REMINDER_APPROVED] = UI_STYLE_GOOD,  [CLINIC_REMINDER_SENDING] = UI_STYLE_GOOD,
      [CLINIC_REMINDER_SENT] = UI_STYLE_GOOD,      [CLINIC_REMINDER_FAILED] = UI_STYLE_BLOCK,
      [CLINIC_REMINDER_DOUBTFUL] = UI_STYLE_BLOCK, [CLINIC_REMINDER_SKIPPED] = UI_STYLE_QUIET,
      [CLINIC_REMINDER_NOT] = UI_STYLE_QUIET,
  };
  return STYLES[r->stand];
}

/* "11-28 17:00", or with the year. */
static char *
when(const Reminders *self, gint64 at, gboolean wide)
{
  g_autofree char *text = ui_age_when(self->super.app->session, at);
  const char *year = wide ? NULL : strchr(text, '-');
  return g_strdup(year != NULL ? year + 1 : text);
}

/* What a person has to know beside the columns. */
static char *
remark_of(const ClinicReminder *r)
{
  if (*r->why != '\0')
    return g_strdup(r->why);
  if (r->answer != CLINIC_REMINDER_SILENT)
    return g_strdup(clinic_reminder_answer_title(r->answer));
  if (r->lead != r->id)
    return g_strdup(_("in one message with another"));
  return g_strdup(r->shared ? _("shared address") : "");
}

static void
draw_row(const Reminders *self, UiCanvas *canvas, guint row, const ClinicReminder *r,
         gboolean selected)
{
  Columns c = columns_of(canvas);
  gboolean wide = canvas->columns >= 100;
  g_autofree char *due = when(self, r->due, wide), *starts = when(self, r->starts, wide);
  g_autofree char *kind = g_strdup_printf("%s %s", r->kind, r->channel), *remark = remark_of(r);
  ui_canvas_put(canvas, row, 0, 1, selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL,
                selected ? ">" : " ");
  ui_canvas_put(canvas, row, 1, 1, UI_STYLE_CURRENT, ui_list_tagged(self->list, r->id) ? "*" : " ");
  ui_canvas_cell(canvas, row, c.due, c.stand - c.due - 1,
                 selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL, due);
  ui_canvas_cell(canvas, row, c.stand, c.kind - c.stand - 1, style_of(r),
                 clinic_reminder_stand_title(r->stand));
  ui_canvas_cell(canvas, row, c.kind, c.name - c.kind - 1, UI_STYLE_NORMAL, kind);
  ui_canvas_cell(canvas, row, c.name, c.starts - c.name - 1, UI_STYLE_NORMAL,
                 *r->patient_name != '\0' ? r->patient_name : "-");
  ui_canvas_cell(canvas, row, c.starts, c.why - c.starts - 1, UI_STYLE_NORMAL, starts);
  ui_canvas_cell(canvas, row, c.why, canvas->columns - c.why, UI_STYLE_QUIET, remark);
}

static void
draw_head(const Reminders *self, UiCanvas *canvas)
{
  Columns c = columns_of(canvas);
  ui_canvas_fill(canvas, 1, 0, canvas->columns, UI_STYLE_COLUMN);
  ui_canvas_cell(canvas, 1, c.due, c.stand - c.due - 1, UI_STYLE_COLUMN,
                 self->past ? _("Went") : _("Goes"));
  ui_canvas_cell(canvas, 1, c.stand, c.kind - c.stand - 1, UI_STYLE_COLUMN, _("State"));
  ui_canvas_cell(canvas, 1, c.kind, c.name - c.kind - 1, UI_STYLE_COLUMN, _("What"));
  ui_canvas_cell(canvas, 1, c.name, c.starts - c.name - 1, UI_STYLE_COLUMN, _("Patient"));
  ui_canvas_cell(canvas, 1, c.starts, c.why - c.starts - 1, UI_STYLE_COLUMN, _("Appointment"));
  ui_canvas_cell(canvas, 1, c.why, canvas->columns - c.why, UI_STYLE_COLUMN, _("Remark"));
}

/* What patients answered is told first. */
static void
draw_replies(const Reminders *self, UiCanvas *canvas, guint row)
{
  if (self->replies == 0)
    return;
  g_autofree char *text = g_strdup_printf(
      ngettext("%u answer by mail waits: r", "%u answers by mail wait: r", self->replies),
      self->replies);
  ui_canvas_cell(canvas, row, 2, canvas->columns - 2, UI_STYLE_WARN, text);
}

/* Under the list: all of what the selected row has no room for. */
static void
draw_foot(const Reminders *self, UiCanvas *canvas, guint row)
{
  const ClinicReminder *r = ui_list_selected(self->list);
  if (r == NULL)
    return;
  g_autofree char *remark = remark_of(r);
  g_autoptr(GString) text = g_string_new(NULL);
  if (*remark != '\0' && !r->shared)
    g_string_append_printf(text, "%s  ", remark);
  else if (*r->why != '\0')
    g_string_append_printf(text, "%s  ", r->why);
  g_string_append_printf(text, "%s", *r->address != '\0' ? r->address : _("no address"));
  if (*r->place != '\0')
    g_string_append_printf(text, "  %s", r->place);
  if (r->shared)
    g_string_append_printf(text, "  %s", _("others read this address too"));
  if (r->restricted)
    g_string_append_printf(text, "  %s", _("restricted wording"));
  ui_canvas_cell(canvas, row, 2, canvas->columns - 2, UI_STYLE_QUIET, text->str);
}

static void
reminders_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Reminders *self = (const Reminders *)(gconstpointer)screen;
  guint seen = ui_list_seen(self->list), cursor = ui_list_cursor(self->list);
  if (self->error != NULL)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_ERROR, "%s", self->error->message);
  else if (seen == 0)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL, "%s",
                    self->past ? _("Nothing went in the last 7 days.")
                               : _("Nothing goes in the next 7 days."));
  draw_replies(self, canvas, seen == 0 ? 5 : ui_app_body(screen->app) - 1);
  if (self->error != NULL || seen == 0)
    return;
  draw_head(self, canvas);
  for (guint i = 0; i < seen; i++)
    draw_row(self, canvas, 2 + i, ui_list_row(self->list, i), i == cursor);
  draw_foot(self, canvas, ui_app_body(screen->app));
  ui_canvas_cursor(canvas, 2 + cursor, 0);
}

static guint
reminders_needs(const UiScreen *screen)
{
  const Reminders *self = (const Reminders *)(gconstpointer)screen;
  return ui_list_selected(self->list) != NULL ? UI_NEED_ROW : 0;
}

/* --- doing */

static guint
done(Reminders *self, guint n)
{
  UiApp *app = self->super.app;
  ui_list_untag(self->list);
  ui_app_say(app, UI_STYLE_GOOD,
             ngettext("%u was approved; u takes it back until it goes.",
                      "%u were approved; u takes one back until it goes.", n),
             n);
  if (app->worker != NULL)
    worker_thread_wake(app->worker);
  return UI_RECALC;
}

static guint
approve(Reminders *self, const GArray *ids, gboolean now)
{
  UiApp *app = self->super.app;
  g_autoptr(GError) error = NULL;
  guint n = 0;
  self->stale = TRUE;
  if (clinic_reminder_approve(app->session, (const gint64 *)(gconstpointer)ids->data, ids->len, now,
                              &n, &error))
    return done(self, n);
  ui_app_trouble(app, g_steal_pointer(&error));
  return UI_RECALC;
}

static guint
approve_chosen(Reminders *self)
{
  g_autoptr(GArray) ids = ui_list_chosen(self->list);
  return approve(self, ids, FALSE);
}

static guint
approve_day(Reminders *self)
{
  UiApp *app = self->super.app;
  const ClinicReminder *row = ui_list_selected(self->list);
  g_autoptr(GError) error = NULL;
  gint64 day = 0;
  guint n = 0, left = 0;
  if (!clinic_reminder_day(app->session, row->due, &day, &error) ||
      !clinic_reminder_approve_day(app->session, day, &n, &left, &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_RECALC;
  }
  guint flags = done(self, n);
  if (left > 0)
    ui_app_say(app, UI_STYLE_WARN, _("%u approved; %u are left, to be approved one by one."), n,
               left);
  return flags;
}

static void
ask_about_chosen(Reminders *self)
{
  g_clear_pointer(&self->asked, g_array_unref);
  self->asked = ui_list_chosen(self->list);
}

static guint
sent_now(UiScreen *screen, const char *answer)
{
  Reminders *self = (Reminders *)screen;
  if (answer != NULL)
    return approve(self, self->asked, TRUE);
  ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

static guint
skipped(UiScreen *screen, const char *words)
{
  Reminders *self = (Reminders *)screen;
  UiApp *app = screen->app;
  if (words == NULL)
    return UI_DRAW;
  self->stale = TRUE;
  for (guint i = 0; i < self->asked->len; i++) {
    g_autoptr(GError) error = NULL;
    if (!clinic_reminder_skip(app->session, g_array_index(self->asked, gint64, i), words, &error)) {
      ui_app_trouble(app, g_steal_pointer(&error));
      return UI_RECALC;
    }
  }
  ui_list_untag(self->list);
  ui_app_say(app, UI_STYLE_GOOD, "%s", _("Skipped: it does not go, and is not planned again."));
  return UI_RECALC;
}

static guint
undo(Reminders *self)
{
  UiApp *app = self->super.app;
  const ClinicReminder *row = ui_list_selected(self->list);
  g_autoptr(GError) error = NULL;
  if (row->item == 0)
    ui_app_say(app, UI_STYLE_WARN, "%s", _("Nobody approved this one yet."));
  else if (clinic_item_act(app->session, row->item, 0,
                           row->stand == CLINIC_REMINDER_SKIPPED ? CLINIC_ACTION_RESTORE
                                                                 : CLINIC_ACTION_UNDO,
                           CLINIC_REASON_NONE, NULL, &error))
    ui_app_say(app, UI_STYLE_GOOD, "%s", _("Taken back: it waits for an approval again."));
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_RECALC;
}

static guint
show_text(Reminders *self)
{
  UiApp *app = self->super.app;
  const ClinicReminder *row = ui_list_selected(self->list);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  if (clinic_reminder_text(app->session, row->id, &text, &error))
    ui_app_push(app, ui_pager_new(app, N_("Message"), text, NULL));
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_DRAW;
}

static guint
turn(Reminders *self)
{
  self->past = !self->past;
  ui_list_untag(self->list);
  ui_list_reset(self->list, FALSE);
  return UI_RECALC;
}

static guint
tag(Reminders *self)
{
  const ClinicReminder *row = ui_list_selected(self->list);
  ui_list_tag(self->list, row->id, !ui_list_tagged(self->list, row->id));
  return ui_list_move(self->list, UI_REQUEST_DOWN, NULL);
}

static guint
tag_all(Reminders *self)
{
  if (ui_list_tags(self->list) > 0) {
    ui_list_untag(self->list);
    return UI_DRAW;
  }
  for (guint i = 0; i < self->rows->len; i++) {
    const ClinicReminder *r = self->rows->pdata[i];
    if (r->stand == CLINIC_REMINDER_PLANNED || r->stand == CLINIC_REMINDER_WAITING)
      ui_list_tag(self->list, r->id, TRUE);
  }
  return UI_DRAW;
}

static guint
reminders_searched(UiScreen *screen, const char *words)
{
  Reminders *self = (Reminders *)screen;
  if (words != NULL && *words != '\0' && !ui_list_search(self->list, words, FALSE))
    ui_app_say(screen->app, UI_STYLE_WARN, _("Not found among what is listed."));
  return UI_DRAW;
}

static guint
reminders_handle(UiScreen *screen, UiRequest request)
{
  Reminders *self = (Reminders *)screen;
  self->stale = TRUE; /* whatever is read next, is read anew */
  switch (request) {
  case UI_REQUEST_REMINDER_APPROVE:
    return approve_chosen(self);
  case UI_REQUEST_REMINDER_DAY:
    return approve_day(self);
  case UI_REQUEST_REMINDER_NOW:
    ask_about_chosen(self);
    ui_app_ask(screen->app, ui_prompt_yes(_("Send now, whatever the hour?"), sent_now));
    return UI_DRAW;
  case UI_REQUEST_REMINDER_SKIP:
    ask_about_chosen(self);
    ui_app_ask(screen->app, ui_prompt_text(_("Skip, because:"), NULL, skipped));
    return UI_DRAW;
  case UI_REQUEST_REMINDER_UNDO:
    return undo(self);
  case UI_REQUEST_REMINDER_SHOW:
    return show_text(self);
  case UI_REQUEST_REMINDER_REPLIES:
    ui_app_push(screen->app, ui_replies_new(screen->app));
    return UI_DRAW;
  case UI_REQUEST_REMINDER_TURN:
    return turn(self);
  case UI_REQUEST_REMINDER_TAG:
    return tag(self);
  case UI_REQUEST_REMINDER_TAG_ALL:
    return tag_all(self);
  case UI_REQUEST_SEARCH:
    ui_app_ask(screen->app, ui_prompt_typing(_("Search:"), reminders_searched, reminders_searched));
    return UI_DRAW;
  default:
    return ui_list_move(self->list, request, NULL);
  }
}

/* What was put off by is_fresh() is read once it may be. */
static guint
reminders_tick(UiScreen *screen, gint64 now)
{
  const Reminders *self = (const Reminders *)(gconstpointer)screen;
  gint64 then = self->read_at + 10 * self->cost;
  return self->cost > BASE_CLOCK_SECOND / 10 && now >= then && now < then + 2 * BASE_CLOCK_SECOND
             ? UI_RECALC
             : UI_NOTHING;
}

static void
reminders_free(UiScreen *screen)
{
  Reminders *self = (Reminders *)screen;
  ui_list_free(self->list);
  g_clear_pointer(&self->rows, g_ptr_array_unref);
  g_clear_pointer(&self->before, g_ptr_array_unref);
  g_clear_pointer(&self->asked, g_array_unref);
  g_clear_error(&self->error);
  g_free(self);
}

static const UiScreenOps REMINDERS_OPS = {
    .context = UI_CONTEXT_REMINDERS,
    .moves = TRUE,
    .title = N_("Reminders"),
    .recalc = reminders_recalc,
    .draw = reminders_draw,
    .needs = reminders_needs,
    .handle = reminders_handle,
    .tick = reminders_tick,
    .free = reminders_free,
};

UiScreen *
ui_reminders_new(UiApp *app)
{
  Reminders *self = g_new0(Reminders, 1);
  self->super = (UiScreen){&REMINDERS_OPS, app};
  self->rows = g_ptr_array_new();
  self->stale = TRUE;
  self->list = ui_list_new(&REMINDERS_SOURCE, self);
  return &self->super;
}
