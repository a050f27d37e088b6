#include "ui/agenda.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/reminder.h"
#include "ui/age.h"
#include "ui/pager.h"

enum { AGENDA_DAYS = 7 };

typedef enum { VIEW_DAY, VIEW_WEEK, VIEW_LIST, VIEW_N } View;

/* An appointment, or free time between two. */
typedef struct {
  const ClinicAgendaRow *row; /* NULL: free */
  gint64 start, end;
} Line;

typedef struct {
  UiScreen super;
  View view;
  gint64 day;      /* midnight of the first day that is shown */
  GPtrArray *rows; /* of ClinicAgendaRow, of the day or the week */
  GArray *lines;   /* of Line, as they are shown */
  guint cursor, top;
  gint64 clinician; /* 0: all */
  char *place;      /* NULL: all */
  gint64 asked;     /* the appointment that a question is about */
  GError *error;
} Agenda;

static guint
height_of(const Agenda *self)
{
  guint body = ui_app_body(self->super.app);
  return body > 4 ? body - 3 : 1;
}

static void
clamp(Agenda *self)
{
  guint n = self->lines->len, height = height_of(self);
  self->cursor = n == 0 ? 0 : MIN(self->cursor, n - 1);
  if (self->cursor < self->top)
    self->top = self->cursor;
  if (self->cursor >= self->top + height)
    self->top = self->cursor - height + 1;
}

static const Line *
selected(const Agenda *self)
{
  return self->cursor < self->lines->len ? &g_array_index(self->lines, Line, self->cursor) : NULL;
}

/* --- reading */

static gint
by_start(gconstpointer a, gconstpointer b)
{
  const Line *left = a, *right = b;
  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  return (left->row == NULL) - (right->row == NULL);
}

static gint64
end_of(const Agenda *self)
{
  return clinic_agenda_midnight(self->super.app->session, self->day,
                                self->view == VIEW_DAY ? 1 : AGENDA_DAYS);
}

static gboolean
read_lines(Agenda *self, GError **error)
{
  g_autoptr(GArray) gaps = NULL;
  ClinicSession *session = self->super.app->session;
  g_array_set_size(self->lines, 0);
  for (guint i = 0; i < self->rows->len; i++) {
    const ClinicAgendaRow *row = self->rows->pdata[i];
    const Line line = {row, row->start, row->end};
    g_array_append_val(self->lines, line);
  }
  if (self->view != VIEW_DAY)
    return TRUE;
  if (!clinic_agenda_gaps(session, self->rows, self->day, end_of(self), &gaps, error))
    return FALSE;
  for (guint i = 0; i < gaps->len; i++) {
    const ClinicAgendaGap *gap = &g_array_index(gaps, ClinicAgendaGap, i);
    const Line line = {NULL, gap->start, gap->end};
    g_array_append_val(self->lines, line);
  }
  g_array_sort(self->lines, by_start);
  return TRUE;
}

/* The selection stays on its appointment, wherever that went. */
static void
follow(Agenda *self, gint64 id)
{
  for (guint i = 0; id != 0 && i < self->lines->len; i++) {
    const Line *line = &g_array_index(self->lines, Line, i);
    if (line->row != NULL && line->row->id == id)
      self->cursor = i;
  }
}

static void
agenda_recalc(UiScreen *screen)
{
  Agenda *self = (Agenda *)screen;
  const ClinicAgendaFilter filter = {self->clinician, self->place};
  const Line *line = selected(self);
  gint64 id = line != NULL && line->row != NULL ? line->row->id : 0;
  g_autoptr(GPtrArray) rows = NULL;
  g_clear_error(&self->error);
  if (!clinic_agenda_list(screen->app->session, self->day, end_of(self), &filter, &rows,
                          &self->error))
    return;
  GPtrArray *old = self->rows;
  self->rows = g_steal_pointer(&rows);
  read_lines(self, &self->error);
  g_ptr_array_unref(old);
  follow(self, id);
  clamp(self);
}

/* --- drawing */

static UiStyle
style_of(ClinicAgendaState state)
{
  static const UiStyle STYLES[CLINIC_AGENDA_N] = {
      [CLINIC_AGENDA_BOOKED] = UI_STYLE_NORMAL,   [CLINIC_AGENDA_ARRIVED] = UI_STYLE_WARN,
      [CLINIC_AGENDA_CHECKED_IN] = UI_STYLE_GOOD, [CLINIC_AGENDA_NO_SHOW] = UI_STYLE_BLOCK,
      [CLINIC_AGENDA_COMPLETED] = UI_STYLE_QUIET, [CLINIC_AGENDA_CANCELLED] = UI_STYLE_QUIET,
  };
  return STYLES[state];
}

static char *
local(const Agenda *self, gint64 at, const char *format)
{
  const BaseConf *conf = clinic_session_conf(self->super.app->session);
  const char *zone = base_conf_text(conf, BASE_CONF_CLINIC_ZONE);
  return base_clock_local(at, *zone != '\0' ? zone : NULL, format);
}

static const char *
name_of(const ClinicAgendaRow *row)
{
  if (*row->patient_name != '\0')
    return row->patient_name;
  return *row->summary != '\0' ? row->summary : _("nobody knows who");
}

/* "10:02 10:05 10:31": when they came, were seen to, and left. */
static char *
stamps(const Agenda *self, const ClinicAgendaRow *row)
{
  const gint64 times[] = {row->arrived, row->checked_in, row->ended};
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
    g_autofree char *time = times[i] != 0 ? local(self, times[i], "%H:%M") : g_strdup("  -  ");
    g_string_append_printf(text, "%s%s", i > 0 ? " " : "", time);
  }
  return g_string_free(text, FALSE);
}

static void
draw_line(const Agenda *self, UiCanvas *canvas, guint row, const Line *line, gboolean at)
{
  UiStyle style = at ? UI_STYLE_SELECTED : UI_STYLE_NORMAL;
  gboolean wide = canvas->columns >= 100;
  guint name = wide ? 30 : 20, day = self->view == VIEW_LIST ? 11 : 0;
  g_autofree char *date = local(self, line->start, "%a %d %b");
  g_autofree char *start = local(self, line->start, "%H:%M");
  g_autofree char *end = local(self, line->end, "%H:%M");
  g_autofree char *time = g_strdup_printf("%s-%s", start, end);
  ui_canvas_put(canvas, row, 0, 1, style, at ? ">" : " ");
  if (day > 0)
    ui_canvas_cell(canvas, row, 2, day - 1, style, date);
  guint x = 2 + day;
  ui_canvas_cell(canvas, row, x, 12, style, line->row != NULL && line->row->all_day ? date : time);
  x += 12;
  if (line->row == NULL) {
    ui_canvas_cell(canvas, row, x, canvas->columns - x, UI_STYLE_QUIET, _("free"));
    return;
  }
  const ClinicAgendaRow *own = line->row;
  g_autofree char *when = stamps(self, own);
  ui_canvas_cell(canvas, row, x, 11, style_of(own->state), clinic_agenda_title(own->state));
  ui_canvas_cell(canvas, row, x + 12, name, UI_STYLE_NORMAL, name_of(own));
  x += 13 + name;
  if (wide || day == 0) {
    ui_canvas_cell(canvas, row, x, 18, UI_STYLE_QUIET, when);
    x += 18;
  }
  g_autofree char *where =
      g_strjoin("  ", *own->clinician_name != '\0' ? own->clinician_name : own->place,
                *own->clinician_name != '\0' && *own->place != '\0' ? own->place : NULL, NULL);
  if (x < canvas->columns)
    ui_canvas_cell(canvas, row, x, canvas->columns - x, UI_STYLE_NORMAL, where);
}

static void
draw_week(const Agenda *self, UiCanvas *canvas)
{
  guint width = canvas->columns / AGENDA_DAYS, last = ui_app_body(self->super.app);
  ClinicSession *session = self->super.app->session;
  for (int d = 0; d < AGENDA_DAYS; d++) {
    gint64 from = clinic_agenda_midnight(session, self->day, d);
    gint64 to = clinic_agenda_midnight(session, self->day, d + 1);
    guint column = (guint)d * width, row = 3, more = 0;
    g_autofree char *head = local(self, from, "%a %d");
    ui_canvas_cell(canvas, 2, column, width - 1, UI_STYLE_COLUMN, head);
    for (guint i = 0; i < self->rows->len; i++) {
      const ClinicAgendaRow *own = self->rows->pdata[i];
      if (own->start < from || own->start >= to)
        continue;
      if (row >= last) {
        more++;
        continue;
      }
      g_autofree char *time = local(self, own->start, "%H:%M");
      g_autofree char *text = g_strdup_printf("%s %s", time, name_of(own));
      const Line *line = selected(self);
      gboolean at = line != NULL && line->row == own;
      ui_canvas_cell(canvas, row++, column, width - 1,
                     at ? UI_STYLE_SELECTED : style_of(own->state), text);
    }
    if (more > 0)
      ui_canvas_print(canvas, last, column, UI_STYLE_QUIET, _("%u more"), more);
  }
}

static void
draw_head(const Agenda *self, UiCanvas *canvas)
{
  g_autofree char *day = local(self, self->day, "%A %d %B %Y");
  g_autofree char *to = local(self, end_of(self) - 1, "%A %d %B");
  g_autoptr(GString) text = g_string_new(day);
  if (self->view != VIEW_DAY)
    g_string_append_printf(text, " - %s", to);
  if (self->clinician != 0) {
    for (guint i = 0; i < self->rows->len; i++) {
      const ClinicAgendaRow *row = self->rows->pdata[i];
      if (row->clinician == self->clinician) {
        g_string_append_printf(text, "  %s", row->clinician_name);
        break;
      }
    }
  }
  if (self->place != NULL)
    g_string_append_printf(text, "  %s", self->place);
  ui_canvas_cell(canvas, 1, 2, canvas->columns - 2, UI_STYLE_HEADING, text->str);
}

static void
agenda_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Agenda *self = (const Agenda *)(gconstpointer)screen;
  if (self->error != NULL) {
    ui_canvas_print(canvas, 3, 2, UI_STYLE_ERROR, "%s", self->error->message);
    return;
  }
  draw_head(self, canvas);
  if (self->view == VIEW_WEEK) {
    draw_week(self, canvas);
    return;
  }
  if (self->lines->len == 0)
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL, "%s", _("There is no appointment."));
  guint height = height_of(self);
  for (guint i = 0; i < height && self->top + i < self->lines->len; i++)
    draw_line(self, canvas, 3 + i, &g_array_index(self->lines, Line, self->top + i),
              self->top + i == self->cursor);
  if (self->lines->len > 0)
    ui_canvas_cursor(canvas, 3 + self->cursor - self->top, 0);
}

static guint
agenda_needs(const UiScreen *screen)
{
  const Agenda *self = (const Agenda *)(gconstpointer)screen;
  const Line *line = selected(self);
  return line != NULL && line->row != NULL ? UI_NEED_ROW : 0;
}

/* --- doing */

static guint
mark(Agenda *self, ClinicAgendaState state)
{
  UiApp *app = self->super.app;
  const ClinicAgendaRow *row = selected(self)->row;
  g_autoptr(GError) error = NULL;
  if (clinic_agenda_mark(app->session, row->id, row->version, state, &error))
    ui_app_say(app, UI_STYLE_GOOD, "%s: %s", name_of(row),
               state == CLINIC_AGENDA_BOOKED ? _("taken back") : clinic_agenda_title(state));
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_RECALC;
}

static guint
cancelled(UiScreen *screen, const char *answer)
{
  Agenda *self = (Agenda *)screen;
  const Line *line = selected(self);
  if (answer != NULL && line != NULL && line->row != NULL && line->row->id == self->asked)
    return mark(self, CLINIC_AGENDA_CANCELLED);
  ui_app_say(screen->app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

/* A cancelled appointment may be told to the patient: so it is asked. */
static guint
ask_cancel(Agenda *self)
{
  self->asked = selected(self)->row->id;
  ui_app_ask(self->super.app, ui_prompt_yes(_("Cancel this appointment?"), cancelled));
  return UI_DRAW;
}

static void
tell_reminder(const Agenda *self, GString *text, const ClinicReminder *r)
{
  g_autofree char *due = ui_age_when(self->super.app->session, r->due);
  g_string_append_printf(text, "%s  %s  %s %s", due, clinic_reminder_stand_title(r->stand), r->kind,
                         r->channel);
  if (r->answer != CLINIC_REMINDER_SILENT)
    g_string_append_printf(text, "  %s", clinic_reminder_answer_title(r->answer));
  if (*r->why != '\0')
    g_string_append_printf(text, "  %s", r->why);
  g_string_append_c(text, '\n');
}

/* All that is known of it, and what its reminders did. */
static guint
open_row(Agenda *self)
{
  UiApp *app = self->super.app;
  const ClinicAgendaRow *row = selected(self)->row;
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GError) error = NULL;
  if (!clinic_reminder_about(app->session, row->uid, row->recurrence, &list, &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  g_autofree char *start = ui_age_when(app->session, row->start);
  g_autofree char *when = stamps(self, row);
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_append_printf(text, "%s\n%s  %s\n%s  %s\n%s\n\n%s\n", name_of(row), start,
                         clinic_agenda_title(row->state), row->clinician_name, row->place, when,
                         list->len > 0 ? _("Reminders") : _("No reminder was taken up yet."));
  for (guint i = 0; i < list->len; i++)
    tell_reminder(self, text, list->pdata[i]);
  ui_app_push(app, ui_pager_new(app, N_("Appointment"), text->str, NULL));
  return UI_DRAW;
}

static guint
go(Agenda *self, int days)
{
  self->day = clinic_agenda_midnight(self->super.app->session, self->day, days);
  self->cursor = self->top = 0;
  return UI_RECALC;
}

static guint
today(Agenda *self)
{
  self->day = clinic_agenda_midnight(self->super.app->session, base_clock_now(), 0);
  self->cursor = self->top = 0;
  return UI_RECALC;
}

static guint
turn(Agenda *self)
{
  self->view = (self->view + 1) % VIEW_N;
  self->cursor = self->top = 0;
  return UI_RECALC;
}

/* All, then the selected one's alone. */
static guint
limit_clinician(Agenda *self)
{
  const Line *line = selected(self);
  gboolean all = self->clinician != 0 || line == NULL || line->row == NULL;
  self->clinician = all ? 0 : line->row->clinician;
  return UI_RECALC;
}

static guint
limit_place(Agenda *self)
{
  const Line *line = selected(self);
  gboolean all = self->place != NULL || line == NULL || line->row == NULL;
  char *place = all ? NULL : g_strdup(line->row->place);
  g_free(self->place);
  self->place = place;
  return UI_RECALC;
}

static guint
move(Agenda *self, UiRequest request)
{
  gint64 page = height_of(self), last = (gint64)self->lines->len - 1, to = self->cursor;
  switch (request) {
  case UI_REQUEST_UP:
    to--;
    break;
  case UI_REQUEST_DOWN:
    to++;
    break;
  case UI_REQUEST_PAGE_UP:
    to -= page;
    break;
  case UI_REQUEST_PAGE_DOWN:
    to += page;
    break;
  case UI_REQUEST_FIRST:
    to = 0;
    break;
  case UI_REQUEST_LAST:
    to = last;
    break;
  default:
    return UI_UNKNOWN;
  }
  self->cursor = (guint)CLAMP(to, 0, MAX(last, 0));
  clamp(self);
  return UI_DRAW;
}

/* What each key marks. */
static const struct {
  UiRequest request;
  ClinicAgendaState state;
} MARKS[] = {
    {UI_REQUEST_AGENDA_ARRIVED, CLINIC_AGENDA_ARRIVED},
    {UI_REQUEST_AGENDA_CHECK_IN, CLINIC_AGENDA_CHECKED_IN},
    {UI_REQUEST_AGENDA_NO_SHOW, CLINIC_AGENDA_NO_SHOW},
    {UI_REQUEST_AGENDA_COMPLETED, CLINIC_AGENDA_COMPLETED},
    {UI_REQUEST_AGENDA_UNDO, CLINIC_AGENDA_BOOKED},
};

static guint
agenda_handle(UiScreen *screen, UiRequest request)
{
  Agenda *self = (Agenda *)screen;
  int days = self->view == VIEW_DAY ? 1 : AGENDA_DAYS;
  for (gsize i = 0; i < G_N_ELEMENTS(MARKS); i++)
    if (MARKS[i].request == request)
      return mark(self, MARKS[i].state);
  switch (request) {
  case UI_REQUEST_AGENDA_CANCEL:
    return ask_cancel(self);
  case UI_REQUEST_AGENDA_OPEN:
    return open_row(self);
  case UI_REQUEST_AGENDA_VIEW:
    return turn(self);
  case UI_REQUEST_AGENDA_NEXT:
    return go(self, days);
  case UI_REQUEST_AGENDA_PREVIOUS:
    return go(self, -days);
  case UI_REQUEST_AGENDA_TODAY:
    return today(self);
  case UI_REQUEST_AGENDA_CLINICIAN:
    return limit_clinician(self);
  case UI_REQUEST_AGENDA_PLACE:
    return limit_place(self);
  default:
    return move(self, request);
  }
}

static void
agenda_free(UiScreen *screen)
{
  Agenda *self = (Agenda *)screen;
  g_ptr_array_unref(self->rows);
  g_array_unref(self->lines);
  g_free(self->place);
  g_clear_error(&self->error);
  g_free(self);
}

static const UiScreenOps AGENDA_OPS = {
    .context = UI_CONTEXT_AGENDA,
    .moves = TRUE,
    .title = N_("Agenda"),
    .recalc = agenda_recalc,
    .draw = agenda_draw,
    .needs = agenda_needs,
    .handle = agenda_handle,
    .free = agenda_free,
};

UiScreen *
ui_agenda_new(UiApp *app)
{
  Agenda *self = g_new0(Agenda, 1);
  self->super = (UiScreen){&AGENDA_OPS, app};
  self->rows = g_ptr_array_new();
  self->lines = g_array_new(FALSE, FALSE, sizeof(Line));
  self->day = clinic_agenda_midnight(app->session, base_clock_now(), 0);
  return &self->super;
}
