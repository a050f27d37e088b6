/* How a patient is reached, and what they want. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/way.h"

#define PASSWORD "correct horse desk"

static void
set(char **field, const char *text)
{
  g_free(*field);
  *field = g_strdup(text);
}

static ClinicPatient *
patient_make(const char *given, const char *mail, const char *address)
{
  ClinicPatient *patient = clinic_patient_new();
  set(&patient->family, "Moreau");
  set(&patient->given, given);
  set(&patient->birth, "1980-02-03");
  set(&patient->mail, mail);
  set(&patient->address, address);
  set(&patient->phone, "06 12 34 56 78");
  return patient;
}

/* "mail:a@b print:3 rue…" */
static char *
list(const ClinicPatient *patient)
{
  g_autoptr(GPtrArray) ways = clinic_way_list(patient);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < ways->len; i++) {
    const ClinicWay *way = ways->pdata[i];
    g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "", way->channel, way->address);
  }
  return g_string_free(text, FALSE);
}

static void
assert_ways(const ClinicPatient *patient, const char *expected)
{
  g_autofree char *text = list(patient);
  assert_string_equal(text, expected);
}

static void
test_list(void **state)
{
  (void)state;
  g_autoptr(ClinicPatient) p = patient_make("Anna", "anna@home.example", "3 rue X");
  assert_ways(p, "mail:anna@home.example print:3 rue X");
  set(&p->channel, "letter"); /* as an import says it */
  assert_ways(p, "print:3 rue X mail:anna@home.example");
  set(&p->channel, "sms");
  assert_ways(p, "sms:06 12 34 56 78 mail:anna@home.example print:3 rue X");
  set(&p->ways, "print mail=anna@work.example mail");
  assert_ways(p, "print:3 rue X mail:anna@work.example mail:anna@home.example");
  set(&p->address, ""); /* a way without an address is none */
  set(&p->ways, "print");
  assert_ways(p, "");
}

static void
test_wants(void **state)
{
  (void)state;
  g_autoptr(ClinicPatient) p = patient_make("Anna", "", "");
  assert_false(clinic_way_opted_out(p));
  set(&p->channel, "none");
  assert_true(clinic_way_opted_out(p));
  set(&p->reminders, "yes"); /* what they said of reminders goes before an import's word */
  assert_false(clinic_way_opted_out(p));
  set(&p->channel, "mail");
  set(&p->reminders, "no");
  assert_true(clinic_way_opted_out(p));
}

static void
test_fold(void **state)
{
  (void)state;
  char mail[] = "mail", print[] = "print";
  char a[] = "A.B@Home.example", b[] = "a-b@home.example", c[] = "3, Rue du Bac",
       d[] = "3 rue du bac";
  g_autofree char *one = clinic_way_fold(&(ClinicWay){mail, a});
  g_autofree char *two = clinic_way_fold(&(ClinicWay){mail, b});
  g_autofree char *three = clinic_way_fold(&(ClinicWay){print, c});
  g_autofree char *four = clinic_way_fold(&(ClinicWay){print, d});
  assert_string_equal(one, "a.b@home.example");
  assert_string_not_equal(one, two);
  assert_string_equal(three, four);
}

static void
test_check(void **state)
{
  (void)state;
  static const char *const GOOD[] = {"", "mail", "mail=a@b.example print", "sms folder"};
  static const char *const BAD[] = {
      "pigeon",  "mail=",        "mail=ab",
      "print=x", "mail=a@b,c@d", "mail  print",
      "mail=@b", "mail=<a@b>",   "mail mail mail mail mail mail mail mail mail"};
  for (guint i = 0; i < G_N_ELEMENTS(GOOD); i++)
    assert_true(clinic_way_check(GOOD[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    g_autoptr(GError) error = NULL;
    assert_false(clinic_way_check(BAD[i], &error));
    assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  }
}

/* --- in a clinic */

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
add(ClinicSession *session, const char *given, const char *mail, const char *address)
{
  g_autoptr(ClinicPatient) patient = patient_make(given, mail, address);
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  clinic_patient_find_or_add(session, patient, &id, &error);
  assert_no_error(error);
  return id;
}

static guint
sharing(ClinicSession *session, gint64 id)
{
  g_autoptr(ClinicPatient) patient = NULL;
  guint n = 99;
  assert_true(clinic_patient_open(session, id, &patient, NULL));
  assert_true(clinic_patient_sharing(session, patient, &n, NULL));
  return n;
}

static void
assert_last_change(ClinicSession *admin, gint64 id, const char *detail)
{
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(GError) error = NULL;
  const char *found = NULL;
  clinic_audit_list(admin, 0, id, 0, 1000, &lines, &error);
  assert_no_error(error);
  for (guint i = 0; i < lines->len; i++) {
    const ClinicAuditLine *line = lines->pdata[i];
    if (strcmp(line->what, "patient-change") == 0)
      found = line->detail;
  }
  assert_non_null(found);
  assert_string_equal(found, detail);
}

static void
test_clinic(void **state)
{
  (void)state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) admin = NULL, desk = NULL, privacy = NULL;
  g_autoptr(ClinicPatient) patient = NULL, again = NULL;
  g_autofree char *top = g_dir_make_tmp("guichet-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename(top, "clinic", NULL);
  clinic_user_found(dir, "Testing", "root", "Root", PASSWORD, TRUE, &error);
  assert_no_error(error);
  assert_true(clinic_session_login(dir, "root", PASSWORD, &admin, NULL));
  assert_true(
      clinic_user_add(admin, "desk", "Desk", CLINIC_ROLE_FRONT_DESK, PASSWORD, TRUE, NULL, NULL));
  assert_true(
      clinic_user_add(admin, "priv", "Priv", CLINIC_ROLE_PRIVACY, PASSWORD, TRUE, NULL, NULL));
  assert_true(clinic_session_login(dir, "desk", PASSWORD, &desk, NULL));
  assert_true(clinic_session_login(dir, "priv", PASSWORD, &privacy, NULL));

  gint64 anna = add(desk, "Anna", "Moreau@Home.example", "3, rue du Bac");
  gint64 ben = add(desk, "Ben", "moreau@home.example", "");
  gint64 carl = add(desk, "Carl", "", "3 Rue du BAC");
  gint64 dora = add(desk, "Dora", "dora@home.example", "4 rue du Bac");
  assert_int_equal(sharing(desk, anna), 2);
  assert_int_equal(sharing(desk, ben), 1);
  assert_int_equal(sharing(desk, carl), 1);
  assert_int_equal(sharing(desk, dora), 0);

  assert_true(clinic_patient_open(desk, anna, &patient, NULL));
  set(&patient->reminders, "no");
  set(&patient->wording, "restricted");
  set(&patient->mail, "anna@else.example");
  assert_true(clinic_patient_change(desk, patient, NULL));
  assert_last_change(privacy, anna, "mail reminders wording; reminders no");
  assert_int_equal(sharing(desk, ben), 0); /* the old address finds nobody any more */
  assert_true(clinic_patient_open(desk, anna, &again, NULL));
  assert_string_equal(again->reminders, "no");
  assert_string_equal(again->wording, "restricted");
  assert_string_equal(again->address, "3, rue du Bac");
  set(&again->reminders, "perhaps");
  assert_false(clinic_patient_change(desk, again, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA));
  remove_all(top);
}

int
main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_list),  cmocka_unit_test(test_wants),  cmocka_unit_test(test_fold),
      cmocka_unit_test(test_check), cmocka_unit_test(test_clinic),
  };
  (void)argc;
  (void)argv;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
