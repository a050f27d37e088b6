/* guichet visit: visits in, with their consent. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/cli/command.h"
#include "guichet/clinic/user.h"
#include "guichet/clinic/visit.h"

/* What --consent-… say. */
typedef struct {
  char *by, *how, *words, *at;
  gboolean all_party, refused;
} Consent;

static void
consent_clear(Consent *consent)
{
  g_free(consent->by);
  g_free(consent->how);
  g_free(consent->words);
  g_free(consent->at);
}

/* *ret is NULL when nothing was said of it. */
static gboolean
consent_make(const Consent *from, ClinicConsent **ret, GError **error)
{
  if (from->by == NULL && from->how == NULL && from->words == NULL && from->at == NULL &&
      !from->all_party && !from->refused)
    return TRUE;
  g_autoptr(ClinicConsent) consent = clinic_consent_new();
  char **texts[] = {&consent->by, &consent->how, &consent->words};
  const char *given[] = {from->by, from->how, from->words};
  for (guint i = 0; i < G_N_ELEMENTS(given); i++) {
    if (given[i] == NULL || *given[i] == '\0') {
      g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
                  _("a consent says who gave it, how, and in which words: --consent-by, "
                    "--consent-how and --consent-words"));
      return FALSE;
    }
    g_free(*texts[i]);
    *texts[i] = g_strdup(given[i]);
  }
  if (from->at != NULL && !cli_option_parse_time(from->at, &consent->at, error))
    return FALSE;
  consent->all_party = from->all_party;
  consent->given = !from->refused;
  *ret = g_steal_pointer(&consent);
  return TRUE;
}

/* Importing. */

typedef struct {
  ClinicSession *session;
  gboolean progress;
  guint n_added, n_known, n_refused, n_waiting;
  json_t *added, *known, *refused;
} Import;

typedef struct {
  char *kind, *clinician, *at, *language, *id;
  char *family, *given, *birth, *sex, *record, *phone;
  Consent consent;
  CliOption option;
} ImportOption;

static void
import_show(const Import *import)
{
  if (import->progress)
    fprintf(stderr, "\r%u", import->n_added + import->n_known + import->n_refused);
}

static gboolean
import_refuse(const char *place, const GError *why, gpointer data)
{
  Import *import = data;
  g_autofree char *safe = base_text_disarm(why->message, -1, FALSE);
  fprintf(stderr, "%s%s: %s\n", import->progress ? "\r" : "", place, safe);
  import->n_refused++;
  json_array_append_new(import->refused, json_pack("{s:s,s:s}", "place", place, "error", safe));
  return TRUE;
}

static gboolean
import_each(ClinicImport *visit, gpointer data)
{
  Import *import = data;
  g_autoptr(GError) error = NULL;
  gboolean known = FALSE;
  gint64 id = 0;
  for (guint i = 0; i < visit->transcript->warnings->len; i++)
    fprintf(stderr, "%s\n", (const char *)g_ptr_array_index(visit->transcript->warnings, i));
  if (!clinic_visit_import(import->session, visit, &id, &known, &error)) {
    import_refuse(visit->source, error, import);
    return error->code != BASE_ERROR_DENIED && error->code != BASE_ERROR_IO;
  }
  json_array_append_new(known ? import->known : import->added, cli_option_id(id));
  import->n_known += known;
  import->n_added += !known;
  import->n_waiting += !known && (visit->consent == NULL || !visit->consent->given);
  import_show(import);
  return TRUE;
}

static int
import_print(Import *import, gboolean json)
{
  if (import->progress)
    fprintf(stderr, "\r");
  if (json) {
    int status = cli_option_print(json_pack("{s:O,s:O,s:O,s:i}", "added", import->added, "known",
                                            import->known, "refused", import->refused, "waiting",
                                            (int)import->n_waiting));
    return status != 0 || import->n_refused == 0 ? status : BASE_ERROR_DATA;
  }
  printf(_("%u added, %u known already, %u refused\n"), import->n_added, import->n_known,
         import->n_refused);
  if (import->n_waiting > 0)
    printf(ngettext("%u has no consent on record: nothing is drafted for it until `guichet visit "
                    "consent` says who gave it\n",
                    "%u have no consent on record: nothing is drafted for them until `guichet "
                    "visit consent` says who gave it\n",
                    import->n_waiting),
           import->n_waiting);
  int status = cli_option_flush();
  return status != 0 || import->n_refused == 0 ? status : BASE_ERROR_DATA;
}

static void
take(char **to, char **from)
{
  if (*from == NULL)
    return;
  g_free(*to);
  *to = g_steal_pointer(from);
}

static gboolean
import_defaults(ImportOption *from, ClinicImport *defaults, GError **error)
{
  if ((from->kind != NULL && !clinic_visit_kind_parse(from->kind, &defaults->kind, error)) ||
      (from->at != NULL && !cli_option_parse_time(from->at, &defaults->at, error)) ||
      !consent_make(&from->consent, &defaults->consent, error))
    return FALSE;
  take(&defaults->clinician, &from->clinician);
  take(&defaults->language, &from->language);
  take(&defaults->external, &from->id);
  take(&defaults->patient->family, &from->family);
  take(&defaults->patient->given, &from->given);
  take(&defaults->patient->birth, &from->birth);
  take(&defaults->patient->sex, &from->sex);
  take(&defaults->patient->record, &from->record);
  take(&defaults->patient->phone, &from->phone);
  return TRUE;
}

static int
import_files(ImportOption *from, int n, char **files)
{
  g_autoptr(ClinicImport) defaults = clinic_import_new();
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GError) error = NULL;
  if (!import_defaults(from, defaults, &error) ||
      !cli_option_session(&from->option, &session, &error))
    return cli_option_fail(error);
  Import import = {.session = session,
                   .progress = isatty(STDERR_FILENO) != 0,
                   .added = json_array(),
                   .known = json_array(),
                   .refused = json_array()};
  for (int i = 0; i < n; i++) {
    g_autoptr(GError) bad = NULL;
    if (!clinic_visit_read(files[i], defaults, import_each, import_refuse, &import, &bad))
      import_refuse(files[i], bad, &import);
  }
  int status = import_print(&import, from->option.json);
  json_decref(import.added);
  json_decref(import.known);
  json_decref(import.refused);
  return status;
}

static void
import_option_clear(ImportOption *from)
{
  char *texts[] = {from->kind, from->clinician, from->at,    from->language,
                   from->id,   from->family,    from->given, from->birth,
                   from->sex,  from->record,    from->phone};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  consent_clear(&from->consent);
  cli_option_clear(&from->option);
}

#define TEXT_ENTRY(name, where, help, word)                                                        \
  {                                                                                                \
    name, 0, 0, G_OPTION_ARG_STRING, where, help, word                                             \
  }
#define FLAG_ENTRY(name, where, help)                                                              \
  {                                                                                                \
    name, 0, 0, G_OPTION_ARG_NONE, where, help, NULL                                               \
  }

static int
verb_import(int argc, char **argv)
{
  ImportOption from = {0};
  const GOptionEntry entries[] = {
      TEXT_ENTRY("kind", &from.kind, N_("primary-care, behavioural, chronic-care, telehealth, …"),
                 N_("KIND")),
      TEXT_ENTRY("clinician", &from.clinician, N_("whose visits these are (you)"), N_("NAME")),
      TEXT_ENTRY("at", &from.at, N_("when they were (now)"), N_("TIME")),
      TEXT_ENTRY("language", &from.language, N_("en or fr (found from the words)"), N_("LANGUAGE")),
      TEXT_ENTRY("id", &from.id, N_("the visit's id elsewhere: the same one twice is one visit"),
                 N_("ID")),
      TEXT_ENTRY("patient-record", &from.record, N_("the patient's record number"), N_("NUMBER")),
      TEXT_ENTRY("patient-family", &from.family, N_("the patient's family name"), N_("NAME")),
      TEXT_ENTRY("patient-given", &from.given, N_("the patient's given name"), N_("NAME")),
      TEXT_ENTRY("patient-birth", &from.birth, N_("the patient's birth date"), N_("DATE")),
      TEXT_ENTRY("patient-sex", &from.sex, N_("female, male, other or unknown"), N_("SEX")),
      TEXT_ENTRY("patient-phone", &from.phone, N_("the patient's phone number"), N_("NUMBER")),
      TEXT_ENTRY("consent-by", &from.consent.by,
                 N_("who consented to recording and drafting, where a file does not say"),
                 N_("WHO")),
      TEXT_ENTRY("consent-how", &from.consent.how, N_("spoken, written or form"), N_("HOW")),
      TEXT_ENTRY("consent-words", &from.consent.words, N_("in which words"), N_("WORDS")),
      TEXT_ENTRY("consent-at", &from.consent.at, N_("when (at the visit)"), N_("TIME")),
      FLAG_ENTRY("all-party", &from.consent.all_party, N_("everybody in the room consented")),
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_HOST | CLI_OPTION_JSON, entries, _("FILE…"),
      _("Brings visits in: WebVTT, SRT, `Speaker: text`, JSON, or JSON Lines with one visit a "
        "line."),
      &from.option);
  if (status < 0 && argc < 2)
    status = cli_option_usage(_("name the files; - is standard input"));
  if (status < 0)
    status = import_files(&from, argc - 1, argv + 1);
  import_option_clear(&from);
  return status;
}

/* Consent. */

static int
consent_record(const CliOption *option, const char *visit, const Consent *from)
{
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicConsent) consent = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  if (!cli_option_parse_id(visit, &id, &error) || !consent_make(from, &consent, &error))
    return cli_option_fail(error);
  if (consent == NULL)
    return cli_option_usage(_("say who consented: --by, --how and --words"));
  if (!cli_option_session(option, &session, &error) ||
      !clinic_visit_consent(session, id, consent, &error))
    return cli_option_fail(error);
  return 0;
}

static int
verb_consent(int argc, char **argv)
{
  Consent from = {0};
  CliOption option;
  const GOptionEntry entries[] = {
      TEXT_ENTRY("by", &from.by, N_("who consented to recording and drafting"), N_("WHO")),
      TEXT_ENTRY("how", &from.how, N_("spoken, written or form"), N_("HOW")),
      TEXT_ENTRY("words", &from.words, N_("in which words"), N_("WORDS")),
      TEXT_ENTRY("at", &from.at, N_("when (now)"), N_("TIME")),
      FLAG_ENTRY("all-party", &from.all_party, N_("everybody in the room consented")),
      FLAG_ENTRY("refused", &from.refused, N_("asked, and refused: nothing is drafted")),
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN, entries, _("VISIT"),
                                _("Records the consent to a visit."), &option);
  if (status < 0)
    status =
        argc == 2 ? consent_record(&option, argv[1], &from) : cli_option_usage(_("name one visit"));
  consent_clear(&from);
  cli_option_clear(&option);
  return status;
}

/* Listing. */

static json_t *
consent_json(const ClinicConsent *consent)
{
  if (consent == NULL)
    return json_null();
  return json_pack("{s:s,s:o,s:s,s:s,s:b,s:b}", "by", consent->by, "at",
                   cli_option_time(consent->at), "how", consent->how, "words", consent->words,
                   "all_party", consent->all_party, "given", consent->given);
}

static json_t *
visit_json(ClinicSession *session, const ClinicVisit *visit)
{
  json_t *object = json_pack(
      "{s:o,s:o,s:s,s:o}", "id", cli_option_id(visit->id), "patient", cli_option_id(visit->patient),
      "name", clinic_patient_name(session, visit->patient), "at", cli_option_time(visit->at));
  json_object_set_new(object, "clinician", cli_option_id(visit->clinician));
  json_object_set_new(object, "clinician_name",
                      json_string(clinic_user_title(session, visit->clinician)));
  json_object_set_new(object, "kind", json_string(clinic_visit_kind_word(visit->kind)));
  json_object_set_new(object, "language", json_string(visit->language));
  json_object_set_new(object, "consent", consent_json(visit->consent));
  return object;
}

static const char *
consent_word(const ClinicConsent *consent)
{
  if (consent == NULL)
    return _("no consent");
  return consent->given ? _("consent") : _("refused");
}

static void
visit_line(ClinicSession *session, const ClinicVisit *visit)
{
  g_autofree char *when = base_clock_local(
      visit->at, base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE),
      "%Y-%m-%d %H:%M");
  printf("%19" G_GINT64_FORMAT " %s %-12s %-2s %-10s %s\n", visit->id, when,
         clinic_visit_kind_word(visit->kind), visit->language, consent_word(visit->consent),
         clinic_patient_name(session, visit->patient));
}

static int
list_print(ClinicSession *session, const GPtrArray *visits, gboolean json)
{
  json_t *list = json_array();
  for (guint i = 0; i < visits->len; i++) {
    const ClinicVisit *visit = g_ptr_array_index(visits, i);
    if (json)
      json_array_append_new(list, visit_json(session, visit));
    else
      visit_line(session, visit);
  }
  if (json)
    return cli_option_print(list);
  json_decref(list);
  return cli_option_flush();
}

static int
verb_list(int argc, char **argv)
{
  g_autofree char *patient = NULL, *before = NULL;
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(GPtrArray) visits = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0, until = G_MAXINT64;
  int most = 100;
  const GOptionEntry entries[] = {
      TEXT_ENTRY("patient", &patient, N_("of this patient alone"), N_("ID")),
      TEXT_ENTRY("before", &before, N_("before this instant"), N_("TIME")),
      {"most", 0, 0, G_OPTION_ARG_INT, &most, N_("at most so many (100)"), N_("N")},
      G_OPTION_ENTRY_NULL,
  };
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, entries, NULL,
                                _("Lists visits, the newest first."), &option);
  if (status >= 0)
    return status;
  if (argc > 1 || most < 1)
    return cli_option_usage(_("this takes options only"));
  if ((patient != NULL && !cli_option_parse_id(patient, &id, &error)) ||
      (before != NULL && !cli_option_parse_time(before, &until, &error)) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_visit_list(session, id, until, (guint)most, &visits, &error))
    return cli_option_fail(error);
  return list_print(session, visits, option.json);
}

/* One visit, with what was said. */

static void
transcript_print(const ScribeTranscript *transcript)
{
  for (guint i = 0; i < transcript->turns->len; i++) {
    const ScribeTurn *turn = scribe_transcript_turn(transcript, i);
    if (*turn->speaker != '\0')
      printf("%s: %s\n", turn->speaker, turn->text);
    else
      printf("%s\n", turn->text);
  }
}

static int
show_print(ClinicSession *session, const ClinicVisit *visit, const ScribeTranscript *transcript,
           gboolean json)
{
  if (json) {
    json_t *object = visit_json(session, visit);
    json_t *said = scribe_transcript_to_json(transcript);
    json_object_update(object, said);
    json_decref(said);
    return cli_option_print(object);
  }
  visit_line(session, visit);
  printf("\n");
  transcript_print(transcript);
  return cli_option_flush();
}

static int
verb_show(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  g_autoptr(ClinicSession) session = NULL;
  g_autoptr(ClinicVisit) visit = NULL;
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(GError) error = NULL;
  gint64 id = 0;
  int status = cli_option_parse(&argc, &argv, CLI_OPTION_LOGIN | CLI_OPTION_JSON, NULL, _("VISIT"),
                                _("Shows a visit and its transcript."), &option);
  if (status >= 0)
    return status;
  if (argc != 2)
    return cli_option_usage(_("name one visit"));
  if (!cli_option_parse_id(argv[1], &id, &error) ||
      !cli_option_session(&option, &session, &error) ||
      !clinic_visit_transcript(session, id, &transcript, &error) ||
      !clinic_visit_open(session, id, &visit, &error))
    return cli_option_fail(error);
  return show_print(session, visit, transcript, option.json);
}

int
cli_visit_run(int argc, char **argv)
{
  static const CliOptionVerb VERBS[] = {
      {"import", verb_import, N_("bring visits in")},
      {"list", verb_list, N_("list visits, the newest first")},
      {"show", verb_show, N_("show a visit and its transcript")},
      {"consent", verb_consent, N_("record the consent to a visit")},
  };
  return cli_option_verb(argc, argv, VERBS, G_N_ELEMENTS(VERBS));
}
