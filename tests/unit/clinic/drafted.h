/* A house (worker/house.h) with a draft that says what nobody said. */
#ifndef GUICHET_TESTS_CLINIC_DRAFTED_H
#define GUICHET_TESTS_CLINIC_DRAFTED_H

#include "../worker/house.h"

#include "guichet/clinic/job.h"
#include "guichet/scribe/builtin.h"

/* What the engine's draft says and nobody did. */
#define DRAFTED_INVENTED "She has numbness in the left foot.\nHer sister had a stroke last year.\n"

static inline House *
drafted_house(void)
{
  House *house = house_open("[outbox]\nundo_seconds = 60\n");
  base_clock_freeze(G_GINT64_CONSTANT(1800000000) * BASE_CLOCK_SECOND);
  return house;
}

/* The built-in draft with more to it, checked as a worker checks it. */
static inline ScribeDraft *
drafted_draft(const ClinicDraftRequest *request, const char *more, const char *model)
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

static inline gboolean
drafted_bring_in(ClinicImport *import, gpointer data)
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
static inline gint64
drafted_ready(House *house, const char *id, const char *more, const char *model)
{
  g_autofree char *line = house_visit(id, HOUSE_CONSENT), *path = house_path(house, "visit.jsonl");
  g_autoptr(ClinicJob) job = NULL;
  g_autoptr(ClinicDraftRequest) request = NULL;
  g_autoptr(ClinicImport) defaults = clinic_import_new();
  g_autoptr(GError) error = NULL;
  assert_true(g_file_set_contents(path, line, -1, NULL));
  clinic_visit_read(path, defaults, drafted_bring_in, NULL, house, &error);
  assert_no_error(error);
  clinic_job_take(house->worker, &job, &error);
  assert_no_error(error);
  clinic_job_request(house->worker, job, &request, &error);
  assert_no_error(error);
  g_autoptr(ScribeDraft) draft = drafted_draft(request, more, model);
  clinic_job_drafted(house->worker, job, draft, &error);
  assert_no_error(error);
  return job->item;
}

static inline ClinicReview *
drafted_hold(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  ClinicReview *review = NULL;
  clinic_review_open(house->ines, id, TRUE, &review, &error);
  assert_no_error(error);
  return review;
}

static inline void
drafted_sign(const House *house, gint64 id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  g_autoptr(ClinicReview) review = drafted_hold(house, id);
  assert_true(clinic_session_confirm(house->ines, HOUSE_PASSWORD, &proof, &error));
  clinic_review_look_attest(house->ines, review, &error);
  assert_no_error(error);
  clinic_review_sign(house->ines, review, proof, &error);
  assert_no_error(error);
}

/* Replaces `from` by `to`, which the checks see. */
static inline void
drafted_rewrite(const House *house, ClinicReview *review, const char *from, const char *to)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) parts = g_strsplit(review->text, from, 2);
  assert_non_null(parts[1]);
  g_autofree char *text = g_strjoinv(to, parts);
  clinic_review_save(house->ines, review, text, &error);
  assert_no_error(error);
}

static inline void
drafted_act(const House *house, gint64 id, ClinicAction action, ClinicReason reason)
{
  g_autoptr(GError) error = NULL;
  clinic_item_act(house->ines, id, 0, action, reason, NULL, &error);
  assert_no_error(error);
}

#endif
