#include "clinic/intake.h"

gboolean
clinic_intake_extend(ClinicSession *session, gint64 calendar, const gint *cancel,
                     ClinicIntakeResult *ret, GError **error)
{
  g_autoptr(ClinicIntake) intake = NULL;
  g_autoptr(StoreCalendar) row = NULL;
  ClinicIntakeFrame frame;
  const ClinicIntakeEnd end = {.whole = FALSE};
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_IMPORT, error) ||
      !store_calendar_load(session->store, calendar, &row, error))
    return FALSE;
  clinic_intake_spell_frame(session, row, &frame);
  if (row->horizon == 0 || row->horizon >= frame.horizon) { /* nothing yet, or nothing more */
    *ret = (ClinicIntakeResult){0};
    return TRUE;
  }
  if (!clinic_intake_open(session, calendar, NULL, NULL, &intake, error))
    return FALSE;
  clinic_intake_watch(intake, cancel);
  return clinic_intake_finish(intake, &end, ret, error);
}
