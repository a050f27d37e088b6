#include "worker/remind.h"

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/reminder.h"

#define REMIND_EVERY BASE_CLOCK_MINUTE
#define REMIND_SHARE 20 /* of the time, at most one part in so many */

/* A policy or a template that cannot be read stops the reminders, and nothing else. */
static gboolean
is_ours(const GError *why)
{
  return g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFIG) ||
         g_error_matches(why, BASE_ERROR, BASE_ERROR_DATA) ||
         g_error_matches(why, BASE_ERROR, BASE_ERROR_NO_INPUT);
}

gboolean
worker_remind_tend(WorkerRun *run, GError **error)
{
  guint done = 0;
  gint64 now = base_clock_monotonic();
  if (run->reminded != 0 &&
      now - run->reminded < MAX(REMIND_EVERY, REMIND_SHARE * run->remind_cost))
    return TRUE;
  run->reminded = now;
  GError *why = NULL;
  gboolean ok = clinic_reminder_tend(run->session, &done, &why);
  run->remind_cost = base_clock_monotonic() - now;
  if (ok) {
    run->news.done += done;
    return TRUE;
  }
  if (!is_ours(why)) {
    g_propagate_error(error, why);
    return FALSE;
  }
  worker_run_trouble(run, "planning reminders", why);
  g_error_free(why);
  return TRUE;
}
