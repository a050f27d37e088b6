/* A clinic's folder, opened: its two databases and, once unlocked, its keys.
 *
 *     DIR/guichet.conf   settings                     DIR/data.db   sealed rows (with data.db-wal,
 * -shm) DIR/clinic.id      32 public random bytes, hex  DIR/keys.db   wrapped keys DIR/host.key the
 * host's key (0600)        DIR/backup/  DIR/inbox/  DIR/anchors/  DIR/ehr/  DIR/mail/
 *
 * The only room that sees both vault and db.  A handle belongs to one thread; store_handle_twin()
 * makes another for another thread, with the same keys and connections of its own. */
#ifndef GUICHET_STORE_HANDLE_H
#define GUICHET_STORE_HANDLE_H

#include <glib.h>

#include "guichet/base/conf.h"
#include "guichet/db/conn.h"
#include "guichet/vault/key.h"
#include "guichet/vault/tag.h"

G_BEGIN_DECLS

typedef struct StoreHandle StoreHandle;

/* Makes a new clinic in a folder that is empty or not there: a clinic key, wrapped for the host's
 * key.  The handle comes back unlocked. */
gboolean store_handle_create(const char *dir, StoreHandle **ret, GError **error);

/* Opens the databases; nothing sealed can be read yet.  No clinic there: BASE_ERROR_NO_INPUT. */
gboolean store_handle_open(const char *dir, StoreHandle **ret, GError **error);

/* Unlocks with the host's key; or with the clinic key that a user's password unwrapped
 * (store/user.h). */
gboolean store_handle_unlock_host(StoreHandle *store, GError **error);
void store_handle_unlock(StoreHandle *store, VaultKey *clinic_key_taken);

gboolean store_handle_twin(const StoreHandle *store, StoreHandle **ret, GError **error);
void store_handle_close(StoreHandle *store);

const BaseConf *store_handle_conf(const StoreHandle *store);
const char *store_handle_dir(const StoreHandle *store);
/* A path of a setting, from the clinic's folder where it is relative.  Caller frees. */
char *store_handle_path(const StoreHandle *store, const char *path);

/* An id for a row of which a transaction writes very many: random, but near the one before of the
 * same transaction, since each page that rows are strewn over is written anew at each commit. */
gint64 store_handle_id(StoreHandle *store);

/* A number that changes when anybody, by this handle or elsewhere, has committed. */
gint64 store_handle_version(StoreHandle *store);

/* For the other files of this room. */
DbConn *store_handle_data(StoreHandle *store);
DbConn *store_handle_keys(StoreHandle *store);
const VaultKey *
store_handle_clinic_key(StoreHandle *store); /* VAULT_PURPOSE_CLINIC; NULL while locked */
void store_handle_tag(StoreHandle *store, const char *field, const char *normalised, VaultTag *ret);

/* A patient's key, or a visit's: unwrapped, kept in a small cache of the handle, so use it before
 * the next is asked for.  Destroyed: BASE_ERROR_NO_INPUT. */
gboolean store_handle_patient_key(StoreHandle *store, gint64 patient, const VaultKey **ret,
                                  GError **error);
gboolean store_handle_visit_key(StoreHandle *store, gint64 patient, gint64 visit,
                                const VaultKey **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreHandle, store_handle_close)

G_END_DECLS
#endif
