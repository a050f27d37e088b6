#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/way.h"

/* A cancellation holds as long as the appointment does not. */
static const char *
over_cancel(const StoreReminder *row, const ClinicReminderSlot *slot, gint64 now)
{
  if (slot != NULL && !slot->cancelled && slot->patient == row->patient)
    return N_("the appointment stands again");
  return row->starts <= now ? N_("the appointment is past") : NULL;
}

/* What of the appointment is not as the message says. */
static const char *
over_slot(const CalendarPolicy *policy, const StoreReminder *row, const ClinicReminderSlot *slot,
          gint64 now)
{
  if (slot == NULL)
    return N_("the appointment is not in the calendar any more");
  if (slot->cancelled)
    return N_("the appointment is cancelled");
  if (slot->start != row->starts)
    return N_("the appointment has moved");
  if (slot->patient != row->patient)
    return N_("the appointment is another patient's");
  if (slot->checked_in)
    return N_("the patient has checked in");
  if (slot->start <= now)
    return N_("the appointment is past");
  if (slot->start - now < calendar_policy_latest(policy))
    return N_("it is too late for a reminder");
  return NULL;
}

static gboolean
reaches(const ClinicReminderPerson *person, const StoreReminder *row)
{
  for (guint i = 0; i < person->ways->len; i++) {
    const ClinicWay *way = person->ways->pdata[i];
    if (strcmp(way->channel, row->channel) == 0 && strcmp(way->address, row->address) == 0)
      return TRUE;
  }
  return FALSE;
}

static const char *
over_person(const ClinicReminderPerson *person, const StoreReminder *row)
{
  if (person == NULL)
    return N_("the patient's record is gone");
  if (person->plan.opted_out)
    return N_("the patient wants no reminders");
  return reaches(person, row) ? NULL : N_("the patient's address has changed");
}

static gboolean
ask_row(ClinicSession *session, const CalendarPolicy *policy, GHashTable *people,
        const StoreReminder *row, const char **ret_why, GError **error)
{
  g_autoptr(ClinicReminderSlot) slot = NULL;
  const ClinicReminderPerson *person = NULL;
  gint64 now = base_clock_now();
  if (!clinic_reminder_slot_find(session, row, &slot, error) ||
      !clinic_reminder_person_find(session, people, row->patient, &person, error))
    return FALSE;
  const char *why = clinic_reminder_message_is_cancel(row->kind)
                        ? over_cancel(row, slot, now)
                        : over_slot(policy, row, slot, now);
  *ret_why = why != NULL ? why : over_person(person, row);
  return TRUE;
}

gboolean
clinic_reminder_hold_ask(ClinicSession *session, const CalendarPolicy *policy,
                         const GPtrArray *rows, ClinicReminderHold *ret, const char **ret_why,
                         GError **error)
{
  g_autoptr(GHashTable) people = clinic_reminder_person_table();
  gint64 now = base_clock_now();
  *ret_why = rows->len == 0 ? N_("it is not planned any more") : NULL;
  for (guint i = 0; i < rows->len && *ret_why == NULL; i++)
    if (!ask_row(session, policy, people, rows->pdata[i], ret_why, error))
      return FALSE;
  *ret = CLINIC_REMINDER_HOLDS;
  if (*ret_why != NULL) {
    *ret = CLINIC_REMINDER_OVER;
    return TRUE;
  }
  /* one that a person sends at a closed hour is due at a closed hour */
  gint64 due = ((const StoreReminder *)rows->pdata[0])->due;
  if (calendar_policy_open(policy, due) == due && calendar_policy_open(policy, now) != now)
    *ret = CLINIC_REMINDER_RESTS;
  return TRUE;
}
