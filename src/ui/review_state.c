#include "ui/review_state.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

#define REVIEW_GUTTER 4 /* columns left of the note */

UiReviewState *
ui_review_state_new(UiApp *app, const UiScreenOps *ops, ClinicReview *review_taken)
{
  UiReviewState *state = g_new0(UiReviewState, 1);
  state->super = (UiScreen){ops, app};
  state->review = review_taken;
  state->id = review_taken->item->id;
  state->revision = review_taken->revision;
  state->note = ui_textview_new();
  state->said = ui_textview_new();
  state->finding = -1;
  return state;
}

void
ui_review_state_free(UiReviewState *state)
{
  clinic_review_free(state->review);
  ui_textview_free(state->note);
  ui_textview_free(state->said);
  g_array_unref(state->units);
  g_array_unref(state->turns);
  g_free(state);
}

const UiNoteUnit *
ui_review_state_unit(const UiReviewState *state)
{
  return state->current < state->units->len
             ? &g_array_index(state->units, UiNoteUnit, state->current)
             : NULL;
}

const ClinicFinding *
ui_review_state_finding(const UiReviewState *state)
{
  return state->finding >= 0 && (guint)state->finding < state->review->findings->len
             ? g_ptr_array_index(state->review->findings, state->finding)
             : NULL;
}

static gboolean
state_is_wide(const UiReviewState *state)
{
  return state->super.app->columns >= UI_REVIEW_WIDE && !ui_app_is_linear(state->super.app);
}

static guint
state_note_width(const UiReviewState *state)
{
  guint columns = state->super.app->columns;
  return state_is_wide(state) ? columns * 11 / 20 : columns;
}

/* Row 1 says whose it is; the rest is the text above and the detail below. */
void
ui_review_state_layout(UiReviewState *state)
{
  guint body = ui_app_body(state->super.app), columns = state->super.app->columns;
  guint width = state_note_width(state);
  state->detail = body >= 30 ? 8 : body >= 16 ? 6 : 3;
  guint rows = body > state->detail + 2 ? body - state->detail - 2 : 1;
  ui_textview_layout(state->note, rows, width - REVIEW_GUTTER - 1);
  ui_textview_layout(state->said, rows, state_is_wide(state) ? columns - width - 2 : columns - 1);
}

void
ui_review_state_mark_findings(UiReviewState *state)
{
  for (guint i = 0; i < state->review->findings->len; i++) {
    const ClinicFinding *finding = g_ptr_array_index(state->review->findings, i);
    gsize start = 0, end = 0;
    ui_note_place(state->review, finding->finding, &start, &end);
    if (finding->override_reason == NULL && finding->finding->severity != SCRIBE_SEVERITY_INFO)
      ui_textview_span(state->note, start, end, ui_note_severity_style(finding->finding->severity));
  }
}

void
ui_review_state_see(UiReviewState *state)
{
  const UiNoteUnit *unit = ui_review_state_unit(state);
  const GPtrArray *findings = state->review->findings;
  g_autofree gboolean *shown = g_new0(gboolean, findings->len + 1);
  g_autoptr(GError) error = NULL;
  for (guint i = 0; i < findings->len; i++) {
    const ClinicFinding *finding = findings->pdata[i];
    gsize start = 0, end = 0;
    ui_note_place(state->review, finding->finding, &start, &end);
    shown[i] = (int)i == state->finding || (unit != NULL && start < unit->end && end > unit->start);
  }
  if (state->held && !clinic_review_look(state->super.app->session, state->review, shown, &error))
    ui_app_trouble(state->super.app, g_steal_pointer(&error));
}

static void
state_draw_head(const UiReviewState *state, UiCanvas *canvas)
{
  const ClinicReview *review = state->review;
  const ClinicItem *item = review->item;
  g_autoptr(GString) head = g_string_new(item->patient_name);
  g_autoptr(GString) tail = g_string_new(NULL);
  if (review->patient != NULL && *review->patient->birth != '\0')
    g_string_append_printf(head, "  %s", review->patient->birth);
  if (review->patient != NULL && *review->patient->record != '\0')
    g_string_append_printf(head, "  %s", review->patient->record);
  g_string_append_printf(head, "  %s", clinic_kind_title(item->kind));
  if (review->amendment != NULL) {
    g_autofree char *sentence = clinic_amendment_sentence(review->amendment);
    g_string_append_printf(head, "  %s", sentence);
  }
  g_string_append_printf(tail, "%s", clinic_state_title(item->state));
  if (item->n_block > 0)
    g_string_append_printf(tail, "  %uB", item->n_block);
  if (item->n_warn > 0)
    g_string_append_printf(tail, "  %uW", item->n_warn);
  if (!state->held)
    g_string_append_printf(tail, "  %s", _("only to read"));
  guint width = base_text_width(tail->str) + 1;
  ui_canvas_fill(canvas, 1, 0, canvas->columns, UI_STYLE_CURRENT);
  if (canvas->columns > width + 2)
    ui_canvas_cell(canvas, 1, 1, canvas->columns - width - 2, UI_STYLE_CURRENT, head->str);
  ui_canvas_put(canvas, 1, canvas->columns > width ? canvas->columns - width : 0, width,
                state->held ? UI_STYLE_CURRENT : UI_STYLE_WARN, tail->str);
}

static void
state_draw_gutter(const UiReviewState *state, UiCanvas *canvas, guint rows)
{
  guint top = ui_textview_top(state->note);
  for (guint i = 0; i < state->units->len; i++) {
    const UiNoteUnit *unit = &g_array_index(state->units, UiNoteUnit, i);
    guint line = ui_textview_line(state->note, unit->start);
    if (line < top || line >= top + rows)
      continue;
    guint row = 2 + line - top;
    gboolean current = i == state->current;
    if (current) {
      ui_canvas_put(canvas, row, 0, 1, UI_STYLE_SELECTED, ">");
      ui_canvas_cursor(canvas, row, 0);
    }
    if (*unit->mark != '\0' || current) /* several statements of one line: the worst is shown */
      ui_canvas_put(canvas, row, 1, 2, unit->style, unit->mark);
  }
}

/* Lines of the pane at the bottom, wrapped into what is left of it. */
typedef struct {
  UiCanvas *canvas;
  guint row, end;
} Detail;

static void
detail_put(Detail *detail, UiStyle style, const char *text)
{
  g_autoptr(GArray) lines = base_text_wrap(text, detail->canvas->columns - 2);
  for (guint i = 0; i < lines->len && detail->row < detail->end; i++) {
    BaseTextLine line = g_array_index(lines, BaseTextLine, i);
    ui_canvas_put_bytes(detail->canvas, detail->row++, 1, detail->canvas->columns - 2, style,
                        text + line.start, line.end - line.start);
  }
}

static void
detail_evidence(Detail *detail, const UiReviewState *state, const GArray *evidence)
{
  for (guint i = 0; i < evidence->len && detail->row < detail->end; i++) {
    g_autofree char *quote =
        ui_note_quote(state->review->transcript, &g_array_index(evidence, ScribeEvidence, i));
    if (*quote != '\0')
      detail_put(detail, UI_STYLE_NORMAL, quote);
  }
  if (evidence->len == 0)
    detail_put(detail, UI_STYLE_WARN, _("Said: nothing that carries it was found."));
}

static void
detail_finding(Detail *detail, const UiReviewState *state, const ClinicFinding *finding)
{
  static const char *const SEVERITIES[] = {[SCRIBE_SEVERITY_INFO] = N_("remark"),
                                           [SCRIBE_SEVERITY_WARN] = N_("warning"),
                                           [SCRIBE_SEVERITY_BLOCK] = N_("blocks the signature")};
  const ScribeFinding *own = finding->finding;
  g_autofree char *first = g_strdup_printf(
      _("Finding %d of %u, %s, %s: %s"), state->finding + 1, state->review->findings->len,
      scribe_finding_kind_word(own->kind), _(SEVERITIES[own->severity]), own->message);
  gsize start = 0, end = 0;
  detail_put(detail, ui_note_severity_style(own->severity), first);
  if (finding->override_reason != NULL) {
    g_autofree char *why = g_strdup_printf(_("Overridden: %s"), finding->override_reason);
    detail_put(detail, UI_STYLE_GOOD, why);
  }
  ui_note_place(state->review, own, &start, &end);
  if (end > start) {
    g_autofree char *note = g_strdup_printf(_("Note: “%.*s”"), (int)MIN(end - start, 2000),
                                            state->review->text + start);
    detail_put(detail, UI_STYLE_NORMAL, note);
  }
  detail_evidence(detail, state, own->evidence);
}

static void
detail_unit(Detail *detail, const UiReviewState *state, const UiNoteUnit *unit)
{
  if (unit->statement == NULL) {
    detail_put(detail, UI_STYLE_QUIET, _("Written by a person: no evidence is kept for it."));
    return;
  }
  int sure = (int)(unit->statement->confidence * 100 + 0.5);
  gboolean weak = strcmp(unit->mark, "~") == 0;
  g_autofree char *first = g_strdup_printf(
      *unit->mark == '!' || *unit->mark == '?' ? _("Confidence %d %%. n shows the finding.")
      : weak ? _("Weak: of statements like this, clinicians keep %d %%. It rests on:")
             : _("Of statements like this, clinicians keep %d %%. It rests on:"),
      sure);
  detail_put(detail, weak ? UI_STYLE_WARN : UI_STYLE_QUIET, first);
  detail_evidence(detail, state, unit->statement->evidence);
}

static void
state_draw_detail(const UiReviewState *state, UiCanvas *canvas)
{
  guint body = ui_app_body(state->super.app);
  Detail detail = {canvas, body - state->detail + 1, body + 1};
  const ClinicFinding *finding = ui_review_state_finding(state);
  const UiNoteUnit *unit = ui_review_state_unit(state);
  ui_canvas_rule(canvas, detail.row - 1, 0, canvas->columns);
  if (state->signing) {
    g_autofree char *words = ui_review_sign_words(state);
    detail_put(&detail, UI_STYLE_CURRENT, words);
  } else if (finding != NULL) {
    detail_finding(&detail, state, finding);
  } else if (unit != NULL) {
    detail_unit(&detail, state, unit);
  }
}

void
ui_review_state_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const UiReviewState *state = (const UiReviewState *)(gconstpointer)screen;
  guint body = ui_app_body(screen->app), width = state_note_width(state);
  guint rows = body > state->detail + 2 ? body - state->detail - 2 : 1;
  gboolean wide = state_is_wide(state);
  state_draw_head(state, canvas);
  if (wide || !state->pane_said) {
    ui_textview_draw(state->note, canvas, 2, REVIEW_GUTTER);
    state_draw_gutter(state, canvas, rows);
  }
  if (wide) {
    ui_canvas_divide(canvas, 2, width, rows);
    ui_textview_draw(state->said, canvas, 2, width + 2);
  } else if (state->pane_said) {
    ui_textview_draw(state->said, canvas, 2, 1);
    ui_canvas_cursor(canvas, 2, 0);
  }
  state_draw_detail(state, canvas);
}
