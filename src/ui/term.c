#include "ui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#undef columns /* a macro of term.h, and a word of ours */

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

/* Curses has one terminal a process, and a signal handler has no argument: the room's only globals.
 */
static struct termios term_before;
static int term_pipe[2] = {-1, -1};
static volatile sig_atomic_t term_seen;
static gboolean term_is_open;
static attr_t term_bits[UI_STYLE_N];
static short term_pair[UI_STYLE_N];

static const struct {
  short colour, background;
  guint bits, mono;
} STYLES[UI_STYLE_N] = {
#define STYLE(id, letter, colour, background, bits, mono)                                          \
  [UI_STYLE_##id] = {colour, background, bits, mono},
#include "ui/style.def"
#undef STYLE
};

/* Paste off, attributes off, cursor on, the other screen away: for a crash, where curses must not
 * be called. */
static const char TERM_RESCUE[] = "\033[?2004l\033[0m\033[?25h\033[?1049l\r\n";
#define TERM_PASTE_ON "\033[?2004h"
#define TERM_PASTE_OFF "\033[?2004l"

static void
term_write(const char *bytes, gsize length)
{
  ssize_t n = write(STDOUT_FILENO, bytes, length);
  (void)n; /* the line may be gone */
}

static void
term_on_signal(int number)
{
  int kept = errno;
  term_seen |= number == SIGWINCH  ? UI_TERM_RESIZED
               : number == SIGCONT ? UI_TERM_CONTINUED
                                   : UI_TERM_ENDED;
  ssize_t n = write(term_pipe[1], "s", 1);
  (void)n;
  errno = kept;
}

/* Async-signal-safe calls only; then the signal has its way. */
static void
term_on_crash(int number)
{
  term_write(TERM_RESCUE, sizeof TERM_RESCUE - 1);
  tcsetattr(STDIN_FILENO, TCSANOW, &term_before);
  signal(number, SIG_DFL);
  raise(number);
}

static void
term_catch(void)
{
  static const int ends[] = {SIGHUP, SIGTERM, SIGINT, SIGQUIT, SIGWINCH, SIGCONT};
  static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
  struct sigaction gentle = {.sa_handler = term_on_signal, .sa_flags = SA_RESTART};
  struct sigaction hard = {.sa_handler = term_on_crash, .sa_flags = (int)SA_RESETHAND};
  for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
    sigaction(ends[i], &gentle, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(crashes); i++)
    sigaction(crashes[i], &hard, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTSTP, SIG_IGN);
}

static attr_t
term_attributes(guint bits)
{
  return (bits & UI_BIT_BOLD ? A_BOLD : 0) | (bits & UI_BIT_REVERSE ? A_REVERSE : 0) |
         (bits & UI_BIT_UNDERLINE ? A_UNDERLINE : 0) | (bits & UI_BIT_DIM ? A_DIM : 0);
}

static void
term_styles(void)
{
  gboolean colours =
      has_colors() && start_color() == OK && COLORS >= 8 && g_getenv("NO_COLOR") == NULL;
  if (colours)
    use_default_colors();
  for (short i = 0; i < UI_STYLE_N; i++) {
    gboolean coloured = colours && (STYLES[i].colour >= 0 || STYLES[i].background >= 0);
    if (coloured)
      init_pair((short)(i + 1), STYLES[i].colour, STYLES[i].background);
    term_pair[i] = coloured ? (short)(i + 1) : 0;
    term_bits[i] = term_attributes(colours ? STYLES[i].bits : STYLES[i].mono);
  }
}

static gboolean
term_refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

gboolean
ui_term_open(GError **error)
{
  int status = 0;
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &term_before) != 0)
    return term_refuse(
        error, BASE_ERROR_USAGE,
        _("The screen needs a terminal; see guichet(1) for the commands that do not."));
  if (setupterm(NULL, STDOUT_FILENO, &status) != OK || cursor_address == NULL)
    return term_refuse(
        error, BASE_ERROR_CONFIG,
        _("This terminal is not known, or cannot move its cursor: set TERM, to vt100 for one."));
  if (!g_unix_open_pipe(term_pipe, FD_CLOEXEC, NULL) ||
      !g_unix_set_fd_nonblocking(term_pipe[0], TRUE, NULL) ||
      !g_unix_set_fd_nonblocking(term_pipe[1], TRUE, NULL))
    return term_refuse(error, BASE_ERROR_OS, _("The system has no pipe left."));
  if (newterm(NULL, stdout, stdin) == NULL)
    return term_refuse(error, BASE_ERROR_CONFIG, _("Curses cannot use this terminal."));
  term_catch();
  raw();
  noecho();
  nonl();
  term_styles();
  leaveok(stdscr, FALSE);
  term_is_open = TRUE;
  term_write(TERM_PASTE_ON, sizeof TERM_PASTE_ON - 1);
  return TRUE;
}

void
ui_term_close(void)
{
  if (!term_is_open)
    return;
  term_is_open = FALSE;
  term_write(TERM_PASTE_OFF, sizeof TERM_PASTE_OFF - 1);
  curs_set(1);
  endwin();
  tcsetattr(STDIN_FILENO, TCSANOW, &term_before);
}

void
ui_term_size(guint *ret_rows, guint *ret_columns)
{
  struct winsize size = {0};
  gboolean told =
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  *ret_rows = told ? size.ws_row : (guint)LINES;
  *ret_columns = told ? size.ws_col : (guint)COLS;
}

void
ui_term_repaint(void)
{
  guint rows, columns;
  ui_term_size(&rows, &columns);
  resizeterm((int)rows, (int)columns);
  clearok(curscr, TRUE);
}

void
ui_term_resume(void)
{
  refresh();
  term_write(TERM_PASTE_ON, sizeof TERM_PASTE_ON - 1);
  ui_term_repaint();
}

void
ui_term_suspend(void)
{
  term_write(TERM_PASTE_OFF, sizeof TERM_PASTE_OFF - 1);
  curs_set(1);
  endwin();
  raise(SIGSTOP);
  ui_term_resume();
}

static void
term_cell(int row, int column, const UiCell *cell)
{
  cchar_t shown;
  wchar_t chars[UI_CELL_CHARS + 1] = {0};
  for (guint i = 0; i < UI_CELL_CHARS; i++)
    chars[i] = (wchar_t)cell->chars[i];
  if (setcchar(&shown, chars, term_bits[cell->style], term_pair[cell->style], NULL) == OK)
    mvadd_wch(row, column, &shown);
}

void
ui_term_paint(const UiCanvas *canvas)
{
  erase();
  for (guint row = 0; row < canvas->rows && (int)row < LINES; row++)
    for (guint column = 0; column < canvas->columns && (int)column < COLS; column++) {
      const UiCell *cell = &canvas->cells[row * canvas->columns + column];
      if (cell->chars[0] != 0)
        term_cell((int)row, (int)column, cell);
    }
  gboolean shown = canvas->cursor_row >= 0;
  curs_set(shown);
  if (shown)
    move(canvas->cursor_row, canvas->cursor_column);
  refresh();
}

int
ui_term_wake_fd(void)
{
  return term_pipe[0];
}

int
ui_term_waker_fd(void)
{
  return term_pipe[1];
}

guint
ui_term_signals(void)
{
  char bytes[64];
  guint seen = 0;
  while (read(term_pipe[0], bytes, sizeof bytes) > 0)
    seen |= UI_TERM_WOKEN;
  guint signals = (guint)term_seen;
  term_seen = 0;
  return seen | signals;
}
