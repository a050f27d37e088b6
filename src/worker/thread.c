/* The thread owns its session; what it shares with the screen is this struct's lock, the newest
 * news under it, and one pipe. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <glib-unix.h>

#include "guichet/base/log.h"
#include "guichet/worker/thread.h"
#include "worker/run.h"

struct WorkerThread {
  GThread *thread;
  ClinicSession *session; /* the thread's alone once it runs */
  int pipe[2];
  gint cancel;
  GMutex lock;     /* of all below */
  NetMulti *multi; /* the thread's too: the screen only wakes it; NULL before it looks for work */
  gboolean fresh;
  WorkerNews news;
};

/* On the worker's side: the newest news replaces one that nobody took. */
static void
on_news(const WorkerNews *news, gpointer data)
{
  WorkerThread *thread = data;
  g_mutex_lock(&thread->lock);
  gboolean tell = !thread->fresh;
  thread->news = *news;
  thread->fresh = TRUE;
  g_mutex_unlock(&thread->lock);
  while (tell && write(thread->pipe[1], "!", 1) < 0 && errno == EINTR)
    ;
}

/* What it loads (libcurl and all that it needs) takes longer than the first picture of the queue.
 */
static NetMulti *
thread_connect(WorkerThread *thread)
{
  NetMulti *multi = net_multi_new();
  g_mutex_lock(&thread->lock);
  thread->multi = multi;
  g_mutex_unlock(&thread->lock);
  return multi;
}

static gpointer
thread_main(gpointer data)
{
  WorkerThread *thread = data;
  g_autoptr(GError) error = NULL;
  NetMulti *multi = thread_connect(thread);
  if (!worker_run_loop(thread->session, multi, &thread->cancel, on_news, thread, &error))
    base_log(BASE_LOG_ERROR, "the worker has stopped: %s", error->message);
  clinic_session_close(thread->session);
  return NULL;
}

/* Signals are the screen's. */
static GThread *
thread_new(WorkerThread *thread)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  GThread *made = g_thread_new("worker", thread_main, thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return made;
}

WorkerThread *
worker_thread_start(ClinicSession *session_taken)
{
  WorkerThread *thread = g_new0(WorkerThread, 1);
  GError *error = NULL;
  thread->session = session_taken;
  g_mutex_init(&thread->lock);
  if (!g_unix_open_pipe(thread->pipe, FD_CLOEXEC, &error))
    g_error("the worker cannot start: %s", error->message); /* no descriptor is left: nothing is */
  g_unix_set_fd_nonblocking(thread->pipe[0], TRUE, NULL);
  g_unix_set_fd_nonblocking(thread->pipe[1], TRUE, NULL);
  thread->thread = thread_new(thread);
  return thread;
}

int
worker_thread_fd(const WorkerThread *thread)
{
  return thread->pipe[0];
}

gboolean
worker_thread_news(WorkerThread *thread, WorkerNews *ret)
{
  char drain[16];
  g_mutex_lock(&thread->lock);
  gboolean fresh = thread->fresh;
  if (fresh)
    *ret = thread->news;
  thread->fresh = FALSE;
  while (read(thread->pipe[0], drain, sizeof drain) > 0)
    ;
  g_mutex_unlock(&thread->lock);
  return fresh;
}

void
worker_thread_wake(WorkerThread *thread)
{
  g_mutex_lock(&thread->lock);
  if (thread->multi != NULL)
    net_multi_wake(thread->multi);
  g_mutex_unlock(&thread->lock);
}

void
worker_thread_stop(WorkerThread *thread)
{
  if (thread == NULL)
    return;
  g_atomic_int_set(&thread->cancel, 1);
  worker_thread_wake(thread);
  g_thread_join(thread->thread);
  close(thread->pipe[0]);
  close(thread->pipe[1]);
  g_mutex_clear(&thread->lock);
  net_multi_free(thread->multi);
  g_free(thread);
}
