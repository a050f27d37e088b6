#include "guichet/clinic/agenda.h"

#include <string.h>

#include "clinic/agenda.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"
#include "guichet/calendar/zone.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/user.h"
#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"
#include "guichet/store/entry.h"

#define AGENDA_PAGE 500u
#define AGENDA_MOST 20000u
#define AGENDA_DAY 86400
#define AGENDA_SERIES                                                                              \
  16u /* appointments of one UID of a system: one, but for what a file brought */

/* In the order of StoreAppointmentState. */
static const struct {
  const char *word, *title;
} STATES[CLINIC_AGENDA_N] = {
    [CLINIC_AGENDA_BOOKED] = {"booked", N_("booked")},
    [CLINIC_AGENDA_ARRIVED] = {"arrived", N_("arrived")},
    [CLINIC_AGENDA_CHECKED_IN] = {"checked-in", N_("checked in")},
    [CLINIC_AGENDA_NO_SHOW] = {"no-show", N_("no-show")},
    [CLINIC_AGENDA_COMPLETED] = {"completed", N_("completed")},
    [CLINIC_AGENDA_CANCELLED] = {"cancelled", N_("cancelled")},
};
G_STATIC_ASSERT((int)CLINIC_AGENDA_N == (int)STORE_APPOINTMENT_STATE_N);
G_STATIC_ASSERT((int)CLINIC_AGENDA_CANCELLED == (int)STORE_APPOINTMENT_CANCELLED);

/* From a state to another: which bits of the table stand for what may follow. */
#define TO(state) (1u << CLINIC_AGENDA_##state)
static const guint FOLLOWS[CLINIC_AGENDA_N] = {
    [CLINIC_AGENDA_BOOKED] =
        TO(ARRIVED) | TO(CHECKED_IN) | TO(NO_SHOW) | TO(COMPLETED) | TO(CANCELLED),
    [CLINIC_AGENDA_ARRIVED] = TO(BOOKED) | TO(CHECKED_IN) | TO(COMPLETED) | TO(CANCELLED),
    [CLINIC_AGENDA_CHECKED_IN] = TO(BOOKED) | TO(COMPLETED) | TO(CANCELLED),
    [CLINIC_AGENDA_NO_SHOW] = TO(BOOKED) | TO(ARRIVED) | TO(CHECKED_IN),
    [CLINIC_AGENDA_COMPLETED] = TO(BOOKED),
    [CLINIC_AGENDA_CANCELLED] = TO(BOOKED),
};
#undef TO

const char *
clinic_agenda_word(ClinicAgendaState state)
{
  return state < CLINIC_AGENDA_N ? STATES[state].word : "?";
}

const char *
clinic_agenda_title(ClinicAgendaState state)
{
  return state < CLINIC_AGENDA_N ? _(STATES[state].title) : "?";
}

gboolean
clinic_agenda_parse(const char *word, ClinicAgendaState *ret, GError **error)
{
  for (guint i = 0; i < CLINIC_AGENDA_N; i++)
    if (strcmp(STATES[i].word, word) == 0) {
      *ret = (ClinicAgendaState)i;
      return TRUE;
    }
  g_set_error(error, BASE_ERROR, BASE_ERROR_USAGE,
              _("%s is no state of an appointment; there are booked, arrived, checked-in, no-show, "
                "completed and cancelled."),
              word);
  return FALSE;
}

/* --- listing */

void
clinic_agenda_row_free(ClinicAgendaRow *row)
{
  if (row == NULL)
    return;
  g_free(row->uid);
  g_free(row->patient_name);
  g_free(row->clinician_name);
  g_free(row->place);
  g_free(row->summary);
  g_free(row);
}

static void
row_unref(gpointer data)
{
  clinic_agenda_row_free(data);
}

typedef struct {
  ClinicSession *session;
  const ClinicAgendaFilter *filter;
  GHashTable *places; /* calendar → its place */
  GPtrArray *rows;
} Listing;

static gboolean
place_of(Listing *l, const StoreAppointment *a, char **ret, GError **error)
{
  g_autoptr(StoreCalendar) calendar = NULL;
  const char *place =
      *a->location != '\0' ? a->location : g_hash_table_lookup(l->places, &a->calendar);
  if (place == NULL) {
    if (!store_calendar_load(clinic_session_store(l->session), a->calendar, &calendar, error))
      return FALSE;
    place = calendar->place;
    g_hash_table_insert(l->places, g_memdup2(&a->calendar, sizeof a->calendar), g_strdup(place));
  }
  *ret = base_text_disarm(place, -1, FALSE);
  return TRUE;
}

static gboolean
row_add(Listing *l, const StoreAppointment *a, GError **error)
{
  g_autofree char *place = NULL;
  if (l->filter != NULL && l->filter->clinician != 0 && a->clinician != l->filter->clinician)
    return TRUE;
  if (!place_of(l, a, &place, error))
    return FALSE;
  if (l->filter != NULL && l->filter->place != NULL && strcmp(place, l->filter->place) != 0)
    return TRUE;
  const ClinicAgendaRow made = {
      .id = a->id,
      .version = a->version,
      .start = a->start,
      .end = a->end,
      .patient = a->patient,
      .clinician = a->clinician,
      .state = (ClinicAgendaState)a->state,
      .arrived = a->arrived,
      .checked_in = a->checked_in,
      .ended = a->ended,
      .recurrence = a->occurrence,
      .uid = g_strdup(a->uid),
      .patient_name = g_strdup(clinic_patient_name(l->session, a->patient)),
      .clinician_name = g_strdup(clinic_user_title(l->session, a->clinician)),
      .place = g_steal_pointer(&place),
      .summary = base_text_disarm(a->patient == 0 ? a->summary : "", -1, FALSE),
      .all_day = a->all_day};
  g_ptr_array_add(l->rows, g_memdup2(&made, sizeof made));
  return TRUE;
}

static gboolean
list_pages(Listing *l, gint64 from, gint64 to, GError **error)
{
  for (gint64 after = 0; l->rows->len < AGENDA_MOST;) {
    g_autoptr(GPtrArray) page = NULL;
    if (!store_appointment_page(clinic_session_store(l->session), STORE_APPOINTMENT_ALL, 0, from,
                                after, to, AGENDA_PAGE, &page, error))
      return FALSE;
    for (guint i = 0; i < page->len; i++) {
      const StoreAppointment *a = page->pdata[i];
      from = a->start;
      after = a->id;
      if (!a->shredded && !row_add(l, a, error))
        return FALSE;
    }
    if (page->len < AGENDA_PAGE)
      return TRUE;
  }
  return TRUE;
}

gboolean
clinic_agenda_list(ClinicSession *session, gint64 from, gint64 to, const ClinicAgendaFilter *filter,
                   GPtrArray **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_unref);
  g_autoptr(GHashTable) places = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  Listing l = {session, filter, places, rows};
  if (!clinic_session_require(session, CLINIC_POWER_PATIENT_SEE, error) ||
      !list_pages(&l, from, to, error))
    return FALSE;
  *ret = g_steal_pointer(&rows);
  return TRUE;
}

/* --- what the desk saw */

static gboolean
may_follow(const StoreAppointment *a, ClinicAgendaState state, GError **error)
{
  if ((FOLLOWS[a->state] & 1u << state) == 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                _("This is not possible while the appointment is %s."),
                clinic_agenda_title((ClinicAgendaState)a->state));
    return FALSE;
  }
  gboolean begun = state == CLINIC_AGENDA_NO_SHOW || state == CLINIC_AGENDA_COMPLETED;
  if (!begun || a->start <= base_clock_now())
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                      _("The appointment has not begun yet."));
  return FALSE;
}

/* One step back: what was seen before it. */
static void
take_back(StoreAppointment *a)
{
  if (a->ended != 0)
    a->ended = 0;
  else if (a->checked_in != 0)
    a->checked_in = 0;
  else
    a->arrived = 0;
  a->state = a->checked_in != 0 ? STORE_APPOINTMENT_CHECKED_IN
             : a->arrived != 0  ? STORE_APPOINTMENT_ARRIVED
                                : STORE_APPOINTMENT_BOOKED;
}

static void
set_state(StoreAppointment *a, ClinicAgendaState state)
{
  gint64 now = base_clock_now();
  a->desk = TRUE;
  if (state == CLINIC_AGENDA_BOOKED) {
    take_back(a);
    return;
  }
  a->state = (StoreAppointmentState)state;
  gboolean there = state == CLINIC_AGENDA_ARRIVED || state == CLINIC_AGENDA_CHECKED_IN;
  a->ended = there ? 0 : now;
  if (there && a->arrived == 0)
    a->arrived = now;
  if (state == CLINIC_AGENDA_CHECKED_IN)
    a->checked_in = now;
}

static gboolean
mark_inside(ClinicSession *session, gint64 id, gint64 version, ClinicAgendaState state,
            gboolean told, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreAppointment) a = NULL;
  if (!store_appointment_load(store, id, &a, error))
    return FALSE;
  if (version != 0 && a->version != version) {
    g_set_error_literal(
        error, BASE_ERROR, BASE_ERROR_CONFLICT,
        _("Somebody changed this appointment meanwhile; look at it again. Nothing was done."));
    return FALSE;
  }
  if (!may_follow(a, state, error))
    return FALSE;
  set_state(a, state);
  clinic_session_event(session, STORE_EVENT_APPOINTMENT_MARK, id, a->patient,
                       STATES[a->state].word);
  return store_appointment_change(store, a, error) &&
         (told || clinic_agenda_writeback(session, a, state == CLINIC_AGENDA_BOOKED, error)) &&
         store_tx_commit(store, error);
}

/* `told`: by the system that the appointment came from, which need not be told again. */
static gboolean
mark(ClinicSession *session, gint64 id, gint64 version, ClinicAgendaState state, gboolean told,
     GError **error)
{
  if ((!clinic_session_may(session, CLINIC_POWER_FEED) &&
       !clinic_session_require(session, CLINIC_POWER_DESK_EDIT, error)) ||
      !store_tx_begin(clinic_session_store(session), error))
    return FALSE;
  if (mark_inside(session, id, version, state, told, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

gboolean
clinic_agenda_mark(ClinicSession *session, gint64 id, gint64 version, ClinicAgendaState state,
                   GError **error)
{
  return mark(session, id, version, state, FALSE, error);
}

/* --- what another system saw */

static gboolean
tell_says_more(const StoreAppointment *a, ClinicAgendaState state)
{
  gboolean open = a->state == STORE_APPOINTMENT_BOOKED || a->state == STORE_APPOINTMENT_ARRIVED ||
                  a->state == STORE_APPOINTMENT_CHECKED_IN;
  gboolean begun = state == CLINIC_AGENDA_ARRIVED || state == CLINIC_AGENDA_CHECKED_IN ||
                   a->start <= base_clock_now();
  return open && begun && state != CLINIC_AGENDA_BOOKED && state != CLINIC_AGENDA_CANCELLED &&
         (FOLLOWS[a->state] & 1u << state) != 0;
}

gboolean
clinic_agenda_tell(ClinicSession *session, gint64 calendar, const char *uid,
                   ClinicAgendaState state, guint *ret_marked, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  VaultTag series;
  *ret_marked = 0;
  store_entry_series(session->store, uid, &series);
  if (!store_appointment_of(session->store, calendar, &series, AGENDA_SERIES, &all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    const StoreAppointment *a = all->pdata[i];
    if (!tell_says_more(a, state))
      continue;
    if (!mark(session, a->id, a->version, state, TRUE, error))
      return FALSE;
    (*ret_marked)++;
  }
  return TRUE;
}

/* --- room */

static const CalendarZone *
zone_of(ClinicSession *session)
{
  const char *name = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  g_autoptr(GTimeZone) host = g_time_zone_new_local();
  const CalendarZone *zone =
      calendar_zone_find(*name != '\0' ? name : g_time_zone_get_identifier(host));
  return zone != NULL ? zone : calendar_zone_utc();
}

gint64
clinic_agenda_midnight(ClinicSession *session, gint64 at, int days)
{
  const CalendarZone *zone = zone_of(session);
  gint64 local = calendar_zone_local(zone, at);
  gint64 day = local / AGENDA_DAY - (local % AGENDA_DAY < 0) + days;
  return calendar_zone_instant(zone, day * AGENDA_DAY);
}

static void
gap_add(GArray *gaps, gint64 start, gint64 end, gint64 least)
{
  const ClinicAgendaGap gap = {MAX(start, base_clock_now()), end};
  if (gap.end - gap.start >= least)
    g_array_append_val(gaps, gap);
}

/* Within the hours of one day, past whatever takes a part of them. */
static void
gaps_of_day(const GPtrArray *rows, gint64 open, gint64 close, gint64 least, GArray *gaps)
{
  gint64 free_from = open;
  for (guint i = 0; i < rows->len; i++) {
    const ClinicAgendaRow *row = rows->pdata[i];
    if (row->state == CLINIC_AGENDA_CANCELLED || row->all_day || row->end <= free_from ||
        row->start >= close)
      continue;
    if (row->start > free_from)
      gap_add(gaps, free_from, row->start, least);
    free_from = MAX(free_from, row->end);
  }
  if (free_from < close)
    gap_add(gaps, free_from, close, least);
}

gboolean
clinic_agenda_gaps(ClinicSession *session, const GPtrArray *rows, gint64 from, gint64 to,
                   GArray **ret, GError **error)
{
  const BaseConf *conf = clinic_session_conf(session);
  const CalendarZone *zone = zone_of(session);
  gint64 least = base_conf_int(conf, BASE_CONF_AGENDA_SLOT) * BASE_CLOCK_MINUTE;
  gint64 opens = base_conf_int(conf, BASE_CONF_AGENDA_OPENS) * 3600;
  gint64 closes = base_conf_int(conf, BASE_CONF_AGENDA_CLOSES) * 3600;
  if (closes <= opens) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        _("under [agenda] in guichet.conf closes_hour is not after opens_hour"));
    return FALSE;
  }
  GArray *gaps = g_array_new(FALSE, FALSE, sizeof(ClinicAgendaGap));
  for (gint64 day = from; day < to; day = clinic_agenda_midnight(session, day, 1)) {
    gint64 local = calendar_zone_local(zone, day);
    gaps_of_day(rows, calendar_zone_instant(zone, local + opens),
                calendar_zone_instant(zone, local + closes), least, gaps);
  }
  *ret = gaps;
  return TRUE;
}
