#include "guichet/base/clock.h"
#include "guichet/base/error.h"

/* The test clock: one of the three globals that the house allows itself. */
static gint64 clock_frozen; /* atomic by lock, since the worker's thread asks as well */
static gboolean clock_is_frozen;
static GMutex clock_lock;

static gboolean
clock_read(gint64 *ret)
{
  g_mutex_lock(&clock_lock);
  gboolean frozen = clock_is_frozen;
  if (frozen)
    *ret = clock_frozen;
  g_mutex_unlock(&clock_lock);
  return frozen;
}

gint64
base_clock_now(void)
{
  gint64 at;
  return clock_read(&at) ? at : g_get_real_time();
}

gint64
base_clock_monotonic(void)
{
  gint64 at;
  return clock_read(&at) ? at : g_get_monotonic_time();
}

void
base_clock_freeze(gint64 now)
{
  g_mutex_lock(&clock_lock);
  clock_frozen = now;
  clock_is_frozen = TRUE;
  g_mutex_unlock(&clock_lock);
}

void
base_clock_step(gint64 by)
{
  g_mutex_lock(&clock_lock);
  clock_frozen += by;
  g_mutex_unlock(&clock_lock);
}

void
base_clock_thaw(void)
{
  g_mutex_lock(&clock_lock);
  clock_is_frozen = FALSE;
  g_mutex_unlock(&clock_lock);
}

static GDateTime *
clock_date_time(gint64 at, GTimeZone *zone)
{
  gint64 seconds = at / BASE_CLOCK_SECOND;
  gint64 micros = at % BASE_CLOCK_SECOND;
  if (micros < 0) {
    micros += BASE_CLOCK_SECOND;
    seconds--;
  }
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
  if (utc == NULL)
    return NULL;
  g_autoptr(GDateTime) exact = g_date_time_add(utc, micros);
  return zone == NULL ? g_steal_pointer(&exact) : g_date_time_to_timezone(exact, zone);
}

static char *
clock_format(gint64 at, GTimeZone *zone, const char *format)
{
  g_autoptr(GDateTime) when = clock_date_time(at, zone);
  char *text = when == NULL ? NULL : g_date_time_format(when, format);
  return text != NULL ? text : g_strdup("?");
}

char *
base_clock_iso(gint64 at)
{
  return clock_format(at, NULL, "%Y-%m-%dT%H:%M:%SZ");
}

char *
base_clock_iso_millis(gint64 at)
{
  g_autofree char *seconds = clock_format(at, NULL, "%Y-%m-%dT%H:%M:%S");
  int millis = (int)((at % BASE_CLOCK_SECOND + BASE_CLOCK_SECOND) % BASE_CLOCK_SECOND / 1000);
  return g_strdup_printf("%s.%03dZ", seconds, millis);
}

char *
base_clock_local(gint64 at, const char *zone, const char *format)
{
  g_autoptr(GTimeZone) there =
      zone == NULL ? g_time_zone_new_local() : g_time_zone_new_identifier(zone);
  return clock_format(at, there, format);
}

gboolean
base_clock_parse(const char *iso, gint64 *ret, GError **error)
{
  g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(iso, NULL);
  if (when == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                "a time is not written as 2026-11-24T08:30:00Z; write it so, with its zone");
    return FALSE;
  }
  *ret = g_date_time_to_unix(when) * BASE_CLOCK_SECOND + g_date_time_get_microsecond(when);
  return TRUE;
}
