/* The one clock.  Tests freeze and step it; nothing else in the program asks the system for the
 * time. */
#ifndef GUICHET_BASE_CLOCK_H
#define GUICHET_BASE_CLOCK_H

#include <glib.h>

G_BEGIN_DECLS

#define BASE_CLOCK_SECOND G_GINT64_CONSTANT(1000000)
#define BASE_CLOCK_MINUTE (60 * BASE_CLOCK_SECOND)
#define BASE_CLOCK_HOUR (60 * BASE_CLOCK_MINUTE)
#define BASE_CLOCK_DAY (24 * BASE_CLOCK_HOUR)

/* Microseconds since 1970-01-01T00:00:00Z. */
gint64 base_clock_now(void);

/* Microseconds that only go forward, for time-outs and idle locks.  Frozen with the clock. */
gint64 base_clock_monotonic(void);

/* For tests: the clock stands at `now` until it is stepped or thawed. */
void base_clock_freeze(gint64 now);
void base_clock_step(gint64 by);
void base_clock_thaw(void);

/* "2026-11-24T08:30:00Z", to the second; "…T08:30:00.123Z" with millis.  Caller frees. */
char *base_clock_iso(gint64 at);
char *base_clock_iso_millis(gint64 at);

/* The same instant on the wall of `zone` (IANA name, NULL for the system's), by a strftime-like
 * format of g_date_time_format().  Follows the locale.  Caller frees. */
char *base_clock_local(gint64 at, const char *zone, const char *format);

/* RFC 3339 / ISO 8601 with a zone into microseconds.  Fails with BASE_ERROR_DATA. */
gboolean base_clock_parse(const char *iso, gint64 *ret, GError **error);

G_END_DECLS
#endif
