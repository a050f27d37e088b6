#include "worker/run.h"

#include <poll.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/job.h"
#include "worker/draft.h"
#include "worker/inbox.h"
#include "worker/parcel.h"

#define RUN_TIDY BASE_CLOCK_MINUTE

enum {
  RUN_TICK_MS = 1000,     /* between two looks for what is due */
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

/* --- one pass */

/* The first error of a pass is the one to return; the others are in the log. */
static void
note_error(WorkerRun *run, const char *where, GError *why, GError **first)
{
  worker_run_trouble(run, where, why);
  if (*first == NULL)
    *first = why;
  else
    g_error_free(why);
}

static void
pass_pieces(WorkerRun *run, GError **first)
{
  gboolean sent = TRUE, drafted = TRUE;
  gboolean send = TRUE, draft = TRUE; /* what failed is left alone until the next pass */
  while ((sent || drafted) && !worker_run_cancelled(run)) {
    GError *error = NULL;
    sent = drafted = FALSE;
    if (send && !worker_parcel_next(run, &sent, &error)) {
      note_error(run, "sending", g_steal_pointer(&error), first);
      send = sent = FALSE;
    }
    if (draft && !worker_draft_next(run, &drafted, &error)) {
      note_error(run, "drafting", g_steal_pointer(&error), first);
      draft = drafted = FALSE;
    }
  }
}

static void
pass_tidy(WorkerRun *run, GError **first)
{
  GError *error = NULL;
  guint done = 0;
  gint64 now = base_clock_monotonic();
  if (run->tidied != 0 && now - run->tidied < RUN_TIDY)
    return;
  run->tidied = now;
  if (!clinic_job_tidy(run->session, &done, &error))
    note_error(run, "tidying", error, first);
  run->news.done += done;
}

static void
pass_anchor(WorkerRun *run, GError **first)
{
  GError *error = NULL;
  g_autofree char *today = base_clock_iso(base_clock_now());
  today[10] = '\0'; /* 2026-11-24 */
  if (g_strcmp0(today, run->anchored) == 0)
    return;
  if (!clinic_audit_anchor(run->session, &error)) {
    note_error(run, "anchoring the audit chain", error, first);
    return;
  }
  g_free(run->anchored);
  run->anchored = g_steal_pointer(&today);
}

/* *ret_young: files came in that are perhaps still being written. */
static gboolean
run_pass(WorkerRun *run, gboolean *ret_young, GError **error)
{
  GError *first = NULL, *why = NULL;
  run->done_before = run->news.done;
  *ret_young = FALSE;
  if (!worker_parcel_reconcile(run, &why))
    note_error(run, "asking after what was sent", g_steal_pointer(&why), &first);
  if (!worker_inbox_read(run, ret_young, &why))
    note_error(run, "reading the inbox", g_steal_pointer(&why), &first);
  pass_pieces(run, &first);
  if (!worker_run_cancelled(run)) {
    pass_tidy(run, &first);
    pass_anchor(run, &first);
  }
  worker_run_tell(run, WORKER_IDLE, 0, -1);
  if (first == NULL)
    return TRUE;
  g_propagate_error(error, first);
  return FALSE;
}

/* --- a run */

static void
run_init(WorkerRun *run, ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data)
{
  *run = (WorkerRun){.session = session, .cancel = cancel, .tell = tell, .data = data};
  run->news.per_mille = -1;
  run->sights = worker_inbox_sights();
}

static void
run_clear(WorkerRun *run)
{
  worker_run_tell(run, WORKER_STOPPED, 0, -1);
  scribe_lexicon_free(run->lexicon);
  g_hash_table_unref(run->sights);
  g_free(run->anchored);
}

/* poll() and not a sleep: a signal ends it. */
static gboolean
nap_poll(gint64 length, gpointer data)
{
  (void)data;
  poll(NULL, 0, (int)(length / 1000));
  return TRUE;
}

gboolean
worker_run_once(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                guint *ret_done, GError **error)
{
  WorkerRun run;
  gboolean young = FALSE;
  run_init(&run, session, cancel, tell, data);
  gboolean ok = run_pass(&run, &young, error);
  for (int i = 0; ok && young && i < RUN_SETTLE_LOOKS && !worker_run_cancelled(&run); i++) {
    nap_poll(RUN_SETTLE_MS * 1000, NULL);
    ok = run_pass(&run, &young, error);
  }
  *ret_done = (guint)run.news.done;
  run_clear(&run);
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

gboolean
worker_run_loop(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                WorkerNap nap, gpointer nap_data, GError **error)
{
  WorkerRun run;
  gint64 wait = RUN_TICK_MS * G_GINT64_CONSTANT(1000);
  gboolean ok = TRUE;
  run_init(&run, session, cancel, tell, data);
  while (!worker_run_cancelled(&run)) {
    g_autoptr(GError) why = NULL;
    gboolean young = FALSE;
    if (run_pass(&run, &young, &why)) {
      wait = RUN_TICK_MS * G_GINT64_CONSTANT(1000);
    } else if (may_pass(why)) {
      wait = MIN(wait * 2, RUN_TROUBLE_MAX_S * G_USEC_PER_SEC);
    } else {
      g_propagate_error(error, g_steal_pointer(&why));
      ok = FALSE;
      break;
    }
    if (!nap(wait, nap_data))
      break;
  }
  run_clear(&run);
  return ok;
}

gboolean
worker_run_forever(ClinicSession *session, const gint *cancel, WorkerTell tell, gpointer data,
                   GError **error)
{
  return worker_run_loop(session, cancel, tell, data, nap_poll, NULL, error);
}
