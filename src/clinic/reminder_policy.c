#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"

#define POLICY_TEMPLATE_MOST (256u << 10)

/* The clinic's own copy goes before the shipped file.  Caller frees. */
static char *
path_of(ClinicSession *session, const char *name)
{
  g_autofree char *own =
      g_build_filename(clinic_session_folder(session), "templates", "reminders", name, NULL);
  if (g_file_test(own, G_FILE_TEST_EXISTS))
    return g_steal_pointer(&own);
  g_autofree char *shipped = g_build_filename("templates", "reminders", name, NULL);
  return base_file_data(shipped);
}

/* That of guichet.conf, else the host's. */
static const CalendarZone *
zone_of(ClinicSession *session)
{
  const char *name = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  g_autoptr(GTimeZone) host = g_time_zone_new_local();
  const CalendarZone *zone =
      calendar_zone_find(*name != '\0' ? name : g_time_zone_get_identifier(host));
  return zone != NULL ? zone : calendar_zone_utc();
}

gboolean
clinic_reminder_policy_load(ClinicSession *session, CalendarPolicy **ret, GError **error)
{
  g_autofree char *path = path_of(session, "policy.conf");
  g_autoptr(CalendarPolicy) policy = NULL;
  if (!calendar_policy_load(path, &policy, error))
    return FALSE;
  calendar_policy_default_zone(policy, zone_of(session));
  if (!clinic_reminder_holiday_fill(session, policy, error))
    return FALSE;
  *ret = g_steal_pointer(&policy);
  return TRUE;
}

gboolean
clinic_reminder_policy_template(ClinicSession *session, const char *name, const char *language,
                                const char *form, char **ret, GError **error)
{
  g_autofree char *file = g_strdup_printf("%s.%s.%s", name, language, form);
  g_autofree char *path = path_of(session, file);
  gsize length = 0;
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    *ret = NULL;
    return TRUE;
  }
  return base_file_read(path, POLICY_TEMPLATE_MOST, ret, &length, error);
}
