#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "worker/calendar.h"

typedef struct {
  ClinicSession *session;
  const WorkerCalendarSync *asked;
  GHashTable *refused; /* names of sections that cannot be used: what is there is not read */
  const char *name;    /* of the one being read */
} Sync;

static void
tell(const Sync *sync, const char *name, const ClinicIntakeResult *result, gboolean same,
     const GError *error)
{
  const WorkerCalendarTold told = {
      .name = name, .result = error == NULL ? result : NULL, .same = same, .error = error};
  sync->asked->told(&told, sync->asked->data);
}

static gboolean
is_asked(const Sync *sync, const char *name)
{
  return sync->asked->names == NULL || g_strv_contains(sync->asked->names, name);
}

static gboolean
is_cancelled(const Sync *sync)
{
  return sync->asked->cancel != NULL && __atomic_load_n(sync->asked->cancel, __ATOMIC_SEQ_CST) != 0;
}

/* --- what guichet.conf says */

static gboolean
adopt(ClinicSession *session, const char *name, GError **error)
{
  const char *url = clinic_calendar_source_url(session, name), *kind = NULL;
  g_autofree char *address = NULL;
  if (*url == '\0')
    return TRUE;
  if (worker_calendar_is_address(url))
    return worker_calendar_address(session, name, url, &kind, &address, error) &&
           clinic_calendar_source_adopt(session, name, kind, address, error);
  if (worker_calendar_fhir_is(url))
    return worker_calendar_fhir_check(session, url, error) &&
           clinic_calendar_source_adopt(session, name, "fhir", url, error);
  g_autofree char *path = g_canonicalize_filename(url, clinic_session_folder(session));
  kind = g_file_test(path, G_FILE_TEST_IS_DIR) ? "folder" : "file";
  return clinic_calendar_source_adopt(session, name, kind, NULL, error);
}

static void
adopt_all(Sync *sync)
{
  const char *const *names = clinic_calendar_source_names(sync->session);
  for (; *names != NULL && !is_cancelled(sync); names++) {
    g_autoptr(GError) why = NULL;
    if (!is_asked(sync, *names) || adopt(sync->session, *names, &why))
      continue;
    g_hash_table_add(sync->refused, g_strdup(*names));
    tell(sync, *names, NULL, FALSE, why);
  }
}

/* --- those that are read */

static gboolean
is_wanted(const Sync *sync, const ClinicCalendar *c)
{
  gboolean address = worker_calendar_is_address(c->location);
  if (g_hash_table_contains(sync->refused, c->name))
    return FALSE;
  if (sync->asked->names != NULL)
    return is_asked(sync, c->name);
  if (*c->location == '\0')
    return FALSE;
  return !sync->asked->due || ((address || clinic_calendar_source_named(sync->session, c->name)) &&
                               c->rest_until <= base_clock_now());
}

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  const Sync *sync = data;
  if (sync->asked->problem != NULL)
    sync->asked->problem(sync->name, problem, sync->asked->data);
}

static void
read_one(Sync *sync, const ClinicCalendar *calendar)
{
  g_autoptr(GError) why = NULL;
  ClinicIntakeResult result = {0};
  gboolean same = FALSE;
  const WorkerCalendarRead asked = {
      .calendar = calendar->id, .cancel = sync->asked->cancel, .problem = on_problem, .data = sync};
  sync->name = calendar->name;
  worker_calendar_read(sync->session, &asked, &result, &same, &why);
  tell(sync, calendar->name, &result, same, why);
}

/* The series of those that are not read, or cannot be, go on all the same. */
static void
extend_all(Sync *sync, const GPtrArray *all)
{
  for (guint i = 0; sync->asked->due && i < all->len && !is_cancelled(sync); i++) {
    const ClinicCalendar *c = all->pdata[i];
    g_autoptr(GError) why = NULL;
    ClinicIntakeResult result = {0};
    if (!clinic_intake_extend(sync->session, c->id, sync->asked->cancel, &result, &why))
      tell(sync, c->name, NULL, FALSE, why);
  }
}

static gboolean
names_known(const Sync *sync, const GPtrArray *all, GError **error)
{
  for (const char *const *name = sync->asked->names; name != NULL && *name != NULL; name++) {
    gboolean known = g_hash_table_contains(sync->refused, *name);
    for (guint i = 0; i < all->len; i++)
      known = known || strcmp(((const ClinicCalendar *)all->pdata[i])->name, *name) == 0;
    if (known)
      continue;
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
                _("there is no calendar %s; `guichet calendar list --calendars` names them"),
                *name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_all(Sync *sync, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  if (!sync->asked->unread)
    adopt_all(sync);
  if (!clinic_calendar_list(sync->session, &all, error) || !names_known(sync, all, error))
    return FALSE;
  extend_all(sync, all);
  for (guint i = 0; !sync->asked->unread && i < all->len && !is_cancelled(sync); i++)
    if (is_wanted(sync, all->pdata[i]))
      read_one(sync, all->pdata[i]);
  return TRUE;
}

/* One at a time in a clinic: two that bring the same events in would be in each other's way.  The
 * lock is the folder's, and ends with whoever holds it. */
static int
lock_take(const char *folder, GError **error)
{
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  gboolean held = fd >= 0 && errno == EWOULDBLOCK;
  if (held)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_TRY_AGAIN,
                        _("the calendars are being read at this moment: try again later"));
  else
    g_set_error(error, BASE_ERROR, BASE_ERROR_IO, _("%s cannot be locked: %s"), folder,
                g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return -1;
}

gboolean
worker_calendar_sync(ClinicSession *session, const WorkerCalendarSync *asked, GError **error)
{
  g_autoptr(GHashTable) refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  Sync sync = {.session = session, .asked = asked, .refused = refused};
  int lock = lock_take(clinic_session_folder(session), error);
  if (lock < 0)
    return FALSE;
  gboolean ok = read_all(&sync, error);
  close(lock);
  return ok;
}
