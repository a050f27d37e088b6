/* What one visit costs in processor time, from its line in a file to a checked draft in the queue:
 * read, sealed and imported, drafted, checked, stored.  The median over a visits file; mark 20 ms.
 *
 *     bench_visit VISITS.jsonl
 *
 * The worker drafts all of them in one pass, so that its lexicons are read once, with the first. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <glib/gstdio.h>

#include "guichet/clinic/queue.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"
#include "guichet/vault/process.h"
#include "guichet/worker/run.h"

#define MARK_MS 20.0
#define PASSWORD "k7fe-93mq-x2vu-8dtw"

typedef struct {
  ClinicSession *user, *worker;
  GArray *import, *draft; /* of double, ms */
  double before;
  gint64 done;
  guint n, refused;
} Bench;

static double
cpu_ms(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* By address: arguments are evaluated in any order. */
static void
check(gboolean ok, GError *const *error)
{
  if (ok)
    return;
  fprintf(stderr, "bench_visit: %s\n", *error != NULL ? (*error)->message : "failed");
  exit(1);
}

static void
lap(Bench *bench, GArray *times)
{
  double now = cpu_ms(), passed = now - bench->before;
  g_array_append_val(times, passed);
  bench->before = now;
}

static gboolean
visit_read(ClinicImport *import, gpointer data)
{
  Bench *bench = data;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  gboolean known = FALSE;
  g_free(import->patient->given);
  import->patient->given = g_strdup_printf("Visit %u", bench->n);
  g_free(import->patient->record);
  import->patient->record = g_strdup_printf("B%05u", bench->n++);
  check(clinic_visit_import(bench->user, import, &id, &known, &error), &error);
  lap(bench, bench->import);
  return TRUE;
}

static void
visit_drafted(const WorkerNews *news, gpointer data)
{
  Bench *bench = data;
  if (news->done == bench->done)
    return;
  bench->done = news->done;
  lap(bench, bench->draft);
}

static gboolean
visit_bad(const char *place, const GError *why, gpointer data)
{
  Bench *bench = data;
  fprintf(stderr, "bench_visit: %s: %s\n", place, why->message);
  bench->refused++;
  return TRUE;
}

static int
by_value(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double
share(GArray *times, double of)
{
  g_array_sort(times, by_value);
  return g_array_index(times, double, (guint)((times->len - 1) * of));
}

static void
tell(Bench *bench)
{
  gint64 states[CLINIC_STATE_N] = {0};
  g_autoptr(GError) error = NULL;
  check(clinic_queue_counts(bench->user, states, &error), &error);
  if (bench->n == 0 || bench->draft->len < bench->n || states[CLINIC_STATE_READY] != bench->n) {
    fprintf(stderr, "bench_visit: of %u visits %" G_GINT64_FORMAT " are ready\n", bench->n,
            states[CLINIC_STATE_READY]);
    exit(1);
  }
  double median = share(bench->import, 0.5) + share(bench->draft, 0.5);
  printf("%u visits, all drafted, %u lines refused; ms of CPU a visit\n", bench->n, bench->refused);
  printf("  read and import         p50 %6.2f  p95 %6.2f\n", share(bench->import, 0.5),
         share(bench->import, 0.95));
  printf("  draft, check and store  p50 %6.2f  p95 %6.2f\n", share(bench->draft, 0.5),
         share(bench->draft, 0.95));
  printf("  both medians            %10.2f   mark %.0f   %s\n", median, MARK_MS,
         median < MARK_MS ? "reached" : "MISSED");
}

static void
sweep(const char *folder)
{
  g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
  for (const char *name; listing != NULL && (name = g_dir_read_name(listing)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
      sweep(path);
    else
      g_unlink(path);
  }
  g_rmdir(folder);
}

static ClinicImport *
defaults_new(void)
{
  ClinicImport *defaults = clinic_import_new();
  ClinicPatient *patient = defaults->patient;
  patient->family = g_strdup("Bench");
  patient->given = g_strdup("Visit");
  patient->birth = g_strdup("1968-04-30");
  patient->sex = g_strdup("unknown");
  defaults->consent = clinic_consent_new();
  defaults->consent->by = g_strdup("patient");
  defaults->consent->how = g_strdup("spoken");
  defaults->consent->words = g_strdup("Yes.");
  defaults->consent->all_party = defaults->consent->given = TRUE;
  return defaults;
}

static void
run(Bench *bench, const char *dir, const char *file)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(ClinicImport) defaults = defaults_new();
  gint64 id = 0;
  guint done = 0;
  check(clinic_user_found(dir, "Bench", "root", "Root", PASSWORD, TRUE, &error), &error);
  check(clinic_session_login(dir, "root", PASSWORD, &admin, &error), &error);
  check(clinic_user_add(admin, "bench", "Dr Bench", CLINIC_ROLE_CLINICIAN, PASSWORD, TRUE, &id,
                        &error),
        &error);
  check(clinic_session_login(dir, "bench", PASSWORD, &bench->user, &error), &error);
  check(clinic_session_host(dir, &bench->worker, &error), &error);
  bench->before = cpu_ms();
  check(clinic_visit_read(file, defaults, visit_read, visit_bad, bench, &error), &error);
  bench->before = cpu_ms();
  check(worker_run_once(bench->worker, NULL, visit_drafted, bench, &done, &error), &error);
  tell(bench);
  clinic_session_close(bench->user);
  clinic_session_close(bench->worker);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  Bench bench = {0};
  if (argc != 2) {
    fprintf(stderr, "bench_visit VISITS.jsonl\n");
    return 64;
  }
  check(vault_process_harden(&error), &error);
  g_autofree char *base = g_dir_make_tmp("guichet-bench-XXXXXX", &error);
  check(base != NULL, &error);
  g_autofree char *dir = g_build_filename(base, "clinic", NULL);
  bench.import = g_array_new(FALSE, FALSE, sizeof(double));
  bench.draft = g_array_new(FALSE, FALSE, sizeof(double));
  run(&bench, dir, argv[1]);
  g_array_unref(bench.import);
  g_array_unref(bench.draft);
  sweep(base);
  return 0;
}
