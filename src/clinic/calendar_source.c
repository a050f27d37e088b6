#include "guichet/clinic/calendar_source.h"

#include <string.h>

#include "clinic/contract.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/user.h"
#include "guichet/store/calendar.h"

enum { TROUBLE_MOST = 400, DOUBLINGS_MOST = 10 };

static const char *
setting(ClinicSession *session, const char *name, BaseConfKey key)
{
  return base_conf_named_text(clinic_session_conf(session), name, key);
}

const char *const *
clinic_calendar_source_names(ClinicSession *session)
{
  return base_conf_names(clinic_session_conf(session), BASE_CONF_CAL_URL);
}

gboolean
clinic_calendar_source_named(ClinicSession *session, const char *name)
{
  return base_conf_has(clinic_session_conf(session), name, BASE_CONF_CAL_URL);
}

const char *
clinic_calendar_source_url(ClinicSession *session, const char *name)
{
  return setting(session, name, BASE_CONF_CAL_URL);
}

/* --- the calendar of a section */

static gboolean
refuse_section(const char *name, const GError *why, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, _("[calendar %s] of guichet.conf: %s"), name,
              why->message);
  return FALSE;
}

static gboolean
find_clinician(ClinicSession *session, const char *login, gint64 *ret, GError **error)
{
  *ret = *login == '\0' ? 0 : clinic_user_find(session, login);
  if (*login == '\0' || *ret != 0)
    return TRUE;
  g_set_error_literal(
      error, BASE_ERROR, BASE_ERROR_CONFIG,
      _("the clinician is not one of the clinic's, or not the only one of that name; give a login "
        "name of `guichet user list`"));
  return FALSE;
}

static char *
or_null(const char *text)
{
  return *text == '\0' ? NULL : g_strdup(text);
}

gboolean
clinic_calendar_source_adopt(ClinicSession *session, const char *name, const char *kind,
                             const char *address, GError **error)
{
  g_autoptr(GError) why = NULL;
  g_autofree char *location =
      address != NULL ? g_strdup(address)
                      : g_canonicalize_filename(clinic_calendar_source_url(session, name),
                                                clinic_session_folder(session));
  g_autofree char *place = or_null(setting(session, name, BASE_CONF_CAL_PLACE));
  g_autofree char *zone = or_null(setting(session, name, BASE_CONF_CAL_ZONE));
  g_autofree char *own_name = g_strdup(name), *own_kind = g_strdup(kind);
  ClinicCalendar given = {
      .kind = own_kind, .name = own_name, .location = location, .place = place, .zone = zone};
  gint64 id = 0;
  if (!find_clinician(session, setting(session, name, BASE_CONF_CAL_CLINICIAN), &given.clinician,
                      &why))
    return refuse_section(name, why, error);
  if (clinic_calendar_need(session, &given, &id, &why))
    return TRUE;
  if (g_error_matches(why, BASE_ERROR, BASE_ERROR_USAGE))
    return refuse_section(name, why, error);
  g_propagate_error(error, g_steal_pointer(&why));
  return FALSE;
}

/* --- the server of an address */

static char *
path_of(ClinicSession *session, const char *path)
{
  return *path == '\0' ? g_strdup("")
                       : g_canonicalize_filename(path, clinic_session_folder(session));
}

ClinicDestination *
clinic_calendar_source_server(ClinicSession *session, const char *name, const char *url)
{
#define TEXT(key) setting(session, name, BASE_CONF_CAL_##key)
  const ClinicDestination made = {
      .name = g_strdup(name),
      .channel = g_strdup("calendar"),
      .url = g_strdup(url),
      .host = clinic_contract_host_of(url),
      .contract = g_strdup(TEXT(CONTRACT)),
      .jurisdiction = g_strdup(TEXT(JURISDICTION)),
      .ca_file = path_of(session, TEXT(CA_FILE)),
      .pin = g_strdup(TEXT(PIN)),
      .user = g_strdup(TEXT(USER)),
      .secret_file = path_of(session, TEXT(SECRET_FILE)),
      .auth = g_strdup(""),
      .sender = g_strdup(""),
      .conf = clinic_session_conf(session),
  };
#undef TEXT
  return g_memdup2(&made, sizeof made);
}

/* --- what became of a reading */

/* The next turn of the worker after the first failure; then twice as long each time. */
static gint64
rest_after(ClinicSession *session, gint64 failures, gint64 wait)
{
  gint64 every = base_conf_int(clinic_session_conf(session), BASE_CONF_CALENDAR_EVERY);
  gint64 doublings = CLAMP(failures - 1, 0, DOUBLINGS_MOST);
  gint64 rest = (MAX(every, 1) * BASE_CLOCK_MINUTE) << doublings;
  gint64 asked = CLAMP(wait, 0, BASE_CLOCK_DAY / BASE_CLOCK_SECOND) * BASE_CLOCK_SECOND;
  return MIN(MAX(rest, asked), BASE_CLOCK_DAY);
}

static void
set_trouble(ClinicSession *session, StoreCalendar *row, const char *trouble, gint64 wait)
{
  gint64 now = base_clock_now();
  gboolean well = trouble == NULL;
  g_free(row->trouble);
  row->trouble = well ? g_strdup("")
                      : g_utf8_substring(trouble, 0, MIN(g_utf8_strlen(trouble, -1), TROUBLE_MOST));
  row->failures = well ? 0 : row->failures + 1;
  row->since = well ? 0 : row->since != 0 ? row->since : now;
  row->rest_until = well ? 0 : now + rest_after(session, row->failures, wait);
}

static gboolean
note_inside(ClinicSession *session, gint64 id, const char *trouble, gint64 wait, GError **error)
{
  g_autoptr(StoreCalendar) row = NULL;
  if (!store_calendar_load(session->store, id, &row, error))
    return FALSE;
  set_trouble(session, row, trouble, wait);
  g_autofree char *detail = g_strdup_printf("%s: %s", row->name, row->trouble);
  clinic_session_event(session, STORE_EVENT_CALENDAR_TROUBLE, id, 0, detail);
  return store_calendar_change(session->store, row, error) &&
         store_tx_commit(session->store, error);
}

gboolean
clinic_calendar_source_note(ClinicSession *session, gint64 id, const char *trouble, gint64 wait,
                            GError **error)
{
  g_autoptr(StoreCalendar) before = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_IMPORT, error) ||
      !store_calendar_load(session->store, id, &before, error))
    return FALSE;
  if (trouble == NULL && *before->trouble == '\0' && before->failures == 0)
    return TRUE;
  if (!store_tx_begin(session->store, error))
    return FALSE;
  if (note_inside(session, id, trouble, wait, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}
