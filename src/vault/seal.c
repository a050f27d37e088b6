#include <sodium.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/vault/seal.h"
#include "vault/key.h"

#define SEAL_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SEAL_NAME_MOST 64u
#define SEAL_PLACE_MOST (1u + 2u * (1u + SEAL_NAME_MOST) + 16u)

G_STATIC_ASSERT(VAULT_SEAL_OVERHEAD == 1 + SEAL_NONCE + SEAL_TAG);

static gsize
put_name(guint8 *to, const char *name)
{
  gsize length = strlen(name);
  g_assert(length > 0 && length <= SEAL_NAME_MOST);
  to[0] = (guint8)length;
  memcpy(to + 1, name, length);
  return length + 1;
}

static gsize
put_number(guint8 *to, gint64 number)
{
  guint64 big = GUINT64_TO_BE((guint64)number);
  memcpy(to, &big, sizeof big);
  return sizeof big;
}

/* The associated data: version byte, names with their lengths, row id, row version. */
static gsize
put_place(guint8 to[SEAL_PLACE_MOST], const VaultPlace *place)
{
  gsize at = 0;
  to[at++] = VAULT_SEAL_VERSION;
  at += put_name(to + at, place->table);
  at += put_name(to + at, place->column);
  at += put_number(to + at, place->id);
  return at + put_number(to + at, place->version);
}

GBytes *
vault_seal_close(const VaultKey *key, const VaultPlace *place, const void *bytes, gsize length)
{
  guint8 about[SEAL_PLACE_MOST];
  gsize about_length = put_place(about, place);
  gsize size = length + VAULT_SEAL_OVERHEAD;
  guint8 *box = g_malloc(size);
  box[0] = VAULT_SEAL_VERSION;
  randombytes_buf(box + 1, SEAL_NONCE);
  const guint8 *plain = length > 0 ? bytes : (const guint8 *)"";
  crypto_aead_xchacha20poly1305_ietf_encrypt(box + 1 + SEAL_NONCE, NULL, plain, length, about,
                                             about_length, NULL, box + 1, key->bytes);
  return g_bytes_new_take(box, size);
}

static gboolean
seal_fail(const VaultPlace *place, const char *why, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT, "%s.%s of row %" G_GINT64_FORMAT " %s",
              place->table, place->column, place->id, why);
  return FALSE;
}

gboolean
vault_seal_open(const VaultKey *key, const VaultPlace *place, GBytes *sealed, char **ret,
                gsize *ret_length, GError **error)
{
  gsize size = 0;
  const guint8 *box = sealed != NULL ? g_bytes_get_data(sealed, &size) : NULL;
  if (size < VAULT_SEAL_OVERHEAD)
    return seal_fail(place, "is cut short; restore it from a backup", error);
  if (box[0] != VAULT_SEAL_VERSION)
    return seal_fail(place, "was sealed in a way this version does not know; upgrade guichet",
                     error);
  guint8 about[SEAL_PLACE_MOST];
  gsize about_length = put_place(about, place);
  gsize length = size - VAULT_SEAL_OVERHEAD;
  char *plain = g_malloc(length + 1);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt((guint8 *)plain, NULL, NULL, box + 1 + SEAL_NONCE,
                                                 size - 1 - SEAL_NONCE, about, about_length,
                                                 box + 1, key->bytes) != 0) {
    vault_seal_forget(plain, length);
    return seal_fail(place, "does not open: wrong key, or it was changed or moved", error);
  }
  plain[length] = '\0';
  *ret = plain;
  *ret_length = length;
  return TRUE;
}

void
vault_seal_forget(char *opened, gsize length)
{
  if (opened == NULL)
    return;
  sodium_memzero(opened, length);
  g_free(opened);
}
