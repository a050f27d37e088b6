/* A calendar into a new clinic, with its patients known and their rows sealed; the same again; and
 * with every tenth event moved.
 *
 *   bench_intake FILE.ics [PATIENTS]
 *
 * The clock stands at the start of 2024, where gen_clinic.py begins, so that every event becomes
 * an appointment.  Patients are those of the first PATIENTS (1,000) mail addresses of the file.
 * Prints a line of seconds, events a second, appointments and the peak of memory for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/base/file.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/user.h"

#define PASSWORD "correct horse desk"
#define NEED(call)                                                                                 \
  do {                                                                                             \
    GError *error = NULL;                                                                          \
    if (!(call))                                                                                   \
      g_error("%s: %s", #call, error != NULL ? error->message : "");                               \
  } while (0)

typedef struct {
  ClinicSession *desk;
  GHashTable *known;
  guint most;
} Patients;

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  Patients *p = data;
  for (gsize i = 0; i < event->detail.n_attendees; i++) {
    const CalendarAttendee *a = &event->detail.attendees[i];
    if (g_hash_table_size(p->known) >= p->most || a->name == NULL ||
        !g_hash_table_add(p->known, g_strdup(a->mail)))
      continue;
    g_autoptr(ClinicPatient) patient = clinic_patient_new();
    g_auto(GStrv) names = g_strsplit(a->name, " ", 2);
    char **fields[] = {&patient->given, &patient->family, &patient->mail};
    const char *values[] = {names[0], names[1] != NULL ? names[1] : "", a->mail};
    gint64 id = 0;
    for (guint n = 0; n < G_N_ELEMENTS(fields); n++) {
      g_free(*fields[n]);
      *fields[n] = g_strdup(values[n]);
    }
    NEED(clinic_patient_find_or_add(p->desk, patient, &id, &error));
  }
  return TRUE;
}

static void
add_patients(ClinicSession *desk, const char *path, guint most)
{
  Patients patients = {desk, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), most};
  g_autoptr(CalendarReader) reader = calendar_reader_new(on_event, NULL, &patients);
  NEED(calendar_reader_file(reader, path, &error));
  g_hash_table_unref(patients.known);
}

static glong
peak_kib(void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;
  if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
    line = strstr(status, "VmHWM:");
  return line != NULL ? strtol(line + strlen("VmHWM:"), NULL, 10) : 0;
}

/* The log-ins before took 64 MiB for the password alone (Argon2id). */
static void
forget_peak(void)
{
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (file == NULL)
    return;
  fputs("5", file);
  fclose(file);
}

/* Of this process alone: what others do on the machine is not in it. */
static double
cpu_seconds(void)
{
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void
run(ClinicSession *desk, gint64 calendar, const char *what, const char *path)
{
  g_autoptr(ClinicIntake) intake = NULL;
  ClinicIntakeResult r = {0};
  gint64 version = clinic_session_version(desk), began = g_get_monotonic_time();
  double cpu = cpu_seconds();
  NEED(clinic_intake_open(desk, calendar, NULL, NULL, &intake, &error));
  NEED(clinic_intake_path(intake, path, &r, &error));
  double seconds = (double)(g_get_monotonic_time() - began) / 1e6;
  cpu = cpu_seconds() - cpu;
  printf("%-10s %8" G_GUINT64_FORMAT
         " events %7.2f s %8.0f /s  cpu %7.2f s %8.0f /s  %" G_GUINT64_FORMAT
         " added %" G_GUINT64_FORMAT " changed  %" G_GUINT64_FORMAT " booked %" G_GUINT64_FORMAT
         " moved  %" G_GUINT64_FORMAT " unmatched  peak %ld MiB  %s\n",
         what, r.events, seconds, (double)r.events / seconds, cpu, (double)r.events / cpu, r.added,
         r.changed, r.booked, r.moved, r.unmatched, peak_kib() / 1024,
         clinic_session_version(desk) == version ? "nothing committed" : "");
  fflush(stdout);
}

/* Every tenth DTSTART a quarter of an hour later. */
static char *
moved_copy(const char *dir, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  char *moved = g_build_filename(dir, "moved.ics", NULL);
  NEED(base_file_read(path, 1 << 30, &bytes, &length, &error));
  guint n = 0;
  for (char *p = strstr(bytes, "\nDTSTART;"); p != NULL; p = strstr(p + 1, "\nDTSTART;")) {
    char *end = strpbrk(p + 1, "\r\n");
    if (n++ % 10 == 0 && end != NULL && end - p > 4)
      end[-3] = end[-3] == '5' ? '0' : '5';
  }
  NEED(g_file_set_contents(moved, bytes, (gssize)length, &error));
  return moved;
}

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  g_remove(path);
}

int
main(int argc, char **argv)
{
  char kind[] = "file", name[] = "bench";
  ClinicCalendar given = {.kind = kind, .name = name};
  g_autoptr(ClinicSession) admin = NULL, desk = NULL;
  g_autofree char *top = g_dir_make_tmp("guichet-bench-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(top, "clinic", NULL);
  gint64 calendar = 0, now = 0;
  if (argc < 2)
    return 2;
  g_autofree char *moved = moved_copy(top, argv[1]);
  NEED(base_clock_parse("2024-01-01T00:00:00Z", &now, &error));
  base_clock_freeze(now);
  NEED(clinic_user_found(dir, "Bench", "root", "Root", PASSWORD, TRUE, &error));
  NEED(clinic_session_login(dir, "root", PASSWORD, &admin, &error));
  NEED(
      clinic_user_add(admin, "desk", "Desk", CLINIC_ROLE_FRONT_DESK, PASSWORD, TRUE, NULL, &error));
  NEED(clinic_session_login(dir, "desk", PASSWORD, &desk, &error));
  add_patients(desk, argv[1], argc > 2 ? (guint)strtoul(argv[2], NULL, 10) : 1000);
  NEED(clinic_calendar_need(desk, &given, &calendar, &error));
  forget_peak();
  run(desk, calendar, "import", argv[1]);
  run(desk, calendar, "again", argv[1]);
  run(desk, calendar, "moved", moved);
  g_clear_pointer(&desk, clinic_session_close);
  g_clear_pointer(&admin, clinic_session_close);
  remove_all(top);
  return 0;
}
