/* guichet calendar: appointments in from calendars, and what there is of them. */
#include "cli/calendar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/user.h"
#include "guichet/worker/calendar.h"

enum { PROBLEMS_SHOWN = 20, PAGE = 500 };

/* --- import */

typedef struct {
  char *name, *clinician, *place, *zone;
  CliOption option;
  char *ca_file;
  gboolean emptied;
  char *url;         /* NULL: a file or a folder */
  const char *kind;  /* of what is at the address */
  const char *path;  /* as given */
  const char *label; /* an address may be a secret: messages say the calendar's name */
  guint shown;
  gboolean same;
} Import;

static void
import_clear(Import *import)
{
  g_free(import->name);
  g_free(import->clinician);
  g_free(import->place);
  g_free(import->zone);
  g_free(import->ca_file);
  g_free(import->url);
  cli_option_clear(&import->option);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  Import *import = data;
  if (import->shown++ > PROBLEMS_SHOWN)
    return;
  if (import->shown > PROBLEMS_SHOWN)
    fprintf(stderr, _("guichet: more is wrong with %s\n"), import->label);
  else
    fprintf(stderr, "guichet: %s:%u: %s: %s\n", import->label, problem->line, problem->component,
            problem->message);
}

/* The name of a file without .ics, or of a folder, where no --name says another. */
static char *
name_of(const Import *import)
{
  if (import->name != NULL || import->url != NULL || strcmp(import->path, "-") == 0)
    return g_strdup(import->name);
  g_autofree char *base = g_path_get_basename(import->path);
  if (g_str_has_suffix(base, ".ics"))
    base[strlen(base) - strlen(".ics")] = '\0';
  return g_utf8_make_valid(base, -1);
}

static gboolean
calendar_need(ClinicSession *session, const Import *import, gint64 *ret, GError **error)
{
  const char *path_kind = g_file_test(import->path, G_FILE_TEST_IS_DIR) ? "folder" : "file";
  g_autofree char *name = name_of(import);
  gboolean standard = strcmp(import->path, "-") == 0;
  if (!standard && import->url == NULL &&
      access(import->path, R_OK) != 0) { /* before anything remembers its name */
    g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT, _("%s cannot be read: %s"), import->path,
                g_strerror(errno));
    return FALSE;
  }
  g_autofree char *location = standard              ? NULL
                              : import->url != NULL ? g_strdup(import->url)
                                                    : g_canonicalize_filename(import->path, NULL);
  g_autofree char *kind = g_strdup(import->url != NULL ? import->kind : path_kind);
  ClinicCalendar given = {
      .kind = kind,
      .name = name,
      .location = location,
      .place = import->place,
      .zone = import->zone,
  };
  if (import->clinician != NULL) {
    given.clinician = clinic_user_find(session, import->clinician);
    if (given.clinician == 0) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                  _("the clinician is not one of the clinic's, or not the only one of that name; "
                    "give a login name of `guichet user list`"));
      return FALSE;
    }
  }
  return clinic_calendar_need(session, &given, ret, error);
}

static int
print_result(const Import *import, gint64 id, const ClinicIntakeResult *r)
{
  if (import->option.json)
    return cli_option_print(json_pack(
        "{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "calendar", cli_option_id(id), "events", (json_int_t)r->events, "problems",
        (json_int_t)r->problems, "added", (json_int_t)r->added, "changed", (json_int_t)r->changed,
        "same", (json_int_t)r->same, "gone", (json_int_t)r->gone, "old", (json_int_t)r->old, "kept",
        (json_int_t)r->kept, "uncertain", (json_int_t)r->uncertain, "unmatched",
        (json_int_t)r->unmatched, "booked", (json_int_t)r->booked, "moved", (json_int_t)r->moved,
        "cancelled", (json_int_t)r->cancelled, "restored", (json_int_t)r->restored, "lacking",
        (json_int_t)r->lacking));
  if (import->same)
    printf(_("%s: the server says that nothing has changed\n"), import->label);
  printf(_("events: %llu read, %llu new, %llu changed, %llu gone\n"), (unsigned long long)r->events,
         (unsigned long long)r->added, (unsigned long long)r->changed, (unsigned long long)r->gone);
  printf(_("appointments: %llu booked, %llu moved, %llu cancelled, %llu restored\n"),
         (unsigned long long)r->booked, (unsigned long long)r->moved,
         (unsigned long long)r->cancelled, (unsigned long long)r->restored);
  if (r->unmatched > 0)
    printf(_("without a known patient: %llu, of which %llu wait in the queue for a decision\n"),
           (unsigned long long)r->unmatched, (unsigned long long)r->uncertain);
  if (r->kept > 0)
    printf(_("not in the calendar any more, but kept because something in it is broken: %llu\n"),
           (unsigned long long)r->kept);
  if (r->lacking > 0)
    printf(_("series of which not every occurrence can be booked: %llu\n"),
           (unsigned long long)r->lacking);
  return cli_option_flush();
}

static gboolean
take_in(ClinicSession *session, Import *import, gint64 id, ClinicIntakeResult *ret, GError **error)
{
  const WorkerCalendarRead read = {.calendar = id,
                                   .ca_file = import->ca_file,
                                   .emptied = import->emptied,
                                   .problem = on_problem,
                                   .data = import};
  g_autoptr(ClinicIntake) intake = NULL;
  if (import->url != NULL)
    return worker_calendar_read(session, &read, ret, &import->same, error);
  if (!clinic_intake_open(session, id, on_problem, import, &intake, error))
    return FALSE;
  if (import->emptied)
    clinic_intake_emptied(intake);
  return clinic_intake_path(intake, import->path, ret, error);
}

static int
run_import(int argc, char **argv)
{
  g_auto(Import) import = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicIntakeResult result = {0};
  gint64 id = 0;
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &import.name,
       N_("what the calendar is called; the name of the file without"), N_("NAME")},
      {"clinician", 0, 0, G_OPTION_ARG_STRING, &import.clinician, N_("whose calendar it is"),
       N_("NAME")},
      {"place", 0, 0, G_OPTION_ARG_STRING, &import.place,
       N_("where its appointments are, when they do not say"), N_("PLACE")},
      {"zone", 0, 0, G_OPTION_ARG_STRING, &import.zone,
       N_("the zone of all-day and of floating times"), N_("NAME")},
      {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &import.ca_file,
       N_("trust the certificates in it, for an address"), N_("FILE")},
      {"emptied", 0, 0, G_OPTION_ARG_NONE, &import.emptied,
       N_("there may be nothing in it any more: take its appointments away"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, entries,
                       _("FILE|DIR|URL"),
                       _("Brings appointments in from a calendar: a file, a folder of them, "
                         "or an address (https, webcal, caldavs)."),
                       &import.option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("give one file, folder or address"));
  import.path = argv[1];
  import.label = import.name != NULL ? import.name : import.path;
  gboolean address = worker_calendar_is_address(import.path);
  if (address && import.name == NULL)
    return cli_option_usage(_("a calendar from an address needs a --name"));
  if (strcmp(import.path, "-") == 0 && import.name == NULL)
    return cli_option_usage(_("a calendar from standard input needs a --name"));
  if (!cli_option_session(&import.option, &session, &error) ||
      (address && !worker_calendar_address(session, import.name, import.path, &import.kind,
                                           &import.url, &error)) ||
      !calendar_need(session, &import, &id, &error) ||
      !take_in(session, &import, id, &result, &error))
    return cli_option_fail(error);
  return print_result(&import, id, &result);
}

/* --- list */

typedef struct {
  char *from, *to;
  gboolean calendars;
  CliOption option;
} Listing;

static void
listing_clear(Listing *listing)
{
  g_free(listing->from);
  g_free(listing->to);
  cli_option_clear(&listing->option);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

static json_t *
appointment_json(const ClinicAppointment *a)
{
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:b}", "id",
                   cli_option_id(a->id), "calendar", cli_option_id(a->calendar), "patient",
                   cli_option_id(a->patient), "clinician", cli_option_id(a->clinician), "start",
                   cli_option_time(a->start), "end", cli_option_time(a->end), "state", a->state,
                   "patient_name", a->patient_name, "summary", a->summary, "location", a->location,
                   "zone", a->zone, "all_day", (int)a->all_day);
}

static void
print_appointment(const ClinicAppointment *a)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(a->start / BASE_CLOCK_SECOND);
  g_autoptr(GDateTime) wall = g_date_time_add_seconds(utc, a->start_offset);
  g_autofree char *when = g_date_time_format(wall, a->all_day ? "%F      " : "%F %R");
  printf("%" G_GINT64_FORMAT "  %s  %-10s  %s  %s\n", a->id, when, a->state,
         *a->patient_name != '\0' ? a->patient_name : "-", a->summary);
}

static int
list_appointments(ClinicSession *session, const Listing *listing, gint64 from, gint64 to)
{
  g_autoptr(GError) error = NULL;
  json_t *list = json_array();
  gint64 after = 0;
  guint n = PAGE;
  while (n == PAGE) {
    g_autoptr(GPtrArray) page = NULL;
    if (!clinic_calendar_page(session, 0, from, after, to, PAGE, &page, &error)) {
      json_decref(list);
      return cli_option_fail(error);
    }
    n = page->len;
    for (guint i = 0; i < n; i++) {
      const ClinicAppointment *a = page->pdata[i];
      from = a->start;
      after = a->id;
      if (listing->option.json)
        json_array_append_new(list, appointment_json(a));
      else
        print_appointment(a);
    }
  }
  if (listing->option.json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

/* The rest of an address may be a secret (many servers give such ones out). */
static char *
location_shown(const ClinicCalendar *c)
{
  g_autoptr(GUri) uri = worker_calendar_is_address(c->location)
                            ? g_uri_parse(c->location, G_URI_FLAGS_ENCODED, NULL)
                            : NULL;
  if (uri == NULL)
    return g_strdup(c->location);
  return g_strdup_printf("%s://%s/…", g_uri_get_scheme(uri), g_uri_get_host(uri));
}

static json_t *
calendar_json(const ClinicCalendar *c, const char *location)
{
  return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:I, s:o, s:o, s:I}", "id",
                   cli_option_id(c->id), "name", c->name, "kind", c->kind, "location", location,
                   "place", c->place, "zone", c->zone, "clinician", cli_option_id(c->clinician),
                   "trouble", c->trouble, "failures", (json_int_t)c->failures, "since",
                   cli_option_time(c->since), "rest_until", cli_option_time(c->rest_until),
                   "lacking", (json_int_t)c->lacking);
}

static void
print_calendar(ClinicSession *session, const ClinicCalendar *c, const char *location)
{
  printf("%-20s  %-7s  %-20s  %s\n", c->name, c->kind,
         c->clinician != 0 ? clinic_user_title(session, c->clinician) : "-", location);
  if (c->lacking > 0)
    printf(_("    series of which not every occurrence can be booked: %lld\n"),
           (long long)c->lacking);
  if (*c->trouble == '\0')
    return;
  g_autofree char *since = base_clock_iso(c->since);
  printf(_("    in trouble since %s: %s\n"), since, c->trouble);
}

static int
list_calendars(ClinicSession *session, const Listing *listing)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  if (!clinic_calendar_list(session, &all, &error))
    return cli_option_fail(error);
  json_t *list = json_array();
  for (guint i = 0; i < all->len; i++) {
    const ClinicCalendar *c = all->pdata[i];
    g_autofree char *location = location_shown(c);
    if (listing->option.json)
      json_array_append_new(list, calendar_json(c, location));
    else
      print_calendar(session, c, location);
  }
  if (listing->option.json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
run_list(int argc, char **argv)
{
  g_auto(Listing) listing = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 from = base_clock_now(), to = G_MAXINT64;
  const GOptionEntry entries[] = {
      {"from", 0, 0, G_OPTION_ARG_STRING, &listing.from, N_("from this instant on; now without"),
       N_("TIME")},
      {"to", 0, 0, G_OPTION_ARG_STRING, &listing.to, N_("before this instant"), N_("TIME")},
      {"calendars", 0, 0, G_OPTION_ARG_NONE, &listing.calendars,
       N_("the calendars instead of the appointments"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, entries,
                       NULL, _("Lists the appointments to come, by time."), &listing.option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("list takes no arguments"));
  if ((listing.from != NULL && !cli_option_parse_time(listing.from, &from, &error)) ||
      (listing.to != NULL && !cli_option_parse_time(listing.to, &to, &error)) ||
      !cli_option_session(&listing.option, &session, &error))
    return cli_option_fail(error);
  return listing.calendars ? list_calendars(session, &listing)
                           : list_appointments(session, &listing, from, to);
}

/* --- match */

static int
run_match(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 appointment = 0, patient = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, NULL, _("APPOINTMENT PATIENT"),
                                _("Says whose an appointment is, and all of its series."), &option);
  if (status >= 0)
    return status;
  if (argc != 3)
    return cli_option_usage(_("give the ids of an appointment and of a patient"));
  return cli_option_parse_id(argv[1], &appointment, &error) &&
                 cli_option_parse_id(argv[2], &patient, &error) &&
                 cli_option_session(&option, &session, &error) &&
                 clinic_calendar_match(session, appointment, patient, &error)
             ? 0
             : cli_option_fail(error);
}

int
cli_calendar_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"import", run_import, N_("bring appointments in from a file, a folder or an address")},
      {"sync", cli_calendar_sync, N_("read the calendars again, those that have changed")},
      {"list", run_list, N_("list the appointments to come")},
      {"match", run_match, N_("say whose an appointment is")},
      {"expand", cli_calendar_expand, N_("list the occurrences of an .ics file; needs no clinic")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
