#include "ui/queue.h"

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/queue.h"
#include "ui/age.h"
#include "ui/agenda.h"
#include "ui/list.h"
#include "ui/outbox.h"
#include "ui/pager.h"
#include "ui/patients.h"
#include "ui/preview.h"
#include "ui/reason.h"
#include "ui/review.h"
#include "ui/reminders.h"

#define QUEUE_CALLS 50                               /* pages that one fetch may look through */
#define QUEUE_AHEAD (3 * G_TIME_SPAN_MILLISECOND)    /* the screen is painted by then */
#define QUEUE_SETTLE (150 * G_TIME_SPAN_MILLISECOND) /* before the preview follows */

typedef struct {
  UiScreen super;
  UiList *list;
  char *limit_text;
  ClinicLimit *limit; /* NULL: open */
  ClinicSort sort;
  gboolean descending;
  ClinicReason reason; /* of the rejection that is being asked for */
  GError *error;       /* why nothing is shown */
  gint64 moved_at;     /* monotonic; the selection's last move, 0: the preview is up to date */
  gint64 previewed;    /* the item in the preview */
} Queue;

/* What waits its turn is plain: colour is for what wants attention, and is bytes at each key. */
UiStyle
ui_queue_style(ClinicState state)
{
  switch (state) {
  case CLINIC_STATE_FAILED:
  case CLINIC_STATE_AMBIGUOUS:
    return UI_STYLE_BLOCK;
  case CLINIC_STATE_ESCALATED:
    return UI_STYLE_WARN;
  case CLINIC_STATE_DRAFTING:
  case CLINIC_STATE_DELIVERED:
  case CLINIC_STATE_REJECTED:
    return UI_STYLE_QUIET;
  default:
    return UI_STYLE_NORMAL;
  }
}

static gint64
queue_id(gconstpointer row)
{
  return ((const ClinicItem *)row)->id;
}

/* Pages until there are enough: a limit that few items meet gives little in one. */
static gboolean
queue_fetch(gpointer owner, gconstpointer from, gboolean backward, guint n, GPtrArray **ret,
            GError **error)
{
  Queue *queue = owner;
  ClinicQuery query = {queue->limit, queue->sort, queue->descending};
  ClinicSession *session = queue->super.app->session;
  ClinicMark mark = {0, 0}, more = {0, 0};
  g_autoptr(GPtrArray) all = NULL;
  if (from != NULL)
    mark = clinic_queue_mark(&query, from);
  for (guint call = 0; call < QUEUE_CALLS; call++) {
    g_autoptr(GPtrArray) rows = NULL;
    guint got = all != NULL ? all->len : 0;
    const ClinicMark *after = from != NULL || call > 0 ? &mark : NULL;
    if (!clinic_queue_page(session, &query, after, backward, n - got, &rows, &more, error))
      return FALSE;
    if (all == NULL)
      all = g_steal_pointer(&rows);
    else if (backward)
      g_ptr_array_extend_and_steal(rows, g_steal_pointer(&all)), all = g_steal_pointer(&rows);
    else
      g_ptr_array_extend_and_steal(all, g_steal_pointer(&rows));
    if (all->len >= n || more.id == 0)
      break;
    mark = more;
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

static char *
queue_text(gpointer owner, gconstpointer row)
{
  const ClinicItem *item = row;
  (void)owner;
  return g_strjoin(" ", item->patient_name, item->clinician_name, clinic_state_title(item->state),
                   clinic_kind_title(item->kind), item->holder_name, NULL);
}

static const UiListSource QUEUE_SOURCE = {queue_id, queue_fetch, queue_text, FALSE};

static gboolean
queue_has_preview(const UiScreen *screen)
{
  return screen->app->columns >= UI_PREVIEW_FROM && !ui_app_is_linear(screen->app);
}

static void
queue_recalc(UiScreen *screen)
{
  Queue *queue = (Queue *)screen;
  guint body = ui_app_body(screen->app);
  g_clear_error(&queue->error);
  ui_list_recalc(queue->list, body > 1 ? body - 1 : 1, &queue->error);
  const ClinicItem *item = ui_list_selected(queue->list);
  if (item != NULL && queue->previewed == 0)
    queue->previewed = item->id;
}

/* Where the columns stand; a width of 0 is left out. */
typedef struct {
  guint state, kind, patient, clinician, age, findings, confidence, holder;
} Columns;

/* As wide as the longest state is in this language, but no wider than fourteen. */
static guint
queue_state_width(void)
{
  glong longest = 9;
  for (int s = 0; s < CLINIC_STATE_N; s++)
    longest = MAX(longest, g_utf8_strlen(clinic_state_title((ClinicState)s), -1));
  return (guint)MIN(longest, 14);
}

static Columns
queue_columns(guint width)
{
  gboolean wide = width >= 100;
  Columns c = {queue_state_width(), wide ? 10 : 8, 0, wide ? 18 : 12, 4, 7, 4, wide ? 12 : 8};
  guint fixed = 2 + c.state + c.kind + c.clinician + c.age + c.findings + c.confidence + c.holder +
                7 /* between them */;
  if (width < fixed + 16) { /* the clinician gives way first, then the kind */
    fixed -= c.clinician + 1;
    c.clinician = 0;
  }
  if (width < fixed + 16) {
    fixed -= c.kind + 1;
    c.kind = 0;
  }
  c.patient = width > fixed + 4 ? width - fixed : 4;
  return c;
}

static guint
queue_put(UiCanvas *canvas, guint row, guint column, guint width, UiStyle style, const char *text)
{
  if (width == 0)
    return column;
  ui_canvas_cell(canvas, row, column, width, style, text);
  return column + width + 1;
}

static void
queue_draw_head(UiCanvas *canvas, const Columns *c, guint width)
{
  guint x = 2;
  ui_canvas_fill(canvas, 1, 0, width, UI_STYLE_COLUMN);
  x = queue_put(canvas, 1, x, c->state, UI_STYLE_COLUMN, _("State"));
  x = queue_put(canvas, 1, x, c->kind, UI_STYLE_COLUMN, _("Kind"));
  x = queue_put(canvas, 1, x, c->patient, UI_STYLE_COLUMN, _("Patient"));
  x = queue_put(canvas, 1, x, c->clinician, UI_STYLE_COLUMN, _("Clinician"));
  x = queue_put(canvas, 1, x, c->age, UI_STYLE_COLUMN, _("Age"));
  x = queue_put(canvas, 1, x, c->findings, UI_STYLE_COLUMN, _("Finds"));
  x = queue_put(canvas, 1, x, c->confidence, UI_STYLE_COLUMN, _("Conf"));
  queue_put(canvas, 1, x, c->holder, UI_STYLE_COLUMN, _("Open by"));
}

static char *
queue_findings(const ClinicItem *item)
{
  GString *text = g_string_new(NULL);
  if (item->n_block > 0)
    g_string_append_printf(text, "%uB ", MIN(item->n_block, 99));
  if (item->n_warn > 0)
    g_string_append_printf(text, "%uW ", MIN(item->n_warn, 99));
  if (item->n_info > 0 && text->len < 5)
    g_string_append_printf(text, "%ui", MIN(item->n_info, 99));
  return g_string_free(text, FALSE);
}

static void
queue_draw_row(const Queue *queue, UiCanvas *canvas, guint row, const Columns *c,
               const ClinicItem *item, gboolean selected)
{
  gboolean tagged = ui_list_tagged(queue->list, item->id);
  g_autofree char *age = ui_age_short(item->created);
  g_autofree char *findings = queue_findings(item);
  g_autofree char *sure =
      item->confidence < 0 ? g_strdup("") : g_strdup_printf("%d%%", item->confidence / 10);
  UiStyle finding = item->n_block > 0  ? UI_STYLE_BLOCK
                    : item->n_warn > 0 ? UI_STYLE_WARN
                                       : UI_STYLE_NORMAL;
  guint x = 2;
  /* One style from the mark to the state's end: each switch is bytes that SSH carries at each key.
   */
  UiStyle mark = selected ? UI_STYLE_SELECTED : UI_STYLE_NORMAL;
  ui_canvas_put(canvas, row, 0, 1, mark, selected ? ">" : " ");
  ui_canvas_put(canvas, row, 1, 1, tagged ? UI_STYLE_KEY : mark, tagged ? "*" : " ");
  x = queue_put(canvas, row, x, c->state,
                selected ? UI_STYLE_SELECTED : ui_queue_style(item->state),
                clinic_state_title(item->state));
  x = queue_put(canvas, row, x, c->kind, UI_STYLE_NORMAL, clinic_kind_title(item->kind));
  x = queue_put(canvas, row, x, c->patient, UI_STYLE_NORMAL, item->patient_name);
  x = queue_put(canvas, row, x, c->clinician, UI_STYLE_NORMAL, item->clinician_name);
  x = queue_put(canvas, row, x, c->age, UI_STYLE_NORMAL, age);
  x = queue_put(canvas, row, x, c->findings, finding, findings);
  x = queue_put(canvas, row, x, c->confidence, UI_STYLE_NORMAL, sure);
  queue_put(canvas, row, x, c->holder,
            *item->holder_name != '\0' ? UI_STYLE_QUIET : UI_STYLE_NORMAL, item->holder_name);
}

static const ClinicItem *
queue_previewed(const Queue *queue)
{
  for (guint i = 0; i < ui_list_seen(queue->list); i++)
    if (queue_id(ui_list_row(queue->list, i)) == queue->previewed)
      return ui_list_row(queue->list, i);
  return NULL;
}

static void
queue_draw_empty(const Queue *queue, UiCanvas *canvas)
{
  if (queue->error != NULL) {
    ui_canvas_print(canvas, 3, 2, UI_STYLE_ERROR, "%s", queue->error->message);
  } else if (queue->limit != NULL) {
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL, _("Nothing meets the limit: %s"),
                    queue->limit_text);
    ui_canvas_print(canvas, 4, 2, UI_STYLE_QUIET,
                    _("l changes it; an empty one shows all that is open."));
  } else {
    ui_canvas_print(canvas, 3, 2, UI_STYLE_NORMAL,
                    _("The queue is empty: nothing waits for anybody."));
  }
}

static void
queue_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Queue *queue = (const Queue *)(gconstpointer)screen;
  gboolean preview = queue_has_preview(screen);
  guint width = preview ? canvas->columns - UI_PREVIEW_WIDTH - 1 : canvas->columns;
  Columns columns = queue_columns(width);
  guint seen = ui_list_seen(queue->list), cursor = ui_list_cursor(queue->list);
  if (queue->error != NULL || seen == 0) {
    queue_draw_empty(queue, canvas);
    return;
  }
  queue_draw_head(canvas, &columns, width);
  for (guint i = 0; i < seen; i++)
    queue_draw_row(queue, canvas, 2 + i, &columns, ui_list_row(queue->list, i), i == cursor);
  if (preview) {
    ui_canvas_divide(canvas, 1, width, ui_app_body(screen->app));
    ui_preview_draw(screen->app, canvas, width + 2, queue_previewed(queue));
  }
  ui_canvas_cursor(canvas, 2 + cursor, 0);
}

static guint
queue_needs(const UiScreen *screen)
{
  const Queue *queue = (const Queue *)(gconstpointer)screen;
  return ui_list_selected(queue->list) != NULL ? UI_NEED_ROW : 0;
}

/* One step for the selection or for each tagged item; each is checked for itself. */
static guint
queue_act(Queue *queue, ClinicAction action, ClinicReason reason, const char *words)
{
  UiApp *app = queue->super.app;
  g_autoptr(GArray) ids = ui_list_chosen(queue->list);
  g_autoptr(GError) first = NULL;
  guint done = 0, refused = 0;
  for (guint i = 0; i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(ClinicItem) item = NULL;
    g_autoptr(GError) error = NULL;
    if (clinic_item_load(app->session, id, &item, &error) &&
        clinic_item_act(app->session, id, item->version, action, reason, words, &error)) {
      ui_list_tag(queue->list, id, FALSE);
      done++;
    } else {
      refused++;
      if (first == NULL)
        first = g_steal_pointer(&error);
    }
  }
  if (refused == 0)
    ui_app_say(app, UI_STYLE_GOOD, ngettext("%u item done.", "%u items done.", done), done);
  else if (done == 0 && refused == 1)
    ui_app_say(app, UI_STYLE_ERROR, "%s", first->message);
  else
    ui_app_say(app, UI_STYLE_WARN, _("%u done, %u refused and still tagged: %s"), done, refused,
               first->message);
  if (app->worker != NULL)
    worker_thread_wake(app->worker);
  return UI_RECALC;
}

static guint
queue_given_up(Queue *queue)
{
  ui_app_say(queue->super.app, UI_STYLE_NORMAL, _("Nothing was changed."));
  return UI_DRAW;
}

static guint
queue_reject_words(UiScreen *screen, const char *words)
{
  Queue *queue = (Queue *)screen;
  return words == NULL ? queue_given_up(queue)
                       : queue_act(queue, CLINIC_ACTION_REJECT, queue->reason, words);
}

static guint
queue_reject_reason(UiScreen *screen, const char *answer)
{
  Queue *queue = (Queue *)screen;
  if (answer == NULL)
    return queue_given_up(queue);
  queue->reason = ui_reason_of(answer);
  if (queue->reason != CLINIC_REASON_OTHER)
    return queue_act(queue, CLINIC_ACTION_REJECT, queue->reason, "");
  ui_app_ask(screen->app, ui_prompt_text(_("In words:"), NULL, queue_reject_words));
  return UI_DRAW;
}

static guint
queue_task_done(UiScreen *screen, const char *answer)
{
  Queue *queue = (Queue *)screen;
  return answer == NULL ? queue_given_up(queue)
                        : queue_act(queue, CLINIC_ACTION_REJECT, CLINIC_REASON_DONE, "");
}

static guint
queue_escalate_words(UiScreen *screen, const char *words)
{
  Queue *queue = (Queue *)screen;
  return words == NULL ? queue_given_up(queue)
                       : queue_act(queue, CLINIC_ACTION_ESCALATE, CLINIC_REASON_NONE, words);
}

static guint
queue_limited(UiScreen *screen, const char *text)
{
  Queue *queue = (Queue *)screen;
  g_autoptr(ClinicLimit) limit = NULL;
  g_autoptr(GError) error = NULL;
  if (text == NULL)
    return UI_DRAW;
  if (*text != '\0' && !clinic_limit_parse(screen->app->session, text, &limit, &error)) {
    ui_app_trouble(screen->app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  clinic_limit_free(queue->limit);
  queue->limit = g_steal_pointer(&limit);
  g_free(queue->limit_text);
  queue->limit_text = g_strdup(text);
  ui_list_untag(queue->list);
  ui_list_reset(queue->list, FALSE);
  queue->previewed = 0;
  return UI_RECALC;
}

static guint
queue_searched(UiScreen *screen, const char *words)
{
  Queue *queue = (Queue *)screen;
  if (words != NULL && *words != '\0' && !ui_list_search(queue->list, words, FALSE))
    ui_app_say(screen->app, UI_STYLE_WARN, _("Not found among what is listed."));
  return UI_DRAW;
}

static const char *
title_of(ClinicKind kind)
{
  return kind == CLINIC_KIND_TASK     ? N_("Task")
         : kind == CLINIC_KIND_STATUS ? N_("Appointment status")
                                      : N_("Reminder");
}

/* What nobody reviews is only read. */
static UiScreen *
queue_read(UiApp *app, const ClinicItem *item, GError **error)
{
  char *text = NULL;
  if (!clinic_item_body(app->session, item->id, &text, error))
    return NULL;
  UiScreen *page = ui_pager_new(app, title_of(item->kind), text, NULL);
  clinic_item_forget(text);
  return page;
}

static guint
queue_open(Queue *queue)
{
  const ClinicItem *item = ui_list_selected(queue->list);
  UiApp *app = queue->super.app;
  g_autoptr(GError) error = NULL;
  UiScreen *review = clinic_kind_is_desk(item->kind) ? queue_read(app, item, &error)
                                                     : ui_review_new(app, item->id, &error);
  if (review != NULL)
    ui_app_push(app, review);
  else
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_DRAW;
}

static guint
queue_sort(Queue *queue, gboolean reverse)
{
  static const char *const NAMES[] = {N_("age"), N_("time in state"), N_("findings"),
                                      N_("confidence")};
  if (reverse)
    queue->descending = !queue->descending;
  else
    queue->sort = (queue->sort + 1) % CLINIC_SORT_N;
  ui_list_reset(queue->list, FALSE);
  queue->previewed = 0;
  ui_app_say(queue->super.app, UI_STYLE_NORMAL, _("Sorted by %s, %s."), _(NAMES[queue->sort]),
             queue->descending ? _("largest first") : _("smallest first"));
  return UI_RECALC;
}

static guint
queue_tag(Queue *queue, gboolean all)
{
  const ClinicItem *item = ui_list_selected(queue->list);
  if (all && ui_list_tags(queue->list) > 0)
    ui_list_untag(queue->list);
  else if (all)
    ui_list_tag_window(queue->list);
  else
    ui_list_tag(queue->list, item->id, !ui_list_tagged(queue->list, item->id));
  if (!all)
    ui_list_move(queue->list, UI_REQUEST_DOWN, NULL);
  guint n = ui_list_tags(queue->list);
  ui_app_say(queue->super.app, UI_STYLE_NORMAL, ngettext("%u tagged.", "%u tagged.", n), n);
  return UI_DRAW;
}

static guint
queue_move(Queue *queue, UiRequest request)
{
  g_autoptr(GError) error = NULL;
  guint flags = ui_list_move(queue->list, request, &error);
  if (error != NULL)
    ui_app_trouble(queue->super.app, g_steal_pointer(&error));
  if (!(flags & UI_UNKNOWN)) {
    queue->moved_at = base_clock_monotonic();
    ui_app_due(queue->super.app, queue->moved_at + QUEUE_AHEAD);
  }
  return flags;
}

static guint
queue_handle(UiScreen *screen, UiRequest request)
{
  Queue *queue = (Queue *)screen;
  switch (request) {
  case UI_REQUEST_OPEN:
    return queue_open(queue);
  case UI_REQUEST_LIMIT:
    ui_app_ask(screen->app, ui_prompt_text(_("Limit:"), queue->limit_text, queue_limited));
    return UI_DRAW;
  case UI_REQUEST_SEARCH:
    ui_app_ask(screen->app, ui_prompt_typing(_("Search:"), queue_searched, queue_searched));
    return UI_DRAW;
  case UI_REQUEST_SORT:
  case UI_REQUEST_REVERSE:
    return queue_sort(queue, request == UI_REQUEST_REVERSE);
  case UI_REQUEST_TAG:
  case UI_REQUEST_TAG_ALL:
    return queue_tag(queue, request == UI_REQUEST_TAG_ALL);
  case UI_REQUEST_TAGGED_REJECT:
    ui_reason_ask(screen->app, _("Reject, because:"), queue_reject_reason);
    return UI_DRAW;
  case UI_REQUEST_TASK_DONE:
    ui_app_ask(screen->app, ui_prompt_yes(_("Is it done?"), queue_task_done));
    return UI_DRAW;
  case UI_REQUEST_TAGGED_ESCALATE:
    ui_app_ask(screen->app, ui_prompt_text(_("Escalate, because:"), NULL, queue_escalate_words));
    return UI_DRAW;
  case UI_REQUEST_TAGGED_REGENERATE:
    return queue_act(queue, CLINIC_ACTION_REGENERATE, CLINIC_REASON_NONE, "");
  case UI_REQUEST_QUEUE_RESTORE:
    return queue_act(queue, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE, "");
  case UI_REQUEST_QUEUE_UNDO:
    return queue_act(queue, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, "");
  case UI_REQUEST_SHOW_OUTBOX:
    ui_app_push(screen->app, ui_outbox_new(screen->app));
    return UI_DRAW;
  case UI_REQUEST_SHOW_AGENDA:
    ui_app_push(screen->app, ui_agenda_new(screen->app));
    return UI_DRAW;
  case UI_REQUEST_SHOW_REMINDERS:
    ui_app_push(screen->app, ui_reminders_new(screen->app));
    return UI_DRAW;
  case UI_REQUEST_SHOW_PATIENTS:
    ui_patients_open(screen->app);
    return UI_DRAW;
  default:
    return queue_move(queue, request);
  }
}

/* The preview follows once the selection rests: a held cursor key costs two cells a row. */
static guint
queue_tick(UiScreen *screen, gint64 now)
{
  Queue *queue = (Queue *)screen;
  const ClinicItem *item = ui_list_selected(queue->list);
  if (queue->moved_at == 0)
    return UI_NOTHING;
  if (now - queue->moved_at < QUEUE_AHEAD) {
    ui_app_due(screen->app, queue->moved_at + QUEUE_AHEAD);
    return UI_NOTHING;
  }
  ui_list_ahead(queue->list);
  if (now - queue->moved_at < QUEUE_SETTLE) {
    ui_app_due(screen->app, queue->moved_at + QUEUE_SETTLE);
    return UI_NOTHING;
  }
  queue->moved_at = 0;
  queue->previewed = item != NULL ? item->id : 0;
  return queue_has_preview(screen) ? UI_DRAW : UI_NOTHING;
}

static void
queue_free(UiScreen *screen)
{
  Queue *queue = (Queue *)screen;
  ui_list_free(queue->list);
  clinic_limit_free(queue->limit);
  g_free(queue->limit_text);
  g_clear_error(&queue->error);
  g_free(queue);
}

static const UiScreenOps QUEUE_OPS = {
    .context = UI_CONTEXT_QUEUE,
    .moves = TRUE,
    .title = N_("Queue"),
    .recalc = queue_recalc,
    .draw = queue_draw,
    .needs = queue_needs,
    .handle = queue_handle,
    .tick = queue_tick,
    .free = queue_free,
};

gint64
ui_queue_next(UiApp *app, gint64 id)
{
  UiScreen *screen = app->screens->len > 0 ? g_ptr_array_index(app->screens, 0) : NULL;
  if (screen == NULL || screen->ops != &QUEUE_OPS)
    return 0;
  Queue *queue = (Queue *)screen;
  for (guint tries = 0; tries < 1000 && id != 0; tries++) {
    id = ui_list_after(queue->list, id);
    const ClinicItem *item =
        id != 0 && ui_list_select(queue->list, id) ? ui_list_selected(queue->list) : NULL;
    if (item != NULL && item->holder == 0 &&
        (item->state == CLINIC_STATE_READY || item->state == CLINIC_STATE_REVIEWING))
      return id;
  }
  return 0;
}

UiScreen *
ui_queue_new(UiApp *app)
{
  Queue *queue = g_new0(Queue, 1);
  queue->super = (UiScreen){&QUEUE_OPS, app};
  queue->list = ui_list_new(&QUEUE_SOURCE, queue);
  queue->limit_text = g_strdup("");
  return &queue->super;
}
