/* Calendars, their entries and the appointments, as rows. */
#include "place.h"

#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"
#include "guichet/store/entry.h"
#include "guichet/store/patient.h"

#define HOUR (G_GINT64_CONSTANT(3600) * 1000000)

static void
begin(Place *place)
{
  assert_done(store_tx_begin(place->store, &why));
  store_tx_event(place->store, &(StoreEvent){.kind = STORE_EVENT_PATIENT_ADD});
}

static void
commit(Place *place)
{
  assert_done(store_tx_commit(place->store, &why));
}

static gint64
patient_add(Place *place)
{
  char none[] = "", family[] = "Roy", given[] = "Ann";
  const StorePatient p = {.id = vault_process_id(),
                          .family = family,
                          .given = given,
                          .birth = none,
                          .sex = none,
                          .record = none,
                          .phone = none,
                          .mail = none,
                          .language = none,
                          .channel = none};
  begin(place);
  assert_done(store_patient_add(place->store, &p, &why));
  commit(place);
  return p.id;
}

static void
test_calendar(void **state)
{
  Place *place = *state;
  char name[] = "Dr Quill", url[] = "https://cal.example/quill", token[] = "t-1";
  StoreCalendar made = {.id = 7, .clinician = 3, .kind = STORE_CALENDAR_CALDAV, .name = name};
  g_autoptr(StoreCalendar) read = NULL;
  g_autoptr(StoreCalendar) again = NULL;
  g_autoptr(GPtrArray) all = NULL;
  made.location = url;
  begin(place);
  assert_done(store_calendar_add(place->store, &made, &why));
  assert_refused(store_calendar_add(place->store, &made, &why), BASE_ERROR_CONFLICT);
  commit(place);
  assert_done(store_calendar_named(place->store, "Dr Quill", &read, &why));
  assert_string_equal(read->location, url);
  assert_string_equal(read->token, "");
  g_free(read->token);
  read->token = g_strdup(token);
  read->horizon = 9 * HOUR;
  begin(place);
  assert_done(store_calendar_change(place->store, read, &why));
  made.version = 1;
  assert_refused(store_calendar_change(place->store, &made, &why), BASE_ERROR_CONFLICT);
  commit(place);
  place_reopen(place);
  assert_done(store_calendar_load(place->store, 7, &again, &why));
  assert_int_equal(again->version, 2);
  assert_int_equal(again->kind, STORE_CALENDAR_CALDAV);
  assert_string_equal(again->token, token);
  assert_true(again->horizon == 9 * HOUR);
  assert_done(store_calendar_list(place->store, &all, &why));
  assert_int_equal(all->len, 1);
  g_clear_pointer(&again, store_calendar_free);
  assert_refused(store_calendar_load(place->store, 8, &again, &why), BASE_ERROR_NO_INPUT);
}

typedef struct {
  guint n, lost;
  char *last;
} Heard;

static gboolean
hear(const StoreEntry *entry, const char *text, gpointer data)
{
  Heard *heard = data;
  assert_true(entry->id != 0);
  heard->n++;
  heard->lost += text == NULL;
  g_free(heard->last);
  heard->last = g_strdup(text);
  return TRUE;
}

static StoreEntry
entry_put(Place *place, const char *uid, const char *occurrence, gint64 patient, const char *text)
{
  StoreEntry e = {.calendar = 1, .patient = patient, .stale = TRUE, .rank = 5};
  store_entry_series(place->store, uid, &e.series);
  store_entry_part(place->store, uid, occurrence, &e.part);
  store_entry_digest(place->store, text, &e.digest);
  e.recurs = *occurrence != '\0';
  begin(place);
  assert_done(store_entry_put(place->store, &e, text, &why));
  commit(place);
  return e;
}

static void
test_entry(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place);
  StoreEntry master = entry_put(place, "a@x", "", 0, "BEGIN:VEVENT one");
  StoreEntry part = entry_put(place, "a@x", "i1", patient, "BEGIN:VEVENT two"), found;
  Heard heard = {0};
  g_autoptr(GArray) page = NULL;
  g_autoptr(GArray) behind = NULL;
  assert_true(store_entry_find(place->store, 1, &part.part, &found, NULL));
  assert_true(found.id == part.id && found.recurs && found.patient == patient);
  assert_false(store_entry_find(place->store, 2, &part.part, &found, NULL));
  assert_done(store_entry_each(place->store, 1, &master.series, 10, hear, &heard, &why));
  assert_int_equal(heard.n, 2);
  assert_int_equal(heard.lost, 0);
  assert_done(store_entry_page(place->store, 1, 0, 10, &page, &why));
  assert_int_equal(page->len, 2);
  assert_done(store_entry_behind(place->store, 1, 10, &behind, &why));
  assert_int_equal(behind->len, 2);
  begin(place);
  assert_done(store_entry_put(place->store, &part, "BEGIN:VEVENT three", &why));
  assert_int_equal(part.version, 2);
  assert_refused(store_entry_put(place->store, &found, "stale", &why), BASE_ERROR_CONFLICT);
  assert_done(store_entry_fresh(place->store, 1, &part.series, &why));
  assert_done(store_entry_extend(place->store, 1, &why));
  commit(place);
  g_clear_pointer(&behind, g_array_unref);
  assert_done(store_entry_behind(place->store, 1, 10, &behind, &why));
  assert_int_equal(behind->len, 1);
  assert_done(store_patient_destroy(place->store, patient, &why));
  assert_done(store_entry_each(place->store, 1, &master.series, 10, hear, &heard, &why));
  assert_int_equal(heard.lost, 1);
  g_free(heard.last);
}

/* Two that differ in nothing but the resource. */
static void
test_resource(void **state)
{
  Place *place = *state;
  StoreEntry e = entry_put(place, "a@x", "", 0, "text");
  VaultTag href, other;
  g_autoptr(GArray) held = NULL;
  g_autoptr(GArray) none = NULL;
  store_entry_resource(place->store, "/cal/a.ics", &href);
  store_entry_resource(place->store, "/cal/b.ics", &other);
  e.resource = href;
  e.in_resource = TRUE;
  begin(place);
  assert_done(store_entry_put(place->store, &e, "text", &why));
  e.gone = TRUE;
  assert_done(store_entry_mark(place->store, &e, &why));
  commit(place);
  assert_done(store_entry_held(place->store, 1, &href, 0, 10, &held, &why));
  assert_int_equal(held->len, 1);
  assert_true(g_array_index(held, StoreEntry, 0).gone);
  assert_done(store_entry_held(place->store, 1, &other, 0, 10, &none, &why));
  assert_int_equal(none->len, 0);
}

static StoreAppointment
appointment(Place *place, gint64 id, gint64 patient, gint64 occurrence, gint64 start)
{
  StoreAppointment a = {.id = id, .calendar = 1, .patient = patient, .clinician = 3};
  store_entry_series(place->store, "a@x", &a.series);
  a.occurrence = occurrence;
  a.start = start;
  a.end = start + HOUR;
  a.known = 5;
  return a;
}

static void
appointments_add(Place *place, gint64 patient)
{
  char uid[] = "a@x", summary[] = "Ms Roy", zone[] = "Europe/Paris", kind[] = "vaccination";
  char *kinds[] = {kind, NULL};
  begin(place);
  for (int i = 1; i <= 3; i++) {
    gint64 occurrence = i == 3 ? STORE_APPOINTMENT_SINGLE : i * HOUR;
    StoreAppointment a = appointment(place, i, i == 2 ? patient : 0, occurrence, i * HOUR);
    a.uid = uid;
    a.summary = summary;
    a.zone = zone;
    a.categories = kinds;
    a.start_offset = 3600;
    a.all_day = i == 1;
    assert_done(store_appointment_add(place->store, &a, &why));
  }
  StoreAppointment twice = appointment(place, 9, 0, HOUR, HOUR);
  assert_refused(store_appointment_add(place->store, &twice, &why), BASE_ERROR_CONFLICT);
  commit(place);
}

static void
test_appointment(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place);
  g_autoptr(StoreAppointment) a = NULL;
  g_autoptr(StoreAppointment) old = NULL;
  g_autoptr(StoreAppointment) single = NULL;
  g_autoptr(StoreAppointment) none = NULL;
  g_autoptr(GPtrArray) series = NULL;
  appointments_add(place, patient);
  place_reopen(place);
  assert_done(store_appointment_load(place->store, 2, &a, &why));
  assert_done(store_appointment_load(place->store, 2, &old, &why));
  assert_string_equal(a->summary, "Ms Roy");
  assert_string_equal(a->categories[0], "vaccination");
  assert_string_equal(a->location, "");
  assert_int_equal(a->start_offset, 3600);
  assert_false(a->all_day);
  assert_true(a->known == 5 && a->end == 3 * HOUR && a->patient == patient);
  a->state = STORE_APPOINTMENT_ARRIVED;
  a->arrived = 77;
  a->patient = 0; /* another key seals it now */
  begin(place);
  assert_done(store_appointment_change(place->store, a, &why));
  assert_refused(store_appointment_change(place->store, old, &why), BASE_ERROR_CONFLICT);
  commit(place);
  assert_done(store_appointment_of(place->store, 1, &a->series, 10, &series, &why));
  assert_int_equal(series->len, 3);
  assert_true(((StoreAppointment *)series->pdata[2])->occurrence == STORE_APPOINTMENT_SINGLE);
  assert_int_equal(((StoreAppointment *)series->pdata[0])->state, STORE_APPOINTMENT_ARRIVED);
  assert_done(
      store_appointment_at(place->store, 1, &a->series, STORE_APPOINTMENT_SINGLE, &single, &why));
  assert_true(single->id == ((StoreAppointment *)series->pdata[2])->id);
  assert_done(store_appointment_at(place->store, 1, &a->series, 1, &none, &why));
  assert_null(none);
}

static guint
paged(Place *place, StoreAppointmentPart part, gint64 value, gint64 from, gint64 after, gint64 to)
{
  g_autoptr(GPtrArray) rows = NULL;
  assert_done(store_appointment_page(place->store, part, value, from, after, to, 10, &rows, &why));
  return rows->len;
}

static void
test_page(void **state)
{
  Place *place = *state;
  gint64 patient = patient_add(place);
  g_autoptr(StoreAppointment) lost = NULL;
  appointments_add(place, patient);
  assert_int_equal(paged(place, STORE_APPOINTMENT_ALL, 0, 0, 0, 9 * HOUR), 3);
  assert_int_equal(paged(place, STORE_APPOINTMENT_ALL, 0, HOUR, 0, 3 * HOUR), 2);
  assert_int_equal(paged(place, STORE_APPOINTMENT_ALL, 0, HOUR, 1, 9 * HOUR), 2);
  assert_int_equal(paged(place, STORE_APPOINTMENT_BY_PATIENT, patient, 0, 0, 9 * HOUR), 1);
  assert_int_equal(paged(place, STORE_APPOINTMENT_BY_CLINICIAN, 3, 0, 0, 9 * HOUR), 3);
  assert_int_equal(paged(place, STORE_APPOINTMENT_BY_CLINICIAN, 4, 0, 0, 9 * HOUR), 0);
  assert_int_equal(paged(place, STORE_APPOINTMENT_BY_CALENDAR, 1, 2 * HOUR, 0, 9 * HOUR), 2);
  assert_done(store_patient_destroy(place->store, patient, &why));
  assert_done(store_appointment_load(place->store, 2, &lost, &why));
  assert_true(lost->shredded);
  assert_string_equal(lost->summary, "");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      PLACE_TEST(test_calendar),    PLACE_TEST(test_entry), PLACE_TEST(test_resource),
      PLACE_TEST(test_appointment), PLACE_TEST(test_page),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
