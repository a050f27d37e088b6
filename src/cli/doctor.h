/* What `guichet doctor` looks at: each row of doctor.c's table is a function that says one line or
 * more.  A new destination or service adds its row there. */
#ifndef GUICHET_CLI_DOCTOR_H
#define GUICHET_CLI_DOCTOR_H

#include <jansson.h>

#include "guichet/clinic/session.h"

typedef enum {
  CLI_DOCTOR_GOOD,
  CLI_DOCTOR_WARN,   /* works, and somebody should look */
  CLI_DOCTOR_BAD,    /* does not work */
  CLI_DOCTOR_UNASKED /* could not be looked at */
} CliDoctorVerdict;

typedef struct CliDoctor CliDoctor;

const char *cli_doctor_dir(const CliDoctor *doctor);
/* NULL where guichet.conf cannot be read. */
const BaseConf *cli_doctor_conf(const CliDoctor *doctor);
/* By the host's key; NULL where the clinic cannot be opened. */
ClinicSession *cli_doctor_session(CliDoctor *doctor);
/* The same, with why not. */
ClinicSession *cli_doctor_open(CliDoctor *doctor, GError **error);

/* One line of the check under way, translated and without a patient's word. */
void cli_doctor_say(CliDoctor *doctor, CliDoctorVerdict verdict, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* More of that line for --json, an object. */
void cli_doctor_figures(CliDoctor *doctor, json_t *figures_taken);

/* doctor_clinic.c */
void cli_doctor_clinic_folder(CliDoctor *doctor);
void cli_doctor_clinic_settings(CliDoctor *doctor);
void cli_doctor_clinic_keys(CliDoctor *doctor);
void cli_doctor_clinic_work(CliDoctor *doctor);
void cli_doctor_clinic_inbox(CliDoctor *doctor);
void cli_doctor_clinic_anchors(CliDoctor *doctor);
void cli_doctor_clinic_disk(CliDoctor *doctor);
void cli_doctor_clinic_contracts(CliDoctor *doctor);
/* doctor_destination.c */
void cli_doctor_destination_look(CliDoctor *doctor);
/* doctor_calendar.c */
void cli_doctor_calendar_look(CliDoctor *doctor);
void cli_doctor_calendar_reminders(CliDoctor *doctor);
/* doctor_feed.c */
void cli_doctor_feed_look(CliDoctor *doctor);
/* doctor_engine.c */
void cli_doctor_engine_builtin(CliDoctor *doctor);
void cli_doctor_engine_chat(CliDoctor *doctor);

#endif
