#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/vault/password.h"

static const int SIGNALS[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* What a signal puts back. */
static int terminal_fd = -1;
static struct termios terminal_before;

static void
on_signal(int number)
{
  if (terminal_fd >= 0)
    tcsetattr(terminal_fd, TCSANOW, &terminal_before);
  signal(number, SIG_DFL);
  raise(number);
}

static void
say(int fd, const char *words)
{
  ssize_t done = write(fd, words, strlen(words));
  (void)done;
}

/* One line without echo. */
static gboolean
read_hidden(int fd, const char *prompt, char **ret, GError **error)
{
  struct sigaction before[G_N_ELEMENTS(SIGNALS)], action = {.sa_handler = on_signal};
  struct termios silent;
  if (tcgetattr(fd, &terminal_before) != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_OS, _("the terminal cannot be asked: %s"),
                g_strerror(errno));
    return FALSE;
  }
  terminal_fd = fd;
  for (guint i = 0; i < G_N_ELEMENTS(SIGNALS); i++)
    sigaction(SIGNALS[i], &action, &before[i]);
  silent = terminal_before;
  silent.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr(fd, TCSAFLUSH, &silent);
  say(fd, prompt);
  gboolean ok = vault_password_read(fd, ret, error);
  tcsetattr(fd, TCSAFLUSH, &terminal_before);
  terminal_fd = -1;
  for (guint i = 0; i < G_N_ELEMENTS(SIGNALS); i++)
    sigaction(SIGNALS[i], &before[i], NULL);
  say(fd, "\n");
  return ok;
}

static gboolean
read_terminal(int fd, const char *prompt, gboolean twice, char **ret, GError **error)
{
  char *first = NULL, *second = NULL;
  if (!read_hidden(fd, prompt, &first, error))
    return FALSE;
  if (twice && !read_hidden(fd, _("Again: "), &second, error)) {
    vault_password_forget(first);
    return FALSE;
  }
  gboolean same = !twice || strcmp(first, second) == 0;
  vault_password_forget(second);
  if (same) {
    *ret = first;
    return TRUE;
  }
  vault_password_forget(first);
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("the two passwords are not the same"));
  return FALSE;
}

static gboolean
read_file(const char *path, char **ret, GError **error)
{
  struct stat about;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("cannot open the password file %s: %s"),
                path, g_strerror(errno));
    return FALSE;
  }
  if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 0077) != 0)
    base_log(BASE_LOG_WARN, "others can read the password file %s; chmod 600 it", path);
  gboolean ok = vault_password_read(fd, ret, error);
  close(fd);
  return ok;
}

gboolean
cli_password_read(int fd, const char *variable, const char *prompt, gboolean twice, char **ret,
                  GError **error)
{
  const char *path = g_getenv(variable);
  if (fd >= 0)
    return vault_password_read(fd, ret, error);
  if (path != NULL && *path != '\0')
    return read_file(path, ret, error);
  int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  *ret = NULL;
  if (tty < 0)
    return TRUE;
  gboolean ok = read_terminal(tty, prompt, twice, ret, error);
  close(tty);
  return ok;
}

gboolean
cli_password_confirm(const char *question, gboolean assumed, GError **error)
{
  if (assumed)
    return TRUE;
  int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("this cannot be undone; say --yes where there is no terminal to ask"));
    return FALSE;
  }
  char answer[16] = "";
  say(tty, question);
  say(tty, _(" Type y to go on: "));
  ssize_t length = read(tty, answer, sizeof answer - 1);
  close(tty);
  if (length == 2 && answer[0] == 'y' && answer[1] == '\n')
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CANCELLED, _("nothing was done"));
  return FALSE;
}
