#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/calendar/wording.h"

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

/* --- before anything has to go */

static void
note(GPtrArray *lines, const GError *why)
{
  if (why != NULL)
    g_ptr_array_add(lines, g_strdup(why->message));
}

static void
check_text(const char *folder, const char *name, GPtrArray *lines)
{
  g_autoptr(GError) why = NULL;
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;
  if (!g_str_has_suffix(name, ".txt") && !g_str_has_suffix(name, ".html"))
    return;
  if (base_file_read(path, POLICY_TEMPLATE_MOST, &text, &length, &why))
    calendar_wording_check(name, text, &why);
  note(lines, why);
}

gboolean
clinic_reminder_policy_check(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(CalendarPolicy) policy = NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GError) why = NULL;
  g_autofree char *folder =
      g_build_filename(clinic_session_folder(session), "templates", "reminders", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_SEE, error))
    return FALSE;
  clinic_reminder_policy_load(session, &policy, &why);
  note(lines, why);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
    check_text(folder, name, lines);
  *ret = g_steal_pointer(&lines);
  return TRUE;
}
