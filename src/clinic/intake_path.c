#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/intake.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"

enum {
  CHUNK = 64 << 10,
  RESOURCES_MAX = 500000, /* files of a folder */
};

static gboolean
read_file(ClinicIntake *in, int fd, const char *path, gboolean regular, GError **error)
{
  g_autofree char *chunk = g_malloc(CHUNK);
  for (;;) {
    /* what is no file may let us wait: nobody else should */
    if (!regular && !clinic_intake_pause(in, error))
      return FALSE;
    gssize n = read(fd, chunk, CHUNK);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      clinic_intake_break(in);
      g_set_error(error, BASE_ERROR, BASE_ERROR_IO, _("%s cannot be read: %s"), path,
                  g_strerror(errno));
      return FALSE;
    }
    if (n == 0)
      return clinic_intake_end(in, error);
    if (!clinic_intake_feed(in, chunk, (gsize)n, error))
      return FALSE;
  }
}

static gboolean
take_file(ClinicIntake *in, const char *path, int flags, GError **error)
{
  gboolean standard = strcmp(path, "-") == 0;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
  struct stat about;
  if (fd < 0 || fstat(fd, &about) != 0) {
    clinic_intake_break(in);
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("%s cannot be read: %s"), path,
                g_strerror(errno));
    return FALSE;
  }
  gboolean ok = read_file(in, fd, path, S_ISREG(about.st_mode), error);
  if (!standard)
    close(fd);
  return ok;
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean
list_folder(const char *path, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  if (dir == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("the folder %s cannot be read"), path);
    return FALSE;
  }
  for (const char *name; (name = g_dir_read_name(dir)) != NULL && names->len < RESOURCES_MAX;)
    if (*name != '.' && g_str_has_suffix(name, ".ics"))
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, by_name);
  *ret = g_steal_pointer(&names);
  return TRUE;
}

/* A file that is no calendar leaves the others alone. */
static gboolean
take_folder(ClinicIntake *in, const char *path, GError **error)
{
  g_autoptr(GPtrArray) names = NULL;
  if (!list_folder(path, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    GError *why = NULL;
    g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
    clinic_intake_resource(in, names->pdata[i]);
    if (take_file(in, file, O_NOFOLLOW, &why))
      continue;
    if (why->domain != BASE_ERROR ||
        (why->code != BASE_ERROR_DATA && why->code != BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, why);
      return FALSE;
    }
    clinic_intake_trouble(in, why->message);
    g_error_free(why);
  }
  return TRUE;
}

static gboolean
take_path(ClinicIntake *in, const char *path, GError **error)
{
  gboolean folder = g_file_test(path, G_FILE_TEST_IS_DIR);
  if (!folder)
    clinic_intake_resource(in, NULL);
  return folder ? take_folder(in, path, error) : take_file(in, path, 0, error);
}

gboolean
clinic_intake_path(ClinicIntake *in, const char *path, ClinicIntakeResult *ret, GError **error)
{
  const ClinicIntakeEnd end = {.whole = TRUE};
  return take_path(in, path, error) && clinic_intake_finish(in, &end, ret, error);
}

gboolean
clinic_intake_path_again(ClinicIntake *in, const char *path, ClinicIntakeResult *ret,
                         gboolean *ret_same, GError **error)
{
  g_autofree char *look = clinic_intake_look(path);
  gboolean same = *look != '\0' && strcmp(look, clinic_intake_etag(in)) == 0;
  const ClinicIntakeEnd end = {.whole = !same, .etag = same ? NULL : look};
  if ((!same && !take_path(in, path, error)) || !clinic_intake_finish(in, &end, ret, error))
    return FALSE;
  *ret_same = same;
  return TRUE;
}
