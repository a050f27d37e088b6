/* Sealing: XChaCha20-Poly1305 (libsodium's crypto_aead_xchacha20poly1305_ietf).
 *
 * A sealed box is one version byte (VAULT_SEAL_VERSION), a 24-byte random nonce, the ciphertext and
 * its 16-byte tag.  The version byte, table, column, row id and row version are the associated
 * data: a box moved to another row, column or older version does not open. */
#ifndef GUICHET_VAULT_SEAL_H
#define GUICHET_VAULT_SEAL_H

#include <glib.h>

G_BEGIN_DECLS

#define VAULT_SEAL_VERSION 1
#define VAULT_SEAL_OVERHEAD 41u /* 1 + 24 + 16 bytes */

typedef struct VaultKey VaultKey;

typedef struct {
  const char *table, *column;
  gint64 id, version;
} VaultPlace;

/* Never fails.  Caller unrefs. */
GBytes *vault_seal_close(const VaultKey *key, const VaultPlace *place, const void *bytes,
                         gsize length);

/* *ret is NUL-terminated past its length, in ordinary memory; free it with vault_seal_forget(),
 * which wipes it first.  A box that does not open is BASE_ERROR_CORRUPT and names table, column and
 * row id. */
gboolean vault_seal_open(const VaultKey *key, const VaultPlace *place, GBytes *sealed, char **ret,
                         gsize *ret_length, GError **error);
void vault_seal_forget(char *opened, gsize length);

G_END_DECLS
#endif
