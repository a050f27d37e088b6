#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/base/text.h"

static int log_fd = STDERR_FILENO;
static BaseLogLevel log_least = BASE_LOG_INFO;
static GMutex log_lock;

static const char *const LOG_WORDS[] = {"debug", "info", "warn", "error"};

void
base_log_level(BaseLogLevel level)
{
  log_least = level;
}

gboolean
base_log_file(const char *path, GError **error)
{
  int fd = STDERR_FILENO;
  if (path != NULL)
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE, "cannot open the log %s: %s", path,
                g_strerror(errno));
    return FALSE;
  }
  g_mutex_lock(&log_lock);
  if (log_fd != STDERR_FILENO)
    close(log_fd);
  log_fd = fd;
  g_mutex_unlock(&log_lock);
  return TRUE;
}

void
base_log(BaseLogLevel level, const char *format, ...)
{
  if (level < log_least)
    return;
  va_list args;
  va_start(args, format);
  g_autofree char *said = g_strdup_vprintf(format, args);
  va_end(args);
  g_autofree char *safe = base_text_disarm(said, -1, FALSE);
  g_autofree char *when = base_clock_iso_millis(base_clock_now());
  g_autofree char *line =
      g_strdup_printf("%s guichet[%d] %s: %s\n", when, (int)getpid(), LOG_WORDS[level], safe);
  g_mutex_lock(&log_lock);
  ssize_t done = write(log_fd, line, strlen(line)); /* a full disk must not stop the work */
  (void)done;
  g_mutex_unlock(&log_lock);
}
