#include "ui/age.h"

#include "guichet/base/clock.h"

char *
ui_age_short(gint64 at)
{
  gint64 minutes = (base_clock_now() - at) / BASE_CLOCK_MINUTE;
  if (minutes < 1)
    return g_strdup("<1m");
  if (minutes < 60)
    return g_strdup_printf("%" G_GINT64_FORMAT "m", minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf("%" G_GINT64_FORMAT "h", minutes / 60);
  if (minutes < 100 * 24 * 60)
    return g_strdup_printf("%" G_GINT64_FORMAT "d", minutes / (24 * 60));
  return g_strdup_printf("%" G_GINT64_FORMAT "w", MIN(minutes / (7 * 24 * 60), 999));
}

char *
ui_age_when(const ClinicSession *session, gint64 at)
{
  const char *zone = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  return base_clock_local(at, *zone != '\0' ? zone : NULL, "%Y-%m-%d %H:%M");
}
