#include <string.h>

#include "clinic/item.h"
#include "clinic/reminder.h"
#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/log.h"
#include "guichet/store/outbox.h"

#define APPROVE_DAY 86400

static gssize
find_plan(const ClinicReminderOutlook *o, gint64 id)
{
  for (gsize i = 0; i < o->n; i++)
    if (o->marks[i] == id)
      return (gssize)i;
  return -1;
}

static gboolean
no_such(gint64 id, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              _("there is no reminder %lld; `guichet reminders preview` lists them"),
              (long long)id);
  return FALSE;
}

gboolean
clinic_reminder_approve_item(ClinicSession *session, const ClinicReminderOutlook *o, gint64 id,
                             gint64 *ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!store_reminder_marked(clinic_session_store(session), id, &rows, error))
    return FALSE;
  if (rows->len > 0) {
    *ret = ((const StoreReminder *)rows->pdata[0])->item;
    return TRUE;
  }
  gssize i = find_plan(o, id);
  if (i < 0)
    return no_such(id, error);
  const CalendarReminder *r = &o->plan[i];
  if (r->reason != CALENDAR_PLAN_GOES && r->reason != CALENDAR_PLAN_MERGED) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT, _("This reminder does not go: %s."),
                calendar_plan_reason(r->reason));
    return FALSE;
  }
  g_autoptr(GPtrArray) message = clinic_reminder_outlook_message(o, r->lead);
  return clinic_reminder_take_up(session, o->policy, message, ret, error);
}

/* What was approved already may still be sent now: the undo window stays. */
static gboolean
hurry(ClinicSession *session, StoreItem *item, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  const BaseConf *conf = clinic_session_conf(session);
  g_autoptr(StoreOutbox) row = NULL;
  gint64 now = base_clock_now();
  if (!store_outbox_of(store, item, &row, error))
    return FALSE;
  row->due = item->due =
      MAX(now, row->signed_at + base_conf_int(conf, BASE_CONF_OUTBOX_UNDO) * BASE_CLOCK_SECOND);
  row->changed_at = now;
  clinic_session_event(session, STORE_EVENT_REMINDER_MOVE, item->id, item->patient, "now");
  return store_outbox_change(store, item, row, error) && store_item_change(store, item, error) &&
         store_reminder_move(store, item->id, row->due, error) && store_tx_commit(store, error);
}

static gboolean
send_now(ClinicSession *session, gint64 id, GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  if (!clinic_item_begin(session, id, 0, &item, error))
    return FALSE;
  if (item->state != CLINIC_STATE_SIGNED)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFLICT,
                        _("This reminder is on its way already, or was settled."));
  else if (hurry(session, item, error))
    return TRUE;
  store_tx_rollback(clinic_session_store(session));
  return FALSE;
}

static gboolean
approve_one(ClinicSession *session, const ClinicReminderOutlook *o, gint64 id, gboolean now,
            GError **error)
{
  g_autoptr(StoreItem) item = NULL;
  gint64 item_id = 0;
  if (!clinic_reminder_approve_item(session, o, id, &item_id, error) ||
      !store_item_load(clinic_session_store(session), item_id, &item, error))
    return FALSE;
  if (item->state == CLINIC_STATE_SIGNED && now)
    return send_now(session, item_id, error);
  if (item->state == CLINIC_STATE_SIGNED) /* another of the same message was named before it */
    return TRUE;
  return clinic_reminder_sign(session, o->policy, item_id, clinic_session_user(session), FALSE, now,
                              error);
}

gboolean
clinic_reminder_approve(ClinicSession *session, const gint64 *ids, guint n, gboolean now,
                        guint *ret_n, GError **error)
{
  g_autoptr(ClinicReminderOutlook) outlook = NULL;
  guint done = 0;
  gboolean ok = clinic_session_require(session, CLINIC_POWER_DESK_SIGN, error) &&
                clinic_reminder_outlook_make(session, CLINIC_REMINDER_AHEAD, &outlook, error);
  for (guint i = 0; ok && i < n; i++) {
    ok = approve_one(session, outlook, ids[i], now, error);
    done += ok ? 1 : 0;
  }
  if (ret_n != NULL)
    *ret_n = done;
  return ok;
}

static gboolean
is_of_day(const ClinicReminderOutlook *o, const ClinicReminder *r, gint64 day)
{
  gint64 local = calendar_zone_local(calendar_policy_zone(o->policy), r->due);
  gboolean open = r->stand == CLINIC_REMINDER_PLANNED || r->stand == CLINIC_REMINDER_WAITING;
  return open && r->lead == r->id && local / APPROVE_DAY - (local % APPROVE_DAY < 0) == day;
}

gboolean
clinic_reminder_approve_day(ClinicSession *session, gint64 day, guint *ret_n, guint *ret_left,
                            GError **error)
{
  g_autoptr(ClinicReminderOutlook) outlook = NULL;
  g_autoptr(GPtrArray) all = NULL;
  *ret_n = *ret_left = 0;
  if (!clinic_session_require(session, CLINIC_POWER_DESK_SIGN, error) ||
      !clinic_reminder_next(session, CLINIC_REMINDER_AHEAD, &all, error) ||
      !clinic_reminder_outlook_make(session, CLINIC_REMINDER_AHEAD, &outlook, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    const ClinicReminder *r = all->pdata[i];
    g_autoptr(GError) why = NULL;
    if (!is_of_day(outlook, r, day))
      continue;
    if (r->mode == CLINIC_REMINDER_BY_HAND) {
      (*ret_left)++;
    } else if (approve_one(session, outlook, r->id, FALSE, &why)) {
      (*ret_n)++;
    } else {
      base_log(BASE_LOG_WARN, "reminder %" G_GINT64_FORMAT " was not approved: %s", r->id,
               why->message);
      (*ret_left)++;
    }
  }
  return TRUE;
}
