#include "clinic/backoff.h"

#include "guichet/base/clock.h"

gint64
clinic_backoff(gint64 first, guint attempts)
{
  guint doublings = MIN(attempts > 0 ? attempts - 1 : 0, 20);
  return MIN(first << doublings, BASE_CLOCK_HOUR);
}
