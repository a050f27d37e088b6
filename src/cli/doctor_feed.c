/* guichet doctor: the listener for a hospital's messages. */
#include "cli/doctor.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/feed.h"
#include "guichet/net/mllp.h"

static void
say_count(CliDoctor *doctor, const ClinicFeedCount *count)
{
  g_autofree char *heard = base_clock_iso(count->heard_at);
  g_autofree char *taken = g_strdup_printf("%" G_GINT64_FORMAT, count->taken);
  g_autofree char *refused = g_strdup_printf("%" G_GINT64_FORMAT, count->refused);
  if (count->heard_at == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("no message has come yet"));
  else if (count->refused_at == count->heard_at)
    cli_doctor_say(doctor, CLI_DOCTOR_WARN,
                   _("the last message, at %s, was refused: %s; %s taken, %s refused"), heard,
                   count->why, taken, refused);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("the last message at %s; %s taken, %s refused"),
                   heard, taken, refused);
  cli_doctor_figures(doctor, json_pack("{s:I,s:I}", "taken", (json_int_t)count->taken, "refused",
                                       (json_int_t)count->refused));
}

void
cli_doctor_feed_look(CliDoctor *doctor)
{
  const BaseConf *conf = cli_doctor_conf(doctor);
  const char *url = conf == NULL ? "" : base_conf_text(conf, BASE_CONF_HL7_LISTEN);
  ClinicSession *session = *url == '\0' ? NULL : cli_doctor_session(doctor);
  g_auto(ClinicFeedCount) count = {0};
  g_autoptr(GError) error = NULL;
  if (*url == '\0') {
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("none is set"));
    return;
  }
  if (net_mllp_listen_answers(url))
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("listens at %s"), url);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("nothing listens at %s: is guichet worker running?"),
                   url);
  if (session == NULL || !clinic_feed_count(session, &count, &error))
    cli_doctor_say(doctor, CLI_DOCTOR_UNASKED, "%s",
                   error != NULL ? error->message : _("the clinic cannot be opened"));
  else
    say_count(doctor, &count);
}
