/* Copies of a clinic that fit together, made while people work.
 *
 * The data first, then the keys: so the copy of the keys has every key that the copy of the data
 * needs.  Each copy is a folder, written beside its name and renamed when it is whole:
 *
 *     DATA/STAMP/data.db  clinic.id  guichet.conf        KEYS/STAMP-keys/keys.db
 *
 * host.key is in neither: a copy is opened with a person's password. */
#ifndef GUICHET_STORE_BACKUP_H
#define GUICHET_STORE_BACKUP_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

/* Folders are made where they are not there; STAMP is the time, as in 20261124T081500Z.  *ret_data
 * and *ret_keys take the folders of the copies; caller frees. */
gboolean store_backup_make(StoreHandle *store, const char *data, const char *keys, char **ret_data,
                           char **ret_keys, GError **error);

/* Puts two copies together as a clinic in a folder that is empty or not there.  Both are checked
 * page by page first.  The handle comes back locked; without host.key the worker has to wait for
 * store_backup_host(). */
gboolean store_backup_restore(const char *data, const char *keys, const char *dir,
                              StoreHandle **ret, GError **error);

/* A new host.key, and the clinic key wrapped for it, in an unlocked clinic.  The one before is of
 * no use any more. */
gboolean store_backup_host(StoreHandle *store, GError **error);

G_END_DECLS
#endif
