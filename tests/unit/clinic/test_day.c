/* A clinic from its first user to a verified chain. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"
#include "guichet/vault/process.h"

#define ADMIN "correct horse admin"
#define NURSE "correct horse clinician"

typedef struct {
  char *top, *dir;
} Place;

static int
place_make(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  place->top = g_dir_make_tmp("guichet-XXXXXX", &error);
  assert_no_error(error);
  place->dir = g_build_filename(place->top, "clinic", NULL);
  assert_true(clinic_user_found(place->dir, "Testing", "root", "Root Admin", ADMIN, FALSE, &error));
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
  remove_all(place->top);
  g_free(place->top);
  g_free(place->dir);
  g_free(place);
  return 0;
}

typedef struct {
  ClinicSession *session;
  guint added, known, bad;
  gint64 last;
  char *why;
} Tally;

static gboolean
import_each(ClinicImport *import, gpointer data)
{
  Tally *tally = data;
  g_autoptr(GError) error = NULL;
  gboolean known = FALSE;
  if (!clinic_visit_import(tally->session, import, &tally->last, &known, &error)) {
    tally->bad++;
    g_free(tally->why);
    tally->why = g_strdup(error->message);
  } else if (known) {
    tally->known++;
  } else {
    tally->added++;
  }
  return TRUE;
}

static gboolean
import_bad(const char *place, const GError *why, gpointer data)
{
  Tally *tally = data;
  tally->bad++;
  g_free(tally->why);
  tally->why = g_strdup_printf("%s: %s", place, why->message);
  return TRUE;
}

static const char LINES[] =
    "{\"id\":\"v1\",\"patient\":{\"family\":\"Dupont\",\"given\":\"Éléonore\",\"birth\":\"1968-04-"
    "30\","
    "\"phone\":\"06 12 34 56 78\",\"record\":\"R-1001\"},\"consent\":{\"by\":\"patient\",\"how\":"
    "\"spoken\",\"words\":\"yes, record "
    "it\"},\"dialogue\":[{\"speaker\":\"doctor\",\"text\":\"hello\"}]}\n"
    "{\"id\":\"v2\",\"patient\":{\"name\":\"Jean Martin\"},\"extra\":1,"
    "\"dialogue\":[{\"speaker\":\"doctor\",\"text\":\"bonjour, vous avez mal ?\"}]}\n"
    "not json\n"
    "\n"
    "{\"id\":\"v3\",\"patient\":{},\"dialogue\":[{\"speaker\":\"patient\",\"text\":\"it "
    "hurts\"}]}\n"
    "{\"id\":\"v4\",\"patient\":{\"birth\":\"1968-13-40\",\"family\":\"X\"},"
    "\"dialogue\":[{\"speaker\":\"patient\",\"text\":\"it hurts\"}]}\n";

static void
test_day(void **state)
{
  const Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL, doctor = NULL;
  assert_true(clinic_session_login(place->dir, "root", ADMIN, &admin, &error));
  assert_true(clinic_user_add(admin, "flores", "Dr. Ana Flores", CLINIC_ROLE_CLINICIAN, NURSE,
                              FALSE, NULL, &error));
  assert_false(clinic_user_add(admin, "flores", "Another", CLINIC_ROLE_CLINICIAN, NURSE, FALSE,
                               NULL, &error));
  assert_int_equal(error->code, BASE_ERROR_CANT_CREATE);
  g_clear_error(&error);
  assert_true(clinic_session_login(place->dir, "Flores", NURSE, &doctor, &error));
  g_autofree char *file = g_build_filename(place->top, "visits.jsonl", NULL);
  assert_true(base_file_write(file, LINES, strlen(LINES), &error));
  Tally tally = {.session = doctor};
  assert_true(clinic_visit_read(file, NULL, import_each, import_bad, &tally, &error));
  assert_int_equal(tally.added, 3);
  assert_int_equal(tally.bad, 2);
  assert_true(clinic_visit_read(file, NULL, import_each, import_bad, &tally, &error));
  assert_int_equal(tally.added, 3);
  assert_int_equal(tally.known, 3);
  g_free(tally.why);

  g_autoptr(GPtrArray) found = NULL;
  assert_true(clinic_patient_search(doctor, "dup el", 10, &found, &error));
  assert_int_equal(found->len, 1);
  const ClinicPatient *patient = found->pdata[0];
  assert_string_equal(patient->given, "Éléonore");
  assert_string_equal(clinic_patient_name(doctor, patient->id), "DUPONT Éléonore");
  g_autoptr(ClinicAuditReport) report = NULL;
  assert_true(clinic_audit_verify(doctor, NULL, NULL, &report, &error));
  assert_int_equal(report->bad_seq, 0);
  assert_int_equal(report->anchors, 1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_day, place_make, place_drop),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
