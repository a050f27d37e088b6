/* The audit chain's hashes and its anchors' signatures. */
#ifndef GUICHET_VAULT_CHAIN_H
#define GUICHET_VAULT_CHAIN_H

#include "guichet/vault/key.h"

G_BEGIN_DECLS

#define VAULT_CHAIN_BYTES 32u
#define VAULT_CHAIN_SIGNATURE 64u

typedef struct {
  guint8 bytes[VAULT_CHAIN_BYTES];
} VaultHash;

/* Keyed BLAKE2b-256 of the last link and this line's bytes, each with its length.  `key` is of
 * VAULT_PURPOSE_CHAIN; `last` is all zero for the first line. */
void vault_chain_link(const VaultKey *key, const VaultHash *last, const void *line, gsize length,
                      VaultHash *ret);

/* Plain BLAKE2b-256, for what a signature attests to (no key: anyone can compute it from the text).
 */
void vault_chain_digest(const void *bytes, gsize length, VaultHash *ret);

/* Ed25519 over `bytes` by the key pair that comes from `seed` (of VAULT_PURPOSE_SIGN); the public
 * half stands beside the anchors, so that an auditor can verify them without any secret. */
void vault_chain_sign(const VaultKey *seed, const void *bytes, gsize length,
                      guint8 ret[VAULT_CHAIN_SIGNATURE]);
void vault_chain_public(const VaultKey *seed, VaultHash *ret);
gboolean vault_chain_verify(const VaultHash *public_key, const void *bytes, gsize length,
                            const guint8 signature[VAULT_CHAIN_SIGNATURE]);

/* Lower-case hex ⇄ bytes.  Caller frees; reading checks length and letters. */
char *vault_chain_hex(const void *bytes, gsize length);
gboolean vault_chain_unhex(const char *hex, guint8 *ret, gsize length);

/* Equal, in constant time. */
gboolean vault_chain_equal(const VaultHash *a, const VaultHash *b);

G_END_DECLS
#endif
