/* See guichet/calendar/expander.h. */
#include "guichet/calendar/expander.h"

#include <stdlib.h>
#include <string.h>

#include "guichet/base/clock.h"
#include "calendar/arena.h"
#include "calendar/recur.h"
#include "calendar/revision.h"

enum {
  DAY = 86400,
  SLACK = DAY + 2 * 3600, /* further than any wall is from UTC */
  SERIES_MAX = 20000,
  ROWS_MAX = 500000,
  RANGES_MAX = 10000,
  RULE_BUDGET = 4000000,
};

#define FIRST_BUDGET G_GUINT64_CONSTANT(50000000)
#define EVENT_BUDGET G_GUINT64_CONSTANT(2000)

typedef struct {
  CalendarOccurrence o;
  guint64 rank;
  guint32 serial;
  gboolean generated; /* by a rule: an override may take its place */
  gint64 rid_day;     /* the day of its RECURRENCE-ID on its own wall */
} Row;

/* A RECURRENCE-ID with RANGE=THISANDFUTURE: what it says of all later occurrences. */
typedef struct {
  gint64 rid, shift; /* instant; local seconds */
  guint64 rank;
  CalendarEvent shape;
} Range;

/* One occurrence of a series, placed. */
typedef struct {
  gint64 rid, rid_local, start, end;
  const Range *range;
} Instance;

struct CalendarExpander {
  CalendarWindow window;
  CalendarProblemFunc problem;
  gpointer data;
  CalendarArena *arena, *kept; /* kept: what ranges hold, over both readings */
  CalendarRevisions *revisions, *ties;
  GArray *rows;
  GArray *instances, *skip_instants, *skip_days; /* of the series at hand */
  GHashTable *ranges;                            /* UID → GArray of Range */
  guint n_ranges;
  guint32 serial;
  guint64 budget;
  gboolean any_override, truncated, second;
};

static void
free_array(gpointer array)
{
  g_array_unref(array);
}

CalendarExpander *
calendar_expander_new(const CalendarWindow *window, CalendarProblemFunc problem, gpointer data)
{
  CalendarExpander *x = g_new0(CalendarExpander, 1);
  x->window = *window;
  if (x->window.floating == NULL)
    x->window.floating = calendar_zone_utc();
  x->problem = problem;
  x->data = data;
  x->arena = calendar_arena_new();
  x->kept = calendar_arena_new();
  x->revisions = calendar_revision_new();
  x->ties = calendar_revision_new();
  x->rows = g_array_new(FALSE, FALSE, sizeof(Row));
  x->instances = g_array_new(FALSE, FALSE, sizeof(Instance));
  x->skip_instants = g_array_new(FALSE, FALSE, sizeof(gint64));
  x->skip_days = g_array_new(FALSE, FALSE, sizeof(gint64));
  x->ranges = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_array);
  x->budget = FIRST_BUDGET;
  return x;
}

void
calendar_expander_free(CalendarExpander *x)
{
  if (x == NULL)
    return;
  calendar_arena_free(x->arena);
  calendar_arena_free(x->kept);
  calendar_revision_free(x->revisions);
  calendar_revision_free(x->ties);
  g_array_unref(x->rows);
  g_array_unref(x->instances);
  g_array_unref(x->skip_instants);
  g_array_unref(x->skip_days);
  g_hash_table_unref(x->ranges);
  g_free(x);
}

static void
say(CalendarExpander *x, const CalendarEvent *event, const char *message)
{
  CalendarProblem problem = {event->line, "VEVENT", message};
  if (x->problem != NULL && !x->second)
    x->problem(&problem, x->data);
}

static const CalendarZone *
zone_of(const CalendarExpander *x, const CalendarTime *time)
{
  return time->kind == CALENDAR_TIME_ZONED ? time->zone : x->window.floating;
}

static gint64
day_of(gint64 local)
{
  return local / DAY - (local % DAY < 0);
}

static gboolean
in_window(const CalendarExpander *x, gint64 start, gint64 end)
{
  if (start >= x->window.to)
    return FALSE;
  return start >= x->window.from || (x->window.overlap && end > x->window.from);
}

static CalendarMoment
moment(const CalendarZone *zone, gint64 instant)
{
  return (CalendarMoment){instant, calendar_zone_offset(zone, instant)};
}

/* The row of one occurrence of `event` (or of the range that reshapes it). */
static Row
make_row(const CalendarExpander *x, const CalendarEvent *event, gint64 start, gint64 end)
{
  const CalendarZone *zone = zone_of(x, &event->start);
  const CalendarZone *end_zone = event->end.kind == CALENDAR_TIME_ZONED ? event->end.zone : zone;
  Row row = {.serial = x->serial};
  row.rank = calendar_revision_rank(event->detail.sequence, event->detail.stamp);
  row.o.start = moment(zone, start);
  row.o.end = moment(end_zone, end);
  row.o.all_day = event->start.kind == CALENDAR_TIME_DATE;
  row.o.floating = event->start.kind != CALENDAR_TIME_ZONED;
  row.o.zone = row.o.floating ? NULL : calendar_zone_name(zone);
  return row;
}

static gboolean
add_row(CalendarExpander *x, const CalendarEvent *event, const Row *row)
{
  if (x->rows->len >= ROWS_MAX) {
    if (!x->truncated)
      say(x, event, "more than 500,000 occurrences lie in the window: the rest is left out");
    x->truncated = TRUE;
    return FALSE;
  }
  g_array_append_vals(x->rows, row, 1);
  return TRUE;
}

/* --- series */

static int
compare(gconstpointer a, gconstpointer b)
{
  const gint64 *p = a, *q = b;
  return (*p > *q) - (*p < *q);
}

static gboolean
holds(const GArray *sorted, gint64 value)
{
  return sorted->len > 0 &&
         bsearch(&value, sorted->data, sorted->len, sizeof(gint64), compare) != NULL;
}

/* EXDATEs sorted, to be looked up: libical 3.0.16 walks all of them for each occurrence. */
static void
fill_skips(CalendarExpander *x, const CalendarEvent *event)
{
  g_array_set_size(x->skip_instants, 0);
  g_array_set_size(x->skip_days, 0);
  gboolean all_day = event->start.kind == CALENDAR_TIME_DATE;
  for (gsize i = 0; i < event->n_exdates; i++) {
    const CalendarTime *t = &event->exdates[i];
    gint64 day = day_of(t->local);
    gint64 instant = calendar_zone_instant(
        t->kind == CALENDAR_TIME_ZONED ? t->zone : zone_of(x, &event->start), t->local);
    if (all_day || t->kind == CALENDAR_TIME_DATE)
      g_array_append_val(x->skip_days, day);
    else
      g_array_append_val(x->skip_instants, instant);
  }
  g_array_sort(x->skip_instants, compare);
  g_array_sort(x->skip_days, compare);
}

static const Range *
range_at(const GArray *ranges, gint64 rid)
{
  const Range *found = NULL;
  for (guint i = 0; ranges != NULL && i < ranges->len; i++) {
    const Range *range = &g_array_index(ranges, Range, i);
    if (range->rid < rid)
      found = range;
  }
  return found;
}

static gint64
period_end(const CalendarExpander *x, const CalendarEvent *event, const CalendarPeriod *period,
           gint64 local, gint64 start)
{
  const CalendarZone *zone = zone_of(x, &event->start);
  if (period != NULL && period->end.kind != CALENDAR_TIME_NONE)
    return calendar_time_instant(&period->end, zone);
  if (period != NULL && period->span.set) {
    gint64 rest = period->span.seconds * BASE_CLOCK_SECOND;
    return calendar_zone_instant(zone, local + period->span.days * DAY) + rest;
  }
  return calendar_event_end(event, local, start, zone, x->window.floating);
}

/* Puts one occurrence of the series where it belongs; FALSE when there are too many. */
static gboolean
place(CalendarExpander *x, const CalendarEvent *event, const GArray *ranges, gint64 local,
      const CalendarPeriod *period)
{
  const CalendarZone *zone = zone_of(x, &event->start);
  Instance at = {.rid_local = local, .rid = calendar_zone_instant(zone, local)};
  if (holds(x->skip_instants, at.rid) || holds(x->skip_days, day_of(local)))
    return TRUE;
  at.range = range_at(ranges, at.rid);
  if (at.range != NULL) {
    const CalendarEvent *shape = &at.range->shape;
    const CalendarZone *to = zone_of(x, &shape->start);
    gint64 moved = local + at.range->shift;
    at.start = calendar_zone_instant(to, moved);
    at.end = calendar_event_end(shape, moved, at.start, to, x->window.floating);
  } else {
    at.start = at.rid;
    at.end = MAX(period_end(x, event, period, local, at.start), at.start);
  }
  if (!in_window(x, at.start, at.end))
    return TRUE;
  if (x->instances->len >= SERIES_MAX) {
    say(x, event, "it has more than 20,000 occurrences in the window: the rest is left out");
    x->truncated = TRUE;
    return FALSE;
  }
  g_array_append_val(x->instances, at);
  return TRUE;
}

/* How far before and behind the window occurrences may begin and still fall into it. */
static void
reach(const CalendarExpander *x, const CalendarEvent *event, const GArray *ranges, gint64 *ret_from,
      gint64 *ret_to)
{
  gint64 before = 0, behind = 0;
  const CalendarZone *zone = zone_of(x, &event->start);
  for (guint i = 0; ranges != NULL && i < ranges->len; i++) {
    const Range *range = &g_array_index(ranges, Range, i);
    before = MAX(before, range->shift);
    behind = MAX(behind, -range->shift);
  }
  if (x->window.overlap) {
    gint64 start = calendar_zone_instant(zone, event->start.local);
    gint64 end = calendar_event_end(event, event->start.local, start, zone, x->window.floating);
    before += MAX(end - start, 0) / BASE_CLOCK_SECOND + DAY;
  }
  *ret_from = x->window.from / BASE_CLOCK_SECOND - SLACK - before;
  *ret_to = x->window.to / BASE_CLOCK_SECOND + SLACK + behind;
}

static void
walk_rule(CalendarExpander *x, const CalendarEvent *event, const char *text, const GArray *ranges)
{
  const char *why = NULL;
  g_autoptr(CalendarRecur) recur =
      calendar_recur_new(text, &event->start, zone_of(x, &event->start), &why);
  if (recur == NULL) {
    g_autofree char *message =
        g_strdup_printf("its RRULE %s: only its DTSTART and RDATEs are taken", why);
    say(x, event, message);
    return;
  }
  gint64 from, to, local;
  reach(x, event, ranges, &from, &to);
  calendar_recur_seek(recur, from);
  guint64 given = MIN(RULE_BUDGET, x->budget), left = given;
  CalendarRecurStep step;
  while ((step = calendar_recur_next(recur, to, &left, &local)) == CALENDAR_RECUR_FOUND)
    if (!place(x, event, ranges, local, NULL))
      break;
  x->budget -= given - left;
  if (step == CALENDAR_RECUR_TIRED) {
    say(x, event, "its RRULE takes too many steps: what lies behind them is left out");
    x->truncated = TRUE;
  }
}

static void
walk_rdates(CalendarExpander *x, const CalendarEvent *event, const GArray *ranges)
{
  const CalendarZone *zone = zone_of(x, &event->start);
  for (gsize i = 0; i < event->n_rdates; i++) {
    const CalendarPeriod *period = &event->rdates[i];
    const CalendarTime *t = &period->start;
    gint64 local = t->local;
    if (t->kind == CALENDAR_TIME_ZONED && event->start.kind != CALENDAR_TIME_DATE)
      local = calendar_zone_local(zone, calendar_zone_instant(t->zone, t->local));
    else if (event->start.kind == CALENDAR_TIME_DATE)
      local = day_of(local) * DAY;
    else if (t->kind == CALENDAR_TIME_DATE) /* a day: at the time of day of DTSTART */
      local += event->start.local - day_of(event->start.local) * DAY;
    if (!place(x, event, ranges, local, period))
      return;
  }
}

static int
compare_instances(gconstpointer a, gconstpointer b)
{
  const Instance *p = a, *q = b;
  return (p->rid > q->rid) - (p->rid < q->rid);
}

static void
add_series(CalendarExpander *x, const CalendarEvent *event)
{
  const GArray *ranges = x->second ? g_hash_table_lookup(x->ranges, event->detail.uid) : NULL;
  const CalendarZone *zone = zone_of(x, &event->start);
  g_array_set_size(x->instances, 0);
  fill_skips(x, event);
  place(x, event, ranges, event->start.local, NULL);
  walk_rdates(x, event, ranges);
  for (gsize i = 0; i < MIN(event->n_rules, 16); i++)
    walk_rule(x, event, event->rules[i], ranges);
  g_array_sort(x->instances, compare_instances);
  const CalendarDetail *detail = NULL;
  for (guint i = 0; i < x->instances->len; i++) {
    const Instance *at = &g_array_index(x->instances, Instance, i);
    if (i > 0 && g_array_index(x->instances, Instance, i - 1).rid == at->rid)
      continue;
    Row row = make_row(x, at->range != NULL ? &at->range->shape : event, at->start, at->end);
    if (at->range == NULL && detail == NULL)
      detail = calendar_arena_detail(x->arena, &event->detail);
    row.rank = calendar_revision_rank(event->detail.sequence, event->detail.stamp);
    row.o.detail = at->range != NULL ? &at->range->shape.detail : detail;
    row.o.recurring = TRUE;
    row.o.recurrence_id = moment(zone, at->rid);
    row.o.recurrence_id_date = event->start.kind == CALENDAR_TIME_DATE;
    row.rid_day = day_of(at->rid_local);
    row.generated = TRUE;
    if (!add_row(x, event, &row))
      return;
  }
}

/* --- overrides and single events */

static void
note_range(CalendarExpander *x, const CalendarEvent *event, gint64 rid, guint64 rank)
{
  if (x->n_ranges >= RANGES_MAX) {
    say(x, event, "too many RANGE=THISANDFUTURE: this one stands for itself alone");
    return;
  }
  GArray *list = g_hash_table_lookup(x->ranges, event->detail.uid);
  if (list == NULL) {
    gsize size = strlen(event->detail.uid) + 1;
    char *uid = calendar_arena_take(x->kept, size);
    memcpy(uid, event->detail.uid, size);
    list = g_array_new(FALSE, FALSE, sizeof(Range));
    g_hash_table_insert(x->ranges, uid, list);
  }
  const CalendarZone *zone = zone_of(x, &event->start);
  Range range = {.rid = rid, .rank = rank, .shape = *event};
  range.shift = event->start.local - calendar_zone_local(zone, rid);
  if (event->start.kind == CALENDAR_TIME_DATE || event->recurrence_id.kind == CALENDAR_TIME_DATE)
    range.shift = (day_of(event->start.local) - day_of(event->recurrence_id.local)) * DAY;
  range.shape.detail = *calendar_arena_detail(x->kept, &event->detail);
  range.shape.rules = NULL;
  range.shape.rdates = NULL;
  range.shape.exdates = NULL;
  range.shape.source = NULL;
  guint i = 0;
  while (i < list->len && g_array_index(list, Range, i).rid < rid)
    i++;
  if (i < list->len && g_array_index(list, Range, i).rid == rid)
    g_array_index(list, Range, i) = range;
  else
    g_array_insert_val(list, i, range);
  x->n_ranges++;
}

static CalendarRevisionKey
override_key(const CalendarEvent *event, gint64 rid)
{
  if (event->recurrence_id.kind == CALENDAR_TIME_DATE)
    return calendar_revision_key(event->detail.uid, 'D', day_of(event->recurrence_id.local));
  return calendar_revision_key(event->detail.uid, 'T', rid);
}

static void
add_one(CalendarExpander *x, const CalendarEvent *event)
{
  const CalendarZone *zone = zone_of(x, &event->start);
  gint64 start = calendar_zone_instant(zone, event->start.local);
  gint64 end = calendar_event_end(event, event->start.local, start, zone, x->window.floating);
  end = MAX(end, start);
  if (!in_window(x, start, end))
    return;
  Row row = make_row(x, event, start, end);
  row.o.detail = calendar_arena_detail(x->arena, &event->detail);
  const CalendarTime *rid = &event->recurrence_id;
  if (rid->kind != CALENDAR_TIME_NONE) {
    row.o.recurring = TRUE;
    row.o.recurrence_id_date = rid->kind == CALENDAR_TIME_DATE;
    row.o.recurrence_id = moment(zone_of(x, rid), calendar_time_instant(rid, x->window.floating));
    row.rid_day = day_of(rid->local);
  }
  add_row(x, event, &row);
}

void
calendar_expander_add(CalendarExpander *x, const CalendarEvent *event)
{
  gboolean override = event->recurrence_id.kind != CALENDAR_TIME_NONE;
  gint64 rid = override ? calendar_time_instant(&event->recurrence_id, x->window.floating) : 0;
  CalendarRevisionKey key =
      override ? override_key(event, rid) : calendar_revision_key(event->detail.uid, 'M', 0);
  guint64 rank = calendar_revision_rank(event->detail.sequence, event->detail.stamp);
  CalendarRevision revision = calendar_revision_add(x->revisions, key, rank);
  x->serial++;
  x->budget += EVENT_BUDGET;
  x->any_override |= override;
  if (revision == CALENDAR_REVISION_OLD ||
      (revision == CALENDAR_REVISION_TIE && event->detail.stamp != 0))
    return; /* known, or the very same revision once more */
  if (revision == CALENDAR_REVISION_TIE)
    calendar_revision_add(x->ties, key, x->serial);
  if (override && event->this_and_future && !x->second)
    note_range(x, event, rid, rank);
  if (override || (event->n_rules == 0 && event->n_rdates == 0))
    add_one(x, event);
  else
    add_series(x, event);
}

gboolean
calendar_expander_again(CalendarExpander *x)
{
  if (x->second || x->n_ranges == 0)
    return FALSE;
  x->second = TRUE;
  g_array_set_size(x->rows, 0);
  calendar_arena_free(x->arena);
  x->arena = calendar_arena_new();
  calendar_revision_free(x->revisions);
  x->revisions = calendar_revision_new();
  calendar_revision_free(x->ties);
  x->ties = calendar_revision_new();
  x->serial = 0;
  x->budget = MAX(x->budget, FIRST_BUDGET);
  return TRUE;
}

/* --- the end */

static gboolean
outranked(const CalendarExpander *x, CalendarRevisionKey key, const Row *row)
{
  guint64 rank = 0, serial = 0;
  if (calendar_revision_find(x->revisions, key, &rank) && rank != row->rank)
    return TRUE;
  return calendar_revision_find(x->ties, key, &serial) && serial != row->serial;
}

static gboolean
replaced(const CalendarExpander *x, const Row *row)
{
  guint64 rank = 0;
  const char *uid = row->o.detail->uid;
  if (!x->any_override)
    return FALSE;
  return calendar_revision_find(
             x->revisions, calendar_revision_key(uid, 'T', row->o.recurrence_id.instant), &rank) ||
         calendar_revision_find(x->revisions, calendar_revision_key(uid, 'D', row->rid_day), &rank);
}

static gboolean
stands(const CalendarExpander *x, const Row *row)
{
  const char *uid = row->o.detail->uid;
  if (row->generated || !row->o.recurring)
    return !outranked(x, calendar_revision_key(uid, 'M', 0), row) &&
           !(row->generated && replaced(x, row));
  CalendarRevisionKey key = row->o.recurrence_id_date
                                ? calendar_revision_key(uid, 'D', row->rid_day)
                                : calendar_revision_key(uid, 'T', row->o.recurrence_id.instant);
  return !outranked(x, key, row);
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
  const CalendarOccurrence *p = a, *q = b;
  if (p->start.instant != q->start.instant)
    return p->start.instant > q->start.instant ? 1 : -1;
  int by_uid = strcmp(p->detail->uid, q->detail->uid);
  if (by_uid != 0)
    return by_uid;
  return (p->recurrence_id.instant > q->recurrence_id.instant) -
         (p->recurrence_id.instant < q->recurrence_id.instant);
}

const CalendarOccurrence *
calendar_expander_finish(CalendarExpander *x, gsize *ret_n)
{
  /* what stands is moved to the front of the same memory, a plain row after another */
  char *to = x->rows->data;
  gsize n = 0;
  for (guint i = 0; i < x->rows->len; i++) {
    Row row = g_array_index(x->rows, Row, i);
    if (stands(x, &row))
      memmove(to + n++ * sizeof row.o, &row.o, sizeof row.o);
  }
  g_array_set_size(x->rows, 0);
  if (n > 0)
    qsort(to, n, sizeof(CalendarOccurrence), compare_rows);
  *ret_n = n;
  return (const CalendarOccurrence *)(const void *)to;
}

gboolean
calendar_expander_truncated(const CalendarExpander *x)
{
  return x->truncated;
}
