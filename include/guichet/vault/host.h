/* The host's key, for the worker that runs with nobody at the counter. */
#ifndef GUICHET_VAULT_HOST_H
#define GUICHET_VAULT_HOST_H

#include "guichet/vault/key.h"

G_BEGIN_DECLS

/* $CREDENTIALS_DIRECTORY/guichet-host-key where systemd gives one, else `path`.  A file that group
 * or others can read, that belongs to another user, or that is not 32 bytes in hex is refused
 * (BASE_ERROR_CONFIG), with what to do about it.  A credential may belong to root and show the
 * group-read bit: that is how systemd's ACL for the service's user looks. */
gboolean vault_host_load(const char *path, VaultKey **ret, GError **error);

/* Makes a new one at `path`, 0600; an existing file is never replaced (BASE_ERROR_CANT_CREATE). */
gboolean vault_host_create(const char *path, VaultKey **ret, GError **error);

G_END_DECLS
#endif
