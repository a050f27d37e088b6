/* An item's whole life, in a real clinic in a temporary folder. */
#include "unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/clinic/audit.h"
#include "guichet/clinic/job.h"
#include "guichet/clinic/outbox.h"
#include "guichet/clinic/queue.h"
#include "guichet/clinic/review.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"
#include "guichet/scribe/builtin.h"
#include "guichet/vault/process.h"

#define ADMIN "correct horse admin"
#define DOCTOR "correct horse doctor"
#define SENIOR "correct horse senior"

/* One clinic for the whole program: a login costs half a second. */
typedef struct {
  char *dir;
  ClinicSession *admin, *doctor, *senior, *desk, *worker;
} Place;

static void
user(Place *place, const char *name, ClinicRole role, const char *password, ClinicSession **ret)
{
  g_autoptr(GError) error = NULL;
  clinic_user_add(place->admin, name, name, role, password, TRUE, NULL, &error);
  assert_no_error(error);
  clinic_session_login(place->dir, name, password, ret, &error);
  assert_no_error(error);
}

static int
place_make(void **state)
{
  Place *place = g_new0(Place, 1);
  g_autoptr(GError) error = NULL;
  g_autofree char *top = g_dir_make_tmp("guichet-XXXXXX", &error);
  place->dir = g_build_filename(top, "clinic", NULL);
  base_clock_freeze(G_GINT64_CONSTANT(1800000000) * BASE_CLOCK_SECOND);
  clinic_user_found(place->dir, "Testing", "root", "Root", ADMIN, TRUE, &error);
  assert_no_error(error);
  assert_true(clinic_session_login(place->dir, "root", ADMIN, &place->admin, &error));
  user(place, "doctor", CLINIC_ROLE_CLINICIAN, DOCTOR, &place->doctor);
  user(place, "senior", CLINIC_ROLE_SENIOR, SENIOR, &place->senior);
  user(place, "desk", CLINIC_ROLE_FRONT_DESK, DOCTOR, &place->desk);
  assert_true(clinic_session_host(place->dir, &place->worker, &error));
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
  clinic_session_close(place->doctor);
  clinic_session_close(place->senior);
  clinic_session_close(place->desk);
  clinic_session_close(place->worker);
  g_autofree char *top = g_path_get_dirname(place->dir);
  remove_all(top);
  g_free(place->dir);
  g_free(place);
  base_clock_thaw();
  return 0;
}

static const char SAID[] =
    "doctor: what brings you in today?\n"
    "patient: i have had a cough for three weeks.\n"
    "doctor: any fever?\n"
    "patient: no, no fever.\n"
    "doctor: i will start you on amoxicillin 500 milligrams three times a day.\n";

static void
text_set(char **at, const char *text)
{
  g_free(*at);
  *at = g_strdup(text);
}

static ClinicConsent *
consent_make(void)
{
  ClinicConsent *consent = clinic_consent_new();
  text_set(&consent->by, "patient");
  text_set(&consent->how, "spoken");
  text_set(&consent->words, "yes, you may record this");
  consent->at = base_clock_now();
  consent->given = TRUE;
  return consent;
}

/* A visit of `record`; gives its item. */
static gint64
visit_add(Place *place, const char *record, gboolean consent)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicImport) import = clinic_import_new();
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(ClinicLimit) limit = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  gint64 visit = 0;
  gboolean known = FALSE;
  assert_true(scribe_transcript_parse("t", SAID, strlen(SAID), &transcript, &error));
  clinic_patient_free(import->patient);
  import->patient = clinic_patient_new();
  g_free(import->patient->family);
  import->patient->family = g_strdup_printf("Canary%s", record);
  g_free(import->patient->record);
  import->patient->record = g_strdup(record);
  import->clinician = g_strdup("doctor");
  import->external = g_strdup(record);
  import->at = base_clock_now();
  import->transcript = g_steal_pointer(&transcript);
  if (consent) {
    import->consent = consent_make();
  }
  clinic_visit_import(place->worker, import, &visit, &known, &error);
  assert_no_error(error);
  g_autofree char *words = g_strdup_printf("Canary%s", record);
  assert_true(clinic_limit_parse(place->doctor, words, &limit, &error));
  ClinicQuery query = {limit, CLINIC_SORT_AGE, FALSE};
  assert_true(clinic_queue_page(place->doctor, &query, NULL, FALSE, 10, &rows, NULL, &error));
  assert_int_equal(rows->len, 1);
  assert_int_equal(((ClinicItem *)rows->pdata[0])->visit, visit);
  return ((ClinicItem *)rows->pdata[0])->id;
}

static void
draft_all(Place *place)
{
  g_autoptr(ScribeLexicon) lexicon = NULL;
  GError *error = NULL;
  assert_true(scribe_lexicon_load(NULL, &lexicon, &error));
  for (;;) {
    g_autoptr(ClinicJob) job = NULL;
    g_autoptr(ClinicDraftRequest) request = NULL;
    g_autoptr(ScribeDraft) draft = NULL;
    clinic_job_take(place->worker, &job, &error);
    assert_no_error(error);
    if (job == NULL)
      return;
    assert_true(clinic_job_request(place->worker, job, &request, &error));
    const ScribeContext context = {.consent_on_record = request->consent};
    assert_true(scribe_builtin_draft(lexicon, request->transcript, NULL, &context, &draft, &error));
    clinic_job_drafted(place->worker, job, draft, &error);
    assert_no_error(error);
  }
}

static ClinicState
state_of(Place *place, gint64 id)
{
  g_autoptr(ClinicItem) item = NULL;
  g_autoptr(GError) error = NULL;
  clinic_item_load(place->doctor, id, &item, &error);
  assert_no_error(error);
  return item->state;
}

static void
sign(Place *place, ClinicSession *session, const char *password, gint64 id)
{
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  GError *error = NULL;
  clinic_review_open(session, id, TRUE, &review, &error);
  assert_no_error(error);
  assert_true(clinic_session_confirm(session, password, &proof, &error));
  clinic_review_sign(session, review, proof, &error);
  assert_no_error(error);
  assert_int_equal(state_of(place, id), CLINIC_STATE_SIGNED);
}

/* A job that is given back does not count as tried, and a lease that is over gives nothing back. */
static void
test_give_back(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicJob) first = NULL, second = NULL;
  gint64 id = visit_add(place, "GB", TRUE);
  assert_true(clinic_job_take(place->worker, &first, &error));
  assert_int_equal(first->item, id);
  assert_int_equal(first->attempts, 1);
  clinic_job_give_back(place->worker, first, &error);
  assert_no_error(error);
  assert_true(clinic_job_cancelled(place->worker, first));
  assert_false(clinic_job_give_back(place->worker, first, &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  assert_true(clinic_job_take(place->worker, &second, NULL));
  assert_int_equal(second->id, first->id);
  assert_int_equal(second->attempts, 1);
  assert_true(clinic_job_give_back(place->worker, second, NULL));
  draft_all(place);
  assert_int_equal(state_of(place, id), CLINIC_STATE_READY);
}

static void
test_life(void **state)
{
  Place *place = *state;
  GError *error = NULL;
  gint64 id = visit_add(place, "L1", TRUE);
  assert_int_equal(state_of(place, id), CLINIC_STATE_DRAFTING);
  draft_all(place);
  assert_int_equal(state_of(place, id), CLINIC_STATE_READY);
  sign(place, place->doctor, DOCTOR, id);
  /* undone in time: nothing is due, and it can be signed again */
  assert_true(
      clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, &error));
  sign(place, place->doctor, DOCTOR, id);
  ClinicParcel *none = NULL;
  assert_true(clinic_outbox_take(place->worker, &none, &error));
  assert_null(none);
  base_clock_step(61 * BASE_CLOCK_SECOND);
  assert_false(
      clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_UNDO, CLINIC_REASON_NONE, NULL, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  g_autoptr(ClinicParcel) parcel = NULL;
  clinic_outbox_take(place->worker, &parcel, &error);
  assert_no_error(error);
  assert_non_null(parcel);
  assert_int_equal(state_of(place, id), CLINIC_STATE_SENDING);
  assert_true(clinic_outbox_failed(place->worker, parcel, FALSE, "no route", &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_SIGNED);
  assert_true(clinic_outbox_take(place->worker, &none, &error));
  assert_null(none); /* it waits for its next try */
  base_clock_step(BASE_CLOCK_HOUR);
  g_autoptr(ClinicParcel) again = NULL;
  assert_true(clinic_outbox_take(place->worker, &again, &error));
  assert_true(g_bytes_equal(parcel->bytes, again->bytes));
  assert_string_equal(parcel->name, again->name);
  assert_true(clinic_outbox_delivered(place->worker, again, "here", &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_DELIVERED);
  g_autoptr(GPtrArray) rows = NULL;
  assert_true(clinic_outbox_list(place->doctor, 0, 10, &rows, &error));
  assert_int_equal(rows->len, 1);
  assert_string_equal(((ClinicOutboxRow *)rows->pdata[0])->receipt, "here");
}

static void
test_orphan_is_asked_about_by_one(void **state)
{
  Place *place = *state;
  GError *error = NULL;
  gint64 id = visit_add(place, "O1", TRUE);
  draft_all(place);
  sign(place, place->doctor, DOCTOR, id);
  base_clock_step(61 * BASE_CLOCK_SECOND);
  g_autoptr(ClinicParcel) lost = NULL;
  assert_true(clinic_outbox_take(place->worker, &lost, &error)); /* and the worker dies here */
  g_autoptr(GPtrArray) early = NULL, first = NULL, second = NULL;
  assert_true(clinic_outbox_orphans(place->worker, &early, &error));
  assert_int_equal(early->len, 0);
  base_clock_step(BASE_CLOCK_HOUR);
  assert_true(clinic_outbox_orphans(place->worker, &first, &error));
  assert_true(clinic_outbox_orphans(place->worker, &second, &error));
  assert_int_equal(first->len, 1);
  assert_int_equal(second->len, 0);
  assert_true(clinic_outbox_doubtful(place->worker, first->pdata[0], "cut off", &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_AMBIGUOUS);
  assert_true(clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_ARRIVED, CLINIC_REASON_OTHER,
                              "seen in the EHR", &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_DELIVERED);
}

static void
test_no_consent_no_draft(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicConsent) consent = consent_make();
  g_autoptr(ClinicItem) item = NULL;
  gint64 id = visit_add(place, "C1", FALSE);
  draft_all(place);
  assert_int_equal(state_of(place, id), CLINIC_STATE_DRAFTING);
  assert_true(clinic_item_load(place->doctor, id, &item, &error));
  clinic_visit_consent(place->doctor, item->visit, consent, &error);
  assert_no_error(error);
  draft_all(place);
  assert_int_equal(state_of(place, id), CLINIC_STATE_READY);
}

static void
test_two_people(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicReview) mine = NULL, other = NULL, read = NULL;
  gint64 id = visit_add(place, "T1", TRUE);
  draft_all(place);
  assert_true(clinic_review_open(place->doctor, id, TRUE, &mine, &error));
  assert_false(clinic_review_open(place->senior, id, TRUE, &other, &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  assert_non_null(strstr(error->message, "doctor"));
  g_clear_error(&error);
  assert_true(clinic_review_open(place->senior, id, FALSE, &read, &error));
  /* an hour later the lease is over: the senior takes it, and the doctor's next save changes
   * nothing */
  base_clock_step(BASE_CLOCK_HOUR);
  assert_true(clinic_review_open(place->senior, id, TRUE, &other, &error));
  assert_false(clinic_review_save(place->doctor, mine, "other words", &error));
  assert_int_equal(error->code, BASE_ERROR_CONFLICT);
  g_clear_error(&error);
  assert_true(
      clinic_review_save(place->senior, other, "The patient reports a cough for 3 weeks.", &error));
  g_autoptr(GPtrArray) history = NULL;
  assert_true(clinic_review_history(place->senior, id, &history, &error));
  assert_int_equal(history->len, 2);
  assert_string_equal(((ClinicRevision *)history->pdata[1])->text,
                      "The patient reports a cough for 3 weeks.");
  assert_true(clinic_review_release(place->senior, other, &error));
}

/* A dose that was never said blocks; who may not override it may not sign it either. */
static void
test_block(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicReview) review = NULL, senior = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  gint64 id = visit_add(place, "B1", TRUE);
  draft_all(place);
  assert_true(clinic_review_open(place->doctor, id, TRUE, &review, &error));
  assert_true(clinic_review_save(place->doctor, review,
                                 "The patient reports a cough for 3 weeks.\n"
                                 "Amoxicillin 850 mg three times a day was started.\n",
                                 &error));
  assert_true(review->findings->len > 0);
  guint block = review->findings->len;
  for (guint i = 0; i < review->findings->len; i++)
    if (((ClinicFinding *)review->findings->pdata[i])->finding->severity == SCRIBE_SEVERITY_BLOCK)
      block = i;
  assert_true(block < review->findings->len);
  assert_true(clinic_session_confirm(place->doctor, DOCTOR, &proof, &error));
  assert_false(clinic_review_sign(place->doctor, review, proof, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_false(clinic_review_override(place->doctor, review, block, "it is right", &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_true(clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_ESCALATE, CLINIC_REASON_NONE,
                              "the dose?", &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_ESCALATED);
  ClinicReview *none = NULL;
  assert_false(clinic_review_open(place->doctor, id, TRUE, &none, &error));
  g_clear_error(&error);
  assert_true(clinic_review_open(place->senior, id, TRUE, &senior, &error));
  clinic_review_release(place->senior, senior, &error);
  assert_no_error(error);
  assert_int_equal(state_of(place, id), CLINIC_STATE_ESCALATED); /* it stays escalated */
  g_clear_pointer(&senior, clinic_review_free);
  assert_true(clinic_review_open(place->senior, id, TRUE, &senior, &error));
  clinic_review_override(place->senior, senior, block, "agreed by telephone", &error);
  assert_no_error(error);
  assert_int_equal(senior->item->n_block, review->item->n_block - 1);
  /* the override stays with a text in which the finding is the same, word for word */
  g_autofree char *more = g_strconcat(senior->text, "The patient denies fever.\n", NULL);
  assert_true(clinic_review_save(place->senior, senior, more, &error));
  assert_int_equal(senior->item->n_block, review->item->n_block - 1);
}

static void
test_minimum_necessary(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  gint64 id = visit_add(place, "M1", TRUE);
  draft_all(place);
  ClinicReview *none = NULL;
  assert_false(clinic_review_open(place->desk, id, FALSE, &none, &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_false(
      clinic_item_act(place->desk, id, 0, CLINIC_ACTION_REJECT, CLINIC_REASON_OTHER, "no", &error));
  assert_int_equal(error->code, BASE_ERROR_DENIED);
  g_clear_error(&error);
  assert_int_equal(state_of(place, id), CLINIC_STATE_READY);
  assert_true(clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_REJECT, CLINIC_REASON_INVENTED,
                              NULL, &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_REJECTED);
  assert_true(clinic_item_act(place->doctor, id, 0, CLINIC_ACTION_RESTORE, CLINIC_REASON_NONE, NULL,
                              &error));
  assert_int_equal(state_of(place, id), CLINIC_STATE_READY);
}

static void
test_journal(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  gint64 id = visit_add(place, "J1", TRUE);
  char *kept = NULL;
  gint64 at = 0;
  assert_true(clinic_journal_load(place->doctor, id, &kept, &at, &error));
  assert_null(kept);
  assert_true(clinic_journal_save(place->doctor, id, "half a sent", &error));
  base_clock_step(BASE_CLOCK_SECOND);
  assert_true(clinic_journal_save(place->doctor, id, "half a sentence", &error));
  assert_true(clinic_journal_load(place->senior, id, &kept, &at, &error));
  assert_null(kept);
  assert_true(clinic_journal_load(place->doctor, id, &kept, &at, &error));
  assert_string_equal(kept, "half a sentence");
  g_free(kept);
  assert_true(clinic_journal_clear(place->doctor, id, &error));
}

static void
test_limits(void **state)
{
  Place *place = *state;
  static const char *const good[] = {"",
                                     "state:open",
                                     "kind:note state:ready,escalated age>2h",
                                     "-held has:block",
                                     "mine",
                                     "age<3d free",
                                     "confidence<80 -has:none",
                                     "clinician:doctor",
                                     "canary m"};
  static const char *const bad[] = {"state:lost", "age>2", "what:ever",   "-mine",
                                    "has:",       "id:x",  "confidence>x"};
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autoptr(ClinicLimit) limit = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    GError *error = NULL;
    clinic_limit_parse(place->doctor, good[i], &limit, &error);
    assert_no_error(error);
    for (int sort = 0; sort < CLINIC_SORT_N; sort++)
      for (int down = 0; down < 2; down++) {
        const ClinicQuery query = {limit, (ClinicSort)sort, down};
        g_clear_pointer(&rows, g_ptr_array_unref);
        assert_true(clinic_queue_page(place->doctor, &query, NULL, FALSE, 5, &rows, NULL, &error));
      }
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    ClinicLimit *limit = NULL;
    g_autoptr(GError) error = NULL;
    assert_false(clinic_limit_parse(place->doctor, bad[i], &limit, &error));
    assert_int_equal(error->code, BASE_ERROR_USAGE);
  }
}

/* Forward page by page, and back again: each item once, in order. */
static void
test_pages(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  for (int i = 0; i < 7; i++) {
    g_autofree char *record = g_strdup_printf("P%d", i);
    visit_add(place, record, FALSE);
    base_clock_step(BASE_CLOCK_MINUTE);
  }
  g_autoptr(ClinicLimit) limit = NULL;
  assert_true(clinic_limit_parse(place->doctor, "state:drafting", &limit, &error));
  const ClinicQuery query = {limit, CLINIC_SORT_AGE, TRUE};
  ClinicMark mark = {0, 0}, end = {0, 0};
  guint seen = 0;
  gint64 last = G_MAXINT64;
  for (;;) {
    g_autoptr(GPtrArray) rows = NULL;
    assert_true(clinic_queue_page(place->doctor, &query, seen == 0 ? NULL : &mark, FALSE, 3, &rows,
                                  &end, &error));
    for (guint i = 0; i < rows->len; i++) {
      const ClinicItem *item = rows->pdata[i];
      assert_true(item->created <= last);
      last = item->created;
      mark = clinic_queue_mark(&query, item);
      seen++;
    }
    if (end.id == 0)
      break;
  }
  gint64 counts[CLINIC_STATE_N];
  assert_true(clinic_queue_counts(place->doctor, counts, &error));
  assert_int_equal(seen, counts[CLINIC_STATE_DRAFTING]);
  g_autoptr(GPtrArray) back = NULL;
  assert_true(clinic_queue_page(place->doctor, &query, &mark, TRUE, 3, &back, NULL, &error));
  assert_int_equal(back->len, 3);
  assert_true(((ClinicItem *)back->pdata[0])->created >= ((ClinicItem *)back->pdata[2])->created);
  assert_true(((ClinicItem *)back->pdata[2])->created >= mark.key);
}

static void
test_chain_holds(void **state)
{
  Place *place = *state;
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicAuditReport) report = NULL;
  assert_true(clinic_audit_verify(place->doctor, NULL, NULL, &report, &error));
  assert_int_equal(report->bad_seq, 0);
  assert_true(report->lines > 50);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_give_back),
      cmocka_unit_test(test_life),
      cmocka_unit_test(test_orphan_is_asked_about_by_one),
      cmocka_unit_test(test_no_consent_no_draft),
      cmocka_unit_test(test_two_people),
      cmocka_unit_test(test_block),
      cmocka_unit_test(test_minimum_necessary),
      cmocka_unit_test(test_journal),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_pages),
      cmocka_unit_test(test_chain_holds),
  };
  if (!vault_process_harden(NULL))
    return 1;
  return cmocka_run_group_tests(tests, place_make, place_drop);
}
