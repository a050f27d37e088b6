/* guichet patient: find, show, and destroy what is known of one. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "cli/password.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/base/clock.h"
#include "guichet/clinic/choice.h"

static json_t *
patient_json(const ClinicPatient *patient)
{
  json_t *object =
      json_pack("{s:o,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", cli_option_id(patient->id),
                "family", patient->family, "given", patient->given, "birth", patient->birth, "sex",
                patient->sex, "record", patient->record, "phone", patient->phone, "mail",
                patient->mail, "language", patient->language, "channel", patient->channel);
  return object;
}

static void
patient_line(const ClinicPatient *patient)
{
  printf("%19" G_GINT64_FORMAT " %-10s %-14s %s, %s\n", patient->id, patient->birth,
         patient->record, patient->family, patient->given);
}

static int
found_print(const GPtrArray *found, gboolean json)
{
  json_t *list = json_array();
  for (guint i = 0; i < found->len; i++) {
    const ClinicPatient *patient = g_ptr_array_index(found, i);
    if (json)
      json_array_append_new(list, patient_json(patient));
    else
      patient_line(patient);
  }
  if (json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
verb_search(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GError) error = NULL;
  int most = 100;
  const GOptionEntry entries[] = {
      {"most", 0, 0, G_OPTION_ARG_INT, &most, N_("at most so many (100)"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, _("WORDS…"),
      _("Finds patients by the beginnings of names, of a phone or of a record number."), &option);
  if (status >= 0)
    return status;
  g_autofree char *words = g_strjoinv(" ", argv + 1);
  if (argc < 2 || most < 1 || !g_utf8_validate(words, -1, NULL))
    return cli_option_usage(_("say what to search for"));
  if (!cli_option_session(&option, &session, &error) ||
      !clinic_patient_search(session, words, (guint)most, &found, &error))
    return cli_option_fail(error);
  return found_print(found, option.json);
}

static json_t *
choice_json(const ClinicChoice *choice, const ClinicPatient *patient)
{
  if (choice == NULL)
    return json_null();
  return json_pack("{s:b,s:b,s:o,s:o,s:s,s:s,s:s,s:s}", "chosen", choice->chosen, "holds",
                   clinic_choice_holds(choice, patient->mail), "at", cli_option_time(choice->at),
                   "by", cli_option_id(choice->user), "by_name", choice->user_title, "address",
                   choice->address, "how", choice->how, "words", choice->words);
}

static void
choice_print(const ClinicChoice *choice, const ClinicPatient *patient)
{
  const char *standing = choice == NULL || !choice->chosen
                             ? _("notices only: e-mail was not chosen")
                         : clinic_choice_holds(choice, patient->mail)
                             ? _("chosen, after the warning")
                             : _("notices only: it was chosen for another address");
  printf(_("E-mail    %s\n"), standing);
  if (choice == NULL)
    return;
  g_autofree char *when = base_clock_iso(choice->at);
  printf(_("          %s, %s (%s): “%s”\n"), when, choice->user_title, choice->how, choice->words);
}

static int
show_print(const ClinicPatient *patient, const ClinicChoice *choice, gboolean json)
{
  if (json) {
    json_t *object = patient_json(patient);
    json_object_set_new(object, "mail_choice", choice_json(choice, patient));
    return cli_option_print(object);
  }
  printf(_("Name      %s, %s\n"), patient->family, patient->given);
  printf(_("Born      %s\n"), patient->birth);
  printf(_("Sex       %s\n"), patient->sex);
  printf(_("Record    %s\n"), patient->record);
  printf(_("Phone     %s\n"), patient->phone);
  printf(_("Mail      %s\n"), patient->mail);
  printf(_("Language  %s\n"), patient->language);
  printf(_("Channel   %s\n"), patient->channel);
  choice_print(choice, patient);
  return cli_option_flush();
}

static int
verb_show(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicPatient) patient = NULL;
  g_autoptr(ClinicChoice) choice = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL,
                                _("PATIENT"), _("Shows what is known of a patient."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one patient by id"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_patient_open(session, id, &patient, &error) ||
      !clinic_choice_load(session, id, &choice, &error))
    return cli_option_fail(error);
  return show_print(patient, choice, option.json);
}

/* What the patient says of e-mail, with their words. */
static int
verb_mail(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *how = NULL, *words = NULL;
  gboolean choose = FALSE, withdraw = FALSE, warned = FALSE;
  gint64 id = 0;
  const GOptionEntry entries[] = {
      {"choose", 0, 0, G_OPTION_ARG_NONE, &choose, N_("the patient asks for e-mail"), NULL},
      {"withdraw", 0, 0, G_OPTION_ARG_NONE, &withdraw, N_("the patient does not want it"), NULL},
      {"warned", 0, 0, G_OPTION_ARG_NONE, &warned,
       N_("they were told that others may read mail on its way"), NULL},
      {"how", 0, 0, G_OPTION_ARG_STRING, &how, N_("spoken, written or form"), N_("WORD")},
      {"words", 0, 0, G_OPTION_ARG_STRING, &words, N_("the patient's words"), N_("TEXT")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN, entries, _("PATIENT"),
      _("Records whether a patient chose e-mail: without that, mail to them is a notice."),
      &option);
  if (status >= 0)
    return status;
  if (argc != 2 || choose == withdraw)
    return cli_option_usage(_("mail takes one patient, and --choose or --withdraw"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_choice_record(session, id, choose, warned, how, words, &error))
    return cli_option_fail(error);
  return 0;
}

static int
verb_shred(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  gboolean yes = FALSE;
  gint64 id = 0;
  const GOptionEntry entries[] = {
      {"yes", 0, 0, G_OPTION_ARG_NONE, &yes, N_("do not ask"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN, entries, _("PATIENT"),
      _("Destroys a patient's key: nothing that it sealed can be read again, in no backup."),
      &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one patient by id"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !cli_password_confirm(_("This destroys all that is known of the patient."), yes, &error) ||
      !clinic_patient_shred(session, id, &error))
    return cli_option_fail(error);
  return 0;
}

int
cli_patient_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"search", verb_search, N_("find patients")},
      {"show", verb_show, N_("show one")},
      {"mail", verb_mail, N_("record that one chose e-mail, or did not")},
      {"shred", verb_shred, N_("destroy a patient's key, for good")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
