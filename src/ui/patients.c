#include "ui/patients.h"

#include "guichet/base/i18n.h"
#include "guichet/clinic/chart.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/visit.h"
#include "ui/age.h"
#include "ui/queue.h"
#include "ui/review.h"

#define PATIENTS_MOST 200u
#define PATIENTS_ITEMS 100u

typedef struct {
  UiScreen super;
  char *words;
  GPtrArray *found; /* of ClinicPatient */
  GPtrArray *items; /* of ClinicItem, of the patient that is open; NULL: the list of patients */
  ClinicPatient *open;
  char *chart; /* what the EHR knows of that one, in a line; NULL */
  guint cursor, top;
} Patients;

static guint
patients_count(const Patients *self)
{
  return self->items != NULL ? self->items->len : self->found->len;
}

static guint
patients_height(const Patients *self)
{
  guint body = ui_app_body(self->super.app);
  return body > 3 ? body - 3 : 1;
}

static void
patients_clamp(Patients *self)
{
  guint count = patients_count(self), height = patients_height(self);
  self->cursor = count == 0 ? 0 : MIN(self->cursor, count - 1);
  if (self->cursor < self->top)
    self->top = self->cursor;
  if (self->cursor >= self->top + height)
    self->top = self->cursor - height + 1;
}

static gboolean
patients_read_items(Patients *self, GError **error)
{
  g_autoptr(ClinicLimit) limit = clinic_limit_patient(self->open->id);
  ClinicSession *session = self->super.app->session;
  const ClinicQuery query = {limit, CLINIC_SORT_AGE, TRUE};
  g_autoptr(GPtrArray) items = NULL;
  if (!clinic_queue_page(session, &query, NULL, FALSE, PATIENTS_ITEMS, &items, NULL, error))
    return FALSE;
  g_clear_pointer(&self->items, g_ptr_array_unref);
  self->items = g_steal_pointer(&items);
  return TRUE;
}

static void
patients_recalc(UiScreen *screen)
{
  Patients *self = (Patients *)screen;
  if (self->open != NULL)
    patients_read_items(self, NULL);
  patients_clamp(self);
}

static void
patients_draw_patient(UiCanvas *canvas, guint row, UiStyle style, const ClinicPatient *p)
{
  g_autofree char *name = g_strdup_printf("%s %s", p->family, p->given);
  guint wide = canvas->columns >= 100 ? 36 : 26;
  ui_canvas_cell(canvas, row, 2, wide, style, name);
  ui_canvas_cell(canvas, row, wide + 3, 11, UI_STYLE_NORMAL, p->birth);
  ui_canvas_cell(canvas, row, wide + 15, 12, UI_STYLE_NORMAL, p->record);
  ui_canvas_cell(canvas, row, wide + 28, canvas->columns - wide - 28, UI_STYLE_QUIET, p->phone);
}

static void
patients_draw_item(UiCanvas *canvas, guint row, UiStyle style, const ClinicItem *item)
{
  g_autofree char *age = ui_age_short(item->created);
  ui_canvas_cell(canvas, row, 2, 11, style, clinic_state_title(item->state));
  ui_canvas_cell(canvas, row, 14, 10, UI_STYLE_NORMAL, clinic_kind_title(item->kind));
  ui_canvas_cell(canvas, row, 25, 8, UI_STYLE_NORMAL, age);
  ui_canvas_cell(canvas, row, 34, canvas->columns - 34, UI_STYLE_NORMAL, item->clinician_name);
}

static void
patients_draw_head(const Patients *self, UiCanvas *canvas)
{
  const ClinicPatient *p = self->open;
  if (p == NULL) {
    if (*self->words != '\0')
      ui_canvas_print(canvas, 1, 2, UI_STYLE_HEADING, _("Patients found for “%s”"), self->words);
    return;
  }
  ui_canvas_print(canvas, 1, 2, UI_STYLE_HEADING, "%s %s", p->family, p->given);
  ui_canvas_print(canvas, 2, 2, UI_STYLE_NORMAL, _("born %s   record %s   %s   %s"), p->birth,
                  p->record, p->phone, p->mail);
  if (self->chart != NULL)
    ui_canvas_cell(canvas, 3, 2, canvas->columns - 2, UI_STYLE_QUIET, self->chart);
}

static void
patients_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Patients *self = (const Patients *)(gconstpointer)screen;
  guint count = patients_count(self), height = patients_height(self);
  patients_draw_head(self, canvas);
  if (count == 0)
    ui_canvas_print(
        canvas, 4, 2, UI_STYLE_NORMAL, "%s",
        self->open != NULL ? _("There is no item of this patient.")
        : *self->words == '\0'
            ? _("Find somebody: the first letters of names, a phone or record number.")
            : _("Nobody found. f asks again: two letters of a name, a phone or record number."));
  for (guint i = 0; i < height && self->top + i < count; i++) {
    guint row = 4 + i, at = self->top + i;
    gboolean selected = at == self->cursor;
    UiStyle style = selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL;
    ui_canvas_put(canvas, row, 0, 1, style, selected ? ">" : " ");
    if (self->items != NULL)
      patients_draw_item(canvas, row, style, self->items->pdata[at]);
    else
      patients_draw_patient(canvas, row, style, self->found->pdata[at]);
  }
  if (count > 0)
    ui_canvas_cursor(canvas, 4 + self->cursor - self->top, 0);
}

static guint
patients_needs(const UiScreen *screen)
{
  return patients_count((const Patients *)(gconstpointer)screen) > 0 ? UI_NEED_ROW : 0;
}

static guint
patients_found(UiScreen *screen, const char *words)
{
  Patients *self = (Patients *)screen;
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GError) error = NULL;
  if (words == NULL || *words == '\0')
    return UI_DRAW;
  if (!clinic_patient_search(screen->app->session, words, PATIENTS_MOST, &found, &error)) {
    ui_app_trouble(screen->app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  g_clear_pointer(&self->items, g_ptr_array_unref);
  g_clear_pointer(&self->open, clinic_patient_free);
  g_clear_pointer(&self->chart, g_free);
  g_ptr_array_unref(self->found);
  self->found = g_steal_pointer(&found);
  g_free(self->words);
  self->words = g_strdup(words);
  self->cursor = self->top = 0;
  return UI_RECALC;
}

static char *
patients_chart_list(const ClinicChart *chart, ClinicChartList list)
{
  g_auto(GStrv) texts = clinic_chart_texts(chart, list);
  return *texts != NULL ? g_strjoinv(", ", texts) : g_strdup(_("none charted"));
}

/* Allergies first: the line may be cut at its end. */
static char *
patients_chart_line(const ClinicChart *chart)
{
  g_autofree char *from = clinic_chart_words(chart);
  if (from == NULL)
    return chart != NULL && *chart->trouble != '\0'
               ? g_strdup_printf(_("chart not read: %s"), chart->trouble)
               : NULL;
  g_autofree char *allergies = patients_chart_list(chart, CLINIC_CHART_ALLERGIES);
  g_autofree char *medications = patients_chart_list(chart, CLINIC_CHART_MEDICATIONS);
  /* L10N: allergies, medications, "charted, from…" */
  return g_strdup_printf(_("allergies: %s; takes: %s (%s)"), allergies, medications, from);
}

/* For those who may read what is clinical. */
static gboolean
patients_read_chart(Patients *self, GError **error)
{
  ClinicSession *session = self->super.app->session;
  g_autoptr(ClinicChart) chart = NULL;
  g_clear_pointer(&self->chart, g_free);
  if (!clinic_session_may(session, CLINIC_POWER_BODY_SEE))
    return TRUE;
  if (!clinic_chart_open(session, self->open->id, &chart, error))
    return FALSE;
  self->chart = patients_chart_line(chart);
  return TRUE;
}

static guint
patients_open_patient(Patients *self)
{
  UiApp *app = self->super.app;
  const ClinicPatient *row = self->found->pdata[self->cursor];
  g_autoptr(GError) error = NULL;
  if (!clinic_patient_open(app->session, row->id, &self->open, &error) ||
      !patients_read_chart(self, &error) || !patients_read_items(self, &error)) {
    g_clear_pointer(&self->open, clinic_patient_free);
    g_clear_pointer(&self->chart, g_free);
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  self->cursor = self->top = 0;
  return UI_RECALC;
}

static guint
patients_open_item(Patients *self)
{
  UiApp *app = self->super.app;
  const ClinicItem *item = self->items->pdata[self->cursor];
  g_autoptr(GError) error = NULL;
  UiScreen *review = ui_review_new(app, item->id, &error);
  if (review != NULL)
    ui_app_push(app, review);
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_DRAW;
}

static guint
patients_back(Patients *self)
{
  if (self->open == NULL)
    return UI_CLOSE | UI_RECALC;
  g_clear_pointer(&self->items, g_ptr_array_unref);
  g_clear_pointer(&self->chart, g_free);
  g_clear_pointer(&self->open, clinic_patient_free);
  self->cursor = self->top = 0;
  return UI_RECALC;
}

static guint
patients_move(Patients *self, UiRequest request)
{
  gint64 page = patients_height(self), last = (gint64)patients_count(self) - 1, to = self->cursor;
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
  patients_clamp(self);
  return UI_DRAW;
}

static guint
patients_handle(UiScreen *screen, UiRequest request)
{
  Patients *self = (Patients *)screen;
  switch (request) {
  case UI_REQUEST_PATIENT_FIND:
  case UI_REQUEST_SEARCH:
    ui_app_ask(screen->app, ui_prompt_text(_("Patient:"), NULL, patients_found));
    return UI_DRAW;
  case UI_REQUEST_PATIENT_OPEN:
    return self->items != NULL ? patients_open_item(self) : patients_open_patient(self);
  case UI_REQUEST_BACK:
    return patients_back(self);
  default:
    return patients_move(self, request);
  }
}

static void
patients_free(UiScreen *screen)
{
  Patients *self = (Patients *)screen;
  g_free(self->words);
  g_ptr_array_unref(self->found);
  g_clear_pointer(&self->items, g_ptr_array_unref);
  clinic_patient_free(self->open);
  g_free(self->chart);
  g_free(self);
}

static const UiScreenOps PATIENTS_OPS = {
    .context = UI_CONTEXT_PATIENTS,
    .moves = TRUE,
    .title = N_("Patients"),
    .recalc = patients_recalc,
    .draw = patients_draw,
    .needs = patients_needs,
    .handle = patients_handle,
    .free = patients_free,
};

void
ui_patients_open(UiApp *app)
{
  Patients *self = g_new0(Patients, 1);
  self->super = (UiScreen){&PATIENTS_OPS, app};
  self->words = g_strdup("");
  self->found = g_ptr_array_new();
  ui_app_push(app, &self->super);
  ui_app_ask(app, ui_prompt_text(_("Patient:"), NULL, patients_found));
}
