#include "worker/run.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/job.h"
#include "worker/calendar.h"
#include "worker/chart.h"
#include "worker/draft.h"
#include "worker/inbox.h"
#include "worker/mailbox.h"
#include "worker/listen.h"
#include "worker/parcel.h"
#include "worker/piece.h"
#include "worker/remind.h"

#define RUN_TIDY BASE_CLOCK_MINUTE

enum {
  RUN_TICK_MS = 1000,     /* between two looks for what is due */
  RUN_SLICE_MS = 50,      /* between two looks at what is under way: cancelled within 100 ms */
  RUN_SETTLE_MS = 200,    /* `--once`, for a file that has just come in */
  RUN_SETTLE_LOOKS = 15,  /* so often */
  RUN_TROUBLE_MAX_S = 60, /* the longest wait after trouble */
};

gboolean
worker_run_cancelled(const WorkerRun *run)
{
  return run->cancel != NULL && __atomic_load_n(run->cancel, __ATOMIC_SEQ_CST) != 0;
}

void
worker_run_tell(WorkerRun *run, WorkerDoing doing, gint64 item, int per_mille)
{
  run->news.doing = doing;
  run->news.item = item;
  run->news.per_mille = per_mille;
  if (run->tell != NULL)
    run->tell(&run->news, run->data);
}

void
worker_run_count(WorkerRun *run)
{
  run->news.done++;
  run->news.note[0] = '\0';
}

void
worker_run_trouble(WorkerRun *run, const char *where, const GError *why)
{
  g_autofree char *line = g_strdup_printf("%s: %s", where, why->message);
  base_log(BASE_LOG_WARN, "%s", line);
  g_strlcpy(run->news.note, line, sizeof run->news.note);
  const char *end = NULL; /* it may have been cut inside a character */
  if (!g_utf8_validate(run->news.note, -1, &end))
    run->news.note[end - run->news.note] = '\0';
}

void
worker_run_fail(WorkerRun *run, const char *where, GError *why_taken)
{
  worker_run_trouble(run, where, why_taken);
  if (run->first == NULL)
    run->first = why_taken;
  else
    g_error_free(why_taken);
}

/* --- one pass */

/* What is under way goes on between two pieces that are done on the spot. */
static void
pass_breathe(WorkerRun *run)
{
  if (worker_piece_count(run, NULL) == 0)
    return;
  net_multi_step(run->multi, 0);
  worker_piece_look(run);
}

static void
pass_pieces(WorkerRun *run)
{
  gboolean sent = TRUE, drafted = TRUE;
  gboolean send = TRUE, draft = TRUE; /* what failed is left alone until the next pass */
  while ((sent || drafted) && !worker_run_cancelled(run)) {
    GError *error = NULL;
    sent = drafted = FALSE;
    if (send && !worker_parcel_next(run, &sent, &error)) {
      worker_run_fail(run, "sending", g_steal_pointer(&error));
      send = sent = FALSE;
    }
    if (draft && !worker_draft_next(run, &drafted, &error)) {
      worker_run_fail(run, "drafting", g_steal_pointer(&error));
      draft = drafted = FALSE;
    }
    pass_breathe(run);
  }
}

static void
pass_tidy(WorkerRun *run)
{
  GError *error = NULL;
  guint done = 0;
  gint64 now = base_clock_monotonic();
  if (run->tidied != 0 && now - run->tidied < RUN_TIDY)
    return;
  run->tidied = now;
  if (!clinic_job_tidy(run->session, &done, &error))
    worker_run_fail(run, "tidying", error);
  run->news.done += done;
}

static void
pass_anchor(WorkerRun *run)
{
  GError *error = NULL;
  g_autofree char *today = base_clock_iso(base_clock_now());
  today[10] = '\0'; /* 2026-11-24 */
  if (g_strcmp0(today, run->anchored) == 0)
    return;
  if (!clinic_audit_anchor(run->session, &error)) {
    worker_run_fail(run, "anchoring the audit chain", error);
    return;
  }
  g_free(run->anchored);
  run->anchored = g_steal_pointer(&today);
}

gboolean
worker_run_pass(WorkerRun *run, gboolean *ret_young, GError **error)
{
  GError *why = NULL;
  *ret_young = FALSE;
  if (worker_piece_count(run, NULL) == 0)
    run->done_before = run->news.done;
  if (!worker_parcel_reconcile(run, &why))
    worker_run_fail(run, "asking after what was sent", g_steal_pointer(&why));
  if (!worker_remind_tend(run, &why))
    worker_run_fail(run, "planning reminders", g_steal_pointer(&why));
  worker_mailbox_read(run);
  worker_listen_tend(run);
  if (!worker_calendar_turn(run, &why))
    worker_run_fail(run, "reading calendars", g_steal_pointer(&why));
  if (!worker_inbox_read(run, ret_young, &why))
    worker_run_fail(run, "reading the inbox", g_steal_pointer(&why));
  pass_pieces(run);
  if (!worker_run_cancelled(run)) {
    pass_tidy(run);
    pass_anchor(run);
  }
  if (worker_piece_count(run, NULL) == 0)
    worker_run_tell(run, WORKER_IDLE, 0, -1);
  if (run->first == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&run->first));
  return FALSE;
}

/* --- a run */

WorkerRun *
worker_run_new(ClinicSession *session, NetMulti *multi, const gint *cancel, WorkerTell tell,
               gpointer data)
{
  WorkerRun *run = g_new0(WorkerRun, 1);
  *run =
      (WorkerRun){.session = session, .multi = multi, .cancel = cancel, .tell = tell, .data = data};
  run->http = net_http_new_on(multi);
  run->news.per_mille = -1;
  run->pieces = worker_piece_list();
  run->sights = worker_inbox_sights();
  return run;
}

void
worker_run_free(WorkerRun *run)
{
  if (run == NULL)
    return;
  worker_piece_stop(run);
  worker_chart_free(run);
  worker_listen_free(run);
  worker_parcel_free(run);
  worker_run_tell(run, WORKER_STOPPED, 0, -1);
  net_http_free(run->http);
  worker_service_free(run->service);
  scribe_lexicon_free(run->lexicon);
  g_hash_table_unref(run->sights);
  g_array_unref(run->pieces);
  g_clear_error(&run->first);
  g_free(run->anchored);
  g_free(run);
}

void
worker_run_wait(WorkerRun *run, gint64 length)
{
  gint64 end = g_get_monotonic_time() + length;
  guint ended = run->ended;
  while (!worker_run_cancelled(run) && run->ended == ended && run->first == NULL &&
         !net_multi_woken(run->multi)) {
    gint64 left = (end - g_get_monotonic_time() + 999) / 1000;
    if (left <= 0)
      break;
    gint64 most = worker_piece_count(run, NULL) > 0 ? RUN_SLICE_MS : RUN_TICK_MS;
    net_multi_step(run->multi, (guint)MIN(left, most));
    worker_piece_look(run);
  }
}

/* What is due now includes what is under way by then. */
gboolean
worker_run_once(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                guint *ret_done, GError **error)
{
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(session, multi, cancel, tell, data);
  gboolean young = FALSE;
  gboolean ok = worker_run_pass(run, &young, error);
  for (guint looks = 0; ok && !worker_run_cancelled(run);) {
    gboolean busy = worker_piece_count(run, NULL) > 0;
    if (!busy && (!young || looks++ == RUN_SETTLE_LOOKS))
      break;
    worker_run_wait(run, (young ? RUN_SETTLE_MS : RUN_TICK_MS) * G_GINT64_CONSTANT(1000));
    ok = worker_run_pass(run, &young, error);
  }
  worker_piece_stop(run);
  *ret_done = (guint)run->news.done;
  return ok;
}

/* Trouble of the moment: a service or a disk that may come back. */
static gboolean
may_pass(const GError *error)
{
  static const BaseError CODES[] = {
      BASE_ERROR_TRY_AGAIN, BASE_ERROR_IO,          BASE_ERROR_OS,         BASE_ERROR_CONFLICT,
      BASE_ERROR_NO_INPUT,  BASE_ERROR_CANT_CREATE, BASE_ERROR_UNAVAILABLE};
  for (gsize i = 0; i < G_N_ELEMENTS(CODES); i++)
    if (g_error_matches(error, BASE_ERROR, (int)CODES[i]))
      return TRUE;
  return FALSE;
}

static gboolean
loop(WorkerRun *run, GError **error)
{
  gint64 wait = RUN_TICK_MS * G_GINT64_CONSTANT(1000);
  while (!worker_run_cancelled(run)) {
    g_autoptr(GError) why = NULL;
    gboolean young = FALSE;
    if (worker_run_pass(run, &young, &why)) {
      wait = RUN_TICK_MS * G_GINT64_CONSTANT(1000);
    } else if (may_pass(why)) {
      wait = MIN(wait * 2, RUN_TROUBLE_MAX_S * G_USEC_PER_SEC);
    } else {
      g_propagate_error(error, g_steal_pointer(&why));
      return FALSE;
    }
    worker_run_wait(run, wait);
  }
  return TRUE;
}

gboolean
worker_run_loop(ClinicSession *session, NetMulti *multi, const gint *cancel, WorkerTell tell,
                gpointer data, GError **error)
{
  g_autoptr(WorkerRun) run = worker_run_new(session, multi, cancel, tell, data);
  return loop(run, error);
}

gboolean
worker_run_forever(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                   GError **error)
{
  g_autoptr(NetMulti) multi = net_multi_new();
  g_autoptr(WorkerRun) run = worker_run_new(session, multi, cancel, tell, data);
  run->listens = TRUE;
  return loop(run, error);
}
