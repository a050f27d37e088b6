#include "ui/login.h"

#include <string.h>

#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

typedef struct {
  UiScreen super;
  UiPrompt *fields[2]; /* user, password */
  guint active;
} Login;

static UiPrompt *
login_active(const Login *login)
{
  return login->fields[login->active];
}

static void
login_draw(const UiScreen *screen, UiCanvas *canvas)
{
  const Login *login = (const Login *)(gconstpointer)screen;
  guint row = canvas->rows / 3, width = MIN(canvas->columns - 4, 60);
  guint column = ui_app_is_linear(screen->app) ? 0 : (canvas->columns - width) / 2;
  if (canvas->rows > 10)
    ui_canvas_print(canvas, row - 2, column, UI_STYLE_HEADING, _("guichet"));
  if (canvas->rows > 10)
    ui_canvas_put(canvas, row - 1, column, width, UI_STYLE_QUIET,
                  _("The clinic's front desk: who are you?"));
  for (guint i = 0; i < 2; i++) /* the active one last: it places the cursor */
    if (i != login->active)
      ui_prompt_draw(login->fields[i], canvas, row + 1 + i, column, width);
  ui_prompt_draw(login_active(login), canvas, row + 1 + login->active, column, width);
  if (row + 4 < canvas->rows)
    ui_canvas_put(canvas, row + 4, column, width, UI_STYLE_QUIET,
                  _("Enter goes on, Tab changes the field, Esc leaves."));
}

typedef struct {
  char *dir, *user, *password;
  ClinicSession *session;
  GError *error;
} LoginTask;

static void
login_task_free(gpointer data)
{
  LoginTask *task = data;
  memset(task->password, 0, strlen(task->password));
  g_free(task->password);
  g_free(task->user);
  g_free(task->dir);
  clinic_session_close(task->session);
  g_clear_error(&task->error);
  g_free(task);
}

static void
login_work(gpointer data)
{
  LoginTask *task = data;
  clinic_session_login(task->dir, task->user, task->password, &task->session, &task->error);
}

static guint
login_done(UiApp *app, gpointer data)
{
  LoginTask *task = data;
  if (task->session != NULL)
    ui_app_enter(app, g_steal_pointer(&task->session));
  else
    ui_app_trouble(app, g_steal_pointer(&task->error));
  return UI_DRAW;
}

static guint
login_try(Login *login)
{
  LoginTask *task = g_new0(LoginTask, 1);
  task->dir = g_strdup(login->super.app->dir);
  task->user = g_strstrip(g_strdup(ui_prompt_value(login->fields[0])));
  task->password = g_strdup(ui_prompt_value(login->fields[1]));
  ui_prompt_wipe(login->fields[1]);
  ui_app_start(login->super.app,
               ui_task_new(_("Logging in"), login_work, login_done, task, login_task_free));
  return UI_DRAW;
}

static guint
login_enter(Login *login)
{
  if (login->active == 0 && *ui_prompt_value(login->fields[0]) == '\0')
    ui_app_say(login->super.app, UI_STYLE_WARN, _("Type your user name first."));
  else if (login->active == 0)
    login->active = 1;
  else
    return login_try(login);
  return UI_DRAW;
}

static guint
login_type(UiScreen *screen, UiKey key)
{
  Login *login = (Login *)screen;
  if (key == UI_KEY_ENTER)
    return login_enter(login);
  if (key == UI_KEY_TAB || key == UI_KEY_BACK_TAB || key == UI_KEY_UP || key == UI_KEY_DOWN) {
    login->active = 1 - login->active;
    return UI_DRAW;
  }
  ui_prompt_key(login_active(login), key);
  return UI_DRAW;
}

/* "user\npassword" pasted goes no further than the first field. */
static guint
login_paste(UiScreen *screen, const char *text)
{
  Login *login = (Login *)screen;
  gsize n = strlen(text);
  gboolean enter = n > 0 && strchr(text, '\n') == text + n - 1;
  ui_prompt_paste(login_active(login), text);
  return enter ? login_enter(login) : UI_DRAW;
}

static guint
login_handle(UiScreen *screen, UiRequest request)
{
  (void)screen;
  return request == UI_REQUEST_BACK || request == UI_REQUEST_CANCEL ? UI_QUIT : UI_UNKNOWN;
}

static void
login_free(UiScreen *screen)
{
  Login *login = (Login *)screen;
  ui_prompt_free(login->fields[0]);
  ui_prompt_free(login->fields[1]);
  g_free(login);
}

static const UiScreenOps LOGIN_OPS = {
    .context = UI_CONTEXT_LOGIN,
    .title = "",
    .draw = login_draw,
    .handle = login_handle,
    .type = login_type,
    .paste = login_paste,
    .free = login_free,
};

UiScreen *
ui_login_new(UiApp *app)
{
  Login *login = g_new0(Login, 1);
  login->super = (UiScreen){&LOGIN_OPS, app};
  login->fields[0] = ui_prompt_text(_("User:    "), app->options.user, NULL);
  login->fields[1] = ui_prompt_password(_("Password:"), NULL);
  login->active = *ui_prompt_value(login->fields[0]) != '\0' ? 1 : 0;
  return &login->super;
}
