#include "ui/app.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/base/text.h"
#include "guichet/clinic/contract.h"
#include "ui/bar.h"
#include "ui/help.h"
#include "ui/lock.h"
#include "ui/login.h"
#include "ui/queue.h"

#define APP_ROWS 8 /* fewer is no screen */
#define APP_COLUMNS 40
#define APP_LOOK BASE_CLOCK_SECOND /* how often the store is asked whether anybody wrote */

UiApp *
ui_app_new(const char *dir, ClinicSession *session_taken, const UiAppOptions *options, guint rows,
           guint columns)
{
  UiApp *app = g_new0(UiApp, 1);
  app->dir = g_strdup(dir);
  if (options != NULL)
    app->options = *options;
  app->rows = rows;
  app->columns = columns;
  app->screens = g_ptr_array_new();
  app->bar = ui_bar_new();
  app->message = g_strdup("");
  app->wake_fd = -1;
  app->last_key = base_clock_monotonic();
  app->dirty = TRUE;
  if (session_taken != NULL)
    ui_app_enter(app, session_taken);
  else
    ui_app_push(app, ui_login_new(app));
  return app;
}

static void
app_pop(UiApp *app)
{
  UiScreen *screen = g_ptr_array_steal_index(app->screens, app->screens->len - 1);
  if (screen->ops->keep != NULL)
    screen->ops->keep(screen);
  screen->ops->free(screen);
}

void
ui_app_free(UiApp *app)
{
  if (app == NULL)
    return;
  ui_task_free(app->task);
  while (app->screens->len > 0)
    app_pop(app);
  g_ptr_array_unref(app->screens);
  if (app->worker != NULL)
    worker_thread_stop(app->worker);
  clinic_session_close(app->session);
  ui_prompt_free(app->prompt);
  ui_prompt_free(app->lock);
  ui_bar_free(app->bar);
  g_free(app->message);
  g_free(app->dir);
  g_free(app);
}

UiScreen *
ui_app_top(const UiApp *app)
{
  return app->screens->len > 0 ? g_ptr_array_index(app->screens, app->screens->len - 1) : NULL;
}

guint
ui_app_body(const UiApp *app)
{
  return app->rows > 3 ? app->rows - 3 : 1;
}

gboolean
ui_app_is_linear(const UiApp *app)
{
  return app->options.linear ||
         (app->session != NULL &&
          base_conf_bool(clinic_session_conf(app->session), BASE_CONF_SESSION_LINEAR));
}

static void
app_recalc(UiApp *app)
{
  UiScreen *top = ui_app_top(app);
  if (app->session != NULL)
    ui_bar_recalc(app->bar, app->session);
  if (top != NULL && top->ops->recalc != NULL)
    top->ops->recalc(top);
  app->dirty = TRUE;
}

void
ui_app_push(UiApp *app, UiScreen *screen_taken)
{
  g_ptr_array_add(app->screens, screen_taken);
  app_recalc(app);
}

static void
app_start_worker(UiApp *app)
{
  ClinicSession *session = NULL;
  g_autoptr(GError) error = NULL;
  if (app->worker_in == 0 || --app->worker_in > 0)
    return;
  if (clinic_session_worker(app->session, &session, &error))
    app->worker = worker_thread_start(session);
  else
    base_log(BASE_LOG_WARN, "no worker beside the screen: %s", error->message);
}

static void
app_tell_failures(UiApp *app)
{
  gint64 last = 0;
  guint n = clinic_session_failures(app->session, &last);
  if (n == 0)
    return;
  const char *zone = base_conf_text(clinic_session_conf(app->session), BASE_CONF_CLINIC_ZONE);
  g_autofree char *when = base_clock_local(last, *zone != '\0' ? zone : NULL, "%x %H:%M");
  ui_app_say(app, UI_STYLE_WARN,
             ngettext("%u wrong password since your last login, on %s. Not you? Tell the "
                      "administrator.",
                      "%u wrong passwords since your last login, the last on %s. Not you? Tell "
                      "the administrator.",
                      n),
             n, when);
}

/* Who may renew a contract hears of the most urgent one. */
static void
app_tell_contracts(UiApp *app)
{
  g_autoptr(GPtrArray) warnings = NULL;
  if (clinic_session_may(app->session, CLINIC_POWER_CONTRACT_MANAGE) &&
      clinic_contract_warnings(app->session, &warnings, NULL) && warnings->len > 0)
    ui_app_say(app, UI_STYLE_WARN, "%s", (const char *)warnings->pdata[0]);
}

void
ui_app_enter(UiApp *app, ClinicSession *session_taken)
{
  app->session = session_taken;
  app->version = clinic_session_version(app->session);
  app->looked = base_clock_monotonic();
  while (app->screens->len > 0)
    app_pop(app);
  app->worker_in = 2; /* the queue is painted between them */
  ui_app_push(app, ui_queue_new(app));
  app_tell_contracts(app);
  app_tell_failures(app); /* the last word is the one that is seen */
}

void
ui_app_resize(UiApp *app, guint rows, guint columns)
{
  app->rows = rows;
  app->columns = columns;
  app->repaint = TRUE;
  if (app->session == NULL || app->lock == NULL)
    app_recalc(app);
}

void
ui_app_say(UiApp *app, UiStyle style, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  g_free(app->message);
  g_autofree char *text = g_strdup_vprintf(format, list);
  va_end(list);
  app->message = base_text_disarm(text, -1, FALSE);
  app->message_style = style;
  app->dirty = TRUE;
}

void
ui_app_trouble(UiApp *app, GError *error_taken)
{
  if (error_taken == NULL)
    return;
  ui_app_say(app, UI_STYLE_ERROR, "%s", error_taken->message);
  g_error_free(error_taken);
}

void
ui_app_ask(UiApp *app, UiPrompt *prompt_taken)
{
  ui_prompt_free(app->prompt);
  app->prompt = prompt_taken;
  app->dirty = TRUE;
}

void
ui_app_start(UiApp *app, UiTask *task_taken)
{
  if (app->task != NULL) {
    ui_task_free(task_taken);
    return;
  }
  app->task = task_taken;
  app->dirty = TRUE;
  ui_task_start(task_taken, app->wake_fd);
}

void
ui_app_due(UiApp *app, gint64 at)
{
  if (app->due == 0 || at < app->due)
    app->due = at;
}

void
ui_app_keep(UiApp *app)
{
  for (guint i = 0; i < app->screens->len; i++) {
    UiScreen *screen = g_ptr_array_index(app->screens, i);
    if (screen->ops->keep != NULL)
      screen->ops->keep(screen);
  }
}

void
ui_app_lock(UiApp *app)
{
  if (app->session == NULL || app->lock != NULL)
    return;
  ui_app_keep(app);
  g_clear_pointer(&app->prompt, ui_prompt_free);
  app->lock = ui_prompt_password(_("Password:"), NULL);
  ui_app_say(app, UI_STYLE_NORMAL, "%s", "");
  g_autoptr(GError) error = NULL;
  if (!clinic_session_note_lock(app->session, TRUE, &error))
    base_log(BASE_LOG_WARN, "the idle lock left no audit event: %s", error->message);
}

static void
app_follow(UiApp *app, guint flags)
{
  if (flags & UI_QUIT)
    app->quit = TRUE;
  if ((flags & UI_CLOSE) && app->screens->len > 0)
    app_pop(app);
  if (app->screens->len == 0)
    app->quit = TRUE;
  if (flags & (UI_CLOSE | UI_RECALC))
    app_recalc(app);
  if (flags & UI_DRAW)
    app->dirty = TRUE;
}

/* What holds on every screen. */
static guint
app_handle(UiApp *app, UiRequest request)
{
  switch (request) {
  case UI_REQUEST_HELP:
  case UI_REQUEST_EDIT_HELP:
    ui_app_push(app, ui_help_new(app, ui_app_top(app)->ops));
    return UI_DRAW;
  case UI_REQUEST_BACK:
    return app->screens->len > 1 ? UI_CLOSE : UI_QUIT;
  case UI_REQUEST_REDRAW:
  case UI_REQUEST_EDIT_REDRAW:
    app->repaint = TRUE;
    return UI_RECALC;
  case UI_REQUEST_LOCK:
  case UI_REQUEST_EDIT_LOCK:
    ui_app_lock(app);
    return UI_DRAW;
  case UI_REQUEST_SUSPEND:
    if (app->options.login_shell) {
      ui_app_say(app, UI_STYLE_WARN, _("There is no background in a login shell."));
    } else {
      ui_app_lock(app);
      app->suspend = TRUE;
    }
    return UI_DRAW;
  case UI_REQUEST_CANCEL:
    ui_app_say(app, UI_STYLE_NORMAL, _("Nothing is being asked; q goes back."));
    return UI_DRAW;
  default:
    return UI_UNKNOWN;
  }
}

static void
app_say_unknown(UiApp *app, UiContext context, UiKey key)
{
  g_autofree char *name = ui_key_name(key);
  const char *help = context == UI_CONTEXT_EDITOR ? "F1" : "?";
  if (key == UI_KEY_UNKNOWN)
    ui_app_say(app, UI_STYLE_QUIET, _("That key is not known; %s shows the keys."), help);
  else
    ui_app_say(app, UI_STYLE_QUIET, _("%s does nothing here; %s shows the keys."), name, help);
}

static void
app_request(UiApp *app, UiScreen *top, UiRequest request)
{
  guint needs = ui_request_row(request)->needs;
  guint missing = needs & ~(top->ops->needs != NULL ? top->ops->needs(top) : 0);
  if (missing != 0) {
    ui_app_say(app, UI_STYLE_WARN, "%s", ui_request_need_words(missing & (~missing + 1)));
    return;
  }
  guint flags = top->ops->handle(top, request);
  if (flags & UI_UNKNOWN)
    flags = app_handle(app, request);
  if (flags & UI_UNKNOWN)
    ui_app_say(app, UI_STYLE_QUIET, _("That has no use on this screen."));
  app_follow(app, flags & ~(guint)UI_UNKNOWN);
}

static void
app_screen_key(UiApp *app, UiKey key)
{
  UiScreen *top = ui_app_top(app);
  UiRequest request = UI_REQUEST_NONE;
  if (top == NULL)
    return;
  if (top->ops->type == NULL || !ui_key_is_text(key))
    request = ui_request_find(top->ops->context, top->ops->moves, key);
  if (request != UI_REQUEST_NONE) {
    app_request(app, top, request);
    return;
  }
  guint flags = top->ops->type != NULL ? top->ops->type(top, key) : UI_UNKNOWN;
  if (flags & UI_UNKNOWN)
    app_say_unknown(app, top->ops->context, key);
  app_follow(app, flags & ~(guint)UI_UNKNOWN);
}

/* The prompt is taken away before its answer is acted on: that may ask the next question. */
static void
app_prompt_end(UiApp *app, gboolean answered)
{
  UiPrompt *prompt = g_steal_pointer(&app->prompt);
  UiPromptAnswer answer = ui_prompt_answer(prompt);
  if (answer != NULL && ui_app_top(app) != NULL)
    app_follow(app, answer(ui_app_top(app), answered ? ui_prompt_value(prompt) : NULL));
  ui_prompt_free(prompt);
  app->dirty = TRUE;
}

static void
app_prompt_key(UiApp *app, UiKey key)
{
  UiPromptResult result = ui_prompt_key(app->prompt, key);
  UiPromptAnswer change = ui_prompt_change(app->prompt);
  app->dirty = TRUE;
  if (result != UI_PROMPT_STAYS)
    app_prompt_end(app, result == UI_PROMPT_ANSWERED);
  else if (change != NULL)
    app_follow(app, change(ui_app_top(app), ui_prompt_value(app->prompt)));
}

static void
app_key(UiApp *app, UiKey key)
{
  if (app->lock != NULL)
    ui_lock_key(app, key);
  else if (app->prompt != NULL)
    app_prompt_key(app, key);
  else
    app_screen_key(app, key);
}

/* What a burst typed, as text; *ret_enter: its only newline is its last key. */
static char *
app_burst_text(const UiKey *keys, guint n, gboolean *ret_enter)
{
  GString *text = g_string_new(NULL);
  guint newlines = 0;
  for (guint i = 0; i < n; i++) {
    if (keys[i] == UI_KEY_ENTER || keys[i] == UI_KEY_TAB)
      g_string_append_c(text, keys[i] == UI_KEY_TAB ? '\t' : '\n');
    else if (ui_key_is_text(keys[i]))
      g_string_append_unichar(text, keys[i]);
    newlines += keys[i] == UI_KEY_ENTER ? 1 : 0;
  }
  *ret_enter = newlines == 1 && keys[n - 1] == UI_KEY_ENTER;
  char *safe = base_text_disarm(text->str, (gssize)text->len, TRUE);
  g_string_free(text, TRUE);
  return safe;
}

static void
app_burst(UiApp *app, const UiKey *keys, guint n)
{
  gboolean enter = FALSE;
  g_autofree char *text = app_burst_text(keys, n, &enter);
  UiScreen *top = ui_app_top(app);
  app->dirty = TRUE;
  if (app->lock != NULL) {
    ui_lock_paste(app, text, enter);
  } else if (app->prompt != NULL && ui_prompt_paste(app->prompt, text)) {
    if (enter)
      app_prompt_end(app, TRUE);
  } else if (app->prompt == NULL && top != NULL && top->ops->paste != NULL) {
    app_follow(app, top->ops->paste(top, text));
  } else {
    ui_app_say(app, UI_STYLE_WARN,
               ngettext("A paste of %u key was ignored: keys are commands here.",
                        "A paste of %u keys was ignored: keys are commands here.", n),
               n);
  }
}

void
ui_app_keys(UiApp *app, const UiKey *keys, guint n, gboolean burst)
{
  app->last_key = base_clock_monotonic();
  if (app->task != NULL || n == 0)
    return;
  if (app->message[0] != '\0')
    ui_app_say(app, UI_STYLE_NORMAL, "%s", "");
  if (burst) {
    app_burst(app, keys, n);
    return;
  }
  for (guint i = 0; i < n && !app->quit && app->task == NULL; i++)
    app_key(app, keys[i]);
}

void
ui_app_wait(UiApp *app)
{
  UiTask *task = g_steal_pointer(&app->task);
  if (task != NULL)
    app_follow(app, ui_task_finish(task, app));
  app->dirty = TRUE;
}

static void
app_look(UiApp *app, gint64 now)
{
  if (app->session == NULL || app->lock != NULL || now - app->looked < APP_LOOK)
    return;
  app->looked = now;
  gint64 version = clinic_session_version(app->session);
  if (version != app->version)
    app_recalc(app);
  app->version = version;
}

static void
app_idle(UiApp *app, gint64 now)
{
  if (app->session == NULL || app->lock != NULL || app->task != NULL)
    return;
  gint64 idle = base_conf_int(clinic_session_conf(app->session), BASE_CONF_SESSION_IDLE);
  gint64 at = app->last_key + idle * BASE_CLOCK_SECOND;
  if (now >= at)
    ui_app_lock(app);
  else
    ui_app_due(app, at);
}

int
ui_app_tick(UiApp *app)
{
  gint64 now = base_clock_monotonic();
  UiScreen *top = ui_app_top(app);
  app->due = 0;
  if (app->task != NULL && ui_task_ended(app->task))
    ui_app_wait(app);
  app_start_worker(app);
  if (app->worker != NULL && worker_thread_news(app->worker, &app->news))
    app->dirty = TRUE;
  app_look(app, now);
  app_idle(app, now);
  top = ui_app_top(app);
  if (top != NULL && app->lock == NULL && app->task == NULL && top->ops->tick != NULL)
    app_follow(app, top->ops->tick(top, now));
  if (app->task != NULL) {
    app->dirty = TRUE; /* the moving mark */
    return 100;
  }
  if (app->worker_in > 0)
    return 1;
  gint64 wait = app->due == 0 ? BASE_CLOCK_SECOND : app->due - now;
  return (int)CLAMP((wait + 999) / 1000, 1, 1000);
}

static void
app_draw_foot(const UiApp *app, UiCanvas *canvas)
{
  const UiScreen *top = ui_app_top(app);
  guint last = canvas->rows - 1;
  if (app->task != NULL) {
    static const char MARKS[] = "|/-\\";
    ui_canvas_print(canvas, last, 0, UI_STYLE_KEY, "%c %s …",
                    MARKS[base_clock_monotonic() / 100000 % 4], ui_task_notice(app->task));
    return;
  }
  if (app->lock != NULL || top == NULL)
    return;
  g_autofree char *hints = ui_request_hints(top->ops->context, top->ops->moves, canvas->columns);
  ui_canvas_put(canvas, last - 1, 0, canvas->columns, UI_STYLE_QUIET, hints);
  if (app->prompt != NULL) {
    guint rows = ui_prompt_rows(app->prompt, canvas->columns);
    for (guint i = 0; i < rows; i++)
      ui_canvas_fill(canvas, last - i, 0, canvas->columns, UI_STYLE_NORMAL);
    ui_prompt_draw(app->prompt, canvas, last + 1 - rows, 0, canvas->columns);
  } else {
    ui_canvas_cell(canvas, last, 0, canvas->columns, app->message_style, app->message);
  }
}

void
ui_app_draw(UiApp *app, UiCanvas *canvas)
{
  const UiScreen *top = ui_app_top(app);
  app->dirty = FALSE;
  canvas->linear = ui_app_is_linear(app);
  ui_canvas_clear(canvas);
  if (canvas->rows < APP_ROWS || canvas->columns < APP_COLUMNS) {
    ui_canvas_print(canvas, 0, 0, UI_STYLE_NORMAL, _("Too small: 80x24 works."));
    return;
  }
  if (app->lock != NULL) {
    ui_lock_draw(app, canvas);
  } else {
    ui_bar_draw(app->bar, app, canvas);
    if (top != NULL)
      top->ops->draw(top, canvas);
  }
  app_draw_foot(app, canvas);
}
