#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"

#define FILE_CHUNK (64u * 1024u)

static gboolean
file_fail(GError **error, int code, const char *what, const char *path)
{
  int number = errno;
  g_set_error(error, BASE_ERROR, code, "%s %s: %s", what, path, g_strerror(number));
  return FALSE;
}

static gboolean
file_read_fd(int fd, const char *path, gsize cap, GByteArray *into, GError **error)
{
  g_autofree guint8 *chunk = g_malloc(FILE_CHUNK);
  for (;;) {
    ssize_t n = read(fd, chunk, FILE_CHUNK);
    if (n == 0)
      return TRUE;
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return file_fail(error, BASE_ERROR_IO, "cannot read", path);
    if (into->len + (gsize)n > cap) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                  "%s is larger than %" G_GSIZE_FORMAT " bytes; split it", path, cap);
      return FALSE;
    }
    g_byte_array_append(into, chunk, (guint)n);
  }
}

gboolean
base_file_read(const char *path, gsize cap, char **ret, gsize *ret_length, GError **error)
{
  gboolean standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return file_fail(error, BASE_ERROR_NO_INPUT, "cannot open", path);
  struct stat about;
  g_autoptr(GByteArray) all = g_byte_array_new();
  gboolean ok = TRUE;
  if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, "%s is a folder; name a file", path);
    ok = FALSE;
  }
  ok = ok && file_read_fd(fd, standard ? "standard input" : path, cap, all, error);
  if (!standard)
    close(fd);
  if (!ok)
    return FALSE;
  *ret_length = all->len;
  g_byte_array_append(all, (const guint8 *)"", 1);
  *ret = (char *)g_byte_array_free(g_steal_pointer(&all), FALSE);
  return TRUE;
}

static gboolean
file_write_all(int fd, const guint8 *bytes, gsize length)
{
  while (length > 0) {
    ssize_t n = write(fd, bytes, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    bytes += n;
    length -= (gsize)n;
  }
  return fsync(fd) == 0;
}

gboolean
base_file_sync_folder(const char *path, GError **error)
{
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return file_fail(error, BASE_ERROR_IO, "cannot open the folder", path);
  gboolean ok = fsync(fd) == 0;
  if (!ok)
    file_fail(error, BASE_ERROR_IO, "cannot sync the folder", path);
  close(fd);
  return ok;
}

static gboolean
file_temp(const char *path, const void *bytes, gsize length, char **ret_temp, GError **error)
{
  g_autofree char *temp = g_strdup_printf("%s.XXXXXX", path);
  int fd = g_mkstemp_full(temp, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return file_fail(error, BASE_ERROR_CANT_CREATE, "cannot create a file beside", path);
  gboolean ok = file_write_all(fd, bytes, length);
  if (!ok)
    file_fail(error, BASE_ERROR_IO, "cannot write", path);
  close(fd);
  if (!ok) {
    unlink(temp);
    return FALSE;
  }
  *ret_temp = g_steal_pointer(&temp);
  return TRUE;
}

static gboolean
file_settle(const char *path, const void *bytes, gsize length, gboolean replace, GError **error)
{
  g_autofree char *temp = NULL;
  g_autofree char *folder = g_path_get_dirname(path);
  if (!file_temp(path, bytes, length, &temp, error))
    return FALSE;
  /* link() refuses a name that is taken, where rename() would replace it */
  int failed = replace ? rename(temp, path) : link(temp, path);
  if (failed != 0) {
    int code = errno == EEXIST ? BASE_ERROR_CANT_CREATE : BASE_ERROR_IO;
    file_fail(error, code, "cannot put in place", path);
    unlink(temp);
    return FALSE;
  }
  if (!replace)
    unlink(temp);
  return base_file_sync_folder(folder, error);
}

gboolean
base_file_write(const char *path, const void *bytes, gsize length, GError **error)
{
  return file_settle(path, bytes, length, TRUE, error);
}

gboolean
base_file_create(const char *path, const void *bytes, gsize length, GError **error)
{
  return file_settle(path, bytes, length, FALSE, error);
}

gboolean
base_file_folder(const char *path, GError **error)
{
  if (g_mkdir_with_parents(path, 0700) == 0)
    return TRUE;
  return file_fail(error, BASE_ERROR_CANT_CREATE, "cannot make the folder", path);
}

char *
base_file_data(const char *name)
{
  const char *mine = g_getenv("GUICHET_DATADIR");
  const char *root = mine != NULL && *mine != '\0' ? mine : PKGDATADIR;
  g_autofree char *tree = g_build_filename(root, "share", name, NULL);
  if (g_file_test(tree, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&tree);
  return g_build_filename(root, name, NULL);
}
