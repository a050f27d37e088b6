#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/driver.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/log.h"

#define SQLITE_NAP 20u /* milliseconds, where SQLite itself does not wait */

typedef struct {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *version, *begin, *commit; /* prepared once */
  guint patience;
} Session;

/* ---- errors ---- */

typedef struct {
  int result; /* SQLite's primary result code */
  int code;
  const char *words;
} Trouble;

static const Trouble driver_troubles[] = {
    {SQLITE_BUSY, BASE_ERROR_TRY_AGAIN,
     "is in use by another process; nothing was changed, try again"},
    {SQLITE_LOCKED, BASE_ERROR_TRY_AGAIN, "is in use; nothing was changed, try again"},
    {SQLITE_FULL, BASE_ERROR_IO,
     "cannot grow: the disk is full; nothing was changed, make room and try again"},
    {SQLITE_READONLY, BASE_ERROR_IO,
     "cannot be written: look at the owner and mode of the file and its folder"},
    {SQLITE_PERM, BASE_ERROR_IO,
     "cannot be used: look at the owner and mode of the file and its folder"},
    {SQLITE_CANTOPEN, BASE_ERROR_IO,
     "cannot be opened: look at the owner and mode of the file and its folder"},
    {SQLITE_IOERR, BASE_ERROR_IO,
     "could not be read or written; nothing was changed, look at the disk"},
    {SQLITE_CORRUPT, BASE_ERROR_CORRUPT, "is damaged; restore it from a backup"},
    {SQLITE_NOTADB, BASE_ERROR_CORRUPT, "is not a database; restore it from a backup"},
    {SQLITE_NOMEM, BASE_ERROR_OS, "needs more memory than there is"},
    {SQLITE_TOOBIG, BASE_ERROR_DATA, "does not take a value as large as this"},
};

static gboolean
fail_constraint(const Session *session, int extended, GError **error)
{
  gboolean taken = extended == SQLITE_CONSTRAINT_UNIQUE ||
                   extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_ROWID;
  /* SQLite names tables and columns here, never values */
  g_set_error(error, BASE_ERROR, taken ? BASE_ERROR_CONFLICT : BASE_ERROR_INTERNAL, "%s: %s",
              session->path, sqlite3_errmsg(session->db));
  return FALSE;
}

static gboolean
fail(const Session *session, int result, GError **error)
{
  int extended = session->db != NULL ? sqlite3_extended_errcode(session->db) : result;
  int number = session->db != NULL ? sqlite3_system_errno(session->db) : 0;
  if ((result & 0xff) == SQLITE_CONSTRAINT)
    return fail_constraint(session, extended, error);
  for (guint i = 0; i < G_N_ELEMENTS(driver_troubles); i++) {
    const Trouble *trouble = &driver_troubles[i];
    if (trouble->result != (result & 0xff))
      continue;
    gboolean system = number != 0 && trouble->code == BASE_ERROR_IO;
    g_set_error(error, BASE_ERROR, trouble->code, "%s %s%s%s%s", session->path, trouble->words,
                system ? " (" : "", system ? g_strerror(number) : "", system ? ")" : "");
    return FALSE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s: %s", session->path,
              session->db != NULL ? sqlite3_errmsg(session->db) : sqlite3_errstr(result));
  return FALSE;
}

/* Its messages may quote a statement; the code alone says enough. */
static void
on_log(void *data, int result, const char *message)
{
  (void)data;
  (void)message;
  base_log(BASE_LOG_DEBUG, "sqlite: %s (%d)", sqlite3_errstr(result), result);
}

static void
configure_once(void)
{
  static gsize done = 0;
  if (g_once_init_enter(&done)) {
    sqlite3_config(SQLITE_CONFIG_LOG, on_log, NULL);
    sqlite3_config(SQLITE_CONFIG_URI, 0);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    g_once_init_leave(&done, 1);
  }
}

/* ---- opening ---- */

static gboolean
make_file(const char *path, gboolean shared, GError **error)
{
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST && shared)
    return TRUE; /* another process was faster */
  if (fd < 0) {
    g_set_error(error, BASE_ERROR, errno == EEXIST ? BASE_ERROR_CANT_CREATE : BASE_ERROR_IO,
                "cannot make %s: %s", path, g_strerror(errno));
    return FALSE;
  }
  /* whatever the umask says */
  fchmod(fd, 0600);
  close(fd);
  return TRUE;
}

/* There is a plain file at `path`, ours alone. */
static gboolean
find_file(const char *path, gboolean create, GError **error)
{
  struct stat about;
  if (stat(path, &about) != 0) {
    if (errno == ENOENT && create)
      return make_file(path, TRUE, error);
    g_set_error(error, BASE_ERROR, errno == ENOENT ? BASE_ERROR_NO_INPUT : BASE_ERROR_IO,
                "cannot open %s: %s", path, g_strerror(errno));
    return FALSE;
  }
  if (!S_ISREG(about.st_mode)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "%s is not a plain file", path);
    return FALSE;
  }
  if ((about.st_mode & 0077) != 0 && chmod(path, 0600) == 0)
    base_log(BASE_LOG_WARN, "%s was open to others and is not any more (mode 0600)", path);
  return TRUE;
}

static gboolean
execute(Session *session, const char *sql, GError **error)
{
  int result = sqlite3_exec(session->db, sql, NULL, NULL, NULL);
  return result == SQLITE_OK || fail(session, result, error);
}

/* The first value of a PRAGMA's answer, as text; NULL with the error set.  Caller frees. */
static char *
answer(Session *session, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  char *text = NULL;
  int result = sqlite3_prepare_v2(session->db, sql, -1, &stmt, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_step(stmt);
  if (result == SQLITE_ROW)
    text = g_strdup((const char *)sqlite3_column_text(stmt, 0));
  else
    fail(session, result == SQLITE_DONE ? SQLITE_ERROR : result, error);
  sqlite3_finalize(stmt);
  return text;
}

/* SQLite does not wait by itself for the lock that changes the journal's mode. */
static gboolean
set_wal(Session *session, GError **error)
{
  for (guint waited = 0;; waited += SQLITE_NAP) {
    g_autoptr(GError) why = NULL;
    g_autofree char *mode = answer(session, "PRAGMA journal_mode = WAL", &why);
    if (mode != NULL && strcmp(mode, "wal") == 0)
      return TRUE;
    if (mode != NULL) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_IO,
                  "%s cannot be kept with a write-ahead log; put it on a local disk",
                  session->path);
      return FALSE;
    }
    if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_TRY_AGAIN) || waited >= session->patience) {
      g_propagate_error(error, g_steal_pointer(&why));
      return FALSE;
    }
    g_usleep(SQLITE_NAP * 1000);
  }
}

static void
set_defences(sqlite3 *db)
{
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
}

static gboolean
set_up(Session *session, GError **error)
{
  sqlite3_extended_result_codes(session->db, 1);
  sqlite3_busy_timeout(session->db, (int)session->patience);
  set_defences(session->db);
  return execute(session, "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY", error) &&
         set_wal(session, error) &&
         execute(session,
                 "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                 "PRAGMA cell_size_check = ON; PRAGMA cache_size = -24576;"
                 "PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000",
                 error);
}

static void
sqlite_close(void *data)
{
  Session *session = data;
  sqlite3_finalize(session->version);
  sqlite3_finalize(session->begin);
  sqlite3_finalize(session->commit);
  sqlite3_close_v2(session->db);
  g_free(session->path);
  g_free(session);
}

static gboolean
connect_file(Session *session, GError **error)
{
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  int result = sqlite3_open_v2(session->path, &session->db, flags, NULL);
  if (result != SQLITE_OK)
    return fail(session, result, error);
  /* SQLite falls back to reading where it may not write */
  if (sqlite3_db_readonly(session->db, "main") == 1)
    return fail(session, SQLITE_READONLY, error);
  return set_up(session, error);
}

static gboolean
sqlite_open(const char *path, gboolean create, void **ret, GError **error)
{
  configure_once();
  Session *session = g_new0(Session, 1);
  session->path = g_canonicalize_filename(path, NULL);
  session->patience = DB_CONN_PATIENCE;
  if (!find_file(session->path, create, error) || !connect_file(session, error)) {
    sqlite_close(session);
    return FALSE;
  }
  *ret = session;
  return TRUE;
}

static void
sqlite_patience(void *data, guint milliseconds)
{
  Session *session = data;
  session->patience = milliseconds;
  sqlite3_busy_timeout(session->db, (int)milliseconds);
}

static gboolean
sqlite_stamp(void *data, guint32 *ret, gboolean *ret_empty, GError **error)
{
  /* both in one look, for another process may be making the file right now */
  Session *session = data;
  sqlite3_stmt *stmt = NULL;
  int result = sqlite3_prepare_v2(
      session->db,
      "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id", -1,
      &stmt, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_step(stmt);
  gboolean ok = result == SQLITE_ROW;
  if (ok) {
    *ret = (guint32)sqlite3_column_int64(stmt, 0);
    *ret_empty = sqlite3_column_int64(stmt, 1) == 0;
  } else {
    fail(session, result, error);
  }
  sqlite3_finalize(stmt);
  return ok;
}

static gboolean
sqlite_set_stamp(void *data, guint32 stamp, GError **error)
{
  g_autofree char *sql = g_strdup_printf("PRAGMA application_id = %u", stamp);
  return execute(data, sql, error);
}

/* ---- transactions ---- */

static gboolean
step_once(Session *session, sqlite3_stmt **stmt, const char *sql, GError **error)
{
  int result = SQLITE_OK;
  if (*stmt == NULL)
    result = sqlite3_prepare_v3(session->db, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_step(*stmt);
  gboolean ok = result == SQLITE_DONE || fail(session, result, error);
  sqlite3_reset(*stmt);
  return ok;
}

static gboolean
sqlite_begin(void *data, GError **error)
{
  Session *session = data;
  return step_once(session, &session->begin, "BEGIN IMMEDIATE", error);
}

static gboolean
sqlite_in_transaction(void *data)
{
  Session *session = data;
  return !sqlite3_get_autocommit(session->db);
}

static void
sqlite_rollback(void *data)
{
  Session *session = data;
  if (sqlite_in_transaction(data))
    sqlite3_exec(session->db, "ROLLBACK", NULL, NULL, NULL);
}

/* A commit whose sync failed stands in the log all the same, and whoever recovers the log after a
 * crash would find it.  A change of nothing, written over its first page, unmakes it. */
static gboolean
unmake(Session *session)
{
  g_autofree char *version = answer(session, "PRAGMA user_version", NULL);
  if (version == NULL)
    return FALSE;
  gint64 next = (g_ascii_strtoll(version, NULL, 10) + 1) & G_MAXINT32;
  g_autofree char *sql = g_strdup_printf("PRAGMA user_version = %" G_GINT64_FORMAT, next);
  return execute(session, sql, NULL);
}

static gboolean
sqlite_commit(void *data, GError **error)
{
  Session *session = data;
  g_autoptr(GError) why = NULL;
  if (step_once(session, &session->commit, "COMMIT", &why))
    return TRUE;
  gboolean unsynced = sqlite3_extended_errcode(session->db) == SQLITE_IOERR_FSYNC;
  sqlite_rollback(data);
  if (unsynced && !unmake(session))
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO,
                "%s could not be synced to the disk; the change was given up, but may be there, "
                "whole, after a restart: look at the disk first",
                session->path);
  else
    g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}

static gboolean
sqlite_script(void *data, const char *sql, GError **error)
{
  return execute(data, sql, error);
}

/* ---- statements ---- */

static gboolean
sqlite_prepare(void *data, const char *sql, guint n_params, guint n_columns, gboolean *ret_writes,
               void **ret, GError **error)
{
  Session *session = data;
  sqlite3_stmt *stmt = NULL;
  int result = sqlite3_prepare_v3(session->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (result != SQLITE_OK)
    return fail(session, result, error);
  if ((guint)sqlite3_bind_parameter_count(stmt) != n_params ||
      (guint)sqlite3_column_count(stmt) != n_columns) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                "it takes %d values and gives %d columns, not %u and %u",
                sqlite3_bind_parameter_count(stmt), sqlite3_column_count(stmt), n_params,
                n_columns);
    sqlite3_finalize(stmt);
    return FALSE;
  }
  *ret_writes = !sqlite3_stmt_readonly(stmt);
  *ret = stmt;
  return TRUE;
}

static void
sqlite_discard(void *prepared)
{
  sqlite3_finalize(prepared);
}

static int
bind_one(sqlite3_stmt *stmt, int at, const DbValue *value, gboolean copy)
{
  switch (value->kind) {
  case DB_VALUE_NULL:
    return sqlite3_bind_null(stmt, at);
  case DB_VALUE_INT:
    return sqlite3_bind_int64(stmt, at, value->number);
  case DB_VALUE_TAG:
  case DB_VALUE_SEALED:
  case DB_VALUE_HASH:
    return sqlite3_bind_blob64(stmt, at, value->bytes, value->length,
                               copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
  }
  return SQLITE_MISUSE;
}

static gboolean
sqlite_bind(void *data, void *prepared, const DbValue *values, guint n_values, gboolean copy,
            GError **error)
{
  for (guint i = 0; i < n_values; i++) {
    int result = bind_one(prepared, (int)i + 1, &values[i], copy);
    if (result != SQLITE_OK)
      return fail(data, result, error);
  }
  return TRUE;
}

static DbStep
sqlite_step(void *data, void *prepared, GError **error)
{
  int result = sqlite3_step(prepared);
  if (result == SQLITE_ROW)
    return DB_STEP_ROW;
  if (result == SQLITE_DONE)
    return DB_STEP_END;
  fail(data, result, error);
  return DB_STEP_FAILED;
}

static void
sqlite_reset(void *prepared)
{
  sqlite3_reset(prepared);
  sqlite3_clear_bindings(prepared);
}

static gint64
sqlite_changed(void *data)
{
  Session *session = data;
  return sqlite3_changes64(session->db);
}

static DbValueKind
sqlite_kind(void *prepared, guint column)
{
  switch (sqlite3_column_type(prepared, (int)column)) {
  case SQLITE_NULL:
    return DB_VALUE_NULL;
  case SQLITE_INTEGER:
    return DB_VALUE_INT;
  case SQLITE_BLOB:
    return DB_VALUE_SEALED;
  default:
    return DB_VALUE_HASH + 1; /* text or a real, which nobody wrote */
  }
}

static gint64
sqlite_number(void *prepared, guint column)
{
  return sqlite3_column_int64(prepared, (int)column);
}

static const guint8 *
sqlite_bytes(void *prepared, guint column, gsize *ret_length)
{
  const guint8 *bytes = sqlite3_column_blob(prepared, (int)column);
  *ret_length = (gsize)sqlite3_column_bytes(prepared, (int)column);
  return bytes;
}

/* ---- the whole file ---- */

static gint64
sqlite_version(void *data)
{
  Session *session = data;
  gint64 version = 0;
  if (session->version == NULL)
    sqlite3_prepare_v3(session->db, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
                       &session->version, NULL);
  if (session->version != NULL && sqlite3_step(session->version) == SQLITE_ROW)
    version = sqlite3_column_int64(session->version, 0);
  sqlite3_reset(session->version);
  return version;
}

static gboolean
copy_pages(Session *from, Session *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
  if (backup == NULL)
    return fail(to, sqlite3_errcode(to->db), error);
  int result = SQLITE_OK;
  for (guint waited = 0; waited <= from->patience; waited += SQLITE_NAP) {
    result = sqlite3_backup_step(backup, -1);
    if (result != SQLITE_BUSY && result != SQLITE_LOCKED)
      break;
    g_usleep(SQLITE_NAP * 1000);
  }
  int finished = sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE || finished != SQLITE_OK)
    return fail(to, result != SQLITE_DONE ? result : finished, error);
  /* one plain file, that needs no log beside it to be read */
  return execute(to, "PRAGMA journal_mode = DELETE", error);
}

static gboolean
backup_into(Session *session, const char *to, GError **error)
{
  Session target = {.path = g_canonicalize_filename(to, NULL), .patience = session->patience};
  int result =
      sqlite3_open_v2(target.path, &target.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  gboolean ok =
      result == SQLITE_OK ? copy_pages(session, &target, error) : fail(&target, result, error);
  sqlite3_close(target.db);
  g_autofree char *folder = g_path_get_dirname(target.path);
  g_free(target.path);
  return ok && base_file_sync_folder(folder, error);
}

static gboolean
sqlite_backup(void *data, const char *to, GError **error)
{
  if (!make_file(to, FALSE, error))
    return FALSE;
  if (backup_into(data, to, error))
    return TRUE;
  g_autofree char *journal = g_strconcat(to, "-journal", NULL);
  unlink(to);
  unlink(journal);
  return FALSE;
}

static gboolean
sqlite_check(void *data, GError **error)
{
  Session *session = data;
  g_autofree char *verdict = answer(session, "PRAGMA integrity_check(1)", error);
  if (verdict == NULL)
    return FALSE;
  if (strcmp(verdict, "ok") == 0)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT, "%s is damaged (%s); restore it from a backup",
              session->path, verdict);
  return FALSE;
}

static gboolean
sqlite_shred(void *data, GError **error)
{
  g_autofree char *busy = answer(data, "PRAGMA wal_checkpoint(TRUNCATE)", error);
  if (busy == NULL)
    return FALSE;
  return strcmp(busy, "0") == 0 || fail(data, SQLITE_BUSY, error);
}

const DbDriver db_driver_sqlite = {
    .name = "sqlite",
    .meta_table = "CREATE TABLE schema_migration(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, "
                  "checksum BLOB NOT NULL)",
    .open = sqlite_open,
    .close = sqlite_close,
    .patience = sqlite_patience,
    .stamp = sqlite_stamp,
    .set_stamp = sqlite_set_stamp,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .in_transaction = sqlite_in_transaction,
    .script = sqlite_script,
    .prepare = sqlite_prepare,
    .discard = sqlite_discard,
    .bind = sqlite_bind,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .changed = sqlite_changed,
    .kind = sqlite_kind,
    .number = sqlite_number,
    .bytes = sqlite_bytes,
    .version = sqlite_version,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .shred = sqlite_shred,
};
