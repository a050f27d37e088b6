#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "guichet/base/clock.h"

enum { EDITS_PER_CENT = 20, CANCELS = 40, OPEN = 8 * 60, CLOSE = 20 * 60 };

#define AHEAD (2 * BASE_CLOCK_DAY)

const char *const MODEL_KIND[MODEL_KINDS] = {"7d", "48h"};

static void
stop(const char *what)
{
  printf("Bail out! the model: %s\n", what);
  exit(1);
}

/* --- time */

static GDateTime *
local(const Model *m, gint64 at)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / BASE_CLOCK_SECOND);
  return g_date_time_to_timezone(utc, m->time_zone);
}

static gint64
instant_of(GDateTime *t)
{
  return g_date_time_to_unix(t) * BASE_CLOCK_SECOND;
}

gint64
model_at(const Model *m, gint64 at, int days, int minutes)
{
  g_autoptr(GDateTime) here = local(m, at);
  g_autoptr(GDateTime) day = g_date_time_add_days(here, days);
  g_autoptr(GDateTime) t =
      g_date_time_new(m->time_zone, g_date_time_get_year(day), g_date_time_get_month(day),
                      g_date_time_get_day_of_month(day), minutes / 60, minutes % 60, 0);
  return instant_of(t);
}

/* "20240105T083000" on the clinic's wall. */
static gint64
read_local(const Model *m, const char *text)
{
  int year, month, day, hour, minute, second;
  if (sscanf(text, "%4d%2d%2dT%2d%2d%2d", &year, &month, &day, &hour, &minute, &second) != 6)
    stop("a time cannot be read");
  g_autoptr(GDateTime) t =
      g_date_time_new(m->time_zone, year, month, day, hour, minute, (double)second);
  return instant_of(t);
}

static char *
write_local(const Model *m, gint64 at)
{
  g_autoptr(GDateTime) t = local(m, at);
  return g_date_time_format(t, "%Y%m%dT%H%M%S");
}

static char *
date_of(const Model *m, gint64 at)
{
  g_autoptr(GDateTime) t = local(m, at);
  return g_date_time_format(t, "%Y-%m-%d");
}

char *
model_holiday(const Model *m)
{
  return date_of(m, model_at(m, m->begin, 5, 12 * 60));
}

gboolean
model_closed(const Model *m, gint64 at)
{
  g_autofree char *day = date_of(m, at);
  g_autofree char *holiday = model_holiday(m);
  g_autoptr(GDateTime) t = local(m, at);
  return g_date_time_get_day_of_week(t) == 7 || strcmp(day, holiday) == 0;
}

char *
model_day(const Model *m, gint64 patient, gint64 at)
{
  g_autofree char *day = date_of(m, at);
  return g_strdup_printf("%" G_GINT64_FORMAT " %s", patient, day);
}

/* At an open hour, else at the last minute of the open time before. */
static gint64
open_before(const Model *m, gint64 at)
{
  g_autoptr(GDateTime) t = local(m, at);
  int minutes = g_date_time_get_hour(t) * 60 + g_date_time_get_minute(t);
  gboolean closed = model_closed(m, at);
  if (!closed && minutes >= OPEN && minutes < CLOSE)
    return at;
  int back = closed || minutes < OPEN ? -1 : 0;
  while (model_closed(m, model_at(m, at, back, 12 * 60)))
    back--;
  return model_at(m, at, back, CLOSE - 1);
}

/* The next open moment. */
static gint64
open_after(const Model *m, gint64 at)
{
  gint64 open = model_at(m, at, 0, OPEN), close = model_at(m, at, 0, CLOSE);
  int days = 1;
  if (!model_closed(m, at) && at < close)
    return MAX(at, open);
  while (model_closed(m, model_at(m, at, days, 12 * 60)))
    days++;
  return model_at(m, at, days, OPEN);
}

static void
set_due(const Model *m, ModelVisit *v)
{
  g_autoptr(GDateTime) start = local(m, v->start);
  g_autoptr(GDateTime) week = g_date_time_add_days(start, -7); /* the same time of day */
  v->reminders[0].due = open_before(m, instant_of(week));
  v->reminders[1].due = open_before(m, v->start - 48 * BASE_CLOCK_HOUR);
}

gboolean
model_goes(const Model *m, const ModelVisit *v, guint kind, gint64 now, gint64 *ret_due)
{
  (void)m;
  const ModelReminder *r = &v->reminders[kind];
  gint64 last = v->start - BASE_CLOCK_HOUR;
  if (!v->booked || v->start <= now || v->event->patient == 0 || r->sent || r->due < v->known)
    return FALSE;
  if (r->due > (kind == 0 ? MIN(last, v->reminders[1].due - 1) : last))
    return FALSE;
  *ret_due = r->due;
  return TRUE;
}

/* --- the file */

/* As gen_clinic.py makes an address of a name. */
static char *
mail_of(const char *name)
{
  g_autofree char *apart = g_utf8_normalize(name, -1, G_NORMALIZE_NFKD);
  g_autoptr(GString) plain = g_string_new(NULL);
  for (const char *p = apart; *p != '\0'; p++)
    if ((guchar)*p < 0x80)
      g_string_append_c(plain, g_ascii_isalnum(*p) ? g_ascii_tolower(*p) : '-');
  char *begin = plain->str;
  while (plain->len > 0 && plain->str[plain->len - 1] == '-')
    g_string_truncate(plain, plain->len - 1);
  begin += strspn(begin, "-");
  return g_strconcat(*begin != '\0' ? begin : "x", "@patient.example", NULL);
}

/* What stands behind the first colon of the line that begins so; NULL where there is none. */
static char *
value_of(const char *text, const char *name)
{
  for (const char *p = text; p != NULL; p = strstr(p, "\r\n")) {
    p += *p == '\r' ? 2 : 0;
    gsize n = strlen(name);
    if (strncmp(p, name, n) == 0 && (p[n] == ':' || p[n] == ';')) {
      const char *colon = strchr(p, ':');
      return g_strndup(colon + 1, strcspn(colon + 1, "\r"));
    }
  }
  return NULL;
}

static ModelEvent *
event_of(Model *m, const char *uid)
{
  ModelEvent *e = g_hash_table_lookup(m->by_uid, uid);
  if (e != NULL)
    return e;
  e = g_new0(ModelEvent, 1);
  e->uid = g_strdup(uid);
  e->blocks = g_ptr_array_new();
  e->visits = g_ptr_array_new();
  g_hash_table_insert(m->by_uid, e->uid, e);
  g_ptr_array_add(m->events, e);
  return e;
}

static void
add_block(Model *m, const char *begin, const char *end)
{
  ModelBlock *b = g_new0(ModelBlock, 1);
  b->text = g_strndup(begin, (gsize)(end - begin));
  g_autofree char *uid = value_of(b->text, "UID"), *rid = value_of(b->text, "RECURRENCE-ID");
  g_autofree char *start = value_of(b->text, "DTSTART"), *stop_at = value_of(b->text, "DTEND");
  g_autofree char *rule = value_of(b->text, "RRULE"), *status = value_of(b->text, "STATUS");
  g_autofree char *span = value_of(b->text, "DURATION"), *seq = value_of(b->text, "SEQUENCE");
  if (uid == NULL || start == NULL || seq == NULL || (stop_at == NULL && span == NULL))
    stop("a VEVENT lacks what it should have");
  b->start = read_local(m, start);
  b->length = stop_at != NULL ? read_local(m, stop_at) - b->start
                              : atoi(span + strlen("PT")) * BASE_CLOCK_MINUTE;
  b->rid = rid != NULL ? read_local(m, rid) : MODEL_SINGLE;
  b->master = rule != NULL;
  b->cancelled = g_strcmp0(status, "CANCELLED") == 0;
  b->sequence = atoi(seq);
  b->excluded = g_array_new(FALSE, FALSE, sizeof(gint64));
  ModelEvent *e = event_of(m, uid);
  g_ptr_array_add(e->blocks, b);
  g_ptr_array_add(m->blocks, b);
  if (b->master)
    e->master = b;
}

static void
read_ics(Model *m, const char *path)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    stop("the calendar cannot be read");
  char *p = strstr(text, "BEGIN:VEVENT"), *end = NULL;
  if (p == NULL)
    stop("the calendar has no VEVENT");
  m->header = g_strndup(text, (gsize)(p - text));
  m->zone = value_of(m->header, "X-WR-TIMEZONE");
  m->time_zone = g_time_zone_new_identifier(m->zone);
  for (; p != NULL && strncmp(p, "BEGIN:VEVENT", 12) == 0; p = end) {
    end = strstr(p, "END:VEVENT\r\n");
    if (end == NULL)
      stop("a VEVENT has no end");
    end += strlen("END:VEVENT\r\n");
    add_block(m, p, end);
  }
  m->footer = g_strdup(p);
}

/* --- the truth */

static char *
name_of(const char *uid, gint64 rid)
{
  return g_strdup_printf("%s %" G_GINT64_FORMAT, uid, rid);
}

ModelVisit *
model_find(const Model *m, const char *uid, gint64 rid)
{
  g_autofree char *name = name_of(uid, rid);
  return g_hash_table_lookup(m->by_name, name);
}

static void
add_visit(Model *m, const json_t *o)
{
  const char *rid = json_string_value(json_object_get(o, "recurrence_id"));
  ModelEvent *e = event_of(m, json_string_value(json_object_get(o, "uid")));
  ModelVisit *v = g_new0(ModelVisit, 1);
  v->event = e;
  v->rid = rid != NULL ? read_local(m, rid) : MODEL_SINGLE;
  for (guint i = 0; i < e->blocks->len; i++) {
    ModelBlock *b = e->blocks->pdata[i];
    if (!b->master && b->rid == v->rid)
      v->own = b;
  }
  if (e->mail == NULL)
    e->mail = mail_of(json_string_value(json_object_get(o, "patient")));
  gint64 wanted = read_local(m, json_string_value(json_object_get(o, "local")));
  if ((v->own != NULL ? v->own->start : v->rid) != wanted)
    stop("the truth is not that of the calendar");
  g_ptr_array_add(e->visits, v);
  g_ptr_array_add(m->visits, v);
  g_hash_table_insert(m->by_name, name_of(e->uid, v->rid), v);
}

static void
read_truth(Model *m, const char *path)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    stop("the truth cannot be read");
  for (char *p = text, *end; *p != '\0'; p = end + 1) {
    end = strchr(p, '\n');
    if (end == NULL)
      stop("the truth is cut off");
    json_t *o = json_loadb(p, (gsize)(end - p), 0, NULL);
    if (o == NULL)
      stop("the truth cannot be read");
    add_visit(m, o);
    json_decref(o);
  }
}

static void
block_free(gpointer data)
{
  ModelBlock *b = data;
  g_free(b->text);
  g_array_unref(b->excluded);
  g_free(b);
}

static void
event_free(gpointer data)
{
  ModelEvent *e = data;
  g_free(e->uid), g_free(e->mail);
  g_ptr_array_unref(e->blocks);
  g_ptr_array_unref(e->visits);
  g_free(e);
}

Model *
model_new(const char *ics, const char *truth)
{
  Model *m = g_new0(Model, 1);
  m->events = g_ptr_array_new_with_free_func(event_free);
  m->blocks = g_ptr_array_new_with_free_func(block_free);
  m->visits = g_ptr_array_new_with_free_func(g_free);
  m->by_uid = g_hash_table_new(g_str_hash, g_str_equal);
  m->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  read_ics(m, ics);
  read_truth(m, truth);
  m->begin = model_at(m, ((const ModelBlock *)m->blocks->pdata[0])->start, 2, 7 * 60);
  return m;
}

void
model_begin(Model *m, const char *date)
{
  int year, month, day;
  if (sscanf(date, "%4d-%2d-%2d", &year, &month, &day) != 3)
    stop("the first morning is no date");
  g_autoptr(GDateTime) t = g_date_time_new(m->time_zone, year, month, day, 7, 0, 0);
  m->begin = instant_of(t);
}

void
model_free(Model *m)
{
  g_free(m->zone), g_free(m->header), g_free(m->footer);
  g_time_zone_unref(m->time_zone);
  g_ptr_array_unref(m->events);
  g_ptr_array_unref(m->blocks);
  g_ptr_array_unref(m->visits);
  g_hash_table_unref(m->by_uid);
  g_hash_table_unref(m->by_name);
  g_free(m);
}

/* --- changes */

/* Another quarter of an hour, some days from then. */
static void
move(const Model *m, GRand *rand, ModelBlock *b)
{
  gint64 before = b->start;
  while (b->start == before)
    b->start = model_at(m, before, g_rand_int_range(rand, -1, 6),
                        15 * g_rand_int_range(rand, OPEN / 15, 18 * 4));
}

static void
edit_block(const Model *m, GRand *rand, ModelBlock *b)
{
  int chance = g_rand_int_range(rand, 0, 100);
  if (b->gone || chance < 20)
    b->gone = !b->gone;
  else if (b->cancelled || chance < 45)
    b->cancelled = !b->cancelled;
  else
    move(m, rand, b);
  b->sequence++;
  b->edited = TRUE;
}

static gboolean
edit_visit(const Model *m, GRand *rand, ModelVisit *v)
{
  if (v->own != NULL) {
    edit_block(m, rand, v->own);
    return TRUE;
  }
  if (v->rid == v->event->master->start) /* DTSTART is an occurrence, whatever EXDATE says of it */
    return FALSE;
  g_array_append_val(v->event->master->excluded, v->rid);
  v->event->master->sequence++;
  v->event->master->edited = TRUE;
  return TRUE;
}

/* The first of its visits that is far enough ahead. */
static ModelVisit *
ahead_of(const ModelEvent *e, gint64 now, gint64 ahead)
{
  for (guint i = 0; i < e->visits->len; i++) {
    ModelVisit *v = e->visits->pdata[i];
    gint64 start = v->own != NULL ? v->own->start : v->rid;
    if (start > now + ahead && (v->start == 0 || v->start > now + ahead))
      return v;
  }
  return NULL;
}

guint
model_edit(Model *m, GRand *rand, gint64 now)
{
  guint n = 0;
  for (guint i = 0; i < m->events->len; i++) {
    ModelEvent *e = m->events->pdata[i];
    ModelVisit *v = ahead_of(e, now, AHEAD);
    if (v == NULL || g_rand_int_range(rand, 0, 100) >= EDITS_PER_CENT)
      continue;
    n++;
    if (e->master != NULL && (e->gone || g_rand_int_range(rand, 0, 5) == 0))
      e->gone = !e->gone;
    else
      n -= !edit_visit(m, rand, v);
  }
  return n;
}

static gboolean
starts_with(const char *line, const char *name)
{
  return strncmp(line, name, strlen(name)) == 0;
}

/* The VEVENT as it is now. */
static void
write_block(const Model *m, const ModelBlock *b, GString *out)
{
  if (!b->edited) {
    g_string_append(out, b->text);
    return;
  }
  g_autofree char *start = write_local(m, b->start);
  for (const char *p = b->text, *next; *p != '\0'; p = next) {
    next = strstr(p, "\r\n") + 2;
    if (starts_with(p, "DTSTART"))
      g_string_append_printf(out, "DTSTART;TZID=%s:%s\r\nDURATION:PT%dM\r\n", m->zone, start,
                             (int)(b->length / BASE_CLOCK_MINUTE));
    else if (starts_with(p, "SEQUENCE"))
      g_string_append_printf(out, "SEQUENCE:%d\r\n", b->sequence);
    else if (starts_with(p, "STATUS"))
      g_string_append_printf(out, "STATUS:%s\r\n", b->cancelled ? "CANCELLED" : "CONFIRMED");
    else if (starts_with(p, "SUMMARY"))
      for (guint i = 0; i < b->excluded->len; i++) {
        g_autofree char *rid = write_local(m, g_array_index(b->excluded, gint64, i));
        g_string_append_printf(out, "EXDATE;TZID=%s:%s\r\n", m->zone, rid);
      }
    if (!starts_with(p, "DTSTART") && !starts_with(p, "DTEND") && !starts_with(p, "DURATION") &&
        !starts_with(p, "SEQUENCE") && !starts_with(p, "STATUS"))
      g_string_append_len(out, p, next - p);
  }
}

static void
write_file(const char *path, const GString *out)
{
  if (!g_file_set_contents(path, out->str, (gssize)out->len, NULL))
    stop("a calendar cannot be written");
}

void
model_write(const Model *m, const char *path)
{
  g_autoptr(GString) out = g_string_new(m->header);
  for (guint i = 0; i < m->events->len; i++) {
    const ModelEvent *e = m->events->pdata[i];
    for (guint k = 0; !e->gone && k < e->blocks->len; k++)
      if (!((const ModelBlock *)e->blocks->pdata[k])->gone)
        write_block(m, e->blocks->pdata[k], out);
  }
  g_string_append(out, m->footer);
  write_file(path, out);
}

guint
model_write_cancel(Model *m, GRand *rand, gint64 now, const char *path)
{
  g_autoptr(GString) out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\n");
  guint n = 0;
  for (guint i = 0; i < m->events->len && n < CANCELS; i++) {
    ModelEvent *e = m->events->pdata[i];
    const ModelVisit *v = ahead_of(e, now, AHEAD);
    if (v == NULL || !v->booked || e->master != NULL || g_rand_int_range(rand, 0, 2) == 0)
      continue;
    g_autofree char *start = write_local(m, v->start);
    g_string_append_printf(out,
                           "BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20240102T090000Z\r\n"
                           "DTSTART;TZID=%s:%s\r\nSEQUENCE:%d\r\nEND:VEVENT\r\n",
                           e->uid, m->zone, start, v->own->sequence + 1);
    e->recalled = TRUE;
    n++;
  }
  g_string_append(out, "END:VCALENDAR\r\n");
  write_file(path, out);
  return n;
}

void
model_recall(Model *m)
{
  for (guint i = 0; i < m->events->len; i++)
    ((ModelEvent *)m->events->pdata[i])->recalled = FALSE;
}

/* --- what comes of them */

static gboolean
is_excluded(const ModelVisit *v)
{
  const GArray *excluded = v->event->master->excluded;
  for (guint i = 0; i < excluded->len; i++)
    if (g_array_index(excluded, gint64, i) == v->rid)
      return TRUE;
  return FALSE;
}

/* Whether the calendar has the visit, and what it says of it. */
static gboolean
wanted(const ModelVisit *v, gint64 *ret_start, gint64 *ret_length, gboolean *ret_cancelled)
{
  const ModelEvent *e = v->event;
  if (e->gone || e->recalled)
    return FALSE;
  if (v->own != NULL && !v->own->gone) {
    *ret_start = v->own->start;
    *ret_length = v->own->length;
    *ret_cancelled = v->own->cancelled;
    return TRUE;
  }
  if (e->master == NULL || is_excluded(v))
    return FALSE;
  *ret_start = v->rid;
  *ret_length = e->master->length;
  *ret_cancelled = FALSE;
  return TRUE;
}

static void
follow(const Model *m, ModelVisit *v, gint64 now)
{
  gint64 start = v->start, length = v->end - v->start;
  gboolean cancelled = FALSE, there = wanted(v, &start, &length, &cancelled);
  if (!there || (cancelled && !v->row)) {
    v->booked = v->booked && v->start <= now; /* what is past has been */
    return;
  }
  if (!v->row || start != v->start || (!cancelled && !v->booked))
    v->known = now;
  v->row = TRUE;
  v->booked = !cancelled;
  if (start != v->start || length != v->end - v->start) {
    v->start = start;
    v->end = start + length;
    set_due(m, v);
  }
}

guint
model_follow(Model *m, gint64 now)
{
  guint n = 0;
  gint64 open = open_after(m, now);
  for (guint i = 0; i < m->visits->len; i++) {
    ModelVisit *v = m->visits->pdata[i];
    follow(m, v, now);
    if (v->booked || !v->told || v->told_start <= now)
      continue;
    v->told = FALSE;
    n += v->told_start > open; /* else it waits for a person to send it at a closed hour */
  }
  return n;
}
