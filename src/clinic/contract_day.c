#include <stdio.h>

#include "clinic/contract.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/calendar/zone.h"

/* "2026-12-31", and no other way to write it. */
static gboolean
day_read(const char *text, gint64 *ret)
{
  int year = 0, month = 0, day = 0;
  for (int i = 0; i < 10; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit(text[i]))
      return FALSE; /* the end of a shorter text is no digit either */
  if (text[10] != '\0' || sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || year == 0 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  *ret = calendar_zone_days(year, month, day);
  return TRUE;
}

gboolean
clinic_contract_day_parse(const char *text, gint64 *ret, GError **error)
{
  if (day_read(text, ret))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("%s is not a day such as 2026-12-31"), text);
  return FALSE;
}

char *
clinic_contract_day_text(gint64 day)
{
  int year = 0, month = 0, mday = 0;
  calendar_zone_civil(day, &year, &month, &mday);
  return g_strdup_printf("%04d-%02d-%02d", year, month, mday);
}

gint64
clinic_contract_day_today(ClinicSession *session)
{
  const char *zone = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  gint64 now = base_clock_now(), today = now / BASE_CLOCK_DAY;
  g_autofree char *text = base_clock_local(now, *zone != '\0' ? zone : NULL, "%Y-%m-%d");
  day_read(text, &today);
  return today;
}
