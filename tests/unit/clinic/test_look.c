/* A statement that nothing said carries is signed by who has looked at it, and by nobody else. */
#include "drafted.h"

#include "clinic/payload.h"
#include "guichet/vault/process.h"

static guint
unsupported(const ClinicReview *review, guint n)
{
  for (guint i = 0; i < review->findings->len; i++) {
    const ClinicFinding *one = review->findings->pdata[i];
    if (one->finding->kind == SCRIBE_FINDING_UNSUPPORTED && n-- == 0)
      return i;
  }
  fail_msg("the draft has no such statement");
  return 0;
}

static gboolean
look(ClinicSession *session, ClinicReview *review, guint index, GError **error)
{
  g_autofree gboolean *shown = g_new0(gboolean, review->findings->len);
  shown[index] = TRUE;
  return clinic_review_look(session, review, shown, error);
}

static void
assert_refused(const House *house, ClinicReview *review, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  assert_false(clinic_review_sign(house->ines, review, proof, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  assert_non_null(strstr(error->message, words));
}

static void
assert_signs(const House *house, ClinicReview *review)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
}

/* The newest event of this session, and what it says. */
static char *
last_event(const House *house)
{
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(ClinicSession) privacy = NULL;
  g_autoptr(GError) error = NULL;
  clinic_session_login(house->dir, "pia", HOUSE_PASSWORD, &privacy, &error);
  assert_no_error(error);
  clinic_audit_list(privacy, 0, 0, clinic_session_user(house->ines), 5000, &lines, &error);
  assert_no_error(error);
  const ClinicAuditLine *last = lines->pdata[lines->len - 1];
  return g_strdup_printf("%s %s", last->what, last->detail);
}

static int
setup(void **state)
{
  g_autoptr(ClinicSession) admin = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  house_setup(state);
  g_autofree char *dir = g_build_filename(house_model_base, "clinic", NULL);
  clinic_session_login(dir, "root", HOUSE_PASSWORD, &admin, &error);
  assert_no_error(error);
  clinic_user_add(admin, "pia", "Pia", CLINIC_ROLE_PRIVACY, HOUSE_PASSWORD, TRUE, &id, &error);
  assert_no_error(error);
  clinic_user_add(admin, "sam", "Sam", CLINIC_ROLE_SENIOR, HOUSE_PASSWORD, TRUE, &id, &error);
  assert_no_error(error);
  return 0;
}

/* Each one, once; across a lease that ended; and on record. */
static void
test_each(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  gint64 id = drafted_ready(house, "anna", DRAFTED_INVENTED, NULL);
  g_autoptr(ClinicReview) review = drafted_hold(house, id);
  assert_int_equal(clinic_review_look_unseen(review), 2);
  assert_refused(house, review, "2 unsupported statements were not looked at");
  assert_false(clinic_item_can(house->ines, review->item, CLINIC_ACTION_SIGN, &error));
  g_clear_error(&error);
  assert_true(look(house->ines, review, unsupported(review, 0), &error));
  g_autofree char *event = last_event(house);
  assert_string_equal(event, "item-look shown: 1");
  assert_refused(house, review, "1 unsupported statement was not looked at");
  clinic_review_release(house->ines, review, &error);
  assert_no_error(error);
  g_autoptr(ClinicReview) again = drafted_hold(house, id);
  assert_int_equal(clinic_review_look_unseen(again), 1);
  assert_true(look(house->ines, again, unsupported(again, 1), &error));
  assert_int_equal(clinic_review_look_unseen(again), 0);
  assert_signs(house, again);
  house_close(house);
  (void)state;
}

/* Who has it open looks, for themselves alone. */
static void
test_whose(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) sam = NULL;
  g_autoptr(ClinicReview) theirs = NULL, read = NULL;
  gint64 id = drafted_ready(house, "beth", DRAFTED_INVENTED, NULL);
  clinic_session_login(house->dir, "sam", HOUSE_PASSWORD, &sam, &error);
  assert_no_error(error);
  clinic_review_open(sam, id, FALSE, &read, &error);
  assert_no_error(error);
  assert_false(look(sam, read, unsupported(read, 0), &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  g_clear_error(&error);
  assert_int_equal(clinic_review_look_unseen(read), 2); /* nothing was written down */
  clinic_review_open(sam, id, TRUE, &theirs, &error);
  assert_no_error(error);
  assert_true(clinic_review_look_attest(sam, theirs, &error));
  assert_int_equal(clinic_review_look_unseen(theirs), 0);
  clinic_review_release(sam, theirs, &error);
  assert_no_error(error);
  g_autoptr(ClinicReview) mine = drafted_hold(house, id);
  assert_int_equal(clinic_review_look_unseen(mine), 2);
  assert_refused(house, mine, "2 unsupported");
  assert_true(clinic_review_look_attest(house->ines, mine, &error));
  g_autofree char *event = last_event(house);
  assert_string_equal(event, "item-look said to be read: 2");
  assert_signs(house, mine);
  house_close(house);
  (void)state;
}

/* What was looked at stays so while its words do; other words ask again; overridden ones do not
 * ask. */
static void
test_words(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  gint64 id = drafted_ready(house, "cora", DRAFTED_INVENTED, NULL);
  g_autoptr(ClinicReview) review = drafted_hold(house, id);
  assert_true(clinic_review_look_attest(house->ines, review, &error));
  drafted_rewrite(house, review, "She has numbness", "Seen today.\nShe has numbness");
  assert_int_equal(clinic_review_look_unseen(review), 0);
  drafted_rewrite(house, review, "numbness in the left foot", "numbness in the left hand");
  assert_int_equal(clinic_review_look_unseen(review), 1);
  assert_refused(house, review, "1 unsupported");
  drafted_rewrite(house, review, "numbness in the left hand", "numbness in the left foot");
  assert_int_equal(clinic_review_look_unseen(review), 0);
  drafted_rewrite(house, review, "numbness in the left foot", "numbness in the left arm");
  guint n = review->findings->len;
  for (guint i = 0; i < n; i++)
    clinic_review_override(house->ines, review, i, "told on the phone", &error);
  assert_no_error(error);
  assert_int_equal(clinic_review_look_unseen(review), 0);
  assert_signs(house, review);
  house_close(house);
  (void)state;
}

/* What a signature attests is what it was before anybody was asked to look. */
static void
test_digest(void **state)
{
  House *house = drafted_house();
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  VaultHash first, second;
  gint64 id = drafted_ready(house, "dora", DRAFTED_INVENTED, NULL);
  g_autoptr(ClinicReview) review = drafted_hold(house, id);
  clinic_payload_attest(house->ines, review, base_clock_now(), &before, &first);
  assert_true(clinic_review_look_attest(house->ines, review, &error));
  clinic_review_refresh(house->ines, review, &error);
  assert_no_error(error);
  clinic_payload_attest(house->ines, review, base_clock_now(), &after, &second);
  assert_string_equal(before, after);
  assert_memory_equal(first.bytes, second.bytes, sizeof first.bytes);
  house_close(house);
  (void)state;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each),
      cmocka_unit_test(test_whose),
      cmocka_unit_test(test_words),
      cmocka_unit_test(test_digest),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, setup, house_teardown);
}
