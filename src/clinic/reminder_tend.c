#include <string.h>

#include "clinic/item.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/store/outbox.h"

#define TEND_BEHIND (8 * BASE_CLOCK_DAY)
#define TEND_BEFORE (16 * BASE_CLOCK_DAY) /* nothing is approved further ahead */

typedef struct {
  ClinicSession *session;
  CalendarPolicy *policy;
  gint64 now, ahead;
  guint done;
} Tending;

static void
list_unref(gpointer data)
{
  g_ptr_array_unref(data);
}

/* Item → its rows, lent; in the order of the rows. */
static GPtrArray *
by_item(const GPtrArray *rows)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func(list_unref);
  g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < rows->len; i++) {
    StoreReminder *row = rows->pdata[i];
    GPtrArray *group = g_hash_table_lookup(known, &row->item);
    if (group == NULL) {
      group = g_ptr_array_new();
      g_ptr_array_add(groups, group);
      g_hash_table_insert(known, &row->item, group);
    }
    g_ptr_array_add(group, row);
  }
  return groups;
}

/* Somebody else, here or in another process, was first: the next turn sees what they did. */
static gboolean
forgive(const char *what, GError *why, GError **error)
{
  if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFLICT)) {
    g_propagate_error(error, why);
    return FALSE;
  }
  base_log(BASE_LOG_INFO, "%s: %s", what, why->message);
  g_error_free(why);
  return TRUE;
}

/* One message that cannot be made must not keep the others from going: it is planned, and its
 * trouble is told when somebody approves it. */
static gboolean
forgive_one(const char *what, GError *why, GError **error)
{
  if (!g_error_matches(why, BASE_ERROR, BASE_ERROR_DATA) &&
      !g_error_matches(why, BASE_ERROR, BASE_ERROR_DENIED) &&
      !g_error_matches(why, BASE_ERROR, BASE_ERROR_CONFIG))
    return forgive(what, why, error);
  base_log(BASE_LOG_WARN, "%s: %s", what, why->message);
  g_error_free(why);
  return TRUE;
}

static gboolean
take_back(Tending *t, gint64 item, const char *reason, GError **error)
{
  GError *why = NULL;
  if (!clinic_reminder_take_back(t->session, item, reason, &why))
    return forgive("a reminder was not taken back", why, error);
  t->done++;
  return TRUE;
}

/* --- what was approved */

static gboolean
put_off_inside(Tending *t, StoreItem *item, gint64 due, GError **error)
{
  StoreHandle *store = clinic_session_store(t->session);
  g_autoptr(StoreOutbox) row = NULL;
  if (item->state != CLINIC_STATE_SIGNED || !store_outbox_of(store, item, &row, error))
    return FALSE;
  row->due = item->due = due;
  row->changed_at = t->now;
  clinic_session_event(t->session, STORE_EVENT_REMINDER_MOVE, item->id, item->patient, NULL);
  return store_outbox_change(store, item, row, error) && store_item_change(store, item, error) &&
         store_reminder_move(store, item->id, due, error) && store_tx_commit(store, error);
}

/* It was due while nobody sent, and now it is a closed hour. */
static gboolean
put_off(Tending *t, gint64 id, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  GError *why = NULL;
  if (!clinic_item_begin(t->session, id, 0, &item, error))
    return FALSE;
  if (put_off_inside(t, item, calendar_policy_next(t->policy, t->now), &why)) {
    t->done++;
    return TRUE;
  }
  store_tx_rollback(clinic_session_store(t->session));
  return why == NULL || forgive("a reminder was not put off", why, error);
}

static gboolean
look_after(Tending *t, const GPtrArray *rows, GError **error)
{
  const StoreReminder *lead = rows->pdata[0];
  ClinicReminderHold hold = CLINIC_REMINDER_HOLDS;
  const char *why = NULL;
  if (lead->state != CLINIC_STATE_SIGNED && lead->state != CLINIC_STATE_FAILED)
    return TRUE;
  if (!clinic_reminder_hold_ask(t->session, t->policy, rows, &hold, &why, error))
    return FALSE;
  if (hold == CLINIC_REMINDER_OVER)
    return take_back(t, lead->item, why, error);
  gboolean rests = hold == CLINIC_REMINDER_RESTS && lead->due <= t->now;
  return !rests || lead->state != CLINIC_STATE_SIGNED || put_off(t, lead->item, error);
}

static gboolean
tend_approved(Tending *t, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL, groups = NULL;
  if (!store_reminder_due(clinic_session_store(t->session), t->now - TEND_BEHIND,
                          t->now + TEND_BEFORE, &rows, error))
    return FALSE;
  groups = by_item(rows);
  for (guint i = 0; i < groups->len; i++)
    if (!look_after(t, groups->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* --- what waits, and what is new */

static gint
by_mark(gconstpointer a, gconstpointer b)
{
  const StoreReminder *const *left = a, *const *right = b;
  return ((*left)->mark > (*right)->mark) - ((*left)->mark < (*right)->mark);
}

/* Two messages with one name say the same to the same people. */
static char *
message_name(const GPtrArray *rows)
{
  GString *name = g_string_new(NULL);
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add(sorted, rows->pdata[i]);
  g_ptr_array_sort(sorted, by_mark);
  for (guint i = 0; i < sorted->len; i++) {
    const StoreReminder *row = sorted->pdata[i];
    g_string_append_printf(name, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s\n", row->mark,
                           row->starts, row->channel, row->address, row->template);
  }
  return g_string_free(name, FALSE);
}

/* The order is carried out once: what a person took back from it stays theirs. */
static gboolean
obey(Tending *t, gint64 id, const char *template, GError **error)
{
  gint64 who = 0;
  GError *why = NULL;
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_reminder_mode_order(t->session, template, &who, error))
    return FALSE;
  if (who == 0)
    return TRUE;
  if (!store_item_load(clinic_session_store(t->session), id, &item, error))
    return FALSE;
  if (item->version != 1 || item->state != CLINIC_STATE_READY)
    return TRUE;
  if (!clinic_reminder_sign(t->session, t->policy, id, who, TRUE, FALSE, &why))
    return forgive_one("a reminder was not approved by order", why, error);
  t->done++;
  return TRUE;
}

static gboolean
take_up(Tending *t, const GPtrArray *rows, GError **error)
{
  const StoreReminder *lead = rows->pdata[0];
  gint64 item = 0;
  GError *why = NULL;
  if (!clinic_reminder_take_up(t->session, t->policy, rows, &item, &why))
    return forgive_one("a reminder was not taken up", why, error);
  t->done++;
  return obey(t, item, lead->template, error);
}

/* Those that the plan still has stay; the others go back. */
static gboolean
look_at_waiting(Tending *t, const GPtrArray *rows, GHashTable *planned, GError **error)
{
  const StoreReminder *lead = rows->pdata[0];
  ClinicReminderHold hold = CLINIC_REMINDER_HOLDS;
  const char *why = NULL;
  g_autofree char *name = message_name(rows);
  if (lead->state != CLINIC_STATE_READY)
    return TRUE;
  if (g_hash_table_remove(planned, name))
    return obey(t, lead->item, lead->template, error);
  if (!clinic_reminder_hold_ask(t->session, t->policy, rows, &hold, &why, error))
    return FALSE;
  if (hold != CLINIC_REMINDER_OVER && clinic_reminder_message_is_cancel(lead->kind))
    return obey(t, lead->item, lead->template, error);
  return take_back(t, lead->item, why != NULL ? why : N_("the plan has changed"), error);
}

static gboolean
tend_planned(Tending *t, GError **error)
{
  g_autoptr(ClinicReminderOutlook) outlook = NULL;
  guint days = (guint)(t->ahead / BASE_CLOCK_DAY) + 1;
  if (!clinic_reminder_outlook_make(t->session, days, &outlook, error))
    return FALSE;
  g_autoptr(GPtrArray) messages = clinic_reminder_outlook_messages(outlook);
  g_autoptr(GPtrArray) groups = by_item(outlook->rows);
  g_autoptr(GHashTable) planned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < messages->len; i++)
    g_hash_table_insert(planned, message_name(messages->pdata[i]), messages->pdata[i]);
  for (guint i = 0; i < groups->len; i++)
    if (!look_at_waiting(t, groups->pdata[i], planned, error))
      return FALSE;
  for (guint i = 0; i < messages->len; i++) { /* in the order of the plan */
    const StoreReminder *lead = ((const GPtrArray *)messages->pdata[i])->pdata[0];
    g_autofree char *name = message_name(messages->pdata[i]);
    if (lead->due > t->now + t->ahead || !g_hash_table_contains(planned, name))
      continue;
    if (!take_up(t, messages->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* --- cancellations */

static gboolean
went(const StoreReminder *row)
{
  return row->state == CLINIC_STATE_DELIVERED || row->state == CLINIC_STATE_SENDING ||
         row->state == CLINIC_STATE_AMBIGUOUS;
}

/* The last thing that this patient was told of it, or is about to be. */
static gboolean
told_last(Tending *t, const StoreReminder *of, const StoreReminder **ret, GPtrArray **ret_rows,
          GError **error)
{
  *ret = NULL;
  if (!store_reminder_of_event(clinic_session_store(t->session), of->uid, of->recurrence, ret_rows,
                               error))
    return FALSE;
  for (guint i = 0; i < (*ret_rows)->len; i++) {
    const StoreReminder *row = (*ret_rows)->pdata[i];
    gboolean counts = went(row) || clinic_reminder_message_is_cancel(row->kind);
    if (counts && row->patient == of->patient && (*ret == NULL || row->sequence > (*ret)->sequence))
      *ret = row;
  }
  return TRUE;
}

static gboolean
cancel_one(Tending *t, const StoreReminder *of, GError **error)
{
  g_autoptr(ClinicReminderSlot) slot = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  const StoreReminder *last = NULL;
  if (!clinic_reminder_slot_find(t->session, of, &slot, error))
    return FALSE;
  if (slot != NULL && !slot->cancelled && slot->patient == of->patient)
    return TRUE;
  if (!told_last(t, of, &last, &rows, error))
    return FALSE;
  if (last == NULL || last->id != of->id || clinic_reminder_message_is_cancel(last->kind))
    return TRUE;
  StoreReminder *row = g_memdup2(of, sizeof *of);
  row->uid = g_strdup(of->uid);
  row->kind = g_strdup_printf("cancel:%" G_GINT64_FORMAT, of->sequence);
  row->channel = g_strdup(of->channel);
  row->address = g_strdup(of->address);
  row->template = g_strdup("cancel");
  row->code = NULL;
  row->due = calendar_policy_next(t->policy, t->now);
  g_autoptr(GPtrArray) message =
      g_ptr_array_new_with_free_func((GDestroyNotify)store_reminder_free);
  g_ptr_array_add(message, row);
  return take_up(t, message, error);
}

static gboolean
tend_cancelled(Tending *t, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!store_reminder_starting(clinic_session_store(t->session), t->now + 1, G_MAXINT64, &rows,
                               error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (went(rows->pdata[i]) && !cancel_one(t, rows->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
clinic_reminder_tend(ClinicSession *session, guint *ret_done, GError **error)
{
  Tending t = {.session = session, .now = base_clock_now()};
  const BaseConf *conf = clinic_session_conf(session);
  t.ahead = base_conf_int(conf, BASE_CONF_REMINDER_AHEAD) * BASE_CLOCK_HOUR;
  gboolean ok = clinic_session_require(session, CLINIC_POWER_WORK, error) &&
                clinic_reminder_policy_load(session, &t.policy, error);
  ok = ok && tend_approved(&t, error) && tend_planned(&t, error) && tend_cancelled(&t, error);
  calendar_policy_free(t.policy);
  if (ok && ret_done != NULL)
    *ret_done = t.done;
  return ok;
}
