/* A whole clinic's calendar through its life: imported by an import that is killed, read again,
 * changed, cancelled and restored, with the worker sending between and killed at random moments.
 * After each step the appointments and the plan are held against a model that knows the calendar
 * by its truth alone (each occurrence as its generator wrote it) and the time by GLib: no reminder
 * lost, none twice, none at another hour, and nothing written where nothing has changed.
 *
 *   calendars [FILE.ics TRUTH.jsonl]   as `gen_clinic.py --out FILE.ics --truth TRUTH.jsonl` writes
 *   GUICHET_SIM_SEED                   of the chances (1)
 *   GUICHET_SIM_BEGIN                  the first morning: 2024-03-29; two days after the first
 * visit
 *
 * `make check` takes tests/fixtures/calendar/clinic.*; `make sim-calendar` a new one of 100,000. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "guichet/base/clock.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/reminder.h"
#include "guichet/clinic/user.h"
#include "guichet/store/appointment.h"
#include "guichet/store/reminder.h"
#include "guichet/vault/process.h"
#include "guichet/worker/run.h"
#include "model.h"

#define PASSWORD "correct horse staple"
#define PLAN_DAYS 8u
#define PUT_OFF_DAYS 6u /* a full day may put off a reminder until the next one of its visit */
#define SURE (390 * BASE_CLOCK_DAY) /* a series is spelt out at least so far */
enum { KILLS_PER_CENT = 30, LEASE_S = 5, PAGE = 2000, UNKNOWN_EVERY = 16 };

static const char POLICY[] = "[clinic]\nopen=08:00-20:00\nquiet-days=SU\nholidays=%s\nlatest=1h\n"
                             "cap=%s\nmerge=%s\n[kind default]\noffsets=7d;48h\nchannels=mail\n"
                             "template=reminder\n";

typedef struct {
  char *top, *dir, *file;
  Model *model;
  GRand *rand;
  ClinicSession *desk, *doctor;
  StoreHandle *store; /* to look with */
  gint64 calendar;
  GHashTable *marks; /* mark → ModelReminder */
  GHashTable *sent;  /* marks of what is on record as sent */
  guint test, bad, wrong, kills, runs, cancels, cancels_due;
} Sim;

static void
must(gboolean ok, GError *error)
{
  if (ok && error == NULL)
    return;
  printf("Bail out! %s\n", error != NULL ? error->message : "no words");
  exit(1);
}

static void
wrong(Sim *sim, const ModelVisit *visit, const char *what)
{
  g_autofree char *start = visit != NULL ? base_clock_iso(visit->start) : g_strdup("");
  if (sim->wrong++ < 10)
    printf("# %s %s: %s\n", visit != NULL ? visit->event->uid : "", start, what);
}

/* One line of TAP for all that was wrong since the last. */
static void
verdict(Sim *sim, const char *what)
{
  printf("%s %u - %s\n", sim->wrong == 0 ? "ok" : "not ok", ++sim->test, what);
  sim->bad += sim->wrong == 0 ? 0 : 1;
  sim->wrong = 0;
  fflush(stdout);
}

/* --- the clinic */

static void
write_policy(const Sim *sim, const char *cap, const char *merge)
{
  g_autofree char *folder = g_build_filename(sim->dir, "templates", "reminders", NULL);
  g_autofree char *path = g_build_filename(folder, "policy.conf", NULL);
  g_autofree char *holiday = model_holiday(sim->model);
  g_autofree char *text = g_strdup_printf(POLICY, holiday, cap, merge);
  g_mkdir_with_parents(folder, 0700);
  must(g_file_set_contents(path, text, -1, NULL), NULL);
}

static void
add_patient(Sim *sim, ModelEvent *event, GHashTable *known)
{
  GError *error = NULL;
  gint64 *id = g_hash_table_lookup(known, event->mail);
  if (id == NULL) {
    id = g_new0(gint64, 1);
    g_hash_table_insert(known, g_strdup(event->mail), id);
    if (g_hash_table_size(known) % UNKNOWN_EVERY != 0) {
      g_autoptr(ClinicPatient) p = clinic_patient_new();
      g_free(p->family), g_free(p->mail), g_free(p->language);
      p->family = g_strdup(event->mail);
      p->mail = g_strdup(event->mail);
      p->language = g_strdup(g_hash_table_size(known) % 2 == 0 ? "fr" : "en");
      must(clinic_patient_find_or_add(sim->doctor, p, id, &error), error);
    }
  }
  event->patient = *id;
}

static void
found(Sim *sim)
{
  GError *error = NULL;
  char kind[] = "file", name[] = "clinic";
  ClinicCalendar given = {.kind = kind, .name = name};
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *conf = g_build_filename(sim->dir, "guichet.conf", NULL);
  g_autofree char *text = g_strdup_printf("[clinic]\nname=Sim\nzone=%s\n[outbox]\nundo_seconds=0\n"
                                          "[worker]\nlease_seconds=%d\n",
                                          sim->model->zone, LEASE_S);
  must(clinic_user_found(sim->dir, "Sim", "root", "Root", PASSWORD, TRUE, &error), error);
  must(g_file_set_contents(conf, text, -1, NULL), NULL);
  write_policy(sim, "1000", "false");
  must(clinic_session_login(sim->dir, "root", PASSWORD, &admin, &error), error);
  must(clinic_user_add(admin, "doctor", "Doctor", CLINIC_ROLE_CLINICIAN, PASSWORD, TRUE, NULL,
                       &error),
       error);
  must(clinic_session_login(sim->dir, "doctor", PASSWORD, &sim->doctor, &error), error);
  must(clinic_reminder_mode_set(sim->doctor, "reminder", CLINIC_REMINDER_AUTOMATIC, &error), error);
  must(clinic_reminder_mode_set(sim->doctor, "cancel", CLINIC_REMINDER_AUTOMATIC, &error), error);
  for (guint i = 0; i < sim->model->events->len; i++)
    add_patient(sim, sim->model->events->pdata[i], known);
  must(clinic_session_host(sim->dir, &sim->desk, &error), error);
  must(clinic_calendar_need(sim->desk, &given, &sim->calendar, &error), error);
  must(store_handle_open(sim->dir, &sim->store, &error), error);
  must(store_handle_unlock_host(sim->store, &error), error);
}

static void
name_reminders(Sim *sim)
{
  for (guint i = 0; i < sim->model->visits->len; i++) {
    ModelVisit *v = sim->model->visits->pdata[i];
    for (guint k = 0; k < MODEL_KINDS; k++) {
      v->reminders[k].visit = v;
      v->reminders[k].mark =
          store_reminder_mark(sim->store, v->event->uid, v->rid, MODEL_KIND[k], v->event->patient);
      g_hash_table_insert(sim->marks, &v->reminders[k].mark, &v->reminders[k]);
    }
  }
}

/* --- processes */

static gboolean
run_child(Sim *sim, void (*work)(const Sim *sim, ClinicSession *session), gulong kill_us)
{
  int status = 0;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    g_autoptr(ClinicSession) session = NULL;
    GError *error = NULL;
    must(clinic_session_host(sim->dir, &session, &error), error);
    work(sim, session);
    g_clear_pointer(&session, clinic_session_close);
    fflush(stdout);
    _exit(0);
  }
  sim->runs++;
  if (kill_us != 0) {
    g_usleep((gulong)g_rand_int_range(sim->rand, 0, (gint32)kill_us));
    kill(child, SIGKILL);
  }
  waitpid(child, &status, 0);
  must(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, NULL);
  sim->kills += WIFSIGNALED(status) ? 1 : 0;
  return WIFEXITED(status);
}

static void
work(const Sim *sim, ClinicSession *session)
{
  (void)sim;
  GError *error = NULL;
  guint done = 0;
  must(worker_run_once(session, NULL, NULL, NULL, &done, &error), error);
}

static void
take_in(const Sim *sim, ClinicSession *session)
{
  g_autoptr(ClinicIntake) intake = NULL;
  ClinicIntakeResult result = {0};
  GError *error = NULL;
  must(clinic_intake_open(session, sim->calendar, NULL, NULL, &intake, &error), error);
  must(clinic_intake_path(intake, sim->file, &result, &error), error);
  must(result.problems == 0, NULL);
  printf("#   %" G_GUINT64_FORMAT " events: %" G_GUINT64_FORMAT " added %" G_GUINT64_FORMAT
         " changed %" G_GUINT64_FORMAT " gone %" G_GUINT64_FORMAT " the same, %" G_GUINT64_FORMAT
         " booked %" G_GUINT64_FORMAT " moved %" G_GUINT64_FORMAT " cancelled %" G_GUINT64_FORMAT
         " restored\n",
         result.events, result.added, result.changed, result.gone, result.same, result.booked,
         result.moved, result.cancelled, result.restored);
}

static void
import(Sim *sim, gboolean killed)
{
  gint64 began = g_get_monotonic_time();
  for (guint i = 0; killed && i < 3; i++)
    run_child(sim, take_in, 20 * sim->model->blocks->len + 20000);
  if (killed)
    printf("# three imports, killed within %.1f s\n",
           (double)(g_get_monotonic_time() - began) / 1e6);
  began = g_get_monotonic_time();
  run_child(sim, take_in, 0);
  printf("#   %.1f s\n", (double)(g_get_monotonic_time() - began) / 1e6);
}

/* Of what the database is made of, its log included. */
static char *
digest(const Sim *sim)
{
  static const char *const FILES[] = {"data.db", "data.db-wal", "keys.db", "keys.db-wal"};
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
    g_autofree char *path = g_build_filename(sim->dir, FILES[i], NULL);
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    if (file != NULL && g_mapped_file_get_length(file) > 0)
      g_checksum_update(sum, (const guchar *)g_mapped_file_get_contents(file),
                        (gssize)g_mapped_file_get_length(file));
  }
  return g_strdup(g_checksum_get_string(sum));
}

/* In this process: one that opens the clinic leaves a line of it in the audit trail. */
static void
import_again(Sim *sim)
{
  gint64 version = clinic_session_version(sim->desk), began = g_get_monotonic_time();
  g_autofree char *before = digest(sim);
  take_in(sim, sim->desk);
  printf("#   %.1f s\n", (double)(g_get_monotonic_time() - began) / 1e6);
  g_autofree char *after = digest(sim);
  if (clinic_session_version(sim->desk) != version)
    wrong(sim, NULL, "something was committed");
  if (strcmp(before, after) != 0)
    wrong(sim, NULL, "something was written");
  verdict(sim, "the same again: not a byte of the database is written");
}

/* --- the appointments */

static gboolean
is_compared(const ModelVisit *v, gint64 now)
{
  return v->booked && v->start > now && (v->rid == MODEL_SINGLE || v->start < now + SURE);
}

static void
compare_row(Sim *sim, const StoreAppointment *a, GHashTable *seen)
{
  ModelVisit *v = model_find(sim->model, a->uid, a->occurrence);
  if (v == NULL || (a->state == STORE_APPOINTMENT_BOOKED) != v->booked) {
    if (v == NULL || a->start < base_clock_now() + SURE)
      wrong(sim, v, v == NULL ? "nobody booked it" : v->booked ? "is cancelled" : "stands");
    return;
  }
  if (!g_hash_table_add(seen, v))
    wrong(sim, v, "is there twice");
  if (v->booked && (a->start != v->start || a->end != v->end || a->patient != v->event->patient))
    wrong(sim, v, "has another time or patient");
}

static void
check_appointments(Sim *sim)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  GError *error = NULL;
  gint64 now = base_clock_now(), from = now + 1, after = 0;
  for (guint n = PAGE; n == PAGE;) {
    g_autoptr(GPtrArray) page = NULL;
    must(store_appointment_page(sim->store, STORE_APPOINTMENT_BY_CALENDAR, sim->calendar, from,
                                after, G_MAXINT64, PAGE, &page, &error),
         error);
    n = page->len;
    for (guint i = 0; i < n; i++)
      compare_row(sim, page->pdata[i], seen);
    if (n > 0) {
      const StoreAppointment *last = page->pdata[n - 1];
      from = last->start;
      after = last->id;
    }
  }
  for (guint i = 0; i < sim->model->visits->len; i++) {
    const ModelVisit *v = sim->model->visits->pdata[i];
    if (is_compared(v, now) && !g_hash_table_contains(seen, v))
      wrong(sim, v, "is not there");
  }
  printf("# %u appointments to come\n", g_hash_table_size(seen));
  verdict(sim, "the appointments are those of the calendar");
}

/* --- the plan */

/* What goes within the days, by mark; without cancellations. */
static GHashTable *
planned(Sim *sim, GPtrArray *list)
{
  GHashTable *all = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < list->len; i++) {
    ClinicReminder *r = list->pdata[i];
    if (r->stand == CLINIC_REMINDER_SKIPPED || g_str_has_prefix(r->kind, "cancel") ||
        (r->stand == CLINIC_REMINDER_NOT && r->reason != CALENDAR_PLAN_CAP))
      continue;
    if (!g_hash_table_insert(all, &r->id, r))
      wrong(sim, NULL, "is planned twice");
  }
  return all;
}

static void
check_plan(Sim *sim)
{
  g_autoptr(GPtrArray) list = NULL;
  GError *error = NULL;
  gint64 now = base_clock_now(), to = now + PLAN_DAYS * BASE_CLOCK_DAY;
  guint n = 0;
  must(clinic_reminder_next(sim->desk, PLAN_DAYS, &list, &error), error);
  g_autoptr(GHashTable) plan = planned(sim, list);
  for (guint i = 0; i < sim->model->visits->len; i++) {
    ModelVisit *v = sim->model->visits->pdata[i];
    for (guint k = 0; k < MODEL_KINDS; k++) {
      gint64 due = 0;
      if (!model_goes(sim->model, v, k, now, &due) || due >= to)
        continue;
      n++;
      const ClinicReminder *r = g_hash_table_lookup(plan, &v->reminders[k].mark);
      if (r == NULL || r->due != due)
        wrong(sim, v, r == NULL ? "its reminder is not planned" : "its reminder has another hour");
      g_hash_table_remove(plan, &v->reminders[k].mark);
    }
  }
  if (g_hash_table_size(plan) > 0)
    wrong(sim, NULL, "reminders are planned that nobody wants");
  if (n == 0)
    wrong(sim, NULL, "nothing is planned at all");
  printf("# %u reminders within %u days\n", n, PLAN_DAYS);
  verdict(sim, "the plan has each reminder once, at its hour, and no other");
}

/* Under the policy that ships: one message a day, one for all of a patient's day.  What was taken
 * up before under another policy is out of it. */
static void
check_merged(Sim *sim)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GHashTable) days = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  GError *error = NULL;
  gint64 now = base_clock_now(), from = now + 3 * BASE_CLOCK_DAY;
  guint merged = 0, capped = 0, wanted = 0;
  write_policy(sim, "1", "true");
  must(clinic_reminder_next(sim->desk, PLAN_DAYS + PUT_OFF_DAYS, &list, &error), error);
  g_autoptr(GHashTable) plan = planned(sim, list);
  for (guint i = 0; i < sim->model->visits->len; i++) {
    ModelVisit *v = sim->model->visits->pdata[i];
    for (guint k = 0; k < MODEL_KINDS; k++) {
      gint64 due = 0;
      if (!model_goes(sim->model, v, k, now, &due) || due < from ||
          due >= from + 3 * BASE_CLOCK_DAY)
        continue;
      wanted++;
      const ClinicReminder *r = g_hash_table_lookup(plan, &v->reminders[k].mark);
      if (r == NULL) {
        wrong(sim, v, "its reminder is neither planned nor merged nor capped");
        continue;
      }
      const ClinicReminder *lead = g_hash_table_lookup(plan, &r->lead);
      g_autofree char *day = model_day(sim->model, v->event->patient, r->due);
      capped += r->reason == CALENDAR_PLAN_CAP;
      merged += r->reason == CALENDAR_PLAN_MERGED;
      if (r->reason == CALENDAR_PLAN_MERGED &&
          (lead == NULL || lead->patient != r->patient || lead->due != r->due))
        wrong(sim, v, "its reminder goes within a message that is not there");
      if (r->reason == CALENDAR_PLAN_GOES && !g_hash_table_add(days, g_steal_pointer(&day)))
        wrong(sim, v, "a patient gets two messages in a day");
    }
  }
  printf("# of %u wanted on three days %u go with another and %u are too many\n", wanted, merged,
         capped);
  write_policy(sim, "1000", "false");
  verdict(sim, "one message a day and patient, and each reminder in it or told of");
}

/* --- a day's sending */

static void
note_cancel(Sim *sim, const ClinicReminder *r)
{
  sim->cancels++;
  if (r->due > base_clock_now())
    wrong(sim, NULL, "a cancellation that is yet to come is on record as sent");
}

static void
note_sent(Sim *sim, const ClinicReminder *r, gint64 from)
{
  gint64 due = 0;
  gint64 *id = g_memdup2(&r->id, sizeof r->id);
  if (!g_hash_table_add(sim->sent, id))
    return;
  if (g_str_has_prefix(r->kind, "cancel")) {
    note_cancel(sim, r);
    return;
  }
  ModelReminder *wanted = g_hash_table_lookup(sim->marks, &r->id);
  if (wanted == NULL) {
    wrong(sim, NULL, "a reminder of nothing was sent");
    return;
  }
  ModelVisit *v = wanted->visit;
  if (!model_goes(sim->model, v, (guint)(wanted - v->reminders), from, &due))
    wrong(sim, v, "a reminder was sent that should not");
  else if (due > r->due || r->starts != v->start)
    wrong(sim, v, due > r->due ? "it was sent too soon" : "it was sent of another time");
  wanted->sent = v->told = TRUE;
  v->told_start = v->start;
}

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

/* What was due between the two moments went, and nothing else. */
static void
check_sent(Sim *sim, gint64 from)
{
  g_autoptr(GPtrArray) past = NULL;
  g_autoptr(GPtrArray) due_list = g_ptr_array_new();
  g_autoptr(ClinicAuditReport) report = NULL;
  GError *error = NULL;
  gint64 now = base_clock_now(), due = 0;
  guint before = g_hash_table_size(sim->sent);
  for (guint i = 0; i < sim->model->visits->len; i++) {
    ModelVisit *v = sim->model->visits->pdata[i];
    for (guint k = 0; k < MODEL_KINDS; k++)
      if (model_goes(sim->model, v, k, from, &due) && due <= now)
        g_ptr_array_add(due_list, &v->reminders[k]);
  }
  must(clinic_reminder_past(sim->desk, 20, &past, &error), error);
  for (guint i = 0; i < past->len; i++)
    if (((const ClinicReminder *)past->pdata[i])->stand == CLINIC_REMINDER_SENT)
      note_sent(sim, past->pdata[i], from);
    else
      wrong(sim, NULL, "a reminder failed, or nobody knows whether it went");
  for (guint i = 0; i < due_list->len; i++)
    if (!((const ModelReminder *)due_list->pdata[i])->sent)
      wrong(sim, ((const ModelReminder *)due_list->pdata[i])->visit, "was due and did not go");
  if (sim->cancels != sim->cancels_due)
    wrong(sim, NULL, "cancellations were not told, or told twice");
  if (count_mails(sim) != g_hash_table_size(sim->sent))
    wrong(sim, NULL, "there are more mails, or fewer, than on record");
  must(clinic_audit_verify(sim->desk, NULL, NULL, &report, &error), error);
  if (report->bad_seq != 0)
    wrong(sim, NULL, "the audit chain is broken");
  printf("# %u due, %u went, %u mails in all, %u of them cancellations; %u runs, %u killed\n",
         due_list->len, g_hash_table_size(sim->sent) - before, count_mails(sim), sim->cancels,
         sim->runs, sim->kills);
  verdict(sim, "each that was due went, once, and no other");
}

static void
run_worker(Sim *sim, gboolean sure)
{
  gboolean killed = FALSE;
  while (!run_child(sim, work,
                    !sure && g_rand_int_range(sim->rand, 0, 100) < KILLS_PER_CENT ? 400000 : 0)) {
    killed = TRUE; /* its lease runs out before the next may take over */
    base_clock_step((LEASE_S + 1) * BASE_CLOCK_SECOND);
  }
  if (!killed)
    return; /* what surely was not sent is tried again after a while */
  base_clock_step(BASE_CLOCK_MINUTE);
  run_child(sim, work, 0);
}

/* From now to seven in the morning after so many open days. */
static void
send_days(Sim *sim, guint days)
{
  static const int MINUTES[] = {8 * 60 + 5, 10 * 60 + 2, 13 * 60 + 2, 16 * 60 + 2, 19 * 60 + 2};
  gint64 from = base_clock_now();
  for (guint d = 0; d < days;) {
    gint64 day = base_clock_now();
    d += !model_closed(sim->model, day);
    for (guint i = 0; i < G_N_ELEMENTS(MINUTES); i++) {
      base_clock_freeze(MAX(base_clock_now(), model_at(sim->model, day, 0, MINUTES[i])));
      run_worker(sim, FALSE);
    }
    /* the last minute of the day is when what is due in the night goes: nobody kills it */
    base_clock_freeze(model_at(sim->model, day, 0, 19 * 60 + 59));
    run_worker(sim, TRUE);
    base_clock_freeze(model_at(sim->model, day, 1, 7 * 60));
    run_worker(sim, FALSE);
  }
  check_sent(sim, from);
}

/* --- all of it */

static void
follow(Sim *sim, const char *what)
{
  printf("# %s\n", what);
  sim->cancels_due += model_follow(sim->model, base_clock_now());
  check_appointments(sim);
  run_worker(sim, TRUE);
  check_plan(sim);
}

static void
cancel_by_message(Sim *sim)
{
  g_autofree char *whole = g_steal_pointer(&sim->file);
  sim->file = g_build_filename(sim->top, "cancel.ics", NULL);
  guint n = model_write_cancel(sim->model, sim->rand, base_clock_now(), sim->file);
  import(sim, FALSE);
  printf("# METHOD:CANCEL of %u\n", n);
  follow(sim, "cancelled by a message");
  send_days(sim, 1);
  model_recall(sim->model);
  g_free(sim->file);
  sim->file = g_steal_pointer(&whole);
  import(sim, FALSE);
  follow(sim, "…and the calendar still has them");
}

static void
live(Sim *sim, guint rounds)
{
  import(sim, TRUE);
  follow(sim, "imported");
  import_again(sim);
  send_days(sim, 1);
  for (guint round = 0; round < rounds; round++) {
    guint edits = model_edit(sim->model, sim->rand, base_clock_now());
    model_write(sim->model, sim->file);
    printf("# round %u, %u edits\n", round + 1, edits);
    import(sim, round == 1);
    follow(sim, "moved, cancelled, restored, taken out, brought back");
    import_again(sim);
    send_days(sim, 2);
  }
  cancel_by_message(sim);
  check_merged(sim);
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

static char *
fixture(const char *name)
{
  const char *top = g_getenv("abs_top_srcdir");
  return g_build_filename(top != NULL ? top : ".", "tests", "fixtures", "calendar", name, NULL);
}

int
main(int argc, char **argv)
{
  const char *seed = g_getenv("GUICHET_SIM_SEED"), *begin = g_getenv("GUICHET_SIM_BEGIN");
  Sim sim = {.top = g_dir_make_tmp("guichet-sim-XXXXXX", NULL)};
  g_autofree char *ics = argc > 2 ? g_strdup(argv[1]) : fixture("clinic.ics");
  g_autofree char *truth = argc > 2 ? g_strdup(argv[2]) : fixture("clinic.jsonl");
  if (!vault_process_harden(NULL))
    return 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  sim.dir = g_build_filename(sim.top, "clinic", NULL);
  sim.file = g_build_filename(sim.top, "clinic.ics", NULL);
  sim.rand = g_rand_new_with_seed(seed != NULL ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 1);
  sim.model = model_new(ics, truth);
  if (begin != NULL && *begin != '\0')
    model_begin(sim.model, begin);
  sim.marks = g_hash_table_new(g_int64_hash, g_int64_equal);
  sim.sent = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  base_clock_freeze(sim.model->begin);
  model_write(sim.model, sim.file);
  found(&sim);
  name_reminders(&sim);
  live(&sim, argc > 2 ? 3 : 2);
  printf("1..%u\n", sim.test);
  store_handle_close(sim.store);
  clinic_session_close(sim.desk);
  clinic_session_close(sim.doctor);
  g_hash_table_unref(sim.marks);
  g_hash_table_unref(sim.sent);
  g_rand_free(sim.rand);
  model_free(sim.model);
  remove_all(sim.top);
  g_free(sim.top), g_free(sim.dir), g_free(sim.file);
  return sim.bad == 0 ? 0 : 1;
}
