/* What the files of this room share of a handle. */
#ifndef GUICHET_STORE_HANDLE_PRIVATE_H
#define GUICHET_STORE_HANDLE_PRIVATE_H

#include "guichet/store/handle.h"
#include "guichet/vault/chain.h"

#define STORE_HANDLE_ID 32u /* bytes of clinic.id */

/* Unwrapped keys, the last used first; bounded, because locked memory is. */
typedef struct {
  GHashTable *by_id; /* gint64 → GList of order */
  GQueue order;      /* of KeySlot (handle.c) */
  guint most;
} StoreCache;

struct StoreHandle {
  char *dir;
  BaseConf *conf;
  DbConn *data, *keys;
  guint8 id[STORE_HANDLE_ID];
  VaultKey *root;                         /* the clinic key; NULL while locked, as the next four */
  VaultKey *clinic, *tag, *chain, *audit; /* derived from it */
  StoreCache patients, visits;
  gint64 keys_version; /* of keys.db when the caches were filled */
  GPtrArray *events;   /* tx.c: events of the open transaction; NULL outside one */
  gint64 near;         /* the last of store_handle_id() in this transaction, or 0 */
  gint64 commits;      /* of this handle, which db_conn_version() does not count */
};

/* Forgets the cached keys where keys.db changed; a transaction asks once, when it begins. */
void store_handle_check_keys(StoreHandle *store);

/* The clinic key itself, to be wrapped for a user; NULL while locked. */
const VaultKey *store_handle_root(const StoreHandle *store);

/* Makes a clinic's folder and those in it; one that holds anything is refused. */
gboolean store_handle_make_folders(const char *dir, GError **error);

/* Wraps the clinic key for this host's key, in place of the one before. */
gboolean store_handle_wrap_host(StoreHandle *store, const VaultKey *host, GError **error);

/* Where a wrapped key lives, as its associated data. */
VaultPlace store_handle_key_place(const char *table, gint64 id);

/* Reads DIR/clinic.id. */
gboolean store_handle_read_id(const char *dir, guint8 ret[STORE_HANDLE_ID], GError **error);

/* A new key for a patient or a visit, wrapped and put into keys.db within the open transaction: it
 * is committed before the row that needs it.  Stays in the cache. */
gboolean store_handle_make_patient_key(StoreHandle *store, gint64 patient, const VaultKey **ret,
                                       GError **error);
gboolean store_handle_make_visit_key(StoreHandle *store, gint64 patient, gint64 visit,
                                     const VaultKey **ret, GError **error);

/* Forgets cached keys: after one was destroyed, or a transaction that made some was rolled back. */
void store_handle_forget_keys(StoreHandle *store);

#endif
