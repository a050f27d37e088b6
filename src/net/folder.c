/* A parcel arrives by one rename, out of a staging folder on the same file system:
 *
 *     stage/NAME       the bytes, written and synced first
 *     stage/NAME.sent  empty, then one byte: the rename may have happened
 *     NAME             where the peer finds it
 *
 * So whatever a crash leaves behind says for certain whether it arrived, even after the peer has
 * taken the file away: the staged bytes are gone and the mark is set, or it never left.  The mark
 * is locked meanwhile, so that two workers cannot be at the same parcel. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* renameat2() is an extension */
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/net/folder.h"

#define FOLDER_FILE_CAP (64u * 1024u * 1024u)

typedef struct {
  char *stage;  /* the staging folder */
  char *target; /* the folder that the peer reads */
  char *staged, *mark, *path;
} Place;

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
place_init(Place *place, const char *folder, const char *name, gboolean maildir, GError **error)
{
  if (!folder_name_is_ours(name, error))
    return FALSE;
  g_autofree char *mark = g_strconcat(name, ".sent", NULL);
  place->stage = g_build_filename(folder, maildir ? "tmp" : ".guichet", NULL);
  place->target = maildir ? g_build_filename(folder, "new", NULL) : g_strdup(folder);
  place->staged = g_build_filename(place->stage, name, NULL);
  place->mark = g_build_filename(place->stage, mark, NULL);
  place->path = g_build_filename(place->target, name, NULL);
  return TRUE;
}

static void
place_clear(Place *place)
{
  g_free(place->stage);
  g_free(place->target);
  g_free(place->staged);
  g_free(place->mark);
  g_free(place->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
fail_io(GError **error, const char *what, const char *path)
{
  int number = errno;
  g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "%s %s: %s", what, path, g_strerror(number));
  return FALSE;
}

/* --- looking */

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
folder_refuse_other(const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename(path);
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
              "%s is at the destination already, with other contents; look at it, then settle the "
              "item by hand",
              name);
  return FALSE;
}

/* TRUE with *ret_there unset where nothing has the name. */
static gboolean
folder_look(const char *path, GBytes *bytes, gboolean *ret_there, GError **error)
{
  struct stat about;
  g_autoptr(GError) gone = NULL;
  gboolean same = FALSE;
  *ret_there = FALSE;
  if (lstat(path, &about) != 0)
    return errno == ENOENT || errno == ENOTDIR || fail_io(error, "cannot look at", path);
  if (!folder_same(path, bytes, &same, &gone)) {
    if (lstat(path, &about) != 0 && errno == ENOENT)
      return TRUE; /* the peer took it just now */
    g_propagate_error(error, g_steal_pointer(&gone));
    return FALSE;
  }
  if (!same)
    return folder_refuse_other(path, error);
  *ret_there = TRUE;
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

/* The mark is set and the staged bytes are gone: they were renamed into place. */
static gboolean
place_left(const Place *place)
{
  struct stat about;
  return stat(place->mark, &about) == 0 && about.st_size > 0 && lstat(place->staged, &about) != 0 &&
         errno == ENOENT;
}

static gboolean
place_arrived(const Place *place, const char *folder, const char *name, gboolean maildir,
              GBytes *bytes, gboolean *ret_there, GError **error)
{
  gboolean there = FALSE;
  if (!folder_look(place->path, bytes, &there, error))
    return FALSE;
  g_autofree char *cur = g_build_filename(folder, "cur", NULL);
  g_autofree char *read_already = maildir && !there ? folder_find_cur(cur, name) : NULL;
  if (read_already != NULL && !folder_look(read_already, bytes, &there, error))
    return FALSE;
  *ret_there = there || place_left(place);
  return TRUE;
}

gboolean
net_folder_arrived(const char *folder, const char *name, gboolean maildir, GBytes *bytes,
                   gboolean *ret_there, GError **error)
{
  g_auto(Place) place = {0};
  return place_init(&place, folder, name, maildir, error) &&
         place_arrived(&place, folder, name, maildir, bytes, ret_there, error);
}

/* --- putting */

static gboolean
write_all(int fd, const char *bytes, gsize length)
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

/* Whatever an earlier try left under the name is written over: it was never renamed.  The mark goes
 * first, lest it be there without the bytes. */
static gboolean
place_stage(const Place *place, int mark, GBytes *bytes, GError **error)
{
  if (ftruncate(mark, 0) != 0 || fsync(mark) != 0)
    return fail_io(error, "cannot write", place->mark);
  int fd = open(place->staged, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_io(error, "cannot create", place->staged);
  gboolean ok = write_all(fd, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) ||
                fail_io(error, "cannot write", place->staged);
  close(fd);
  if (!ok)
    unlink(place->staged);
  return ok;
}

/* rename() that never replaces; where the file system cannot, link and unlink come next to it. */
static gboolean
rename_new(const char *from, const char *to)
{
#ifdef RENAME_NOREPLACE
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
#endif
  return link(from, to) == 0 && unlink(from) == 0;
}

/* From the rename on a failure means that it may have arrived. */
static gboolean
place_move(const Place *place, int mark, GError **error)
{
  if (pwrite(mark, "1", 1, 0) != 1 || fsync(mark) != 0)
    return fail_io(error, "cannot write", place->mark);
  if (!base_file_sync_folder(place->stage, error))
    return FALSE;
  if (!rename_new(place->staged, place->path)) {
    if (errno == EEXIST)
      return folder_refuse_other(place->path, error);
    return fail_io(error, "cannot put in place", place->path);
  }
  g_autoptr(GError) why = NULL;
  if (base_file_sync_folder(place->target, &why) && base_file_sync_folder(place->stage, &why))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_AMBIGUOUS,
              "%s; the file is there, but may not outlive "
              "a loss of power",
              why->message);
  return FALSE;
}

static int
place_lock(const Place *place, GError **error)
{
  int fd = open(place->mark, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    fail_io(error, "cannot create", place->mark);
    return -1;
  }
  if (flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (errno == EWOULDBLOCK)
    g_set_error(error, BASE_ERROR, BASE_ERROR_TRY_AGAIN, "another worker is sending %s",
                place->path);
  else
    fail_io(error, "cannot lock", place->mark);
  close(fd);
  return -1;
}

static gboolean
place_put(const Place *place, const char *folder, const char *name, gboolean maildir, GBytes *bytes,
          GError **error)
{
  int mark = place_lock(place, error);
  gboolean there = FALSE;
  if (mark < 0)
    return FALSE;
  gboolean ok = place_arrived(place, folder, name, maildir, bytes, &there, error);
  if (ok && there) /* it had arrived, but perhaps only in memory: make sure */
    ok = base_file_sync_folder(place->target, error);
  else if (ok)
    ok = place_stage(place, mark, bytes, error) && place_move(place, mark, error);
  close(mark);
  return ok;
}

static gboolean
folder_deliver(const char *folder, const char *name, gboolean maildir, GBytes *bytes, char **ret,
               GError **error)
{
  g_auto(Place) place = {0};
  g_autofree char *cur = g_build_filename(folder, "cur", NULL);
  if (!place_init(&place, folder, name, maildir, error) || !base_file_folder(place.target, error) ||
      !base_file_folder(place.stage, error) || (maildir && !base_file_folder(cur, error)) ||
      !place_put(&place, folder, name, maildir, bytes, error))
    return FALSE;
  *ret = g_steal_pointer(&place.path);
  return TRUE;
}

gboolean
net_folder_put(const char *folder, const char *name, GBytes *bytes, char **ret, GError **error)
{
  return folder_deliver(folder, name, FALSE, bytes, ret, error);
}

gboolean
net_folder_maildir(const char *folder, const char *name, GBytes *bytes, char **ret, GError **error)
{
  return folder_deliver(folder, name, TRUE, bytes, ret, error);
}

void
net_folder_forget(const char *folder, const char *name, gboolean maildir)
{
  g_auto(Place) place = {0};
  if (!place_init(&place, folder, name, maildir, NULL))
    return;
  unlink(place.staged);
  unlink(place.mark);
}
