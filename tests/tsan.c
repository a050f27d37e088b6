/* Tells the thread sanitizer what GLib's locks, conditions and queues order.
 *
 * GLib is not built with the sanitizer, and its locks are futexes of its own, so that every use
 * would look like a race.  .ci/run links this into the programs of THREAD_TESTS with -Wl,--wrap for
 * each name of a WRAP below; no other build has it. */
#include <glib.h>

void __tsan_acquire(void *addr);
void __tsan_release(void *addr);

/* Declares the real one and ours, and begins the definition of ours. */
#define WRAP(type, name, args)                                                                     \
  type __real_##name args;                                                                         \
  type __wrap_##name args;                                                                         \
  type __wrap_##name args

WRAP(void, g_mutex_lock, (GMutex * mutex))
{
  __real_g_mutex_lock(mutex);
  __tsan_acquire(mutex);
}

WRAP(gboolean, g_mutex_trylock, (GMutex * mutex))
{
  gboolean locked = __real_g_mutex_trylock(mutex);
  if (locked)
    __tsan_acquire(mutex);
  return locked;
}

WRAP(void, g_mutex_unlock, (GMutex * mutex))
{
  __tsan_release(mutex);
  __real_g_mutex_unlock(mutex);
}

WRAP(void, g_rec_mutex_lock, (GRecMutex * mutex))
{
  __real_g_rec_mutex_lock(mutex);
  __tsan_acquire(mutex);
}

WRAP(void, g_rec_mutex_unlock, (GRecMutex * mutex))
{
  __tsan_release(mutex);
  __real_g_rec_mutex_unlock(mutex);
}

WRAP(void, g_cond_wait, (GCond * cond, GMutex *mutex))
{
  __tsan_release(mutex);
  __real_g_cond_wait(cond, mutex);
  __tsan_acquire(mutex);
}

WRAP(gboolean, g_cond_wait_until, (GCond * cond, GMutex *mutex, gint64 end))
{
  __tsan_release(mutex);
  gboolean woken = __real_g_cond_wait_until(cond, mutex, end);
  __tsan_acquire(mutex);
  return woken;
}

WRAP(void, g_async_queue_push, (GAsyncQueue * queue, gpointer data))
{
  __tsan_release(queue);
  __real_g_async_queue_push(queue, data);
}

WRAP(gpointer, g_async_queue_pop, (GAsyncQueue * queue))
{
  gpointer data = __real_g_async_queue_pop(queue);
  __tsan_acquire(queue);
  return data;
}

WRAP(gpointer, g_async_queue_try_pop, (GAsyncQueue * queue))
{
  gpointer data = __real_g_async_queue_try_pop(queue);
  __tsan_acquire(queue);
  return data;
}

WRAP(gpointer, g_async_queue_timeout_pop, (GAsyncQueue * queue, guint64 timeout))
{
  gpointer data = __real_g_async_queue_timeout_pop(queue, timeout);
  __tsan_acquire(queue);
  return data;
}

WRAP(gboolean, g_once_init_enter, (volatile void *location))
{
  gboolean first = __real_g_once_init_enter(location);
  if (!first)
    __tsan_acquire((void *)(guintptr)location);
  return first;
}

WRAP(void, g_once_init_leave, (volatile void *location, gsize result))
{
  __tsan_release((void *)(guintptr)location);
  __real_g_once_init_leave(location, result);
}
