#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/contract.h"
#include "guichet/clinic/job.h"
#include "guichet/clinic/queue.h"

#define DOCTOR_FREE_BAD (256.0 * 1024 * 1024)
#define DOCTOR_FREE_WARN (2048.0 * 1024 * 1024)
#define DOCTOR_WAITS (5 * BASE_CLOCK_MINUTE) /* a job that is due for so long has no worker */

/* --- files and their permissions */

/* FALSE where it is not there; what is wrong with it is said. */
static gboolean
look_at_mode(CliDoctor *doctor, const char *path, const char *name, guint *wrong)
{
  struct stat about;
  if (lstat(path, &about) != 0)
    return FALSE;
  if ((about.st_mode & 077) != 0) {
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("%s can be read by others: chmod go= %s"), name, path);
    (*wrong)++;
  }
  if (about.st_uid != geteuid()) {
    cli_doctor_say(doctor, CLI_DOCTOR_BAD,
                   _("%s belongs to another account: call this as the one that runs the clinic"),
                   name);
    (*wrong)++;
  }
  return TRUE;
}

void
cli_doctor_clinic_folder(CliDoctor *doctor)
{
  static const char *const FILES[] = {"data.db", "keys.db", "guichet.conf", "host.key"};
  const char *dir = cli_doctor_dir(doctor);
  guint wrong = 0;
  if (!look_at_mode(doctor, dir, dir, &wrong)) {
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("there is no clinic in %s: guichet init makes one"),
                   dir);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(FILES); i++) {
    g_autofree char *path = g_build_filename(dir, FILES[i], NULL);
    gboolean there = look_at_mode(doctor, path, FILES[i], &wrong);
    if (!there && i < 2) {
      cli_doctor_say(doctor, CLI_DOCTOR_BAD,
                     _("%s is missing: guichet restore makes a clinic of "
                       "its copies"),
                     FILES[i]);
      wrong++;
    }
  }
  if (wrong == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("%s is this account's alone"), dir);
}

void
cli_doctor_clinic_settings(CliDoctor *doctor)
{
  g_autofree char *path = g_build_filename(cli_doctor_dir(doctor), "guichet.conf", NULL);
  g_autoptr(BaseConf) conf = NULL;
  g_autoptr(GError) error = NULL;
  if (base_conf_load(path, &conf, &error))
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("guichet.conf is as it should be"));
  else
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, "%s", error->message);
}

void
cli_doctor_clinic_keys(CliDoctor *doctor)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename(cli_doctor_dir(doctor), "host.key", NULL);
  gboolean beside = g_file_test(path, G_FILE_TEST_EXISTS);
  if (cli_doctor_open(doctor, &error) == NULL)
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("the host's key does not open the clinic: %s"),
                   error->message);
  else if (beside)
    cli_doctor_say(
        doctor, CLI_DOCTOR_WARN,
        _("the host's key opens the clinic, and lies beside what it opens: a real clinic "
          "keeps it elsewhere (README)"));
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("the host's key opens the clinic"));
}

void
cli_doctor_clinic_disk(CliDoctor *doctor)
{
  struct statvfs about;
  if (statvfs(cli_doctor_dir(doctor), &about) != 0) {
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, "%s", g_strerror(errno));
    return;
  }
  double left = (double)about.f_bavail * (double)about.f_frsize;
  CliDoctorVerdict verdict = left < DOCTOR_FREE_BAD    ? CLI_DOCTOR_BAD
                             : left < DOCTOR_FREE_WARN ? CLI_DOCTOR_WARN
                                                       : CLI_DOCTOR_GOOD;
  cli_doctor_say(doctor, verdict, _("%.1f GB are free"), left / 1e9);
}

/* --- folders that the worker uses */

/* The path of a folder that a setting names, from the clinic's. */
static char *
folder_of(CliDoctor *doctor, BaseConfKey key)
{
  const BaseConf *conf = cli_doctor_conf(doctor);
  if (conf == NULL)
    return NULL;
  return g_canonicalize_filename(base_conf_text(conf, key), cli_doctor_dir(doctor));
}

static guint
count_files(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint n = 0;
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    n += *name != '.' && !g_str_has_suffix(name, ".reason");
  return n;
}

static gboolean
look_at_folder(CliDoctor *doctor, const char *folder)
{
  if (folder == NULL) {
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, _("guichet.conf cannot be read"));
    return FALSE;
  }
  if (access(folder, R_OK | W_OK | X_OK) == 0)
    return TRUE;
  cli_doctor_say(doctor, errno == ENOENT ? CLI_DOCTOR_WARN : CLI_DOCTOR_BAD, "%s: %s", folder,
                 g_strerror(errno));
  return FALSE;
}

void
cli_doctor_clinic_inbox(CliDoctor *doctor)
{
  g_autofree char *folder = folder_of(doctor, BASE_CONF_INBOX_FOLDER);
  if (!look_at_folder(doctor, folder))
    return;
  g_autofree char *refused = g_build_filename(folder, "refused", NULL);
  guint n = count_files(refused);
  if (n > 0)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN,
                   ngettext("%u file was refused: its reason lies beside it in %s",
                            "%u files were refused: their reasons lie beside them in %s", n),
                   n, refused);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("%s takes files"), folder);
}

void
cli_doctor_clinic_anchors(CliDoctor *doctor)
{
  g_autofree char *folder = folder_of(doctor, BASE_CONF_AUDIT_ANCHORS);
  struct stat here, there;
  if (!look_at_folder(doctor, folder))
    return;
  gboolean same = stat(cli_doctor_dir(doctor), &here) == 0 && stat(folder, &there) == 0 &&
                  here.st_dev == there.st_dev;
  if (same)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN,
                   _("%s is on the same disk as the clinic: best on another"), folder);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("%s is on another disk"), folder);
}

/* --- the clinic's work */

void
cli_doctor_clinic_work(CliDoctor *doctor)
{
  ClinicSession *session = cli_doctor_session(doctor);
  gint64 waiting = 0, running = 0, dead = 0, next = 0;
  if (session == NULL || !clinic_queue_jobs(session, &waiting, &running, &dead, NULL) ||
      !clinic_job_next(session, &next, NULL)) {
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, _("the clinic cannot be opened"));
    return;
  }
  guint given_up = (guint)dead, left = (guint)waiting;
  if (dead > 0)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN,
                   ngettext("%u draft was given up: the queue shows it as failed",
                            "%u drafts were given up: the queue shows them as failed", given_up),
                   given_up);
  if (waiting > 0 && next != 0 && base_clock_now() - next > DOCTOR_WAITS)
    cli_doctor_say(doctor, CLI_DOCTOR_BAD,
                   ngettext("%u draft waits and nobody makes it: is a worker running (systemctl "
                            "status guichet-worker)?",
                            "%u drafts wait and nobody makes them: is a worker running (systemctl "
                            "status guichet-worker)?",
                            left),
                   left);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD,
                   ngettext("%u draft waits for the worker", "%u drafts wait for the worker", left),
                   left);
}

void
cli_doctor_clinic_contracts(CliDoctor *doctor)
{
  ClinicSession *session = cli_doctor_session(doctor);
  g_autoptr(GPtrArray) lines = NULL;
  if (session == NULL || !clinic_contract_warnings(session, &lines, NULL)) {
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, _("the clinic cannot be opened"));
    return;
  }
  for (guint i = 0; i < lines->len; i++)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN, "%s", (const char *)lines->pdata[i]);
  if (lines->len == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("none ends within 60 days"));
}
