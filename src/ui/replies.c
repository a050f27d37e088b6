#include "ui/replies.h"

#include "guichet/base/i18n.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/returned.h"
#include "ui/age.h"
#include "ui/pager.h"
#include "ui/prompt.h"

typedef struct {
  UiScreen super;
  GPtrArray *rows; /* of ClinicReply; read when asked for: each reading is in the audit trail */
  gboolean stale;
  GError *error;
  guint cursor, top;
  UiRequest asked; /* what a question is about */
} Replies;

static guint
replies_height(const Replies *self)
{
  guint body = ui_app_body(self->super.app);
  return body > 2 ? body - 2 : 1;
}

static void
replies_clamp(Replies *self)
{
  guint count = self->rows->len, height = replies_height(self);
  self->cursor = count == 0 ? 0 : MIN(self->cursor, count - 1);
  if (self->cursor < self->top)
    self->top = self->cursor;
  if (self->cursor >= self->top + height)
    self->top = self->cursor - height + 1;
}

static const ClinicReply *
replies_selected(const Replies *self)
{
  return self->cursor < self->rows->len ? self->rows->pdata[self->cursor] : NULL;
}

static void
replies_recalc(UiScreen *screen)
{
  Replies *self = (Replies *)screen;
  g_autoptr(GPtrArray) rows = NULL;
  if (self->stale) {
    g_clear_error(&self->error);
    if (clinic_returned_replies(screen->app->session, &rows, &self->error)) {
      g_ptr_array_unref(self->rows);
      self->rows = g_steal_pointer(&rows);
    }
    self->stale = FALSE;
  }
  replies_clamp(self);
}

/* --- drawing */

typedef struct {
  guint at, patient, about, subject; /* columns where each begins */
} Columns;

static Columns
columns_of(const UiCanvas *canvas)
{
  guint name = canvas->columns >= 100 ? 30 : 20;
  Columns c = {.at = 2, .patient = 19};
  c.about = c.patient + name;
  c.subject = c.about + 12;
  return c;
}

static void
draw_head(UiCanvas *canvas)
{
  Columns c = columns_of(canvas);
  ui_canvas_fill(canvas, 1, 0, canvas->columns, UI_STYLE_COLUMN);
  ui_canvas_cell(canvas, 1, c.at, c.patient - c.at - 1, UI_STYLE_COLUMN, _("Came"));
  ui_canvas_cell(canvas, 1, c.patient, c.about - c.patient - 1, UI_STYLE_COLUMN, _("Patient"));
  ui_canvas_cell(canvas, 1, c.about, c.subject - c.about - 1, UI_STYLE_COLUMN, _("About"));
  ui_canvas_cell(canvas, 1, c.subject, canvas->columns - c.subject, UI_STYLE_COLUMN, _("Subject"));
}

static void
draw_row(const Replies *self, UiCanvas *canvas, guint row, const ClinicReply *reply,
         gboolean selected)
{
  Columns c = columns_of(canvas);
  UiStyle style = selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL;
  g_autofree char *at = ui_age_when(self->super.app->session, reply->at);
  ui_canvas_put(canvas, row, 0, 1, style, selected ? ">" : " ");
  ui_canvas_cell(canvas, row, c.at, c.patient - c.at - 1, style, at);
  ui_canvas_cell(canvas, row, c.patient, c.about - c.patient - 1, UI_STYLE_NORMAL,
                 *reply->patient_name != '\0' ? reply->patient_name : "-");
  ui_canvas_cell(canvas, row, c.about, c.subject - c.about - 1, UI_STYLE_NORMAL,
                 *reply->code != '\0' ? _("reminder") : _("mail"));
  ui_canvas_cell(canvas, row, c.subject, canvas->columns - c.subject,
                 reply->hint ? UI_STYLE_QUIET : UI_STYLE_NORMAL, reply->subject);
}

static void
replies_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Replies *self = (const Replies *)(gconstpointer)screen;
  if (self->error != NULL)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_ERROR, "%s", self->error->message);
  else if (self->rows->len == 0)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL, "%s", _("No answer waits for anybody."));
  if (self->error != NULL || self->rows->len == 0)
    return;
  draw_head(canvas);
  for (guint i = 0; i < replies_height(self) && self->top + i < self->rows->len; i++)
    draw_row(self, canvas, 2 + i, self->rows->pdata[self->top + i], self->top + i == self->cursor);
  if (replies_selected(self)->hint)
    ui_canvas_cell(canvas, ui_app_body(screen->app), 2, canvas->columns - 2, UI_STYLE_QUIET,
                   _("A program may have written this one."));
  ui_canvas_cursor(canvas, 2 + self->cursor - self->top, 0);
}

static guint
replies_needs(const UiScreen *screen)
{
  const Replies *self = (const Replies *)(gconstpointer)screen;
  return replies_selected(self) != NULL ? UI_NEED_ROW : 0;
}

/* --- doing */

static guint
show(const Replies *self)
{
  const ClinicReply *reply = replies_selected(self);
  g_autofree char *at = ui_age_when(self->super.app->session, reply->at);
  g_autofree char *text = g_strdup_printf("%s\n%s\n%s\n%s\n\n%s\n", reply->patient_name, at,
                                          reply->from, reply->subject, reply->text);
  ui_app_push(self->super.app, ui_pager_new(self->super.app, N_("Answer"), text, NULL));
  return UI_DRAW;
}

static gboolean
record(const Replies *self, const ClinicReply *reply, GError **error)
{
  ClinicSession *session = self->super.app->session;
  ClinicReminderAnswer answer = self->asked == UI_REQUEST_REPLY_CONFIRM  ? CLINIC_REMINDER_CONFIRMS
                                : self->asked == UI_REQUEST_REPLY_CANCEL ? CLINIC_REMINDER_CANCELS
                                                                         : CLINIC_REMINDER_MOVES;
  return self->asked == UI_REQUEST_REPLY_SETTLE
             ? clinic_returned_settle(session, reply->item, error)
             : clinic_reminder_answer(session, reply->code, answer, error);
}

static guint
answered(UiScreen *screen, const char *answer)
{
  Replies *self = (Replies *)screen;
  const ClinicReply *reply = replies_selected(self);
  g_autoptr(GError) error = NULL;
  if (answer == NULL || reply == NULL) {
    ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was changed."));
    return UI_DRAW;
  }
  if (record(self, reply, &error))
    ui_app_say(screen->app, UI_STYLE_GOOD, "%s", _("On record; it is off the list."));
  else
    ui_app_trouble(screen->app, g_steal_pointer(&error));
  self->stale = TRUE;
  return UI_RECALC;
}

static guint
ask(Replies *self, UiRequest request)
{
  const ClinicReply *reply = replies_selected(self);
  const char *question = request == UI_REQUEST_REPLY_CONFIRM  ? _("The patient confirms?")
                         : request == UI_REQUEST_REPLY_CANCEL ? _("The patient does not come?")
                         : request == UI_REQUEST_REPLY_MOVE
                             ? _("The patient asks for another time?")
                             : _("All answers to it are dealt with?");
  if (request != UI_REQUEST_REPLY_SETTLE && *reply->code == '\0') {
    ui_app_say(self->super.app, UI_STYLE_WARN, "%s",
               _("It answers another mail than a reminder: s settles it."));
    return UI_DRAW;
  }
  self->asked = request;
  ui_app_ask(self->super.app, ui_prompt_yes(question, answered));
  return UI_DRAW;
}

static guint
move(Replies *self, UiRequest request)
{
  guint page = replies_height(self), last = self->rows->len > 0 ? self->rows->len - 1 : 0;
  switch (request) {
  case UI_REQUEST_UP:
    self->cursor -= self->cursor > 0;
    break;
  case UI_REQUEST_DOWN:
    self->cursor++;
    break;
  case UI_REQUEST_PAGE_UP:
    self->cursor -= MIN(self->cursor, page);
    break;
  case UI_REQUEST_PAGE_DOWN:
    self->cursor += page;
    break;
  case UI_REQUEST_FIRST:
    self->cursor = 0;
    break;
  case UI_REQUEST_LAST:
    self->cursor = last;
    break;
  default:
    return UI_UNKNOWN;
  }
  replies_clamp(self);
  return UI_DRAW;
}

static guint
replies_handle(UiScreen *screen, UiRequest request)
{
  Replies *self = (Replies *)screen;
  switch (request) {
  case UI_REQUEST_REPLY_SHOW:
    return show(self);
  case UI_REQUEST_REPLY_CONFIRM:
  case UI_REQUEST_REPLY_CANCEL:
  case UI_REQUEST_REPLY_MOVE:
  case UI_REQUEST_REPLY_SETTLE:
    return ask(self, request);
  default:
    return move(self, request);
  }
}

static void
replies_free(UiScreen *screen)
{
  Replies *self = (Replies *)screen;
  g_ptr_array_unref(self->rows);
  g_clear_error(&self->error);
  g_free(self);
}

static const UiScreenOps REPLIES_OPS = {
    .context = UI_CONTEXT_REPLIES,
    .moves = TRUE,
    .title = N_("Answers by mail"),
    .recalc = replies_recalc,
    .draw = replies_draw,
    .needs = replies_needs,
    .handle = replies_handle,
    .free = replies_free,
};

UiScreen *
ui_replies_new(UiApp *app)
{
  Replies *self = g_new0(Replies, 1);
  self->super = (UiScreen){&REPLIES_OPS, app};
  self->rows = g_ptr_array_new();
  self->stale = TRUE;
  return &self->super;
}
