/* Appointments of one calendar for a test, put into the clinic as an import leaves them. */
#ifndef GUICHET_TESTS_CLINIC_AGENDA_H
#define GUICHET_TESTS_CLINIC_AGENDA_H

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"
#include "guichet/store/entry.h"
#include "guichet/store/tx.h"
#include "guichet/vault/process.h"

typedef struct {
  StoreHandle *store;
  gint64 calendar;
  char *zone;
  GHashTable *ids; /* UID → id of the appointment */
} Agenda;

static inline void
agenda_stop(GError *error)
{
  if (error != NULL)
    g_error("agenda: %s", error->message);
}

static inline void
agenda_begin(Agenda *agenda)
{
  g_autoptr(GError) error = NULL;
  store_tx_begin(agenda->store, &error);
  agenda_stop(error);
  store_tx_event(agenda->store, &(StoreEvent){.kind = STORE_EVENT_JOB_DONE, .detail = "a test"});
}

static inline void
agenda_commit(Agenda *agenda)
{
  g_autoptr(GError) error = NULL;
  store_tx_commit(agenda->store, &error);
  agenda_stop(error);
}

static inline Agenda *
agenda_new(const char *dir, const char *zone)
{
  Agenda *agenda = g_new0(Agenda, 1);
  g_autoptr(GError) error = NULL;
  char name[] = "test", place[] = "Salle 3";
  StoreCalendar calendar = {
      .id = vault_process_id(), .name = name, .place = place, .zone = (char *)(guintptr)zone};
  if (store_handle_open(dir, &agenda->store, &error))
    store_handle_unlock_host(agenda->store, &error);
  agenda_stop(error);
  agenda->calendar = calendar.id;
  agenda->zone = g_strdup(zone);
  agenda->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  agenda_begin(agenda);
  store_calendar_add(agenda->store, &calendar, &error);
  agenda_stop(error);
  agenda_commit(agenda);
  return agenda;
}

static inline void
agenda_free(Agenda *agenda)
{
  store_handle_close(agenda->store);
  g_hash_table_unref(agenda->ids);
  g_free(agenda->zone);
  g_free(agenda);
}

static inline void
agenda_add(Agenda *agenda, const char *uid, gint64 start, gint64 patient, gint64 known)
{
  g_autoptr(GError) error = NULL;
  gint64 id = vault_process_id();
  char empty[] = "";
  StoreAppointment a = {.id = id,
                        .calendar = agenda->calendar,
                        .occurrence = STORE_APPOINTMENT_SINGLE,
                        .patient = patient,
                        .start = start,
                        .end = start + 20 * BASE_CLOCK_MINUTE,
                        .known = known,
                        .uid = (char *)(guintptr)uid,
                        .summary = empty,
                        .location = empty,
                        .zone = agenda->zone,
                        .patient_id = empty};
  store_entry_series(agenda->store, uid, &a.series);
  store_appointment_add(agenda->store, &a, &error);
  agenda_stop(error);
  g_hash_table_insert(agenda->ids, g_strdup(uid), g_memdup2(&id, sizeof id));
}

/* Books it, moves it or brings it back; `known`: since when, 0 always. */
static inline void
agenda_put(Agenda *agenda, const char *uid, gint64 start, gint64 patient, gint64 known,
           gboolean cancelled)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StoreAppointment) a = NULL;
  agenda_begin(agenda);
  if (g_hash_table_lookup(agenda->ids, uid) == NULL)
    agenda_add(agenda, uid, start, patient, known);
  store_appointment_load(agenda->store, *(gint64 *)g_hash_table_lookup(agenda->ids, uid), &a,
                         &error);
  agenda_stop(error);
  a->start = start;
  a->end = start + 20 * BASE_CLOCK_MINUTE;
  a->patient = patient;
  a->known = known;
  a->state = cancelled ? STORE_APPOINTMENT_CANCELLED : STORE_APPOINTMENT_BOOKED;
  store_appointment_change(agenda->store, a, &error);
  agenda_stop(error);
  agenda_commit(agenda);
}

static inline void
agenda_mark(Agenda *agenda, const char *uid, StoreAppointmentState state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(StoreAppointment) a = NULL;
  agenda_begin(agenda);
  store_appointment_load(agenda->store, *(gint64 *)g_hash_table_lookup(agenda->ids, uid), &a,
                         &error);
  agenda_stop(error);
  a->state = state;
  store_appointment_change(agenda->store, a, &error);
  agenda_stop(error);
  agenda_commit(agenda);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Agenda, agenda_free)

#endif
