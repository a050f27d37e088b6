/* Trying a password: the only way from a user's name to the clinic key.
 *
 * Wrong ones are counted in keys.db, because before a login there is no key for the audit chain.
 * Each attempt is counted as under way before the slow part begins, so that many processes at once
 * get no more attempts than one.  Names nobody has are counted the same way and cost the same time.
 */
#ifndef GUICHET_STORE_LOGIN_H
#define GUICHET_STORE_LOGIN_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 user;
  VaultKey *clinic_key; /* caller frees, or hands to store_handle_unlock() */
  guint failures;       /* wrong ones not told yet; */
  gint64 last_failed;   /* the time of the last; 0 */
} StoreLogin;

/* Opens keys.db for itself; any thread.  BASE_ERROR_NO_USER: unknown or wrong, in the same words;
 * or locked, with the seconds to wait. */
gboolean store_login_try(const char *dir, const BaseConf *conf, const char *name,
                         const char *password, StoreLogin *ret, GError **error);

/* The failures were told and audited: they are not told again. */
gboolean store_login_told(StoreHandle *store, const char *name, guint failures, GError **error);

/* The words of a refused login. */
void store_login_refuse(GError **error);

/* What stands for a name in keys.db: a plain hash, with the clinic's id. */
void store_login_hash(const guint8 *clinic_id, gsize length, const char *name, guint8 ret[32]);

G_END_DECLS
#endif
