/* The worker's turn of reading calendars.  Servers may be slow and calendars large: a thread with a
 * session of its own reads them, so that nothing else waits.  The two share `cancel` and `over`;
 * all else is the thread's until it is joined. */
#include <signal.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "worker/calendar.h"
#include "worker/piece.h"

typedef struct {
  ClinicSession *session;
  GThread *thread;
  gint cancel, over;
  gboolean unread; /* nothing is read: series go on */
  guint changed;   /* calendars that brought something new */
  GError *failed;  /* the first trouble, to be told */
} Turn;

static void
turn_free(Turn *turn)
{
  clinic_session_close(turn->session);
  g_clear_error(&turn->failed);
  g_free(turn);
}

static void
on_told(const WorkerCalendarTold *told, gpointer data)
{
  Turn *turn = data;
  if (told->error == NULL) {
    turn->changed += told->result->added + told->result->changed + told->result->gone > 0;
    return;
  }
  if (turn->failed == NULL && !g_error_matches(told->error, BASE_ERROR, BASE_ERROR_CANCELLED))
    turn->failed = g_error_new(told->error->domain, told->error->code, "%s: %s", told->name,
                               told->error->message);
}

static gpointer
turn_main(gpointer data)
{
  Turn *turn = data;
  g_autoptr(GError) why = NULL;
  const WorkerCalendarSync sync = {
      .due = TRUE, .unread = turn->unread, .cancel = &turn->cancel, .told = on_told, .data = turn};
  if (!worker_calendar_sync(turn->session, &sync, &why) && turn->failed == NULL &&
      !g_error_matches(why, BASE_ERROR, BASE_ERROR_TRY_AGAIN)) /* another worker does it */
    turn->failed = g_steal_pointer(&why);
  g_atomic_int_set(&turn->over, 1);
  return NULL;
}

/* Signals are for the thread that waits. */
static GThread *
thread_new(Turn *turn)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  GThread *made = g_thread_new("calendars", turn_main, turn);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return made;
}

static void
turn_end(WorkerRun *run, Turn *turn)
{
  g_thread_join(turn->thread);
  if (turn->failed != NULL)
    worker_run_trouble(run, "reading calendars", turn->failed);
  run->news.done += turn->changed;
  worker_piece_end(run, turn);
  turn_free(turn);
}

static void
turn_look(WorkerRun *run, gpointer piece)
{
  Turn *turn = piece;
  if (g_atomic_int_get(&turn->over) != 0)
    turn_end(run, turn);
}

static void
turn_stop(WorkerRun *run, gpointer piece)
{
  Turn *turn = piece;
  g_atomic_int_set(&turn->cancel, 1);
  turn_end(run, turn);
}

static const WorkerPieceKind TURN = {turn_look, turn_stop};

static gboolean
is_any(WorkerRun *run, gboolean *ret, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  if (!clinic_calendar_list(run->session, &all, error))
    return FALSE;
  *ret = *clinic_calendar_source_names(run->session) != NULL || all->len > 0;
  return TRUE;
}

gboolean
worker_calendar_turn(WorkerRun *run, GError **error)
{
  gint64 every = base_conf_int(clinic_session_conf(run->session), BASE_CONF_CALENDAR_EVERY);
  gint64 now = base_clock_monotonic();
  gint64 span = every == 0 ? BASE_CLOCK_DAY : every * BASE_CLOCK_MINUTE;
  gboolean any = FALSE;
  if (worker_piece_count(run, &TURN) > 0 || (run->calendars != 0 && now - run->calendars < span))
    return TRUE;
  run->calendars = now;
  if (!is_any(run, &any, error))
    return FALSE;
  if (!any)
    return TRUE;
  Turn *turn = g_new0(Turn, 1);
  turn->unread = every == 0;
  if (!clinic_session_worker(run->session, &turn->session, error)) {
    g_free(turn);
    return FALSE;
  }
  turn->thread = thread_new(turn);
  worker_piece_begin(run, &TURN, turn);
  return TRUE;
}
