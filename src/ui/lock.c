#include "ui/lock.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

void
ui_lock_draw(const UiApp *app, UiCanvas *canvas)
{
  guint row = canvas->rows / 3;
  ui_canvas_print(canvas, row, 2, UI_STYLE_HEADING, _("guichet is locked"));
  ui_canvas_print(canvas, row + 1, 2, UI_STYLE_NORMAL, _("The work of %s is kept as it is."),
                  clinic_session_title(app->session));
  ui_canvas_print(canvas, row + 2, 2, UI_STYLE_QUIET,
                  _("Ctrl-C leaves guichet; typed text is kept for the next time."));
  if (app->task == NULL && row + 4 < canvas->rows)
    ui_prompt_draw(app->lock, canvas, row + 4, 2, canvas->columns - 2);
  if (app->task == NULL && row + 6 < canvas->rows)
    ui_canvas_put(canvas, row + 6, 2, canvas->columns - 2, app->message_style, app->message);
}

typedef struct {
  const ClinicSession *session;
  char *password;
  ClinicProof *proof;
  GError *error;
} LockTask;

static void
lock_task_free(gpointer data)
{
  LockTask *task = data;
  memset(task->password, 0, strlen(task->password));
  g_free(task->password);
  clinic_proof_free(task->proof);
  g_clear_error(&task->error);
  g_free(task);
}

static void
lock_work(gpointer data)
{
  LockTask *task = data;
  clinic_session_confirm(task->session, task->password, &task->proof, &task->error);
}

static guint
lock_done(UiApp *app, gpointer data)
{
  LockTask *task = data;
  if (task->proof == NULL) {
    ui_app_trouble(app, g_steal_pointer(&task->error));
    return UI_DRAW;
  }
  g_clear_pointer(&app->lock, ui_prompt_free);
  g_autoptr(GError) error = NULL;
  if (!clinic_session_note_lock(app->session, FALSE, &error))
    ui_app_trouble(app, g_steal_pointer(&error));
  return UI_RECALC;
}

static void
lock_try(UiApp *app)
{
  LockTask *task = g_new0(LockTask, 1);
  task->session = app->session;
  task->password = g_strdup(ui_prompt_value(app->lock));
  ui_prompt_wipe(app->lock);
  ui_app_start(app,
               ui_task_new(_("Checking the password"), lock_work, lock_done, task, lock_task_free));
}

void
ui_lock_key(UiApp *app, UiKey key)
{
  app->dirty = TRUE;
  if (key == UI_KEY_CTRL('C'))
    app->quit = TRUE;
  else if (ui_prompt_key(app->lock, key) == UI_PROMPT_ANSWERED)
    lock_try(app);
}

void
ui_lock_paste(UiApp *app, const char *text, gboolean enter)
{
  ui_prompt_paste(app->lock, text);
  app->dirty = TRUE;
  if (enter)
    lock_try(app);
}
