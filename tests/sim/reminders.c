/* Reminders through simulated days: a stepped clock over changes of daylight time in three zones,
 * appointments that come, move, are cancelled and come back, and a worker that is killed at random
 * moments.  Each reminder goes exactly once, says the right local time, and goes at its hour; what
 * time it is there is asked of GLib, not of our own zones.
 *
 *   GUICHET_SIM_DAYS   days a zone (9)      GUICHET_SIM_SEED   of the chances (1)
 *
 * `make check` runs the days about one change a zone; `make sim-reminders` a year. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/user.h"
#include "guichet/vault/process.h"
#include "guichet/worker/run.h"
#include "../unit/clinic/agenda.h"

#define PASSWORD "correct horse staple"
#define STEP (3 * BASE_CLOCK_HOUR)
#define SLACK (15 * BASE_CLOCK_MINUTE) /* what kills cost */
enum { PATIENTS = 24, KILLS_PER_CENT = 35, KILL_US = 50000, EDITS_PER_CENT = 60, LEASE_S = 5 };

typedef struct {
  char *uid;
  guint patient;
  gint64 start, changed; /* when it was last booked, moved, cancelled or brought back */
  gboolean cancelled;
} Event;

typedef struct {
  const char *zone, *dir;
  GTimeZone *time_zone;
  GRand *rand;
  Agenda *agenda;
  ClinicSession *session; /* to look with */
  GPtrArray *events;
  gint64 patients[PATIENTS];
  gint64 begin;
  guint kills, runs, sent, checked, wrong;
} Sim;

static void
wrong(Sim *sim, const Event *event, const char *what)
{
  g_autofree char *start = base_clock_iso(event->start);
  g_autofree char *changed = base_clock_iso(event->changed);
  printf("# %s %s (starts %s, changed %s%s): %s\n", sim->zone, event->uid, start, changed,
         event->cancelled ? ", cancelled" : "", what);
  sim->wrong++;
}

static void
must(gboolean ok, GError *error)
{
  if (ok)
    return;
  printf("Bail out! %s\n", error != NULL ? error->message : "no words");
  exit(1);
}

/* --- local time, by GLib */

static GDateTime *
local(const Sim *sim, gint64 at)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / BASE_CLOCK_SECOND);
  return g_date_time_to_timezone(utc, sim->time_zone);
}

static gint64
instant(const Sim *sim, int year, int month, int day, int hour, int minute)
{
  g_autoptr(GDateTime) t = g_date_time_new(sim->time_zone, year, month, day, hour, minute, 0);
  return g_date_time_to_unix(t) * BASE_CLOCK_SECOND;
}

/* A quarter of an hour of a working day, so many days from now. */
static gint64
slot(const Sim *sim, int days)
{
  g_autoptr(GDateTime) now = local(sim, base_clock_now());
  g_autoptr(GDateTime) day = g_date_time_add_days(now, days);
  return instant(sim, g_date_time_get_year(day), g_date_time_get_month(day),
                 g_date_time_get_day_of_month(day), g_rand_int_range(sim->rand, 8, 18),
                 15 * g_rand_int_range(sim->rand, 0, 4));
}

/* When it should go: so long before, but at an open hour (08:00–20:00), else at the last minute
 * of the open time before. */
static gint64
due_of(const Sim *sim, const Event *event, const char *kind)
{
  g_autoptr(GDateTime) start = local(sim, event->start);
  g_autoptr(GDateTime) week = g_date_time_add_days(start, -7); /* the same time of day */
  gint64 due = strcmp(kind, "7d") == 0 ? g_date_time_to_unix(week) * BASE_CLOCK_SECOND
                                       : event->start - 48 * BASE_CLOCK_HOUR;
  g_autoptr(GDateTime) at = local(sim, due);
  int hour = g_date_time_get_hour(at);
  g_autoptr(GDateTime) day = g_date_time_add_days(at, hour < 8 ? -1 : 0);
  if (hour >= 8 && hour < 20)
    return due;
  return instant(sim, g_date_time_get_year(day), g_date_time_get_month(day),
                 g_date_time_get_day_of_month(day), 19, 59);
}

/* --- the clinic */

static void
add_patient(Sim *sim, ClinicSession *desk, guint i)
{
  g_autoptr(ClinicPatient) p = clinic_patient_new();
  GError *error = NULL;
  gint64 id = 0;
  g_free(p->family), g_free(p->given), g_free(p->record), g_free(p->mail), g_free(p->language);
  p->family = g_strdup_printf("Family%u", i);
  p->given = g_strdup_printf("Given%u", i);
  p->record = g_strdup_printf("R%03u", i);
  p->mail = g_strdup_printf("p%u@home.example", i);
  p->language = g_strdup("fr");
  must(clinic_patient_find_or_add(desk, p, &id, &error), error);
  sim->patients[i] = id;
}

static void
write_file(const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname(path);
  g_mkdir_with_parents(folder, 0700);
  must(g_file_set_contents(path, text, -1, NULL), NULL);
}

static void
found(Sim *sim)
{
  GError *error = NULL;
  g_autoptr(ClinicSession) admin = NULL, doctor = NULL;
  g_autofree char *conf = g_strdup_printf("[clinic]\nname=Sim\nzone=%s\n[outbox]\nundo_seconds=0\n"
                                          "[worker]\nlease_seconds=%d\n",
                                          sim->zone, LEASE_S);
  must(clinic_user_found(sim->dir, "Sim", "root", "Root", PASSWORD, TRUE, &error), error);
  write_file(sim->dir, "guichet.conf", conf);
  write_file(sim->dir, "templates/reminders/policy.conf",
             "[clinic]\nopen=08:00-20:00\nquiet-days=\nlatest=1h\ncap=50\nmerge=false\n"
             "[kind default]\noffsets=7d;48h\nchannels=mail\ntemplate=reminder\n");
  must(clinic_session_login(sim->dir, "root", PASSWORD, &admin, &error), error);
  must(clinic_user_add(admin, "doctor", "Doctor", CLINIC_ROLE_CLINICIAN, PASSWORD, TRUE, NULL,
                       &error),
       error);
  must(clinic_session_login(sim->dir, "doctor", PASSWORD, &doctor, &error), error);
  must(clinic_reminder_mode_set(doctor, "reminder", CLINIC_REMINDER_AUTOMATIC, &error), error);
  must(clinic_reminder_mode_set(doctor, "cancel", CLINIC_REMINDER_AUTOMATIC, &error), error);
  for (guint i = 0; i < PATIENTS; i++)
    add_patient(sim, doctor, i);
  must(clinic_session_host(sim->dir, &sim->session, &error), error);
}

/* --- a day's chances */

static void
put(Sim *sim, Event *event)
{
  event->changed = base_clock_now();
  agenda_put(sim->agenda, event->uid, event->start, sim->patients[event->patient], event->changed,
             event->cancelled);
}

static void
book(Sim *sim)
{
  Event *event = g_new0(Event, 1);
  event->uid = g_strdup_printf("event-%u@sim", sim->events->len);
  event->patient = (guint)g_rand_int_range(sim->rand, 0, PATIENTS);
  event->start = slot(sim, g_rand_int_range(sim->rand, 1, 16));
  g_ptr_array_add(sim->events, event);
  put(sim, event);
}

static void
edit(Sim *sim)
{
  int chance = g_rand_int_range(sim->rand, 0, 10);
  if (chance < 4 || sim->events->len == 0) {
    book(sim);
    return;
  }
  Event *event = sim->events->pdata[g_rand_int_range(sim->rand, 0, (gint)sim->events->len)];
  if (event->start <= base_clock_now() + BASE_CLOCK_HOUR)
    return;
  if (chance < 7)
    event->start = slot(sim, g_rand_int_range(sim->rand, 1, 16));
  else
    event->cancelled = !event->cancelled;
  put(sim, event);
}

/* --- the worker, in a process of its own */

static void
work(const Sim *sim)
{
  g_autoptr(ClinicSession) session = NULL;
  GError *error = NULL;
  guint done = 0;
  if (!clinic_session_host(sim->dir, &session, &error) ||
      !worker_run_once(session, NULL, NULL, NULL, &done, &error)) {
    printf("# worker: %s\n", error->message);
    fflush(stdout);
    _exit(1);
  }
  g_clear_pointer(&session, clinic_session_close);
  _exit(0);
}

/* FALSE where it was killed before it was done. */
static gboolean
run_worker(Sim *sim, gboolean killed)
{
  int status = 0;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0)
    work(sim);
  sim->runs++;
  if (killed) {
    g_usleep((gulong)g_rand_int_range(sim->rand, 0, KILL_US));
    kill(child, SIGKILL);
  }
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    must(FALSE, NULL);
  sim->kills += WIFSIGNALED(status) ? 1 : 0;
  return WIFEXITED(status);
}

static void
step(Sim *sim)
{
  if (g_rand_int_range(sim->rand, 0, 100) < EDITS_PER_CENT)
    edit(sim);
  gboolean killed = FALSE;
  while (!run_worker(sim, g_rand_int_range(sim->rand, 0, 100) < KILLS_PER_CENT)) {
    killed = TRUE; /* its lease runs out before the next may take over */
    base_clock_step((LEASE_S + 1) * BASE_CLOCK_SECOND);
  }
  if (killed) { /* what surely was not sent is tried again after a while */
    base_clock_step(BASE_CLOCK_MINUTE);
    run_worker(sim, FALSE);
  }
}

/* To what is due next, as a worker that waits would; three hours at most. */
static void
step_on(Sim *sim)
{
  GError *error = NULL;
  gint64 now = base_clock_now(), next = 0;
  must(clinic_outbox_next(sim->session, &next, &error), error);
  base_clock_step(next > now && next - now < STEP ? next - now : STEP);
}

/* --- what came of it */

static guint
count_mails(const Sim *sim)
{
  guint n = 0;
  g_autofree char *folder = g_build_filename(sim->dir, "mail", "new", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  while (dir != NULL && g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

static void
check_text(Sim *sim, const Event *event, const ClinicReminder *r)
{
  g_autofree char *text = NULL;
  GError *error = NULL;
  g_autoptr(GDateTime) start = local(sim, event->start);
  gboolean full = g_date_time_get_minute(start) == 0;
  g_autofree char *time = full ? g_strdup_printf("à %d h", g_date_time_get_hour(start))
                               : g_strdup_printf("à %d h %02d", g_date_time_get_hour(start),
                                                 g_date_time_get_minute(start));
  g_autofree char *day = g_strdup_printf(" %d", g_date_time_get_day_of_month(start));
  must(clinic_reminder_text(sim->session, r->id, &text, &error), error);
  const char *at = strstr(text, time);
  char after = at != NULL ? at[strlen(time)] : '?';
  if (at == NULL || strstr(text, day) == NULL || (after != '\n' && after != ' '))
    wrong(sim, event, "the message says another time");
}

/* One that a kill kept until the doors were shut goes when they open. */
static gint64
latest(const Sim *sim, gint64 due)
{
  g_autoptr(GDateTime) end = local(sim, due + SLACK);
  g_autoptr(GDateTime) next = g_date_time_add_days(end, 1);
  if (g_date_time_get_hour(end) < 20)
    return due + SLACK;
  return instant(sim, g_date_time_get_year(next), g_date_time_get_month(next),
                 g_date_time_get_day_of_month(next), 8, 0) +
         SLACK + STEP;
}

/* How often one kind went; the last one's row. */
static guint
times_sent(const GPtrArray *rows, const char *kind, const ClinicReminder **ret)
{
  guint n = 0;
  for (guint i = 0; i < rows->len; i++) {
    const ClinicReminder *r = rows->pdata[i];
    if (!g_str_has_prefix(r->kind, kind) || r->stand != CLINIC_REMINDER_SENT)
      continue;
    n++;
    if (n == 1 || r->due > (*ret)->due)
      *ret = r;
  }
  return n;
}

static void
check_kind(Sim *sim, const Event *event, const GPtrArray *rows, const char *kind, gint64 end)
{
  const ClinicReminder *r = NULL;
  guint n = times_sent(rows, kind, &r);
  gint64 due = due_of(sim, event, kind);
  sim->sent += n;
  sim->checked++;
  if (n > 1)
    wrong(sim, event, "sent more than once");
  if (event->cancelled && n > 0 && r->due > event->changed)
    wrong(sim, event, "sent after it was cancelled");
  if (event->cancelled || due >= end - SLACK || due < sim->begin)
    return;
  if (event->changed < due && n != 1)
    wrong(sim, event, "was due and did not go");
  if (n == 0 || r->due < event->changed)
    return;
  if (r->due < due || r->due > latest(sim, due)) {
    g_autofree char *went = base_clock_iso(r->due), *wanted = base_clock_iso(due);
    g_autofree char *what = g_strdup_printf("%s was due at %s and went at %s", kind, wanted, went);
    wrong(sim, event, what);
  }
  check_text(sim, event, r);
}

/* Cancelled after something went, and long enough before the visit: told once. */
static void
check_cancel(Sim *sim, const Event *event, const GPtrArray *rows, gint64 end)
{
  const ClinicReminder *r = NULL, *last = NULL;
  guint told = times_sent(rows, "cancel", &last);
  guint week = times_sent(rows, "7d", &r);
  guint went = week + times_sent(rows, "48h", &r);
  sim->sent += told;
  if (told > went)
    wrong(sim, event, "cancelled more often than it was told");
  if (!event->cancelled || went == 0)
    return; /* r is the last that went, and says what the patient knows */
  gboolean in_time = event->changed + 16 * BASE_CLOCK_HOUR < MIN(r->starts, end);
  if (in_time && (last == NULL || last->due < r->due))
    wrong(sim, event, "was cancelled, and nobody said so");
}

static void
check(Sim *sim, gint64 end)
{
  GError *error = NULL;
  for (guint i = 0; i < sim->events->len; i++) {
    const Event *event = sim->events->pdata[i];
    g_autoptr(GPtrArray) rows = NULL;
    must(clinic_reminder_about(sim->session, event->uid, CALENDAR_PLAN_SINGLE, &rows, &error),
         error);
    check_kind(sim, event, rows, "7d", end);
    check_kind(sim, event, rows, "48h", end);
    check_cancel(sim, event, rows, end);
  }
  g_autoptr(ClinicAuditReport) report = NULL;
  must(clinic_audit_verify(sim->session, NULL, NULL, &report, &error), error);
  if (report->bad_seq != 0 || count_mails(sim) != sim->sent) {
    printf("# %s: %u mails, %u on record, chain broken at %lld\n", sim->zone, count_mails(sim),
           sim->sent, (long long)report->bad_seq);
    sim->wrong++;
  }
}

/* --- one zone */

static void
event_free(gpointer data)
{
  Event *event = data;
  g_free(event->uid);
  g_free(event);
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

static gboolean
simulate(const char *zone, const char *begin, guint days, guint seed)
{
  g_autofree char *top = g_dir_make_tmp("guichet-sim-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(top, "clinic", NULL);
  Sim sim = {.zone = zone, .dir = dir, .time_zone = g_time_zone_new_identifier(zone)};
  sim.rand = g_rand_new_with_seed(seed);
  sim.events = g_ptr_array_new_with_free_func(event_free);
  must(base_clock_parse(begin, &sim.begin, NULL), NULL);
  base_clock_freeze(sim.begin);
  found(&sim);
  sim.agenda = agenda_new(dir, zone);
  for (guint i = 0; i < 30; i++)
    book(&sim);
  gint64 end = sim.begin + days * BASE_CLOCK_DAY;
  while (base_clock_now() < end) {
    step(&sim);
    step_on(&sim);
  }
  check(&sim, base_clock_now());
  printf("# %s: %u days, %u appointments, %u messages, %u runs of the worker, %u killed\n", zone,
         days, sim.events->len, sim.sent, sim.runs, sim.kills);
  gboolean ok = sim.wrong == 0 && sim.sent > 0 && sim.kills > 0;
  clinic_session_close(sim.session);
  agenda_free(sim.agenda);
  g_ptr_array_unref(sim.events);
  g_rand_free(sim.rand);
  g_time_zone_unref(sim.time_zone);
  remove_all(top);
  return ok;
}

static guint
number(const char *name, guint usual)
{
  const char *text = g_getenv(name);
  return text != NULL && *text != '\0' ? (guint)g_ascii_strtoull(text, NULL, 10) : usual;
}

int
main(void)
{
  /* a short run begins four days before a change of that zone's clocks */
  static const struct {
    const char *zone, *begin;
  } ZONES[] = {{"Europe/Paris", "2026-10-21T05:00:00Z"},
               {"America/New_York", "2027-03-10T10:00:00Z"},
               {"Australia/Adelaide", "2027-03-31T22:00:00Z"}};
  guint days = number("GUICHET_SIM_DAYS", 9), seed = number("GUICHET_SIM_SEED", 1), bad = 0;
  if (!vault_process_harden(NULL))
    return 1;
  printf("1..%u\n# seed %u\n", (guint)G_N_ELEMENTS(ZONES), seed);
  for (guint i = 0; i < G_N_ELEMENTS(ZONES); i++) {
    gboolean ok = simulate(ZONES[i].zone, ZONES[i].begin, days, seed + i);
    printf("%s %u - each reminder once and at its hour in %s\n", ok ? "ok" : "not ok", i + 1,
           ZONES[i].zone);
    bad += ok ? 0 : 1;
  }
  return bad == 0 ? 0 : 1;
}
