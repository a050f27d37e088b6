/* guichet demo: a throw-away clinic with an invented staff and forty invented visits over two
 * weeks.  The clock is set to each of those days in turn, so that ages, receipts and the audit
 * trail look lived in. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cli/demo_calendar.h"
#include "cli/option.h"
#include "guichet/cli/command.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/review.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"
#include "guichet/ui/app.h"
#include "guichet/vault/password.h"
#include "guichet/worker/run.h"

#define DEMO_DAYS 13
#define DEMO_CAP (4u * 1024u * 1024u)

/* One user a role. */
static const struct {
  const char *name, *title;
  ClinicRole role;
} STAFF[] = {
    {"admin", "Robin Sable", CLINIC_ROLE_ADMIN},
    {"desk", "Maya Lind", CLINIC_ROLE_FRONT_DESK},
    {"quill", "Dr Ada Quill", CLINIC_ROLE_CLINICIAN},
    {"martin", "Dr Paul Martin", CLINIC_ROLE_SENIOR},
    {"manager", "Theo Brandt", CLINIC_ROLE_MANAGER},
    {"privacy", "Inga Moss", CLINIC_ROLE_PRIVACY},
};
#define DEMO_ADMIN 0
#define DEMO_SENIOR 3

typedef struct {
  char *dir;
  char *passwords[G_N_ELEMENTS(STAFF)];
  ClinicSession *worker, *senior;
} Demo;

static void
demo_clear(Demo *demo)
{
  clinic_session_close(demo->worker);
  clinic_session_close(demo->senior);
  for (gsize i = 0; i < G_N_ELEMENTS(STAFF); i++)
    g_free(demo->passwords[i]);
  g_free(demo->dir);
}

/* Noon of the day `ago` days before today. */
static gint64
demo_noon(gint64 today, int ago)
{
  return today - today % BASE_CLOCK_DAY - ago * BASE_CLOCK_DAY + 12 * BASE_CLOCK_HOUR;
}

static gboolean
demo_staff(Demo *demo, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(STAFF); i++)
    demo->passwords[i] = vault_password_random();
  if (!clinic_user_found(demo->dir, _("Demo clinic (nothing here is real)"), STAFF[DEMO_ADMIN].name,
                         STAFF[DEMO_ADMIN].title, demo->passwords[DEMO_ADMIN], TRUE, error))
    return FALSE;
  g_autoptr(ClinicSession) admin = NULL;
  if (!clinic_session_login(demo->dir, STAFF[DEMO_ADMIN].name, demo->passwords[DEMO_ADMIN], &admin,
                            error))
    return FALSE;
  for (gsize i = 1; i < G_N_ELEMENTS(STAFF); i++)
    if (!clinic_user_add(admin, STAFF[i].name, STAFF[i].title, STAFF[i].role, demo->passwords[i],
                         TRUE, NULL, error))
      return FALSE;
  return TRUE;
}

/* "@-3T08:30:00Z" in the shipped file is the third day before today. */
static char *
demo_dates(const char *text, gint64 today)
{
  GString *out = g_string_new(NULL);
  const char *p = text;
  for (const char *at; (at = strstr(p, "\"@-")) != NULL;) {
    char *end = NULL;
    int ago = (int)g_ascii_strtoull(at + 3, &end, 10);
    g_autofree char *day = base_clock_local(demo_noon(today, ago), "UTC", "%Y-%m-%d");
    g_string_append_len(out, p, at - p);
    g_string_append_printf(out, "\"%s", day);
    p = end;
  }
  g_string_append(out, p);
  return g_string_free(out, FALSE);
}

typedef struct {
  Demo *demo;
  gint64 noon;
  GError *error;
} DemoDay;

static gboolean
demo_import(ClinicImport *import, gpointer data)
{
  DemoDay *day = data;
  gint64 id;
  gboolean known;
  if (import->at / BASE_CLOCK_DAY != day->noon / BASE_CLOCK_DAY)
    return TRUE;
  return clinic_visit_import(day->demo->worker, import, &id, &known, &day->error);
}

static gboolean
demo_complain(const char *place, const GError *why, gpointer data)
{
  DemoDay *day = data;
  day->error = g_error_new(BASE_ERROR, BASE_ERROR_DATA, "%s: %s", place, why->message);
  return FALSE;
}

/* The shipped visits, with their days counted from today, as a file of the demo's own. */
static gboolean
demo_write_visits(const char *path, gint64 today, GError **error)
{
  g_autofree char *shipped = base_file_data("demo/visits.jsonl");
  g_autofree char *text = NULL;
  gsize length;
  if (!base_file_read(shipped, DEMO_CAP, &text, &length, error))
    return FALSE;
  g_autofree char *dated = demo_dates(text, today);
  return base_file_write(path, dated, strlen(dated), error);
}

/* Imports the visits of one day and lets the worker draft them. */
static gboolean
demo_import_day(Demo *demo, const char *path, gint64 noon, GError **error)
{
  DemoDay day = {demo, noon, NULL};
  guint done = 0;
  gboolean ok = clinic_visit_read(path, NULL, demo_import, demo_complain, &day, error);
  if (day.error != NULL) {
    g_clear_error(error);
    g_propagate_error(error, day.error);
    return FALSE;
  }
  return ok && worker_run_once(demo->worker, NULL, NULL, NULL, &done, error);
}

/* What a senior clinician did with a draft that day: most are signed, some sent back. */
static gboolean
demo_treat(Demo *demo, const ClinicItem *item, guint nth, const ClinicProof *proof, GError **error)
{
  if (nth % 7 == 3)
    return clinic_item_act(demo->senior, item->id, 0, CLINIC_ACTION_REJECT, CLINIC_REASON_OMITTED,
                           _("the plan is missing"), error);
  if (nth % 7 == 5)
    return clinic_item_act(demo->senior, item->id, 0, CLINIC_ACTION_ESCALATE, CLINIC_REASON_NONE,
                           _("please look at the dose"), error);
  if (item->n_block > 0)
    return TRUE;
  g_autoptr(ClinicReview) review = NULL;
  return clinic_review_open(demo->senior, item->id, TRUE, &review, error) &&
         clinic_review_sign(demo->senior, review, proof, error);
}

static gboolean
demo_treat_all(Demo *demo, guint *nth, GError **error)
{
  g_autoptr(ClinicLimit) limit = NULL;
  g_autoptr(GPtrArray) items = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  ClinicMark more;
  if (!clinic_limit_parse(demo->senior, "state:ready", &limit, error))
    return FALSE;
  ClinicQuery query = {limit, CLINIC_SORT_AGE, FALSE};
  if (!clinic_queue_page(demo->senior, &query, NULL, FALSE, 100, &items, &more, error) ||
      !clinic_session_confirm(demo->senior, demo->passwords[DEMO_SENIOR], &proof, error))
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!demo_treat(demo, items->pdata[i], (*nth)++, proof, error))
      return FALSE;
  return TRUE;
}

/* The last days' appointments: whoever has been here so far comes again.  Today's reminders wait.
 */
static gboolean
demo_appointments(Demo *demo, const char *path, gint64 today, int ago, GError **error)
{
  const int first = 4;
  guint done = 0;
  if (ago > first)
    return TRUE;
  if (ago == first && !cli_demo_calendar_import(demo->worker, path, demo->dir, today, error))
    return FALSE;
  return ago == 0 || (worker_run_once(demo->worker, NULL, NULL, NULL, &done, error) &&
                      cli_demo_calendar_mark(demo->senior, error) &&
                      cli_demo_calendar_approve(demo->senior, error));
}

/* The days up to `treated` are drafted, reviewed and sent; the younger ones wait in the queue. */
static gboolean
demo_live(Demo *demo, const char *path, gint64 today, GError **error)
{
  const int treated = 4;
  guint nth = 0;
  for (int ago = DEMO_DAYS; ago >= 0; ago--) {
    gint64 noon = demo_noon(today, ago);
    base_clock_freeze(MIN(noon, today));
    if (!demo_import_day(demo, path, noon, error))
      return FALSE;
    if (ago != treated) {
      if (!demo_appointments(demo, path, today, ago, error))
        return FALSE;
      continue;
    }
    if (!demo_treat_all(demo, &nth, error))
      return FALSE;
    base_clock_step(base_conf_int(clinic_session_conf(demo->worker), BASE_CONF_OUTBOX_UNDO) *
                        BASE_CLOCK_SECOND +
                    BASE_CLOCK_MINUTE);
    guint done = 0;
    if (!worker_run_once(demo->worker, NULL, NULL, NULL, &done, error) ||
        !demo_appointments(demo, path, today, ago, error))
      return FALSE;
  }
  base_clock_thaw();
  return cli_demo_calendar_mark(demo->senior, error);
}

/* A dose ten times what was said. */
static char *
meddle_dose(const char *text)
{
  const char *unit = strstr(text, " mg");
  if (unit == NULL || unit == text || !g_ascii_isdigit(unit[-1]))
    return NULL;
  return g_strdup_printf("%.*s0%s", (int)(unit - text), text, unit);
}

/* A sentence that nobody said. */
static char *
meddle_claim(const char *text)
{
  gboolean french = strstr(text, "HISTOIRE") != NULL || strstr(text, "MOTIF") != NULL;
  return g_strconcat(text,
                     french ? "Le patient est allergique à la pénicilline.\n"
                            : "The patient is allergic to penicillin.\n",
                     NULL);
}

/* What was typed wrongly, for the checks to find: a dose here, an allergy there. */
static gboolean
demo_meddle(Demo *demo, const ClinicItem *item, guint nth, GError **error)
{
  g_autoptr(ClinicReview) review = NULL;
  if (!clinic_review_open(demo->senior, item->id, TRUE, &review, error))
    return FALSE;
  g_autofree char *text = nth % 2 == 0 ? meddle_dose(review->text) : NULL;
  if (text == NULL)
    text = meddle_claim(review->text);
  gboolean ok = clinic_review_save(demo->senior, review, text, error);
  clinic_review_release(demo->senior, review, NULL);
  return ok;
}

static gboolean
demo_meddle_some(Demo *demo, GError **error)
{
  g_autoptr(ClinicLimit) limit = NULL;
  g_autoptr(GPtrArray) items = NULL;
  ClinicMark more;
  if (!clinic_limit_parse(demo->senior, "state:ready kind:note", &limit, error))
    return FALSE;
  ClinicQuery query = {limit, CLINIC_SORT_AGE, FALSE};
  if (!clinic_queue_page(demo->senior, &query, NULL, FALSE, 100, &items, &more, error))
    return FALSE;
  for (guint i = 0; i < items->len; i += 2)
    if (!demo_meddle(demo, items->pdata[i], i / 2, error))
      return FALSE;
  return TRUE;
}

static gboolean
demo_sessions(Demo *demo, GError **error)
{
  return clinic_session_host(demo->dir, &demo->worker, error) &&
         clinic_session_login(demo->dir, STAFF[DEMO_SENIOR].name, demo->passwords[DEMO_SENIOR],
                              &demo->senior, error);
}

static gboolean
demo_make(Demo *demo, GError **error)
{
  gint64 now = base_clock_now();
  g_autofree char *path = g_build_filename(demo->dir, "visits.jsonl", NULL);
  base_clock_freeze(demo_noon(now, DEMO_DAYS) - BASE_CLOCK_HOUR);
  gboolean ok = demo_staff(demo, error) && demo_sessions(demo, error) &&
                demo_write_visits(path, now, error) && demo_live(demo, path, now, error) &&
                demo_meddle_some(demo, error);
  base_clock_thaw();
  return ok;
}

static void
demo_tell(const Demo *demo)
{
  printf(_("\nThis is a demo: an invented clinic with invented patients, thrown away when you "
           "leave.\n\n"));
  for (gsize i = 0; i < G_N_ELEMENTS(STAFF); i++)
    printf("  %-10s %-18s %-20s %s\n", STAFF[i].name, STAFF[i].title,
           clinic_role_title(STAFF[i].role), demo->passwords[i]);
  printf(_("\nThe clinic's folder is %s\n"), demo->dir);
  fflush(stdout);
}

static void
demo_remove(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *inside = g_build_filename(path, name, NULL);
    if (g_file_test(inside, G_FILE_TEST_IS_DIR) && !g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
      demo_remove(inside);
    else
      g_unlink(inside);
  }
  g_rmdir(path);
}

/* Shows the screen as the senior clinician; on no terminal there is nothing to show. */
static gboolean
demo_show(Demo *demo, GError **error)
{
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
    return TRUE;
  printf(_("\nYou are %s (%s).  Press Enter to open the queue; q leaves it.\n"),
         STAFF[DEMO_SENIOR].title, STAFF[DEMO_SENIOR].name);
  int c;
  do
    c = getchar();
  while (c != '\n' && c != EOF);
  clinic_session_close(g_steal_pointer(&demo->worker));
  return ui_app_run(demo->dir, g_steal_pointer(&demo->senior), error);
}

static gboolean
demo_folder(Demo *demo, const char *given, GError **error)
{
  if (given != NULL) {
    demo->dir = g_strdup(given);
    return TRUE;
  }
  g_autoptr(GError) local = NULL;
  demo->dir = g_dir_make_tmp("guichet-demo-XXXXXX", &local);
  if (demo->dir == NULL)
    g_set_error(error, BASE_ERROR, BASE_ERROR_CANT_CREATE, "%s", local->message);
  return demo->dir != NULL;
}

int
cli_demo_run(int argc, char **argv)
{
  g_autofree char *given = NULL;
  gboolean no_screen = FALSE;
  const GOptionEntry entries[] = {
      {"dir", 0, 0, G_OPTION_ARG_FILENAME, &given, N_("Make it here and keep it"), N_("DIR")},
      {"no-screen", 0, 0, G_OPTION_ARG_NONE, &no_screen, N_("Make it, say where, and stop"), NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(&argc, &argv, 0, entries, NULL,
                                _("Opens a throw-away clinic full of invented visits."), &option);
  if (status >= 0)
    return status;
  Demo demo = {0};
  gboolean ok = demo_folder(&demo, given, &error) && demo_make(&demo, &error);
  if (ok)
    demo_tell(&demo);
  ok = ok && (no_screen || demo_show(&demo, &error));
  if (given == NULL && !no_screen && demo.dir != NULL)
    demo_remove(demo.dir);
  demo_clear(&demo);
  return ok ? 0 : cli_option_fail(error);
}
