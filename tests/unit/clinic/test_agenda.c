/* The agenda: rows, marks with their times, free time over a change of the clocks. */
#include "unit.h"

#include <glib/gstdio.h>

#include "guichet/base/error.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/user.h"
#include "agenda.h"

#define PASSWORD "correct horse staple"
#define MINUTE BASE_CLOCK_MINUTE
#define HOUR BASE_CLOCK_HOUR
/* Saturday 24 October 2026, 06:00 in Paris; the clocks change in the night. */
#define NOW (G_GINT64_CONSTANT(1792814400) * BASE_CLOCK_SECOND)

typedef struct {
  char *dir;
  ClinicSession *admin, *desk;
  gint64 anna;
  Agenda *agenda;
} Place;

static int
place_make(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicPatient) p = clinic_patient_new();
  g_autofree char *top = g_dir_make_tmp("guichet-XXXXXX", NULL);
  place->dir = g_build_filename(top, "clinic", NULL);
  base_clock_freeze(NOW);
  clinic_user_found(place->dir, "Cabinet", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  g_autofree char *conf = g_build_filename(place->dir, "guichet.conf", NULL);
  assert_true(g_file_set_contents(conf, "[clinic]\nname=Cabinet\nzone=Europe/Paris\n", -1, NULL));
  assert_true(clinic_session_login(place->dir, "root", PASSWORD, &place->admin, NULL));
  assert_true(clinic_user_add(place->admin, "desk", "Desk", CLINIC_ROLE_FRONT_DESK, PASSWORD, TRUE,
                              NULL, NULL));
  assert_true(clinic_session_login(place->dir, "desk", PASSWORD, &place->desk, NULL));
  g_free(p->family);
  p->family = g_strdup("Moreau");
  assert_true(clinic_patient_find_or_add(place->desk, p, &place->anna, NULL));
  place->agenda = agenda_new(place->dir, "Europe/Paris");
  *state = place;
  return 0;
}

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

static int
place_drop(void **state)
{
  Place *place = *state;
  clinic_session_close(place->admin);
  clinic_session_close(place->desk);
  agenda_free(place->agenda);
  g_autofree char *top = g_path_get_dirname(place->dir);
  remove_all(top);
  g_free(place->dir);
  g_free(place);
  base_clock_thaw();
  return 0;
}

static GPtrArray *
day(Place *place, const ClinicAgendaFilter *filter)
{
  GPtrArray *rows = NULL;
  g_autoptr(GError) error = NULL;
  gint64 from = clinic_agenda_midnight(place->desk, NOW, 0);
  clinic_agenda_list(place->desk, from, clinic_agenda_midnight(place->desk, NOW, 1), filter, &rows,
                     &error);
  assert_no_error(error);
  return rows;
}

static void
test_list(void **state)
{
  Place *place = *state;
  agenda_put(place->agenda, "b", NOW + 5 * HOUR, place->anna, 0, FALSE);
  agenda_put(place->agenda, "a", NOW + 4 * HOUR, place->anna, 0, FALSE);
  agenda_put(place->agenda, "c", NOW + 30 * HOUR, place->anna, 0, FALSE);
  g_autoptr(GPtrArray) rows = day(place, NULL), none = NULL, here = NULL, list = NULL;
  assert_int_equal(rows->len, 2);
  const ClinicAgendaRow *first = rows->pdata[0];
  assert_string_equal(first->uid, "a");
  assert_string_equal(first->patient_name, "MOREAU");
  assert_string_equal(first->place, "Salle 3"); /* the calendar's, where the event says none */
  none = day(place, &(ClinicAgendaFilter){0, "Salle 4"});
  assert_int_equal(none->len, 0);
  here = day(place, &(ClinicAgendaFilter){0, "Salle 3"});
  assert_int_equal(here->len, 2);
  assert_false(clinic_agenda_list(place->admin, 0, G_MAXINT64, NULL, &list, NULL));
}

static ClinicAgendaState
mark(Place *place, ClinicAgendaState state)
{
  g_autoptr(GPtrArray) rows = day(place, NULL), after = NULL;
  g_autoptr(GError) error = NULL;
  const ClinicAgendaRow *row = rows->pdata[0];
  clinic_agenda_mark(place->desk, row->id, row->version, state, &error);
  assert_no_error(error);
  after = day(place, NULL);
  return ((const ClinicAgendaRow *)after->pdata[0])->state;
}

static void
refuse(Place *place, ClinicAgendaState state)
{
  g_autoptr(GPtrArray) rows = day(place, NULL);
  g_autoptr(GError) error = NULL;
  const ClinicAgendaRow *row = rows->pdata[0];
  assert_false(clinic_agenda_mark(place->desk, row->id, 0, state, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFLICT));
}

static void
test_marks(void **state)
{
  Place *place = *state;
  agenda_put(place->agenda, "a", NOW + 4 * HOUR, place->anna, 0, FALSE);
  refuse(place, CLINIC_AGENDA_NO_SHOW); /* it has not begun */
  base_clock_step(4 * HOUR - 5 * MINUTE);
  assert_int_equal(mark(place, CLINIC_AGENDA_ARRIVED), CLINIC_AGENDA_ARRIVED);
  refuse(place, CLINIC_AGENDA_NO_SHOW); /* who is there did come */
  base_clock_step(2 * MINUTE);
  assert_int_equal(mark(place, CLINIC_AGENDA_CHECKED_IN), CLINIC_AGENDA_CHECKED_IN);
  base_clock_step(20 * MINUTE);
  assert_int_equal(mark(place, CLINIC_AGENDA_COMPLETED), CLINIC_AGENDA_COMPLETED);
  g_autoptr(GPtrArray) rows = day(place, NULL);
  const ClinicAgendaRow *row = rows->pdata[0];
  assert_int_equal(row->arrived, row->start - 5 * MINUTE);
  assert_int_equal(row->checked_in, row->start - 3 * MINUTE);
  assert_int_equal(row->ended, row->start + 17 * MINUTE);
  refuse(place, CLINIC_AGENDA_ARRIVED);
  assert_int_equal(mark(place, CLINIC_AGENDA_BOOKED), CLINIC_AGENDA_CHECKED_IN); /* one step back */
  assert_int_equal(mark(place, CLINIC_AGENDA_BOOKED), CLINIC_AGENDA_ARRIVED);
  assert_int_equal(mark(place, CLINIC_AGENDA_BOOKED), CLINIC_AGENDA_BOOKED);
  assert_int_equal(mark(place, CLINIC_AGENDA_NO_SHOW), CLINIC_AGENDA_NO_SHOW);
  assert_int_equal(mark(place, CLINIC_AGENDA_ARRIVED), CLINIC_AGENDA_ARRIVED); /* late */
  assert_int_equal(mark(place, CLINIC_AGENDA_CANCELLED), CLINIC_AGENDA_CANCELLED);
}

/* Two at the desk: the second is told. */
static void
test_two(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  agenda_put(place->agenda, "a", NOW + 4 * HOUR, place->anna, 0, FALSE);
  g_autoptr(GPtrArray) seen = day(place, NULL);
  const ClinicAgendaRow *row = seen->pdata[0];
  mark(place, CLINIC_AGENDA_ARRIVED);
  assert_false(
      clinic_agenda_mark(place->desk, row->id, row->version, CLINIC_AGENDA_CANCELLED, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFLICT));
  assert_false(clinic_agenda_mark(place->admin, row->id, 0, CLINIC_AGENDA_CANCELLED, NULL));
}

static void
test_gaps(void **state)
{
  Place *place = *state;
  g_autoptr(GArray) gaps = NULL;
  g_autoptr(GError) error = NULL;
  gint64 from = clinic_agenda_midnight(place->desk, NOW, 0);
  gint64 to = clinic_agenda_midnight(place->desk, NOW, 2); /* over the change of the clocks */
  agenda_put(place->agenda, "a", NOW + 2 * HOUR, place->anna, 0, FALSE); /* 08:00–08:20 */
  agenda_put(place->agenda, "b", NOW + 2 * HOUR + 30 * MINUTE, place->anna, 0, FALSE);
  agenda_put(place->agenda, "c", NOW + 6 * HOUR, place->anna, 0, TRUE); /* cancelled: free */
  g_autoptr(GPtrArray) rows = NULL;
  assert_true(clinic_agenda_list(place->desk, from, to, NULL, &rows, NULL));
  clinic_agenda_gaps(place->desk, rows, from, to, &gaps, &error);
  assert_no_error(error);
  assert_int_equal(to - from, 49 * HOUR);
  assert_int_equal(gaps->len, 2); /* the ten minutes between a and b are too short */
  const ClinicAgendaGap *one = &g_array_index(gaps, ClinicAgendaGap, 0);
  const ClinicAgendaGap *two = &g_array_index(gaps, ClinicAgendaGap, 1);
  assert_int_equal(one->start, NOW + 2 * HOUR + 50 * MINUTE);
  assert_int_equal(one->end, NOW + 12 * HOUR);
  assert_int_equal(two->start, from + 24 * HOUR + 9 * HOUR); /* 08:00, an hour later than it was */
  assert_int_equal(two->end - two->start, 10 * HOUR);
}

int
main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)
  const struct CMUnitTest tests[] = {CASE(test_list), CASE(test_marks), CASE(test_two),
                                     CASE(test_gaps)};
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
