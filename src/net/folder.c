#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/net/folder.h"

#define FOLDER_FILE_CAP (64u * 1024u * 1024u)

/* A name is ours: letters, digits, dots and dashes, so that it can never leave the folder. */
static gboolean
folder_name_is_ours(const char *name, GError **error)
{
  gboolean good = g_ascii_isalnum(*name);
  for (const char *p = name; *p != '\0'; p++)
    good = good && (g_ascii_isalnum(*p) || *p == '.' || *p == '-');
  if (!good)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_INTERNAL,
                        "a parcel's name holds more than letters, digits, . and -");
  return good;
}

static gboolean
folder_same(const char *path, GBytes *bytes, gboolean *ret_same, GError **error)
{
  g_autofree char *there = NULL;
  gsize length;
  if (!base_file_read(path, FOLDER_FILE_CAP, &there, &length, error))
    return FALSE;
  *ret_same = length == g_bytes_get_size(bytes) &&
              memcmp(there, g_bytes_get_data(bytes, NULL), length) == 0;
  return TRUE;
}

static gboolean
folder_refuse_other(const char *name, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              "%s is at the destination already, with other contents; look at it, then settle the "
              "item by hand",
              name);
  return FALSE;
}

/* TRUE with *ret_there unset where nothing has the name. */
static gboolean
folder_look(const char *path, const char *name, GBytes *bytes, gboolean *ret_there, GError **error)
{
  struct stat about;
  if (lstat(path, &about) != 0 && errno == ENOENT) {
    *ret_there = FALSE;
    return TRUE;
  }
  gboolean same = FALSE;
  if (!folder_same(path, bytes, &same, error))
    return FALSE;
  if (!same)
    return folder_refuse_other(name, error);
  *ret_there = TRUE;
  return TRUE;
}

gboolean
net_folder_put(const char *folder, const char *name, GBytes *bytes, char **ret, GError **error)
{
  gboolean there = FALSE;
  if (!folder_name_is_ours(name, error) || !base_file_folder(folder, error))
    return FALSE;
  g_autofree char *path = g_build_filename(folder, name, NULL);
  if (!folder_look(path, name, bytes, &there, error))
    return FALSE;
  if (there) { /* it had arrived, but perhaps only in memory: make sure */
    if (!base_file_sync_folder(folder, error))
      return FALSE;
  } else if (!base_file_create(path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                               error)) {
    return FALSE;
  }
  *ret = g_steal_pointer(&path);
  return TRUE;
}

/* In cur/ a file may have gained ":2,FLAGS". */
static char *
folder_find_cur(const char *cur, const char *name)
{
  g_autoptr(GDir) dir = g_dir_open(cur, 0, NULL);
  gsize length = strlen(name);
  const char *entry;
  while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL)
    if (strncmp(entry, name, length) == 0 && (entry[length] == '\0' || entry[length] == ':'))
      return g_build_filename(cur, entry, NULL);
  return NULL;
}

gboolean
net_folder_arrived(const char *folder, const char *name, gboolean maildir, GBytes *bytes,
                   gboolean *ret_there, GError **error)
{
  if (!folder_name_is_ours(name, error))
    return FALSE;
  g_autofree char *path = g_build_filename(folder, maildir ? "new" : ".", name, NULL);
  gboolean there = FALSE;
  if (!folder_look(path, name, bytes, &there, error))
    return FALSE;
  g_autofree char *cur = g_build_filename(folder, "cur", NULL);
  g_autofree char *read_already = maildir && !there ? folder_find_cur(cur, name) : NULL;
  if (read_already != NULL && !folder_look(read_already, name, bytes, &there, error))
    return FALSE;
  *ret_there = there;
  return TRUE;
}

static gboolean
folder_maildir_make(const char *folder, GError **error)
{
  static const char *const parts[] = {"tmp", "new", "cur"};
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *path = g_build_filename(folder, parts[i], NULL);
    if (!base_file_folder(path, error))
      return FALSE;
  }
  return TRUE;
}

/* Written in tmp/, then linked into new/: a reader never sees half a message (maildir(5)). */
static gboolean
folder_maildir_deliver(const char *folder, const char *name, GBytes *bytes, const char *path,
                       GError **error)
{
  g_autofree char *temp = g_build_filename(folder, "tmp", name, NULL);
  g_autofree char *fresh = g_build_filename(folder, "new", NULL);
  if (!base_file_write(temp, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error))
    return FALSE;
  if (link(temp, path) != 0 && errno != EEXIST) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "cannot deliver %s to the Maildir: %s", name,
                g_strerror(errno));
    return FALSE;
  }
  unlink(temp);
  return base_file_sync_folder(fresh, error);
}

gboolean
net_folder_maildir(const char *folder, const char *name, GBytes *bytes, char **ret, GError **error)
{
  gboolean there = FALSE;
  if (!folder_maildir_make(folder, error) ||
      !net_folder_arrived(folder, name, TRUE, bytes, &there, error))
    return FALSE;
  g_autofree char *path = g_build_filename(folder, "new", name, NULL);
  if (!there && !folder_maildir_deliver(folder, name, bytes, path, error))
    return FALSE;
  *ret = g_steal_pointer(&path);
  return TRUE;
}
