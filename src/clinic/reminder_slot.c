#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/error.h"
#include "guichet/store/appointment.h"
#include "guichet/store/calendar.h"
#include "guichet/store/entry.h"

#define SLOT_PAGE 500u
#define SLOT_MOST 200000u /* appointments that one plan looks at */

void
clinic_reminder_slot_free(ClinicReminderSlot *slot)
{
  if (slot == NULL)
    return;
  g_free(slot->uid);
  g_free(slot->place);
  g_free(slot->zone);
  g_strfreev(slot->categories);
  g_free(slot);
}

static void
slot_unref(gpointer data)
{
  clinic_reminder_slot_free(data);
}

/* From arrival on nobody has to be reminded any more. */
static gboolean
is_there(const StoreAppointment *a)
{
  return a->state != STORE_APPOINTMENT_BOOKED && a->state != STORE_APPOINTMENT_CANCELLED;
}

static ClinicReminderSlot *
slot_from(StoreAppointment *a)
{
  const ClinicReminderSlot made = {.id = a->id,
                                   .calendar = a->calendar,
                                   .uid = g_strdup(a->uid),
                                   .place = g_strdup(a->location),
                                   .zone = *a->zone != '\0' ? g_strdup(a->zone) : NULL,
                                   .categories = g_steal_pointer(&a->categories),
                                   .recurrence = a->occurrence,
                                   .start = a->start,
                                   .end = a->end,
                                   .known = a->known,
                                   .patient = a->patient,
                                   .clinician = a->clinician,
                                   .all_day = a->all_day,
                                   .cancelled = a->state == STORE_APPOINTMENT_CANCELLED,
                                   .checked_in = is_there(a)};
  return g_memdup2(&made, sizeof made);
}

/* Whose calendar says nothing of the place gets the calendar's. */
static gboolean
place_fill(ClinicSession *session, GHashTable *places, ClinicReminderSlot *slot, GError **error)
{
  g_autoptr(StoreCalendar) calendar = NULL;
  if (*slot->place != '\0')
    return TRUE;
  const char *place = g_hash_table_lookup(places, &slot->calendar);
  if (place == NULL) {
    if (!store_calendar_load(clinic_session_store(session), slot->calendar, &calendar, error))
      return FALSE;
    place = calendar->place;
    g_hash_table_insert(places, g_memdup2(&slot->calendar, sizeof slot->calendar), g_strdup(place));
  }
  g_free(slot->place);
  slot->place = g_strdup(place);
  return TRUE;
}

static GHashTable *
places_new(void)
{
  return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

gboolean
clinic_reminder_slot_list(ClinicSession *session, gint64 from, gint64 to, gint64 without,
                          GPtrArray **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(GPtrArray) slots = g_ptr_array_new_with_free_func(slot_unref);
  g_autoptr(GHashTable) places = places_new();
  for (gint64 after = 0; slots->len < SLOT_MOST;) {
    g_autoptr(GPtrArray) page = NULL;
    if (!store_appointment_page(store, STORE_APPOINTMENT_ALL, 0, from, after, to, SLOT_PAGE, &page,
                                error))
      return FALSE;
    for (guint i = 0; i < page->len; i++) {
      StoreAppointment *a = page->pdata[i];
      from = a->start;
      after = a->id;
      if (a->shredded || a->calendar == without)
        continue;
      g_ptr_array_add(slots, slot_from(a));
      if (!place_fill(session, places, slots->pdata[slots->len - 1], error))
        return FALSE;
    }
    if (page->len < SLOT_PAGE)
      break;
  }
  *ret = g_steal_pointer(&slots);
  return TRUE;
}

/* A series that was taken out and came back has new rows. */
static gboolean
find_anew(ClinicSession *session, const StoreReminder *row, StoreAppointment **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  VaultTag series;
  store_entry_series(store, row->uid, &series);
  return store_appointment_at(store, row->calendar, &series, row->recurrence, ret, error);
}

gboolean
clinic_reminder_slot_find(ClinicSession *session, const StoreReminder *row,
                          ClinicReminderSlot **ret, GError **error)
{
  g_autoptr(StoreAppointment) a = NULL;
  g_autoptr(GHashTable) places = places_new();
  GError *failed = NULL;
  *ret = NULL;
  if (!store_appointment_load(clinic_session_store(session), row->appointment, &a, &failed)) {
    if (!g_error_matches(failed, BASE_ERROR, BASE_ERROR_NO_INPUT)) {
      g_propagate_error(error, failed);
      return FALSE;
    }
    g_error_free(failed);
    if (!find_anew(session, row, &a, error))
      return FALSE;
  }
  if (a == NULL || a->shredded)
    return TRUE;
  *ret = slot_from(a);
  if (place_fill(session, places, *ret, error))
    return TRUE;
  g_clear_pointer(ret, clinic_reminder_slot_free);
  return FALSE;
}
