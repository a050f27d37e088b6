/* What screens ask of the program around them.  One thread; tests drive it without a terminal. */
#ifndef GUICHET_UI_APP_PRIVATE_H
#define GUICHET_UI_APP_PRIVATE_H

#include "guichet/clinic/session.h"
#include "guichet/ui/app.h"
#include "guichet/worker/thread.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/task.h"

G_BEGIN_DECLS

struct UiApp {
  char *dir;
  ClinicSession *session; /* NULL before the login */
  WorkerThread *worker;   /* NULL before the first picture, and where it could not be started */
  guint worker_in;        /* ticks until it is started; 0 none */
  WorkerNews news;
  UiAppOptions options;
  guint rows, columns;
  GPtrArray *screens; /* of UiScreen; the last is on top */
  UiPrompt *prompt;   /* NULL: nothing is asked */
  UiTask *task;       /* NULL: nothing runs */
  UiPrompt *lock;     /* not NULL: the screen is blanked and asks for the password */
  char *message;
  UiStyle message_style;
  gint64 last_key;   /* monotonic */
  gint64 due;        /* monotonic; when a tick is wanted, 0 none */
  gint64 version;    /* clinic_session_version() that is shown */
  gint64 looked;     /* monotonic; when it was looked at last */
  struct UiBar *bar; /* the top line */
  int wake_fd;       /* a byte written here wakes the loop; -1 in tests */
  gboolean dirty, repaint, quit, suspend;
};

UiApp *ui_app_new(const char *dir, ClinicSession *session_taken, const UiAppOptions *options,
                  guint rows, guint columns);
void ui_app_free(UiApp *app);

/* The login is through: takes the session, shows the queue, then starts the worker. */
void ui_app_enter(UiApp *app, ClinicSession *session_taken);
void ui_app_push(UiApp *app, UiScreen *screen_taken);
UiScreen *ui_app_top(const UiApp *app);
void ui_app_resize(UiApp *app, guint rows, guint columns);
guint ui_app_body(const UiApp *app); /* rows that a screen has */
gboolean ui_app_is_linear(const UiApp *app);

/* Keys of one read. */
void ui_app_keys(UiApp *app, const UiKey *keys, guint n, gboolean burst);
/* Timers, tasks, the worker's news.  Returns the milliseconds until it wants to be called again. */
int ui_app_tick(UiApp *app);
/* Asks for a tick at the instant `at` (monotonic). */
void ui_app_due(UiApp *app, gint64 at);
void ui_app_draw(UiApp *app, UiCanvas *canvas);
/* Waits for the task that runs, and does what follows.  For tests and the end. */
void ui_app_wait(UiApp *app);
/* The line is gone: keeps typed text, gives leases back. */
void ui_app_keep(UiApp *app);
void ui_app_lock(UiApp *app);

/* The message line, until the next key. */
void ui_app_say(UiApp *app, UiStyle style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Shows an error and frees it. */
void ui_app_trouble(UiApp *app, GError *error_taken);

/* Asks in the message line; `answer` is called on the screen that is on top now. */
void ui_app_ask(UiApp *app, UiPrompt *prompt_taken);
/* Runs `work` in a thread with a moving notice; then `done` here.  Refused while another runs. */
void ui_app_start(UiApp *app, UiTask *task_taken);

G_END_DECLS
#endif
