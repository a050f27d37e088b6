/* What is counted once an item is signed or rejected: each finding once, with what became of it. */
#include "../worker/house.h"

#include "guichet/clinic/contract.h"
#include "guichet/clinic/figure.h"
#include "guichet/clinic/job.h"
#include "guichet/scribe/builtin.h"
#include "guichet/store/patient.h"
#include "guichet/vault/process.h"

/* What the engine's draft says and nobody did. */
#define INVENTED "She has numbness in the left foot.\nHer sister had a stroke last year.\n"

static House *
open_house(void)
{
  House *house = house_open("[outbox]\nundo_seconds = 60\n");
  base_clock_freeze(G_GINT64_CONSTANT(1800000000) * BASE_CLOCK_SECOND);
  return house;
}

/* The built-in draft with more to it, checked as a worker checks it. */
static ScribeDraft *
draft_of(const ClinicDraftRequest *request, const char *more, const char *model)
{
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(GError) error = NULL;
  ScribeDraft *draft = NULL;
  GPtrArray *findings = NULL;
  const ScribeContext context = {.consent_on_record = TRUE};
  assert_true(scribe_lexicon_load(NULL, &lexicon, &error));
  scribe_builtin_draft(lexicon, request->transcript, NULL, &context, &draft, &error);
  assert_no_error(error);
  g_autofree char *text = g_strconcat(draft->text, "\n", more, NULL);
  g_free(draft->text);
  draft->text = g_steal_pointer(&text);
  if (model != NULL) {
    g_free(draft->engine_name);
    draft->engine_name = g_strdup("chat");
    draft->model = g_strdup(model);
  }
  scribe_check_note(lexicon, request->transcript, draft->text, &context, &findings, &error);
  assert_no_error(error);
  g_ptr_array_unref(draft->findings);
  draft->findings = findings;
  return draft;
}

static gboolean
bring_in(ClinicImport *import, gpointer data)
{
  const House *house = data;
  g_autoptr(GError) error = NULL;
  gint64 visit = 0;
  gboolean known = FALSE;
  clinic_visit_import(house->worker, import, &visit, &known, &error);
  assert_no_error(error);
  return TRUE;
}

/* A visit and its draft: the item, ready. */
static gint64
ready(House *house, const char *id, const char *more, const char *model)
{
  g_autofree char *line = house_visit(id, HOUSE_CONSENT), *path = house_path(house, "visit.jsonl");
  g_autoptr(ClinicJob) job = NULL;
  g_autoptr(ClinicDraftRequest) request = NULL;
  g_autoptr(ClinicImport) defaults = clinic_import_new();
  g_autoptr(GError) error = NULL;
  assert_true(g_file_set_contents(path, line, -1, NULL));
  clinic_visit_read(path, defaults, bring_in, NULL, house, &error);
  assert_no_error(error);
  clinic_job_take(house->worker, &job, &error);
  assert_no_error(error);
  clinic_job_request(house->worker, job, &request, &error);
  assert_no_error(error);
  g_autoptr(ScribeDraft) draft = draft_of(request, more, model);
  clinic_job_drafted(house->worker, job, draft, &error);
  assert_no_error(error);
  return job->item;
}

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

static ClinicReview *
hold(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  ClinicReview *review = NULL;
  clinic_review_open(house->ines, id, TRUE, &review, &error);
  assert_no_error(error);
  return review;
}

static void
sign(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  g_autoptr(ClinicReview) review = hold(house, id);
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
}

/* Replaces `from` by `to`, which the checks see. */
static void
rewrite(const House *house, ClinicReview *review, const char *from, const char *to)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) parts = g_strsplit(review->text, from, 2);
  assert_non_null(parts[1]);
  g_autofree char *text = g_strjoinv(to, parts);
  clinic_review_save(house->ines, review, text, &error);
  assert_no_error(error);
}

static void
act(const House *house, gint64 id, ClinicAction action, ClinicReason reason)
{
  g_autoptr(GError) error = NULL;
  clinic_item_act(house->ines, id, 0, action, reason, NULL, &error);
  assert_no_error(error);
}

/* Two that the draft made up: one is cut out, one is overridden; a person adds one, which stays
 * open. */
static void
test_fates(void **state)
{
  House *house = open_house();
  g_autoptr(GError) error = NULL;
  gint64 id = ready(house, "anna", INVENTED, NULL);
  g_autoptr(ClinicReview) review = hold(house, id);
  assert_int_equal(review->findings->len, 2);
  assert_fates(house, 0, 0, 0, 0, 0, 0); /* nothing is decided */
  rewrite(house, review, "She has numbness in the left foot.\n", "");
  assert_int_equal(review->findings->len, 1);
  clinic_review_override(house->ines, review, 0, "told on the phone", &error);
  assert_no_error(error);
  rewrite(house, review, "last year.\n", "last year.\nShe keeps three cats in her garage.\n");
  assert_int_equal(review->findings->len, 2);
  clinic_review_release(house->ines, review, &error);
  assert_no_error(error);
  base_clock_step(90 * BASE_CLOCK_SECOND);
  sign(house, id);
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
  House *house = open_house();
  gint64 id = ready(house, "beth", INVENTED, "a-model");
  for (int round = 0; round < 3; round++) {
    sign(house, id);
    assert_fates(house, 2, 0, 0, 0, 2, 0);
    act(house, id, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE);
    assert_fates(house, 0, 0, 0, 0, 0, 0);
    act(house, id, CLINIC_ACTION_REJECT, CLINIC_REASON_INVENTED);
    assert_fates(house, 2, 0, 0, 0, 0, 2);
    base_clock_step(BASE_CLOCK_DAY); /* a day counts what it was added to, not what is taken back */
    act(house, id, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE);
    g_autoptr(ClinicFigures) before = figures(house, -1, -1);
    assert_int_equal(fate(before, CLINIC_FATE_RAISED), 0);
    assert_int_equal(before->n_rejected[CLINIC_REASON_INVENTED], 0);
  }
  sign(house, id);
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
  House *house = open_house();
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicSession) other = NULL;
  gint64 id = ready(house, "cora", INVENTED, NULL);
  clinic_session_login(house->dir, "ines", HOUSE_PASSWORD, &other, &error);
  assert_no_error(error);
  g_autoptr(ClinicProof) proof = NULL, second = NULL;
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  assert_true(clinic_session_confirm(other, HOUSE_PASSWORD, &second, &error));
  g_autoptr(ClinicReview) mine = hold(house, id), theirs = NULL;
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
  House *house = open_house();
  g_autoptr(GError) error = NULL;
  ClinicFigures *none = NULL;
  act(house, ready(house, "dora", INVENTED, NULL), CLINIC_ACTION_REJECT, CLINIC_REASON_OMITTED);
  act(house, ready(house, "edna", "", NULL), CLINIC_ACTION_REJECT, CLINIC_REASON_WRONG_DRUG);
  act(house, ready(house, "fern", "", NULL), CLINIC_ACTION_REJECT, CLINIC_REASON_WRONG_DRUG);
  sign(house, ready(house, "gina", "", NULL));
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
  House *house = open_house();
  g_autoptr(GError) error = NULL;
  gint64 id = ready(house, "hope", INVENTED, NULL);
  g_autoptr(ClinicItem) item = house_item(house, id);
  store_patient_destroy(house->store, item->patient, &error);
  assert_no_error(error);
  act(house, id, CLINIC_ACTION_REJECT, CLINIC_REASON_NOT_NEEDED);
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
