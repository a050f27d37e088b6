/* guichet contract: what allows data to leave the building. */
#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/contract.h"

typedef struct {
  char *kind, *party, *from, *until, *words;
  char **covers, **classes, **jurisdictions;
  CliOption option;
} Contract;

static void
contract_clear(Contract *contract)
{
  g_free(contract->kind);
  g_free(contract->party);
  g_free(contract->from);
  g_free(contract->until);
  g_free(contract->words);
  g_strfreev(contract->covers);
  g_strfreev(contract->classes);
  g_strfreev(contract->jurisdictions);
  cli_option_clear(&contract->option);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Contract, contract_clear)

static const char *
standing_word(ClinicContractStanding standing)
{
  static const char *const WORDS[] = {
      [CLINIC_CONTRACT_IN_FORCE] = "in-force", [CLINIC_CONTRACT_ENDS_60] = "ends-60",
      [CLINIC_CONTRACT_ENDS_30] = "ends-30",   [CLINIC_CONTRACT_ENDS_7] = "ends-7",
      [CLINIC_CONTRACT_TO_COME] = "to-come",   [CLINIC_CONTRACT_EXPIRED] = "expired",
      [CLINIC_CONTRACT_ENDED] = "ended"};
  return WORDS[standing];
}

static json_t *
words_json(char *const *words)
{
  json_t *list = json_array();
  for (; *words != NULL; words++)
    json_array_append_new(list, json_string(*words));
  return list;
}

static json_t *
classes_json(guint classes)
{
  json_t *list = json_array();
  for (guint i = 0; i < CLINIC_DATA_N; i++)
    if ((classes & 1u << i) != 0)
      json_array_append_new(list, json_string(clinic_contract_class_word((ClinicDataClass)i)));
  return list;
}

static json_t *
contract_json(ClinicSession *session, const ClinicContract *c)
{
  gint64 left = 0;
  ClinicContractStanding standing = clinic_contract_standing(session, c, &left);
  g_autofree char *first = clinic_contract_day_text(c->first);
  g_autofree char *last = clinic_contract_day_text(c->last);
  g_autofree char *ended = c->ended != 0 ? clinic_contract_day_text(c->ended) : NULL;
  return json_pack(
      "{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s?, s:s, s:s, s:I}", "id",
      cli_option_id(c->id), "reference", c->reference, "kind", clinic_contract_kind_word(c->kind),
      "party", c->party, "covers", words_json(c->covers), "classes", classes_json(c->classes),
      "jurisdictions", words_json(c->jurisdictions), "from", first, "until", last, "ended", ended,
      "words", c->words, "standing", standing_word(standing), "days_left", (json_int_t)left);
}

static void
print_contract(ClinicSession *session, const ClinicContract *c)
{
  g_autofree char *last = clinic_contract_day_text(c->last);
  g_autofree char *standing = clinic_contract_standing_text(session, c);
  g_autofree char *covers = g_strjoinv(" ", c->covers);
  g_autofree char *places = g_strjoinv(" ", c->jurisdictions);
  g_autoptr(GString) classes = g_string_new(NULL);
  for (guint i = 0; i < CLINIC_DATA_N; i++)
    if ((c->classes & 1u << i) != 0)
      g_string_append_printf(classes, "%s%s", classes->len > 0 ? "," : "",
                             clinic_contract_class_word((ClinicDataClass)i));
  printf("%-16s  %-7s  %s  %-18s  %s  [%s]  %s  %s\n", c->reference,
         clinic_contract_kind_word(c->kind), last, standing, c->party, places, classes->str,
         covers);
}

static int
run_list(int argc, char **argv)
{
  g_auto(Contract) asked = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, NULL,
                                _("Lists the contracts with outside services, the first to end "
                                  "first."),
                                &asked.option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("list takes no arguments"));
  if (!cli_option_session(&asked.option, &session, &error) ||
      !clinic_contract_list(session, &all, &error))
    return cli_option_fail(error);
  json_t *list = json_array();
  for (guint i = 0; i < all->len; i++) {
    if (asked.option.json)
      json_array_append_new(list, contract_json(session, g_ptr_array_index(all, i)));
    else
      print_contract(session, g_ptr_array_index(all, i));
  }
  if (asked.option.json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

/* What was asked for, as a contract that borrows the strings. */
static gboolean
contract_read(const Contract *asked, char *reference, ClinicSession *session, ClinicContract *ret,
              GError **error)
{
  ClinicContract made = {.reference = reference,
                         .party = asked->party,
                         .covers = asked->covers,
                         .jurisdictions = asked->jurisdictions,
                         .first = clinic_contract_day_today(session)};
  if (!clinic_contract_kind_parse(asked->kind, &made.kind, error) ||
      (asked->from != NULL && !clinic_contract_day_parse(asked->from, &made.first, error)) ||
      !clinic_contract_day_parse(asked->until, &made.last, error))
    return FALSE;
  for (char **word = asked->classes; word != NULL && *word != NULL; word++) {
    ClinicDataClass data = CLINIC_DATA_N;
    if (!clinic_contract_class_parse(*word, &data, error))
      return FALSE;
    made.classes |= 1u << data;
  }
  *ret = made;
  return TRUE;
}

static int
run_add(int argc, char **argv)
{
  g_auto(Contract) asked = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  ClinicContract contract = {0};
  gint64 id = 0;
  const GOptionEntry entries[] = {
      {"kind", 0, 0, G_OPTION_ARG_STRING, &asked.kind, N_("baa, gdpr-28 or hds"), N_("KIND")},
      {"party", 0, 0, G_OPTION_ARG_STRING, &asked.party, N_("with whom"), N_("NAME")},
      {"covers", 0, 0, G_OPTION_ARG_STRING_ARRAY, &asked.covers,
       N_("a host (*.example.org: all below it) or a destination's name; may be repeated"),
       N_("HOST")},
      {"class", 0, 0, G_OPTION_ARG_STRING_ARRAY, &asked.classes,
       N_("a class of data: visit, record or contact; may be repeated"), N_("CLASS")},
      {"jurisdiction", 0, 0, G_OPTION_ARG_STRING_ARRAY, &asked.jurisdictions,
       N_("where the data is processed: FR, EU, US-CA …; may be repeated"), N_("CODE")},
      {"from", 0, 0, G_OPTION_ARG_STRING, &asked.from, N_("its first day; today without"),
       N_("DAY")},
      {"until", 0, 0, G_OPTION_ARG_STRING, &asked.until, N_("its last day"), N_("DAY")},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("REFERENCE"),
                       _("Records a contract with an outside service."), &asked.option);
  if (status >= 0)
    return status;
  if (argc != 2 || asked.kind == NULL || asked.party == NULL || asked.until == NULL)
    return cli_option_usage(_("give one reference, and --kind, --party, --covers, --class, "
                              "--jurisdiction and --until"));
  if (!cli_option_session(&asked.option, &session, &error) ||
      !contract_read(&asked, argv[1], session, &contract, &error) ||
      !clinic_contract_add(session, &contract, &id, &error))
    return cli_option_fail(error);
  if (asked.option.json)
    return cli_option_print(json_pack("{s:o, s:s}", "id", cli_option_id(id), "reference", argv[1]));
  return cli_option_flush();
}

static int
run_renew(int argc, char **argv)
{
  g_auto(Contract) asked = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gint64 last = 0;
  const GOptionEntry entries[] = {
      {"until", 0, 0, G_OPTION_ARG_STRING, &asked.until, N_("its new last day"), N_("DAY")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("REFERENCE"),
                                _("Gives a contract a later last day."), &asked.option);
  if (status >= 0)
    return status;
  if (argc != 2 || asked.until == NULL)
    return cli_option_usage(_("give one reference, and --until DAY"));
  return clinic_contract_day_parse(asked.until, &last, &error) &&
                 cli_option_session(&asked.option, &session, &error) &&
                 clinic_contract_renew(session, argv[1], last, &error)
             ? 0
             : cli_option_fail(error);
}

static int
run_end(int argc, char **argv)
{
  g_auto(Contract) asked = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  const GOptionEntry entries[] = {
      {"words", 'm', 0, G_OPTION_ARG_STRING, &asked.words, N_("why, in your words"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  int status =
      cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("REFERENCE"),
                       _("Ends a contract today: nothing more is sent under it."), &asked.option);
  if (status >= 0)
    return status;
  if (argc != 2 || asked.words == NULL)
    return cli_option_usage(_("give one reference, and --words TEXT that says why"));
  return cli_option_session(&asked.option, &session, &error) &&
                 clinic_contract_end(session, argv[1], asked.words, &error)
             ? 0
             : cli_option_fail(error);
}

int
cli_contract_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"add", run_add, N_("record a contract")},
      {"list", run_list, N_("list the contracts, the first to end first")},
      {"renew", run_renew, N_("give a contract a later last day")},
      {"end", run_end, N_("end a contract today")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
