/* See guichet/calendar/plan.h. */
#include "guichet/calendar/plan.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/i18n.h"

enum { DAY = 86400, CAP_DAYS = 14 };

typedef struct {
  const CalendarPolicy *policy;
  gint64 now;
  GHashTable *sent;  /* identities */
  GHashTable *days;  /* "patient day" → messages on it */
  GArray *reminders; /* CalendarReminder */
  GArray *until;     /* gint64, beside each: it must go before this */
} Plan;

static gint64
rid_of(const CalendarOccurrence *o)
{
  return o->recurring ? o->recurrence_id.instant : CALENDAR_PLAN_SINGLE;
}

static char *
identity(const char *uid, gint64 rid, const char *kind)
{
  return g_strdup_printf("%s\x1f%" G_GINT64_FORMAT "\x1f%s", uid, rid, kind);
}

static gint64
day_of(const Plan *p, gint64 at)
{
  gint64 local = calendar_zone_local(calendar_policy_zone(p->policy), at);
  return local / DAY - (local % DAY < 0);
}

static char *
day_key(const Plan *p, const char *patient, gint64 at)
{
  return g_strdup_printf("%s\x1f%" G_GINT64_FORMAT, patient, day_of(p, at));
}

static guint
on_day(const Plan *p, const char *patient, gint64 at)
{
  g_autofree char *key = day_key(p, patient, at);
  return GPOINTER_TO_UINT(g_hash_table_lookup(p->days, key));
}

static void
count_day(Plan *p, const char *patient, gint64 at)
{
  char *key = day_key(p, patient, at);
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(p->days, key));
  g_hash_table_replace(p->days, key, GUINT_TO_POINTER(n + 1));
}

static void
note_sent(Plan *p, const CalendarSent *sent, gsize n)
{
  g_autoptr(GHashTable) messages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < n; i++) {
    g_hash_table_add(p->sent, identity(sent[i].uid, sent[i].recurrence_id, sent[i].kind));
    char *message = g_strdup_printf("%s\x1f%" G_GINT64_FORMAT, sent[i].patient, sent[i].at);
    if (g_hash_table_add(messages, message))
      count_day(p, sent[i].patient, sent[i].at);
  }
}

/* The patient's first way that the policy knows. */
static void
choose_channel(CalendarReminder *r)
{
  const CalendarPatient *patient = r->appointment->patient;
  for (gsize i = 0; i < patient->n_addresses; i++)
    for (gsize k = 0; k < r->rule->n_channels; k++)
      if (strcmp(patient->addresses[i].channel, r->rule->channels[k]) == 0) {
        r->channel = patient->addresses[i].channel;
        r->address = patient->addresses[i].address;
        return;
      }
}

/* What forbids all reminders of an appointment. */
static CalendarPlanReason
forbidden(const Plan *p, const CalendarAppointment *a)
{
  if (a->occurrence->detail->status == CALENDAR_STATUS_CANCELLED)
    return CALENDAR_PLAN_CANCELLED;
  if (a->checked_in)
    return CALENDAR_PLAN_CHECKED_IN;
  if (a->occurrence->start.instant <= p->now)
    return CALENDAR_PLAN_PAST;
  if (a->patient == NULL)
    return CALENDAR_PLAN_NO_PATIENT;
  return a->patient->opted_out ? CALENDAR_PLAN_OPTED_OUT : CALENDAR_PLAN_GOES;
}

static gint64
wanted_at(const Plan *p, gint64 start, const CalendarPolicyOffset *offset)
{
  const CalendarZone *zone = calendar_policy_zone(p->policy);
  if (!offset->days)
    return start - offset->span;
  gint64 local = calendar_zone_local(zone, start) - offset->span / BASE_CLOCK_SECOND;
  return calendar_zone_instant(zone, local);
}

/* When the nearer reminder goes, or the last moment there is. */
static gint64
bound_of(const Plan *p, const CalendarPolicyRule *rule, gsize i, gint64 start)
{
  gint64 last = start - calendar_policy_latest(p->policy);
  if (i + 1 >= rule->n_offsets)
    return last;
  gint64 next = calendar_policy_open(p->policy, wanted_at(p, start, &rule->offsets[i + 1]));
  return MIN(next - 1, last);
}

static void
decide(const Plan *p, CalendarReminder *r, gint64 until)
{
  gint64 start = r->appointment->occurrence->start.instant;
  gint64 due = calendar_policy_open(p->policy, r->wanted);
  if (due < start - calendar_policy_earliest(p->policy))
    r->reason = CALENDAR_PLAN_EARLY;
  else if (due < r->appointment->known)
    r->reason = CALENDAR_PLAN_UNKNOWN;
  else if (due > start - calendar_policy_latest(p->policy))
    r->reason = CALENDAR_PLAN_LATE;
  else if (due > until)
    r->reason = CALENDAR_PLAN_SUPERSEDED;
  if (r->reason != CALENDAR_PLAN_GOES)
    return;
  if (due < p->now)
    due = calendar_policy_next(p->policy, p->now);
  if (due > until)
    r->reason = due > start - calendar_policy_latest(p->policy) ? CALENDAR_PLAN_LATE
                                                                : CALENDAR_PLAN_SUPERSEDED;
  r->due = due;
}

static void
add_reminders(Plan *p, const CalendarAppointment *a)
{
  const CalendarOccurrence *o = a->occurrence;
  const char *language = a->patient != NULL ? a->patient->language : NULL;
  const char *kind = calendar_policy_kind(p->policy, o->detail->categories);
  const CalendarPolicyRule *rule = calendar_policy_rule(p->policy, kind, language);
  for (gsize i = 0; i < rule->n_offsets; i++) {
    CalendarReminder r = {.appointment = a, .rule = rule, .kind = rule->offsets[i].name};
    gint64 until = bound_of(p, rule, i, o->start.instant);
    r.wanted = wanted_at(p, o->start.instant, &rule->offsets[i]);
    r.lead = p->reminders->len;
    g_autofree char *name = identity(o->detail->uid, rid_of(o), r.kind);
    r.reason = forbidden(p, a);
    if (a->patient != NULL)
      choose_channel(&r);
    if (g_hash_table_contains(p->sent, name))
      r.reason = CALENDAR_PLAN_SENT;
    else if (r.reason == CALENDAR_PLAN_GOES && r.channel == NULL)
      r.reason = CALENDAR_PLAN_NO_ADDRESS;
    if (r.reason == CALENDAR_PLAN_GOES)
      decide(p, &r, until);
    g_array_append_val(p->reminders, r);
    g_array_append_val(p->until, until);
  }
}

/* --- merging */

/* What goes in one message: one address' reminders of one kind for one day. */
static char *
message_key(const Plan *p, const CalendarReminder *r)
{
  const CalendarPatient *patient = r->appointment->patient;
  gboolean shared = patient->household != NULL && !patient->restricted;
  g_autofree char *address = g_utf8_strdown(r->address, -1); /* one household, two addresses */
  return g_strdup_printf("%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%" G_GINT64_FORMAT,
                         shared ? "h" : "p", shared ? patient->household : patient->id, r->kind,
                         r->channel, address, r->rule->template,
                         patient->language != NULL ? patient->language : "",
                         day_of(p, r->appointment->occurrence->start.instant));
}

static int
compare(const CalendarReminder *a, const CalendarReminder *b)
{
  const CalendarOccurrence *p = a->appointment->occurrence, *q = b->appointment->occurrence;
  if (a->due != b->due)
    return a->due < b->due ? -1 : 1;
  if (p->start.instant != q->start.instant)
    return p->start.instant < q->start.instant ? -1 : 1;
  int by_uid = strcmp(p->detail->uid, q->detail->uid);
  return by_uid != 0 ? by_uid : (rid_of(p) > rid_of(q)) - (rid_of(p) < rid_of(q));
}

static void
merge(Plan *p)
{
  g_autoptr(GHashTable) leads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  CalendarReminder *all = (CalendarReminder *)(void *)p->reminders->data;
  for (guint i = 0; i < p->reminders->len; i++) {
    if (all[i].reason != CALENDAR_PLAN_GOES)
      continue;
    char *key = message_key(p, &all[i]);
    gpointer found = NULL;
    if (!g_hash_table_lookup_extended(leads, key, NULL, &found) ||
        compare(&all[i], &all[GPOINTER_TO_UINT(found)]) < 0)
      g_hash_table_replace(leads, key, GUINT_TO_POINTER(i));
    else
      g_free(key);
  }
  for (guint i = 0; i < p->reminders->len; i++) {
    if (all[i].reason != CALENDAR_PLAN_GOES)
      continue;
    g_autofree char *key = message_key(p, &all[i]);
    all[i].lead = GPOINTER_TO_UINT(g_hash_table_lookup(leads, key));
    if (all[i].lead != i)
      all[i].reason = CALENDAR_PLAN_MERGED;
  }
  for (guint i = 0; i < p->reminders->len; i++) { /* all must bear the time of the message */
    gint64 *until = &g_array_index(p->until, gint64, all[i].lead);
    if (all[i].reason == CALENDAR_PLAN_MERGED)
      *until = MIN(*until, g_array_index(p->until, gint64, i));
  }
}

/* --- the cap */

typedef struct {
  const CalendarReminder *reminder;
  gsize index;
} Turn;

static int
compare_turns(gconstpointer a, gconstpointer b)
{
  const Turn *p = a, *q = b;
  return compare(p->reminder, q->reminder);
}

/* Those whom a message reaches, each once. */
static GPtrArray *
patients_of(const Plan *p, GArray *members)
{
  GPtrArray *list = g_ptr_array_new();
  for (guint i = 0; i < members->len; i++) {
    const CalendarReminder *r =
        &g_array_index(p->reminders, CalendarReminder, g_array_index(members, gsize, i));
    gboolean there = FALSE;
    for (guint k = 0; k < list->len && !there; k++)
      there = strcmp(list->pdata[k], r->appointment->patient->id) == 0;
    if (!there)
      g_ptr_array_add(list, (gpointer)(guintptr)r->appointment->patient->id);
  }
  return list;
}

static gboolean
full(const Plan *p, const GPtrArray *patients, gint64 at)
{
  for (guint i = 0; i < patients->len; i++)
    if (on_day(p, patients->pdata[i], at) >= calendar_policy_cap(p->policy))
      return TRUE;
  return FALSE;
}

static void
settle(Plan *p, gsize lead, GArray *members)
{
  CalendarReminder *r = &g_array_index(p->reminders, CalendarReminder, lead);
  g_autoptr(GPtrArray) patients = patients_of(p, members);
  const CalendarZone *zone = calendar_policy_zone(p->policy);
  gint64 due = r->due, until = g_array_index(p->until, gint64, lead);
  for (int i = 0; i < CAP_DAYS && full(p, patients, due); i++)
    due = calendar_policy_next(p->policy, calendar_zone_instant(zone, (day_of(p, due) + 1) * DAY));
  gboolean goes = due <= until && !full(p, patients, due);
  for (guint i = 0; i < members->len; i++) {
    CalendarReminder *m =
        &g_array_index(p->reminders, CalendarReminder, g_array_index(members, gsize, i));
    m->due = goes ? due : 0;
    if (!goes)
      m->reason = CALENDAR_PLAN_CAP;
  }
  for (guint i = 0; goes && i < patients->len; i++)
    count_day(p, patients->pdata[i], due);
}

static void
free_array(gpointer array)
{
  g_array_unref(array);
}

static void
cap(Plan *p)
{
  g_autoptr(GArray) turns = g_array_new(FALSE, FALSE, sizeof(Turn));
  g_autoptr(GHashTable) members =
      g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_array);
  for (gsize i = 0; i < p->reminders->len; i++) {
    const CalendarReminder *r = &g_array_index(p->reminders, CalendarReminder, i);
    Turn turn = {r, i};
    if (r->reason == CALENDAR_PLAN_GOES)
      g_array_append_val(turns, turn);
    if (r->reason != CALENDAR_PLAN_GOES && r->reason != CALENDAR_PLAN_MERGED)
      continue;
    GArray *list = g_hash_table_lookup(members, GSIZE_TO_POINTER(r->lead));
    if (list == NULL) {
      list = g_array_new(FALSE, FALSE, sizeof(gsize));
      g_hash_table_insert(members, GSIZE_TO_POINTER(r->lead), list);
    }
    g_array_append_val(list, i);
  }
  g_array_sort(turns, compare_turns);
  for (guint i = 0; i < turns->len; i++) {
    gsize lead = g_array_index(turns, Turn, i).index;
    settle(p, lead, g_hash_table_lookup(members, GSIZE_TO_POINTER(lead)));
  }
}

CalendarReminder *
calendar_plan_make(const CalendarPolicy *policy, const CalendarAppointment *appointments, gsize n,
                   const CalendarSent *sent, gsize n_sent, gint64 now, gsize *ret_n)
{
  Plan p = {.policy = policy, .now = now};
  p.sent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  p.days = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  p.reminders = g_array_new(FALSE, FALSE, sizeof(CalendarReminder));
  p.until = g_array_new(FALSE, FALSE, sizeof(gint64));
  note_sent(&p, sent, n_sent);
  for (gsize i = 0; i < n; i++)
    add_reminders(&p, &appointments[i]);
  if (calendar_policy_merge(policy))
    merge(&p);
  cap(&p);
  g_hash_table_unref(p.sent);
  g_hash_table_unref(p.days);
  g_array_unref(p.until);
  *ret_n = p.reminders->len;
  return (CalendarReminder *)(void *)g_array_free(p.reminders, FALSE);
}

typedef struct {
  const char *label, *words;
} Word;

static const Word WORDS[CALENDAR_PLAN_N] = {
    [CALENDAR_PLAN_GOES] = {"goes", N_("goes out")},
    [CALENDAR_PLAN_MERGED] = {"merged", N_("goes within another message of that day")},
    [CALENDAR_PLAN_SENT] = {"sent", N_("was sent already")},
    [CALENDAR_PLAN_CANCELLED] = {"cancelled", N_("the appointment is cancelled")},
    [CALENDAR_PLAN_CHECKED_IN] = {"checked-in", N_("the patient has checked in")},
    [CALENDAR_PLAN_PAST] = {"past", N_("the appointment is past")},
    [CALENDAR_PLAN_NO_PATIENT] = {"no-patient", N_("nobody knows yet which patient it is")},
    [CALENDAR_PLAN_OPTED_OUT] = {"opted-out", N_("the patient wants no reminders")},
    [CALENDAR_PLAN_NO_ADDRESS] = {"no-address",
                                  N_("there is no address for any channel of the policy")},
    [CALENDAR_PLAN_EARLY] = {"early", N_("it would go sooner than the policy allows")},
    [CALENDAR_PLAN_LATE] = {"late", N_("no open hour is left before the appointment")},
    [CALENDAR_PLAN_UNKNOWN] = {"unknown", N_("it was booked or moved after this was due")},
    [CALENDAR_PLAN_SUPERSEDED] = {"superseded", N_("a nearer reminder of it is due")},
    [CALENDAR_PLAN_CAP] = {"cap", N_("the patient has had as many messages as a day may bring")},
};

const char *
calendar_plan_reason(CalendarPlanReason reason)
{
  return _(WORDS[reason].words);
}

const char *
calendar_plan_label(CalendarPlanReason reason)
{
  return WORDS[reason].label;
}
