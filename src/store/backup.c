#include "guichet/store/backup.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/vault/host.h"
#include "store/handle.h"
#include "store/row.h"

#define BACKUP_SMALL (1u << 20) /* clinic.id, guichet.conf: no larger */

static char *
backup_stamp(void)
{
  return base_clock_local(base_clock_now(), "UTC", "%Y%m%dT%H%M%SZ");
}

/* FOLDER/NAME.part, empty: what a copy that was broken off left there is removed. */
static gboolean
part_make(const char *folder, const char *name, const char *file, char **ret, GError **error)
{
  g_autofree char *part_name = g_strconcat(name, ".part", NULL);
  g_autofree char *part = g_build_filename(folder, part_name, NULL);
  g_autofree char *copy = g_build_filename(part, file, NULL);
  if (!base_file_folder(folder, error) || !base_file_folder(part, error))
    return FALSE;
  g_unlink(copy);
  *ret = g_steal_pointer(&part);
  return TRUE;
}

/* FOLDER/NAME.part becomes FOLDER/NAME. */
static gboolean
part_keep(const char *folder, const char *name, const char *part, char **ret, GError **error)
{
  g_autofree char *whole = g_build_filename(folder, name, NULL);
  if (!base_file_sync_folder(part, error))
    return FALSE;
  if (g_rename(part, whole) != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE, "cannot make %s: %s", whole,
                g_strerror(errno));
    return FALSE;
  }
  if (!base_file_sync_folder(folder, error))
    return FALSE;
  *ret = g_steal_pointer(&whole);
  return TRUE;
}

static gboolean
file_copy(const char *from, const char *to, const char *name, GError **error)
{
  g_autofree char *source = g_build_filename(from, name, NULL);
  g_autofree char *target = g_build_filename(to, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  return base_file_read(source, BACKUP_SMALL, &bytes, &length, error) &&
         base_file_write(target, bytes, length, error);
}

static gboolean
copy_database(DbConn *conn, const char *folder, const char *file, GError **error)
{
  g_autofree char *to = g_build_filename(folder, file, NULL);
  return db_conn_backup(conn, to, error);
}

static gboolean
backup_data(StoreHandle *store, const char *folder, const char *stamp, char **ret, GError **error)
{
  g_autofree char *part = NULL;
  return part_make(folder, stamp, "data.db", &part, error) &&
         copy_database(store->data, part, "data.db", error) &&
         file_copy(store->dir, part, "guichet.conf", error) &&
         file_copy(store->dir, part, "clinic.id", error) &&
         part_keep(folder, stamp, part, ret, error);
}

static gboolean
backup_keys(StoreHandle *store, const char *folder, const char *stamp, char **ret, GError **error)
{
  g_autofree char *part = NULL;
  g_autofree char *name = g_strconcat(stamp, "-keys", NULL);
  return part_make(folder, name, "keys.db", &part, error) &&
         copy_database(store->keys, part, "keys.db", error) &&
         part_keep(folder, name, part, ret, error);
}

gboolean
store_backup_make(StoreHandle *store, const char *data, const char *keys, char **ret_data,
                  char **ret_keys, GError **error)
{
  g_autofree char *stamp = backup_stamp();
  g_autofree char *data_copy = NULL;
  g_autofree char *keys_copy = NULL;
  if (!backup_data(store, data, stamp, &data_copy, error) ||
      !backup_keys(store, keys, stamp, &keys_copy, error))
    return FALSE;
  *ret_data = g_steal_pointer(&data_copy);
  *ret_keys = g_steal_pointer(&keys_copy);
  return TRUE;
}

/* --- the way back */

/* By way of the database's own copy, which reads every page, after every page was checked. */
static gboolean
database_back(const char *from, DbFile set, const char *dir, const char *file, GError **error)
{
  g_autofree char *source = g_build_filename(from, file, NULL);
  g_autoptr(DbConn) conn = NULL;
  return db_conn_open(source, set, FALSE, &conn, error) && db_conn_check(conn, error) &&
         copy_database(conn, dir, file, error);
}

gboolean
store_backup_restore(const char *data, const char *keys, const char *dir, StoreHandle **ret,
                     GError **error)
{
  g_autofree char *full = g_canonicalize_filename(dir, NULL);
  guint8 id[STORE_HANDLE_ID];
  return store_handle_read_id(data, id, error) && store_handle_make_folders(full, error) &&
         database_back(keys, DB_FILE_KEYS, full, "keys.db", error) &&
         database_back(data, DB_FILE_DATA, full, "data.db", error) &&
         file_copy(data, full, "guichet.conf", error) && /* clinic.id last: before, no clinic */
         file_copy(data, full, "clinic.id", error) && store_handle_open(full, ret, error);
}

gboolean
store_backup_host(StoreHandle *store, GError **error)
{
  g_autofree char *path = g_build_filename(store->dir, "host.key", NULL);
  g_autoptr(VaultKey) host = NULL;
  return vault_host_create(path, &host, error) && store_handle_wrap_host(store, host, error);
}
