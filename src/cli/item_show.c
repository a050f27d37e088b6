#include "cli/item_show.h"

#include <stdio.h>
#include <string.h>

#include "cli/listing.h"
#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/review.h"

/* --- JSON */

static json_t *
finding_json(const ClinicFinding *f)
{
  json_t *row = scribe_finding_to_json(f->finding);
  json_t *override =
      f->override_reason == NULL
          ? json_null()
          : json_pack("{s:s, s:o, s:o}", "reason", f->override_reason, "by",
                      cli_option_id(f->override_by), "at", cli_option_time(f->override_at));
  json_object_set_new(row, "override", override);
  if (f->finding->kind == SCRIBE_FINDING_UNSUPPORTED)
    json_object_set_new(row, "looked", json_boolean(f->looked));
  return row;
}

/* The engine's statements, whether or not they still stand in the text. */
static json_t *
draft_json(const ScribeDraft *draft)
{
  if (draft == NULL)
    return json_null();
  json_t *row = scribe_draft_to_json(draft, NULL);
  json_object_del(row, "id");
  json_object_del(row, "findings"); /* those of the text are told beside it */
  return row;
}

static json_t *
letter_json(ClinicSession *session, const ClinicReview *review)
{
  const ClinicLetter *letter = review->letter;
  if (letter == NULL)
    return json_null();
  g_autofree char *outlook = clinic_letter_outlook(session, review->item->patient, letter);
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "to", clinic_letter_to_word(letter->to),
                   "name", letter->name, "address", letter->address, "subject", letter->subject,
                   "language", letter->language, "outlook", outlook);
}

static json_t *
review_json(ClinicSession *session, const ClinicReview *review, gboolean transcript)
{
  json_t *row = cli_listing_json(review->item);
  json_t *findings = json_array();
  for (guint i = 0; i < review->findings->len; i++)
    json_array_append_new(findings, finding_json(g_ptr_array_index(review->findings, i)));
  json_object_set_new(row, "text", json_string(review->text));
  json_object_set_new(row, "revision", cli_option_id(review->revision));
  json_object_set_new(row, "seq", json_integer(review->seq));
  json_object_set_new(row, "findings", findings);
  json_object_set_new(row, "draft", draft_json(review->draft));
  json_object_set_new(row, "letter", letter_json(session, review));
  if (review->amendment != NULL)
    json_object_set_new(row, "amends",
                        json_pack("{s:o, s:s, s:s}", "item",
                                  cli_option_id(review->amendment->other), "does",
                                  clinic_amendment_word(review->amendment->does), "reason",
                                  review->amendment->reason));
  if (transcript)
    json_object_set_new(row, "transcript",
                        review->transcript != NULL ? scribe_transcript_to_json(review->transcript)
                                                   : json_null());
  return row;
}

/* --- text */

static void
print_head(const ClinicItem *item)
{
  g_autofree char *age = cli_listing_age(item->created);
  printf("%" G_GINT64_FORMAT "  %s  %s  %s  %s\n", item->id, clinic_kind_title(item->kind),
         clinic_state_title(item->state), item->patient_name, age);
  if (*item->holder_name != '\0')
    printf(_("open by %s\n"), item->holder_name);
  if (*item->reason != '\0')
    printf("%s\n", item->reason);
}

/* Turns count from 0, as in the words of a finding and in JSON. */
static void
print_evidence(const ScribeTranscript *transcript, const GArray *evidence)
{
  for (guint i = 0; transcript != NULL && i < evidence->len; i++) {
    const ScribeEvidence *e = &g_array_index(evidence, ScribeEvidence, i);
    if (e->turn >= transcript->turns->len)
      continue;
    const ScribeTurn *turn = scribe_transcript_turn(transcript, e->turn);
    gsize start = base_text_byte(turn->text, e->start), end = base_text_byte(turn->text, e->end);
    printf("       %u %s: %.*s\n", e->turn, turn->speaker, (int)(end - start), turn->text + start);
  }
}

static void
print_findings(const ClinicReview *review)
{
  for (guint i = 0; i < review->findings->len; i++) {
    const ClinicFinding *f = g_ptr_array_index(review->findings, i);
    printf("  %3u. %-5s %s: %s\n", i + 1, scribe_finding_severity_word(f->finding->severity),
           scribe_finding_kind_word(f->finding->kind), f->finding->message);
    if (f->override_reason != NULL)
      printf(_("       overridden: %s\n"), f->override_reason);
    print_evidence(review->transcript, f->finding->evidence);
  }
}

/* What will leave, before anybody signs it. */
static void
print_letter(ClinicSession *session, const ClinicReview *review)
{
  if (review->letter == NULL)
    return;
  g_autofree char *outlook = clinic_letter_outlook(session, review->item->patient, review->letter);
  if (*review->letter->subject != '\0')
    printf(_("Subject: %s\n"), review->letter->subject);
  printf(_("Goes %s\n"), outlook);
}

static void
print_amendment(const ClinicReview *review)
{
  g_autofree char *sentence =
      review->amendment != NULL ? clinic_amendment_sentence(review->amendment) : NULL;
  if (sentence != NULL)
    printf(_("This %s\n"), sentence);
}

static void
print_review(ClinicSession *session, const ClinicReview *review, gboolean transcript)
{
  print_head(review->item);
  print_letter(session, review);
  print_amendment(review);
  printf("\n%s\n", review->text);
  if (review->findings->len > 0)
    printf(_("\nFindings:\n"));
  print_findings(review);
  for (guint i = 0; transcript && review->transcript != NULL && i < review->transcript->turns->len;
       i++) {
    const ScribeTurn *turn = scribe_transcript_turn(review->transcript, i);
    printf("%s%4u %s: %s\n", i == 0 ? "\n" : "", i, turn->speaker, turn->text);
  }
}

/* --- the verbs */

/* One that has no text yet is shown as far as it goes: its state, and why. */
static int
show_bare(ClinicSession *session, gint64 id, gboolean json, const GError *why)
{
  g_autoptr(ClinicItem) item = NULL;
  if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT) ||
      !clinic_item_load(session, id, &item, NULL))
    return cli_option_fail(why);
  if (!json) {
    print_head(item);
    return cli_option_flush();
  }
  json_t *row = cli_listing_json(item);
  json_object_set_new(row, "text", json_null());
  json_object_set_new(row, "findings", json_array());
  return cli_option_print(row);
}

/* A reminder or a task: nothing in it is reviewed. */
static int
show_desk(ClinicSession *session, const ClinicItem *item, gboolean json)
{
  char *text = NULL;
  g_autoptr(GError) error = NULL;
  if (!clinic_item_body(session, item->id, &text, &error))
    return cli_option_fail(error);
  if (!json) {
    print_head(item);
    printf("\n%s\n", text);
    clinic_item_forget(text);
    return cli_option_flush();
  }
  json_t *row = cli_listing_json(item);
  json_object_set_new(row, "text", json_string(text));
  clinic_item_forget(text);
  json_object_set_new(row, "findings", json_array());
  return cli_option_print(row);
}

static int
show(ClinicSession *session, gint64 id, gboolean json, gboolean transcript)
{
  g_autoptr(ClinicItem) item = NULL;
  g_autoptr(ClinicReview) review = NULL;
  g_autoptr(GError) error = NULL;
  if (clinic_item_load(session, id, &item, NULL) && clinic_kind_is_desk(item->kind))
    return show_desk(session, item, json);
  if (!clinic_review_open(session, id, FALSE, &review, &error))
    return show_bare(session, id, json, error);
  if (json)
    return cli_option_print(review_json(session, review, transcript));
  print_review(session, review, transcript);
  return cli_option_flush();
}

/* What cannot be shown is told, and the others are; the status is the first that was not 0. */
static int
show_each(const CliOption *option, int argc, char **argv, const char *limit, gboolean transcript)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GError) error = NULL;
  int status = 0;
  if (!cli_option_session(option, &session, &error) ||
      !cli_listing_ids(session, argc, argv, limit, &ids, &error))
    return cli_option_fail(error);
  for (guint i = 0; i < ids->len; i++) {
    int one = show(session, g_array_index(ids, gint64, i), option->json, transcript);
    status = status != 0 ? status : one;
  }
  return status;
}

int
cli_item_show_run(int argc, char **argv)
{
  gboolean transcript = FALSE;
  g_autofree char *limit = NULL;
  const GOptionEntry entries[] = {
      {"limit", 'l', 0, G_OPTION_ARG_STRING, &limit, N_("these items as well"), N_("EXPR")},
      {"transcript", 't', 0, G_OPTION_ARG_NONE, &transcript, N_("with all that was said"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("ID…"),
      _("Prints items: their texts, their findings, what they rest on; as JSON, one a line."),
      &option);
  return status >= 0 ? status : show_each(&option, argc, argv, limit, transcript);
}

static int
history(const CliOption *option, const char *word)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  if (!cli_option_parse_id(word, &id, &error) || !cli_option_session(option, &session, &error) ||
      !clinic_review_history(session, id, &all, &error))
    return cli_option_fail(error);
  json_t *rows = json_array();
  for (guint i = 0; i < all->len; i++) {
    const ClinicRevision *r = g_ptr_array_index(all, i);
    g_autofree char *age = cli_listing_age(r->at);
    if (!option->json)
      printf("%s%u. %s, %s\n\n%s\n", i == 0 ? "" : "\n", r->seq, r->author_name, age, r->text);
    json_array_append_new(
        rows, json_pack("{s:o, s:i, s:o, s:o, s:s, s:s}", "id", cli_option_id(r->id), "seq",
                        (int)r->seq, "at", cli_option_time(r->at), "author",
                        cli_option_id(r->author), "author_name", r->author_name, "text", r->text));
  }
  if (option->json)
    return cli_option_print(rows);
  json_decref(rows);
  return cli_option_flush();
}

int
cli_item_show_history(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, _("ID"),
                       _("Prints every text that an item has had, the first one first."), &option);
  if (status >= 0)
    return status;
  return argc == 2 ? history(&option, argv[1]) : cli_option_usage(_("history takes one id"));
}
