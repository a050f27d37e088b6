#include <sodium.h>
#include <string.h>

#include "guichet/vault/chain.h"
#include "vault/key.h"

G_STATIC_ASSERT(VAULT_CHAIN_BYTES == crypto_generichash_BYTES);
G_STATIC_ASSERT(VAULT_CHAIN_BYTES == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT(VAULT_CHAIN_SIGNATURE == crypto_sign_BYTES);
G_STATIC_ASSERT(VAULT_KEY_BYTES == crypto_sign_SEEDBYTES);

static void
add(crypto_generichash_state *state, const void *bytes, gsize length)
{
  guint64 big = GUINT64_TO_BE((guint64)length);
  crypto_generichash_update(state, (const guint8 *)&big, sizeof big);
  if (length > 0)
    crypto_generichash_update(state, bytes, length);
}

void
vault_chain_link(const VaultKey *key, const VaultHash *last, const void *line, gsize length,
                 VaultHash *ret)
{
  crypto_generichash_state state;
  crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof ret->bytes);
  add(&state, last->bytes, sizeof last->bytes);
  add(&state, line, length);
  crypto_generichash_final(&state, ret->bytes, sizeof ret->bytes);
  sodium_memzero(&state, sizeof state);
}

void
vault_chain_digest(const void *bytes, gsize length, VaultHash *ret)
{
  const guint8 *from = length > 0 ? bytes : (const guint8 *)"";
  crypto_generichash(ret->bytes, sizeof ret->bytes, from, length, NULL, 0);
}

void
vault_chain_sign(const VaultKey *seed, const void *bytes, gsize length,
                 guint8 ret[VAULT_CHAIN_SIGNATURE])
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 *secret = vault_key_memory(crypto_sign_SECRETKEYBYTES);
  const guint8 *from = length > 0 ? bytes : (const guint8 *)"";
  crypto_sign_seed_keypair(public_key, secret, seed->bytes);
  crypto_sign_detached(ret, NULL, from, length, secret);
  sodium_free(secret);
}

void
vault_chain_public(const VaultKey *seed, VaultHash *ret)
{
  guint8 *secret = vault_key_memory(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(ret->bytes, secret, seed->bytes);
  sodium_free(secret);
}

gboolean
vault_chain_verify(const VaultHash *public_key, const void *bytes, gsize length,
                   const guint8 signature[VAULT_CHAIN_SIGNATURE])
{
  const guint8 *from = length > 0 ? bytes : (const guint8 *)"";
  return crypto_sign_verify_detached(signature, from, length, public_key->bytes) == 0;
}

char *
vault_chain_hex(const void *bytes, gsize length)
{
  char *hex = g_malloc(2 * length + 1);
  return sodium_bin2hex(hex, 2 * length + 1, bytes, length);
}

gboolean
vault_chain_unhex(const char *hex, guint8 *ret, gsize length)
{
  if (strlen(hex) != 2 * length)
    return FALSE;
  for (const char *p = hex; *p != '\0'; p++)
    if (!g_ascii_isdigit(*p) && (*p < 'a' || *p > 'f'))
      return FALSE;
  return sodium_hex2bin(ret, length, hex, 2 * length, NULL, NULL, NULL) == 0;
}

gboolean
vault_chain_equal(const VaultHash *a, const VaultHash *b)
{
  return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
