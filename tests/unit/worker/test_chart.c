/* Charts that were read: what they do to the checks, and who says whose they are.  (How they are
 * read: tests/peers/test_chart.c.) */
#include "house.h"

#include "guichet/worker/chart.h"

static House *
house_with_visit(void)
{
  House *house = house_open(HOUSE_CHART);
  g_autofree char *line = house_visit("a", HOUSE_CONSENT);
  house_drop(house, "a.json", line);
  house_once(house);
  return house;
}

static gint64
note_of(const House *house)
{
  return house_only(house, "kind:note state:ready,reviewing");
}

static gint64
patient_of(const House *house)
{
  g_autoptr(ClinicItem) item = house_item(house, note_of(house));
  return item->patient;
}

static ClinicChart *
chart_of(const House *house, gint64 patient)
{
  g_autoptr(GError) error = NULL;
  ClinicChart *chart = NULL;
  clinic_chart_open(house->ines, patient, &chart, &error);
  assert_no_error(error);
  return chart;
}

static ClinicReview *
review_of(const House *house, gboolean hold)
{
  g_autoptr(GError) error = NULL;
  ClinicReview *review = NULL;
  clinic_review_open(house->ines, note_of(house), hold, &review, &error);
  assert_no_error(error);
  return review;
}

static const ClinicFinding *
allergy_of(const ClinicReview *review)
{
  for (guint i = 0; i < review->findings->len; i++) {
    const ClinicFinding *one = review->findings->pdata[i];
    if (one->finding->kind == SCRIBE_FINDING_ALLERGY)
      return one;
  }
  return NULL;
}

/* Nobody answers there: the draft is made all the same, and the chart says why it is empty. */
static void
test_nobody_there(void **state)
{
  (void)state;
  House *house = house_with_visit();
  g_autoptr(ClinicChart) chart = chart_of(house, patient_of(house));
  g_autoptr(GError) error = NULL;
  assert_int_equal(chart->read_at, 0);
  assert_true(*chart->trouble != '\0');
  assert_null(clinic_chart_words(chart));
  assert_false(worker_chart_read(house->ines, chart->patient, NULL, &error));
  assert_non_null(error);
  house_close(house);
}

/* What waits is checked again, and the queue counts it. */
static void
test_recheck(void **state)
{
  (void)state;
  House *house = house_with_visit();
  g_autoptr(GError) error = NULL;
  gint64 patient = patient_of(house), note = note_of(house);
  g_autoptr(ClinicItem) before = house_item(house, note);
  house_chart(house, patient, "Ibuprofen");
  clinic_chart_recheck(house->worker, patient, &error);
  assert_no_error(error);
  g_autoptr(ClinicItem) after = house_item(house, note);
  g_autoptr(ClinicReview) review = review_of(house, FALSE);
  assert_int_equal(before->n_block, 0);
  assert_int_equal(after->n_block, 1);
  assert_non_null(strstr(allergy_of(review)->finding->message, "charted, from ehr on"));
  clinic_chart_recheck(house->worker, patient, &error); /* the same again adds nothing */
  assert_no_error(error);
  g_autoptr(ClinicItem) again = house_item(house, note);
  assert_int_equal(again->version, after->version);
  house_close(house);
}

/* Read while somebody reviews: it is looked at before a signature; an edit asks the chart too. */
static void
test_sign(void **state)
{
  (void)state;
  House *house = house_with_visit();
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicReview) review = review_of(house, TRUE);
  g_autoptr(ClinicProof) proof = clinic_proof_of_login(house->ines);
  house_chart(house, patient_of(house), "Ibuprofen");
  clinic_chart_recheck(house->worker, patient_of(house), &error); /* it is in somebody's hand */
  assert_no_error(error);
  assert_null(allergy_of(review));
  assert_false(clinic_review_sign(house->ines, review, proof, &error));
  assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_CONFLICT));
  assert_non_null(allergy_of(review));
  g_clear_error(&error);
  g_autofree char *other = g_strdup_printf("%s\nMore.", review->text);
  clinic_review_save(house->ines, review, other, &error);
  assert_no_error(error);
  assert_non_null(allergy_of(review));
  clinic_review_save(house->ines, review, "Sore throat and cough for three days.", &error);
  assert_no_error(error);
  assert_null(allergy_of(review));
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
  house_close(house);
}

static WireFhirPatient
candidate(const char *reference)
{
  static char empty[] = "", family[] = HOUSE_CANARY, given[] = "a", birth[] = "1968-04-30";
  return (WireFhirPatient){.reference = (char *)(gintptr)reference,
                           .family = family,
                           .given = given,
                           .birth = birth,
                           .sex = empty,
                           .phone = empty,
                           .mail = empty,
                           .grade = empty,
                           .score = -1};
}

static void
puzzle(const House *house, gint64 patient, const char *first, const char *second)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicChartAsk) ask = NULL;
  WireFhirPatient one = candidate(first), two = candidate(second);
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  g_ptr_array_add(found, &one);
  g_ptr_array_add(found, &two);
  clinic_chart_ask(house->worker, patient, &ask, &error);
  assert_no_error(error);
  clinic_chart_settle_puzzle(house->worker, ask, found, &error);
  assert_no_error(error);
}

/* Asked once for the same records; what was read of another one is forgotten. */
static void
test_whose(void **state)
{
  (void)state;
  House *house = house_with_visit();
  g_autoptr(GError) error = NULL;
  gint64 patient = patient_of(house);
  house_chart(house, patient, "Penicillin");
  puzzle(house, patient, "Patient/12", "Patient/13");
  puzzle(house, patient, "Patient/12", "Patient/13");
  g_autoptr(GArray) tasks = house_ids(house, "kind:task");
  assert_int_equal(tasks->len, 1);
  g_autoptr(ClinicChart) asked = chart_of(house, patient);
  assert_int_equal(asked->link, CLINIC_CHART_ASKED);
  assert_int_equal(asked->lists[CLINIC_CHART_ALLERGIES]->len, 0);
  assert_int_equal(asked->candidates->len, 2);
  clinic_chart_settle_link(house->ines, patient, "Patient/13", &error);
  assert_no_error(error);
  house_chart(house, patient, "Penicillin"); /* says that it is Patient/12 */
  clinic_chart_settle_link(house->ines, patient, NULL, &error);
  assert_no_error(error);
  g_autoptr(ClinicChart) none = chart_of(house, patient);
  assert_int_equal(none->link, CLINIC_CHART_NOT_THERE);
  assert_int_equal(none->read_at, 0);
  assert_int_equal(none->lists[CLINIC_CHART_ALLERGIES]->len, 0);
  house_close(house);
}

static void
test_records(void **state)
{
  (void)state;
  static const char *const odd[] = {
      "", "Patient/", "12", "Patient/..", "Patient/1/2", "Patient/a b", "Patient/1?x=1", "Group/1"};
  House *house = house_with_visit();
  for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
    assert_false(clinic_chart_settle_link(house->ines, patient_of(house), odd[i], NULL));
  house_close(house);
}

/* Two dates that say the same, as far as they go. */
static void
test_agrees(void **state)
{
  (void)state;
  static const struct {
    const char *ours, *theirs;
    gboolean agrees;
  } cases[] = {{"1968-04-30", "1968-04-30", TRUE}, {"1968-04-30", "1968", TRUE},
               {"1968-04-30", "1968-05", FALSE},   {"1968-04-30", "1986-04-30", FALSE},
               {"", "1968-04-30", TRUE},           {"1968-04-30", "", TRUE}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(ClinicPatient) patient = clinic_patient_new();
    WireFhirPatient found = candidate("Patient/1");
    g_free(patient->family);
    patient->family = g_strdup(HOUSE_CANARY);
    g_free(patient->birth);
    patient->birth = g_strdup(cases[i].ours);
    found.birth = (char *)(gintptr)cases[i].theirs;
    if (clinic_chart_ask_agrees(patient, &found) != cases[i].agrees)
      fail_msg("%s and %s", cases[i].ours, cases[i].theirs);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nobody_there), cmocka_unit_test(test_recheck),
      cmocka_unit_test(test_sign),         cmocka_unit_test(test_whose),
      cmocka_unit_test(test_records),      cmocka_unit_test(test_agrees),
  };
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
