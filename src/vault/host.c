#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/vault/chain.h"
#include "guichet/vault/host.h"
#include "vault/key.h"

#define HOST_CREDENTIAL "guichet-host-key"
#define HOST_HEX (2u * VAULT_KEY_BYTES)
#define HOST_MOST (HOST_HEX + 2u) /* with a line end */

static gboolean
host_fail(GError **error, const char *path, const char *why)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "the host key %s %s", path, why);
  return FALSE;
}

/* systemd lends a credential by an ACL, which shows as group-readable and owned by root; nobody
 * else can enter that folder.  A key file of our own must be ours alone. */
static gboolean
check_access(int fd, const char *path, gboolean credential, GError **error)
{
  struct stat about;
  if (fstat(fd, &about) != 0)
    return host_fail(error, path, g_strerror(errno));
  if (!S_ISREG(about.st_mode))
    return host_fail(error, path, "is not a plain file");
  if (about.st_uid != geteuid() && !(credential && about.st_uid == 0))
    return host_fail(error, path, "belongs to another user; chown it to the one guichet runs as");
  if ((about.st_mode & (credential ? 0037 : 0077)) != 0)
    return host_fail(error, path,
                     "is open to others; chmod 600 it, and make a new one if others "
                     "may have read it");
  return TRUE;
}

static gboolean
read_hex(int fd, const char *path, char hex[HOST_MOST + 2], GError **error)
{
  gsize length = 0;
  while (length < HOST_MOST + 1) {
    ssize_t n = read(fd, hex + length, HOST_MOST + 1 - length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return host_fail(error, path, g_strerror(errno));
    if (n == 0)
      break;
    length += (gsize)n;
  }
  hex[length] = '\0';
  if (length > 0 && hex[length - 1] == '\n')
    hex[--length] = '\0';
  if (length > 0 && hex[length - 1] == '\r')
    hex[--length] = '\0';
  return TRUE;
}

static gboolean
read_key(int fd, const char *path, VaultKey **ret, GError **error)
{
  char *hex = vault_key_memory(HOST_MOST + 2);
  VaultKey *key = vault_key_memory(sizeof *key);
  gboolean ok = read_hex(fd, path, hex, error);
  if (ok && !vault_chain_unhex(hex, key->bytes, sizeof key->bytes))
    ok = host_fail(error, path, "is not 64 lower-case hex digits; restore it from its backup");
  sodium_free(hex);
  if (ok)
    *ret = g_steal_pointer(&key);
  vault_key_free(key);
  return ok;
}

gboolean
vault_host_load(const char *path, VaultKey **ret, GError **error)
{
  const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
  g_autofree char *lent = folder != NULL ? g_build_filename(folder, HOST_CREDENTIAL, NULL) : NULL;
  gboolean credential = lent != NULL && g_file_test(lent, G_FILE_TEST_EXISTS);
  const char *from = credential ? lent : path;
  /* a pipe or a terminal in its place must not hold us up */
  int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return host_fail(error, from, g_strerror(errno));
  gboolean ok = check_access(fd, from, credential, error) && read_key(fd, from, ret, error);
  close(fd);
  return ok;
}

gboolean
vault_host_create(const char *path, VaultKey **ret, GError **error)
{
  g_autoptr(VaultKey) key = vault_key_new();
  char *hex = vault_key_memory(HOST_HEX + 2);
  sodium_bin2hex(hex, HOST_HEX + 1, key->bytes, sizeof key->bytes);
  hex[HOST_HEX] = '\n';
  gboolean ok = base_file_create(path, hex, HOST_HEX + 1, error);
  sodium_free(hex);
  if (ok)
    *ret = g_steal_pointer(&key);
  return ok;
}
