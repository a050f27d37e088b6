/* The worker's turn of calendars that nobody reads again: their series go on. */
#include "house.h"

#include "guichet/clinic/calendar.h"
#include "guichet/clinic/intake.h"

static const char WEEKLY[] = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\n"
                             "DTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Paris:20260302T090000\n"
                             "RRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR\n";

/* One that was imported by hand, from a file that is gone. */
static void
import_once(House *house)
{
  g_autoptr(ClinicIntake) intake = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = house_path(house, "once.ics");
  char kind[] = "file", name[] = "once";
  const ClinicCalendar given = {.kind = kind, .name = name, .location = path};
  ClinicIntakeResult result = {0};
  gint64 id = 0;
  assert_true(g_file_set_contents(path, WEEKLY, -1, NULL));
  clinic_calendar_need(house->worker, &given, &id, &error);
  assert_no_error(error);
  assert_true(clinic_intake_open(house->worker, id, NULL, NULL, &intake, NULL));
  clinic_intake_path(intake, path, &result, &error);
  assert_no_error(error);
  assert_true(result.booked > 50);
  g_unlink(path);
}

static guint
booked_late(House *house)
{
  g_autoptr(GPtrArray) page = NULL;
  gint64 now = base_clock_now();
  assert_true(clinic_calendar_page(house->worker, 0, now + 350 * BASE_CLOCK_DAY, 0,
                                   now + 385 * BASE_CLOCK_DAY, 100, &page, NULL));
  return page->len;
}

static void
goes_on(const char *settings)
{
  House *house = house_open(settings);
  g_autoptr(GError) error = NULL;
  gint64 now = 0;
  guint done = 0;
  assert_true(base_clock_parse("2026-03-02T05:00:00Z", &now, NULL));
  base_clock_freeze(now);
  import_once(house);
  assert_int_equal(booked_late(house), 5);
  base_clock_step(60 * BASE_CLOCK_DAY);
  assert_int_equal(booked_late(house), 0);
  worker_run_once(house->worker, NULL, NULL, NULL, &done, &error);
  assert_no_error(error);
  assert_int_equal(booked_late(house), 5);
  gint64 version = clinic_session_version(house->ines);
  worker_run_once(house->worker, NULL, NULL, NULL, &done, &error);
  assert_no_error(error);
  assert_true(clinic_session_version(house->ines) == version);
  house_close(house);
}

static void
test_goes_on(void **state)
{
  (void)state;
  goes_on("");
}

/* Also where reading is left to guichet calendar sync. */
static void
test_goes_on_unread(void **state)
{
  (void)state;
  goes_on("[calendar]\nevery_minutes=0\n");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_goes_on),
      cmocka_unit_test(test_goes_on_unread),
  };
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
