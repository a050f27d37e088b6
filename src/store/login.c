#include "guichet/store/login.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/password.h"
#include "store/handle.h"
#include "store/row.h"

#define LOGIN_SLOW                                                                                 \
  BASE_CLOCK_MINUTE /* an attempt under way for longer died: it counts as wrong                    \
                     */
#define LOGIN_FORGET (7 * BASE_CLOCK_DAY) /* names that nobody has */

/* A row of keys.db's login table. */
typedef struct {
  gint64 streak;   /* wrong ones in a row */
  gint64 failures; /* wrong ones not told yet */
  gint64 in_flight, tried_at, locked_until, last_failed;
} Count;

void
store_login_refuse(GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_USER, _("unknown user or wrong password"));
}

void
store_login_hash(const guint8 *clinic_id, gsize length, const char *name, guint8 ret[32])
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  VaultHash hash;
  g_byte_array_append(bytes, (const guint8 *)"guichet.login", sizeof "guichet.login");
  g_byte_array_append(bytes, clinic_id, (guint)length);
  g_byte_array_append(bytes, (const guint8 *)name, (guint)strlen(name));
  vault_chain_digest(bytes->data, bytes->len, &hash);
  memcpy(ret, hash.bytes, sizeof hash.bytes);
}

static gboolean
count_read(DbConn *keys, const guint8 *hash, Count *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(keys, DB_STMT_LOGIN_GET, STORE_ROW(db_value_hash(hash)), &rows, error))
    return FALSE;
  *ret = (Count){0};
  if (rows != NULL)
    *ret = (Count){.streak = db_rows_int(rows, 0),
                   .failures = db_rows_int(rows, 1),
                   .in_flight = db_rows_int(rows, 2),
                   .tried_at = db_rows_int(rows, 3),
                   .locked_until = db_rows_int(rows, 4),
                   .last_failed = db_rows_int(rows, 5)};
  return TRUE;
}

static gboolean
count_write(DbConn *keys, const guint8 *hash, const Count *count, GError **error)
{
  return db_conn_run(keys, DB_STMT_LOGIN_PUT,
                     STORE_ROW(db_value_hash(hash), db_value_int(count->streak),
                               db_value_int(count->failures), db_value_int(count->in_flight),
                               db_value_int(count->tried_at), db_value_int(count->locked_until),
                               db_value_int(count->last_failed)),
                     NULL, error);
}

/* The first wait, doubled with each wrong one past the limit, up to a day. */
static gint64
wait_of(const BaseConf *conf, gint64 streak)
{
  gint64 past = streak - base_conf_int(conf, BASE_CONF_LOCK_ATTEMPTS);
  gint64 wait = base_conf_int(conf, BASE_CONF_LOCK_SECONDS) * BASE_CLOCK_SECOND;
  if (past < 0)
    return 0;
  for (; past > 0 && wait < BASE_CLOCK_DAY; past--)
    wait *= 2;
  return MIN(wait, BASE_CLOCK_DAY);
}

static void
count_wrong(Count *count, const BaseConf *conf, gint64 number, gint64 at)
{
  count->streak += number;
  count->failures += number;
  count->last_failed = at;
  gint64 wait = wait_of(conf, count->streak);
  if (wait > 0)
    count->locked_until = at + wait;
}

static gboolean
count_refuses(const Count *count, const BaseConf *conf, gint64 now, GError **error)
{
  gint64 left = MIN(count->locked_until - now, BASE_CLOCK_DAY);
  if (left > 0) {
    gint64 seconds = (left + BASE_CLOCK_SECOND - 1) / BASE_CLOCK_SECOND;
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_USER,
                ngettext("too many wrong passwords: locked for %lld second more",
                         "too many wrong passwords: locked for %lld seconds more", (gulong)seconds),
                (long long)seconds);
    return TRUE;
  }
  if (count->in_flight > 0 &&
      count->streak + count->in_flight >= base_conf_int(conf, BASE_CONF_LOCK_ATTEMPTS)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_USER,
                _("other attempts for this user are being checked: try again in a moment"));
    return TRUE;
  }
  return FALSE;
}

/* Counts an attempt as under way, or refuses it. */
static gboolean
attempt_begin(DbConn *keys, const guint8 *hash, const BaseConf *conf, GError **error)
{
  Count count;
  gint64 now = base_clock_now();
  if (!db_conn_begin(keys, error))
    return FALSE;
  gboolean ok = count_read(keys, hash, &count, error), first = ok && count.tried_at == 0;
  if (ok && count.in_flight > 0 && now - count.tried_at > LOGIN_SLOW) {
    count_wrong(&count, conf, count.in_flight, count.tried_at);
    count.in_flight = 0;
  }
  ok = ok && !count_refuses(&count, conf, now, error);
  if (ok) {
    count.in_flight++;
    count.tried_at = now;
  }
  if (ok && first) /* names that nobody has would pile up */
    ok = db_conn_run(keys, DB_STMT_LOGIN_TIDY, STORE_ROW(db_value_int(now - LOGIN_FORGET)), NULL,
                     error);
  ok = ok && count_write(keys, hash, &count, error) && db_conn_commit_keys(keys, error);
  if (!ok)
    db_conn_rollback(keys);
  return ok;
}

static gboolean
attempt_end(DbConn *keys, const guint8 *hash, const BaseConf *conf, gboolean right, Count *ret,
            GError **error)
{
  Count count;
  if (!db_conn_begin(keys, error))
    return FALSE;
  gboolean ok = count_read(keys, hash, &count, error);
  if (ok) {
    count.in_flight = MAX(count.in_flight - 1, 0);
    if (right)
      count.streak = count.locked_until = 0;
    else
      count_wrong(&count, conf, 1, base_clock_now());
  }
  ok = ok && count_write(keys, hash, &count, error) && db_conn_commit_keys(keys, error);
  if (!ok)
    db_conn_rollback(keys);
  else
    *ret = count;
  return ok;
}

/* What is on record for a name; for nobody's, the same with an id of 0 and no key. */
typedef struct {
  gint64 user;
  VaultPasswordParams params;
  GBytes *wrapped;
} Record;

static gboolean
record_read(DbConn *keys, const guint8 *hash, Record *ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(keys, DB_STMT_KEY_USER_GET, STORE_ROW(db_value_hash(hash)), &rows, error))
    return FALSE;
  vault_password_params(VAULT_PASSWORD_CHOSEN, &ret->params);
  if (rows == NULL)
    return TRUE;
  g_autoptr(GBytes) salt = db_rows_bytes(rows, 1);
  if (salt == NULL || g_bytes_get_size(salt) != VAULT_PASSWORD_SALT) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "keys.db holds a damaged salt; restore it from a backup");
    return FALSE;
  }
  memcpy(ret->params.salt, g_bytes_get_data(salt, NULL), VAULT_PASSWORD_SALT);
  ret->params.passes = db_rows_int(rows, 2);
  ret->params.memory = db_rows_int(rows, 3);
  ret->user = db_rows_int(rows, 0);
  ret->wrapped = db_rows_bytes(rows, 4);
  return TRUE;
}

/* *ret is NULL for a wrong password. */
static gboolean
record_unwrap(const Record *record, const char *password, VaultKey **ret, GError **error)
{
  g_autoptr(VaultKey) key = NULL;
  if (!vault_password_key(password, &record->params, &key, error))
    return FALSE;
  VaultPlace place = store_handle_key_place("key_user", record->user);
  if (record->wrapped == NULL || !vault_key_unwrap(key, record->wrapped, &place, ret, NULL))
    *ret = NULL;
  return TRUE;
}

/* A password that is too long, or a memory that is too short for Argon2id, is no attempt. */
static void
attempt_void(DbConn *keys, const guint8 *hash)
{
  Count count;
  if (!db_conn_begin(keys, NULL))
    return;
  if (count_read(keys, hash, &count, NULL)) {
    count.in_flight = MAX(count.in_flight - 1, 0);
    if (count_write(keys, hash, &count, NULL) && db_conn_commit_keys(keys, NULL))
      return;
  }
  db_conn_rollback(keys);
}

static gboolean
try_counted(DbConn *keys, const guint8 *hash, const BaseConf *conf, const char *password,
            StoreLogin *ret, GError **error)
{
  Record record = {0};
  VaultKey *root = NULL;
  Count count;
  gboolean ok =
      record_read(keys, hash, &record, error) && record_unwrap(&record, password, &root, error);
  g_bytes_unref(record.wrapped);
  if (!ok) {
    attempt_void(keys, hash);
    return FALSE;
  }
  if (!attempt_end(keys, hash, conf, root != NULL, &count, error)) {
    vault_key_free(root);
    return FALSE;
  }
  if (root == NULL) {
    store_login_refuse(error);
    return FALSE;
  }
  *ret = (StoreLogin){.user = record.user,
                      .clinic_key = root,
                      .failures = (guint)count.failures,
                      .last_failed = count.failures > 0 ? count.last_failed : 0};
  return TRUE;
}

gboolean
store_login_try(const char *dir, const BaseConf *conf, const char *name, const char *password,
                StoreLogin *ret, GError **error)
{
  g_autofree char *path = g_build_filename(dir, "keys.db", NULL);
  g_autofree char *folded = g_ascii_strdown(name, -1);
  g_autoptr(DbConn) keys = NULL;
  guint8 id[STORE_HANDLE_ID], hash[32];
  if (!store_handle_read_id(dir, id, error) ||
      !db_conn_open(path, DB_FILE_KEYS, FALSE, &keys, error))
    return FALSE;
  store_login_hash(id, sizeof id, folded, hash);
  return attempt_begin(keys, hash, conf, error) &&
         try_counted(keys, hash, conf, password, ret, error);
}

gboolean
store_login_told(StoreHandle *store, const char *name, guint failures, GError **error)
{
  guint8 hash[32];
  Count count = {0};
  if (failures == 0)
    return TRUE;
  store_login_hash(store->id, sizeof store->id, name, hash);
  if (!db_conn_begin(store->keys, error))
    return FALSE;
  gboolean ok = count_read(store->keys, hash, &count, error);
  count.failures = MAX(count.failures - (gint64)failures, 0);
  ok = ok && count_write(store->keys, hash, &count, error) &&
       db_conn_commit_keys(store->keys, error);
  if (!ok)
    db_conn_rollback(store->keys);
  return ok;
}
