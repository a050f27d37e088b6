/* The loop: one poll over the terminal, the worker's pipe and the signals; then what follows. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "ui/app.h"
#include "ui/decoder.h"
#include "ui/term.h"

#define RUN_ESCAPE_MS 25 /* a lone Escape is one after so long */

typedef struct {
  UiApp *app;
  UiDecoder *decoder;
  GArray *keys; /* of UiKey */
  UiCanvas *canvas;
  gboolean gone; /* the line */
} Run;

static void
run_paint(Run *run)
{
  UiApp *app = run->app;
  if (app->repaint)
    ui_term_repaint();
  app->repaint = app->dirty = FALSE;
  if (run->canvas->rows != app->rows || run->canvas->columns != app->columns) {
    ui_canvas_free(run->canvas);
    run->canvas = ui_canvas_new(app->rows, app->columns);
  }
  ui_canvas_clear(run->canvas);
  run->canvas->linear = ui_app_is_linear(app);
  ui_app_draw(app, run->canvas);
  ui_term_paint(run->canvas);
}

static void
run_pass_keys(Run *run, gboolean burst)
{
  if (run->keys->len > 0) {
    ui_app_keys(run->app, (const UiKey *)(gpointer)run->keys->data, run->keys->len, burst);
    run->app->dirty = TRUE;
  }
  g_array_set_size(run->keys, 0);
}

static void
run_read(Run *run)
{
  guint8 bytes[4096];
  ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
    run->gone = TRUE;
    return;
  }
  if (n > 0)
    run_pass_keys(
        run, ui_decoder_feed(run->decoder, bytes, (gsize)n, base_clock_monotonic(), run->keys));
}

static void
run_signals(Run *run)
{
  guint seen = ui_term_signals(), rows, columns;
  if (seen & UI_TERM_ENDED)
    run->gone = TRUE;
  if (seen & (UI_TERM_RESIZED | UI_TERM_CONTINUED)) {
    ui_term_repaint();
    ui_term_size(&rows, &columns);
    ui_app_resize(run->app, rows, columns);
    run->app->dirty = TRUE;
  }
}

static void
run_wait(Run *run, int wait_ms)
{
  UiApp *app = run->app;
  struct pollfd fds[3] = {{STDIN_FILENO, POLLIN, 0},
                          {ui_term_wake_fd(), POLLIN, 0},
                          {app->worker != NULL ? worker_thread_fd(app->worker) : -1, POLLIN, 0}};
  gboolean waits = ui_decoder_waits(run->decoder);
  int n = poll(fds, G_N_ELEMENTS(fds), waits ? MIN(wait_ms, RUN_ESCAPE_MS) : wait_ms);
  if (n == 0 && waits) {
    ui_decoder_flush(run->decoder, run->keys);
    run_pass_keys(run, FALSE);
  }
  if (fds[1].revents != 0)
    run_signals(run);
  if (fds[0].revents != 0)
    run_read(run);
}

static void
run_loop(Run *run)
{
  UiApp *app = run->app;
  while (!app->quit && !run->gone) {
    int wait_ms = ui_app_tick(app);
    if (app->suspend && !app->options.login_shell)
      ui_term_suspend();
    app->suspend = FALSE;
    if (app->dirty || app->repaint)
      run_paint(run);
    run_wait(run, wait_ms);
  }
  ui_app_keep(app);
}

/* While the screen is open, standard error is the terminal's: the log goes to a file of the clinic.
 */
static void
run_log(const char *dir)
{
  g_autofree char *path = g_build_filename(dir, "guichet.log", NULL);
  g_autoptr(GError) error = NULL;
  if (!base_log_file(path, &error))
    base_log_level(BASE_LOG_ERROR);
}

gboolean
ui_app_run_with(const char *dir, ClinicSession *session_taken, const UiAppOptions *options,
                GError **error)
{
  guint rows, columns;
  if (!ui_term_open(error)) {
    clinic_session_close(session_taken);
    return FALSE;
  }
  run_log(dir);
  ui_term_size(&rows, &columns);
  Run run = {.app = ui_app_new(dir, session_taken, options, rows, columns),
             .decoder = ui_decoder_new(),
             .keys = g_array_new(FALSE, FALSE, sizeof(UiKey)),
             .canvas = ui_canvas_new(rows, columns)};
  run.app->wake_fd = ui_term_waker_fd();
  run_loop(&run);
  ui_term_close(); /* before the worker is waited for: the terminal is the person's again */
  ui_app_free(run.app);
  ui_decoder_free(run.decoder);
  g_array_unref(run.keys);
  ui_canvas_free(run.canvas);
  return base_log_file(NULL, error);
}

gboolean
ui_app_run(const char *dir, ClinicSession *session_taken, GError **error)
{
  return ui_app_run_with(dir, session_taken, NULL, error);
}
