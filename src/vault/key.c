#include <sodium.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/vault/key.h"
#include "vault/key.h"

#define KEY_CONTEXT                                                                                \
  "guichet1" /* crypto_kdf: eight letters that keep our keys apart from others'                    \
              */

enum { KEY_CHUNK = 64 };

G_STATIC_ASSERT(VAULT_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT(VAULT_KEY_BYTES == crypto_kdf_KEYBYTES);
G_STATIC_ASSERT(sizeof KEY_CONTEXT - 1 == crypto_kdf_CONTEXTBYTES);

static gint key_unlocked = 0; /* how often the system refused to lock */

void *
vault_key_memory(gsize size)
{
  if (sodium_init() < 0)
    g_error("the system's random generator does not work; keys cannot be made");
  void *memory = sodium_malloc(size);
  if (memory == NULL)
    g_error("no memory for a key");
  /* sodium_malloc() locks, but says nothing when it could not; asking again costs little */
  if (sodium_mlock(memory, size) != 0 && g_atomic_int_add(&key_unlocked, 1) == 0)
    base_log(BASE_LOG_WARN, "memory for keys cannot be locked and may be swapped out; raise the "
                            "limit (ulimit -l, or LimitMEMLOCK= in the unit)");
  memset(memory, 0, size);
  return memory;
}

gboolean
vault_key_locked(void)
{
  return g_atomic_int_get(&key_unlocked) == 0;
}

/* Keys that are free, wiped, each with the address of the next in its place.  They come by the
 * chunk: to map, lock and guard a page for each costs more than all else that is done with a key,
 * and the system lets few pages be locked.  Chunks stay. */
static struct {
  GMutex lock;
  VaultKey *first;
} key_pool;

static void
key_put(VaultKey *key)
{
  memcpy(key->bytes, &key_pool.first, sizeof key_pool.first);
  key_pool.first = key;
}

static void
key_grow(void)
{
  VaultKey *chunk = vault_key_memory(KEY_CHUNK * sizeof *chunk);
  for (guint i = KEY_CHUNK; i > 0; i--)
    key_put(&chunk[i - 1]);
}

static VaultKey *
key_alloc(void)
{
  g_mutex_lock(&key_pool.lock);
  if (key_pool.first == NULL)
    key_grow();
  VaultKey *key = key_pool.first;
  memcpy(&key_pool.first, key->bytes, sizeof key_pool.first);
  g_mutex_unlock(&key_pool.lock);
  return key;
}

VaultKey *
vault_key_new(void)
{
  VaultKey *key = key_alloc();
  randombytes_buf(key->bytes, sizeof key->bytes);
  return key;
}

VaultKey *
vault_key_copy(const VaultKey *key)
{
  VaultKey *copy = key_alloc();
  memcpy(copy->bytes, key->bytes, sizeof copy->bytes);
  return copy;
}

void
vault_key_free(VaultKey *key)
{
  if (key == NULL)
    return;
  sodium_memzero(key, sizeof *key);
  g_mutex_lock(&key_pool.lock);
  key_put(key);
  g_mutex_unlock(&key_pool.lock);
}

gboolean
vault_key_equal(const VaultKey *a, const VaultKey *b)
{
  return sodium_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

VaultKey *
vault_key_derive(const VaultKey *parent, VaultPurpose purpose, guint64 number)
{
  /* the purpose is in the context, so that no number of one purpose meets another's */
  char context[] = KEY_CONTEXT;
  context[sizeof context - 2] = (char)('0' + (int)purpose);
  VaultKey *key = key_alloc();
  if (crypto_kdf_derive_from_key(key->bytes, sizeof key->bytes, number, context, parent->bytes) !=
      0)
    g_error("a key could not be derived");
  return key;
}

GBytes *
vault_key_wrap(const VaultKey *with, const VaultKey *key, const VaultPlace *place)
{
  return vault_seal_close(with, place, key->bytes, sizeof key->bytes);
}

gboolean
vault_key_unwrap(const VaultKey *with, GBytes *wrapped, const VaultPlace *place, VaultKey **ret,
                 GError **error)
{
  char *opened = NULL;
  gsize length = 0;
  if (!vault_seal_open(with, place, wrapped, &opened, &length, error))
    return FALSE;
  gboolean ok = length == VAULT_KEY_BYTES;
  if (ok) {
    *ret = key_alloc();
    memcpy((*ret)->bytes, opened, VAULT_KEY_BYTES);
  } else {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
                "%s.%s of row %" G_GINT64_FORMAT " holds no key; restore it from a backup",
                place->table, place->column, place->id);
  }
  vault_seal_forget(opened, length);
  return ok;
}
