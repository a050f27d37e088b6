#include "ui/review.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "ui/age.h"
#include "ui/diff.h"
#include "ui/edit.h"
#include "ui/evidence.h"
#include "ui/findings.h"
#include "ui/note.h"
#include "ui/pager.h"
#include "ui/queue.h"
#include "ui/reason.h"
#include "ui/review_state.h"

#define REVIEW_RENEW (60 * BASE_CLOCK_SECOND) /* the lease lasts five minutes */

/* Marks what the current statement or finding rests on, on both sides. */
static void
review_highlight(UiReviewState *state)
{
  const UiNoteUnit *unit = ui_review_state_unit(state);
  const ClinicFinding *finding = ui_review_state_finding(state);
  ui_textview_unspan(state->note);
  ui_textview_unspan(state->said);
  ui_review_state_mark_findings(state);
  if (unit != NULL) {
    ui_textview_span(state->note, unit->start, unit->end, UI_STYLE_CURRENT);
    ui_textview_show(state->note, unit->start, unit->end);
  }
  if (finding != NULL) {
    gsize start = 0, end = 0;
    ui_note_place(state->review, finding->finding, &start, &end);
    ui_textview_span(state->note, start, end, UI_STYLE_FOUND);
    ui_textview_show(state->note, start, end);
  }
  const GArray *evidence = finding != NULL                           ? finding->finding->evidence
                           : unit != NULL && unit->statement != NULL ? unit->statement->evidence
                                                                     : NULL;
  ui_evidence_highlight(state->said, state->review->transcript, state->turns, evidence);
}

static void
review_build(UiReviewState *state)
{
  g_autofree char *said = NULL;
  g_clear_pointer(&state->units, g_array_unref);
  g_clear_pointer(&state->turns, g_array_unref);
  state->units = ui_note_units(state->review);
  state->current = MIN(state->current, state->units->len > 0 ? state->units->len - 1 : 0);
  state->finding = -1;
  said = ui_note_said(state->review->transcript, &state->turns);
  ui_textview_set(state->said, said);
  ui_textview_set(state->note, state->review->text);
  ui_review_state_see(state);
}

/* Reads it anew when somebody, or this screen, changed it. */
static void
review_refresh(UiReviewState *state)
{
  UiApp *app = state->super.app;
  g_autoptr(ClinicItem) now = NULL;
  g_autoptr(GError) error = NULL;
  if (!clinic_item_load(app->session, state->id, &now, &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return;
  }
  if (now->version == state->review->item->version && state->revision == state->review->revision &&
      !state->stale)
    return;
  if (now->version != state->review->item->version &&
      !clinic_review_refresh(app->session, state->review, &error))
    ui_app_trouble(app, g_steal_pointer(&error));
  const ClinicItem *item = state->review->item;
  state->held =
      item->state == CLINIC_STATE_REVIEWING && item->holder == clinic_session_user(app->session);
  state->revision = state->review->revision;
  state->stale = FALSE;
  review_build(state);
}

static void
review_recalc(UiScreen *screen)
{
  UiReviewState *state = (UiReviewState *)screen;
  review_refresh(state);
  ui_review_state_layout(state);
  review_highlight(state);
}

static guint
review_needs(const UiScreen *screen)
{
  const UiReviewState *state = (const UiReviewState *)(gconstpointer)screen;
  return (state->held ? UI_NEED_HELD : 0u) |
         (ui_review_state_finding(state) != NULL ? UI_NEED_FINDING : 0u);
}

static guint
review_step(UiReviewState *state, int by)
{
  guint n = state->units->len;
  gboolean left = state->finding >= 0;
  state->finding = -1;
  if (n == 0)
    return ui_textview_move(state->note, by > 0 ? UI_REQUEST_DOWN : UI_REQUEST_UP);
  gint64 to = (gint64)state->current + by;
  if ((to < 0 || to >= (gint64)n) && !left)
    ui_textview_move(state->note, by > 0 ? UI_REQUEST_LAST : UI_REQUEST_FIRST);
  state->current = (guint)CLAMP(to, 0, (gint64)n - 1);
  review_highlight(state);
  ui_review_state_see(state);
  return UI_DRAW;
}

/* Shows one with both sides quoted; the statement that it stands in comes with it. */
static void
review_show_finding(gpointer owner, guint index)
{
  UiReviewState *state = owner;
  state->finding = (int)index;
  const ClinicFinding *finding = ui_review_state_finding(state);
  gsize start = 0, end = 0;
  ui_note_place(state->review, finding->finding, &start, &end);
  guint unit = ui_note_unit_at(state->units, start);
  if (unit != G_MAXUINT)
    state->current = unit;
  review_highlight(state);
  ui_review_state_see(state);
}

static gboolean
review_has_findings(UiReviewState *state)
{
  if (state->review->findings->len > 0)
    return TRUE;
  ui_app_say(state->super.app, UI_STYLE_GOOD, _("There is no finding."));
  return FALSE;
}

static guint
review_finding(UiReviewState *state, int by)
{
  int n = (int)state->review->findings->len;
  int from = state->finding < 0 ? (by > 0 ? -1 : n) : state->finding;
  if (review_has_findings(state))
    review_show_finding(state, (guint)((from + by + n) % n));
  return UI_DRAW;
}

static guint
review_findings(UiReviewState *state)
{
  if (review_has_findings(state))
    ui_app_push(state->super.app,
                ui_findings_new(state->super.app, state->review, (guint)MAX(state->finding, 0),
                                review_show_finding, state));
  return UI_DRAW;
}

static guint
review_cancelled(UiReviewState *state)
{
  state->signing = FALSE;
  ui_app_say(state->super.app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

/* A step that needs no more than words; then back to the queue. */
static guint
review_act(UiReviewState *state, ClinicAction action, ClinicReason reason, const char *words,
           const char *done)
{
  UiApp *app = state->super.app;
  g_autoptr(GError) error = NULL;
  if (!clinic_item_act(app->session, state->id, state->review->item->version, action, reason, words,
                       &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_RECALC;
  }
  ui_app_say(app, UI_STYLE_GOOD, "%s", done);
  if (app->worker != NULL)
    worker_thread_wake(app->worker);
  if (action == CLINIC_ACTION_UNDO)
    return UI_RECALC;
  state->held = FALSE;
  return UI_CLOSE;
}

static guint
review_rejected_words(UiScreen *screen, const char *words)
{
  UiReviewState *state = (UiReviewState *)screen;
  return words == NULL ? review_cancelled(state)
                       : review_act(state, CLINIC_ACTION_REJECT, state->reason, words,
                                    _("Rejected; R in the queue brings it back."));
}

static guint
review_rejected(UiScreen *screen, const char *answer)
{
  UiReviewState *state = (UiReviewState *)screen;
  if (answer == NULL)
    return review_cancelled(state);
  state->reason = ui_reason_of(answer);
  if (state->reason != CLINIC_REASON_OTHER)
    return review_rejected_words(screen, "");
  ui_app_ask(screen->app, ui_prompt_text(_("In words:"), NULL, review_rejected_words));
  return UI_DRAW;
}

static guint
review_escalated(UiScreen *screen, const char *words)
{
  UiReviewState *state = (UiReviewState *)screen;
  return words == NULL ? review_cancelled(state)
                       : review_act(state, CLINIC_ACTION_ESCALATE, CLINIC_REASON_NONE, words,
                                    _("Escalated to a senior clinician."));
}

static guint
review_overridden(UiScreen *screen, const char *reason)
{
  UiReviewState *state = (UiReviewState *)screen;
  g_autoptr(GError) error = NULL;
  int shown = state->finding;
  if (reason == NULL || shown < 0)
    return review_cancelled(state);
  if (clinic_review_override(screen->app->session, state->review, (guint)shown, reason, &error))
    ui_app_say(screen->app, UI_STYLE_GOOD, _("Overridden, with your reason on record."));
  else
    ui_app_trouble(screen->app, g_steal_pointer(&error));
  state->stale = TRUE;
  review_recalc(screen);
  state->finding = MIN(shown, (int)state->review->findings->len - 1);
  review_highlight(state);
  return UI_DRAW;
}

static guint
review_override(UiReviewState *state)
{
  const ClinicFinding *finding = ui_review_state_finding(state);
  if (finding->override_reason != NULL) {
    ui_app_say(state->super.app, UI_STYLE_WARN, _("This finding is overridden already."));
    return UI_DRAW;
  }
  ui_app_ask(state->super.app, ui_prompt_text(_("Override, because:"), NULL, review_overridden));
  return UI_DRAW;
}

static guint
review_diff(UiReviewState *state)
{
  static const UiPagerRule RULES[] = {
      {"- ", UI_STYLE_REMOVED}, {"+ ", UI_STYLE_ADDED}, {NULL, UI_STYLE_NORMAL}};
  UiApp *app = state->super.app;
  const ScribeDraft *draft = state->review->draft;
  if (draft == NULL || strcmp(draft->text, state->review->text) == 0) {
    ui_app_say(app, UI_STYLE_NORMAL, _("The text is the draft, unchanged."));
    return UI_DRAW;
  }
  g_autofree char *text = ui_diff_lines(draft->text, state->review->text);
  ui_app_push(app, ui_pager_new(app, N_("From draft to text"), text, RULES));
  return UI_DRAW;
}

static guint
review_history(UiReviewState *state)
{
  static const UiPagerRule RULES[] = {{"# ", UI_STYLE_HEADING}, {NULL, UI_STYLE_NORMAL}};
  UiApp *app = state->super.app;
  g_autoptr(GPtrArray) revisions = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  if (!clinic_review_history(app->session, state->id, &revisions, &error)) {
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  for (guint i = revisions->len; i-- > 0;) {
    const ClinicRevision *revision = g_ptr_array_index(revisions, i);
    g_autofree char *when = ui_age_when(app->session, revision->at);
    g_string_append_printf(text, _("# Revision %u, %s, by %s\n"), revision->seq, when,
                           revision->author == 0 ? _("the engine") : revision->author_name);
    g_string_append_printf(text, "%s\n\n", revision->text);
  }
  ui_app_push(app, ui_pager_new(app, N_("History"), text->str, RULES));
  return UI_DRAW;
}

static guint
review_next(UiReviewState *state)
{
  UiApp *app = state->super.app;
  g_autoptr(GError) error = NULL;
  gint64 id = ui_queue_next(app, state->id);
  UiScreen *next = id != 0 ? ui_review_new(app, id, &error) : NULL;
  if (next == NULL && error != NULL)
    ui_app_trouble(app, g_steal_pointer(&error));
  else if (next == NULL)
    ui_app_say(app, UI_STYLE_GOOD, _("That was the last of the queue."));
  if (next == NULL)
    return UI_DRAW;
  /* Takes this screen's place: q goes back to the queue. */
  g_ptr_array_remove_index(app->screens, app->screens->len - 1);
  ui_app_push(app, next);
  state->super.ops->free(&state->super);
  return UI_DRAW;
}

static guint
review_edit(UiReviewState *state)
{
  g_autoptr(GError) error = NULL;
  UiScreen *edit = ui_edit_new(state->super.app, state->review, &error);
  if (edit == NULL) {
    ui_app_trouble(state->super.app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  state->stale = TRUE;
  ui_app_push(state->super.app, edit);
  return UI_DRAW;
}

static guint
review_scroll_said(UiReviewState *state, gboolean down)
{
  return ui_textview_move(state->said, down ? UI_REQUEST_DOWN : UI_REQUEST_UP);
}

static guint
review_found(UiScreen *screen, const char *words)
{
  UiReviewState *state = (UiReviewState *)screen;
  UiTextView *view = state->pane_said ? state->said : state->note;
  if (words != NULL && *words != '\0' && !ui_textview_search(view, words, FALSE) &&
      !ui_textview_search(state->said, words, FALSE))
    ui_app_say(screen->app, UI_STYLE_WARN, _("Not found."));
  return UI_DRAW;
}

static guint
review_ask(UiScreen *screen, UiRequest request)
{
  UiReviewState *state = (UiReviewState *)screen;
  switch (request) {
  case UI_REQUEST_REJECT:
    ui_reason_ask(screen->app, _("Reject, because:"), review_rejected);
    return UI_DRAW;
  case UI_REQUEST_ESCALATE:
    ui_app_ask(screen->app, ui_prompt_text(_("Escalate, because:"), NULL, review_escalated));
    return UI_DRAW;
  case UI_REQUEST_REGENERATE:
    return review_act(state, CLINIC_ACTION_REGENERATE, CLINIC_REASON_NONE, "",
                      _("It is being drafted anew."));
  case UI_REQUEST_REVIEW_UNDO:
    return review_act(state, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, "",
                      _("The signature is undone; it waits in the queue again."));
  case UI_REQUEST_SEARCH:
    ui_app_ask(screen->app, ui_prompt_typing(_("Search:"), review_found, review_found));
    return UI_DRAW;
  default:
    return UI_UNKNOWN;
  }
}

static guint
review_handle(UiScreen *screen, UiRequest request)
{
  UiReviewState *state = (UiReviewState *)screen;
  switch (request) {
  case UI_REQUEST_STATEMENT_NEXT:
  case UI_REQUEST_STATEMENT_PREVIOUS:
    return review_step(state, request == UI_REQUEST_STATEMENT_NEXT ? 1 : -1);
  case UI_REQUEST_FINDING_NEXT:
  case UI_REQUEST_FINDING_PREVIOUS:
    return review_finding(state, request == UI_REQUEST_FINDING_NEXT ? 1 : -1);
  case UI_REQUEST_FINDINGS:
    return review_findings(state);
  case UI_REQUEST_EDIT:
    return review_edit(state);
  case UI_REQUEST_OVERRIDE:
    return review_override(state);
  case UI_REQUEST_SIGN:
    return ui_review_sign_start(state);
  case UI_REQUEST_NEXT_ITEM:
    return review_next(state);
  case UI_REQUEST_DIFF:
    return review_diff(state);
  case UI_REQUEST_HISTORY:
    return review_history(state);
  case UI_REQUEST_PANE:
    state->pane_said = !state->pane_said;
    return UI_DRAW;
  case UI_REQUEST_PANE_UP:
  case UI_REQUEST_PANE_DOWN:
    return review_scroll_said(state, request == UI_REQUEST_PANE_DOWN);
  case UI_REQUEST_PAGE_UP:
  case UI_REQUEST_PAGE_DOWN:
  case UI_REQUEST_FIRST:
  case UI_REQUEST_LAST:
    return ui_textview_move(state->pane_said ? state->said : state->note, request);
  default:
    return review_ask(screen, request);
  }
}

static guint
review_tick(UiScreen *screen, gint64 now)
{
  UiReviewState *state = (UiReviewState *)screen;
  g_autoptr(GError) error = NULL;
  if (!state->held || now - state->renewed_at < REVIEW_RENEW)
    return UI_NOTHING;
  state->renewed_at = now;
  if (clinic_review_renew(screen->app->session, state->review, &error))
    return UI_NOTHING;
  state->held = FALSE;
  ui_app_trouble(screen->app, g_steal_pointer(&error));
  return UI_RECALC;
}

static void
review_free(UiScreen *screen)
{
  UiReviewState *state = (UiReviewState *)screen;
  if (state->held)
    clinic_review_release(screen->app->session, state->review, NULL);
  ui_review_state_free(state);
}

static const UiScreenOps REVIEW_OPS = {
    .context = UI_CONTEXT_REVIEW,
    .moves = TRUE,
    .title = N_("Review"),
    .recalc = review_recalc,
    .draw = ui_review_state_draw,
    .needs = review_needs,
    .handle = review_handle,
    .tick = review_tick,
    .free = review_free,
};

/* Takes it where that is possible; else only reads, and says why. */
static ClinicReview *
review_take(UiApp *app, gint64 id, gboolean *ret_held, GError **error)
{
  g_autoptr(GError) why = NULL;
  ClinicReview *review = NULL;
  *ret_held = clinic_review_open(app->session, id, TRUE, &review, &why);
  if (*ret_held)
    return review;
  if (!clinic_review_open(app->session, id, FALSE, &review, error))
    return NULL;
  ui_app_say(app, UI_STYLE_WARN, _("Only to read: %s"), why->message);
  return review;
}

UiScreen *
ui_review_new(UiApp *app, gint64 id, GError **error)
{
  gboolean held = FALSE;
  ClinicReview *review = review_take(app, id, &held, error);
  if (review == NULL)
    return NULL;
  UiReviewState *state = ui_review_state_new(app, &REVIEW_OPS, review);
  state->held = held;
  state->renewed_at = base_clock_monotonic();
  review_build(state);
  g_autofree char *kept = NULL;
  gint64 at = 0;
  if (held && clinic_journal_load(app->session, id, &kept, &at, NULL) && kept != NULL &&
      strcmp(kept, review->text) != 0) {
    g_autofree char *when = ui_age_when(app->session, at);
    ui_app_say(app, UI_STYLE_WARN, _("Unsaved typing of %s was kept: e goes on with it."), when);
  }
  return &state->super;
}
