#include "clinic/reminder.h"

#include <string.h>

#include "clinic/session.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/patient.h"
#include "guichet/clinic/way.h"
#include "guichet/store/revision.h"

#define REMINDER_DAYS_MOST 60u
#define REMINDER_NOTE (10 * BASE_CLOCK_MINUTE)

static const struct {
  const char *word, *title;
} STANDS[CLINIC_REMINDER_N] = {
    [CLINIC_REMINDER_PLANNED] = {"planned", N_("planned")},
    [CLINIC_REMINDER_WAITING] = {"waiting", N_("to approve")},
    [CLINIC_REMINDER_APPROVED] = {"approved", N_("approved")},
    [CLINIC_REMINDER_SENDING] = {"sending", N_("sending")},
    [CLINIC_REMINDER_SENT] = {"sent", N_("sent")},
    [CLINIC_REMINDER_FAILED] = {"failed", N_("failed")},
    [CLINIC_REMINDER_DOUBTFUL] = {"ambiguous", N_("ambiguous")},
    [CLINIC_REMINDER_SKIPPED] = {"skipped", N_("skipped")},
    [CLINIC_REMINDER_NOT] = {"not", N_("does not go")},
};

/* What the state of its item says of a reminder. */
static const ClinicReminderStand BY_STATE[CLINIC_STATE_N] = {
    [CLINIC_STATE_DRAFTING] = CLINIC_REMINDER_WAITING,
    [CLINIC_STATE_READY] = CLINIC_REMINDER_WAITING,
    [CLINIC_STATE_REVIEWING] = CLINIC_REMINDER_WAITING,
    [CLINIC_STATE_ESCALATED] = CLINIC_REMINDER_WAITING,
    [CLINIC_STATE_SIGNED] = CLINIC_REMINDER_APPROVED,
    [CLINIC_STATE_SENDING] = CLINIC_REMINDER_SENDING,
    [CLINIC_STATE_DELIVERED] = CLINIC_REMINDER_SENT,
    [CLINIC_STATE_AMBIGUOUS] = CLINIC_REMINDER_DOUBTFUL,
    [CLINIC_STATE_FAILED] = CLINIC_REMINDER_FAILED,
    [CLINIC_STATE_REJECTED] = CLINIC_REMINDER_SKIPPED,
};

const char *
clinic_reminder_stand_word(ClinicReminderStand stand)
{
  return stand < CLINIC_REMINDER_N ? STANDS[stand].word : "?";
}

const char *
clinic_reminder_stand_title(ClinicReminderStand stand)
{
  return stand < CLINIC_REMINDER_N ? _(STANDS[stand].title) : "?";
}

void
clinic_reminder_free(ClinicReminder *reminder)
{
  if (reminder == NULL)
    return;
  g_free(reminder->patient_name);
  g_free(reminder->kind);
  g_free(reminder->channel);
  g_free(reminder->address);
  g_free(reminder->template);
  g_free(reminder->place);
  g_free(reminder->why);
  g_free(reminder);
}

static void
reminder_unref(gpointer data)
{
  clinic_reminder_free(data);
}

/* --- listing */

typedef struct {
  ClinicSession *session;
  GHashTable *people;
  GHashTable *addresses; /* folded address → patient, or 0 where they are several */
  GPtrArray *list;
} Listing;

static void
listing_clear(Listing *l)
{
  g_clear_pointer(&l->people, g_hash_table_unref);
  g_clear_pointer(&l->addresses, g_hash_table_unref);
  g_clear_pointer(&l->list, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

static Listing
listing_new(ClinicSession *session)
{
  return (Listing){.session = session,
                   .people = clinic_reminder_person_table(),
                   .addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
                   .list = g_ptr_array_new_with_free_func(reminder_unref)};
}

static char *
address_key(const ClinicReminder *r)
{
  const ClinicWay way = {r->channel, r->address};
  g_autofree char *folded = clinic_way_fold(&way);
  return g_strconcat(r->channel, " ", folded, NULL);
}

static void
note_address(Listing *l, const ClinicReminder *r)
{
  if (*r->address == '\0')
    return;
  char *key = address_key(r);
  gint64 *patient = g_hash_table_lookup(l->addresses, key);
  if (patient == NULL) {
    g_hash_table_insert(l->addresses, key, g_memdup2(&r->patient, sizeof r->patient));
    return;
  }
  *patient = *patient == r->patient ? r->patient : 0;
  g_free(key);
}

static void
mark_shared(Listing *l)
{
  for (guint i = 0; i < l->list->len; i++) {
    ClinicReminder *r = l->list->pdata[i];
    if (*r->address == '\0')
      continue;
    g_autofree char *key = address_key(r);
    const gint64 *patient = g_hash_table_lookup(l->addresses, key);
    r->shared = patient != NULL && *patient == 0;
  }
}

/* What one item carries is one message: the first of the list leads it. */
static void
mark_leads(Listing *l)
{
  g_autoptr(GHashTable) leads = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint i = 0; i < l->list->len; i++) {
    ClinicReminder *r = l->list->pdata[i];
    const ClinicReminder *lead = r->item != 0 ? g_hash_table_lookup(leads, &r->item) : NULL;
    if (lead != NULL)
      r->lead = lead->id;
    else if (r->item != 0) {
      r->lead = r->id;
      g_hash_table_insert(leads, &r->item, r);
    }
  }
}

/* What is the same of one that is planned and of one that was taken up. */
static gboolean
add(Listing *l, ClinicReminder *made_taken, GError **error)
{
  g_autoptr(ClinicReminder) r = made_taken;
  const ClinicReminderPerson *person = NULL;
  if (!clinic_reminder_person_find(l->session, l->people, r->patient, &person, error) ||
      !clinic_reminder_mode_get(l->session, r->template, &r->mode, NULL, error))
    return FALSE;
  r->restricted = person != NULL && person->plan.restricted;
  r->patient_name = g_strdup(clinic_patient_name(l->session, r->patient));
  note_address(l, r);
  g_ptr_array_add(l->list, g_steal_pointer(&r));
  return TRUE;
}

static char *
trouble_of(ClinicSession *session, gint64 item)
{
  g_autoptr(ClinicItem) row = NULL;
  if (!clinic_item_load(session, item, &row, NULL))
    return g_strdup("");
  return g_strdup(row->reason);
}

static ClinicReminder *
from_row(ClinicSession *session, const StoreReminder *row)
{
  ClinicReminderStand stand = row->state >= 0 && row->state < CLINIC_STATE_N
                                  ? BY_STATE[row->state]
                                  : CLINIC_REMINDER_WAITING;
  gboolean told = stand == CLINIC_REMINDER_FAILED || stand == CLINIC_REMINDER_DOUBTFUL ||
                  stand == CLINIC_REMINDER_SKIPPED;
  const ClinicReminder made = {.id = row->mark,
                               .lead = row->mark,
                               .item = row->item,
                               .stand = stand,
                               .reason = stand == CLINIC_REMINDER_SENT ? CALENDAR_PLAN_SENT
                                                                       : CALENDAR_PLAN_GOES,
                               .due = stand == CLINIC_REMINDER_SENT ? row->since : row->due,
                               .starts = row->starts,
                               .patient = row->patient,
                               .kind = g_strdup(row->kind),
                               .channel = g_strdup(row->channel),
                               .address = g_strdup(row->address),
                               .template = g_strdup(row->template),
                               .place = g_strdup(""),
                               .answer = row->answer > 0 && row->answer < CLINIC_REMINDER_ANSWER_N
                                             ? (ClinicReminderAnswer)row->answer
                                             : CLINIC_REMINDER_SILENT,
                               .answered = row->answered,
                               .why = told ? trouble_of(session, row->item) : g_strdup("")};
  return g_memdup2(&made, sizeof made);
}

static ClinicReminder *
from_plan(const ClinicReminderOutlook *o, gsize i)
{
  const CalendarReminder *r = &o->plan[i];
  const CalendarOccurrence *occurrence = r->appointment->occurrence;
  gboolean goes = r->reason == CALENDAR_PLAN_GOES || r->reason == CALENDAR_PLAN_MERGED;
  const ClinicReminder made = {
      .id = o->marks[i],
      .lead = o->marks[r->lead],
      .stand = goes ? CLINIC_REMINDER_PLANNED : CLINIC_REMINDER_NOT,
      .reason = r->reason,
      .due = goes ? r->due : r->wanted,
      .starts = occurrence->start.instant,
      .patient = r->appointment->patient != NULL
                     ? g_ascii_strtoll(r->appointment->patient->id, NULL, 10)
                     : 0,
      .kind = g_strdup(r->kind),
      .channel = g_strdup(r->channel != NULL ? r->channel : ""),
      .address = g_strdup(r->address != NULL ? r->address : ""),
      .template = g_strdup(r->rule->template),
      .place = g_strdup(occurrence->detail->location != NULL ? occurrence->detail->location : ""),
      .why = g_strdup(goes ? "" : calendar_plan_reason(r->reason))};
  return g_memdup2(&made, sizeof made);
}

/* One that waits for an approval goes when the plan says. */
static ClinicReminder *
from_both(ClinicSession *session, const ClinicReminderOutlook *o, gsize i, const StoreReminder *row)
{
  ClinicReminder *planned = from_plan(o, i);
  if (row == NULL)
    return planned;
  if (row->state == CLINIC_STATE_READY && planned->stand == CLINIC_REMINDER_PLANNED) {
    planned->stand = CLINIC_REMINDER_WAITING;
    planned->item = row->item;
    return planned;
  }
  ClinicReminder *taken = from_row(session, row);
  g_free(taken->place);
  taken->place = g_steal_pointer(&planned->place);
  clinic_reminder_free(planned);
  return taken;
}

static gint
by_due(gconstpointer a, gconstpointer b)
{
  const ClinicReminder *const *left = a, *const *right = b;
  if ((*left)->due != (*right)->due)
    return (*left)->due < (*right)->due ? -1 : 1;
  if ((*left)->starts != (*right)->starts)
    return (*left)->starts < (*right)->starts ? -1 : 1;
  return ((*left)->id > (*right)->id) - ((*left)->id < (*right)->id);
}

static gint
by_due_down(gconstpointer a, gconstpointer b)
{
  return by_due(b, a);
}

/* Still to come, or not done yet. */
static gboolean
is_next(const ClinicReminder *r, gint64 now, gint64 to)
{
  switch (r->stand) {
  case CLINIC_REMINDER_PLANNED:
  case CLINIC_REMINDER_WAITING:
  case CLINIC_REMINDER_APPROVED:
  case CLINIC_REMINDER_SENDING:
    return r->due < to;
  case CLINIC_REMINDER_NOT:
  case CLINIC_REMINDER_SKIPPED:
    return r->due >= now && r->due < to;
  default:
    return FALSE;
  }
}

static gboolean
list_next(Listing *l, const ClinicReminderOutlook *o, gint64 to, GError **error)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (gsize i = 0; i < o->n; i++) {
    const StoreReminder *row = g_hash_table_lookup(o->taken, &o->marks[i]);
    ClinicReminder *made = from_both(l->session, o, i, row);
    g_hash_table_add(seen, &o->marks[i]);
    if (!is_next(made, o->now, to))
      clinic_reminder_free(made);
    else if (!add(l, made, error))
      return FALSE;
  }
  for (guint i = 0; i < o->rows->len; i++) {
    const StoreReminder *row = o->rows->pdata[i];
    if (g_hash_table_contains(seen, &row->mark))
      continue;
    ClinicReminder *made = from_row(l->session, row);
    if (!is_next(made, o->now, to))
      clinic_reminder_free(made);
    else if (!add(l, made, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
note_reading(ClinicSession *session, const char *detail, GError **error)
{
  const StoreEvent event = {STORE_EVENT_REMINDER_READ, clinic_session_user(session), 0, 0, detail};
  return store_tx_note(clinic_session_store(session), &event, error);
}

/* A screen reads anew whenever anything has changed: one event says so for ten minutes. */
static gboolean
note_listing(ClinicSession *session, const char *detail, GError **error)
{
  gint64 now = base_clock_monotonic();
  if (session->reminded_at != 0 && now - session->reminded_at < REMINDER_NOTE)
    return TRUE;
  if (!note_reading(session, detail, error))
    return FALSE;
  session->reminded_at = now;
  return TRUE;
}

gboolean
clinic_reminder_next(ClinicSession *session, guint days, GPtrArray **ret, GError **error)
{
  g_autoptr(ClinicReminderOutlook) outlook = NULL;
  g_auto(Listing) l = listing_new(session);
  days = MIN(days, REMINDER_DAYS_MOST);
  if (!clinic_session_require(session, CLINIC_POWER_REMINDER_SEE, error) ||
      !clinic_reminder_outlook_make(session, days, &outlook, error) ||
      !list_next(&l, outlook, outlook->now + days * BASE_CLOCK_DAY, error) ||
      !note_listing(session, "list", error))
    return FALSE;
  g_ptr_array_sort(l.list, by_due);
  mark_leads(&l);
  mark_shared(&l);
  *ret = g_steal_pointer(&l.list);
  return TRUE;
}

gboolean
clinic_reminder_past(ClinicSession *session, guint days, GPtrArray **ret, GError **error)
{
  g_auto(Listing) l = listing_new(session);
  g_autoptr(GPtrArray) rows = NULL;
  gint64 now = base_clock_now();
  days = MIN(days, REMINDER_DAYS_MOST);
  if (!clinic_session_require(session, CLINIC_POWER_REMINDER_SEE, error) ||
      !store_reminder_due(clinic_session_store(session), now - days * BASE_CLOCK_DAY, now + 1,
                          &rows, error) ||
      !note_listing(session, "list", error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    ClinicReminder *made = from_row(session, rows->pdata[i]);
    if (made->stand < CLINIC_REMINDER_SENT)
      clinic_reminder_free(made);
    else if (!add(&l, made, error))
      return FALSE;
  }
  g_ptr_array_sort(l.list, by_due_down);
  mark_leads(&l);
  mark_shared(&l);
  *ret = g_steal_pointer(&l.list);
  return TRUE;
}

gboolean
clinic_reminder_about(ClinicSession *session, const char *uid, gint64 recurrence, GPtrArray **ret,
                      GError **error)
{
  g_auto(Listing) l = listing_new(session);
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_REMINDER_SEE, error) ||
      !store_reminder_of_event(clinic_session_store(session), uid, recurrence, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!add(&l, from_row(session, rows->pdata[i]), error))
      return FALSE;
  *ret = g_steal_pointer(&l.list);
  return TRUE;
}

gboolean
clinic_reminder_day(ClinicSession *session, gint64 at, gint64 *ret, GError **error)
{
  g_autoptr(CalendarPolicy) policy = NULL;
  if (!clinic_reminder_policy_load(session, &policy, error))
    return FALSE;
  gint64 local = calendar_zone_local(calendar_policy_zone(policy), at);
  *ret = local / 86400 - (local % 86400 < 0);
  return TRUE;
}

/* --- the message */

static gboolean
text_of_item(ClinicSession *session, gint64 id, char **ret, GError **error)
{
  StoreHandle *store = clinic_session_store(session);
  g_autoptr(StoreItem) item = NULL;
  g_autoptr(StoreRevision) revision = NULL;
  if (!store_item_load(store, id, &item, error) ||
      !store_revision_load(store, item, item->revision, &revision, error))
    return FALSE;
  const StoreEvent event = {STORE_EVENT_ITEM_READ, clinic_session_user(session), id, item->patient,
                            NULL};
  if (!store_tx_note(store, &event, error))
    return FALSE;
  *ret = g_strdup(revision->text);
  return TRUE;
}

static gboolean
text_of_plan(ClinicSession *session, gint64 id, char **ret, GError **error)
{
  g_autoptr(ClinicReminderOutlook) o = NULL;
  g_autoptr(ClinicReminderMessage) message = NULL;
  if (!clinic_reminder_outlook_make(session, REMINDER_DAYS_MOST, &o, error))
    return FALSE;
  for (gsize i = 0; i < o->n; i++) {
    if (o->marks[i] != id)
      continue;
    if (o->plan[i].reason != CALENDAR_PLAN_GOES && o->plan[i].reason != CALENDAR_PLAN_MERGED) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_CONFLICT, _("This reminder does not go: %s."),
                  calendar_plan_reason(o->plan[i].reason));
      return FALSE;
    }
    g_autoptr(GPtrArray) rows = clinic_reminder_outlook_message(o, o->plan[i].lead);
    if (!clinic_reminder_message_make(session, o->policy, rows, "········", o->now, &message,
                                      error) ||
        !note_reading(session, "text", error))
      return FALSE;
    *ret = g_steal_pointer(&message->text);
    return TRUE;
  }
  g_set_error(error, BASE_ERROR, BASE_ERROR_NO_INPUT,
              _("there is no reminder %lld; `guichet reminders preview` lists them"),
              (long long)id);
  return FALSE;
}

gboolean
clinic_reminder_text(ClinicSession *session, gint64 id, char **ret, GError **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_REMINDER_SEE, error) ||
      !store_reminder_marked(clinic_session_store(session), id, &rows, error))
    return FALSE;
  if (rows->len > 0)
    return text_of_item(session, ((const StoreReminder *)rows->pdata[0])->item, ret, error);
  return text_of_plan(session, id, ret, error);
}
