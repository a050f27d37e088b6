#include "clinic/intake.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/calendar/expander.h"
#include "guichet/store/patient.h"

enum {
  BATCH_MAX = 5000,   /* events of one transaction */
  PAGE = 500,         /* rows read at a time */
  HELD_MAX = 4 << 20, /* bytes of revisions that wait for a newer one */
  STALE_PAGE = 64,
  EMPTY_LEAST = 20, /* so many appointments to come do not vanish at once */
  EMPTY_PAGE = 200,
};

/* A revision no newer than what is known: it waits until the end of its file for a newer one. */
typedef struct {
  char *text;
  gint64 rank;
  guint n; /* place in the file */
} Held;

struct ClinicIntake {
  ClinicSession *session;
  StoreCalendar *calendar;
  ClinicIntakeFrame frame;
  CalendarReader *reader;
  CalendarProblemFunc problem;
  gpointer data;
  ClinicIntakeResult result, told; /* told: what the audit trail has of it */
  GHashTable *seen;                /* ids of entries that were offered */
  GHashTable *lines;               /* series → where its last VEVENT began in the file */
  GArray *held;                    /* of Held */
  gsize held_size;
  VaultTag resource;
  gboolean in_resource;
  guint64 problems_before; /* this resource */
  guint64 problems_twice;  /* told already: of revisions that waited */
  guint n;                 /* events in the open transaction */
  gboolean in_tx, message, last_call, broken, emptied;
  guint line;         /* of the series being spelt out; 0 not of this reading */
  const gint *cancel; /* may be NULL */
  GError *failed;
};

/* --- transactions */

static gboolean
tx_need(ClinicIntake *in, GError **error)
{
  if (!in->in_tx && !store_tx_begin(in->session->store, error))
    return FALSE;
  in->in_tx = TRUE;
  return TRUE;
}

static gboolean
tx_end(ClinicIntake *in, GError **error)
{
  const ClinicIntakeResult *now = &in->result, *was = &in->told;
  if (!in->in_tx)
    return TRUE;
  g_autofree char *words = g_strdup_printf(
      "added %" G_GUINT64_FORMAT " changed %" G_GUINT64_FORMAT " gone %" G_GUINT64_FORMAT
      " booked %" G_GUINT64_FORMAT " moved %" G_GUINT64_FORMAT " cancelled %" G_GUINT64_FORMAT
      " restored %" G_GUINT64_FORMAT,
      now->added - was->added, now->changed - was->changed, now->gone - was->gone,
      now->booked - was->booked, now->moved - was->moved, now->cancelled - was->cancelled,
      now->restored - was->restored);
  clinic_session_event(in->session, STORE_EVENT_CALENDAR_IMPORT, in->calendar->id, 0, words);
  in->in_tx = FALSE;
  in->n = 0;
  in->told = in->result;
  return store_tx_commit(in->session->store, error);
}

static gboolean
tx_count(ClinicIntake *in, GError **error)
{
  return ++in->n < BATCH_MAX || tx_end(in, error);
}

static void
tx_drop(ClinicIntake *in)
{
  if (in->in_tx)
    store_tx_rollback(in->session->store);
  in->in_tx = FALSE;
}

/* --- one event */

static void
see(ClinicIntake *in, gint64 id)
{
  g_hash_table_add(in->seen, g_memdup2(&id, sizeof id));
}

static gint64
rank_of(const CalendarDetail *detail)
{
  gint64 seconds = CLAMP(detail->stamp / BASE_CLOCK_SECOND, 0, ((gint64)1 << 34) - 1);
  return ((gint64)CLAMP(detail->sequence, 0, 1 << 28) << 34) | seconds;
}

/* What names the occurrence within its series. */
static char *
occurrence_name(const CalendarTime *rid)
{
  static const char LETTERS[] = {
      [CALENDAR_TIME_DATE] = 'd', [CALENDAR_TIME_FLOATING] = 'f', [CALENDAR_TIME_ZONED] = 'i'};
  if (rid->kind == CALENDAR_TIME_NONE)
    return g_strdup("");
  return g_strdup_printf("%c%" G_GINT64_FORMAT, LETTERS[rid->kind],
                         rid->kind == CALENDAR_TIME_ZONED
                             ? calendar_time_instant(rid, calendar_zone_utc())
                             : rid->local);
}

/* The lines that begin so, taken out. */
static void
strip(char *text, const char *start)
{
  for (char *p = strstr(text, start); p != NULL; p = strstr(p, start)) {
    char *end = strchr(p + 1, '\n');
    if (end == NULL)
      break;
    memmove(p, end, strlen(end) + 1);
  }
}

/* DTSTAMP is the time of the export with many servers, and LAST-MODIFIED moves with an alarm: they
 * are no change. */
static void
digest_of(const ClinicIntake *in, const char *text, VaultTag *ret)
{
  g_autofree char *bare = g_strdup(text);
  strip(bare, "\nDTSTAMP");
  strip(bare, "\nLAST-MODIFIED");
  store_entry_digest(in->session->store, bare, ret);
}

/* The patient of before is kept where the event no longer says. */
static gboolean
patient_of(ClinicIntake *in, const CalendarEvent *event, StoreEntry *entry, GError **error)
{
  gint64 patient = 0;
  gboolean uncertain = FALSE, asked = FALSE;
  g_autofree char *name = NULL;
  if (!clinic_intake_match(in->session, &event->detail, &patient, &uncertain, error))
    return FALSE;
  if (patient == 0 && entry->patient != 0 &&
      store_patient_name(in->session->store, entry->patient, &name, NULL))
    return TRUE;
  entry->patient = patient;
  if (uncertain && !clinic_intake_match_ask(in->session, in->calendar, entry, event, &asked, error))
    return FALSE;
  in->result.uncertain += asked;
  in->result.unmatched += patient == 0;
  return TRUE;
}

/* Appointments of an event that is no series, now. */
static gboolean
spell_now(ClinicIntake *in, const CalendarEvent *event, const StoreEntry *entry, GError **error)
{
  g_autoptr(GArray) page = NULL;
  if (!store_entry_siblings(in->session->store, in->calendar->id, &entry->series, 0, 2, &page,
                            error))
    return FALSE;
  if (page->len == 1)
    return clinic_intake_spell_one(in->session, &in->frame, in->reader, event, entry, &in->result,
                                   error);
  return clinic_intake_spell(in->session, &in->frame, &entry->series, &in->result, error);
}

static gboolean
put(ClinicIntake *in, const CalendarEvent *event, StoreEntry *entry, const char *text,
    GError **error)
{
  gboolean new = entry->id == 0, was_series = entry->recurs;
  entry->recurs =
      event->n_rules > 0 || event->n_rdates > 0 || event->recurrence_id.kind != CALENDAR_TIME_NONE;
  /* of a series more is to come: it is spelt out at the end */
  entry->stale = entry->recurs || was_series;
  entry->gone = FALSE;
  entry->rank = rank_of(&event->detail);
  entry->in_resource = in->in_resource;
  entry->resource = in->resource;
  if (!tx_need(in, error) || !patient_of(in, event, entry, error) ||
      !store_entry_put(in->session->store, entry, text, error))
    return FALSE;
  see(in, entry->id);
  in->result.added += new;
  in->result.changed += !new;
  if (entry->stale && !in->last_call)
    g_hash_table_insert(in->lines, g_memdup2(&entry->series, sizeof entry->series),
                        GUINT_TO_POINTER(event->line));
  if (!entry->stale && !spell_now(in, event, entry, error))
    return FALSE;
  return tx_count(in, error);
}

/* METHOD:CANCEL without RECURRENCE-ID: the whole series. */
static gboolean
cancel_all(ClinicIntake *in, const VaultTag *series, gint64 rank, GError **error)
{
  g_autoptr(GArray) page = NULL;
  gint64 after = 0;
  do {
    g_clear_pointer(&page, g_array_unref);
    if (!store_entry_siblings(in->session->store, in->calendar->id, series, after, PAGE, &page,
                              error))
      return FALSE;
    for (guint i = 0; i < page->len; i++) {
      StoreEntry *e = &g_array_index(page, StoreEntry, i);
      after = e->id;
      if (e->gone || e->rank >> 34 > rank >> 34)
        continue;
      e->gone = e->stale = TRUE;
      in->result.gone++;
      if (!tx_need(in, error) || !store_entry_mark(in->session->store, e, error))
        return FALSE;
    }
  } while (page->len == PAGE);
  return tx_count(in, error);
}

/* Takes the text, or says FALSE. */
static gboolean
hold(ClinicIntake *in, char *text, gint64 rank)
{
  gsize length = strlen(text);
  if (in->last_call || in->held_size + length > HELD_MAX)
    return FALSE;
  Held held = {text, rank, in->held->len};
  in->held_size += length;
  g_array_append_val(in->held, held);
  return TRUE;
}

static void
held_clear(gpointer data)
{
  g_free(((Held *)data)->text);
}

/* The newest first; of the same rank the last in the file. */
static int
held_newest(gconstpointer a, gconstpointer b)
{
  const Held *x = a, *y = b;
  if (x->rank != y->rank)
    return x->rank < y->rank ? 1 : -1;
  return x->n < y->n ? 1 : -1;
}

static gboolean
is_seen(const ClinicIntake *in, const StoreEntry *entry)
{
  return entry->id != 0 && g_hash_table_contains(in->seen, &entry->id);
}

static gboolean
is_same(const ClinicIntake *in, const StoreEntry *entry, const VaultTag *digest)
{
  return entry->id != 0 && !entry->gone && entry->in_resource == in->in_resource &&
         memcmp(entry->digest.bytes, digest->bytes, VAULT_TAG_BYTES) == 0 &&
         (!in->in_resource ||
          memcmp(entry->resource.bytes, in->resource.bytes, VAULT_TAG_BYTES) == 0);
}

static gboolean
settle(ClinicIntake *in, const CalendarEvent *event, StoreEntry *entry, gboolean whole_series,
       GError **error)
{
  VaultTag digest;
  g_autofree char *text = calendar_reader_portable(in->reader, event);
  gint64 rank = rank_of(&event->detail);
  gboolean message = event->detail.method == CALENDAR_METHOD_REQUEST ||
                     event->detail.method == CALENDAR_METHOD_CANCEL;
  in->message = in->message || message;
  digest_of(in, text, &digest);
  if (message && event->detail.method == CALENDAR_METHOD_CANCEL && whole_series)
    return cancel_all(in, &entry->series, rank, error);
  if (is_same(in, entry, &digest)) {
    in->result.same++;
    see(in, entry->id);
    return TRUE;
  }
  if (entry->id != 0 && rank < entry->rank && (message || is_seen(in, entry))) {
    in->result.old++;
    see(in, entry->id);
    return TRUE;
  }
  if (entry->id != 0 && in->last_call && is_seen(in, entry))
    return TRUE; /* its newer revision did come */
  if (entry->id != 0 && !entry->gone && !message && !is_seen(in, entry) && rank <= entry->rank &&
      hold(in, text, rank)) {
    text = NULL; /* it has it */
    return TRUE;
  }
  entry->digest = digest;
  return put(in, event, entry, text, error);
}

static gboolean
take(ClinicIntake *in, const CalendarEvent *event, GError **error)
{
  StoreHandle *store = in->session->store;
  StoreEntry entry = {.calendar = in->calendar->id}, found;
  GError *failed = NULL;
  g_autofree char *occurrence = occurrence_name(&event->recurrence_id);
  if (event->detail.method == CALENDAR_METHOD_REPLY) {
    in->message = TRUE;
    return TRUE;
  }
  store_entry_series(store, event->detail.uid, &entry.series);
  store_entry_part(store, event->detail.uid, occurrence, &entry.part);
  if (store_entry_find(store, in->calendar->id, &entry.part, &found, &failed))
    entry = found;
  if (failed != NULL) {
    g_propagate_error(error, failed);
    return FALSE;
  }
  return settle(in, event, &entry, *occurrence == '\0', error);
}

static gboolean
on_event(const CalendarEvent *event, gpointer data)
{
  ClinicIntake *in = data;
  in->result.events += !in->last_call;
  if (in->failed == NULL)
    take(in, event, &in->failed);
  return in->failed == NULL;
}

static void
on_problem(const CalendarProblem *problem, gpointer data)
{
  ClinicIntake *in = data;
  if (in->problem != NULL && !in->last_call)
    in->problem(problem, in->data);
}

/* A series of which something cannot be booked. */
static void
on_lack(const char *message, gpointer data)
{
  ClinicIntake *in = data;
  const CalendarProblem problem = {in->line, "VEVENT", message};
  in->result.lacking++;
  if (in->problem != NULL)
    in->problem(&problem, in->data);
}

static guint
hash_tag(gconstpointer key)
{
  guint hash = 0;
  memcpy(&hash, ((const VaultTag *)key)->bytes, sizeof hash);
  return hash;
}

static gboolean
equal_tags(gconstpointer a, gconstpointer b)
{
  return memcmp(a, b, sizeof(VaultTag)) == 0;
}

/* --- the face */

gboolean
clinic_intake_open(ClinicSession *session, gint64 calendar, CalendarProblemFunc problem,
                   gpointer data, ClinicIntake **ret, GError **error)
{
  g_autoptr(StoreCalendar) row = NULL;
  if (!clinic_session_require(session, CLINIC_POWER_CALENDAR_IMPORT, error) ||
      !store_calendar_load(session->store, calendar, &row, error))
    return FALSE;
  ClinicIntake *in = g_new0(ClinicIntake, 1);
  in->session = session;
  in->calendar = g_steal_pointer(&row);
  in->problem = problem;
  in->data = data;
  in->reader = calendar_reader_new(on_event, on_problem, in);
  in->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  in->held = g_array_new(FALSE, FALSE, sizeof(Held));
  g_array_set_clear_func(in->held, held_clear);
  in->lines = g_hash_table_new_full(hash_tag, equal_tags, g_free, NULL);
  clinic_intake_spell_frame(session, in->calendar, &in->frame);
  in->frame.lacks = on_lack;
  in->frame.data = in;
  *ret = in;
  return TRUE;
}

void
clinic_intake_free(ClinicIntake *in)
{
  if (in == NULL)
    return;
  tx_drop(in);
  calendar_reader_free(in->reader);
  store_calendar_free(in->calendar);
  g_hash_table_unref(in->seen);
  g_hash_table_unref(in->lines);
  g_array_unref(in->held);
  g_clear_error(&in->failed);
  g_free(in);
}

/* A reading that our own failure stopped says so, not that it was stopped. */
static gboolean
answer(ClinicIntake *in, GError *why, GError **error)
{
  if (in->failed != NULL) {
    g_clear_error(&why);
    why = g_steal_pointer(&in->failed);
    tx_drop(in);
  }
  if (why == NULL)
    return TRUE;
  in->broken = TRUE;
  g_propagate_error(error, why);
  return FALSE;
}

void
clinic_intake_clinician(ClinicIntake *in, gint64 clinician)
{
  in->frame.clinician = clinician;
  in->frame.clinician_said = TRUE;
}

void
clinic_intake_resource(ClinicIntake *in, const char *href)
{
  in->in_resource = href != NULL;
  in->problems_before = calendar_reader_problems(in->reader);
  if (href != NULL)
    store_entry_resource(in->session->store, href, &in->resource);
}

void
clinic_intake_watch(ClinicIntake *in, const gint *cancel)
{
  in->cancel = cancel;
}

static gboolean
go_on(const ClinicIntake *in, GError **error)
{
  if (in->cancel == NULL || __atomic_load_n(in->cancel, __ATOMIC_SEQ_CST) == 0)
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CANCELLED, _("the reading was stopped"));
  return FALSE;
}

gboolean
clinic_intake_feed(ClinicIntake *in, const void *bytes, gsize length, GError **error)
{
  GError *why = NULL;
  if (!go_on(in, error))
    return FALSE;
  calendar_reader_feed(in->reader, bytes, length, &why);
  return answer(in, why, error);
}

gboolean
clinic_intake_pause(ClinicIntake *in, GError **error)
{
  return tx_end(in, error);
}

/* --- what is no longer there */

static gboolean
mark_gone(ClinicIntake *in, StoreEntry *entry, GError **error)
{
  entry->gone = entry->stale = TRUE;
  in->result.gone++;
  return tx_need(in, error) && store_entry_mark(in->session->store, entry, error) &&
         tx_count(in, error);
}

typedef enum { LOST_MARK, LOST_COUNT, LOST_SEE } Lost;

/* Entries of the page that were not offered. */
static gboolean
lose_page(ClinicIntake *in, GArray *page, Lost what, GError **error)
{
  for (guint i = 0; i < page->len; i++) {
    StoreEntry *entry = &g_array_index(page, StoreEntry, i);
    if (entry->gone || is_seen(in, entry))
      continue;
    if (what == LOST_SEE)
      see(in, entry->id);
    else if (what == LOST_COUNT)
      in->result.kept++;
    else if (!mark_gone(in, entry, error))
      return FALSE;
  }
  return TRUE;
}

/* Of one resource, or (NULL) of the whole calendar. */
static gboolean
lose(ClinicIntake *in, const VaultTag *resource, Lost what, GError **error)
{
  StoreHandle *store = in->session->store;
  gint64 after = 0;
  guint n = 0;
  do {
    g_autoptr(GArray) page = NULL;
    gboolean ok =
        resource != NULL
            ? store_entry_held(store, in->calendar->id, resource, after, PAGE, &page, error)
            : store_entry_page(store, in->calendar->id, after, PAGE, &page, error);
    if (!ok)
      return FALSE;
    n = page->len;
    if (n > 0)
      after = g_array_index(page, StoreEntry, n - 1).id;
    if (!lose_page(in, page, what, error))
      return FALSE;
  } while (n == PAGE);
  return TRUE;
}

/* What was held back is the present state after all, unless a newer revision came. */
static gboolean
finish_held(ClinicIntake *in, GError **error)
{
  guint64 before = calendar_reader_problems(in->reader);
  gboolean ok = TRUE;
  g_array_sort(in->held, held_newest);
  in->last_call = TRUE;
  for (guint i = 0; ok && i < in->held->len; i++) {
    const char *text = g_array_index(in->held, Held, i).text;
    GError *why = NULL;
    if (calendar_reader_feed(in->reader, text, strlen(text), &why))
      calendar_reader_finish(in->reader, &why);
    ok = answer(in, why, error);
  }
  in->last_call = FALSE;
  in->problems_twice += calendar_reader_problems(in->reader) - before;
  g_array_set_size(in->held, 0);
  in->held_size = 0;
  return ok;
}

gboolean
clinic_intake_end(ClinicIntake *in, GError **error)
{
  GError *why = NULL;
  calendar_reader_finish(in->reader, &why);
  if (!answer(in, why, error))
    return FALSE;
  gboolean sound = calendar_reader_problems(in->reader) == in->problems_before;
  in->broken = in->broken || !sound;
  return !in->in_resource ||
         (finish_held(in, error) && (!sound || lose(in, &in->resource, LOST_MARK, error)));
}

gboolean
clinic_intake_drop(ClinicIntake *in, const char *href, GError **error)
{
  VaultTag tag;
  store_entry_resource(in->session->store, href, &tag);
  return lose(in, &tag, LOST_MARK, error);
}

gboolean
clinic_intake_keep(ClinicIntake *in, const char *href, GError **error)
{
  VaultTag tag;
  store_entry_resource(in->session->store, href, &tag);
  return lose(in, &tag, LOST_SEE, error);
}

/* --- the end */

/* Once all of its series were spelt out anew it is known of how many something is missing. */
static gboolean
finish_lacking(ClinicIntake *in, gboolean all, GError **error)
{
  StoreCalendar *row = in->calendar;
  gint64 lacking = (gint64)in->result.lacking;
  lacking = all ? lacking : MAX(lacking, row->lacking);
  if (lacking == row->lacking)
    return TRUE;
  row->lacking = lacking;
  return tx_need(in, error) && store_calendar_change(in->session->store, row, error);
}

/* All series are to be spelt out anew: it is time, or what was missing may be mended. */
static gboolean
is_further(const ClinicIntake *in)
{
  const ClinicIntakeResult *r = &in->result;
  return in->calendar->horizon < in->frame.horizon ||
         (in->calendar->lacking > 0 && r->added + r->changed + r->gone > 0);
}

static gboolean
finish_row(ClinicIntake *in, const ClinicIntakeEnd *end, gboolean further, GError **error)
{
  StoreCalendar *row = in->calendar;
  gboolean marked = (end->etag != NULL && strcmp(end->etag, row->etag) != 0) ||
                    (end->token != NULL && strcmp(end->token, row->token) != 0);
  if (!further && !marked)
    return TRUE;
  if (end->etag != NULL) {
    g_free(row->etag);
    row->etag = g_strdup(end->etag);
  }
  if (end->token != NULL) {
    g_free(row->token);
    row->token = g_strdup(end->token);
  }
  row->horizon = MAX(row->horizon, in->frame.horizon);
  return tx_need(in, error) &&
         (!further || store_entry_extend(in->session->store, row->id, error)) &&
         store_calendar_change(in->session->store, row, error);
}

static gboolean
finish_series(ClinicIntake *in, GError **error)
{
  StoreHandle *store = in->session->store;
  for (;;) {
    g_autoptr(GArray) page = NULL;
    if (!go_on(in, error) || !store_entry_behind(store, in->calendar->id, STALE_PAGE, &page, error))
      return FALSE;
    if (page->len == 0)
      return TRUE;
    const VaultTag *last = NULL;
    for (guint i = 0; i < page->len; i++) {
      const VaultTag *series = &g_array_index(page, StoreEntry, i).series;
      if (last != NULL && memcmp(last->bytes, series->bytes, VAULT_TAG_BYTES) == 0)
        continue;
      last = series;
      in->line = GPOINTER_TO_UINT(g_hash_table_lookup(in->lines, series));
      if (!tx_need(in, error) ||
          !clinic_intake_spell(in->session, &in->frame, series, &in->result, error) ||
          !store_entry_fresh(store, in->calendar->id, series, error))
        return FALSE;
    }
    in->n += page->len;
    if (!tx_count(in, error))
      return FALSE;
  }
}

/* A share that is not mounted, or a server in trouble, says that there is nothing. */
static gboolean
believe(ClinicIntake *in, GError **error)
{
  g_autoptr(GPtrArray) page = NULL;
  guint n = 0;
  if (in->emptied || in->broken || g_hash_table_size(in->seen) > 0)
    return TRUE;
  if (!store_appointment_page(in->session->store, STORE_APPOINTMENT_BY_CALENDAR, in->calendar->id,
                              in->frame.now, 0, G_MAXINT64, EMPTY_PAGE, &page, error))
    return FALSE;
  for (guint i = 0; i < page->len; i++)
    n += ((const StoreAppointment *)page->pdata[i])->state == STORE_APPOINTMENT_BOOKED;
  if (n < EMPTY_LEAST)
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                      _("there is nothing in the calendar any more, where many appointments were "
                        "to come: nothing was taken away; if it is meant, import it with "
                        "--emptied"));
  return FALSE;
}

void
clinic_intake_emptied(ClinicIntake *in)
{
  in->emptied = TRUE;
}

gboolean
clinic_intake_finish(ClinicIntake *in, const ClinicIntakeEnd *end, ClinicIntakeResult *ret,
                     GError **error)
{
  gboolean whole = end->whole && !in->message;
  gboolean ok = finish_held(in, error) && (!whole || believe(in, error)) &&
                (!whole || lose(in, NULL, in->broken ? LOST_COUNT : LOST_MARK, error));
  gboolean further = is_further(in);
  ok = ok && finish_row(in, end, further, error) && finish_series(in, error) &&
       finish_lacking(in, further, error) && tx_end(in, error);
  if (!ok) {
    tx_drop(in);
    return FALSE;
  }
  in->result.problems += calendar_reader_problems(in->reader) - in->problems_twice;
  *ret = in->result;
  return TRUE;
}

/* --- for the files of a folder (intake_path.c) */

void
clinic_intake_break(ClinicIntake *in)
{
  in->broken = TRUE;
}

void
clinic_intake_trouble(ClinicIntake *in, const char *message)
{
  const CalendarProblem problem = {0, "VCALENDAR", message};
  on_problem(&problem, in);
  in->result.problems++;
}

const char *
clinic_intake_etag(const ClinicIntake *in)
{
  return in->calendar->etag;
}
