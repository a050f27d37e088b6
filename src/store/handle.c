#include "guichet/store/handle.h"

#include <string.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/store/tx.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/host.h"
#include "guichet/vault/process.h"
#include "store/handle.h"
#include "store/row.h"

#define HANDLE_PATIENT_KEYS 4096u
#define HANDLE_VISIT_KEYS 16u

static const char *const HANDLE_FOLDERS[] = {"backup", "inbox", "anchors", "ehr", "mail"};

/* Key caches. */

typedef struct {
  gint64 id;
  VaultKey *key;
} KeySlot;

static void
slot_free(gpointer data)
{
  KeySlot *slot = data;
  vault_key_free(slot->key);
  g_free(slot);
}

static void
cache_init(StoreCache *cache, guint most)
{
  cache->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
  g_queue_init(&cache->order);
  cache->most = most;
}

static void
cache_clear(StoreCache *cache)
{
  g_hash_table_remove_all(cache->by_id);
  g_queue_clear_full(&cache->order, slot_free);
}

static const VaultKey *
cache_find(StoreCache *cache, gint64 id)
{
  GList *link = g_hash_table_lookup(cache->by_id, &id);
  if (link == NULL)
    return NULL;
  g_queue_unlink(&cache->order, link);
  g_queue_push_head_link(&cache->order, link);
  return ((KeySlot *)link->data)->key;
}

static const VaultKey *
cache_put(StoreCache *cache, gint64 id, VaultKey *taken)
{
  if (cache->order.length >= cache->most) {
    KeySlot *oldest = g_queue_pop_tail(&cache->order);
    g_hash_table_remove(cache->by_id, &oldest->id);
    slot_free(oldest);
  }
  KeySlot *slot = g_new0(KeySlot, 1);
  slot->id = id;
  slot->key = taken;
  g_queue_push_head(&cache->order, slot);
  g_hash_table_insert(cache->by_id, &slot->id, cache->order.head);
  return taken;
}

void
store_handle_forget_keys(StoreHandle *store)
{
  cache_clear(&store->patients);
  cache_clear(&store->visits);
}

/* A key that another process destroyed is forgotten here too.  Within a transaction it was asked
 * when that began: to ask costs three system calls. */
static void
caches_check(StoreHandle *store)
{
  if (store->events == NULL)
    store_handle_check_keys(store);
}

void
store_handle_check_keys(StoreHandle *store)
{
  gint64 version = db_conn_version(store->keys);
  if (version != store->keys_version)
    store_handle_forget_keys(store);
  store->keys_version = version;
}

/* Opening and closing. */

static StoreHandle *
handle_new(const char *dir)
{
  StoreHandle *store = g_new0(StoreHandle, 1);
  store->dir = g_canonicalize_filename(dir, NULL);
  cache_init(&store->patients, HANDLE_PATIENT_KEYS);
  cache_init(&store->visits, HANDLE_VISIT_KEYS);
  return store;
}

static void
handle_lock(StoreHandle *store)
{
  store_handle_forget_keys(store);
  g_clear_pointer(&store->root, vault_key_free);
  g_clear_pointer(&store->clinic, vault_key_free);
  g_clear_pointer(&store->tag, vault_key_free);
  g_clear_pointer(&store->chain, vault_key_free);
  g_clear_pointer(&store->audit, vault_key_free);
}

void
store_handle_close(StoreHandle *store)
{
  if (store == NULL)
    return;
  store_tx_rollback(store);
  handle_lock(store);
  g_hash_table_unref(store->patients.by_id);
  g_hash_table_unref(store->visits.by_id);
  db_conn_close(store->data);
  db_conn_close(store->keys);
  base_conf_free(store->conf);
  g_free(store->dir);
  g_free(store);
}

void
store_handle_unlock(StoreHandle *store, VaultKey *clinic_key_taken)
{
  handle_lock(store);
  store->root = clinic_key_taken;
  store->clinic = vault_key_derive(store->root, VAULT_PURPOSE_CLINIC, 0);
  store->tag = vault_key_derive(store->root, VAULT_PURPOSE_TAG, 0);
  store->chain = vault_key_derive(store->root, VAULT_PURPOSE_CHAIN, 0);
  store->audit = vault_key_derive(store->root, VAULT_PURPOSE_AUDIT, 0);
}

VaultPlace
store_handle_key_place(const char *table, gint64 id)
{
  return (VaultPlace){.table = table, .column = "wrapped", .id = id, .version = 1};
}

gboolean
store_handle_read_id(const char *dir, guint8 ret[STORE_HANDLE_ID], GError **error)
{
  g_autofree char *path = g_build_filename(dir, "clinic.id", NULL);
  g_autofree char *hex = NULL;
  gsize length = 0;
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                "there is no clinic in %s; `guichet init %s` makes one", dir, dir);
    return FALSE;
  }
  if (!base_file_read(path, 4096, &hex, &length, error))
    return FALSE;
  if (vault_chain_unhex(g_strstrip(hex), ret, STORE_HANDLE_ID))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
              "%s should be %u letters of hex; take it from a backup", path, 2 * STORE_HANDLE_ID);
  return FALSE;
}

static gboolean
handle_connect(StoreHandle *store, gboolean create, GError **error)
{
  g_autofree char *keys = g_build_filename(store->dir, "keys.db", NULL);
  g_autofree char *data = g_build_filename(store->dir, "data.db", NULL);
  g_autofree char *conf = g_build_filename(store->dir, "guichet.conf", NULL);
  return base_conf_load(conf, &store->conf, error) &&
         db_conn_open(keys, DB_FILE_KEYS, create, &store->keys, error) &&
         db_conn_open(data, DB_FILE_DATA, create, &store->data, error);
}

gboolean
store_handle_open(const char *dir, StoreHandle **ret, GError **error)
{
  g_autoptr(StoreHandle) store = handle_new(dir);
  if (!store_handle_read_id(store->dir, store->id, error) || !handle_connect(store, FALSE, error))
    return FALSE;
  *ret = g_steal_pointer(&store);
  return TRUE;
}

gboolean
store_handle_twin(const StoreHandle *store, StoreHandle **ret, GError **error)
{
  g_autoptr(StoreHandle) twin = NULL;
  if (!store_handle_open(store->dir, &twin, error))
    return FALSE;
  if (store->root != NULL)
    store_handle_unlock(twin, vault_key_copy(store->root));
  *ret = g_steal_pointer(&twin);
  return TRUE;
}

/* Making a new one. */

static gboolean
folder_is_free(const char *dir, GError **error)
{
  g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
  if (folder == NULL || g_dir_read_name(folder) == NULL)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE,
              "%s is not empty; name a folder that is empty or not there yet", dir);
  return FALSE;
}

gboolean
store_handle_make_folders(const char *dir, GError **error)
{
  if (!folder_is_free(dir, error) || !base_file_folder(dir, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(HANDLE_FOLDERS); i++) {
    g_autofree char *path = g_build_filename(dir, HANDLE_FOLDERS[i], NULL);
    if (!base_file_folder(path, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
store_handle_wrap_host(StoreHandle *store, const VaultKey *host, GError **error)
{
  VaultPlace place = store_handle_key_place("key_host", 1);
  g_autoptr(GBytes) box = vault_key_wrap(host, store->root, &place);
  return db_conn_begin(store->keys, error) &&
         db_conn_run(store->keys, DB_STMT_KEY_HOST_DELETE, STORE_ROW_NONE, NULL, error) &&
         db_conn_run(store->keys, DB_STMT_KEY_HOST_ADD, STORE_ROW(db_value_sealed(box)), NULL,
                     error) &&
         db_conn_commit_keys(store->keys, error);
}

/* Last of all: before it is there, there is no clinic. */
static gboolean
id_write(StoreHandle *store, GError **error)
{
  g_autofree char *path = g_build_filename(store->dir, "clinic.id", NULL);
  for (guint i = 0; i < STORE_HANDLE_ID; i++)
    store->id[i] = (guint8)vault_process_random(256);
  g_autofree char *hex = vault_chain_hex(store->id, STORE_HANDLE_ID);
  g_autofree char *line = g_strconcat(hex, "\n", NULL);
  return base_file_create(path, line, strlen(line), error);
}

gboolean
store_handle_create(const char *dir, StoreHandle **ret, GError **error)
{
  g_autoptr(StoreHandle) store = handle_new(dir);
  g_autofree char *host_path = g_build_filename(store->dir, "host.key", NULL);
  g_autoptr(VaultKey) host = NULL;
  if (!store_handle_make_folders(store->dir, error) || !handle_connect(store, TRUE, error) ||
      !vault_host_create(host_path, &host, error))
    return FALSE;
  store_handle_unlock(store, vault_key_new());
  if (!store_handle_wrap_host(store, host, error) || !id_write(store, error))
    return FALSE;
  *ret = g_steal_pointer(&store);
  return TRUE;
}

gboolean
store_handle_unlock_host(StoreHandle *store, GError **error)
{
  g_autofree char *path = g_build_filename(store->dir, "host.key", NULL);
  g_autoptr(VaultKey) host = NULL;
  g_autoptr(DbRows) rows = NULL;
  if (!vault_host_load(path, &host, error) ||
      !store_row_first(store->keys, DB_STMT_KEY_HOST_GET, STORE_ROW_NONE, &rows, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "%s/keys.db holds no key for the host; restore it from a backup", store->dir);
    return FALSE;
  }
  VaultPlace place = store_handle_key_place("key_host", 1);
  g_autoptr(GBytes) wrapped = db_rows_bytes(rows, 0);
  VaultKey *root = NULL;
  if (!vault_key_unwrap(host, wrapped, &place, &root, error))
    return FALSE;
  store_handle_unlock(store, root);
  return TRUE;
}

/* What it holds. */

const BaseConf *
store_handle_conf(const StoreHandle *store)
{
  return store->conf;
}

const char *
store_handle_dir(const StoreHandle *store)
{
  return store->dir;
}

char *
store_handle_path(const StoreHandle *store, const char *path)
{
  return g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(store->dir, path, NULL);
}

DbConn *
store_handle_data(StoreHandle *store)
{
  return store->data;
}

DbConn *
store_handle_keys(StoreHandle *store)
{
  return store->keys;
}

const VaultKey *
store_handle_clinic_key(StoreHandle *store)
{
  return store->clinic;
}

const VaultKey *
store_handle_root(const StoreHandle *store)
{
  return store->root;
}

void
store_handle_tag(StoreHandle *store, const char *field, const char *normalised, VaultTag *ret)
{
  vault_tag_make(store->tag, field, normalised, ret);
}

gint64
store_handle_id(StoreHandle *store)
{
  store->near = vault_process_id_after(store->near);
  return store->near;
}

gint64
store_handle_version(StoreHandle *store)
{
  return db_conn_version(store->data) + store->commits;
}

/* Keys of patients and visits. */

static gboolean
locked(const StoreHandle *store, GError **error)
{
  if (store->root != NULL)
    return FALSE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "%s is locked: no key was given", store->dir);
  return TRUE;
}

/* Reads and unwraps one; `with` is NULL for a patient's own. */
static gboolean
key_read(StoreHandle *store, DbStmt stmt, const char *table, const VaultKey *with, gint64 id,
         VaultKey **ret, GError **error)
{
  g_autoptr(DbRows) rows = NULL;
  if (!store_row_first(store->keys, stmt, STORE_ROW(db_value_int(id)), &rows, error))
    return FALSE;
  if (rows == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                "the key %" G_GINT64_FORMAT " of %s was destroyed: what it sealed is gone", id,
                table);
    return FALSE;
  }
  VaultPlace place = store_handle_key_place(table, id);
  g_autoptr(GBytes) wrapped = db_rows_bytes(rows, 0);
  return vault_key_unwrap(with, wrapped, &place, ret, error);
}

gboolean
store_handle_patient_key(StoreHandle *store, gint64 patient, const VaultKey **ret, GError **error)
{
  VaultKey *key = NULL;
  if (locked(store, error))
    return FALSE;
  caches_check(store);
  const VaultKey *known = cache_find(&store->patients, patient);
  if (known == NULL) {
    if (!key_read(store, DB_STMT_KEY_PATIENT_GET, "key_patient", store->root, patient, &key, error))
      return FALSE;
    known = cache_put(&store->patients, patient, key);
  }
  *ret = known;
  return TRUE;
}

gboolean
store_handle_visit_key(StoreHandle *store, gint64 patient, gint64 visit, const VaultKey **ret,
                       GError **error)
{
  const VaultKey *with = NULL;
  VaultKey *key = NULL;
  if (!store_handle_patient_key(store, patient, &with, error))
    return FALSE;
  const VaultKey *known = cache_find(&store->visits, visit);
  if (known == NULL) {
    if (!key_read(store, DB_STMT_KEY_VISIT_GET, "key_visit", with, visit, &key, error))
      return FALSE;
    known = cache_put(&store->visits, visit, key);
  }
  *ret = known;
  return TRUE;
}

static gboolean
key_add(StoreHandle *store, DbStmt stmt, const char *table, const VaultKey *with, gint64 id,
        gint64 of, const VaultKey *key, GError **error)
{
  if (store->events == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_INTERNAL, "a key is made within a transaction");
    return FALSE;
  }
  if (!db_conn_in_transaction(store->keys) && !db_conn_begin(store->keys, error))
    return FALSE;
  VaultPlace place = store_handle_key_place(table, id);
  g_autoptr(GBytes) box = vault_key_wrap(with, key, &place);
  DbValue values[] = {db_value_int(id), db_value_sealed(box), db_value_int(of)};
  return db_conn_run(store->keys, stmt, values, of != 0 ? 3 : 2, NULL, error);
}

gboolean
store_handle_make_patient_key(StoreHandle *store, gint64 patient, const VaultKey **ret,
                              GError **error)
{
  g_autoptr(VaultKey) key = vault_key_new();
  if (locked(store, error) ||
      !key_add(store, DB_STMT_KEY_PATIENT_ADD, "key_patient", store->root, patient, 0, key, error))
    return FALSE;
  *ret = cache_put(&store->patients, patient, g_steal_pointer(&key));
  return TRUE;
}

gboolean
store_handle_make_visit_key(StoreHandle *store, gint64 patient, gint64 visit, const VaultKey **ret,
                            GError **error)
{
  const VaultKey *with = NULL;
  g_autoptr(VaultKey) key = vault_key_new();
  if (!store_handle_patient_key(store, patient, &with, error) ||
      !key_add(store, DB_STMT_KEY_VISIT_ADD, "key_visit", with, visit, patient, key, error))
    return FALSE;
  *ret = cache_put(&store->visits, visit, g_steal_pointer(&key));
  return TRUE;
}
