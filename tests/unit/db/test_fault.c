/* What goes wrong with files: in use, full, read-only, damaged, killed.  Each is told in words, and
 * nothing is ever half-written. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a disk that fails when it is told to ---- */

static int disk_left = -1; /* writes and syncs that still go well; -1: all of them */
static int disk_error = ENOSPC;
static gboolean disk_once = FALSE;  /* only that one fails */
static gboolean disk_syncs = FALSE; /* only syncs fail */
static gboolean disk_failed = FALSE;

static gboolean
disk_fails(void)
{
  if (disk_left < 0)
    return FALSE;
  if (disk_left > 0) {
    disk_left--;
    return FALSE;
  }
  if (disk_once)
    disk_left = -1;
  disk_failed = TRUE;
  errno = disk_error;
  return TRUE;
}

static ssize_t
disk_pwrite(int fd, const void *bytes, size_t length, off_t at)
{
  return !disk_syncs && disk_fails() ? -1 : pwrite(fd, bytes, length, at);
}

static int
disk_ftruncate(int fd, off_t length)
{
  return !disk_syncs && disk_fails() ? -1 : ftruncate(fd, length);
}

/* In place of the C library's, for SQLite too. */
int
fsync(int fd)
{
  return disk_fails() ? -1 : (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
  return disk_fails() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

static void
disk_take_over(void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
  vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)disk_pwrite);
  vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)disk_pwrite);
  vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)disk_ftruncate);
}

static void
disk_fail_after(int calls, int number, gboolean once)
{
  disk_left = calls;
  disk_error = number;
  disk_once = once;
  disk_failed = FALSE;
}

static void
disk_heal(void)
{
  disk_left = -1;
}

/* ---- helpers ---- */

static gboolean
add_lines(DbConn *conn, gint64 first, guint n, gsize size, GError **error)
{
  g_autoptr(GBytes) detail = place_box(size, 0x5e);
  g_autofree DbAudit *lines = g_new0(DbAudit, n);
  for (guint i = 0; i < n; i++)
    lines[i] = place_line(first + i, detail);
  return db_conn_begin(conn, error) && db_conn_commit(conn, lines, n, error);
}

static void
made(const Place *place, guint n)
{
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, TRUE);
  g_autoptr(GError) error = NULL;
  if (n > 0)
    add_lines(conn, 1, n, 500, &error);
  assert_no_error(error);
}

/* What a new process finds: the last line's number, in a file that is whole. */
static gint64
found(const Place *place)
{
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, FALSE);
  g_autoptr(GError) error = NULL;
  db_conn_check(conn, &error);
  assert_no_error(error);
  return place_last(conn);
}

typedef int (*Work)(const Place *place, int to);

/* Does the work in a process of its own that never cleans up; *ret_from reads what it tells. */
static pid_t
started(const Place *place, Work work, int *ret_from)
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    close(ends[0]);
    signal(SIGXFSZ, SIG_IGN);
    _exit(work(place, ends[1]));
  }
  close(ends[1]);
  *ret_from = ends[0];
  return child;
}

static int
ended(pid_t child, int from)
{
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  close(from);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* The exit status for an error: its code, or 99 where the words are missing. */
static int
told(GError *error, const char *words)
{
  int code = error == NULL ? 0 : error->domain == BASE_ERROR ? error->code : 98;
  if (error != NULL && strstr(error->message, words) == NULL) {
    fprintf(stderr, "# %s\n", error->message);
    code = 99;
  }
  g_clear_error(&error);
  return code;
}

/* ---- in use ---- */

static int
hold_lock(const Place *place, int to)
{
  DbConn *conn = NULL;
  if (!db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, NULL) || !db_conn_begin(conn, NULL))
    return 1;
  if (write(to, "x", 1) != 1)
    return 2;
  pause();
  return 0;
}

static void
test_busy(void **state)
{
  const Place *place = *state;
  made(place, 1);
  int from = -1;
  char word = 0;
  pid_t child = started(place, hold_lock, &from);
  assert_int_equal(read(from, &word, 1), 1);
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, FALSE);
  db_conn_patience(conn, 150);
  gint64 before = g_get_monotonic_time();
  assert_refused(db_conn_begin(conn, &why), BASE_ERROR_TRY_AGAIN, "in use by another process");
  gint64 waited = g_get_monotonic_time() - before;
  assert_true(waited >= 100 * 1000 && waited < 4500 * 1000);
  assert_false(db_conn_in_transaction(conn));
  /* reading goes on */
  assert_int_equal(place_last(conn), 1);
  kill(child, SIGKILL);
  assert_int_equal(ended(child, from), -SIGKILL);
  g_autoptr(GError) error = NULL;
  add_lines(conn, 2, 1, 100, &error);
  assert_no_error(error);
}

static int
make_it(const Place *place, int to)
{
  (void)to;
  DbConn *conn = NULL;
  GError *error = NULL;
  db_conn_open(place->data, DB_FILE_DATA, TRUE, &conn, &error);
  db_conn_close(conn);
  return told(error, "nothing is to go wrong");
}

static void
test_many_make_it_at_once(void **state)
{
  const Place *place = *state;
  enum { ROUNDS = 12, N = 6 };
  for (guint round = 0; round < ROUNDS; round++) {
    pid_t children[N];
    int from[N];
    for (guint i = 0; i < N; i++)
      children[i] = started(place, make_it, &from[i]);
    for (guint i = 0; i < N; i++)
      assert_int_equal(ended(children[i], from[i]), 0);
    assert_int_equal(found(place), 0);
    place_empty(place->folder);
    assert_int_equal(g_mkdir(place->folder, 0700), 0);
  }
}

/* ---- full, or failing ---- */

static int
write_until_full(const Place *place, int to)
{
  (void)to;
  DbConn *conn = NULL;
  GError *error = NULL;
  if (!db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, NULL))
    return 1;
  struct rlimit limit = {300000, 300000};
  setrlimit(RLIMIT_FSIZE, &limit);
  for (gint64 seq = 2; seq < 10000; seq += 2)
    if (!add_lines(conn, seq, 2, 4000, &error))
      return db_conn_in_transaction(conn) ? 2 : told(error, "data.db could not be read or written");
  return 0;
}

static void
test_file_size_limit(void **state)
{
  const Place *place = *state;
  made(place, 1);
  int from = -1;
  pid_t child = started(place, write_until_full, &from);
  assert_int_equal(ended(child, from), BASE_ERROR_IO);
  gint64 last = found(place);
  /* always two lines together */
  assert_true(last > 10 && last % 2 == 1);
}

static void
test_full_disk(void **state)
{
  const Place *place = *state;
  made(place, 1);
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, FALSE);
  disk_fail_after(0, ENOSPC, FALSE);
  assert_refused(add_lines(conn, 2, 2, 9000, &why), BASE_ERROR_IO, "the disk is full");
  assert_false(db_conn_in_transaction(conn));
  assert_int_equal(place_last(conn), 1);
  disk_heal();
  g_autoptr(GError) error = NULL;
  add_lines(conn, 2, 2, 9000, &error);
  assert_no_error(error);
  assert_int_equal(place_last(conn), 3);
}

static int disk_after = 0;

/* One commit on a disk that fails at one call, in a process that dies right after. */
static int
commit_once(const Place *place, int to)
{
  DbConn *conn = NULL;
  GError *error = NULL;
  if (!db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, NULL))
    return 1;
  disk_left = disk_after;
  gboolean ok = add_lines(conn, 3, 2, 6000, &error);
  disk_heal();
  if (ok == (error != NULL) || (!ok && place_last(conn) != 2))
    return 2;
  char word = ok ? 'y' : 'n';
  if (write(to, &word, 1) != 1)
    return 3;
  return disk_failed || !ok ? told(error, "data.db") : 77;
}

/* Fails call after call, until a commit needs fewer: before, or after, and nothing between. */
static void
sweep(const Place *place, int number, gboolean once, gboolean syncs)
{
  guint kept = 0, lost = 0, late = 0;
  for (disk_after = 0;; disk_after++) {
    place_empty(place->folder);
    assert_int_equal(g_mkdir(place->folder, 0700), 0);
    made(place, 2);
    disk_fail_after(-1, number, once);
    disk_syncs = syncs;
    int from = -1;
    char word = 0;
    pid_t child = started(place, commit_once, &from);
    gboolean heard = read(from, &word, 1) == 1;
    int status = ended(child, from);
    gint64 last = found(place);
    assert_true(heard && (last == 2 || last == 4));
    if (status == 77)
      break;
    assert_true(status == 0 || status == BASE_ERROR_IO);
    if (word == 'y')
      assert_int_equal(last, 4);
    kept += last == 4;
    late += last == 4 && word == 'n';
    lost += last == 2;
  }
  disk_syncs = FALSE;
  assert_true(lost >= 1);
  /* what was given up comes back only where nothing at all can be written any more */
  assert_int_equal(late, once || syncs ? 0 : 1);
  print_message(
      "# %u calls failed in turn: %u changes lost whole, %u kept whole (%u after being given up)\n",
      kept + lost, lost, kept, late);
}

static void
test_every_write_fails_in_turn(void **state)
{
  sweep(*state, ENOSPC, FALSE, FALSE);
  sweep(*state, ENOSPC, TRUE, FALSE);
  sweep(*state, EIO, FALSE, FALSE);
  sweep(*state, EIO, TRUE, FALSE);
  sweep(*state, EIO, FALSE, TRUE);
}

static void
test_making_it_fails_in_turn(void **state)
{
  const Place *place = *state;
  guint failures = 0;
  for (int after = 0;; after++) {
    DbConn *conn = NULL;
    g_autoptr(GError) error = NULL;
    disk_fail_after(after, ENOSPC, FALSE);
    gboolean ok = db_conn_open(place->data, DB_FILE_DATA, TRUE, &conn, &error);
    gboolean failed = disk_failed;
    disk_heal();
    db_conn_close(conn);
    if (ok && !failed)
      break;
    if (!ok) {
      failures++;
      assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_IO));
    }
    /* the next try makes it whole */
    g_autoptr(DbConn) again = place_open(place->data, DB_FILE_DATA, TRUE);
    g_autoptr(GError) none = NULL;
    add_lines(again, 1, 1, 100, &none);
    assert_no_error(none);
    g_clear_pointer(&again, db_conn_close);
    place_empty(place->folder);
    assert_int_equal(g_mkdir(place->folder, 0700), 0);
  }
  assert_true(failures > 5);
}

static void
test_backup_fails_in_turn(void **state)
{
  const Place *place = *state;
  g_autofree char *to = g_build_filename(place->folder, "copy.db", NULL);
  made(place, 40);
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, FALSE);
  guint failures = 0;
  for (int after = 0;; after++) {
    g_autoptr(GError) error = NULL;
    disk_fail_after(after, ENOSPC, FALSE);
    gboolean ok = db_conn_backup(conn, to, &error);
    disk_heal();
    if (ok)
      break;
    failures++;
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_IO));
    assert_false(g_file_test(to, G_FILE_TEST_EXISTS));
  }
  assert_true(failures > 5);
  g_autoptr(DbConn) copy = place_open(to, DB_FILE_DATA, FALSE);
  assert_int_equal(place_last(copy), 40);
}

/* ---- read-only ---- */

/* As somebody who may not do everything. */
static int
open_as_nobody(const Place *place, int to)
{
  (void)to;
  DbConn *conn = NULL;
  GError *error = NULL;
  if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
    return 1;
  db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, &error);
  db_conn_close(conn);
  return told(error, "look at the owner and mode");
}

/* Migrations where anybody may read them. */
static void
lay_out(const Place *place)
{
  g_autofree char *from = g_build_filename(g_getenv("GUICHET_DATADIR"), "share/sql", NULL);
  g_autofree char *line = g_strdup_printf("cp -r '%s' '%s/sql'", from, place->folder);
  const char *argv[] = {"/bin/sh", "-c", line, NULL};
  g_autoptr(GError) error = NULL;
  int status = 1;
  g_spawn_sync(NULL, (char **)(gpointer)argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  assert_no_error(error);
  assert_int_equal(status, 0);
}

static void
change(const Place *place, mode_t folder, mode_t file)
{
  if (geteuid() == 0) {
    assert_int_equal(chown(place->folder, 65534, 65534), 0);
    assert_int_equal(chown(place->data, 65534, 65534), 0);
  }
  assert_int_equal(chmod(place->data, file), 0);
  assert_int_equal(chmod(place->folder, folder), 0);
}

static int
opened(const Place *place)
{
  int from = -1;
  pid_t child = started(place, open_as_nobody, &from);
  return ended(child, from);
}

static void
test_read_only(void **state)
{
  const Place *place = *state;
  made(place, 1);
  lay_out(place);
  g_setenv("GUICHET_DATADIR", place->folder, TRUE);
  change(place, 0755, 0600);
  assert_int_equal(opened(place), 0);
  change(place, 0755, 0400);
  assert_int_equal(opened(place), BASE_ERROR_IO);
  change(place, 0555, 0600);
  assert_int_equal(opened(place), BASE_ERROR_IO);
  change(place, 0755, 0000);
  assert_int_equal(opened(place), BASE_ERROR_IO);
  change(place, 0755, 0600);
  assert_int_equal(opened(place), 0);
}

/* ---- damaged ---- */

/* TRUE when somebody noticed; a crash or another error fails the test. */
static gboolean
noticed(const Place *place)
{
  g_autoptr(DbConn) conn = NULL;
  g_autoptr(GError) error = NULL;
  if (!db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, &error) ||
      !db_conn_check(conn, &error)) {
    if (!g_error_matches(error, BASE_ERROR, BASE_ERROR_CORRUPT))
      fail_msg("told otherwise (%d): %s", error->code, error->message);
    assert_non_null(strstr(error->message, "data.db"));
    return TRUE;
  }
  return FALSE;
}

static void
test_damaged_page(void **state)
{
  const Place *place = *state;
  g_autofree char *whole = NULL;
  gsize length = 0;
  made(place, 60);
  assert_true(g_file_get_contents(place->data, &whole, &length, NULL));
  guint pages = (guint)(length / 4096);
  assert_true(pages > 10);
  for (guint page = 0; page < pages; page++) {
    g_autofree char *bytes = g_memdup2(whole, length);
    memset(bytes + 4096 * page, 0xa5, 4096);
    place_write(place->data, bytes, (gssize)length);
    if (!noticed(place))
      fail_msg("page %u of %u was spoiled, and nobody noticed", page + 1, pages);
  }
  for (guint page = 1; page < pages; page++) {
    place_write(place->data, whole, (gssize)(4096 * page));
    assert_true(noticed(place));
  }
  place_write(place->data, whole, (gssize)length);
  assert_false(noticed(place));
}

static void
test_foreign_value(void **state)
{
  const Place *place = *state;
  sqlite3 *db = NULL;
  made(place, 3);
  assert_int_equal(sqlite3_open(place->data, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db,
                                "PRAGMA ignore_check_constraints = 1;"
                                "UPDATE audit SET link = x'0102' WHERE seq = 3",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  sqlite3_close(db);
  g_autoptr(DbConn) conn = place_open(place->data, DB_FILE_DATA, FALSE);
  g_autoptr(DbRows) rows = NULL;
  assert_true(db_conn_query(conn, DB_STMT_AUDIT_LAST, NULL, 0, &rows, NULL));
  assert_refused(db_rows_next(rows, &why), BASE_ERROR_CORRUPT, "column 3");
  g_clear_pointer(&rows, db_rows_close);
  assert_refused(add_lines(conn, 4, 1, 100, &why), BASE_ERROR_CORRUPT, "column 3");
}

/* ---- killed ---- */

static int
write_for_ever(const Place *place, int to)
{
  DbConn *conn = NULL;
  if (!db_conn_open(place->data, DB_FILE_DATA, FALSE, &conn, NULL))
    return 1;
  for (gint64 seq = place_last(conn) + 1;; seq += 3) {
    if (!add_lines(conn, seq, 3, 3000, NULL))
      return 2;
    gint64 last = seq + 2;
    if (write(to, &last, sizeof last) != sizeof last)
      return 3;
  }
}

static void
test_killed(void **state)
{
  const Place *place = *state;
  g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
  made(place, 0);
  gint64 last = 0;
  for (guint round = 0; round < 100; round++) {
    int from = -1;
    gint64 told_last = last, word = 0;
    pid_t child = started(place, write_for_ever, &from);
    /* every other time in the midst of writing, however slow the start */
    if (round % 2 == 0 && read(from, &word, sizeof word) == sizeof word)
      told_last = word;
    g_usleep((gulong)g_rand_int_range(random, 100, 20000));
    kill(child, SIGKILL);
    while (read(from, &word, sizeof word) == sizeof word)
      told_last = word;
    assert_int_equal(ended(child, from), -SIGKILL);
    last = found(place);
    assert_int_equal(last % 3, 0);
    assert_true(last >= told_last && last <= told_last + 3);
  }
  assert_true(last >= 3 * 50);
  print_message("# %" G_GINT64_FORMAT " lines written while 100 processes were killed\n", last);
}

static int
start(void **state)
{
  static char *shipped = NULL;
  if (shipped == NULL)
    shipped = g_strdup(g_getenv("GUICHET_DATADIR"));
  g_setenv("GUICHET_DATADIR", shipped, TRUE);
  disk_heal();
  disk_syncs = FALSE;
  return place_setup(state);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, start, place_teardown)
  const struct CMUnitTest tests[] = {
      CASE(test_busy),
      CASE(test_many_make_it_at_once),
      CASE(test_file_size_limit),
      CASE(test_full_disk),
      CASE(test_every_write_fails_in_turn),
      CASE(test_making_it_fails_in_turn),
      CASE(test_backup_fails_in_turn),
      CASE(test_read_only),
      CASE(test_damaged_page),
      CASE(test_foreign_value),
      CASE(test_killed),
  };
  disk_take_over();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
