#include "ui/edit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/base/text.h"
#include "ui/buffer.h"
#include "ui/note.h"
#include "ui/recheck.h"

#define EDIT_JOURNAL BASE_CLOCK_SECOND
#define EDIT_RENEW (60 * BASE_CLOCK_SECOND)

typedef struct {
  UiScreen super;
  ClinicReview *review;
  UiBuffer *buffer;
  GArray *lines; /* of BaseTextLine, for `wrapped` and `width` */
  guint64 wrapped, journaled, saved;
  guint width, top;
  gint64 journaled_at, renewed_at;
  char *words;        /* searched for */
  UiRecheck *recheck; /* NULL: there is no transcript to check against */
} Edit;

/* The last row of the body says what the checks find. */
static guint
edit_height(const Edit *edit)
{
  guint body = ui_app_body(edit->super.app);
  return MAX(edit->recheck != NULL && body > 1 ? body - 1 : body, 1);
}

static void
edit_wrap(Edit *edit)
{
  guint width = MAX(edit->super.app->columns, 2) - 1;
  if (edit->lines != NULL && edit->wrapped == ui_buffer_version(edit->buffer) &&
      edit->width == width)
    return;
  g_clear_pointer(&edit->lines, g_array_unref);
  edit->lines = base_text_wrap(ui_buffer_text(edit->buffer), width);
  edit->wrapped = ui_buffer_version(edit->buffer);
  edit->width = width;
}

static const BaseTextLine *
edit_line(const Edit *edit, guint line)
{
  return &g_array_index(edit->lines, BaseTextLine, line);
}

/* The line that a byte is in: the last that begins at or before it. */
static guint
edit_line_of(const Edit *edit, gsize byte)
{
  guint low = 0, high = edit->lines->len;
  while (high - low > 1) {
    guint middle = (low + high) / 2;
    if (edit_line(edit, middle)->start <= byte)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static void
edit_follow(Edit *edit)
{
  edit_wrap(edit);
  guint line = edit_line_of(edit, ui_buffer_cursor(edit->buffer)), height = edit_height(edit);
  if (line < edit->top)
    edit->top = line;
  if (line >= edit->top + height)
    edit->top = line - height + 1;
}

static guint
edit_column(const Edit *edit, guint line)
{
  gsize start = edit_line(edit, line)->start, cursor = ui_buffer_cursor(edit->buffer);
  g_autofree char *head = g_strndup(ui_buffer_text(edit->buffer) + start, cursor - start);
  return base_text_width(head);
}

static void
edit_vertical(Edit *edit, int by)
{
  edit_wrap(edit);
  guint line = edit_line_of(edit, ui_buffer_cursor(edit->buffer)), column = edit_column(edit, line);
  gint64 wanted = CLAMP((gint64)line + by, 0, (gint64)edit->lines->len - 1);
  const BaseTextLine *to = edit_line(edit, (guint)wanted);
  g_autofree char *text = g_strndup(ui_buffer_text(edit->buffer) + to->start, to->end - to->start);
  ui_buffer_go(edit->buffer, to->start + base_text_fit(text, column, NULL));
}

/* The bytes from `start` to `end` that stand on this line, in a style. */
static void
edit_span(const Edit *edit, UiCanvas *canvas, guint row, const BaseTextLine *line, gsize start,
          gsize end, UiStyle style)
{
  const char *text = ui_buffer_text(edit->buffer);
  if (start >= line->end || end <= line->start)
    return;
  gsize from = MAX(start, line->start), to = MIN(end, line->end);
  g_autofree char *before = g_strndup(text + line->start, from - line->start);
  g_autofree char *inside = g_strndup(text + from, to - from);
  ui_canvas_restyle(canvas, row, base_text_width(before), base_text_width(inside), style);
}

static const GArray *
edit_marks(const Edit *edit)
{
  return edit->recheck != NULL ? ui_recheck_marks(edit->recheck, ui_buffer_version(edit->buffer))
                               : NULL;
}

static void
edit_style(const Edit *edit, UiCanvas *canvas, guint row, const BaseTextLine *line)
{
  gsize start, end;
  const GArray *marks = edit_marks(edit);
  for (guint i = 0; marks != NULL && i < marks->len; i++) {
    const UiRecheckMark *mark = &g_array_index(marks, UiRecheckMark, i);
    if (mark->finding->severity != SCRIBE_SEVERITY_INFO)
      edit_span(edit, canvas, row, line, mark->start, mark->end,
                ui_note_severity_style(mark->finding->severity));
  }
  if (ui_buffer_region(edit->buffer, &start, &end))
    edit_span(edit, canvas, row, line, start, end, UI_STYLE_FOUND);
}

/* The finding at the cursor, else the next below it, else the first. */
static const UiRecheckMark *
edit_mark(const Edit *edit, const GArray *marks)
{
  gsize cursor = ui_buffer_cursor(edit->buffer);
  for (guint i = 0; i < marks->len; i++)
    if (g_array_index(marks, UiRecheckMark, i).end >= cursor)
      return &g_array_index(marks, UiRecheckMark, i);
  return marks->len > 0 ? &g_array_index(marks, UiRecheckMark, 0) : NULL;
}

/* "1B 2W  dose: The note says …" */
static void
edit_draw_found(const Edit *edit, UiCanvas *canvas, guint row)
{
  const GArray *marks = edit_marks(edit);
  if (marks == NULL) {
    ui_canvas_put(canvas, row, 0, canvas->columns, UI_STYLE_QUIET, _("Checking …"));
    return;
  }
  const UiRecheckMark *mark = edit_mark(edit, marks);
  if (mark == NULL) {
    ui_canvas_put(canvas, row, 0, canvas->columns, UI_STYLE_GOOD,
                  _("The checks find nothing in this text."));
    return;
  }
  guint n[SCRIBE_SEVERITY_BLOCK + 1] = {0};
  for (guint i = 0; i < marks->len; i++)
    n[g_array_index(marks, UiRecheckMark, i).finding->severity]++;
  g_autofree char *line =
      g_strdup_printf("%uB %uW %ui  %s: %s", n[SCRIBE_SEVERITY_BLOCK], n[SCRIBE_SEVERITY_WARN],
                      n[SCRIBE_SEVERITY_INFO], scribe_finding_kind_word(mark->finding->kind),
                      mark->finding->message);
  ui_canvas_cell(canvas, row, 0, canvas->columns, ui_note_severity_style(mark->finding->severity),
                 line);
}

static void
edit_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Edit *edit = (const Edit *)(gconstpointer)screen;
  guint height = edit_height(edit);
  if (edit->lines == NULL)
    return;
  for (guint i = 0; i < height && edit->top + i < edit->lines->len; i++) {
    const BaseTextLine *line = edit_line(edit, edit->top + i);
    ui_canvas_put_bytes(canvas, 1 + i, 0, canvas->columns, UI_STYLE_NORMAL,
                        ui_buffer_text(edit->buffer) + line->start, line->end - line->start);
    edit_style(edit, canvas, 1 + i, line);
  }
  if (edit->recheck != NULL && ui_app_body(screen->app) > 1)
    edit_draw_found(edit, canvas, 1 + height);
  guint at = edit_line_of(edit, ui_buffer_cursor(edit->buffer));
  if (at >= edit->top && at < edit->top + height)
    ui_canvas_cursor(canvas, 1 + at - edit->top, MIN(edit_column(edit, at), canvas->columns - 1));
}

static void
edit_recalc(UiScreen *screen)
{
  edit_follow((Edit *)screen);
}

static gboolean
edit_is_changed(const Edit *edit)
{
  return strcmp(ui_buffer_text(edit->buffer), edit->review->text) != 0;
}

/* Keeps what was typed; a failure is told, and tried again at the next turn. */
static void
edit_keep(UiScreen *screen)
{
  Edit *edit = (Edit *)screen;
  g_autoptr(GError) error = NULL;
  guint64 version = ui_buffer_version(edit->buffer);
  if (version == edit->journaled || version == edit->saved || !edit_is_changed(edit))
    return;
  edit->journaled_at = base_clock_monotonic();
  if (clinic_journal_save(screen->app->session, edit->review->item->id,
                          ui_buffer_text(edit->buffer), &error))
    edit->journaled = version;
  else
    base_log(BASE_LOG_WARN, "unsaved typing was not kept: %s", error->message);
}

static guint
edit_tick(UiScreen *screen, gint64 now)
{
  Edit *edit = (Edit *)screen;
  g_autoptr(GError) error = NULL;
  guint flags =
      edit->recheck != NULL && ui_recheck_tick(edit->recheck, ui_buffer_version(edit->buffer),
                                               ui_buffer_text(edit->buffer), now)
          ? UI_DRAW
          : UI_NOTHING;
  if (ui_buffer_version(edit->buffer) != edit->journaled) {
    if (now - edit->journaled_at >= EDIT_JOURNAL)
      edit_keep(screen);
    ui_app_due(screen->app, now + EDIT_JOURNAL);
  }
  if (now - edit->renewed_at < EDIT_RENEW)
    return flags;
  edit->renewed_at = now;
  if (clinic_review_renew(screen->app->session, edit->review, &error))
    return flags;
  ui_app_trouble(screen->app, g_steal_pointer(&error));
  return UI_DRAW;
}

static guint
edit_save(Edit *edit)
{
  UiApp *app = edit->super.app;
  g_autoptr(GError) error = NULL;
  if (!clinic_review_save(app->session, edit->review, ui_buffer_text(edit->buffer), &error)) {
    edit_keep(&edit->super);
    ui_app_trouble(app, g_steal_pointer(&error));
    return UI_DRAW;
  }
  edit->saved = ui_buffer_version(edit->buffer);
  if (!clinic_journal_clear(app->session, edit->review->item->id, &error))
    base_log(BASE_LOG_WARN, "kept typing was not cleared: %s", error->message);
  ui_app_say(app, UI_STYLE_GOOD, _("Saved as revision %u, and checked."), edit->review->seq);
  return UI_CLOSE | UI_RECALC;
}

static guint
edit_left(UiScreen *screen, const char *answer)
{
  Edit *edit = (Edit *)screen;
  if (answer == NULL) {
    ui_app_say(screen->app, UI_STYLE_NORMAL, _("Still editing; Ctrl-S saves."));
    return UI_DRAW;
  }
  edit->saved = ui_buffer_version(edit->buffer);
  clinic_journal_clear(screen->app->session, edit->review->item->id, NULL);
  return UI_CLOSE | UI_RECALC;
}

static guint
edit_leave(Edit *edit)
{
  if (!edit_is_changed(edit))
    return UI_CLOSE | UI_RECALC;
  ui_app_ask(edit->super.app, ui_prompt_yes(_("Give up what was typed and not saved?"), edit_left));
  return UI_DRAW;
}

static guint
edit_find(Edit *edit, const char *words)
{
  if (words != NULL && *words != '\0' && !ui_buffer_search(edit->buffer, words))
    ui_app_say(edit->super.app, UI_STYLE_WARN, _("Not found."));
  edit_follow(edit);
  return UI_DRAW;
}

static guint
edit_found(UiScreen *screen, const char *answer)
{
  Edit *edit = (Edit *)screen;
  if (answer == NULL)
    return UI_DRAW;
  g_free(edit->words);
  edit->words = g_strdup(answer);
  return edit_find(edit, answer);
}

/* What only moves or changes the buffer: one row each. */
static void
do_word_left(UiBuffer *buffer)
{
  ui_buffer_word(buffer, TRUE);
}

static void
do_word_right(UiBuffer *buffer)
{
  ui_buffer_word(buffer, FALSE);
}

static void
do_home(UiBuffer *buffer)
{
  ui_buffer_line(buffer, FALSE);
}

static void
do_end(UiBuffer *buffer)
{
  ui_buffer_line(buffer, TRUE);
}

static void
do_first(UiBuffer *buffer)
{
  ui_buffer_go(buffer, 0);
}

static void
do_last(UiBuffer *buffer)
{
  ui_buffer_go(buffer, G_MAXSIZE);
}

static const struct {
  UiRequest request;
  void (*move)(UiBuffer *buffer);
} MOVES[] = {
    {UI_REQUEST_EDIT_LEFT, ui_buffer_left},    {UI_REQUEST_EDIT_RIGHT, ui_buffer_right},
    {UI_REQUEST_EDIT_WORD_LEFT, do_word_left}, {UI_REQUEST_EDIT_WORD_RIGHT, do_word_right},
    {UI_REQUEST_EDIT_HOME, do_home},           {UI_REQUEST_EDIT_END, do_end},
    {UI_REQUEST_EDIT_FIRST, do_first},         {UI_REQUEST_EDIT_LAST, do_last},
    {UI_REQUEST_EDIT_MARK, ui_buffer_mark},
};

static gboolean
do_enter(UiBuffer *buffer)
{
  return ui_buffer_insert(buffer, "\n");
}

static gboolean
do_next_section(UiBuffer *buffer)
{
  return ui_buffer_section(buffer, FALSE);
}

static gboolean
do_last_section(UiBuffer *buffer)
{
  return ui_buffer_section(buffer, TRUE);
}

/* What may do nothing, and then says why. */
static const struct {
  UiRequest request;
  gboolean (*change)(UiBuffer *buffer);
  const char *nothing;
} CHANGES[] = {
    {UI_REQUEST_EDIT_ENTER, do_enter, N_("The text is full.")},
    {UI_REQUEST_EDIT_BACKSPACE, ui_buffer_backspace, N_("This is the beginning.")},
    {UI_REQUEST_EDIT_DELETE, ui_buffer_delete, N_("This is the end.")},
    {UI_REQUEST_EDIT_UNDO, ui_buffer_undo, N_("There is nothing to undo.")},
    {UI_REQUEST_EDIT_REDO, ui_buffer_redo, N_("There is nothing to redo.")},
    {UI_REQUEST_EDIT_CUT, ui_buffer_cut, N_("Set the mark first, at the other end.")},
    {UI_REQUEST_EDIT_COPY, ui_buffer_copy, N_("Set the mark first, at the other end.")},
    {UI_REQUEST_EDIT_CUT_LINE, ui_buffer_cut_line, N_("This is the end.")},
    {UI_REQUEST_EDIT_PASTE, ui_buffer_paste, N_("Nothing was cut or copied yet.")},
    {UI_REQUEST_EDIT_SECTION_NEXT, do_next_section, N_("There is no section below.")},
    {UI_REQUEST_EDIT_SECTION_PREVIOUS, do_last_section, N_("There is no section above.")},
};

static gboolean
edit_simple(Edit *edit, UiRequest request)
{
  for (gsize i = 0; i < G_N_ELEMENTS(MOVES); i++)
    if (MOVES[i].request == request) {
      MOVES[i].move(edit->buffer);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS(CHANGES); i++)
    if (CHANGES[i].request == request) {
      if (!CHANGES[i].change(edit->buffer))
        ui_app_say(edit->super.app, UI_STYLE_NORMAL, "%s", _(CHANGES[i].nothing));
      return TRUE;
    }
  return FALSE;
}

static guint
edit_ask(Edit *edit, UiRequest request)
{
  switch (request) {
  case UI_REQUEST_EDIT_SAVE:
    return edit_save(edit);
  case UI_REQUEST_EDIT_LEAVE:
    return edit_leave(edit);
  case UI_REQUEST_EDIT_SEARCH:
    ui_app_ask(edit->super.app, ui_prompt_text(_("Search:"), NULL, edit_found));
    return UI_DRAW;
  case UI_REQUEST_EDIT_AGAIN:
    return edit_find(edit, edit->words);
  default:
    return UI_UNKNOWN;
  }
}

static guint
edit_handle(UiScreen *screen, UiRequest request)
{
  Edit *edit = (Edit *)screen;
  int page = (int)edit_height(edit) - 1;
  if (request == UI_REQUEST_EDIT_UP || request == UI_REQUEST_EDIT_DOWN)
    edit_vertical(edit, request == UI_REQUEST_EDIT_UP ? -1 : 1);
  else if (request == UI_REQUEST_EDIT_PAGE_UP || request == UI_REQUEST_EDIT_PAGE_DOWN)
    edit_vertical(edit, request == UI_REQUEST_EDIT_PAGE_UP ? -page : page);
  else if (!edit_simple(edit, request))
    return edit_ask(edit, request);
  edit_follow(edit);
  return UI_DRAW;
}

static guint
edit_insert(Edit *edit, const char *text)
{
  if (*text != '\0' && !ui_buffer_insert(edit->buffer, text))
    ui_app_say(edit->super.app, UI_STYLE_WARN, _("The text is full."));
  edit_follow(edit);
  return UI_DRAW;
}

static guint
edit_type(UiScreen *screen, UiKey key)
{
  char letter[7] = {0};
  if (key == UI_KEY_NONE || key == UI_KEY_CTRL('@')) {
    ui_buffer_mark(((Edit *)screen)->buffer);
    return UI_DRAW;
  }
  if (!ui_key_is_text(key))
    return UI_UNKNOWN;
  g_unichar_to_utf8(key, letter);
  return edit_insert((Edit *)screen, letter);
}

static guint
edit_paste(UiScreen *screen, const char *text)
{
  return edit_insert((Edit *)screen, text);
}

static void
edit_free(UiScreen *screen)
{
  Edit *edit = (Edit *)screen;
  ui_recheck_free(edit->recheck);
  ui_buffer_free(edit->buffer);
  g_clear_pointer(&edit->lines, g_array_unref);
  g_free(edit->words);
  g_free(edit);
}

static const UiScreenOps EDIT_OPS = {
    .context = UI_CONTEXT_EDITOR,
    .title = N_("Editor"),
    .recalc = edit_recalc,
    .draw = edit_draw,
    .handle = edit_handle,
    .type = edit_type,
    .paste = edit_paste,
    .tick = edit_tick,
    .keep = edit_keep,
    .free = edit_free,
};

UiScreen *
ui_edit_new(UiApp *app, ClinicReview *review, GError **error)
{
  char *kept = NULL;
  if (!clinic_journal_load(app->session, review->item->id, &kept, NULL, error))
    return NULL;
  Edit *edit = g_new0(Edit, 1);
  edit->super = (UiScreen){&EDIT_OPS, app};
  edit->review = review;
  edit->buffer = ui_buffer_new(review->text);
  edit->recheck = ui_recheck_new(app, review);
  edit->journaled_at = edit->renewed_at = base_clock_monotonic();
  if (kept != NULL && strcmp(kept, review->text) != 0) { /* undo brings the saved text back */
    ui_buffer_mark(edit->buffer);
    ui_buffer_go(edit->buffer, G_MAXSIZE);
    ui_buffer_cut(edit->buffer);
    ui_buffer_insert(edit->buffer, kept);
    ui_buffer_go(edit->buffer, 0);
    ui_app_say(app, UI_STYLE_WARN,
               _("This goes on with typing that was kept; undo twice for the saved text."));
  }
  edit->journaled = ui_buffer_version(edit->buffer);
  if (kept != NULL) {
    memset(kept, 0, strlen(kept));
    g_free(kept);
  }
  return &edit->super;
}
