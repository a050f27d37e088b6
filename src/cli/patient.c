/* guichet patient: find, show, change, and destroy what is known of one. */
#include <stdio.h>
#include <string.h>

#include "cli/option.h"
#include "cli/password.h"
#include "cli/patient_chart.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"
#include "guichet/base/clock.h"
#include "guichet/clinic/choice.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/way.h"

static json_t *
patient_json(const ClinicPatient *patient)
{
  return json_pack("{s:o,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id",
                   cli_option_id(patient->id), "family", patient->family, "given", patient->given,
                   "birth", patient->birth, "sex", patient->sex, "record", patient->record, "phone",
                   patient->phone, "mail", patient->mail, "language", patient->language, "channel",
                   patient->channel, "address", patient->address, "zone", patient->zone, "ways",
                   patient->ways, "reminders", patient->reminders, "wording", patient->wording);
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

/* The ways as they are tried, "mail anna@example.org, print 3 rue des Lilas". */
static char *
ways_text(const ClinicPatient *patient)
{
  g_autoptr(GPtrArray) ways = clinic_way_list(patient);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < ways->len; i++) {
    const ClinicWay *way = ways->pdata[i];
    g_string_append_printf(text, "%s%s %s", i > 0 ? "; " : "", way->channel, way->address);
  }
  return g_string_free(text, FALSE);
}

static void
show_reminders(const ClinicPatient *patient, guint sharing)
{
  g_autofree char *ways = ways_text(patient);
  printf(_("Reminders %s\n"), clinic_way_opted_out(patient) ? _("none: the patient wants none")
                              : *ways == '\0'               ? _("no address is known")
                                                            : ways);
  if (*patient->wording != '\0')
    printf(_("Wording   %s\n"), _("restricted: the time and a phone number, nothing else"));
  if (sharing > 0)
    printf(ngettext("Shared    %u other patient has this mail or postal address\n",
                    "Shared    %u other patients have this mail or postal address\n", sharing),
           sharing);
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
show_print(const ClinicPatient *patient, guint sharing, const ClinicChoice *choice, gboolean json)
{
  if (json) {
    json_t *object = patient_json(patient);
    json_object_set_new(object, "sharing", json_integer(sharing));
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
  printf(_("Address   %s\n"), patient->address);
  if (*patient->zone != '\0')
    printf(_("Zone      %s\n"), patient->zone);
  show_reminders(patient, sharing);
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
  guint sharing = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL,
                                _("PATIENT"), _("Shows what is known of a patient."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one patient by id"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_patient_open(session, id, &patient, &error) ||
      !clinic_patient_sharing(session, patient, &sharing, &error) ||
      !clinic_choice_load(session, id, &choice, &error))
    return cli_option_fail(error);
  return show_print(patient, sharing, choice, option.json);
}

/* What `set` may change; NULL was not given. */
typedef struct {
  char *language, *mail, *phone, *address, *zone, *ways, *reminders, *wording;
} Wanted;

static void
wanted_clear(Wanted *wanted)
{
  g_free(wanted->language);
  g_free(wanted->mail);
  g_free(wanted->phone);
  g_free(wanted->address);
  g_free(wanted->zone);
  g_free(wanted->ways);
  g_free(wanted->reminders);
  g_free(wanted->wording);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

/* TRUE where it was given. */
static gboolean
take(char **field, const char *value)
{
  if (value == NULL)
    return FALSE;
  g_free(*field);
  *field = g_strdup(value);
  return TRUE;
}

static gboolean
take_all(ClinicPatient *patient, const Wanted *wanted)
{
  const struct {
    char **field;
    const char *value;
  } pairs[] = {
      {&patient->language, wanted->language}, {&patient->mail, wanted->mail},
      {&patient->phone, wanted->phone},       {&patient->address, wanted->address},
      {&patient->ways, wanted->ways},         {&patient->reminders, wanted->reminders},
      {&patient->wording, wanted->wording},   {&patient->zone, wanted->zone},
  };
  gboolean any = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(pairs); i++)
    any = take(pairs[i].field, pairs[i].value) || any;
  g_strdelimit(patient->ways, ",", ' ');
  return any;
}

static int
set_run(const CliOption *option, const char *id_text, const Wanted *wanted)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicPatient) patient = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  if (!cli_option_parse_id(id_text, &id, &error) || !cli_option_session(option, &session, &error) ||
      !clinic_patient_open(session, id, &patient, &error))
    return cli_option_fail(error);
  if (!take_all(patient, wanted))
    return cli_option_usage(_("say what to set; --help lists it"));
  return clinic_patient_change(session, patient, &error) ? 0 : cli_option_fail(error);
}

static int
verb_set(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_auto(Wanted) wanted = {0};
  const GOptionEntry entries[] = {
      {"language", 0, 0, G_OPTION_ARG_STRING, &wanted.language,
       N_("the language of messages: en, fr"), N_("LANGUAGE")},
      {"mail", 0, 0, G_OPTION_ARG_STRING, &wanted.mail, N_("the mail address"), N_("ADDRESS")},
      {"phone", 0, 0, G_OPTION_ARG_STRING, &wanted.phone, N_("the phone number"), N_("NUMBER")},
      {"address", 0, 0, G_OPTION_ARG_STRING, &wanted.address, N_("the postal address, in one line"),
       N_("ADDRESS")},
      {"zone", 0, 0, G_OPTION_ARG_STRING, &wanted.zone,
       N_("the time zone where they live, as in America/Toronto; empty for the clinic's"),
       N_("ZONE")},
      {"ways", 0, 0, G_OPTION_ARG_STRING, &wanted.ways,
       N_("how reminders reach them, the best first, as in mail,print or mail=anna@work.example"),
       N_("LIST")},
      {"reminders", 0, 0, G_OPTION_ARG_STRING, &wanted.reminders,
       N_("yes, no, or empty to go by the channel on record"), N_("YES|NO")},
      {"wording", 0, 0, G_OPTION_ARG_STRING, &wanted.wording,
       N_("restricted: reminders name nothing but the time and a phone number; or empty"),
       N_("WORD")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("PATIENT"),
                                _("Changes how a patient is reached and reminded."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one patient by id"));
  return set_run(&option, argv[1], &wanted);
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
      {"set", verb_set, N_("change how one is reached and reminded")},
      {"mail", verb_mail, N_("record that one chose e-mail, or did not")},
      {"chart", cli_patient_chart_run, N_("show, and read, what the EHR knows of one")},
      {"shred", verb_shred, N_("destroy a patient's key, for good")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
