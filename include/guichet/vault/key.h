/* Keys: 32 bytes in sodium_malloc() memory, locked, guarded, wiped when freed.
 *
 *     clinic key ──wraps──► patient key ──wraps──► visit key
 *         ▲ wrapped by each user's password key, and by the host's key for the unattended worker
 *
 * A wrapped key is a sealed box (vault/seal.h); destroying it shreds all that it sealed. */
#ifndef GUICHET_VAULT_KEY_H
#define GUICHET_VAULT_KEY_H

#include "guichet/vault/seal.h"

G_BEGIN_DECLS

#define VAULT_KEY_BYTES 32u

/* A new random key.  Never NULL: without memory the program ends.  Where the system refuses to lock
 * more memory (ulimit -l), one warning is logged, vault_key_locked() says FALSE from then on, and
 * the key lives in memory that may be swapped out. */
VaultKey *vault_key_new(void);
VaultKey *vault_key_copy(const VaultKey *key);
void vault_key_free(VaultKey *key);

/* TRUE while each key of this process could be locked: for `guichet doctor`. */
gboolean vault_key_locked(void);

/* Equal, in constant time. */
gboolean vault_key_equal(const VaultKey *a, const VaultKey *b);

/* A key for one purpose from a parent, by crypto_kdf: the same purpose and number give the same
 * key. */
typedef enum {
  VAULT_PURPOSE_TAG = 1, /* look-up tags */
  VAULT_PURPOSE_CHAIN,   /* the audit chain's keyed hashes */
  VAULT_PURPOSE_AUDIT,   /* sealing of audit details */
  VAULT_PURPOSE_CLINIC,  /* sealing of what belongs to no patient: users, templates, settings */
  VAULT_PURPOSE_SIGN,    /* the seed of the Ed25519 anchor key */
} VaultPurpose;
VaultKey *vault_key_derive(const VaultKey *parent, VaultPurpose purpose, guint64 number);

/* Wraps `key` under `with`, bound to its place; and back.  Unwrapping with another key or from
 * another place is BASE_ERROR_CORRUPT.  Caller unrefs / frees. */
GBytes *vault_key_wrap(const VaultKey *with, const VaultKey *key, const VaultPlace *place);
gboolean vault_key_unwrap(const VaultKey *with, GBytes *wrapped, const VaultPlace *place,
                          VaultKey **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VaultKey, vault_key_free)

G_END_DECLS
#endif
