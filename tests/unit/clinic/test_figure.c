/* What is counted once an item is signed or rejected: each finding once, with what became of it. */
#include "drafted.h"

#include "guichet/clinic/contract.h"
#include "guichet/clinic/figure.h"
#include "guichet/store/patient.h"
#include "guichet/vault/process.h"

static ClinicFigures *
figures(const House *house, int from, int to)
{
  g_autoptr(GError) error = NULL;
  ClinicFigures *read = NULL;
  gint64 today = clinic_contract_day_today(house->ines);
  clinic_figure_read(house->ines, today + from, today + to, &read, &error);
  assert_no_error(error);
  return read;
}

/* Of all kinds; and each kind's columns add up. */
static gint64
fate(const ClinicFigures *read, ClinicFate which)
{
  gint64 all = 0;
  for (int k = 0; k < SCRIBE_FINDING_N; k++)
    for (int s = 0; s <= SCRIBE_SEVERITY_BLOCK; s++) {
      const gint64 *n = read->findings[k][s];
      assert_int_equal(n[CLINIC_FATE_RAISED] + n[CLINIC_FATE_FOUND],
                       n[CLINIC_FATE_GONE] + n[CLINIC_FATE_OVERRIDDEN] + n[CLINIC_FATE_OPEN] +
                           n[CLINIC_FATE_DROPPED]);
      all += n[which];
    }
  return all;
}

static gint64
all_signed(const ClinicFigures *read)
{
  gint64 all = 0;
  for (int w = 0; w < CLINIC_WRITING_N; w++)
    all += read->n_signed[w];
  return all;
}

static void
assert_fates(const House *house, gint64 raised, gint64 found, gint64 gone, gint64 overridden,
             gint64 open, gint64 dropped)
{
  g_autoptr(ClinicFigures) read = figures(house, 0, 0);
  assert_int_equal(fate(read, CLINIC_FATE_RAISED), raised);
  assert_int_equal(fate(read, CLINIC_FATE_FOUND), found);
  assert_int_equal(fate(read, CLINIC_FATE_GONE), gone);
  assert_int_equal(fate(read, CLINIC_FATE_OVERRIDDEN), overridden);
  assert_int_equal(fate(read, CLINIC_FATE_OPEN), open);
  assert_int_equal(fate(read, CLINIC_FATE_DROPPED), dropped);
}

/* Two that the draft made up: one is cut out, one is overridden; a person adds one, which stays
 * open. */
static void
test_fates(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  gint64 id = drafted_ready(house, "anna", DRAFTED_INVENTED, NULL);
  g_autoptr(ClinicReview) review = drafted_hold(house, id);
  assert_int_equal(review->findings->len, 2);
  assert_fates(house, 0, 0, 0, 0, 0, 0); /* nothing is decided */
  drafted_rewrite(house, review, "She has numbness in the left foot.\n", "");
  assert_int_equal(review->findings->len, 1);
  clinic_review_override(house->ines, review, 0, "told on the phone", &error);
  assert_no_error(error);
  drafted_rewrite(house, review, "last year.\n",
                  "last year.\nShe keeps three cats in her garage.\n");
  assert_int_equal(review->findings->len, 2);
  clinic_review_release(house->ines, review, &error);
  assert_no_error(error);
  base_clock_step(90 * BASE_CLOCK_SECOND);
  drafted_sign(house, id);
  assert_fates(house, 2, 1, 1, 1, 1, 0);
  g_autoptr(ClinicFigures) read = figures(house, 0, 0);
  assert_int_equal(read->n_signed[CLINIC_WRITING_EDITED], 1);
  assert_int_equal(all_signed(read), 1);
  assert_int_equal(read->median_wait, 90 * BASE_CLOCK_SECOND);
  assert_int_equal(read->engines->len, 1);
  assert_string_equal(((ClinicFigureEngine *)read->engines->pdata[0])->name, "builtin");
  house_close(house);
  (void)state;
}

/* Whatever is done and undone, an item is counted by the decision that stands. */
static void
test_undone(void **state)
{
  House *house = drafted_house();
  gint64 id = drafted_ready(house, "beth", DRAFTED_INVENTED, "a-model");
  for (int round = 0; round < 3; round++) {
    drafted_sign(house, id);
    assert_fates(house, 2, 0, 0, 0, 2, 0);
    drafted_act(house, id, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE);
    assert_fates(house, 0, 0, 0, 0, 0, 0);
    drafted_act(house, id, CLINIC_ACTION_REJECT, CLINIC_REASON_INVENTED);
    assert_fates(house, 2, 0, 0, 0, 0, 2);
    base_clock_step(BASE_CLOCK_DAY); /* a day counts what it was added to, not what is taken back */
    drafted_act(house, id, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE);
    g_autoptr(ClinicFigures) before = figures(house, -1, -1);
    assert_int_equal(fate(before, CLINIC_FATE_RAISED), 0);
    assert_int_equal(before->n_rejected[CLINIC_REASON_INVENTED], 0);
  }
  drafted_sign(house, id);
  g_autoptr(ClinicFigures) read = figures(house, -10, 0), today = figures(house, 0, 0),
                           past = figures(house, -10, -1);
  assert_int_equal(all_signed(read), 1);
  assert_int_equal(read->n_signed[CLINIC_WRITING_DRAFT], 1);
  assert_int_equal(all_signed(today), 1);
  assert_int_equal(all_signed(past), 0);
  assert_int_equal(past->median_wait, -1);
  assert_string_equal(((ClinicFigureEngine *)read->engines->pdata[0])->name, "chat a-model");
  house_close(house);
  (void)state;
}

/* Two have it before them; the later one is refused, and nothing of it is counted. */
static void
test_two_sessions(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) other = NULL;
  gint64 id = drafted_ready(house, "cora", DRAFTED_INVENTED, NULL);
  clinic_session_login(house->dir, "ines", HOUSE_PASSWORD, &other, &error);
  assert_no_error(error);
  g_autoptr(ClinicProof) proof = NULL, second = NULL;
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  assert_true(clinic_session_confirm(other, HOUSE_PASSWORD, &second, &error));
  g_autoptr(ClinicReview) mine = drafted_hold(house, id), theirs = NULL;
  assert_true(clinic_review_look_attest(house->ines, mine, &error));
  clinic_review_open(other, id, TRUE, &theirs, &error);
  assert_no_error(error); /* the same person on another terminal */
  assert_false(clinic_review_sign(house->ines, mine, proof, &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  g_clear_error(&error);
  assert_fates(house, 0, 0, 0, 0, 0, 0);
  clinic_review_sign(other, theirs, second, &error);
  assert_no_error(error);
  assert_false(clinic_review_sign(other, theirs, second, &error));
  assert_fates(house, 2, 0, 0, 0, 2, 0);
  house_close(house);
  (void)state;
}

/* Rejections by reason; a draft that never came; who may see it, and who may not. */
static void
test_rejected(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  ClinicFigures *none = NULL;
  drafted_act(house, drafted_ready(house, "dora", DRAFTED_INVENTED, NULL), CLINIC_ACTION_REJECT,
              CLINIC_REASON_OMITTED);
  drafted_act(house, drafted_ready(house, "edna", "", NULL), CLINIC_ACTION_REJECT,
              CLINIC_REASON_WRONG_DRUG);
  drafted_act(house, drafted_ready(house, "fern", "", NULL), CLINIC_ACTION_REJECT,
              CLINIC_REASON_WRONG_DRUG);
  drafted_sign(house, drafted_ready(house, "gina", "", NULL));
  g_autoptr(ClinicFigures) read = figures(house, 0, 0);
  assert_int_equal(read->n_rejected[CLINIC_REASON_OMITTED], 1);
  assert_int_equal(read->n_rejected[CLINIC_REASON_WRONG_DRUG], 2);
  assert_int_equal(read->n_signed[CLINIC_WRITING_DRAFT], 1);
  assert_int_equal(fate(read, CLINIC_FATE_DROPPED), 2);
  assert_int_equal(read->first, clinic_contract_day_today(house->ines));
  assert_false(clinic_figure_read(house->worker, 0, 1, &none, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  house_close(house);
  (void)state;
}

/* Without its transcript and its patient's key a text cannot be read: it can be rejected, and is
 * counted as such. */
static void
test_unreadable(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  gint64 id = drafted_ready(house, "hope", DRAFTED_INVENTED, NULL);
  g_autoptr(ClinicItem) item = house_item(house, id);
  store_patient_destroy(house->store, item->patient, &error);
  assert_no_error(error);
  drafted_act(house, id, CLINIC_ACTION_REJECT, CLINIC_REASON_NOT_NEEDED);
  g_autoptr(ClinicFigures) read = figures(house, 0, 0);
  assert_int_equal(read->n_rejected[CLINIC_REASON_NOT_NEEDED], 1);
  assert_int_equal(fate(read, CLINIC_FATE_RAISED), 0);
  house_close(house);
  (void)state;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fates),        cmocka_unit_test(test_undone),
      cmocka_unit_test(test_two_sessions), cmocka_unit_test(test_rejected),
      cmocka_unit_test(test_unreadable),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
