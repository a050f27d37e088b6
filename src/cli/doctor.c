/* guichet doctor: whether all that a clinic needs is there and works. */
#include "cli/doctor.h"

#include <stdio.h>

#include "cli/option.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/cli/command.h"

static const struct {
  const char *name;
  void (*check)(CliDoctor *doctor);
} CHECKS[] = {
    {"folder", cli_doctor_clinic_folder},
    {"settings", cli_doctor_clinic_settings},
    {"keys", cli_doctor_clinic_keys},
    {"disk", cli_doctor_clinic_disk},
    {"inbox", cli_doctor_clinic_inbox},
    {"anchors", cli_doctor_clinic_anchors},
    {"work", cli_doctor_clinic_work},
    {"contracts", cli_doctor_clinic_contracts},
    {"destinations", cli_doctor_destination_look},
    {"calendars", cli_doctor_calendar_look},
    {"reminders", cli_doctor_calendar_reminders},
    {"HL7 listener", cli_doctor_feed_look},
    {"builtin engine", cli_doctor_engine_builtin},
    {"chat service", cli_doctor_engine_chat},
};

struct CliDoctor {
  const CliOption *option;
  char *dir;
  BaseConf *conf;
  ClinicSession *session;
  GError *closed;    /* why there is no session; once it was tried */
  const char *check; /* under way */
  json_t *rows;      /* NULL: printed as they come */
  guint bad;
};

static const struct {
  const char *word, *title;
} VERDICTS[] = {
    {"good", N_("good")}, {"warn", N_("look")}, {"bad", N_("bad")}, {"unasked", N_("?")}};

const char *
cli_doctor_dir(const CliDoctor *doctor)
{
  return doctor->dir;
}

const BaseConf *
cli_doctor_conf(const CliDoctor *doctor)
{
  return doctor->conf;
}

ClinicSession *
cli_doctor_open(CliDoctor *doctor, GError **error)
{
  if (doctor->session == NULL && doctor->closed == NULL)
    clinic_session_host(doctor->dir, &doctor->session, &doctor->closed);
  if (doctor->session == NULL)
    g_propagate_error(error, g_error_copy(doctor->closed));
  return doctor->session;
}

ClinicSession *
cli_doctor_session(CliDoctor *doctor)
{
  return cli_doctor_open(doctor, NULL);
}

void
cli_doctor_say(CliDoctor *doctor, CliDoctorVerdict verdict, const char *format, ...)
{
  va_list words;
  va_start(words, format);
  g_autofree char *line = g_strdup_vprintf(format, words);
  va_end(words);
  doctor->bad += verdict == CLI_DOCTOR_BAD;
  if (doctor->rows != NULL)
    json_array_append_new(doctor->rows,
                          json_pack("{s:s,s:s,s:s}", "check", doctor->check, "verdict",
                                    VERDICTS[verdict].word, "words", line));
  else
    printf("%-5s %-15s %s\n", _(VERDICTS[verdict].title), doctor->check, line);
}

void
cli_doctor_figures(CliDoctor *doctor, json_t *figures_taken)
{
  if (doctor->rows != NULL && json_array_size(doctor->rows) > 0)
    json_object_update(json_array_get(doctor->rows, json_array_size(doctor->rows) - 1),
                       figures_taken);
  json_decref(figures_taken);
}

static void
doctor_look(CliDoctor *doctor)
{
  g_autofree char *path = g_build_filename(doctor->dir, "guichet.conf", NULL);
  base_conf_load(path, &doctor->conf, NULL); /* what is wrong with it is said by its check */
  for (gsize i = 0; i < G_N_ELEMENTS(CHECKS); i++) {
    doctor->check = CHECKS[i].name;
    CHECKS[i].check(doctor);
    fflush(stdout);
  }
}

static void
doctor_clear(CliDoctor *doctor)
{
  clinic_session_close(doctor->session);
  g_clear_error(&doctor->closed);
  g_clear_pointer(&doctor->conf, base_conf_free);
  g_free(doctor->dir);
}

int
cli_doctor_run(int argc, char **argv)
{
  g_auto(CliOption) option = {0};
  int status = cli_option_parse(
      &argc, &argv, CLI_OPTION_CLINIC | CLI_OPTION_JSON, NULL, NULL,
      _("Looks at the clinic's files, keys, disk and services, and says what is wrong."), &option);
  if (status >= 0)
    return status;
  if (argc > 1)
    return cli_option_usage(_("doctor takes no arguments"));
  CliDoctor doctor = {.option = &option, .dir = cli_option_dir(&option)};
  doctor.rows = option.json ? json_array() : NULL;
  doctor_look(&doctor);
  gboolean well = doctor.bad == 0;
  status = option.json
               ? cli_option_print(json_pack("{s:b,s:o}", "well", well, "checks", doctor.rows))
               : cli_option_flush();
  doctor_clear(&doctor);
  return status != 0 ? status : well ? 0 : BASE_ERROR_CONFIG;
}
