#include <sodium.h>
#include <string.h>

#include "guichet/vault/tag.h"
#include "vault/key.h"

G_STATIC_ASSERT(VAULT_TAG_BYTES >= crypto_generichash_BYTES_MIN);

void
vault_tag_make(const VaultKey *key, const char *field, const char *normalised, VaultTag *ret)
{
  crypto_generichash_state state;
  guint64 length = GUINT64_TO_BE((guint64)strlen(field));
  crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof ret->bytes);
  crypto_generichash_update(&state, (const guint8 *)&length, sizeof length);
  crypto_generichash_update(&state, (const guint8 *)field, strlen(field));
  crypto_generichash_update(&state, (const guint8 *)normalised, strlen(normalised));
  crypto_generichash_final(&state, ret->bytes, sizeof ret->bytes);
  sodium_memzero(&state, sizeof state);
}
