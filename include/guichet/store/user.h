/* Users as rows: what they are stands sealed in data.db, the clinic key wrapped by their password
 * in keys.db. */
#ifndef GUICHET_STORE_USER_H
#define GUICHET_STORE_USER_H

#include "guichet/store/handle.h"
#include "guichet/vault/password.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version;
  char *name, *title, *role; /* role: a word of clinic/role.def */
  gboolean disabled;
  gint64 last_login; /* 0 never */
} StoreUser;

/* All but the readers run inside a transaction.  A name that is taken: BASE_ERROR_CANT_CREATE. */
gboolean store_user_add(StoreHandle *store, const StoreUser *user,
                        const VaultPasswordParams *params, const VaultKey *password_key,
                        GError **error);
gboolean store_user_change(StoreHandle *store, const StoreUser *user, GError **error);
gboolean store_user_rekey(StoreHandle *store, gint64 id, const VaultPasswordParams *params,
                          const VaultKey *password_key, GError **error);
gboolean store_user_touch(StoreHandle *store, gint64 id, gint64 at, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_user_load(StoreHandle *store, gint64 id, StoreUser **ret, GError **error);
gboolean store_user_named(StoreHandle *store, const char *name, StoreUser **ret, GError **error);
/* GPtrArray of StoreUser, in no order. */
gboolean store_user_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_user_free(StoreUser *user);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreUser, store_user_free)

G_END_DECLS
#endif
