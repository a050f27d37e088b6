#include "ui/age.h"

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"

/* In minutes: up to when a unit serves, and how long it is. */
static const struct {
  gint64 below, unit;
  const char *format;
} AGES[] = {{60, 1, N_("%dm")},
            {48 * 60, 60, N_("%dh")},
            {100 * 24 * 60, 24 * 60, N_("%dd")},
            {G_MAXINT64, 7 * 24 * 60, N_("%dw")}};

char *
ui_age_short(gint64 at)
{
  gint64 minutes = (base_clock_now() - at) / BASE_CLOCK_MINUTE;
  gsize i = 0;
  if (minutes < 1)
    return g_strdup("<1m");
  while (minutes >= AGES[i].below)
    i++;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf(_(AGES[i].format), (int)MIN(minutes / AGES[i].unit, 999));
#pragma GCC diagnostic pop
}

char *
ui_age_when(const ClinicSession *session, gint64 at)
{
  const char *zone = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  return base_clock_local(at, *zone != '\0' ? zone : NULL, "%Y-%m-%d %H:%M");
}
