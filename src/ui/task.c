#include "ui/task.h"

#include <unistd.h>

struct UiTask {
  char *notice;
  UiTaskWork work;
  UiTaskDone done;
  gpointer data;
  GDestroyNotify free_data;
  GThread *thread;
  int wake_fd;
  gint ended; /* atomic */
};

UiTask *
ui_task_new(const char *notice, UiTaskWork work, UiTaskDone done, gpointer data_taken,
            GDestroyNotify free_data)
{
  UiTask *task = g_new0(UiTask, 1);
  task->notice = g_strdup(notice);
  task->work = work;
  task->done = done;
  task->data = data_taken;
  task->free_data = free_data;
  task->wake_fd = -1;
  return task;
}

static gpointer
task_run(gpointer data)
{
  UiTask *task = data;
  int fd = task->wake_fd;
  task->work(task->data);
  g_atomic_int_set(&task->ended, 1);
  if (fd >= 0 && write(fd, "", 1) < 0)
    return NULL; /* the pipe is full: the loop is awake anyway */
  return NULL;
}

void
ui_task_start(UiTask *task, int wake_fd)
{
  task->wake_fd = wake_fd;
  task->thread = g_thread_new("guichet-task", task_run, task);
}

gboolean
ui_task_ended(const UiTask *task)
{
  return __atomic_load_n(&task->ended, __ATOMIC_SEQ_CST) != 0;
}

guint
ui_task_finish(UiTask *task, UiApp *app)
{
  if (task->thread != NULL)
    g_thread_join(g_steal_pointer(&task->thread));
  guint flags = task->done(app, task->data);
  ui_task_free(task);
  return flags;
}

void
ui_task_free(UiTask *task)
{
  if (task == NULL)
    return;
  if (task->thread != NULL)
    g_thread_join(task->thread);
  task->free_data(task->data);
  g_free(task->notice);
  g_free(task);
}

const char *
ui_task_notice(const UiTask *task)
{
  return task->notice;
}
