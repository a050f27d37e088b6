/* What a hospital's feed says of patients and appointments, and what becomes of it here. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/feed.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/review.h"
#include "guichet/clinic/user.h"

#define PASSWORD "correct horse desk"
#define MSH(type, at) "MSH|^~\\&|HIS|HOSP|GUICHET|CLINIC|" at "||" type "|1|P|2.5\r"
#define PID(record, name, birth)                                                                   \
  "PID|1||" record "^^^HOSP^MR||" name "||" birth "|F|||||^^^^^^0611223344\r"
#define SCH(id, start, end)                                                                        \
  "SCH|P1|" id "|||||ROUTINE|Follow-up|||^^^" start "^" end "|||||||||||||BOOKED\r"

typedef struct {
  char *top;
  ClinicSession *desk, *doctor, *worker;
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

static void
clock_at(const char *iso)
{
  gint64 now = 0;
  assert_true(base_clock_parse(iso, &now, NULL));
  base_clock_freeze(now);
}

static int
setup(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL;
  clock_at("2026-03-02T08:00:00Z");
  place->top = g_dir_make_tmp("guichet-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(place->top, "clinic", NULL);
  clinic_user_found(dir, "Testing", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  assert_true(clinic_session_login(dir, "root", PASSWORD, &admin, NULL));
  assert_true(
      clinic_user_add(admin, "desk", "Desk", CLINIC_ROLE_FRONT_DESK, PASSWORD, TRUE, NULL, NULL));
  assert_true(clinic_user_add(admin, "doc", "Doc", CLINIC_ROLE_SENIOR, PASSWORD, TRUE, NULL, NULL));
  assert_true(clinic_session_login(dir, "desk", PASSWORD, &place->desk, NULL));
  assert_true(clinic_session_login(dir, "doc", PASSWORD, &place->doctor, NULL));
  assert_true(clinic_session_worker(place->desk, &place->worker, NULL));
  *state = place;
  return 0;
}

static int
teardown(void **state)
{
  Place *place = *state;
  clinic_session_close(place->worker);
  clinic_session_close(place->doctor);
  clinic_session_close(place->desk);
  remove_all(place->top);
  g_free(place->top);
  g_free(place);
  base_clock_thaw();
  return 0;
}

static ClinicFeedResult
take(Place *place, const char *text)
{
  g_autoptr(WireHl7) message = NULL;
  g_autoptr(WireHl7Event) event = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  ClinicFeedResult result = {0};
  wire_hl7_read(text, strlen(text), &message, &error);
  assert_no_error(error);
  wire_hl7_event_read(message, utc, &event, &error);
  assert_no_error(error);
  clinic_feed_take(place->worker, event, &result, &error);
  assert_no_error(error);
  return result;
}

static ClinicPatient *
patient(Place *place, const char *words)
{
  g_autoptr(GPtrArray) found = NULL;
  ClinicPatient *one = NULL;
  assert_true(clinic_patient_search(place->desk, words, 10, &found, NULL));
  assert_int_equal(found->len, 1);
  assert_true(clinic_patient_open(place->desk, ((ClinicPatient *)found->pdata[0])->id, &one, NULL));
  return one;
}

/* "start state patient?" of each, in their order. */
static char *
agenda(Place *place)
{
  g_autoptr(GPtrArray) page = NULL, calendars = NULL;
  GString *lines = g_string_new(NULL);
  assert_true(clinic_calendar_list(place->desk, &calendars, NULL));
  assert_int_equal(calendars->len, 1);
  const ClinicCalendar *calendar = calendars->pdata[0];
  assert_string_equal(calendar->kind, "feed");
  assert_true(clinic_calendar_page(place->desk, calendar->id, 0, 0, G_MAXINT64, 100, &page, NULL));
  for (guint i = 0; i < page->len; i++) {
    const ClinicAppointment *a = page->pdata[i];
    g_autofree char *start = base_clock_iso(a->start);
    start[16] = '\0';
    g_string_append_printf(lines, "%s %s %s\n", start, a->state,
                           a->patient != 0 ? a->patient_name : "?");
  }
  return g_string_free(lines, FALSE);
}

static void
assert_agenda(Place *place, const char *wanted)
{
  g_autofree char *have = agenda(place);
  assert_string_equal(have, wanted);
}

static guint
tasks(Place *place)
{
  gint64 counts[CLINIC_STATE_N] = {0};
  assert_true(clinic_queue_counts(place->desk, counts, NULL));
  return (guint)counts[CLINIC_STATE_READY];
}

/* --- patients */

static void
test_patients(void **state)
{
  Place *place = *state;
  const char *said = MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203");
  assert_int_equal(take(place, said).patients, 1);
  assert_int_equal(take(place, said).patients, 0); /* the same again */
  g_autoptr(ClinicPatient) anne = patient(place, "moreau");
  assert_string_equal(anne->record, "H17");
  assert_string_equal(anne->birth, "1961-02-03");
  assert_string_equal(anne->sex, "female");

  /* married: the name, not the birth date; what is not said stays */
  take(place, MSH("ADT^A08", "20260303080000") "PID|1||H17^^^HOSP^MR||Leroy^Anne||19610203\r");
  g_autoptr(ClinicPatient) married = patient(place, "leroy");
  assert_int_equal(married->id, anne->id);
  assert_string_equal(married->phone, anne->phone);
  assert_string_equal(married->sex, "female");
  assert_int_equal(tasks(place), 0);
}

static void
test_somebody_else(void **state)
{
  Place *place = *state;
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  const char *other = MSH("ADT^A08", "20260302090000") PID("H17", "Petit^Luc", "19990909");
  ClinicFeedResult result = take(place, other);
  assert_int_equal(result.patients, 0);
  assert_int_equal(result.asked, 1);
  assert_int_equal(take(place, other).asked, 0); /* asked once */
  assert_int_equal(tasks(place), 1);
  g_autoptr(ClinicPatient) anne = patient(place, "moreau");
  assert_string_equal(anne->birth, "1961-02-03");
}

/* A patient whom the desk knows, without a number: hers from now on. */
static void
test_known_by_name(void **state)
{
  Place *place = *state;
  g_autoptr(ClinicPatient) given = clinic_patient_new();
  gint64 id = 0;
  g_free(given->family);
  g_free(given->given);
  g_free(given->birth);
  given->family = g_strdup("Moreau");
  given->given = g_strdup("Anne");
  given->birth = g_strdup("1961-02-03");
  assert_true(clinic_patient_find_or_add(place->desk, given, &id, NULL));
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  g_autoptr(ClinicPatient) anne = patient(place, "moreau");
  assert_int_equal(anne->id, id);
  assert_string_equal(anne->record, "H17");
}

static void
test_death(void **state)
{
  Place *place = *state;
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  take(place, MSH("ADT^A08", "20260303080000") "PID|1||H17^^^HOSP^MR||Moreau^Anne||19610203|F||||||"
                                               "|||||||||||||||20260303|Y\r");
  g_autoptr(ClinicPatient) anne = patient(place, "moreau");
  assert_string_equal(anne->reminders, "no");
}

static void
test_merge(void **state)
{
  Place *place = *state;
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  take(place, MSH("ADT^A04", "20260302080000") PID("H99", "Moreau^Anna", "19610302"));
  const char *merge = MSH("ADT^A40^ADT_A39", "20260303080000")
      PID("H17", "Moreau^Anne", "19610203") "MRG|H99^^^HOSP^MR\r";
  assert_int_equal(take(place, merge).asked, 1);
  assert_int_equal(take(place, merge).asked, 0);
  assert_int_equal(tasks(place), 1);
  g_autoptr(GPtrArray) both = NULL;
  assert_true(clinic_patient_search(place->desk, "moreau", 10, &both, NULL));
  assert_int_equal(both->len, 2);
  /* a number that nobody here has */
  assert_int_equal(take(place, MSH("ADT^A40^ADT_A39", "20260303080000")
                                   PID("H17", "Moreau^Anne", "19610203") "MRG|H55^^^HOSP^MR\r")
                       .asked,
                   0);
}

/* --- appointments */

static void
test_appointments(void **state)
{
  Place *place = *state;
  const char *booked = MSH("SIU^S12^SIU_S12", "20260302080000")
      SCH("F1", "20260310090000", "20260310093000") PID("H17", "Moreau^Anne", "19610203");
  ClinicFeedResult result = take(place, booked);
  assert_int_equal(result.patients, 1);
  assert_int_equal(result.appointments, 1);
  assert_agenda(place, "2026-03-10T09:00 booked MOREAU Anne\n");
  result = take(place, booked);
  assert_int_equal(result.patients + result.appointments, 0);

  take(place, MSH("SIU^S13^SIU_S12", "20260302100000") SCH("F1", "20260311140000", "20260311143000")
                  PID("H17", "Moreau^Anne", "19610203"));
  assert_agenda(place, "2026-03-11T14:00 booked MOREAU Anne\n");
  /* one that was on its way for longer than the move */
  take(place, MSH("SIU^S14^SIU_S12", "20260302090000") SCH("F1", "20260310090000", "20260310093000")
                  PID("H17", "Moreau^Anne", "19610203"));
  assert_agenda(place, "2026-03-11T14:00 booked MOREAU Anne\n");

  take(place, MSH("SIU^S15^SIU_S12", "20260302110000") SCH("F1", "20260311140000", "20260311143000")
                  PID("H17", "Moreau^Anne", "19610203"));
  assert_agenda(place, "2026-03-11T14:00 cancelled MOREAU Anne\n");
  take(place, MSH("SIU^S12^SIU_S12", "20260302120000") SCH("F1", "20260311150000", "20260311153000")
                  PID("H17", "Moreau^Anne", "19610203"));
  assert_agenda(place, "2026-03-11T15:00 booked MOREAU Anne\n");
}

static gint64
task_of(Place *place)
{
  g_autoptr(GPtrArray) page = NULL;
  const ClinicQuery query = {.sort = CLINIC_SORT_AGE};
  assert_true(clinic_queue_page(place->desk, &query, NULL, FALSE, 10, &page, NULL, NULL));
  assert_int_equal(page->len, 1);
  return ((ClinicItem *)page->pdata[0])->id;
}

/* The front desk reads a question and takes it out of the queue; nobody signs it. */
static void
test_task(void **state)
{
  Place *place = *state;
  g_autoptr(ClinicReview) review = NULL;
  char *text = NULL;
  g_autoptr(GError) error = NULL;
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  take(place, MSH("ADT^A08", "20260302090000") PID("H17", "Petit^Luc", "19990909"));
  gint64 id = task_of(place);
  assert_true(clinic_item_body(place->desk, id, &text, NULL));
  assert_non_null(strstr(text, "H17"));
  clinic_item_forget(text);
  assert_false(clinic_review_open(place->doctor, id, TRUE, &review, &error));
  assert_non_null(strstr(error->message, "nothing in it to edit or to sign"));
  assert_true(
      clinic_item_act(place->desk, id, 0, CLINIC_ACTION_REJECT, CLINIC_REASON_DONE, NULL, NULL));
  assert_int_equal(tasks(place), 0);
}

/* A visit with a number that may be somebody else's is nobody's, each time that it comes. */
static void
test_doubt(void **state)
{
  Place *place = *state;
  const char *booked = MSH("SIU^S12^SIU_S12", "20260302090000")
      SCH("F2", "20260310090000", "20260310093000") PID("H17", "Petit^Luc", "19990909");
  take(place, MSH("ADT^A04", "20260302080000") PID("H17", "Moreau^Anne", "19610203"));
  take(place, booked);
  assert_agenda(place, "2026-03-10T09:00 booked ?\n");
  take(place, booked);
  assert_agenda(place, "2026-03-10T09:00 booked ?\n");
}

static void
test_no_show(void **state)
{
  Place *place = *state;
  take(place, MSH("SIU^S12^SIU_S12", "20260302080000") SCH("F1", "20260310090000", "20260310093000")
                  PID("H17", "Moreau^Anne", "19610203"));
  const char *missed = MSH("SIU^S26^SIU_S12", "20260310094000")
      SCH("F1", "20260310090000", "20260310093000") PID("H17", "Moreau^Anne", "19610203");
  clock_at("2026-03-10T08:59:00Z"); /* not begun yet by our clock */
  assert_int_equal(take(place, missed).appointments, 0);
  clock_at("2026-03-10T09:40:00Z");
  assert_int_equal(take(place, missed).appointments, 1);
  assert_agenda(place, "2026-03-10T09:00 no-show MOREAU Anne\n");
  assert_int_equal(take(place, missed).appointments, 0);
}

static gint64
user_add(Place *place, const char *login, const char *title)
{
  g_autoptr(ClinicSession) admin = NULL;
  const char *dir = clinic_session_folder(place->desk);
  assert_true(clinic_session_login(dir, "root", PASSWORD, &admin, NULL));
  assert_true(
      clinic_user_add(admin, login, title, CLINIC_ROLE_CLINICIAN, PASSWORD, TRUE, NULL, NULL));
  return clinic_user_find(place->desk, login);
}

static gint64
clinician(Place *place)
{
  g_autoptr(GPtrArray) page = NULL;
  assert_true(clinic_calendar_page(place->desk, 0, 0, 0, G_MAXINT64, 100, &page, NULL));
  assert_int_equal(page->len, 1);
  return ((const ClinicAppointment *)page->pdata[0])->clinician;
}

/* Who is named is whose it is: by login name, by the name where there is one of it; a message that
 * names nobody changes nothing, and one that names a stranger takes it away. */
static void
test_clinician(void **state)
{
  Place *place = *state;
  gint64 ada = user_add(place, "aquill", "Dr Ada Quill"),
         bo = user_add(place, "q17", "Dr Bo Quill");
  static const char *const LINES[] = {
      "AIP|1||X9^Quill^Ada\r", "AIP|1||Q17^Quill\r", "",
      "AIP|1||Z1^Quill^Zoe\r", "AIP|1||X9^Quill\r",  "PV1|1|O|||||AQUILL\r"};
  const gint64 wanted[] = {ada, bo, bo, 0, 0, ada};
  for (guint i = 0; i < G_N_ELEMENTS(LINES); i++) {
    g_autofree char *text = g_strdup_printf(
        "MSH|^~\\&|HIS|HOSP|G|C|2026030208%02u00||SIU^S12^SIU_S12|c%u|P|2.5.1\r%s%s", i, i,
        SCH("F1", "20260310090000", "20260310093000") PID("H17", "Moreau^Anne", "19610203"),
        LINES[i]);
    take(place, text);
    assert_int_equal(clinician(place), wanted[i]);
  }
}

static void
test_no_patient(void **state)
{
  Place *place = *state;
  take(place,
       MSH("SIU^S12^SIU_S12", "20260302080000") SCH("F1", "20260310090000", "20260310093000"));
  assert_agenda(place, "2026-03-10T09:00 booked ?\n");
}

static void
test_may(void **state)
{
  Place *place = *state;
  WireHl7Event event = {.what = WIRE_HL7_NOT_FOR_US};
  ClinicFeedResult result = {0};
  g_autoptr(GError) error = NULL;
  assert_false(clinic_feed_take(place->desk, &event, &result, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DENIED));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_patients, setup, teardown),
      cmocka_unit_test_setup_teardown(test_somebody_else, setup, teardown),
      cmocka_unit_test_setup_teardown(test_known_by_name, setup, teardown),
      cmocka_unit_test_setup_teardown(test_death, setup, teardown),
      cmocka_unit_test_setup_teardown(test_merge, setup, teardown),
      cmocka_unit_test_setup_teardown(test_appointments, setup, teardown),
      cmocka_unit_test_setup_teardown(test_doubt, setup, teardown),
      cmocka_unit_test_setup_teardown(test_task, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_show, setup, teardown),
      cmocka_unit_test_setup_teardown(test_clinician, setup, teardown),
      cmocka_unit_test_setup_teardown(test_no_patient, setup, teardown),
      cmocka_unit_test_setup_teardown(test_may, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
