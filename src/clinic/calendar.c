#include "guichet/clinic/calendar.h"

#include <string.h>

#include "clinic/intake.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/clinic/patient.h"
#include "guichet/vault/process.h"

enum { SERIES_PAGE = 500 };

static const char *const KINDS[STORE_CALENDAR_KIND_N] = {
    [STORE_CALENDAR_FILE] = "file", [STORE_CALENDAR_FOLDER] = "folder",
    [STORE_CALENDAR_WEB] = "web",   [STORE_CALENDAR_CALDAV] = "caldav",
    [STORE_CALENDAR_FEED] = "feed", [STORE_CALENDAR_FHIR] = "fhir",
};

static const char *const STATES[STORE_APPOINTMENT_STATE_N] = {
    [STORE_APPOINTMENT_BOOKED] = "booked",         [STORE_APPOINTMENT_ARRIVED] = "arrived",
    [STORE_APPOINTMENT_CHECKED_IN] = "checked-in", [STORE_APPOINTMENT_NO_SHOW] = "no-show",
    [STORE_APPOINTMENT_COMPLETED] = "completed",   [STORE_APPOINTMENT_CANCELLED] = "cancelled",
};

void
clinic_calendar_free(ClinicCalendar *c)
{
  if (c == NULL)
    return;
  g_free(c->kind);
  g_free(c->name);
  g_free(c->location);
  g_free(c->place);
  g_free(c->zone);
  g_free(c->trouble);
  g_free(c->etag);
  g_free(c->token);
  g_free(c);
}

void
clinic_calendar_forget(ClinicAppointment *a)
{
  if (a == NULL)
    return;
  g_free(a->patient_name);
  g_free(a->summary);
  g_free(a->location);
  g_free(a->zone);
  g_free(a);
}

/* --- the calendar of a name */

static gboolean
check_given(const ClinicCalendar *given, StoreCalendarKind *ret, GError **error)
{
  StoreCalendarKind kind = STORE_CALENDAR_FILE;
  while (kind < STORE_CALENDAR_KIND_N && g_strcmp0(given->kind, KINDS[kind]) != 0)
    kind++;
  if (kind == STORE_CALENDAR_KIND_N || given->name == NULL || *given->name == '\0') {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_USAGE, _("a calendar needs a name"));
    return FALSE;
  }
  if (given->zone != NULL && *given->zone != '\0' && calendar_zone_find(given->zone) == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE, _("there is no time zone %s"), given->zone);
    return FALSE;
  }
  *ret = kind;
  return TRUE;
}

/* TRUE where it says something else. */
static gboolean
set_word(char **word, const char *given)
{
  if (given == NULL || g_strcmp0(*word, given) == 0)
    return FALSE;
  g_free(*word);
  *word = g_strdup(given);
  return TRUE;
}

static gboolean
set_all(StoreCalendar *row, const ClinicCalendar *given, StoreCalendarKind kind)
{
  gboolean other = set_word(&row->location, given->location);
  other = set_word(&row->place, given->place) || other;
  other = set_word(&row->zone, given->zone) || other;
  other =
      other || row->kind != kind || (given->clinician != 0 && row->clinician != given->clinician);
  if (other) { /* read under other words it may say something else: ask for it anew */
    set_word(&row->etag, "");
    set_word(&row->token, "");
  }
  row->kind = kind;
  row->clinician = given->clinician != 0 ? given->clinician : row->clinician;
  return other;
}

static gboolean
calendar_commit(ClinicSession *session, StoreCalendar *row, GError **error)
{
  gboolean ok = row->id != 0 ? store_calendar_change(session->store, row, error) : TRUE;
  if (row->id == 0) {
    row->id = vault_process_id();
    ok = store_calendar_add(session->store, row, error);
  }
  if (!ok)
    return FALSE;
  clinic_session_event(session, STORE_EVENT_CALENDAR_CHANGE, row->id, 0, row->name);
  return store_tx_commit(session->store, error);
}

gboolean
clinic_calendar_need(ClinicSession *session, const ClinicCalendar *given, gint64 *ret,
                     GError **error)
{
  StoreCalendarKind kind = STORE_CALENDAR_FILE;
  g_autoptr(StoreCalendar) row = NULL;
  GError *failed = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_IMPORT, error) ||
      !check_given(given, &kind, error))
    return FALSE;
  if (!store_calendar_named(session->store, given->name, &row, &failed)) {
    if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_error_free(failed);
    row = g_new0(StoreCalendar, 1);
    row->name = g_strdup(given->name);
  }
  if (!set_all(row, given, kind) && row->id != 0) {
    *ret = row->id;
    return TRUE;
  }
  if (!store_tx_begin(session->store, error))
    return FALSE;
  if (!calendar_commit(session, row, error)) {
    store_tx_rollback(session->store);
    return FALSE;
  }
  *ret = row->id;
  return TRUE;
}

/* --- lists */

static void
calendar_unref(gpointer data)
{
  clinic_calendar_free(data);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
  return g_utf8_collate((*(ClinicCalendar *const *)a)->name, (*(ClinicCalendar *const *)b)->name);
}

static ClinicCalendar *
calendar_of(const StoreCalendar *row)
{
  const ClinicCalendar made = {
      .id = row->id,
      .kind = g_strdup(row->kind < STORE_CALENDAR_KIND_N ? KINDS[row->kind] : ""),
      .name = base_text_disarm(row->name, -1, FALSE),
      .location = base_text_disarm(row->location, -1, FALSE),
      .place = base_text_disarm(row->place, -1, FALSE),
      .zone = base_text_disarm(row->zone, -1, FALSE),
      .trouble = base_text_disarm(row->trouble, -1, FALSE),
      .etag = base_text_disarm(row->etag, -1, FALSE),
      .token = base_text_disarm(row->token, -1, FALSE),
      .failures = row->failures,
      .since = row->since,
      .rest_until = row->rest_until,
      .lacking = row->lacking,
      .clinician = row->clinician,
  };
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_calendar_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_SEE, error) ||
      !store_calendar_list(session->store, &rows, error))
    return FALSE;
  GPtrArray *all = g_ptr_array_new_full(rows->len, calendar_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(all, calendar_of(rows->pdata[i]));
  g_ptr_array_sort(all, by_name);
  *ret = all;
  return TRUE;
}

gboolean
clinic_calendar_open(ClinicSession *session, gint64 id, ClinicCalendar **ret, GError **error)
{
  g_autoptr(StoreCalendar) row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_SEE, error) ||
      !store_calendar_load(session->store, id, &row, error))
    return FALSE;
  *ret = calendar_of(row);
  return TRUE;
}

static void
appointment_unref(gpointer data)
{
  clinic_calendar_forget(data);
}

static ClinicAppointment *
appointment_of(ClinicSession *session, const StoreAppointment *row)
{
  const ClinicAppointment made = {
      .id = row->id,
      .calendar = row->calendar,
      .patient = row->patient,
      .clinician = row->clinician,
      .start = row->start,
      .end = row->end,
      .start_offset = row->start_offset,
      .end_offset = row->end_offset,
      .state = row->state < STORE_APPOINTMENT_STATE_N ? STATES[row->state] : "",
      .patient_name = g_strdup(row->patient != 0 ? clinic_patient_name(session, row->patient) : ""),
      .summary = base_text_disarm(row->summary, -1, FALSE),
      .location = base_text_disarm(row->location, -1, FALSE),
      .zone = base_text_disarm(row->zone, -1, FALSE),
      .all_day = row->all_day,
  };
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_calendar_page(ClinicSession *session, gint64 calendar, gint64 from, gint64 after, gint64 to,
                     guint most, GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  StoreAppointmentPart part = calendar != 0 ? STORE_APPOINTMENT_BY_CALENDAR : STORE_APPOINTMENT_ALL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_SEE, error) ||
      !store_appointment_page(session->store, part, calendar, from, after, to, most, &rows, error))
    return FALSE;
  GPtrArray *all = g_ptr_array_new_full(rows->len, appointment_unref);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(all, appointment_of(session, rows->pdata[i]));
  *ret = all;
  return TRUE;
}

/* --- whose it is */

typedef struct {
  GPtrArray *texts;
  GArray *entries;
} Series;

static gboolean
on_entry(const StoreEntry *entry, const char *text, gpointer data)
{
  Series *series = data;
  if (text == NULL)
    return TRUE;
  g_array_append_val(series->entries, *entry);
  g_ptr_array_add(series->texts, g_strdup(text));
  return TRUE;
}

static gboolean
give(ClinicSession *session, const StoreAppointment *row, gint64 patient, Series *series,
     GError **error)
{
  g_autoptr(StoreCalendar) calendar = NULL;
  ClinicIntakeFrame frame;
  ClinicIntakeResult result = {0};
  if (!store_calendar_load(session->store, row->calendar, &calendar, error) ||
      !store_entry_each(session->store, row->calendar, &row->series, SERIES_PAGE, on_entry, series,
                        error))
    return FALSE;
  for (guint i = 0; i < series->entries->len; i++) {
    StoreEntry *entry = &g_array_index(series->entries, StoreEntry, i);
    entry->patient = patient;
    if (!store_entry_put(session->store, entry, series->texts->pdata[i], error) ||
        !clinic_intake_match_done(session, entry, error))
      return FALSE;
  }
  clinic_intake_spell_frame(session, calendar, &frame);
  clinic_session_event(session, STORE_EVENT_APPOINTMENT_MATCH, row->id, patient, NULL);
  return clinic_intake_spell(session, &frame, &row->series, &result, error) &&
         store_tx_commit(session->store, error);
}

gboolean
clinic_calendar_match(ClinicSession *session, gint64 appointment, gint64 patient, GError **error)
{
  g_autoptr(StoreAppointment) row = NULL;
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(StoreEntry));
  Series series = {texts, entries};
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_IMPORT, error) ||
      !store_tx_begin(session->store, error))
    return FALSE;
  if (store_appointment_load(session->store, appointment, &row, error) &&
      give(session, row, patient, &series, error))
    return TRUE;
  store_tx_rollback(session->store);
  return FALSE;
}
