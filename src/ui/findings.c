#include "ui/findings.h"

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "ui/note.h"

typedef struct {
  UiScreen super;
  const ClinicReview *review;
  guint cursor, top;
  void (*go)(gpointer owner, guint index);
  gpointer owner;
} Findings;

static guint
findings_height(const Findings *self)
{
  guint body = ui_app_body(self->super.app);
  return body > 2 ? body - 2 : 1;
}

static void
findings_clamp(Findings *self)
{
  guint count = self->review->findings->len, height = findings_height(self);
  self->cursor = count == 0 ? 0 : MIN(self->cursor, count - 1);
  if (self->cursor < self->top)
    self->top = self->cursor;
  if (self->cursor >= self->top + height)
    self->top = self->cursor - height + 1;
}

static void
findings_recalc(UiScreen *screen)
{
  findings_clamp((Findings *)screen);
}

/* A letter for how grave it is, "-" once it is overridden: meaning never rests on colour alone. */
static void
findings_draw_row(UiCanvas *canvas, guint row, gboolean selected, const ClinicFinding *finding)
{
  static const char *const LETTERS[] = {
      [SCRIBE_SEVERITY_INFO] = "i", [SCRIBE_SEVERITY_WARN] = "W", [SCRIBE_SEVERITY_BLOCK] = "B"};
  gboolean open = finding->override_reason == NULL;
  const ScribeFinding *own = finding->finding;
  UiStyle style = open ? ui_note_severity_style(own->severity) : UI_STYLE_QUIET;
  ui_canvas_put(canvas, row, 0, 1, selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL,
                selected ? ">" : " ");
  ui_canvas_put(canvas, row, 2, 1, style, open ? LETTERS[own->severity] : "-");
  ui_canvas_cell(canvas, row, 4, 14, selected ? UI_STYLE_SELECTED : style,
                 scribe_finding_kind_word(own->kind));
  g_autofree char *words =
      open ? g_strdup(own->message)
           : g_strdup_printf(_("overridden (%s): %s"), finding->override_reason, own->message);
  ui_canvas_cell(canvas, row, 19, canvas->columns - 19, open ? UI_STYLE_NORMAL : UI_STYLE_QUIET,
                 words);
}

static void
findings_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Findings *self = (const Findings *)(gconstpointer)screen;
  const GPtrArray *all = self->review->findings;
  guint height = findings_height(self), left = 0;
  for (guint i = 0; i < all->len; i++)
    left += ((const ClinicFinding *)all->pdata[i])->override_reason == NULL;
  ui_canvas_print(canvas, 1, 1, UI_STYLE_HEADING,
                  ngettext("%u finding is open, of %u", "%u findings are open, of %u", left), left,
                  all->len);
  for (guint i = 0; i < height && self->top + i < all->len; i++)
    findings_draw_row(canvas, 3 + i, self->top + i == self->cursor, all->pdata[self->top + i]);
  ui_canvas_cursor(canvas, 3 + self->cursor - self->top, 0);
}

static guint
findings_needs(const UiScreen *screen)
{
  const Findings *self = (const Findings *)(gconstpointer)screen;
  return self->review->findings->len > 0 ? UI_NEED_ROW : 0u;
}

static guint
findings_move(Findings *self, gint64 to)
{
  self->cursor = (guint)CLAMP(to, 0, (gint64)self->review->findings->len - 1);
  findings_clamp(self);
  return UI_DRAW;
}

static guint
findings_handle(UiScreen *screen, UiRequest request)
{
  Findings *self = (Findings *)screen;
  gint64 at = self->cursor, page = findings_height(self);
  switch (request) {
  case UI_REQUEST_UP:
    return findings_move(self, at - 1);
  case UI_REQUEST_DOWN:
    return findings_move(self, at + 1);
  case UI_REQUEST_PAGE_UP:
    return findings_move(self, at - page);
  case UI_REQUEST_PAGE_DOWN:
    return findings_move(self, at + page);
  case UI_REQUEST_FIRST:
    return findings_move(self, 0);
  case UI_REQUEST_LAST:
    return findings_move(self, G_MAXINT);
  case UI_REQUEST_FINDING_OPEN:
    self->go(self->owner, self->cursor);
    return UI_CLOSE;
  default:
    return UI_UNKNOWN;
  }
}

static void
findings_free(UiScreen *screen)
{
  g_free(screen);
}

static const UiScreenOps FINDINGS_OPS = {
    .context = UI_CONTEXT_FINDINGS,
    .moves = TRUE,
    .title = N_("Findings"),
    .recalc = findings_recalc,
    .draw = findings_draw,
    .needs = findings_needs,
    .handle = findings_handle,
    .free = findings_free,
};

UiScreen *
ui_findings_new(UiApp *app, const ClinicReview *review, guint at,
                void (*go)(gpointer owner, guint index), gpointer owner)
{
  Findings *self = g_new0(Findings, 1);
  self->super = (UiScreen){&FINDINGS_OPS, app};
  self->review = review;
  self->cursor = at;
  self->go = go;
  self->owner = owner;
  return &self->super;
}
