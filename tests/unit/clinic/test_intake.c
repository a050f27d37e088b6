/* Calendars coming in: what changes, what does not, and whose it is. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/user.h"

#define PASSWORD "correct horse desk"

typedef struct {
  char *top;
  ClinicSession *desk;
  gint64 calendar;
  guint calendars;
} Place;

static void
remove_all(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *child = g_build_filename(path, name, NULL);
    remove_all(child);
  }
  g_remove(path);
}

static gint64
calendar_add(Place *place)
{
  char kind[] = "file", zone[] = "Europe/Paris";
  g_autofree char *name = g_strdup_printf("calendar %u", place->calendars++);
  ClinicCalendar given = {.kind = kind, .name = name, .zone = zone};
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  clinic_calendar_need(place->desk, &given, &id, &error);
  assert_no_error(error);
  return id;
}

static int
setup(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL;
  gint64 now = 0;
  assert_true(base_clock_parse("2026-03-02T08:00:00Z", &now, NULL));
  base_clock_freeze(now);
  place->top = g_dir_make_tmp("guichet-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(place->top, "clinic", NULL);
  clinic_user_found(dir, "Testing", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  assert_true(clinic_session_login(dir, "root", PASSWORD, &admin, NULL));
  assert_true(
      clinic_user_add(admin, "desk", "Desk", CLINIC_ROLE_FRONT_DESK, PASSWORD, TRUE, NULL, NULL));
  assert_true(clinic_session_login(dir, "desk", PASSWORD, &place->desk, NULL));
  place->calendar = calendar_add(place);
  *state = place;
  return 0;
}

static int
teardown(void **state)
{
  Place *place = *state;
  clinic_session_close(place->desk);
  remove_all(place->top);
  g_free(place->top);
  g_free(place);
  base_clock_thaw();
  return 0;
}

/* --- reading */

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  guint *last = data;
  *last = problem->line;
}

static ClinicIntakeResult
import_to(Place *place, gint64 calendar, const char *events, guint *ret_line)
{
  g_autoptr(ClinicIntake) intake = NULL;
  g_autoptr(GError) error = NULL;
  ClinicIntakeResult result = {0};
  guint line = 0;
  const ClinicIntakeEnd end = {.whole = TRUE};
  g_autofree char *text =
      strstr(events, "BEGIN:VCALENDAR") != NULL
          ? g_strdup(events)
          : g_strdup_printf("BEGIN:VCALENDAR\nVERSION:2.0\n%sEND:VCALENDAR\n", events);
  clinic_intake_open(place->desk, calendar, on_problem, &line, &intake, &error);
  assert_no_error(error);
  clinic_intake_resource(intake, NULL);
  for (gsize at = 0; at < strlen(text); at += 7) { /* in pieces, as a socket gives them */
    clinic_intake_feed(intake, text + at, MIN(7, strlen(text) - at), &error);
    assert_no_error(error);
  }
  clinic_intake_end(intake, &error);
  assert_no_error(error);
  clinic_intake_finish(intake, &end, &result, &error);
  assert_no_error(error);
  if (ret_line != NULL)
    *ret_line = line;
  return result;
}

static ClinicIntakeResult
import(Place *place, const char *events)
{
  return import_to(place, place->calendar, events, NULL);
}

static int
by_text(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The appointments, a line each, cancelled ones with an x before them or not at all. */
static char *
agenda_of(Place *place, gint64 calendar, gboolean cancelled)
{
  g_autoptr(GPtrArray) page = NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  assert_true(clinic_calendar_page(place->desk, calendar, 0, 0, G_MAXINT64, 100000, &page, NULL));
  for (guint i = 0; i < page->len; i++) {
    const ClinicAppointment *a = page->pdata[i];
    g_autofree char *start = base_clock_iso(a->start);
    gboolean gone = strcmp(a->state, "cancelled") == 0;
    if (!gone || cancelled)
      g_ptr_array_add(lines, g_strdup_printf("%s%s %s%s%s\n", gone ? "x" : "", start, a->summary,
                                             *a->patient_name != '\0' ? " " : "", a->patient_name));
  }
  if (!cancelled) /* for comparing: what is at the same time is in no order */
    g_ptr_array_sort(lines, by_text);
  g_ptr_array_add(lines, NULL);
  return g_strjoinv("", (char **)lines->pdata);
}

static void
assert_agenda(Place *place, const char *expected)
{
  g_autofree char *text = agenda_of(place, place->calendar, TRUE);
  assert_string_equal(text, expected);
}

static gint64
patient_add(Place *place, const char *family, const char *given, const char *record,
            const char *mail, const char *phone)
{
  g_autoptr(ClinicPatient) p = clinic_patient_new();
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  char **fields[] = {&p->family, &p->given, &p->record, &p->mail, &p->phone, &p->birth};
  const char *values[] = {family, given, record, mail, phone, "1980-02-03"};
  for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_free(*fields[i]);
    *fields[i] = g_strdup(values[i]);
  }
  clinic_patient_find_or_add(place->desk, p, &id, &error);
  assert_no_error(error);
  return id;
}

#define EVENT(uid, start, more) EVENT_OF(uid, uid, start, more)
#define EVENT_OF(uid, summary, start, more)                                                        \
  "BEGIN:VEVENT\nUID:" uid "\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Paris:" start          \
  "\nDURATION:PT30M\nSUMMARY:" summary "\n" more "END:VEVENT\n"

/* --- what changes */

static void
test_life(void **state)
{
  Place *place = *state;
  ClinicIntakeResult r =
      import(place, EVENT("a", "20260310T090000", "") EVENT("b", "20260311T090000", ""));
  assert_true(r.added == 2 && r.booked == 2 && r.unmatched == 2 && r.uncertain == 0);
  r = import(place, EVENT("a", "20260310T100000", "") EVENT("b", "20260311T090000", ""));
  assert_true(r.changed == 1 && r.same == 1 && r.moved == 1 && r.cancelled == 0);
  assert_agenda(place, "2026-03-10T09:00:00Z a\n2026-03-11T08:00:00Z b\n");
  r = import(place, EVENT("a", "20260310T100000", "STATUS:CANCELLED\n"));
  assert_true(r.cancelled == 2 && r.gone == 1);
  assert_agenda(place, "x2026-03-10T09:00:00Z a\nx2026-03-11T08:00:00Z b\n");
  r = import(place, EVENT("a", "20260310T100000", "") EVENT("b", "20260311T090000", ""));
  assert_true(r.restored == 2 && r.booked == 0);
  assert_agenda(place, "2026-03-10T09:00:00Z a\n2026-03-11T08:00:00Z b\n");
}

static void
test_past(void **state)
{
  Place *place = *state;
  import(place, EVENT("old", "20260227T090000", "") EVENT("new", "20260310T090000", ""));
  ClinicIntakeResult r = import(place, "");
  assert_true(r.gone == 2 &&
              r.cancelled == 1); /* what took place is not undone by a tidy calendar */
  assert_agenda(place, "2026-02-27T08:00:00Z old\nx2026-03-10T08:00:00Z new\n");
}

static void
test_series(void **state)
{
  Place *place = *state;
  const char *rule = "RRULE:FREQ=WEEKLY;COUNT=4\n";
  g_autofree char *one = g_strdup_printf(EVENT("s", "20260320T090000", "%s"), rule);
  ClinicIntakeResult r = import(place, one);
  assert_true(r.added == 1 && r.booked == 4);
  assert_agenda(place, "2026-03-20T08:00:00Z s\n2026-03-27T08:00:00Z s\n" /* the clock changes */
                       "2026-04-03T07:00:00Z s\n2026-04-10T07:00:00Z s\n");
  g_autofree char *two = g_strconcat(
      EVENT("s", "20260328T110000", "RECURRENCE-ID;TZID=Europe/Paris:20260327T090000\n"), one,
      NULL);
  r = import(place, two); /* the override comes before its series */
  assert_true(r.added == 1 && r.moved == 1 && r.booked == 0 && r.cancelled == 0);
  assert_agenda(place, "2026-03-20T08:00:00Z s\n2026-03-28T10:00:00Z s\n2026-04-03T07:00:00Z s\n"
                       "2026-04-10T07:00:00Z s\n");
  r = import(place, one); /* back where it was */
  assert_true(r.gone == 1 && r.moved == 1);
  r = import(place, EVENT("s", "20260320T090000", "RRULE:FREQ=WEEKLY;COUNT=2\n"));
  assert_true(r.cancelled == 2 && r.booked == 0);
  assert_agenda(place, "2026-03-20T08:00:00Z s\n2026-03-27T08:00:00Z s\nx2026-04-03T07:00:00Z s\n"
                       "x2026-04-10T07:00:00Z s\n");
}

/* The same again, and with the DTSTAMP of another export. */
static void
test_same(void **state)
{
  Place *place = *state;
  const char *text =
      EVENT("a", "20260310T090000", "") EVENT("s", "20260320T090000", "RRULE:FREQ=WEEKLY;COUNT=4\n")
          EVENT("a", "20260310T093000", "SEQUENCE:2\n")
              EVENT("a", "20260310T091500", "SEQUENCE:1\n");
  g_autofree char *later = g_strdup(text);
  import(place, text);
  for (char *p = later; (p = strstr(p, "20260101")) != NULL;)
    memcpy(p, "20260202", 8);
  gint64 version = clinic_session_version(place->desk);
  ClinicIntakeResult r = import(place, text);
  assert_int_equal(r.added + r.changed + r.gone, 0);
  assert_int_equal(r.events, 4);
  assert_true(clinic_session_version(place->desk) == version);
  import(place, text);
  assert_true(clinic_session_version(place->desk) == version); /* nothing was committed at all */
  r = import(place, EVENT("a", "20260310T093000", "SEQUENCE:2\n")
                        EVENT("s", "20260320T090000", "RRULE:FREQ=WEEKLY;COUNT=4\n"));
  assert_true(clinic_session_version(place->desk) == version);
  r = import(place, EVENT("a", "20260310T093000", "LAST-MODIFIED:20260301T090000Z\nSEQUENCE:2\n")
                        EVENT("s", "20260320T090000", "RRULE:FREQ=WEEKLY;COUNT=4\n"));
  assert_true(clinic_session_version(place->desk) == version);
  g_autofree char *agenda = agenda_of(place, place->calendar, FALSE);
  assert_true(g_str_has_prefix(agenda, "2026-03-10T08:30:00Z a\n"));
  r = import(place, EVENT("a", "20260310T080000", "SEQUENCE:1\n")); /* a calendar put back */
  assert_true(r.changed == 1 && r.moved == 1);
}

static void
test_messages(void **state)
{
  Place *place = *state;
#define MESSAGE(method, events)                                                                    \
  "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:" method "\n" events "END:VCALENDAR\n"
  import(place, EVENT("a", "20260310T090000", "SEQUENCE:3\n")
                    EVENT("s", "20260320T090000", "RRULE:FREQ=WEEKLY;COUNT=2\nSEQUENCE:1\n"));
  ClinicIntakeResult r =
      import(place, MESSAGE("REQUEST", EVENT("a", "20260312T090000", "SEQUENCE:2\n")));
  assert_true(r.old == 1 && r.moved == 0 && r.gone == 0);
  r = import(place, MESSAGE("CANCEL", EVENT("a", "20260310T090000", "SEQUENCE:2\n")));
  assert_true(r.cancelled == 0);
  r = import(place, MESSAGE("CANCEL", EVENT("a", "20260310T090000", "SEQUENCE:4\n")));
  assert_true(r.cancelled == 1);
  r = import(place, MESSAGE("CANCEL", EVENT("s", "20260327T090000",
                                            "RECURRENCE-ID;TZID=Europe/Paris:20260327T090000\n"
                                            "SEQUENCE:2\n")));
  assert_true(r.cancelled == 1);
  r = import(place, MESSAGE("REPLY", EVENT("s", "20260320T090000", "SEQUENCE:9\n")));
  assert_true(r.changed + r.added + r.gone == 0);
  assert_agenda(place, "x2026-03-10T08:00:00Z a\n2026-03-20T08:00:00Z s\n"
                       "x2026-03-27T08:00:00Z s\n");
}

static void
test_broken(void **state)
{
  Place *place = *state;
  guint line = 0;
  import(place, EVENT("a", "20260310T090000", "") EVENT("b", "20260311T090000", ""));
  ClinicIntakeResult r = import_to(
      place, place->calendar,
      "BEGIN:VEVENT\nUID:b\nDTSTART:never\nEND:VEVENT\n" EVENT("c", "20260312T090000", ""), &line);
  assert_int_equal(line, 3);
  assert_true(r.problems == 1 && r.added == 1 && r.kept == 2 && r.gone == 0);
  assert_agenda(place, "2026-03-10T08:00:00Z a\n2026-03-11T08:00:00Z b\n2026-03-12T08:00:00Z c\n");
}

/* A zone of the file's own must still be known when the series is spelt out. */
static void
test_zone(void **state)
{
  Place *place = *state;
  import(place, "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:Our Wall\nBEGIN:STANDARD\n"
                "DTSTART:19700101T000000\nTZOFFSETFROM:+0430\nTZOFFSETTO:+0430\nEND:STANDARD\n"
                "END:VTIMEZONE\nBEGIN:VEVENT\nUID:z\nDTSTAMP:20260101T000000Z\n"
                "DTSTART;TZID=Our Wall:20260310T090000\nRRULE:FREQ=DAILY;COUNT=2\nSUMMARY:z\n"
                "END:VEVENT\nEND:VCALENDAR\n");
  assert_agenda(place, "2026-03-10T04:30:00Z z\n2026-03-11T04:30:00Z z\n");
}

/* --- whose it is */

#define ATTENDEE(name, mail) "ATTENDEE;CN=\"" name "\":mailto:" mail "\n"

static guint
tasks(Place *place)
{
  gint64 counts[CLINIC_STATE_N] = {0};
  assert_true(clinic_queue_counts(place->desk, counts, NULL));
  return (guint)counts[CLINIC_STATE_READY];
}

static void
test_match(void **state)
{
  Place *place = *state;
  patient_add(place, "Moreau", "Anna", "R-1", "home@moreau.example", "06 12 34 56 78");
  patient_add(place, "Moreau", "Ben", "R-2", "home@moreau.example", "06 12 34 56 99");
  patient_add(place, "Roy", "Carl", "", "carl@roy.example", "+33 7 00 00 00 01");
  ClinicIntakeResult r =
      import(place, EVENT("mail", "20260310T090000", ATTENDEE("x", "CARL@roy.example"))
                        EVENT("record", "20260311T090000", "X-PATIENT-ID:r1\n")
                            EVENT("family", "20260312T090000",
                                  ATTENDEE("Ben Moreau", "home@moreau.example"))
                                EVENT_OF("phone", "Roy Carl 0700000001", "20260313T090000", ""));
  assert_int_equal(r.unmatched, 0);
  assert_agenda(place, "2026-03-10T08:00:00Z mail ROY Carl\n"
                       "2026-03-11T08:00:00Z record MOREAU Anna\n"
                       "2026-03-12T08:00:00Z family MOREAU Ben\n"
                       "2026-03-13T08:00:00Z Roy Carl 0700000001 ROY Carl\n");
}

static void
test_uncertain(void **state)
{
  Place *place = *state;
  gint64 ben = patient_add(place, "Moreau", "Ben", "R-2", "home@moreau.example", "0612345699");
  patient_add(place, "Moreau", "Anna", "R-1", "home@moreau.example", "0612345678");
  const char *text = EVENT("both", "20260310T090000", ATTENDEE("Moreau", "home@moreau.example"))
      EVENT("denied", "20260311T090000",
            "X-PATIENT-ID:R-7\n" ATTENDEE("Ben Moreau", "home@moreau.example"))
          EVENT_OF("phone", "Ben Moreau 0700000000", "20260312T090000", "")
              EVENT("stranger", "20260313T090000", ATTENDEE("Zoe", "zoe@nowhere.example"));
  ClinicIntakeResult r = import(place, text);
  assert_true(r.unmatched == 4 && r.uncertain == 3);
  assert_int_equal(tasks(place), 3);
  r = import(place, text);
  assert_true(r.uncertain == 0);
  assert_int_equal(tasks(place), 3);
  g_autoptr(GPtrArray) page = NULL;
  assert_true(clinic_calendar_page(place->desk, place->calendar, 0, 0, G_MAXINT64, 9, &page, NULL));
  const ClinicAppointment *first = page->pdata[0];
  assert_true(first->patient == 0);
  assert_true(clinic_calendar_match(place->desk, first->id, ben, NULL));
  assert_int_equal(tasks(place), 2); /* the answered one is done */
  g_autofree char *agenda = agenda_of(place, place->calendar, FALSE);
  assert_true(g_str_has_prefix(agenda, "2026-03-10T08:00:00Z both MOREAU Ben\n"));
  import(place, EVENT("both", "20260310T100000", ATTENDEE("Moreau", "home@moreau.example")));
  assert_agenda(place, "2026-03-10T09:00:00Z both MOREAU Ben\n"
                       "x2026-03-11T08:00:00Z denied\n"
                       "x2026-03-12T08:00:00Z Ben Moreau 0700000000\n"
                       "x2026-03-13T08:00:00Z stranger\n");
}

/* --- series without an end */

static guint
booked_within(Place *place, guint days)
{
  g_autoptr(GPtrArray) page = NULL;
  gint64 now = base_clock_now();
  assert_true(clinic_calendar_page(place->desk, place->calendar, now, 0,
                                   now + days * BASE_CLOCK_DAY, 100000, &page, NULL));
  return page->len;
}

static void
extend(Place *place, ClinicIntakeResult *ret)
{
  g_autoptr(GError) error = NULL;
  clinic_intake_extend(place->desk, place->calendar, NULL, ret, &error);
  assert_no_error(error);
}

/* Nobody reads it again, and it goes on; eight a day are more than are booked for a year ahead. */
static void
test_extend(void **state)
{
  Place *place = *state;
  ClinicIntakeResult r =
      import(place, EVENT("weekly", "20260302T100000", "RRULE:FREQ=WEEKLY\n")
                        EVENT("often", "20260302T091000", "RRULE:FREQ=MINUTELY;INTERVAL=180\n"));
  assert_true(r.booked >= 2000 + 56 && r.lacking == 0 && r.problems == 0);
  for (guint week = 0; week < 60; week++) {
    guint n = booked_within(place, 90); /* an hour more or less where the clocks change */
    assert_in_range(n, 90 * 8 + 12, 90 * 8 + 14);
    base_clock_step(7 * BASE_CLOCK_DAY);
    extend(place, &r);
    assert_true(r.booked > 0 && r.moved == 0 && r.cancelled == 0 && r.lacking == 0);
    gint64 version = clinic_session_version(place->desk);
    extend(place, &r);
    assert_true(r.booked == 0 && clinic_session_version(place->desk) == version);
  }
}

static gint64
lacking_of(Place *place)
{
  g_autoptr(ClinicCalendar) calendar = NULL;
  assert_true(clinic_calendar_open(place->desk, place->calendar, &calendar, NULL));
  return calendar->lacking;
}

/* What cannot be booked is told with its line, and nothing that is known is lost for it. */
static void
test_lacking(void **state)
{
  Place *place = *state;
  guint line = 0;
  const char *good = EVENT("a", "20260310T090000", "RRULE:FREQ=WEEKLY;COUNT=3\n");
  const char *bad = EVENT("b", "20260310T110000", "")
      EVENT("a", "20260310T090000", "RRULE:FREQ=SOMETIMES\nSEQUENCE:1\n");
  import(place, good);
  ClinicIntakeResult r = import_to(place, place->calendar, bad, &line);
  assert_true(r.lacking == 1 && r.cancelled == 0 && r.booked == 1 && line == 10);
  assert_int_equal(lacking_of(place), 1);
  assert_int_equal(booked_within(place, 30), 4);
  base_clock_step(7 * BASE_CLOCK_DAY);
  extend(place, &r);
  assert_int_equal(lacking_of(place), 1);
  import(place, good);
  assert_int_equal(lacking_of(place), 0);
}

/* Three hundred a day are nobody's appointments: told, and bounded. */
static void
test_flood(void **state)
{
  Place *place = *state;
  guint line = 0;
  ClinicIntakeResult r =
      import_to(place, place->calendar,
                EVENT("a", "20200310T090000", "RRULE:FREQ=MINUTELY;INTERVAL=5\n"), &line);
  assert_true(r.lacking == 1 && r.booked <= 20000 && line == 3);
  assert_int_equal(booked_within(place, 60), 60 * 288);
}

/* Much that is gone at once is a fault of whoever tells it, unless a person says otherwise. */
static void
test_emptied(void **state)
{
  Place *place = *state;
  g_autoptr(ClinicIntake) intake = NULL;
  g_autoptr(GError) error = NULL;
  ClinicIntakeResult result = {0};
  const ClinicIntakeEnd end = {.whole = TRUE};
  const char empty[] = "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n";
  const char *full = EVENT("a", "20260310T090000", "RRULE:FREQ=DAILY;COUNT=20\n");
  import(place, full);
  for (guint i = 0; i < 2; i++) { /* not by itself; then because somebody says so */
    g_clear_pointer(&intake, clinic_intake_free);
    assert_true(clinic_intake_open(place->desk, place->calendar, NULL, NULL, &intake, NULL));
    clinic_intake_resource(intake, NULL);
    if (i == 1)
      clinic_intake_emptied(intake);
    assert_true(clinic_intake_feed(intake, empty, strlen(empty), NULL));
    assert_true(clinic_intake_end(intake, NULL));
    assert_int_equal(clinic_intake_finish(intake, &end, &result, i == 0 ? &error : NULL), i == 1);
    if (i == 1)
      assert_int_equal(result.cancelled, 20);
    ClinicIntakeResult again = import(place, full);
    assert_int_equal(again.restored, i == 0 ? 0 : 20);
  }
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  import(place, EVENT("b", "20260310T090000", "RRULE:FREQ=DAILY;COUNT=19\n")); /* not "a" */
  assert_int_equal(import(place, "").cancelled, 19);                           /* few may go */
}

/* --- a folder */

static void
write_event(const char *dir, const char *name, const char *events)
{
  g_autofree char *path = g_build_filename(dir, name, NULL);
  g_autofree char *text =
      g_strdup_printf("BEGIN:VCALENDAR\nVERSION:2.0\n%sEND:VCALENDAR\n", events);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static ClinicIntakeResult
import_path(Place *place, const char *path)
{
  g_autoptr(ClinicIntake) intake = NULL;
  g_autoptr(GError) error = NULL;
  ClinicIntakeResult result = {0};
  assert_true(clinic_intake_open(place->desk, place->calendar, NULL, NULL, &intake, NULL));
  clinic_intake_path(intake, path, &result, &error);
  assert_no_error(error);
  return result;
}

static void
test_folder(void **state)
{
  Place *place = *state;
  g_autofree char *dir = g_build_filename(place->top, "vdir", NULL);
  g_autofree char *b = g_build_filename(dir, "b.ics", NULL);
  assert_int_equal(g_mkdir(dir, 0700), 0);
  write_event(dir, "a.ics", EVENT("a", "20260310T090000", ""));
  write_event(dir, "b.ics", EVENT("b", "20260311T090000", "") EVENT("c", "20260312T090000", ""));
  ClinicIntakeResult r = import_path(place, dir);
  assert_true(r.added == 3 && r.booked == 3);
  gint64 version = clinic_session_version(place->desk);
  r = import_path(place, dir);
  assert_true(r.same == 3 && clinic_session_version(place->desk) == version);
  write_event(dir, "b.ics", EVENT("b", "20260311T090000", ""));
  r = import_path(place, dir);
  assert_true(r.gone == 1 && r.cancelled == 1);
  assert_true(g_file_set_contents(b, "no calendar", -1, NULL));
  r = import_path(place, dir);
  assert_true(r.problems == 1 && r.gone == 0 && r.kept == 1);
  g_remove(b);
  r = import_path(place, dir);
  assert_true(r.gone == 1 && r.cancelled == 1);
}

/* --- any sequence of edits leaves what a first reading of the last state gives */

enum { EVENTS = 12, STEPS = 60 };

typedef struct {
  gboolean there, cancelled, skip;
  int day, hour, rule, moved; /* rule 0 none; moved: hours by which the second occurrence is late */
  int sequence;
} Model;

static void
edit(GRand *rand, Model *m)
{
  switch (g_rand_int_range(rand, 0, 7)) {
  case 0:
    m->there = !m->there;
    break;
  case 1:
    m->cancelled = !m->cancelled;
    break;
  case 2:
    m->day = g_rand_int_range(rand, 5, 28);
    break;
  case 3:
    m->hour = g_rand_int_range(rand, 8, 18);
    break;
  case 4:
    m->rule = g_rand_int_range(rand, 0, 4);
    break;
  case 5:
    m->moved = g_rand_int_range(rand, 0, 5);
    break;
  default:
    m->skip = !m->skip;
  }
  m->sequence += g_rand_int_range(rand, 0, 2);
}

static void
write_model(GString *text, guint n, const Model *m)
{
  static const char *const RULES[] = {"", "RRULE:FREQ=DAILY;COUNT=5\n",
                                      "RRULE:FREQ=WEEKLY;UNTIL=20260501T000000Z\n",
                                      "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3\n"};
  static const char *const PEOPLE[] = {"anna@x.example", "ben@x.example", "nobody@x.example"};
  int step = m->rule == 2 ? 7 : m->rule == 3 ? 2 : 1, day = m->day + step;
  if (!m->there)
    return;
  g_string_append_printf(
      text,
      "BEGIN:VEVENT\nUID:u%u\nDTSTAMP:20260101T000000Z\nSEQUENCE:%d\nSUMMARY:visit %u\n"
      "DTSTART;TZID=Europe/Paris:202603%02dT%02d0000\nDURATION:PT30M\nSTATUS:%s\n%s"
      "ATTENDEE:mailto:%s\n",
      n, m->sequence, n, m->day, m->hour, m->cancelled ? "CANCELLED" : "CONFIRMED", RULES[m->rule],
      PEOPLE[n % G_N_ELEMENTS(PEOPLE)]);
  if (m->skip && m->rule != 0)
    g_string_append_printf(text, "EXDATE;TZID=Europe/Paris:202603%02dT%02d0000\n", m->day, m->hour);
  g_string_append(text, "END:VEVENT\n");
  if (m->moved == 0 || m->rule == 0 || day > 31)
    return;
  g_string_append_printf(text,
                         "BEGIN:VEVENT\nUID:u%u\nDTSTAMP:20260101T000000Z\nSEQUENCE:%d\n"
                         "RECURRENCE-ID;TZID=Europe/Paris:202603%02dT%02d0000\nSUMMARY:moved\n"
                         "DTSTART;TZID=Europe/Paris:202603%02dT%02d3000\nDURATION:PT30M\n"
                         "ATTENDEE:mailto:%s\nEND:VEVENT\n",
                         n, m->sequence, day, m->hour, day, m->hour + m->moved,
                         PEOPLE[n % G_N_ELEMENTS(PEOPLE)]);
}

static void
test_edits(void **state)
{
  Place *place = *state;
  Model models[EVENTS] = {{0}};
  g_autoptr(GRand) rand = g_rand_new_with_seed(20260302);
  patient_add(place, "Moreau", "Anna", "", "anna@x.example", "");
  patient_add(place, "Moreau", "Ben", "", "ben@x.example", "");
  for (guint i = 0; i < EVENTS; i++)
    models[i] = (Model){.there = TRUE, .day = 5 + (int)i, .hour = 9};
  for (guint step = 0; step < STEPS; step++) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint n = (guint)g_rand_int_range(rand, 1, 5); n > 0; n--)
      edit(rand, &models[g_rand_int_range(rand, 0, EVENTS)]);
    for (guint i = 0; i < EVENTS; i++)
      write_model(text, i, &models[i]);
    import(place, text->str);
    gint64 version = clinic_session_version(place->desk);
    import(place, text->str);
    assert_true(clinic_session_version(place->desk) == version);
    gint64 fresh = calendar_add(place);
    import_to(place, fresh, text->str, NULL);
    g_autofree char *followed = agenda_of(place, place->calendar, FALSE);
    g_autofree char *expected = agenda_of(place, fresh, FALSE);
    if (strcmp(followed, expected) != 0)
      fail_msg("step %u\nis\n%sand not\n%s", step, followed, expected);
  }
}

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
  const struct CMUnitTest tests[] = {
      PLACE_TEST(test_life),    PLACE_TEST(test_past),     PLACE_TEST(test_series),
      PLACE_TEST(test_same),    PLACE_TEST(test_messages), PLACE_TEST(test_broken),
      PLACE_TEST(test_zone),    PLACE_TEST(test_match),    PLACE_TEST(test_uncertain),
      PLACE_TEST(test_folder),  PLACE_TEST(test_edits),    PLACE_TEST(test_extend),
      PLACE_TEST(test_emptied), PLACE_TEST(test_lacking),  PLACE_TEST(test_flood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
