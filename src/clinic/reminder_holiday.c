#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/calendar_source.h"
#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"

#define HOLIDAY_BEHIND (70 * BASE_CLOCK_DAY) /* a reminder goes no further before closed days */
#define HOLIDAY_AHEAD (500 * BASE_CLOCK_DAY) /* nothing is planned further ahead */
#define HOLIDAY_MOST 2000u
#define HOLIDAY_SPAN 366 /* days of one */
#define HOLIDAY_DAY 86400

gboolean
clinic_reminder_holiday_calendar(ClinicSession *session, const CalendarPolicy *policy, gint64 *ret,
                                 GError **error)
{
  const char *name = calendar_policy_holiday_calendar(policy);
  g_autoptr(StoreCalendar) row = NULL;
  GError *why = NULL;
  *ret = 0;
  if (name == NULL)
    return TRUE;
  if (store_calendar_named(clinic_session_store(session), name, &row, &why)) {
    *ret = row->id;
    return TRUE;
  }
  if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
    g_propagate_error(error, why);
    return FALSE;
  }
  g_error_free(why);
  if (clinic_calendar_source_named(session, name))
    return TRUE; /* it was not read yet: whoever reads calendars says why */
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
              _("policy.conf: holiday-calendar: there is no calendar %s; `guichet calendar list "
                "--calendars` names them"),
              name);
  return FALSE;
}

static gint64
day_of(gint64 at, int offset)
{
  gint64 local = at / BASE_CLOCK_SECOND + offset;
  return local / HOLIDAY_DAY - (local % HOLIDAY_DAY < 0);
}

/* The days of one that lasts whole days; what lasts hours leaves the day open. */
static void
add_days(CalendarPolicy *policy, const StoreAppointment *a)
{
  if (!a->all_day || a->state != STORE_APPOINTMENT_BOOKED || a->tentative)
    return;
  gint64 first = day_of(a->start, a->start_offset);
  gint64 end = day_of(a->end, a->end_offset); /* the day after it */
  for (gint64 day = first; day < MIN(MAX(end, first + 1), first + HOLIDAY_SPAN); day++)
    calendar_policy_add_holiday(policy, day);
}

gboolean
clinic_reminder_holiday_fill(ClinicSession *session, CalendarPolicy *policy, GError **error)
{
  gint64 calendar = 0, now = base_clock_now();
  g_autoptr(GPtrArray) page = NULL;
  if (!clinic_reminder_holiday_calendar(session, policy, &calendar, error))
    return FALSE;
  if (calendar == 0)
    return TRUE;
  if (!store_appointment_page(clinic_session_store(session), STORE_APPOINTMENT_BY_CALENDAR,
                              calendar, now - HOLIDAY_BEHIND, 0, now + HOLIDAY_AHEAD, HOLIDAY_MOST,
                              &page, error))
    return FALSE;
  for (guint i = 0; i < page->len; i++)
    add_days(policy, page->pdata[i]);
  return TRUE;
}
