#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "guichet/base/error.h"
#include "guichet/vault/process.h"

static gboolean
process_fail(const char *what, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_OS, "%s: %s", what, g_strerror(errno));
  return FALSE;
}

static void
lift_lock(void)
{
  /* as many locked keys as the system allows at all; vault_key_memory() tells where it is short */
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_MEMLOCK, &limit);
  }
}

gboolean
vault_process_harden(GError **error)
{
  static gsize done = 0;
  if (g_atomic_pointer_get(&done) != 0)
    return TRUE;
  if (sodium_init() < 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_OS, "the system's random generator does not work");
    return FALSE;
  }
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0)
    return process_fail("core dumps cannot be turned off", error);
#ifdef __linux__
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return process_fail("this process cannot be closed to debuggers", error);
#endif
  umask(077);
  lift_lock();
  g_atomic_pointer_set(&done, 1);
  return TRUE;
}

gint64
vault_process_id(void)
{
  guint64 id = 0;
  while (id == 0) {
    randombytes_buf(&id, sizeof id);
    id &= (guint64)G_MAXINT64;
  }
  return (gint64)id;
}

gint64
vault_process_id_after(gint64 id)
{
  const gint64 step = G_GINT64_CONSTANT(1) << 20;
  if (id == 0 || id > G_MAXINT64 - step)
    return vault_process_id();
  return id + 1 + (gint64)vault_process_random((guint32)step);
}

guint32
vault_process_random(guint32 below)
{
  return randombytes_uniform(below);
}
