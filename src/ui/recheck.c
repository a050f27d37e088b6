#include "ui/recheck.h"

#include <string.h>

#include "guichet/base/log.h"
#include "guichet/base/text.h"
#include "guichet/clinic/recheck.h"

#define RECHECK_PAUSE (60 * G_TIME_SPAN_MILLISECOND) /* without a key, before a check begins */
#define RECHECK_LOOK (15 * G_TIME_SPAN_MILLISECOND)  /* while it runs, between two looks */

/* What the thread has to itself until it has ended. */
typedef struct {
  const ClinicRecheck *recheck;
  char *text;
  guint64 version;
  GPtrArray *found; /* of ScribeFinding; NULL: it failed */
  GError *error;
  gint ended; /* atomic */
} Check;

struct UiRecheck {
  UiApp *app;
  ClinicRecheck *recheck;
  guint64 seen;   /* the version of the last turn */
  gint64 changed; /* monotonic; when that came */
  GThread *thread;
  Check *running;
  GPtrArray *found;
  GArray *marks; /* of UiRecheckMark; NULL before the first check */
  guint64 checked;
};

UiRecheck *
ui_recheck_new(UiApp *app, const ClinicReview *review)
{
  ClinicRecheck *own = NULL;
  if (!clinic_recheck_new(app->session, review, &own, NULL))
    return NULL;
  UiRecheck *recheck = g_new0(UiRecheck, 1);
  recheck->app = app;
  recheck->recheck = own;
  recheck->seen = recheck->checked = G_MAXUINT64;
  return recheck;
}

static gpointer
check_run(gpointer data)
{
  Check *check = data;
  clinic_recheck_run(check->recheck, check->text, &check->found, &check->error);
  g_atomic_int_set(&check->ended, 1);
  return NULL;
}

static void
check_free(Check *check)
{
  memset(check->text, 0, strlen(check->text));
  g_free(check->text);
  g_clear_pointer(&check->found, g_ptr_array_unref);
  g_clear_error(&check->error);
  g_free(check);
}

void
ui_recheck_free(UiRecheck *recheck)
{
  if (recheck == NULL)
    return;
  if (recheck->thread != NULL)
    g_thread_join(recheck->thread);
  g_clear_pointer(&recheck->running, check_free);
  g_clear_pointer(&recheck->marks, g_array_unref);
  g_clear_pointer(&recheck->found, g_ptr_array_unref);
  clinic_recheck_free(recheck->recheck);
  g_free(recheck);
}

static void
recheck_start(UiRecheck *recheck, guint64 version, const char *text)
{
  recheck->running = g_new0(Check, 1);
  recheck->running->recheck = recheck->recheck;
  recheck->running->text = g_strdup(text);
  recheck->running->version = version;
  recheck->thread = g_thread_new("guichet-recheck", check_run, recheck->running);
}

static void
recheck_mark(UiRecheck *recheck, const char *text)
{
  g_clear_pointer(&recheck->marks, g_array_unref);
  recheck->marks = g_array_new(FALSE, FALSE, sizeof(UiRecheckMark));
  for (guint i = 0; i < recheck->found->len; i++) {
    const ScribeFinding *finding = recheck->found->pdata[i];
    const UiRecheckMark mark = {base_text_byte(text, finding->start),
                                base_text_byte(text, finding->end), finding};
    g_array_append_val(recheck->marks, mark);
  }
}

static void
recheck_take(UiRecheck *recheck)
{
  g_thread_join(g_steal_pointer(&recheck->thread));
  Check *check = g_steal_pointer(&recheck->running);
  recheck->checked = check->version;
  g_clear_pointer(&recheck->marks, g_array_unref);
  g_clear_pointer(&recheck->found, g_ptr_array_unref);
  recheck->found = g_steal_pointer(&check->found);
  if (recheck->found != NULL)
    recheck_mark(recheck, check->text);
  else
    base_log(BASE_LOG_WARN, "what is typed was not checked: %s", check->error->message);
  check_free(check);
}

gboolean
ui_recheck_tick(UiRecheck *recheck, guint64 version, const char *text, gint64 now)
{
  gboolean news = FALSE;
  if (version != recheck->seen) {
    recheck->seen = version;
    recheck->changed = now;
  }
  if (recheck->running != NULL &&
      __atomic_load_n(&recheck->running->ended, __ATOMIC_SEQ_CST) != 0) {
    recheck_take(recheck);
    news = TRUE;
  }
  if (recheck->running == NULL && version != recheck->checked) {
    if (now - recheck->changed >= RECHECK_PAUSE)
      recheck_start(recheck, version, text);
    else
      ui_app_due(recheck->app, recheck->changed + RECHECK_PAUSE);
  }
  if (recheck->running != NULL)
    ui_app_due(recheck->app, now + RECHECK_LOOK);
  return news;
}

const GArray *
ui_recheck_marks(const UiRecheck *recheck, guint64 version)
{
  return recheck->checked == version ? recheck->marks : NULL;
}
