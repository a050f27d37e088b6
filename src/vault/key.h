/* What a VaultKey is, for the vault alone. */
#ifndef GUICHET_VAULT_KEY_PRIVATE_H
#define GUICHET_VAULT_KEY_PRIVATE_H

#include "guichet/vault/key.h"

struct VaultKey {
  guint8 bytes[VAULT_KEY_BYTES];
};

/* Locked, guarded, zeroed memory for one key, or for any other secret of `size` bytes; ends the
 * program where there is none.  Free with sodium_free(). */
void *vault_key_memory(gsize size);

#endif
