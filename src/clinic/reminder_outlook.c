#include <string.h>

#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"

#define OUTLOOK_BEHIND (8 * BASE_CLOCK_DAY) /* what was taken up counts for the cap of its day */

#define OUTLOOK_CLOSED (5 * BASE_CLOCK_DAY)

/* What the plan points into, in the order of the slots; kept as long as it. */
typedef struct ClinicReminderSights {
  CalendarDetail *details;
  CalendarOccurrence *occurrences;
  CalendarAppointment *appointments;
  GPtrArray *strings; /* of the rows */
  GArray *sent;       /* of CalendarSent */
} Sights;

void
clinic_reminder_outlook_free(ClinicReminderOutlook *o)
{
  if (o == NULL)
    return;
  calendar_policy_free(o->policy);
  g_clear_pointer(&o->slots, g_ptr_array_unref);
  g_clear_pointer(&o->people, g_hash_table_unref);
  g_clear_pointer(&o->taken, g_hash_table_unref);
  g_clear_pointer(&o->rows, g_ptr_array_unref);
  g_free(o->plan);
  g_free(o->marks);
  if (o->sights != NULL) {
    g_free(o->sights->details);
    g_free(o->sights->occurrences);
    g_free(o->sights->appointments);
    g_clear_pointer(&o->sights->strings, g_ptr_array_unref);
    g_clear_pointer(&o->sights->sent, g_array_unref);
    g_free(o->sights);
  }
  g_free(o);
}

/* --- appointments */

static void
see_slot(const ClinicReminderOutlook *o, guint i, const ClinicReminderPerson *person)
{
  const ClinicReminderSlot *slot = o->slots->pdata[i];
  CalendarDetail *detail = &o->sights->details[i];
  *detail = (CalendarDetail){.uid = slot->uid,
                             .location = slot->place,
                             .categories = (const char *const *)slot->categories,
                             .status = slot->cancelled ? CALENDAR_STATUS_CANCELLED
                                                       : CALENDAR_STATUS_CONFIRMED};
  const CalendarMoment first = {slot->recurrence, 0};
  o->sights->occurrences[i] =
      (CalendarOccurrence){.detail = detail,
                           .start = {slot->start, 0},
                           .end = {slot->end, 0},
                           .recurrence_id = first,
                           .zone = slot->zone,
                           .recurring = slot->recurrence != STORE_REMINDER_SINGLE,
                           .all_day = slot->all_day};
  o->sights->appointments[i] =
      (CalendarAppointment){.occurrence = &o->sights->occurrences[i],
                            .patient = person != NULL ? &person->plan : NULL,
                            .checked_in = slot->checked_in,
                            .known = slot->known};
}

static gboolean
see_slots(ClinicSession *session, ClinicReminderOutlook *o, GError **error)
{
  gsize n = MAX(o->slots->len, 1);
  o->sights->details = g_new0(CalendarDetail, n);
  o->sights->occurrences = g_new0(CalendarOccurrence, n);
  o->sights->appointments = g_new0(CalendarAppointment, n);
  for (guint i = 0; i < o->slots->len; i++) {
    const ClinicReminderSlot *slot = o->slots->pdata[i];
    const ClinicReminderPerson *person = NULL;
    if (!clinic_reminder_person_find(session, o->people, slot->patient, &person, error))
      return FALSE;
    see_slot(o, i, person);
  }
  return TRUE;
}

/* --- what was taken up */

static void
keep_rows(ClinicReminderOutlook *o, GPtrArray *rows_taken)
{
  for (guint i = 0; i < rows_taken->len; i++) {
    StoreReminder *row = rows_taken->pdata[i];
    rows_taken->pdata[i] = NULL;
    if (g_hash_table_contains(o->taken, &row->mark)) {
      store_reminder_free(row);
      continue;
    }
    g_ptr_array_add(o->rows, row);
    g_hash_table_insert(o->taken, &row->mark, row);
  }
  g_ptr_array_set_free_func(rows_taken, NULL);
  g_ptr_array_unref(rows_taken);
}

static gboolean
load_rows(ClinicSession *session, ClinicReminderOutlook *o, gint64 to, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  GPtrArray *rows = NULL;
  if (!store_reminder_due(store, o->now - OUTLOOK_BEHIND, to, &rows, error))
    return FALSE;
  keep_rows(o, rows);
  for (guint i = 0; i < o->slots->len; i++) {
    const ClinicReminderSlot *slot = o->slots->pdata[i];
    if (!store_reminder_of_event(store, slot->uid, slot->recurrence, &rows, error))
      return FALSE;
    keep_rows(o, rows);
  }
  return TRUE;
}

static char *
keep(ClinicReminderOutlook *o, char *text_taken)
{
  g_ptr_array_add(o->sights->strings, text_taken);
  return text_taken;
}

static char *
slot_name(const char *uid, gint64 recurrence)
{
  return g_strdup_printf("%s\x1f%" G_GINT64_FORMAT, uid, recurrence);
}

/* One of another patient, who had the appointment before, counts for their day alone. */
static void
note_row(ClinicReminderOutlook *o, GHashTable *patients, const StoreReminder *row)
{
  g_autofree char *name = slot_name(row->uid, row->recurrence);
  const gint64 *now = g_hash_table_lookup(patients, name);
  gboolean other = now != NULL && *now != row->patient;
  gboolean went = row->state == CLINIC_STATE_DELIVERED || row->state == CLINIC_STATE_AMBIGUOUS;
  gint64 at = row->state == CLINIC_STATE_REJECTED ? 0 : went ? row->since : row->due;
  CalendarSent sent = {.uid = row->uid,
                       .recurrence_id = row->recurrence,
                       .kind = other ? keep(o, g_strconcat("of another: ", row->kind, NULL))
                                     : row->kind,
                       .channel = row->channel,
                       .patient = keep(o, g_strdup_printf("%" G_GINT64_FORMAT, row->patient)),
                       .at = at};
  g_array_append_val(o->sights->sent, sent);
}

/* What waits for an approval is no fact yet: it follows the plan. */
static void
note_rows(ClinicReminderOutlook *o)
{
  g_autoptr(GHashTable) patients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < o->slots->len; i++) {
    ClinicReminderSlot *slot = o->slots->pdata[i];
    g_hash_table_insert(patients, slot_name(slot->uid, slot->recurrence), &slot->patient);
  }
  for (guint i = 0; i < o->rows->len; i++) {
    const StoreReminder *row = o->rows->pdata[i];
    if (row->state != CLINIC_STATE_READY)
      note_row(o, patients, row);
  }
}

/* --- the plan */

static const ClinicReminderSlot *
slot_of(const ClinicReminderOutlook *o, const CalendarReminder *r)
{
  return o->slots->pdata[r->appointment - o->sights->appointments];
}

static void
mark_all(ClinicSession *session, ClinicReminderOutlook *o)
{
  o->marks = g_new0(gint64, MAX(o->n, 1));
  for (gsize i = 0; i < o->n; i++) {
    const ClinicReminderSlot *slot = slot_of(o, &o->plan[i]);
    o->marks[i] = store_reminder_mark(clinic_session_store(session), slot->uid, slot->recurrence,
                                      o->plan[i].kind, slot->patient);
  }
}

/* How long before its appointment a reminder may go: its offset, and the closed days before that.
 */
static gint64
reach_of(const CalendarPolicy *policy)
{
  return MIN(calendar_policy_earliest(policy), calendar_policy_reach(policy) + OUTLOOK_CLOSED);
}

gboolean
clinic_reminder_outlook_make(ClinicSession *session, guint days, ClinicReminderOutlook **ret,
                             GError **error)
{
  g_autoptr(ClinicReminderOutlook) o = g_new0(ClinicReminderOutlook, 1);
  o->now = base_clock_now();
  o->people = clinic_reminder_person_table();
  o->rows = g_ptr_array_new_with_free_func((GDestroyNotify)store_reminder_free);
  o->taken = g_hash_table_new(g_int64_hash, g_int64_equal);
  o->sights = g_new0(Sights, 1);
  o->sights->strings = g_ptr_array_new_with_free_func(g_free);
  o->sights->sent = g_array_new(FALSE, FALSE, sizeof(CalendarSent));
  if (!clinic_reminder_policy_load(session, &o->policy, error))
    return FALSE;
  gint64 to = o->now + days * BASE_CLOCK_DAY, holidays = 0;
  if (!clinic_reminder_holiday_calendar(session, o->policy, &holidays, error) ||
      !clinic_reminder_slot_list(session, o->now, to + reach_of(o->policy), holidays, &o->slots,
                                 error) ||
      !see_slots(session, o, error) || !load_rows(session, o, to, error))
    return FALSE;
  note_rows(o);
  o->plan = calendar_plan_make(o->policy, o->sights->appointments, o->slots->len,
                               (const CalendarSent *)(gconstpointer)o->sights->sent->data,
                               o->sights->sent->len, o->now, &o->n);
  mark_all(session, o);
  *ret = g_steal_pointer(&o);
  return TRUE;
}

/* --- messages */

static StoreReminder *
row_of(const ClinicReminderOutlook *o, gsize i)
{
  const CalendarReminder *r = &o->plan[i];
  const ClinicReminderSlot *slot = slot_of(o, r);
  StoreReminder *row = g_new0(StoreReminder, 1);
  row->mark = o->marks[i];
  row->uid = g_strdup(slot->uid);
  row->recurrence = slot->recurrence;
  row->appointment = slot->id;
  row->calendar = slot->calendar;
  row->kind = g_strdup(r->kind);
  row->channel = g_strdup(r->channel);
  row->address = g_strdup(r->address);
  row->template = g_strdup(r->rule->template);
  row->patient = slot->patient;
  row->due = r->due;
  row->starts = slot->start;
  return row;
}

static GPtrArray *
message_with(const ClinicReminderOutlook *o, gsize lead)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)store_reminder_free);
  g_ptr_array_add(rows, row_of(o, lead));
  return rows;
}

GPtrArray *
clinic_reminder_outlook_message(const ClinicReminderOutlook *o, gsize lead)
{
  GPtrArray *rows = message_with(o, lead);
  for (gsize i = 0; i < o->n; i++)
    if (i != lead && o->plan[i].lead == lead && o->plan[i].reason == CALENDAR_PLAN_MERGED)
      g_ptr_array_add(rows, row_of(o, i));
  return rows;
}

GPtrArray *
clinic_reminder_outlook_messages(const ClinicReminderOutlook *o)
{
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  g_autofree GPtrArray **by_lead = g_new0(GPtrArray *, MAX(o->n, 1));
  for (gsize i = 0; i < o->n; i++)
    if (o->plan[i].reason == CALENDAR_PLAN_GOES) {
      by_lead[i] = message_with(o, i);
      g_ptr_array_add(all, by_lead[i]);
    }
  for (gsize i = 0; i < o->n; i++)
    if (o->plan[i].reason == CALENDAR_PLAN_MERGED && by_lead[o->plan[i].lead] != NULL)
      g_ptr_array_add(by_lead[o->plan[i].lead], row_of(o, i));
  return all;
}
