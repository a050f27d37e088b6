#include "db/migrate.h"

#include <string.h>
#include <unistd.h>

#include "db/conn.h"
#include "db/value.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"

#define MIGRATE_LOOKS 20u /* at whether another process migrates */
#define MIGRATE_LOOK_US 50000u

#define MIGRATE_CAP (1024u * 1024u)
#define MIGRATE_MOST 9999

/* Stamped on a file, so that one is never taken for the other: "gchD", "gchK". */
static const guint32 migrate_stamps[] = {
    [DB_FILE_DATA] = 0x67636844,
    [DB_FILE_KEYS] = 0x6763684b,
};
static const char *const migrate_folders[] = {[DB_FILE_DATA] = "data", [DB_FILE_KEYS] = "keys"};

typedef struct {
  gint64 number;
  char *path, *sql;
  guint8 checksum[DB_VALUE_HASH_BYTES];
} Step;

static void
step_free(gpointer data)
{
  Step *step = data;
  g_free(step->path);
  g_free(step->sql);
  g_free(step);
}

/* ---- what the program knows ---- */

static int
by_name(gconstpointer a, gconstpointer b)
{
  const char *const *x = a, *const *y = b;
  return strcmp(*x, *y);
}

static gboolean
list_names(const char *folder, GPtrArray *into, GError **error)
{
  g_autoptr(GError) why = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
  if (dir == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                "the migrations are missing: %s; reinstall guichet", why->message);
    return FALSE;
  }
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    if (g_str_has_suffix(name, ".sql"))
      g_ptr_array_add(into, g_strdup(name));
  g_ptr_array_sort(into, by_name);
  return TRUE;
}

static gboolean
read_step(const char *folder, const char *name, gint64 number, Step **ret, GError **error)
{
  g_autofree char *expected = g_strdup_printf("%04d-", (int)number);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  if (number > MIGRATE_MOST || !g_str_has_prefix(name, expected)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "%s should be number %04d; reinstall guichet",
                path, (int)number);
    return FALSE;
  }
  gsize length = 0, size = DB_VALUE_HASH_BYTES;
  g_autofree char *sql = NULL;
  if (!base_file_read(path, MIGRATE_CAP, &sql, &length, error))
    return FALSE;
  Step *step = g_new0(Step, 1);
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(checksum, (const guchar *)sql, (gssize)length);
  g_checksum_get_digest(checksum, step->checksum, &size);
  step->number = number;
  step->path = g_steal_pointer(&path);
  step->sql = g_steal_pointer(&sql);
  *ret = step;
  return TRUE;
}

static gboolean
read_steps(const DbConn *conn, GPtrArray *into, GError **error)
{
  g_autofree char *name =
      g_strdup_printf("sql/%s/%s", conn->driver->name, migrate_folders[conn->file]);
  g_autofree char *folder = base_file_data(name);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  if (!list_names(folder, names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    Step *step = NULL;
    if (!read_step(folder, names->pdata[i], i + 1, &step, error))
      return FALSE;
    g_ptr_array_add(into, step);
  }
  return TRUE;
}

/* ---- what the file has ---- */

static gboolean
compare(const DbConn *conn, const GPtrArray *steps, gint64 number, GBytes *checksum, GError **error)
{
  if (number > (gint64)steps->len) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                "%s was written by a newer guichet (schema %" G_GINT64_FORMAT
                ", this one knows %u); upgrade guichet",
                conn->path, number, steps->len);
    return FALSE;
  }
  const Step *step = number > 0 ? steps->pdata[number - 1] : NULL;
  if (step != NULL &&
      memcmp(step->checksum, g_bytes_get_data(checksum, NULL), DB_VALUE_HASH_BYTES) == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
              "%s is not what ran on %s; put the shipped file back",
              step != NULL ? step->path : "a migration", conn->path);
  return FALSE;
}

/* The number of the last migration that ran, each compared with what this program ships. */
static gboolean
find_last(DbConn *conn, const GPtrArray *steps, gint64 *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  GError *why = NULL;
  gint64 last = 0;
  if (!db_conn_query(conn, DB_STMT_MIGRATION_LIST, NULL, 0, &rows, error))
    return FALSE;
  while (why == NULL && db_rows_next(rows, &why)) {
    g_autoptr(GBytes) checksum = db_rows_bytes(rows, 1);
    last = db_rows_int(rows, 0);
    compare(conn, steps, last, checksum, &why);
  }
  if (why != NULL) {
    g_propagate_error(error, why);
    return FALSE;
  }
  *ret = last;
  return TRUE;
}

static gboolean
prove_kind(DbConn *conn, gboolean create, gboolean *ret_fresh, GError **error)
{
  guint32 stamp = 0;
  gboolean empty = FALSE;
  if (!conn->driver->stamp(conn->session, &stamp, &empty, error))
    return FALSE;
  if (stamp == migrate_stamps[conn->file] && !empty) {
    *ret_fresh = FALSE;
    return TRUE;
  }
  if (stamp == 0 && empty && create) {
    *ret_fresh = TRUE;
    return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT, "%s %s", conn->path,
              empty ? "is empty; restore it from a backup"
                    : "is a database, but not the one that belongs here; restore it from a backup");
  return FALSE;
}

/* ---- running ---- */

static gboolean
back_up(DbConn *conn, gint64 number, GError **error)
{
  for (guint i = 1;; i++) {
    g_autofree char *again = i > 1 ? g_strdup_printf("-%u", i) : g_strdup("");
    g_autofree char *to = g_strdup_printf("%s.before-%04d%s", conn->path, (int)number, again);
    if (!g_file_test(to, G_FILE_TEST_EXISTS))
      return db_conn_backup(conn, to, error);
  }
}

static gboolean
record(DbConn *conn, const Step *step, GError **error)
{
  const DbValue values[] = {db_value_int(step->number), db_value_int(base_clock_now()),
                            db_value_hash(step->checksum)};
  return db_conn_write(conn, DB_STMT_MIGRATION_ADD, values, G_N_ELEMENTS(values), NULL, error);
}

static gboolean
run_script(DbConn *conn, const Step *step, GError **error)
{
  if (!conn->driver->script(conn->session, step->sql, error)) {
    g_prefix_error(error, "%s cannot run, and nothing of it was kept: ", step->path);
    return FALSE;
  }
  if (conn->driver->in_transaction(conn->session))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s ends its transaction itself", step->path);
  return FALSE;
}

/* Another process may have run it while this one waited for the lock. */
static gboolean
run_locked(DbConn *conn, const GPtrArray *steps, const Step *step, GError **error)
{
  gint64 last = 0;
  if (!find_last(conn, steps, &last, error))
    return FALSE;
  return last >= step->number || (run_script(conn, step, error) && record(conn, step, error));
}

static gboolean
within(DbConn *conn, gboolean ok, GError **error)
{
  ok = ok && conn->driver->commit(conn->session, error);
  if (!ok)
    conn->driver->rollback(conn->session);
  conn->in_transaction = FALSE;
  return ok;
}

static gboolean
found(DbConn *conn, GError **error)
{
  guint32 stamp = 0;
  gboolean empty = FALSE;
  if (!db_conn_begin(conn, error))
    return FALSE;
  gboolean ok = conn->driver->stamp(conn->session, &stamp, &empty, error);
  if (ok && empty)
    ok = conn->driver->script(conn->session, conn->driver->meta_table, error) &&
         conn->driver->set_stamp(conn->session, migrate_stamps[conn->file], error);
  return within(conn, ok, error);
}

/* Others may be at it too: a backup that fails because theirs stood in the way is no trouble once
 * they have come further. */
static gboolean
others_came_further(DbConn *conn, const GPtrArray *steps, gint64 last)
{
  for (guint i = 0; i < MIGRATE_LOOKS; i++) {
    gint64 now = last;
    if (!find_last(conn, steps, &now, NULL))
      return FALSE;
    if (now > last)
      return TRUE;
    g_usleep(MIGRATE_LOOK_US);
  }
  return FALSE;
}

static gboolean
back_up_or_follow(DbConn *conn, const GPtrArray *steps, gint64 *last, GError **error)
{
  while (*last > 0 && *last < (gint64)steps->len) {
    g_autoptr(GError) local = NULL;
    if (back_up(conn, *last + 1, &local))
      return TRUE;
    if (!others_came_further(conn, steps, *last)) {
      g_propagate_error(error, g_steal_pointer(&local));
      return FALSE;
    }
    if (!find_last(conn, steps, last, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_pending(DbConn *conn, const GPtrArray *steps, gint64 last, GError **error)
{
  if (!back_up_or_follow(conn, steps, &last, error))
    return FALSE;
  for (gint64 i = last; i < (gint64)steps->len; i++) {
    if (!db_conn_begin(conn, error))
      return FALSE;
    if (!within(conn, run_locked(conn, steps, steps->pdata[i], error), error))
      return FALSE;
  }
  return TRUE;
}

gboolean
db_migrate_run(DbConn *conn, gboolean create, GError **error)
{
  g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(step_free);
  gboolean fresh = FALSE;
  gint64 last = 0;
  return read_steps(conn, steps, error) && prove_kind(conn, create, &fresh, error) &&
         (!fresh || found(conn, error)) && find_last(conn, steps, &last, error) &&
         run_pending(conn, steps, last, error);
}
