#include "clinic/backoff.h"

#include "guichet/base/clock.h"

gint64
clinic_backoff(gint64 first, guint attempts)
{
  guint doublings = MIN(attempts > 0 ? attempts - 1 : 0, 20);
  gint64 whole = MIN(first << doublings, BASE_CLOCK_HOUR);
  return whole - (gint64)(g_random_double() * (double)(whole / 4));
}
