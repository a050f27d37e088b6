/* Parse and expand 90 days: ours, and libical fed one VEVENT at a time over the same bytes.
 *
 *   bench_calendar FILE.ics…
 *
 * Each is run three times and the best kept.  libical gets each VEVENT's bytes as they stand,
 * reads DTSTART, DTEND, SUMMARY, LOCATION and STATUS, and walks each RRULE with its own iterator,
 * set to the window where the rule has no COUNT: what a program on libical would do at least.
 * Overrides, zones and sorting, which ours does, are not asked of it. */
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <libical/ical.h>

#include "guichet/base/clock.h"
#include "guichet/base/file.h"
#include "guichet/calendar/expander.h"

enum { ROUNDS = 3, FILE_MAX = 1 << 30 };

static const char FROM[] = "2024-02-01T00:00:00Z", TO[] = "2024-05-01T00:00:00Z";

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  calendar_expander_add(data, event);
  return TRUE;
}

static gsize
run_ours(const char *bytes, gsize length)
{
  CalendarWindow window = {0};
  base_clock_parse(FROM, &window.from, NULL);
  base_clock_parse(TO, &window.to, NULL);
  g_autoptr(CalendarExpander) expander = calendar_expander_new(&window, NULL, NULL);
  g_autoptr(CalendarReader) reader = calendar_reader_new(on_event, NULL, expander);
  do {
    for (gsize i = 0; i < length; i += 65536)
      calendar_reader_feed(reader, bytes + i, MIN(65536, length - i), NULL);
    calendar_reader_finish(reader, NULL);
  } while (calendar_expander_again(expander));
  gsize n = 0;
  calendar_expander_finish(expander, &n);
  return n;
}

static gsize
walk(icalcomponent *event, struct icaltimetype from, struct icaltimetype to)
{
  struct icaltimetype start = icalcomponent_get_dtstart(event), at;
  icalproperty *property = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
  gsize n = 0;
  if (property == NULL)
    return icaltime_compare(start, from) >= 0 && icaltime_compare(start, to) < 0;
  struct icalrecurrencetype rule = icalproperty_get_rrule(property);
  icalrecur_iterator *iterator = icalrecur_iterator_new(rule, start);
  if (iterator == NULL)
    return 0;
  if (rule.count == 0 && icaltime_compare(start, from) < 0)
    icalrecur_iterator_set_start(iterator, from);
  for (at = icalrecur_iterator_next(iterator);
       !icaltime_is_null_time(at) && icaltime_compare(at, to) < 0;
       at = icalrecur_iterator_next(iterator))
    n += icaltime_compare(at, from) >= 0;
  icalrecur_iterator_free(iterator);
  return n;
}

static gsize
run_libical(const char *bytes, gsize length)
{
  (void)length;
  static const char BEGIN[] = "BEGIN:VEVENT\r\n", END[] = "END:VEVENT\r\n";
  struct icaltimetype from = icaltime_from_string("20240201T000000");
  struct icaltimetype to = icaltime_from_string("20240501T000000");
  const char *p = bytes; /* NUL-terminated */
  gsize n = 0, seen = 0;
  while ((p = strstr(p, BEGIN)) != NULL) {
    const char *stop = strstr(p, END);
    if (stop == NULL)
      break;
    g_autofree char *text = g_strndup(p, (gsize)(stop - p) + sizeof END - 1);
    icalcomponent *event = icalparser_parse_string(text);
    if (event != NULL) {
      seen += icalcomponent_get_summary(event) != NULL;
      seen += icalcomponent_get_location(event) != NULL;
      seen += !icaltime_is_null_time(icalcomponent_get_dtend(event));
      seen += (gsize)icalcomponent_get_status(event);
      n += walk(event, from, to);
      icalcomponent_free(event);
    }
    p = stop;
  }
  return seen > 0 ? n : 0;
}

static double
best(gsize (*run)(const char *, gsize), const char *bytes, gsize length, gsize *ret_n)
{
  gint64 least = G_MAXINT64;
  for (int i = 0; i < ROUNDS; i++) {
    gint64 began = g_get_monotonic_time();
    *ret_n = run(bytes, length);
    least = MIN(least, g_get_monotonic_time() - began);
  }
  return (double)least / 1e6;
}

int
main(int argc, char **argv)
{
  printf("%-28s %9s %9s %12s %9s %12s %6s\n", "file", "MB", "ours s", "events/s", "libical s",
         "occurrences", "ratio");
  for (int i = 1; i < argc; i++) {
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize length = 0, ours = 0, theirs = 0, events = 0;
    if (!base_file_read(argv[i], FILE_MAX, &bytes, &length, &error)) {
      fprintf(stderr, "%s\n", error->message);
      return 1;
    }
    for (const char *p = bytes; (p = strstr(p, "BEGIN:VEVENT")) != NULL; p++)
      events++;
    double a = best(run_ours, bytes, length, &ours), b = best(run_libical, bytes, length, &theirs);
    g_autofree char *name = g_path_get_basename(argv[i]);
    printf("%-28s %9.1f %9.3f %12.0f %9.3f %12zu %6.2f\n", name, (double)length / 1e6, a,
           (double)events / a, b, ours, a / b);
  }
  return 0;
}
