/* guichet item: reading, changing, signing and settling items without a screen. */
#include <stdio.h>
#include <string.h>

#include "cli/item_amend.h"
#include "cli/item_letter.h"
#include "cli/item_show.h"
#include "cli/listing.h"
#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/review.h"

enum { ITEM_TEXT_CAP = 1 << 20 };

/* What a verb is given, and what it does to one item. */
typedef struct {
  ClinicSession *session;
  ClinicProof *proof;
  ClinicAction action;
  ClinicReason reason;
  const char *words, *text;
  int finding;
  gboolean read; /* the user says to have read what nothing said carries */
} Deed;

typedef gboolean (*DeedDo)(const Deed *deed, gint64 id, GError **error);

/* --- answering: a line or an object for each item */

static json_t *
answer_json(ClinicSession *session, gint64 id, const GError *why)
{
  g_autoptr(ClinicItem) item = NULL;
  if (why != NULL)
    return json_pack("{s:o, s:s, s:i}", "id", cli_option_id(id), "error", why->message, "status",
                     base_error_exit(why));
  if (!clinic_item_load(session, id, &item, NULL))
    return json_pack("{s:o}", "id", cli_option_id(id));
  return cli_listing_json(item);
}

static void
answer_text(ClinicSession *session, gint64 id, const GError *why)
{
  g_autoptr(ClinicItem) item = NULL;
  if (why != NULL) {
    fprintf(stderr, "guichet: %" G_GINT64_FORMAT ": ", id);
    fprintf(stderr, "%s\n", why->message);
  } else if (clinic_item_load(session, id, &item, NULL)) {
    printf("%" G_GINT64_FORMAT "\t%s\n", id, clinic_state_title(item->state));
  }
}

/* The first refusal gives the exit status; the others are told and the rest goes on. */
static int
deed_each(const Deed *deed, DeedDo act, const GArray *ids, gboolean json)
{
  int status = 0;
  for (guint i = 0; i < ids->len; i++) {
    gint64 id = g_array_index(ids, gint64, i);
    g_autoptr(GError) why = NULL;
    if (!act(deed, id, &why) && status == 0)
      status = base_error_exit(why);
    if (json)
      cli_option_print(answer_json(deed->session, id, why));
    else
      answer_text(deed->session, id, why);
  }
  int flushed = cli_option_flush();
  return status != 0 ? status : flushed;
}

/* --- deeds */

/* A review that is given back whatever happens, as far as it is still ours. */
static void
give_back(const Deed *deed, const ClinicReview *review)
{
  if (review->item->state == CLINIC_STATE_REVIEWING)
    clinic_review_release(deed->session, review, NULL);
}

/* No screen tells here what was looked at: the user has to say so, and it is on record. */
static gboolean
sign_read(const Deed *deed, ClinicReview *review, GError **error)
{
  g_autoptr(GError) why = NULL;
  if (deed->read && !clinic_review_look_attest(deed->session, review, error))
    return FALSE;
  if (clinic_review_sign(deed->session, review, deed->proof, &why))
    return TRUE;
  if (review->item->n_block == 0 && clinic_review_look_unseen(review) > 0)
    g_set_error(error, why->domain, why->code,
                _("%s `guichet item show` prints it; --read says that "
                  "you have."),
                why->message);
  else
    g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}

static gboolean
do_sign(const Deed *deed, gint64 id, GError **error)
{
  g_autoptr(ClinicReview) review = NULL;
  if (!clinic_review_open(deed->session, id, TRUE, &review, error))
    return FALSE;
  if (sign_read(deed, review, error))
    return TRUE;
  give_back(deed, review);
  return FALSE;
}

static gboolean
do_edit(const Deed *deed, gint64 id, GError **error)
{
  g_autoptr(ClinicReview) review = NULL;
  if (!clinic_review_open(deed->session, id, TRUE, &review, error))
    return FALSE;
  gboolean ok = clinic_review_save(deed->session, review, deed->text, error);
  give_back(deed, review);
  return ok;
}

static gboolean
do_override(const Deed *deed, gint64 id, GError **error)
{
  g_autoptr(ClinicReview) review = NULL;
  if (!clinic_review_open(deed->session, id, TRUE, &review, error))
    return FALSE;
  gboolean there = deed->finding >= 1 && (guint)deed->finding <= review->findings->len;
  if (!there)
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                _("there is no finding %d; `guichet item show` numbers them"), deed->finding);
  gboolean ok = there && clinic_review_override(deed->session, review, (guint)deed->finding - 1,
                                                deed->words, error);
  give_back(deed, review);
  return ok;
}

static gboolean
do_act(const Deed *deed, gint64 id, GError **error)
{
  return clinic_item_act(deed->session, id, 0, deed->action, deed->reason, deed->words, error);
}

/* --- the verbs */

typedef struct {
  char *limit, *reason, *words, *file;
  int finding;
  gboolean read;
} Given;

static void
given_clear(Given *given)
{
  g_free(given->limit);
  g_free(given->reason);
  g_free(given->words);
  g_free(given->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

static int
deed_run(const CliOption *option, const Given *given, int argc, char **argv, Deed *deed, DeedDo act)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicProof) proof = NULL;
  g_autoptr(GArray) ids = NULL;
  g_autoptr(GError) error = NULL;
  if ((given->reason != NULL && !clinic_reason_parse(given->reason, &deed->reason, &error)) ||
      !cli_option_session(option, &session, &error) ||
      !cli_listing_ids(session, argc, argv, given->limit, &ids, &error))
    return cli_option_fail(error);
  proof = clinic_proof_of_login(session);
  deed->session = session;
  deed->proof = proof;
  deed->words = given->words;
  deed->finding = given->finding;
  deed->read = given->read;
  return deed_each(deed, act, ids, option->json);
}

/* Options that several verbs take, as bits. */
enum {
  TAKES_LIMIT = 1,
  TAKES_REASON = 2,
  TAKES_WORDS = 4,
  TAKES_FILE = 8,
  TAKES_FINDING = 16,
  TAKES_READ = 32
};

static int
verb_parse(int *argc, char ***argv, guint takes, const char *summary, Given *given,
           CliOption *option)
{
  GOptionEntry entries[7] = {0};
  guint n = 0;
  if ((takes & TAKES_LIMIT) != 0)
    entries[n++] = (GOptionEntry){
        "limit", 'l', 0, G_OPTION_ARG_STRING, &given->limit, N_("these items as well"), N_("EXPR")};
  if ((takes & TAKES_REASON) != 0)
    entries[n++] = (GOptionEntry){"reason",
                                  0,
                                  0,
                                  G_OPTION_ARG_STRING,
                                  &given->reason,
                                  N_("invented, omitted, wrong-drug, wrong-patient, unreadable, "
                                     "not-needed or other"),
                                  N_("WORD")};
  if ((takes & TAKES_WORDS) != 0)
    entries[n++] = (GOptionEntry){
        "words", 'm', 0, G_OPTION_ARG_STRING, &given->words, N_("why, in your words"), N_("TEXT")};
  if ((takes & TAKES_FILE) != 0)
    entries[n++] = (GOptionEntry){
        "file",    'f', 0, G_OPTION_ARG_FILENAME, &given->file, N_("the text (standard input)"),
        N_("FILE")};
  if ((takes & TAKES_FINDING) != 0)
    entries[n++] = (GOptionEntry){
        "finding", 0, 0, G_OPTION_ARG_INT, &given->finding, N_("the finding's number, from 1"),
        N_("N")};
  if ((takes & TAKES_READ) != 0)
    entries[n++] =
        (GOptionEntry){"read",
                       0,
                       0,
                       G_OPTION_ARG_NONE,
                       &given->read,
                       N_("you have read the unsupported statements; kept in the audit trail"),
                       NULL};
  return cli_option_parse(argc, argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries,
                          (takes & TAKES_LIMIT) != 0 ? _("ID…") : _("ID"), summary, option);
}

static int
run_sign(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  Deed deed = {0};
  int status = verb_parse(
      &argc, &argv, TAKES_LIMIT | TAKES_READ,
      _("Signs items as they are: what is attested is that you have read them."), &given, &option);
  return status >= 0 ? status : deed_run(&option, &given, argc, argv, &deed, do_sign);
}

static int
run_edit(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  Deed deed = {0};
  int status =
      verb_parse(&argc, &argv, TAKES_FILE, _("Gives an item a new text; the checks are run on it."),
                 &given, &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("edit takes one id"));
  if (!base_file_read(given.file != NULL ? given.file : "-", ITEM_TEXT_CAP, &text, &length, &error))
    return cli_option_fail(error);
  if (!g_utf8_validate(text, (gssize)length, NULL))
    return cli_option_usage(_("the text is not UTF-8"));
  deed.text = text;
  return deed_run(&option, &given, argc, argv, &deed, do_edit);
}

static int
run_override(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  Deed deed = {0};
  int status = verb_parse(&argc, &argv, TAKES_FINDING | TAKES_WORDS,
                          _("Overrides a finding of an item, with a reason."), &given, &option);
  if (status >= 0)
    return status;
  if (argc != 2 || given.words == NULL)
    return cli_option_usage(_("override takes one id, --finding N and --words TEXT"));
  return deed_run(&option, &given, argc, argv, &deed, do_override);
}

static int
run_action(int argc, char **argv, ClinicAction action, guint takes, const char *summary)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  Deed deed = {.action = action};
  int status = verb_parse(&argc, &argv, TAKES_LIMIT | takes, summary, &given, &option);
  return status >= 0 ? status : deed_run(&option, &given, argc, argv, &deed, do_act);
}

static int
run_reject(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_REJECT, TAKES_REASON | TAKES_WORDS,
                    _("Rejects items, with a reason that is counted."));
}

static int
run_done(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Given) given = {0};
  Deed deed = {.action = CLINIC_ACTION_REJECT, .reason = CLINIC_REASON_DONE};
  int status = verb_parse(&argc, &argv, TAKES_LIMIT | TAKES_WORDS,
                          _("Takes tasks that are done out of the queue."), &given, &option);
  return status >= 0 ? status : deed_run(&option, &given, argc, argv, &deed, do_act);
}

static int
run_escalate(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_ESCALATE, TAKES_WORDS,
                    _("Hands items to a senior clinician, with a reason."));
}

static int
run_regenerate(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_REGENERATE, 0, _("Has items drafted anew."));
}

static int
run_undo(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_UNDO, 0,
                    _("Takes a signature back before its item is sent."));
}

static int
run_restore(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_RESTORE, 0, _("Brings rejected items back."));
}

static int
run_release(int argc, char **argv)
{
  return run_action(argc, argv, CLINIC_ACTION_RELEASE, 0,
                    _("Gives back items that you have open elsewhere."));
}

int
cli_item_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"show", cli_item_show_run, N_("print an item with its findings and evidence")},
      {"history", cli_item_show_history, N_("print every text that an item has had")},
      {"letter", cli_item_letter_run, N_("put a letter into the queue")},
      {"amend", cli_item_amend_run, N_("correct what was delivered, or add to it")},
      {"edit", run_edit, N_("give an item a new text")},
      {"override", run_override, N_("override a finding with a reason")},
      {"sign", run_sign, N_("sign items")},
      {"undo", run_undo, N_("take a signature back before it is sent")},
      {"reject", run_reject, N_("reject items with a reason")},
      {"done", run_done, N_("take tasks that are done out of the queue")},
      {"restore", run_restore, N_("bring rejected items back")},
      {"escalate", run_escalate, N_("hand items to a senior clinician")},
      {"regenerate", run_regenerate, N_("have items drafted anew")},
      {"release", run_release, N_("give back items that you have open elsewhere")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
