#include "worker/inbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/log.h"
#include "guichet/clinic/visit.h"

#define INBOX_SETTLE (2 * BASE_CLOCK_SECOND)
#define INBOX_REASONS (64u * 1024u) /* bytes of a reason file */

/* How a file looked, and since when. */
typedef struct {
  gint64 size, changed, since;
} Sight;

GHashTable *
worker_inbox_sights(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

/* --- which files */

/* Written long enough ago, by its own time or by what was seen of it: a file's time may come from
 * another machine. */
static gboolean
has_settled(WorkerRun *run, const char *name, const struct stat *about)
{
  gint64 changed = (gint64)about->st_mtim.tv_sec * BASE_CLOCK_SECOND +
                   about->st_mtim.tv_nsec / G_GINT64_CONSTANT(1000);
  gint64 age = base_clock_now() - changed, now = base_clock_monotonic();
  Sight *sight = g_hash_table_lookup(run->sights, name);
  if (age >= INBOX_SETTLE)
    return TRUE;
  if (sight != NULL && sight->size == about->st_size && sight->changed == changed)
    return now - sight->since >= INBOX_SETTLE;
  sight = g_new0(Sight, 1);
  *sight = (Sight){.size = about->st_size, .changed = changed, .since = now};
  g_hash_table_insert(run->sights, g_strdup(name), sight);
  return FALSE;
}

static gboolean
is_under_way(const char *name)
{
  return *name == '.' || g_str_has_suffix(name, ".part") || g_str_has_suffix(name, ".tmp");
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
list_names(const char *folder, GPtrArray **ret, GError **error)
{
  g_autoptr(GError) why = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &why);
  const char *name;
  if (dir == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "%s", why->message);
    return FALSE;
  }
  *ret = g_ptr_array_new_with_free_func(g_free);
  while ((name = g_dir_read_name(dir)) != NULL)
    if (!is_under_way(name))
      g_ptr_array_add(*ret, g_strdup(name));
  g_ptr_array_sort(*ret, by_name);
  return TRUE;
}

/* --- one file's visits */

typedef struct {
  WorkerRun *run;
  const char *path;
  guint n, added, known, refused;
  GString *reasons;
  GError *stop; /* trouble that is not the file's: it stays where it is */
} Reading;

static void
reading_clear(Reading *reading)
{
  if (reading->reasons != NULL)
    g_string_free(reading->reasons, TRUE);
  g_clear_error(&reading->stop);
}

/* What the file is to blame for, and would be again. */
static gboolean
is_the_files(const GError *why)
{
  static const BaseError CODES[] = {BASE_ERROR_DATA,    BASE_ERROR_USAGE,
                                    BASE_ERROR_DENIED,  BASE_ERROR_CONFLICT,
                                    BASE_ERROR_NO_USER, BASE_ERROR_CANT_CREATE};
  for (gsize i = 0; i < G_N_ELEMENTS(CODES); i++)
    if (g_error_matches(why, BASE_ERROR, (int)CODES[i]))
      return TRUE;
  return FALSE;
}

/* A file may be named after a patient: its name stays out of reasons and logs. */
static char *
without_name(const char *text, const char *path)
{
  g_autofree char *name = g_path_get_basename(path);
  GString *plain = g_string_new(text);
  g_string_replace(plain, path, "the file", 0);
  g_string_replace(plain, name, "the file", 0);
  return g_string_free(plain, FALSE);
}

static void
reading_refuse(Reading *reading, const char *place, const char *why)
{
  g_autofree char *where = without_name(place, reading->path);
  g_autofree char *reason = without_name(why, reading->path);
  reading->refused++;
  if (reading->reasons->len >= INBOX_REASONS)
    return;
  if (g_str_has_prefix(reason, where)) /* says the place itself */
    where[0] = '\0';
  g_string_append_printf(reading->reasons, "%s%s%s\n", where, *where != '\0' ? ": " : "", reason);
}

/* Every visit has an id of its own by now, so that a file that is read again after a crash brings
 * none in twice. */
static gboolean
on_visit(ClinicImport *import, gpointer data)
{
  Reading *reading = data;
  GError *why = NULL;
  gint64 visit = 0;
  gboolean known = FALSE;
  if (worker_run_cancelled(reading->run)) {
    g_set_error_literal(&reading->stop, BASE_ERROR, BASE_ERROR_CANCELLED, "the worker was stopped");
    return FALSE;
  }
  reading->n++;
  if (clinic_visit_import(reading->run->session, import, &visit, &known, &why)) {
    reading->added += !known;
    reading->known += known;
    return TRUE;
  }
  if (!is_the_files(why)) {
    reading->stop = why;
    return FALSE;
  }
  reading_refuse(reading, import->source, why->message);
  g_error_free(why);
  return TRUE;
}

static gboolean
on_bad(const char *place, const GError *why, gpointer data)
{
  Reading *reading = data;
  reading->n++;
  reading_refuse(reading, place, why->message);
  return !worker_run_cancelled(reading->run);
}

/* --- where it goes then */

/* Into refused/, never over a file that is there: "x.vtt", then "x-2.vtt" … */
static gboolean
move_refused(const char *folder, const char *name, char **ret, GError **error)
{
  g_autofree char *from = g_build_filename(folder, name, NULL);
  g_autofree char *into = g_build_filename(folder, "refused", NULL);
  if (!base_file_folder(into, error))
    return FALSE;
  for (guint i = 1; i < 10000; i++) {
    g_autofree char *numbered = i == 1 ? g_strdup(name) : g_strdup_printf("%u-%s", i, name);
    g_autofree char *to = g_build_filename(into, numbered, NULL);
    if (g_file_test(to, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
      continue;
    if (g_rename(from, to) != 0)
      break;
    *ret = g_steal_pointer(&to);
    return base_file_sync_folder(into, error) && base_file_sync_folder(folder, error);
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_IO, "cannot move a file of the inbox to %s: %s", into,
              g_strerror(errno));
  return FALSE;
}

static gboolean
refuse_file(const char *folder, const char *name, const char *reasons, GError **error)
{
  g_autofree char *moved = NULL;
  if (!move_refused(folder, name, &moved, error))
    return FALSE;
  g_autofree char *path = g_strconcat(moved, ".reason", NULL);
  return base_file_write(path, reasons, strlen(reasons), error);
}

/* What came in is sealed in the database and on the disk: nothing of it stays here in the clear. */
static gboolean
remove_read(const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  if (g_unlink(path) == 0)
    return base_file_sync_folder(folder, error);
  g_set_error(error, BASE_ERROR, BASE_ERROR_IO,
              "cannot remove a file of the inbox that was read: %s", g_strerror(errno));
  return FALSE;
}

static gboolean
settle_file(const Reading *reading, const char *folder, const char *name, GError **error)
{
  base_log(BASE_LOG_INFO, "inbox: a file brought %u visits in; %u were known, %u were refused",
           reading->added, reading->known, reading->refused);
  if (reading->refused == 0)
    return remove_read(folder, name, error);
  g_autofree char *text = g_strdup_printf(
      "%u of %u visits came in; these did not:\n%s%s", reading->n - reading->refused, reading->n,
      reading->reasons->str, reading->reasons->len >= INBOX_REASONS ? "and more\n" : "");
  return refuse_file(folder, name, text, error);
}

/* --- one file */

/* What is not the file's fault leaves it where it is, for the next look. */
static gboolean
read_file(WorkerRun *run, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  Reading reading = {.run = run, .path = path, .reasons = g_string_new(NULL)};
  g_autoptr(GError) why = NULL;
  gboolean ok = clinic_visit_read(path, NULL, on_visit, on_bad, &reading, &why);
  if (reading.stop != NULL) {
    g_clear_error(&why);
    why = g_steal_pointer(&reading.stop);
    ok = FALSE;
  } else if (!ok && is_the_files(why)) {
    reading.n++;
    reading_refuse(&reading, "", why->message);
    ok = TRUE;
  }
  run->news.done += reading.added;
  if (worker_run_cancelled(run))
    ok = TRUE;
  else if (ok)
    ok = settle_file(&reading, folder, name, error);
  else
    g_propagate_error(error, g_steal_pointer(&why));
  reading_clear(&reading);
  return ok;
}

/* Opens it, and locks it against other workers; -1 where it is not for us now. */
static int
claim_file(const char *path)
{
  struct stat there, mine;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &mine) == 0 && lstat(path, &there) == 0 &&
      mine.st_ino == there.st_ino && mine.st_dev == there.st_dev)
    return fd;
  close(fd);
  return -1;
}

static gboolean
take_file(WorkerRun *run, const char *folder, const char *name, gboolean *ret_young, GError **error)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  struct stat about;
  if (lstat(path, &about) != 0 || S_ISDIR(about.st_mode))
    return TRUE; /* gone, or refused/ */
  if (!S_ISREG(about.st_mode))
    return refuse_file(folder, name, "this is not a file: a link, a pipe or a device\n", error);
  if (!has_settled(run, name, &about)) {
    *ret_young = TRUE;
    return TRUE;
  }
  int fd = claim_file(path);
  if (fd < 0)
    return TRUE; /* another worker's, or not ours to read: `guichet doctor` says so */
  worker_run_tell(run, WORKER_READING, 0, -1);
  g_autoptr(GError) why = NULL;
  gboolean ok = read_file(run, folder, name, &why);
  close(fd);
  g_hash_table_remove(run->sights, name);
  if (!ok) {
    g_autofree char *plain = without_name(why->message, path);
    g_set_error_literal(error, why->domain, why->code, plain);
  }
  return ok;
}

gboolean
worker_inbox_read(WorkerRun *run, gboolean *ret_young, GError **error)
{
  const char *set = base_conf_text(clinic_session_conf(run->session), BASE_CONF_INBOX_FOLDER);
  g_autofree char *folder = g_canonicalize_filename(set, clinic_session_folder(run->session));
  g_autoptr(GPtrArray) names = NULL;
  *ret_young = FALSE;
  if (!base_file_folder(folder, error) || !list_names(folder, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && !worker_run_cancelled(run); i++)
    if (!take_file(run, folder, g_ptr_array_index(names, i), ret_young, error))
      return FALSE;
  return TRUE;
}
