/* guichet calendar expand FILE.ics --from DATE --to DATE [--zone NAME] [--overlap] [--json]
 *
 * The occurrences of a calendar in a window of time, sorted by start; no clinic is needed.  FILE
 * "-" is standard input, at most 64 MiB.  --from is inclusive, --to exclusive; each is a date (in
 * --zone, else UTC) or an RFC 3339 instant.  An occurrence is listed when it starts in the window;
 * with --overlap also when it goes on into it.  Dates and floating times are read in --zone, else
 * in the calendar's X-WR-TIMEZONE, else in UTC.
 *
 * --json writes an array, one object a line:
 *
 *   uid            string
 *   recurrence_id  string or null: when the series first had it, in the form of start
 *   start, end     "2026-03-29T09:00:00+02:00"; of an all-day event "2026-03-29", end exclusive
 *   zone           IANA name, or the calendar's own TZID; null for all-day and floating times
 *   all_day        true where start and end are dates
 *   floating       true where the calendar gives no zone (start and end have the assumed offset)
 *   summary, location, patient_id, organizer   string or null
 *   status         "CONFIRMED", "TENTATIVE", "CANCELLED", or null where the calendar says nothing
 *   sequence       number
 *   categories     array of strings
 *   attendees      array of {"mail","name","partstat"}
 *
 * What is wrong in the file goes to standard error, a line each: file, line, component, what.  The
 * exit status is 0 as long as the file is a calendar at all. */
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/calendar/expander.h"
#include "cli/calendar.h"

enum { INPUT_MAX = 64 << 20, PROBLEMS_SHOWN = 20 };

typedef struct {
  char *from, *to, *zone;
  gboolean overlap, json;
  const char *path;
} Options;

typedef struct {
  const Options *options;
  CalendarWindow window;
  CalendarReader *reader;
  CalendarExpander *expander;
  guint shown;
  gboolean quiet; /* the second reading says nothing */
} Run;

/* --- the command line */

static gboolean
read_bound(const char *text, const CalendarZone *zone, gint64 *ret, GError **error)
{
  g_autofree char *digits = g_strdup(text);
  char *to = digits;
  for (const char *p = text; *p != '\0'; p++)
    if (*p != '-' && *p != ':')
      *to++ = *p == ' ' || *p == 't' ? 'T' : *p;
  *to = '\0';
  if (strlen(digits) == 13 && digits[8] == 'T') { /* no seconds */
    g_autofree char *short_form = g_steal_pointer(&digits);
    digits = g_strconcat(short_form, "00", NULL);
  }
  CalendarTime time;
  gsize length = strlen(digits);
  if ((length == 8 || length == 15) && strchr(text, 'Z') == NULL &&
      calendar_time_read(digits, length, &time)) {
    *ret = calendar_time_instant(&time, zone);
    return TRUE;
  }
  if (base_clock_parse(text, ret, NULL))
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is neither a date (2026-03-29) nor an instant (2026-03-29T09:00:00+02:00)"),
              text);
  return FALSE;
}

static gboolean
read_window(Run *run, GError **error)
{
  const Options *o = run->options;
  const CalendarZone *zone = o->zone != NULL ? calendar_zone_find(o->zone) : calendar_zone_utc();
  if (zone == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("there is no time zone %s"), o->zone);
    return FALSE;
  }
  if (o->from == NULL || o->to == NULL) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, _("both --from and --to are needed"));
    return FALSE;
  }
  if (!read_bound(o->from, zone, &run->window.from, error) ||
      !read_bound(o->to, zone, &run->window.to, error))
    return FALSE;
  run->window.floating = o->zone != NULL ? zone : NULL;
  run->window.overlap = o->overlap;
  if (run->window.to < run->window.from) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, _("--to lies before --from"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_options(int *argc, char ***argv, Options *ret, GError **error)
{
  const GOptionEntry entries[] = {
      {"from", 0, 0, G_OPTION_ARG_STRING, &ret->from, N_("first day or instant, inclusive"),
       N_("DATE")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &ret->to, N_("last day or instant, exclusive"), N_("DATE")},
      {"zone", 0, 0, G_OPTION_ARG_STRING, &ret->zone,
       N_("the zone of DATEs, of all-day and of floating times (default UTC)"), N_("NAME")},
      {"overlap", 0, 0, G_OPTION_ARG_NONE, &ret->overlap,
       N_("also what began before --from and is not over"), NULL},
      {"json", 0, 0, G_OPTION_ARG_NONE, &ret->json, N_("write a JSON array, one object a line"),
       NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GOptionContext) context = g_option_context_new("FILE.ics");
  g_option_context_set_summary(
      context, _("Lists the occurrences of a calendar between two dates, sorted by start.\n"
                 "FILE \"-\" is standard input."));
  g_option_context_set_description(
      context,
      _("Each JSON object has: uid, recurrence_id (null, or when the series first had it), start\n"
        "and end (RFC 3339 with offset; dates for all-day, end exclusive), zone (null for all-day\n"
        "and floating), all_day, floating, summary, location, patient_id, organizer, status\n"
        "(CONFIRMED, TENTATIVE, CANCELLED or null), sequence, categories, attendees (mail, name,\n"
        "partstat).  Cancelled occurrences are listed with their status.  What is wrong in the\n"
        "file goes to standard error with its line."));
  g_option_context_add_main_entries(context, entries, NULL);
  return g_option_context_parse(context, argc, argv, error);
}

/* --- reading */

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  Run *run = data;
  if (run->quiet || run->shown++ > PROBLEMS_SHOWN)
    return;
  if (run->shown > PROBLEMS_SHOWN)
    fprintf(stderr, _("guichet: more is wrong with %s\n"), run->options->path);
  else
    fprintf(stderr, "guichet: %s:%u: %s: %s\n", run->options->path, problem->line,
            problem->component, problem->message);
}

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  Run *run = data;
  if (run->expander == NULL) { /* X-WR-TIMEZONE has been read by now */
    if (run->window.floating == NULL)
      run->window.floating = calendar_reader_zone(run->reader);
    run->expander = calendar_expander_new(&run->window, on_problem, run);
  }
  calendar_expander_add(run->expander, event);
  return TRUE;
}

static gboolean
read_events(Run *run, const char *bytes, gsize length, GError **error)
{
  if (bytes == NULL)
    return calendar_reader_file(run->reader, run->options->path, error);
  return calendar_reader_feed(run->reader, bytes, length, error) &&
         calendar_reader_finish(run->reader, error);
}

static gboolean
expand(Run *run, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length = 0;
  if (strcmp(run->options->path, "-") == 0 &&
      !base_file_read("-", INPUT_MAX, &bytes, &length, error))
    return FALSE;
  run->reader = calendar_reader_new(on_event, on_problem, run);
  if (!read_events(run, bytes, length, error))
    return FALSE;
  if (run->expander != NULL && calendar_expander_again(run->expander)) {
    run->quiet = TRUE;
    return read_events(run, bytes, length, error);
  }
  return TRUE;
}

/* --- writing */

static char *
write_moment(const CalendarMoment *moment, gboolean date)
{
  gint64 local = moment->instant / BASE_CLOCK_SECOND + moment->offset;
  gint64 days = local / 86400 - (local % 86400 < 0);
  int clock = (int)(local - days * 86400), year, month, day, offset = ABS(moment->offset);
  calendar_zone_civil(days, &year, &month, &day);
  if (date)
    return g_strdup_printf("%04d-%02d-%02d", year, month, day);
  g_autofree char *second = offset % 60 != 0 ? g_strdup_printf(":%02d", offset % 60) : NULL;
  return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d%s", year, month, day,
                         clock / 3600, clock / 60 % 60, clock % 60, moment->offset < 0 ? '-' : '+',
                         offset / 3600, offset / 60 % 60, second != NULL ? second : "");
}

static json_t *
write_attendees(const CalendarDetail *detail)
{
  json_t *list = json_array();
  for (gsize i = 0; i < detail->n_attendees; i++) {
    const CalendarAttendee *a = &detail->attendees[i];
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s}", "mail", a->mail, "name", a->name,
                                          "partstat",
                                          a->partstat != NULL ? a->partstat : "NEEDS-ACTION"));
  }
  return list;
}

static json_t *
write_row(const CalendarOccurrence *o)
{
  const CalendarDetail *d = o->detail;
  g_autofree char *start = write_moment(&o->start, o->all_day);
  g_autofree char *end = write_moment(&o->end, o->all_day);
  g_autofree char *rid =
      o->recurring ? write_moment(&o->recurrence_id, o->recurrence_id_date) : NULL;
  json_t *categories = json_array();
  for (gsize i = 0; d->categories != NULL && d->categories[i] != NULL; i++)
    json_array_append_new(categories, json_string(d->categories[i]));
  return json_pack("{s:s, s:s?, s:s, s:s, s:s?, s:b, s:b, s:s?, s:s?, s:s?, s:s?, s:s?, s:i, "
                   "s:o, s:o}",
                   "uid", d->uid, "recurrence_id", rid, "start", start, "end", end, "zone", o->zone,
                   "all_day", (int)o->all_day, "floating", (int)(o->floating && !o->all_day),
                   "summary", d->summary, "location", d->location, "patient_id", d->patient_id,
                   "organizer", d->organizer, "status", calendar_event_status(d->status),
                   "sequence", d->sequence, "categories", categories, "attendees",
                   write_attendees(d));
}

static void
print_json(const CalendarOccurrence *rows, gsize n)
{
  puts("[");
  for (gsize i = 0; i < n; i++) {
    json_t *row = write_row(&rows[i]);
    char *text = json_dumps(row, JSON_COMPACT);
    printf("%s%s\n", text, i + 1 < n ? "," : "");
    free(text);
    json_decref(row);
  }
  puts("]");
}

static void
print_text(const CalendarOccurrence *rows, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const CalendarOccurrence *o = &rows[i];
    const char *status = calendar_event_status(o->detail->status);
    g_autofree char *start = write_moment(&o->start, o->all_day);
    g_autofree char *end = write_moment(&o->end, o->all_day);
    g_autofree char *rid =
        o->recurring ? write_moment(&o->recurrence_id, o->recurrence_id_date) : g_strdup("-");
    g_autofree char *uid = base_text_disarm(o->detail->uid, -1, FALSE);
    g_autofree char *zone = base_text_disarm(o->zone != NULL ? o->zone : "-", -1, FALSE);
    g_autofree char *summary =
        base_text_disarm(o->detail->summary != NULL ? o->detail->summary : "-", -1, FALSE);
    printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", start, end, zone, status != NULL ? status : "-", uid,
           rid, summary);
  }
}

static int
fail(GError *error)
{
  int status =
      g_error_matches(error, BASE_ERROR, error->code) ? base_error_exit(error) : BASE_ERROR_USAGE;
  g_autofree char *message = base_text_disarm(error->message, -1, FALSE);
  fprintf(stderr, "guichet: %s\n", message);
  g_error_free(error);
  return status;
}

static int
run_expand(const Options *options)
{
  Run run = {.options = options};
  GError *error = NULL;
  gboolean good = read_window(&run, &error) && expand(&run, &error);
  gsize n = 0;
  if (good) {
    const CalendarOccurrence *rows =
        run.expander != NULL ? calendar_expander_finish(run.expander, &n) : NULL;
    if (options->json)
      print_json(rows, n);
    else
      print_text(rows, n);
  }
  calendar_expander_free(run.expander);
  calendar_reader_free(run.reader);
  return good ? 0 : fail(error);
}

int
cli_calendar_expand(int argc, char **argv)
{
  Options options = {0};
  GError *error = NULL;
  int status;
  if (!read_options(&argc, &argv, &options, &error)) {
    status = fail(error);
  } else if (argc != 2) {
    fputs(_("usage: guichet calendar expand FILE.ics --from DATE --to DATE [--zone NAME] "
            "[--overlap] [--json]\n"),
          stderr);
    status = BASE_ERROR_USAGE;
  } else {
    options.path = argv[1];
    status = run_expand(&options);
  }
  g_free(options.from);
  g_free(options.to);
  g_free(options.zone);
  return status;
}
