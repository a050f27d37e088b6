/* Appointments of a FHIR server as a calendar.  Each becomes an entry of iCalendar, and goes the
 * way of all calendars (clinic/intake.h): identity, changes, what vanished, whose it is.  A patient
 * is known by a number of ours that the server has, the birth date agreeing; else by what the
 * intake finds in name and phone, and where that is uncertain a task asks. */
#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/calendar/invite.h"
#include "guichet/clinic/agenda.h"
#include "guichet/clinic/chart.h"
#include "guichet/wire/fhir_context.h"
#include "worker/calendar.h"
#include "worker/fhir_peer.h"

enum {
  BEHIND_DAYS = 2, /* a visit of yesterday may be marked today */
  AHEAD_DAYS = 190,
  COUNT = 200,
  PAGES = 100,
  PEOPLE = 500, /* asked for one by one, in one reading */
  STEP_MS = 100,
  SEARCH_MOST = 300,
};

typedef struct {
  WorkerCalendarReading *reading;
  const ClinicDestination *to;
  NetMulti *multi;
  WorkerRun *run;
  WorkerFhirPeer *peer;
  guint64 request; /* under way */
  gboolean ended;
  json_t *answer;
  GError *error;
  gboolean include;   /* the server may send the patients along */
  guint alone;        /* patients that were asked for one by one */
  GHashTable *people; /* "Patient/12" → Person */
  GPtrArray *seen;    /* Seen: what was said of visits that have come or not */
} Talk;

typedef struct {
  char *record, *words;
} Person;

typedef struct {
  char *uid;
  ClinicAgendaState state;
} Seen;

static void
person_free(gpointer data)
{
  Person *person = data;
  g_free(person->record);
  g_free(person->words);
  g_free(person);
}

static void
seen_free(gpointer data)
{
  Seen *seen = data;
  g_free(seen->uid);
  g_free(seen);
}

static void
talk_clear(Talk *talk)
{
  g_clear_pointer(&talk->peer, worker_fhir_peer_close);
  g_clear_pointer(&talk->run, worker_run_free);
  g_clear_pointer(&talk->multi, net_multi_free);
  json_decref(talk->answer);
  g_clear_error(&talk->error);
  g_hash_table_unref(talk->people);
  g_ptr_array_unref(talk->seen);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Talk, talk_clear)

/* --- the address */

#define SCHEME "fhir:"

gboolean
worker_calendar_fhir_is(const char *given)
{
  return g_str_has_prefix(given, SCHEME) && strstr(given, "://") == NULL;
}

/* The search after "?", "" for none. */
static const char *
search_of(const char *location)
{
  const char *mark = strchr(location, '?');
  return mark != NULL ? mark + 1 : "";
}

/* Which appointments, never where they are: no path, no fragment, nothing of ours said again. */
static gboolean
is_search(const char *search)
{
  static const char *const ours[] = {"date=", "_count=", "_include=", NULL};
  for (gsize i = 0; ours[i] != NULL; i++)
    if (strstr(search, ours[i]) != NULL)
      return FALSE;
  return strlen(search) <= SEARCH_MOST &&
         strspn(search, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._~%|:/,=&") == strlen(search);
}

static gboolean
find_server(ClinicSession *session, const char *given, ClinicDestination **ret, GError **error)
{
  const char *rest = given + strlen(SCHEME);
  g_autofree char *name = g_strndup(rest, strcspn(rest, "?"));
  g_autoptr(ClinicDestination) to = NULL;
  if (!is_search(search_of(given))) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        _("what follows fhir:NAME? is a search of Appointment, without date"));
    return FALSE;
  }
  if (!clinic_destination_find(session, name, &to, error))
    return FALSE;
  if (strcmp(to->channel, "fhir") != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("[destination %s] is no FHIR server: fhir:NAME takes one with channel=fhir"),
                name);
    return FALSE;
  }
  *ret = g_steal_pointer(&to);
  return TRUE;
}

gboolean
worker_calendar_fhir_check(ClinicSession *session, const char *given, GError **error)
{
  g_autoptr(ClinicDestination) to = NULL;
  return find_server(session, given, &to, error);
}

/* --- asking, and waiting for the answer */

static int
code_of(long status)
{
  return status == 401 || status == 403  ? BASE_ERROR_DENIED
         : status == 404                 ? BASE_ERROR_NO_INPUT
         : status == 429 || status > 499 ? BASE_ERROR_UNAVAILABLE
                                         : BASE_ERROR_PROTOCOL;
}

static void
on_reply(const WorkerFhirReply *reply, gpointer data)
{
  Talk *talk = data;
  talk->ended = TRUE;
  talk->request = 0;
  if (reply->error == NULL && reply->status == 200 && reply->resource != NULL) {
    talk->answer = json_deep_copy(reply->resource);
    return;
  }
  talk->reading->wait = MAX(reply->retry_after, 0);
  g_autofree char *words = worker_fhir_peer_words(reply);
  int code = reply->error == NULL                         ? code_of(reply->status)
             : reply->error->code == BASE_ERROR_AMBIGUOUS ? BASE_ERROR_UNAVAILABLE
                                                          : reply->error->code;
  talk->error = g_error_new_literal(BASE_ERROR, code, words);
}

static gboolean
is_cancelled(const Talk *talk)
{
  const gint *cancel = talk->reading->asked->cancel;
  return cancel != NULL && __atomic_load_n(cancel, __ATOMIC_SEQ_CST) != 0;
}

static gboolean
wait_for(Talk *talk, GError **error)
{
  while (!talk->ended) {
    if (is_cancelled(talk) && talk->request != 0)
      worker_fhir_peer_cancel(talk->peer, talk->request);
    else
      net_multi_step(talk->multi, STEP_MS);
  }
  if (talk->error == NULL)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&talk->error));
  return FALSE;
}

/* *ret: a new reference. */
static gboolean
ask(Talk *talk, const char *path, json_t **ret, GError **error)
{
  talk->ended = FALSE;
  worker_fhir_peer_ask(
      talk->peer, &(WorkerFhirAsk){.method = "GET", .path = path, .done = on_reply, .data = talk},
      &talk->request);
  if (!wait_for(talk, error))
    return FALSE;
  *ret = g_steal_pointer(&talk->answer);
  return TRUE;
}

static void
on_known(const WireFhirServer *server, const GError *error, gpointer data)
{
  Talk *talk = data;
  (void)server;
  talk->ended = TRUE;
  talk->request = 0;
  talk->error = error != NULL ? g_error_copy(error) : NULL;
}

static gboolean
learn(Talk *talk, GError **error)
{
  talk->ended = FALSE;
  worker_fhir_peer_learn(talk->peer, on_known, talk, &talk->request);
  if (!wait_for(talk, error))
    return FALSE;
  if (wire_fhir_answer_searches_by(worker_fhir_peer_server(talk->peer), "Appointment", "date"))
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      _("the FHIR server says that appointments cannot be searched there by date"));
  return FALSE;
}

/* --- whose they are */

static char *
words_of(const WireFhirPatient *found)
{
  return g_strdup_printf("%s %s %s", found->given, found->family, found->phone);
}

static gboolean
person_keep(Talk *talk, const WireFhirPatient *found, GError **error)
{
  g_autofree char *record = NULL;
  if (!clinic_chart_ask_record(talk->reading->session, talk->to, found, &record, error))
    return FALSE;
  Person *person = g_new0(Person, 1);
  person->words = words_of(found);
  person->record = g_steal_pointer(&record);
  g_hash_table_replace(talk->people, g_strdup(found->reference), person);
  return TRUE;
}

static gboolean
people_keep(Talk *talk, const json_t *answer, GError **error)
{
  g_autoptr(GPtrArray) found = NULL;
  if (!wire_fhir_context_patients(answer, &found, error))
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    if (!person_keep(talk, found->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* "Patient/12" of "https://host/fhir/Patient/12"; "" where it is no Patient of this server. */
static char *
reference_of(Talk *talk, const char *given)
{
  g_autofree char *path = worker_fhir_peer_path(talk->peer, given);
  const char *id = path != NULL && g_str_has_prefix(path, "Patient/") ? path + 8 : "";
  gsize n = strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.");
  return n == 0 || n > 64 || (id[n] != '\0' && id[n] != '/') ? g_strdup("")
                                                             : g_strndup(path, 8 + n);
}

/* One who cannot be read is nobody known: the appointment stands all the same. */
static gboolean
person_of(Talk *talk, const char *given, const Person **ret, GError **error)
{
  g_autofree char *reference = reference_of(talk, given);
  g_autoptr(GError) why = NULL;
  json_t *answer = NULL;
  *ret = g_hash_table_lookup(talk->people, reference);
  if (*ret != NULL || *reference == '\0' || talk->alone >= PEOPLE)
    return TRUE;
  talk->alone++;
  if (ask(talk, reference, &answer, &why)) {
    gboolean ok = people_keep(talk, answer, error);
    json_decref(answer);
    *ret = g_hash_table_lookup(talk->people, reference);
    return ok;
  }
  if (why->code != BASE_ERROR_DENIED && why->code != BASE_ERROR_NO_INPUT &&
      why->code != BASE_ERROR_PROTOCOL) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  Person *nobody = g_new0(Person, 1); /* not asked again */
  nobody->record = g_strdup("");
  nobody->words = g_strdup("");
  g_hash_table_replace(talk->people, g_strdup(reference), nobody);
  *ret = nobody;
  return TRUE;
}

/* --- an entry of the calendar */

/* As R4 has them; those that are not listed are no appointments yet. */
static const struct {
  const char *status;
  gboolean cancelled;
  ClinicAgendaState seen; /* BOOKED: nothing yet */
} STATUSES[] = {
    {"booked", FALSE, CLINIC_AGENDA_BOOKED},       {"pending", FALSE, CLINIC_AGENDA_BOOKED},
    {"arrived", FALSE, CLINIC_AGENDA_ARRIVED},     {"checked-in", FALSE, CLINIC_AGENDA_CHECKED_IN},
    {"fulfilled", FALSE, CLINIC_AGENDA_COMPLETED}, {"noshow", FALSE, CLINIC_AGENDA_NO_SHOW},
    {"cancelled", TRUE, CLINIC_AGENDA_BOOKED},
};

static char *
summary_of(const WireFhirAppointment *a, const Person *person)
{
  const char *what = *a->type != '\0' ? a->type : a->reason;
  gboolean known = person == NULL || *person->record != '\0';
  g_autofree char *by =
      *a->clinician_name != '\0' ? g_strdup_printf(" (%s)", a->clinician_name) : g_strdup("");
  /* the intake looks for name and phone where no number tells */
  return g_strdup_printf("%s%s%s%s", what, known || *what == '\0' ? "" : " | ",
                         known ? "" : person->words, by);
}

/* The place where it has a name; a reference says nothing to anybody. */
static const char *
place_of(const WireFhirAppointment *a)
{
  return strchr(a->location, '/') == NULL && *a->location != '\0' ? a->location : NULL;
}

static gboolean
feed(Talk *talk, const WireFhirAppointment *a, gsize row, const Person *person, GError **error)
{
  WorkerCalendarReading *r = talk->reading;
  gint64 slot = base_conf_int(clinic_session_conf(r->session), BASE_CONF_AGENDA_SLOT);
  g_autofree char *uid = g_strconcat(SCHEME, a->reference, NULL);
  g_autofree char *summary = summary_of(a, person);
  g_autofree char *text = NULL;
  gsize length = 0;
  const CalendarInvite entry = {
      .method = CALENDAR_METHOD_NONE,
      .cancelled = STATUSES[row].cancelled,
      .uid = uid,
      .stamp = a->updated != 0 ? a->updated : a->start,
      .start = a->start,
      .end = a->end > a->start ? a->end : a->start + slot * BASE_CLOCK_MINUTE,
      .summary = summary,
      .location = place_of(a),
      .patient_id = person != NULL ? person->record : "",
  };
  if (STATUSES[row].seen != CLINIC_AGENDA_BOOKED) {
    Seen *seen = g_new0(Seen, 1);
    *seen = (Seen){g_strdup(uid), STATUSES[row].seen};
    g_ptr_array_add(talk->seen, seen);
  }
  return calendar_invite_write(&entry, &text, &length, error) &&
         clinic_intake_feed(r->intake, text, length, error);
}

static gboolean
take_one(Talk *talk, const WireFhirAppointment *a, GError **error)
{
  const Person *person = NULL;
  gsize row = 0;
  while (row < G_N_ELEMENTS(STATUSES) && strcmp(a->status, STATUSES[row].status) != 0)
    row++;
  if (row == G_N_ELEMENTS(STATUSES) || a->start == 0)
    return TRUE;
  return person_of(talk, a->patient, &person, error) && feed(talk, a, row, person, error);
}

/* Nothing is locked while the network is waited for. */
static gboolean
take_page(Talk *talk, const json_t *answer, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  if (!wire_fhir_context_appointments(answer, &all, error) || !people_keep(talk, answer, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++) {
    if (!clinic_intake_pause(talk->reading->intake, error) || !take_one(talk, all->pdata[i], error))
      return FALSE;
  }
  return clinic_intake_pause(talk->reading->intake, error);
}

/* --- all of them */

static char *
first_path(const Talk *talk)
{
  gint64 now = base_clock_now();
  g_autofree char *from = base_clock_iso(now - BEHIND_DAYS * BASE_CLOCK_DAY);
  g_autofree char *to = base_clock_iso(now + AHEAD_DAYS * BASE_CLOCK_DAY);
  const char *search = search_of(talk->reading->calendar->location);
  from[10] = to[10] = '\0'; /* days */
  return g_strdup_printf("Appointment?date=ge%s&date=le%s%s%s&_count=%d%s", from, to,
                         *search != '\0' ? "&" : "", search, COUNT,
                         talk->include ? "&_include=Appointment:patient" : "");
}

/* A server that does not know _include may refuse all for it. */
static gboolean
ask_first(Talk *talk, json_t **ret, GError **error)
{
  g_autofree char *path = first_path(talk);
  g_autoptr(GError) why = NULL;
  if (ask(talk, path, ret, &why))
    return TRUE;
  if (!talk->include || why->code != BASE_ERROR_PROTOCOL) {
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
  }
  talk->include = FALSE;
  g_autofree char *plain = first_path(talk);
  return ask(talk, plain, ret, error);
}

/* What is not whole lets nothing vanish. */
static gboolean
cut(GError **error)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_PROTOCOL,
                      _("the FHIR server's list of appointments has no end, or goes on somewhere "
                        "else: what came was taken in, and nothing was taken away"));
  return FALSE;
}

static gboolean
take_all(Talk *talk, GError **error)
{
  json_t *answer = NULL;
  if (!ask_first(talk, &answer, error))
    return FALSE;
  for (guint pages = 1;; pages++) {
    gboolean ok = take_page(talk, answer, error);
    const char *next = wire_fhir_context_next(answer);
    g_autofree char *path = next != NULL ? worker_fhir_peer_path(talk->peer, next) : NULL;
    gboolean last = next == NULL;
    json_decref(g_steal_pointer(&answer));
    if (!ok || last)
      return ok;
    if (path == NULL || pages >= PAGES)
      return cut(error);
    if (!ask(talk, path, &answer, error))
      return FALSE;
  }
}

/* Who came and who did not, once the appointments stand. */
static gboolean
tell_seen(Talk *talk, GError **error)
{
  WorkerCalendarReading *r = talk->reading;
  for (guint i = 0; i < talk->seen->len; i++) {
    const Seen *seen = talk->seen->pdata[i];
    guint marked = 0;
    if (!clinic_agenda_tell(r->session, r->asked->calendar, seen->uid, seen->state, &marked, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
talk_open(Talk *talk, GError **error)
{
  WorkerCalendarReading *r = talk->reading;
  if (!find_server(r->session, r->calendar->location, &r->server, error) ||
      !clinic_destination_allow(r->session, r->server, CLINIC_DATA_CONTACT, error))
    return FALSE;
  talk->to = r->server;
  talk->multi = net_multi_new();
  talk->run = worker_run_new(r->session, talk->multi, r->asked->cancel, NULL, NULL);
  return worker_fhir_peer_open(talk->run, talk->to, &talk->peer, error) && learn(talk, error);
}

/* No appointments at all are a calendar too. */
#define EMPTY                                                                                      \
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//guichet//guichet//EN\r\nEND:VCALENDAR\r\n"

gboolean
worker_calendar_fhir_read(WorkerCalendarReading *r, ClinicIntakeResult *ret, gboolean *ret_same,
                          GError **error)
{
  g_auto(Talk) talk = {.reading = r, .include = TRUE};
  const ClinicIntakeEnd end = {.whole = TRUE};
  talk.people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, person_free);
  talk.seen = g_ptr_array_new_with_free_func(seen_free);
  *ret_same = FALSE;
  if (!talk_open(&talk, error))
    return FALSE;
  clinic_intake_resource(r->intake, NULL);
  return clinic_intake_feed(r->intake, EMPTY, strlen(EMPTY), error) && take_all(&talk, error) &&
         clinic_intake_end(r->intake, error) && clinic_intake_finish(r->intake, &end, ret, error) &&
         tell_seen(&talk, error);
}
