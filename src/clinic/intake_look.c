#include "clinic/intake.h"

#include <string.h>
#include <sys/stat.h>

#include "guichet/base/clock.h"

enum { LOOK_FRESH_S = 2 }; /* a time stamp of some file systems is no finer */

typedef struct {
  GChecksum *sum;
  gint64 newest; /* seconds */
} Look;

static gboolean
look_at(Look *look, const char *path, const char *name)
{
  struct stat about;
  if (stat(path, &about) != 0)
    return FALSE;
  g_autofree char *line = g_strdup_printf("%s/%lld/%lld.%09ld/%lld.%09ld/%llu\n", name,
                                          (long long)about.st_size, (long long)about.st_mtim.tv_sec,
                                          about.st_mtim.tv_nsec, (long long)about.st_ctim.tv_sec,
                                          about.st_ctim.tv_nsec, (unsigned long long)about.st_ino);
  g_checksum_update(look->sum, (const guchar *)line, -1);
  look->newest = MAX(look->newest, MAX(about.st_mtim.tv_sec, about.st_ctim.tv_sec));
  return TRUE;
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean
look_at_folder(Look *look, const char *path)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  gboolean ok = dir != NULL && look_at(look, path, "");
  for (const char *name; ok && (name = g_dir_read_name(dir)) != NULL;)
    if (*name != '.' && g_str_has_suffix(name, ".ics"))
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, by_name);
  for (guint i = 0; ok && i < names->len; i++) {
    g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
    ok = look_at(look, file, names->pdata[i]);
  }
  return ok;
}

char *
clinic_intake_look(const char *path)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  Look look = {.sum = sum};
  gboolean ok = g_file_test(path, G_FILE_TEST_IS_DIR) ? look_at_folder(&look, path)
                                                      : look_at(&look, path, "");
  /* what was changed within the last tick may be changed again without looking so */
  if (!ok || look.newest + LOOK_FRESH_S > base_clock_now() / BASE_CLOCK_SECOND)
    return g_strdup("");
  return g_strdup(g_checksum_get_string(sum));
}
