#include "unit.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/calendar/expander.h"
#include "guichet/calendar/invite.h"

typedef struct {
  CalendarReader *reader;
  CalendarExpander *expander;
  GString *problems;
} Case;

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  Case *c = data;
  calendar_expander_add(c->expander, event);
  return TRUE;
}

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  Case *c = data;
  g_string_append_printf(c->problems, "%u %s %s\n", problem->line, problem->component,
                         problem->message);
}

/* One "uid start/minutes rid status summary" a line; `chunk` bytes are fed at a time. */
static char *
expand(const char *text, gsize length, const char *from, const char *to, gsize chunk,
       char **ret_problems)
{
  CalendarWindow window = {.floating = calendar_zone_find("Europe/Paris")};
  Case c = {.problems = g_string_new(NULL)};
  assert_true(base_clock_parse(from, &window.from, NULL));
  assert_true(base_clock_parse(to, &window.to, NULL));
  c.expander = calendar_expander_new(&window, on_problem, &c);
  c.reader = calendar_reader_new(on_event, on_problem, &c);
  do {
    for (gsize i = 0; i < length; i += chunk)
      assert_true(calendar_reader_feed(c.reader, text + i, MIN(chunk, length - i), NULL));
    calendar_reader_finish(c.reader, NULL);
  } while (calendar_expander_again(c.expander));
  gsize n = 0;
  const CalendarOccurrence *rows = calendar_expander_finish(c.expander, &n);
  GString *out = g_string_new(NULL);
  for (gsize i = 0; i < n && i < 200; i++) {
    const CalendarOccurrence *o = &rows[i];
    const char *status = calendar_event_status(o->detail->status);
    g_autofree char *start = base_clock_iso(o->start.instant + o->start.offset * BASE_CLOCK_SECOND);
    g_autofree char *rid = o->recurring ? base_clock_iso(o->recurrence_id.instant) : g_strdup("-");
    start[strlen(start) - 1] = '\0';
    g_string_append_printf(
        out, "%s %s%+d/%d %s %s %s\n", o->detail->uid, start, o->start.offset / 60,
        (int)((o->end.instant - o->start.instant) / BASE_CLOCK_MINUTE), rid,
        status != NULL ? status : "-", o->detail->summary != NULL ? o->detail->summary : "-");
  }
  calendar_expander_free(c.expander);
  calendar_reader_free(c.reader);
  if (ret_problems != NULL)
    *ret_problems = g_string_free(c.problems, FALSE);
  else
    g_string_free(c.problems, TRUE);
  return g_string_free(out, FALSE);
}

static void
check(const char *events, const char *from, const char *to, const char *expected)
{
  g_autofree char *text =
      g_strconcat("BEGIN:VCALENDAR\nVERSION:2.0\n", events, "END:VCALENDAR\n", NULL);
  for (gsize chunk = 1; chunk < 5000; chunk = chunk * 7 + 3) {
    g_autofree char *got = expand(text, strlen(text), from, to, chunk, NULL);
    assert_string_equal(got, expected);
  }
}

#define EVENT(uid, lines) "BEGIN:VEVENT\nUID:" uid "\n" lines "END:VEVENT\n"

static void
test_clock_changes(void **state)
{
  (void)state;
  /* 02:30 does not exist on the 29th of March and comes twice on the 25th of October */
  check(EVENT("a", "DTSTART;TZID=Europe/Paris:20260328T023000\nDURATION:PT30M\n"
                   "RRULE:FREQ=DAILY;COUNT=3\n"),
        "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z",
        "a 2026-03-28T02:30:00+60/30 2026-03-28T01:30:00Z - -\n"
        "a 2026-03-29T03:30:00+120/30 2026-03-29T01:30:00Z - -\n"
        "a 2026-03-30T02:30:00+120/30 2026-03-30T00:30:00Z - -\n");
  check(EVENT("a", "DTSTART;TZID=Europe/Paris:20261025T023000\n"), "2026-10-01T00:00:00Z",
        "2026-11-01T00:00:00Z", "a 2026-10-25T02:30:00+120/0 - - -\n");
  /* DTEND is an exact length, DURATION in days a nominal one */
  check(EVENT("a", "DTSTART;TZID=Europe/Paris:20260327T120000\n"
                   "DTEND;TZID=Europe/Paris:20260328T120000\nRRULE:FREQ=DAILY;COUNT=2\n")
            EVENT("b", "DTSTART;TZID=Europe/Paris:20260328T130000\nDURATION:P1D\n"),
        "2026-03-28T00:00:00Z", "2026-04-01T00:00:00Z",
        "a 2026-03-28T12:00:00+60/1440 2026-03-28T11:00:00Z - -\n"
        "b 2026-03-28T13:00:00+60/1380 - - -\n");
}

static void
test_zones(void **state)
{
  (void)state;
  static const char OWN[] =
      "BEGIN:VTIMEZONE\nTZID:Clinic\nBEGIN:STANDARD\nDTSTART:16010101T030000\n"
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0430\n"
      "TZOFFSETTO:+0330\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n"
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZOFFSETFROM:+0330\n"
      "TZOFFSETTO:+0430\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
  /* the VTIMEZONE may stand behind the event that means it */
  g_autofree char *text = g_strconcat(
      EVENT("a", "DTSTART;TZID=Clinic:20260701T090000\n")
          EVENT("b", "DTSTART;TZID=Clinic:20260102T090000\n")
              EVENT("c", "DTSTART;TZID=Romance Standard Time:20260703T090000\n")
                  EVENT("d", "DTSTART;TZID=/x.org/2005/America/New_York:20260704T090000\n")
                      EVENT("e", "DTSTART:20260705T090000\n")
                          EVENT("f", "DTSTART;VALUE=DATE:20260706\n")
                              EVENT("g", "DTSTART:20260707T090000Z\n"),
      OWN, NULL);
  check(text, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
        "b 2026-01-02T09:00:00+210/0 - - -\n"
        "a 2026-07-01T09:00:00+270/0 - - -\n"
        "c 2026-07-03T09:00:00+120/0 - - -\n"
        "d 2026-07-04T09:00:00-240/0 - - -\n"
        "e 2026-07-05T09:00:00+120/0 - - -\n"
        "f 2026-07-06T00:00:00+120/1440 - - -\n"
        "g 2026-07-07T09:00:00+0/0 - - -\n");
  assert_int_equal(
      calendar_zone_offset(calendar_zone_find("Europe/Paris"), G_GINT64_CONSTANT(4118662800000000)),
      7200); /* July 2100: after the last change in the file, by its rule */
}

static void
test_rules(void **state)
{
  (void)state;
  static const struct {
    const char *lines, *days;
  } cases[] = {
      {"DTSTART:19970929T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3\n",
       "0929 1030 1127 "},
      {"DTSTART:19970512T090000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2\n", "0512 0511 "},
      {"DTSTART:19970805T090000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO\n",
       "0805 0810 0819 0824 "},
      {"DTSTART:19970805T090000Z\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU\n",
       "0805 0817 0819 0831 "},
      {"DTSTART:19970930T090000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1,31;COUNT=3\n",
       "0930 1031 1130 "},
      {"DTSTART:19960229T090000Z\nRRULE:FREQ=YEARLY;UNTIL=20050101\n", "0229 0229 0229 "},
      {"DTSTART;VALUE=DATE:19970901\nRRULE:FREQ=DAILY;UNTIL=19970903\n", "0901 0902 0903 "},
      {"DTSTART;TZID=Europe/Paris:19970901T233000\nRRULE:FREQ=DAILY;UNTIL=19970902T213000Z\n",
       "0901 0902 "},
      {"DTSTART:19970901T090000Z\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:19970902T090000Z\n"
       "EXDATE;VALUE=DATE:19970903\n",
       "0901 0904 "},
      /* DTSTART counts, though the rule would not give it */
      {"DTSTART:19970902T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3\n",
       "0902 0213 0313 "},
      {"DTSTART:19970101T090000Z\nRDATE;VALUE=PERIOD:19970105T100000Z/PT2H,19970107T100000Z/"
       "19970107T110000Z\n",
       "0101 0105 0107 "},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text =
        g_strconcat("BEGIN:VEVENT\nUID:a\n", cases[i].lines, "END:VEVENT\n", NULL);
    g_autofree char *got =
        expand(text, strlen(text), "1990-01-01T00:00:00Z", "2010-01-01T00:00:00Z", 64, NULL);
    GString *days = g_string_new(NULL);
    g_auto(GStrv) line = g_strsplit(got, "\n", -1);
    for (char **p = line; **p != '\0'; p++)
      g_string_append_printf(days, "%.2s%.2s ", *p + 7, *p + 10);
    assert_string_equal(days->str, cases[i].days);
    g_string_free(days, TRUE);
  }
}

/* Of two with the same SEQUENCE: in either order, in a calendar and in a message. */
static void
test_revisions(void **state)
{
  (void)state;
#define REVISION(summary, stamp, modified)                                                         \
  "BEGIN:VEVENT\nUID:a\nDTSTART:20260301T090000Z\nSUMMARY:" summary "\n" stamp modified            \
  "END:VEVENT\n"
#define EARLY "20260101T000000Z\n"
#define LATE "20260102T000000Z\n"
  static const struct {
    const char *one, *other;
    gboolean message;
  } cases[] = {
      {REVISION("right", "DTSTAMP:" EARLY, "LAST-MODIFIED:" LATE),
       REVISION("wrong", "DTSTAMP:" LATE, "LAST-MODIFIED:" EARLY), FALSE},
      {REVISION("right", "DTSTAMP:" LATE, "LAST-MODIFIED:" EARLY),
       REVISION("wrong", "DTSTAMP:" EARLY, "LAST-MODIFIED:" LATE), TRUE},
      {REVISION("right", "DTSTAMP:" LATE, ""), REVISION("wrong", "DTSTAMP:" EARLY, ""), FALSE},
      {REVISION("right", "", "LAST-MODIFIED:" LATE), REVISION("wrong", "DTSTAMP:" EARLY, ""),
       FALSE},
      {REVISION("right", "", "LAST-MODIFIED:" LATE), REVISION("wrong", "", "LAST-MODIFIED:" EARLY),
       TRUE},
  };
  for (gsize i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
    gboolean turned = i >= G_N_ELEMENTS(cases);
    gsize n = i % G_N_ELEMENTS(cases);
    g_autofree char *text =
        g_strconcat("BEGIN:VCALENDAR\n", cases[n].message ? "METHOD:REQUEST\n" : "",
                    turned ? cases[n].other : cases[n].one, turned ? cases[n].one : cases[n].other,
                    "END:VCALENDAR\n", NULL);
    check(text, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z",
          "a 2026-03-01T09:00:00+0/0 - - right\n");
  }
}

static void
test_overrides(void **state)
{
  (void)state;
  static const char SERIES[] =
      EVENT("a", "DTSTART;TZID=Europe/Paris:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:s\n"
                 "DURATION:PT20M\n");
  g_autofree char *moved = g_strconcat(
      /* out of the window, into it, cancelled; an older revision comes last and does not count */
      EVENT("a", "RECURRENCE-ID;TZID=Europe/Paris:20260112T090000\nDTSTART:20260301T090000Z\n"
                 "SEQUENCE:2\n")
          EVENT("a", "RECURRENCE-ID:20260105T080000Z\nDTSTART;TZID=Europe/Paris:20260113T100000\n")
              EVENT("a", "RECURRENCE-ID;TZID=Europe/Paris:20260119T090000\nSTATUS:CANCELLED\n"
                         "DTSTART;TZID=Europe/Paris:20260119T090000\n"),
      SERIES,
      EVENT("a", "RECURRENCE-ID;TZID=Europe/Paris:20260112T090000\nDTSTART:20260115T090000Z\n"
                 "SEQUENCE:1\n"),
      NULL);
  check(moved, "2026-01-06T00:00:00Z", "2026-02-01T00:00:00Z",
        "a 2026-01-13T10:00:00+60/0 2026-01-05T08:00:00Z - -\n"
        "a 2026-01-19T09:00:00+60/0 2026-01-19T08:00:00Z CANCELLED -\n"
        "a 2026-01-26T09:00:00+60/20 2026-01-26T08:00:00Z - s\n");
  g_autofree char *future = g_strconcat(
      SERIES,
      EVENT("a", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20260119T090000\n"
                 "DTSTART;TZID=Europe/Paris:20260120T103000\nDURATION:PT1H\nSUMMARY:new\n"),
      NULL);
  check(future, "2026-01-06T00:00:00Z", "2026-02-01T00:00:00Z",
        "a 2026-01-12T09:00:00+60/20 2026-01-12T08:00:00Z - s\n"
        "a 2026-01-20T10:30:00+60/60 2026-01-19T08:00:00Z - new\n"
        "a 2026-01-27T10:30:00+60/60 2026-01-26T08:00:00Z - new\n");
}

static void
test_broken(void **state)
{
  (void)state;
  static const char TEXT[] =
      "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n"
      "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260230T000000Z\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nUID:b\r\n"
      "BEGIN:VEVENT\r\nUID:c\r\nDTSTART:20260110T100000Z\r\nSUMMARY:Zo\xc3\r\n \xa9\\, n\\nm\r\n"
      "BEGIN:VALARM\r\nUID:no\r\nEND:VEVENT\r\n"
      "BEGIN:VEVENT\r\nUID:d\r\nDTSTART:20260111T100000Z\r\nSUMMARY:\xff\r\nRRULE:FREQ=NEVER\r\n"
      "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:e\r\n";
  char *problems = NULL;
  g_autofree char *got =
      expand(TEXT, sizeof TEXT - 1, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 5, &problems);
  assert_string_equal(got,
                      "c 2026-01-10T10:00:00+0/0 - CANCELLED Zo\xc3\xa9, n\nm\n"
                      "d 2026-01-11T10:00:00+0/0 2026-01-11T10:00:00Z CANCELLED \xef\xbf\xbd\n");
  static const char *const WORDS[] = {"3 VEVENT its DTSTART",
                                      "7 VEVENT it has no END",
                                      "9 VEVENT a component in it has no END",
                                      "17 VEVENT a line in it is not UTF-8",
                                      "17 VEVENT its RRULE",
                                      "23 VEVENT it has no END",
                                      "1 VCALENDAR it has no END"};
  for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strstr(problems, WORDS[i]) == NULL)
      fail_msg("\"%s\" is not in:\n%s", WORDS[i], problems);
  g_free(problems);
}

/* Each is bounded in time; the test's own limit is the harness'. */
static void
test_malice(void **state)
{
  (void)state;
  GString *text = g_string_new("BEGIN:VCALENDAR\n");
  g_string_append(text,
                  EVENT("s", "DTSTART:20000101T000000Z\nRRULE:FREQ=SECONDLY\n")
                      EVENT("t", "DTSTART:20000101T000000Z\n"
                                 "RRULE:FREQ=SECONDLY;COUNT=2000000000;BYSECOND=5\n")
                          EVENT("u", "DTSTART:00010101T000000Z\nRRULE:FREQ=YEARLY;BYHOUR=1,2,3;"
                                     "BYMINUTE=1,2,3;BYMONTH=2;BYMONTHDAY=30;BYSETPOS=300\n"));
  g_string_append(text, "BEGIN:VEVENT\nUID:x\nDTSTART:20200101T000000Z\nRRULE:FREQ=HOURLY\n");
  for (int i = 0; i < 16000; i++)
    g_string_append_printf(text, "EXDATE:%04d0102T%02d0000Z\n", 2026 + i % 7000, i % 24);
  g_string_append(text, "END:VEVENT\n");
  for (int i = 0; i < 10000; i++)
    g_string_append(text, "BEGIN:X-DEEP\n");
  g_string_append(text,
                  EVENT("y", "DTSTART:20260102T100000Z\n") "BEGIN:VEVENT\nUID:z\n"
                                                           "DTSTART:20260102T110000Z\nSUMMARY:");
  for (int i = 0; i < 40000; i++)
    g_string_append(text, "0123456789012345678901234567890123456789012345678901234567890123\n ");
  g_string_append(text, "\nEND:VEVENT\nEND:VCALENDAR\n");
  char *problems = NULL;
  gint64 began = g_get_monotonic_time();
  g_autofree char *got = expand(text->str, text->len, "2026-01-02T09:59:00Z",
                                "2026-01-02T11:30:00Z", 65536, &problems);
  assert_true(g_get_monotonic_time() - began < 20 * G_USEC_PER_SEC);
  assert_non_null(strstr(got, "y 2026-01-02T10:00:00"));
  assert_non_null(strstr(problems, "its RRULE takes too many steps"));
  assert_non_null(strstr(problems, "longer than 1 MiB"));
  g_free(problems);
  g_string_free(text, TRUE);
}

static void
test_invite(void **state)
{
  (void)state;
  CalendarInvite invite = {.method = CALENDAR_METHOD_REQUEST,
                           .uid = "r1@clinic.example",
                           .sequence = 3,
                           .stamp = 1767225600 * BASE_CLOCK_SECOND,
                           .start = 1767348000 * BASE_CLOCK_SECOND,
                           .end = 1767349200 * BASE_CLOCK_SECOND,
                           .summary = "Rendez-vous, \xc3\xa9t\xc3\xa9; n\xc2\xb0 1",
                           .organizer_mail = "clinic@clinic.example",
                           .attendee_mail = "ana@patient.example"};
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr(GError) error = NULL;
  assert_true(calendar_invite_write(&invite, &text, &length, &error));
  assert_non_null(strstr(text, "METHOD:REQUEST\r\n"));
  assert_non_null(strstr(text, "SEQUENCE:3\r\n"));
  g_autofree char *got =
      expand(text, length, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 100, NULL);
  assert_string_equal(got, "r1@clinic.example 2026-01-02T10:00:00+0/20 - CONFIRMED "
                           "Rendez-vous, \xc3\xa9t\xc3\xa9; n\xc2\xb0 1\n");
  invite.attendee_mail = "ana@patient.example\r\nX-EVIL:1";
  g_autofree char *refused = NULL;
  assert_false(calendar_invite_write(&invite, &refused, &length, &error));
  assert_int_equal(error->code, BASE_ERROR_DATA);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_clock_changes), cmocka_unit_test(test_zones),
      cmocka_unit_test(test_rules),         cmocka_unit_test(test_overrides),
      cmocka_unit_test(test_revisions),     cmocka_unit_test(test_broken),
      cmocka_unit_test(test_malice),        cmocka_unit_test(test_invite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
