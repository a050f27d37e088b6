/* guichet doctor: calendars that cannot be read, and those of which something is missing. */
#include "cli/doctor.h"
#include "cli/option.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/calendar.h"
#include "guichet/clinic/reminder.h"

/* TRUE where there was something to say. */
static gboolean
tell(CliDoctor *doctor, const ClinicCalendar *c)
{
  if (*c->trouble != '\0') {
    g_autofree char *since = base_clock_iso(c->since);
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, _("%s: in trouble since %s: %s"), c->name, since,
                   c->trouble);
  }
  if (c->lacking > 0) {
    g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, c->lacking);
    cli_doctor_say(
        doctor, CLI_DOCTOR_WARN,
        _("%s: series of which not every occurrence can be booked: %s; `guichet calendar "
          "import` says why"),
        c->name, n);
  }
  return *c->trouble != '\0' || c->lacking > 0;
}

void
cli_doctor_calendar_look(CliDoctor *doctor)
{
  ClinicSession *session = cli_doctor_session(doctor);
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GError) error = NULL;
  guint told = 0;
  if (session == NULL || !clinic_calendar_list(session, &all, &error)) {
    cli_doctor_say(doctor, session == NULL ? CLI_DOCTOR_UNASKED : CLI_DOCTOR_BAD, "%s",
                   error != NULL ? error->message : _("the clinic cannot be opened"));
    return;
  }
  for (guint i = 0; i < all->len; i++)
    told += tell(doctor, all->pdata[i]);
  if (all->len == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("there are none"));
  else if (told == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD,
                   ngettext("%u, without trouble", "%u, without trouble", all->len), all->len);
}

void
cli_doctor_calendar_reminders(CliDoctor *doctor)
{
  ClinicSession *session = cli_doctor_session(doctor);
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(GError) error = NULL;
  if (session == NULL || !clinic_reminder_policy_check(session, &lines, &error)) {
    cli_doctor_say(doctor, session == NULL ? CLI_DOCTOR_UNASKED : CLI_DOCTOR_BAD, "%s",
                   error != NULL ? error->message : _("the clinic cannot be opened"));
    return;
  }
  for (guint i = 0; i < lines->len; i++)
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, "%s", (const char *)lines->pdata[i]);
  if (lines->len == 0)
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, "%s", _("their policy and texts can be used"));
}
