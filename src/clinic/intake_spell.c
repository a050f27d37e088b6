#include <string.h>

#include "clinic/intake.h"
#include "guichet/base/clock.h"
#include "guichet/base/conf.h"
#include "guichet/base/error.h"
#include "guichet/base/text.h"

enum {
  BEHIND_DAYS = 62, /* what ended longer ago is not booked any more */
  AHEAD_DAYS = 400, /* how far a series is spelt out */
  STEP_DAYS = 7,    /* by which the horizon moves on */
  ENTRIES_MAX = 20000,
  NEAR_DAYS = 100,   /* what starts so soon is booked, however much it is */
  SERIES_MAX = 2000, /* occurrences of one series that are booked further ahead; also past ones */
  KNOWN_MAX = 40000,
  RDATES_MAX = 10000,
};

void
clinic_intake_spell_frame(ClinicSession *session, const StoreCalendar *calendar,
                          ClinicIntakeFrame *ret)
{
  const char *name = base_conf_text(clinic_session_conf(session), BASE_CONF_CLINIC_ZONE);
  const CalendarZone *zone = *name != '\0' ? calendar_zone_find(name) : NULL;
  gint64 now = base_clock_now(), step = STEP_DAYS * BASE_CLOCK_DAY;
  gint64 ahead = now + AHEAD_DAYS * BASE_CLOCK_DAY;
  *ret = (ClinicIntakeFrame){.calendar = calendar,
                             .zone = zone != NULL ? zone : calendar_zone_utc(),
                             .now = now,
                             .from = now - now % BASE_CLOCK_DAY - BEHIND_DAYS * BASE_CLOCK_DAY,
                             .horizon = ahead - ahead % step,
                             .clinician = calendar->clinician,
                             .clinician_said = calendar->clinician != 0};
}

/* Whose an occurrence is: of an override, or (at SINGLE) of the master. */
typedef struct {
  gint64 occurrence, patient;
} Owner;

typedef struct {
  const ClinicIntakeFrame *frame;
  CalendarReader *reader;
  CalendarExpander *expander;
  GArray *owners;
  gint64 patient; /* of the entry at hand */
  gint64 from;    /* spelt out from here on */
  gboolean again, recurs;
  gboolean in_order; /* one rule gives the occurrences by time: what a limit cut off is the last */
  char *lacks;       /* why something is missing; NULL: nothing is */
} Spelling;

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  Spelling *s = data;
  if (s->lacks == NULL)
    s->lacks = g_strdup(problem->message);
}

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  Spelling *s = data;
  if (s->expander == NULL) {
    const CalendarZone *own = calendar_zone_find(s->frame->calendar->zone);
    const CalendarZone *said = calendar_reader_zone(s->reader);
    CalendarWindow window = {.from = s->from,
                             .to = s->recurs ? s->frame->horizon : G_MAXINT64 / 4,
                             .floating = own != NULL    ? own
                                         : said != NULL ? said
                                                        : s->frame->zone};
    s->expander = calendar_expander_new(&window, on_problem, s);
  }
  s->in_order = s->in_order && event->n_rules <= 1 && event->n_rdates < RDATES_MAX;
  if (!s->again) {
    Owner owner = {STORE_APPOINTMENT_SINGLE, s->patient};
    if (event->recurrence_id.kind != CALENDAR_TIME_NONE)
      owner.occurrence = calendar_time_instant(&event->recurrence_id, s->frame->zone);
    g_array_append_val(s->owners, owner);
  }
  calendar_expander_add(s->expander, event);
  return TRUE;
}

static gboolean
on_entry(const StoreEntry *entry, const char *text, gpointer data)
{
  Spelling *s = data;
  if (entry->gone || text == NULL)
    return TRUE;
  s->patient = entry->patient;
  s->recurs = s->recurs || entry->recurs;
  /* what was read once can be read again; if not, it makes no appointment */
  if (calendar_reader_feed(s->reader, text, strlen(text), NULL))
    calendar_reader_finish(s->reader, NULL);
  return TRUE;
}

static gint64
owner_of(const Spelling *s, gint64 occurrence)
{
  gint64 patient = 0;
  for (guint i = 0; i < s->owners->len; i++) {
    const Owner *owner = &g_array_index(s->owners, Owner, i);
    if (owner->patient != 0 && owner->occurrence == occurrence)
      return owner->patient;
    if (owner->occurrence == STORE_APPOINTMENT_SINGLE || patient == 0)
      patient = owner->patient != 0 ? owner->patient : patient;
  }
  return patient;
}

/* --- one appointment */

static gint64
occurrence_of(const CalendarOccurrence *o)
{
  return o->recurring ? o->recurrence_id.instant : STORE_APPOINTMENT_SINGLE;
}

static char *
word(const char *text)
{
  return base_text_disarm(text != NULL ? text : "", -1, FALSE);
}

static char **
categories_of(const CalendarDetail *detail)
{
  g_autoptr(GStrvBuilder) words = g_strv_builder_new();
  for (gsize i = 0; detail->categories != NULL && detail->categories[i] != NULL; i++) {
    g_autofree char *one = word(detail->categories[i]);
    g_strv_builder_add(words, one);
  }
  return g_strv_builder_end(words);
}

/* As the calendar has it; what the desk knows is not in it. */
static StoreAppointment *
appointment_of(const ClinicIntakeFrame *frame, const VaultTag *series, const CalendarOccurrence *o,
               gint64 patient)
{
  const CalendarDetail *d = o->detail;
  const StoreAppointment made = {
      .calendar = frame->calendar->id,
      .series = *series,
      .occurrence = occurrence_of(o),
      .patient = patient,
      .clinician = frame->clinician,
      .start = o->start.instant,
      .end = o->end.instant,
      .known = frame->now,
      .state = d->status == CALENDAR_STATUS_CANCELLED ? STORE_APPOINTMENT_CANCELLED
                                                      : STORE_APPOINTMENT_BOOKED,
      .uid = g_strdup(d->uid),
      .summary = word(d->summary),
      .location = word(d->location != NULL ? d->location : frame->calendar->place),
      .zone = word(o->zone),
      .patient_id = word(d->patient_id),
      .categories = categories_of(d),
      .start_offset = o->start.offset,
      .end_offset = o->end.offset,
      .occurrence_offset = o->recurring ? o->recurrence_id.offset : 0,
      .sequence = d->sequence,
      .all_day = o->all_day,
      .floating = o->floating,
      .tentative = d->status == CALENDAR_STATUS_TENTATIVE,
      .occurrence_date = o->recurring && o->recurrence_id_date,
  };
  return g_memdup2(&made, sizeof made);
}

static gboolean
is_same(const StoreAppointment *a, const StoreAppointment *b)
{
  return a->patient == b->patient && a->clinician == b->clinician && a->start == b->start &&
         a->end == b->end && a->state == b->state && a->desk == b->desk && a->known == b->known &&
         a->ended == b->ended && a->start_offset == b->start_offset &&
         a->end_offset == b->end_offset && a->occurrence_offset == b->occurrence_offset &&
         a->sequence == b->sequence && a->all_day == b->all_day && a->floating == b->floating &&
         a->tentative == b->tentative && a->occurrence_date == b->occurrence_date &&
         strcmp(a->uid, b->uid) == 0 && strcmp(a->summary, b->summary) == 0 &&
         strcmp(a->location, b->location) == 0 && strcmp(a->zone, b->zone) == 0 &&
         strcmp(a->patient_id, b->patient_id) == 0 &&
         g_strv_equal((const char *const *)a->categories, (const char *const *)b->categories);
}

/* What the desk knows goes over into `next`, and what happened is counted. */
static void
carry_over(const ClinicIntakeFrame *frame, const StoreAppointment *was, StoreAppointment *next,
           ClinicIntakeResult *result)
{
  gboolean moved = next->start != was->start;
  gboolean cancelled = next->state == STORE_APPOINTMENT_CANCELLED;
  /* a missed or cancelled visit that gets another day is a new chance; one that took place is not
   */
  gboolean anew =
      moved && next->start > frame->now &&
      (was->state == STORE_APPOINTMENT_NO_SHOW || was->state == STORE_APPOINTMENT_CANCELLED);
  gboolean restored =
      !cancelled && was->state == STORE_APPOINTMENT_CANCELLED && (!was->desk || anew);
  next->id = was->id;
  next->version = was->version;
  next->arrived = was->arrived;
  next->checked_in = was->checked_in;
  next->clinician = frame->clinician_said ? next->clinician : was->clinician;
  next->known = moved || restored ? frame->now : was->known;
  if (was->desk && !anew) {
    next->desk = TRUE;
    next->state = was->state;
    next->ended = was->ended;
  } else if (cancelled) {
    next->ended = was->state == STORE_APPOINTMENT_CANCELLED ? was->ended : frame->now;
    result->cancelled += was->state != STORE_APPOINTMENT_CANCELLED;
  }
  result->restored += restored;
  result->moved += moved && !cancelled && !restored;
}

static gboolean
follow(ClinicSession *session, const ClinicIntakeFrame *frame, const StoreAppointment *was,
       StoreAppointment *next, ClinicIntakeResult *result, GError **error)
{
  if (was == NULL) {
    if (next->state == STORE_APPOINTMENT_CANCELLED)
      return TRUE; /* nobody knew of it */
    result->booked++;
    next->id = store_handle_id(session->store);
    return store_appointment_add(session->store, next, error);
  }
  carry_over(frame, was, next, result);
  return is_same(was, next) || store_appointment_change(session->store, next, error);
}

/* One that the calendar no longer makes; `until`: what starts then or later it may make yet. */
static gboolean
leave(ClinicSession *session, const ClinicIntakeFrame *frame, StoreAppointment *was, gint64 until,
      ClinicIntakeResult *result, GError **error)
{
  if (was->start < frame->now || was->start >= until || was->desk || was->shredded ||
      was->state == STORE_APPOINTMENT_CANCELLED)
    return TRUE;
  was->state = STORE_APPOINTMENT_CANCELLED;
  was->ended = frame->now;
  result->cancelled++;
  return store_appointment_change(session->store, was, error);
}

/* --- the series */

static gboolean
read_series(ClinicSession *session, const VaultTag *series, Spelling *s, GError **error)
{
  gint64 calendar = s->frame->calendar->id;
  if (!store_entry_each(session->store, calendar, series, ENTRIES_MAX, on_entry, s, error))
    return FALSE;
  if (s->expander == NULL || !calendar_expander_again(s->expander))
    return TRUE;
  s->again = TRUE;
  return store_entry_each(session->store, calendar, series, ENTRIES_MAX, on_entry, s, error);
}

/* The occurrences that are booked now: [from, to), and all that start before `until`.  The others
 * are when the horizon has moved on. */
typedef struct {
  gsize from, to;
  gint64 until;
} Share;

static gint64
near_of(const Spelling *s)
{
  return s->frame->now + NEAR_DAYS * BASE_CLOCK_DAY;
}

static Share
share_of(const Spelling *s, const CalendarOccurrence *rows, gsize n)
{
  gsize now = 0;
  while (now < n && rows[now].start.instant < s->frame->now)
    now++;
  Share share = {now > SERIES_MAX ? now - SERIES_MAX : 0, n, G_MAXINT64};
  if (n - now > SERIES_MAX)
    share.to = now + SERIES_MAX;
  while (share.to < n && rows[share.to].start.instant < near_of(s))
    share.to++;
  if (share.to < n)
    share.until = rows[share.to].start.instant;
  else if (s->expander != NULL && calendar_expander_truncated(s->expander) && n > 0)
    share.until = rows[n - 1].start.instant;
  if (s->lacks != NULL) /* what is missing may be anywhere */
    share.until = s->frame->now;
  return share;
}

/* What a limit cut off, but not before it is far ahead, comes in time. */
static void
judge(Spelling *s, const CalendarOccurrence *rows, gsize n)
{
  if (s->expander != NULL && calendar_expander_truncated(s->expander) && s->in_order && n > 0 &&
      rows[n - 1].start.instant >= near_of(s))
    g_clear_pointer(&s->lacks, g_free);
  if (s->lacks != NULL && s->frame->lacks != NULL)
    s->frame->lacks(s->lacks, s->frame->data);
}

/* Occurrence → what is known of it; KNOWN_MAX of a series are there, and the last ones are. */
static gboolean
known_find(ClinicSession *session, const VaultTag *series, const Spelling *s, GHashTable *left,
           gboolean all, gint64 occurrence, StoreAppointment **ret_old,
           const StoreAppointment **ret, GError **error)
{
  *ret = g_hash_table_lookup(left, &occurrence);
  if (*ret != NULL || all)
    return TRUE;
  if (!store_appointment_at(session->store, s->frame->calendar->id, series, occurrence, ret_old,
                            error))
    return FALSE;
  *ret = *ret_old;
  return TRUE;
}

static gboolean
book(ClinicSession *session, const VaultTag *series, const Spelling *s, const CalendarOccurrence *o,
     GHashTable *left, gboolean all, ClinicIntakeResult *result, GError **error)
{
  gint64 occurrence = occurrence_of(o);
  const StoreAppointment *was = NULL;
  g_autoptr(StoreAppointment) old = NULL;
  g_autoptr(StoreAppointment) next = appointment_of(s->frame, series, o, owner_of(s, occurrence));
  if (!known_find(session, series, s, left, all, occurrence, &old, &was, error) ||
      !follow(session, s->frame, was, next, result, error))
    return FALSE;
  g_hash_table_remove(left, &occurrence);
  return TRUE;
}

static gboolean
apply(ClinicSession *session, const VaultTag *series, Spelling *s, ClinicIntakeResult *result,
      GError **error)
{
  g_autoptr(GPtrArray) known = NULL;
  g_autoptr(GHashTable) left = g_hash_table_new(g_int64_hash, g_int64_equal);
  gsize n = 0;
  const CalendarOccurrence *rows =
      s->expander != NULL ? calendar_expander_finish(s->expander, &n) : NULL;
  if (!store_appointment_of(session->store, s->frame->calendar->id, series, KNOWN_MAX, &known,
                            error))
    return FALSE;
  for (guint i = 0; i < known->len; i++) {
    StoreAppointment *a = known->pdata[i];
    g_hash_table_insert(left, &a->occurrence, a);
  }
  judge(s, rows, n);
  Share share = share_of(s, rows, n);
  gboolean ok = TRUE, all = known->len < KNOWN_MAX;
  for (gsize i = share.from; ok && i < share.to; i++)
    ok = book(session, series, s, &rows[i], left, all, result, error);
  GHashTableIter iter;
  gpointer was = NULL;
  g_hash_table_iter_init(&iter, left);
  while (ok && g_hash_table_iter_next(&iter, NULL, &was))
    ok = leave(session, s->frame, was, share.until, result, error);
  return ok;
}

static void
spelling_clear(Spelling *s)
{
  g_clear_pointer(&s->expander, calendar_expander_free);
  g_clear_pointer(&s->reader, calendar_reader_free);
  g_clear_pointer(&s->owners, g_array_unref);
  g_clear_pointer(&s->lacks, g_free);
}

static Spelling
spelling_from(const ClinicIntakeFrame *frame, gint64 from)
{
  return (Spelling){.frame = frame,
                    .owners = g_array_new(FALSE, FALSE, sizeof(Owner)),
                    .from = from,
                    .in_order = TRUE};
}

static gboolean
spell_from(ClinicSession *session, Spelling *s, const VaultTag *series, GError **error)
{
  s->reader = calendar_reader_new(on_event, NULL, s);
  return read_series(session, series, s, error);
}

gboolean
clinic_intake_spell(ClinicSession *session, const ClinicIntakeFrame *frame, const VaultTag *series,
                    ClinicIntakeResult *result, GError **error)
{
  Spelling s = spelling_from(frame, frame->from);
  gboolean ok = spell_from(session, &s, series, error);
  if (ok && s.expander != NULL && calendar_expander_truncated(s.expander)) {
    spelling_clear(&s); /* so many that what is past had better not take the place of what comes */
    s = spelling_from(frame, MAX(frame->from, frame->now - BASE_CLOCK_DAY));
    ok = spell_from(session, &s, series, error);
  }
  ok = ok && apply(session, series, &s, result, error);
  spelling_clear(&s);
  return ok;
}

gboolean
clinic_intake_spell_one(ClinicSession *session, const ClinicIntakeFrame *frame,
                        CalendarReader *reader, const CalendarEvent *event, const StoreEntry *entry,
                        ClinicIntakeResult *result, GError **error)
{
  Spelling s = spelling_from(frame, frame->from);
  s.reader = reader;
  s.patient = entry->patient;
  on_event(event, &s);
  gboolean ok = apply(session, &entry->series, &s, result, error);
  s.reader = NULL; /* lent */
  spelling_clear(&s);
  return ok;
}
