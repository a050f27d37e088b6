/* Notes to a FHIR server: the signed Bundle as a transaction, or its resources as creates in order;
 * then read back and compared.
 *
 * One note at a time goes to a server: two conditional creates of the same practitioner at once are
 * two practitioners. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/wire/fhir_step.h"
#include "worker/channel.h"
#include "worker/fhir_peer.h"
#include "worker/fhir_status.h"

typedef struct {
  WorkerFhirPeer *peer;
  GQueue lane; /* of Note; the head is under way */
  enum { HOW_AUTO, HOW_TRANSACTION, HOW_CREATES } how;
} Server;

typedef struct Note Note;
struct Note {
  WorkerSending *sending;
  Server *server;
  WireFhirSteps *steps;     /* NULL for a probe */
  WorkerFhirStatus *status; /* of an appointment, in place of a note; NULL */
  guint64 request;          /* under way; 0 none */
  guint index;              /* of the create under way */
  guint left_out;           /* discrete fields that the server does not take */
  gboolean queued, asked_first, creates, conditional;
  gboolean wrote, off; /* something may be stored; called off: nobody waits for a reply */
  void (*done)(const WorkerFhirReply *reply, gpointer data);
  const WireFhirServer *can; /* NULL where it does not say */
  void (*next)(Note *note);  /* what follows when its turn comes */
};

static void lane_turn(Server *server);

/* --- answering */

static void
note_leave_lane(Note *note)
{
  if (note->queued)
    g_queue_remove(&note->server->lane, note);
  note->queued = FALSE;
}

/* The last thing done with the note: the engine may drop it inside. */
static void
note_answer(Note *note, const WorkerAnswer *answer)
{
  Server *server = note->server;
  note->request = 0;
  note_leave_lane(note);
  worker_channel_done(note->sending, answer);
  lane_turn(server);
}

static void
note_say(Note *note, WorkerOutcome outcome, const char *words)
{
  note_answer(note, &(WorkerAnswer){.outcome = outcome, .words = words});
}

/* It is the server's trouble, or the log-in's: later. */
static void
note_defer_server(Note *note, const char *words, gint64 retry_after)
{
  note_answer(note, &(WorkerAnswer){.outcome = WORKER_DEFERRED,
                                    .words = words,
                                    .retry_after = MAX(retry_after, 0),
                                    .peer = TRUE});
}

static void
note_on_reply(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  note->request = 0;
  if (!note->off)
    note->done(reply, note);
}

static void
note_ask(Note *note, const WorkerFhirAsk *ask)
{
  WorkerFhirAsk own = *ask;
  note->done = ask->done;
  own.done = note_on_reply;
  own.data = note;
  note->wrote = note->wrote || ask->body != NULL;
  worker_fhir_peer_ask(note->server->peer, &own, &note->request);
}

/* --- reading back */

static void note_create(Note *note);

static char *
document_path(const Note *note)
{
  g_autofree char *system = g_uri_escape_string(wire_fhir_step_system(note->steps), ":/", FALSE);
  g_autofree char *value = g_uri_escape_string(wire_fhir_step_value(note->steps), NULL, FALSE);
  return g_strdup_printf("DocumentReference?identifier=%s%%7C%s", system, value);
}

/* How the document stands; FALSE where the server does not let us see. */
static gboolean
standing_of(const Note *note, const WorkerFhirReply *reply, WireFhirStanding *ret, char **ret_place)
{
  return reply->error == NULL && reply->status == 200 &&
         wire_fhir_answer_document(reply->resource, wire_fhir_step_system(note->steps),
                                   wire_fhir_step_value(note->steps),
                                   wire_fhir_step_text(note->steps), ret, ret_place, NULL);
}

static void
note_say_delivered(Note *note, const char *place, gboolean seen)
{
  g_autofree char *left =
      note->left_out == 0
          ? g_strdup("")
          : g_strdup_printf(
                ngettext("; %u discrete field, which the server does not take, stands in "
                         "the text alone",
                         "; %u discrete fields, which the server does not take, stand "
                         "in the text alone",
                         note->left_out),
                note->left_out);
  g_autofree char *words = g_strdup_printf(
      seen ? _("%s, read back equal%s") : _("%s; the server does not let it be read back%s"),
      *place != '\0' ? place : _("stored"), left);
  note_say(note, WORKER_DELIVERED, words);
}

/* What cannot be settled by reading goes to a person; FALSE where it can. */
static gboolean
note_say_strange(Note *note, WireFhirStanding standing, const char *place)
{
  if (standing != WIRE_FHIR_OTHER && standing != WIRE_FHIR_SEVERAL)
    return FALSE;
  g_autofree char *words =
      g_strdup_printf(standing == WIRE_FHIR_OTHER
                          ? _("the FHIR server has this document (%s) with another text")
                          : _("the FHIR server has this document more than once (%s and others)"),
                      place);
  note_say(note, WORKER_AMBIGUOUS, words);
  return TRUE;
}

/* After the server said that it is stored. */
static void
note_on_read_back(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  WireFhirStanding standing = WIRE_FHIR_ABSENT;
  g_autofree char *place = NULL;
  if (!standing_of(note, reply, &standing, &place))
    note_say_delivered(note, wire_fhir_step_place(note->steps), FALSE);
  else if (standing == WIRE_FHIR_SAME)
    note_say_delivered(note, place, TRUE);
  else if (!note_say_strange(note, standing, place))
    note_say(note, WORKER_AMBIGUOUS,
             _("the FHIR server said that it stored the note, and does not find it"));
}

/* After an answer that leaves it open: a line that dropped, 409, 412, 5xx. */
static void
note_on_doubt(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  WireFhirStanding standing = WIRE_FHIR_ABSENT;
  g_autofree char *place = NULL;
  if (!standing_of(note, reply, &standing, &place)) {
    g_autofree char *said = worker_fhir_peer_words(reply);
    g_autofree char *words = g_strdup_printf(
        _("the note left, it is not known whether it was stored, and asking did not tell: %s"),
        said);
    note_say(note, WORKER_AMBIGUOUS, words);
  } else if (standing == WIRE_FHIR_SAME && !note->creates) {
    note_say_delivered(note, place, TRUE);
  } else if (!note_say_strange(note, standing, place)) {
    if (standing == WIRE_FHIR_ABSENT || note->conditional)
      note_defer_server(note,
                        _("the FHIR server's answer did not come; the note is not there whole"), 0);
    else
      note_say(note, WORKER_AMBIGUOUS,
               _("the line dropped, and the FHIR server cannot tell a second try from a new note"));
  }
}

static void
note_read(Note *note, void (*done)(const WorkerFhirReply *, gpointer))
{
  g_autofree char *path = document_path(note);
  note_ask(note, &(WorkerFhirAsk){.method = "GET", .path = path, .done = done});
}

/* --- what an answer means */

/* The request had left, and what became of it is not known. */
static gboolean
reply_is_open(const WorkerFhirReply *reply)
{
  if (reply->error != NULL)
    return g_error_matches(reply->error, BASE_ERROR, BASE_ERROR_AMBIGUOUS);
  return (reply->status >= 500 && reply->status != 501 && reply->status != 503) ||
         reply->status == 409 || reply->status == 408;
}

/* The server's trouble or the log-in's, and nothing was done. */
static gboolean
reply_is_later(const WorkerFhirReply *reply)
{
  if (reply->error != NULL)
    return !g_error_matches(reply->error, BASE_ERROR, BASE_ERROR_AMBIGUOUS) &&
           !g_error_matches(reply->error, BASE_ERROR, BASE_ERROR_PROTOCOL);
  return reply->status == 429 || reply->status == 503 || reply->status == 401 ||
         reply->status == 403;
}

/* Settles what both ways share; FALSE where the reply is the note's own affair. */
static gboolean
note_settle(Note *note, const WorkerFhirReply *reply)
{
  if (reply_is_open(reply)) {
    note_read(note, note_on_doubt);
    return TRUE;
  }
  if (!reply_is_later(reply))
    return FALSE;
  g_autofree char *words = worker_fhir_peer_words(reply);
  note_defer_server(note, words, reply->retry_after);
  return TRUE;
}

/* --- creates, one after the other */

static void
note_create_next(Note *note)
{
  note->index++;
  note_create(note);
}

static void
note_on_created(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  if (note_settle(note, reply))
    return;
  gboolean good = reply->status == 200 || reply->status == 201;
  if (good && *reply->location != '\0') {
    wire_fhir_step_placed(note->steps, note->index, reply->location);
    note_create_next(note);
    return;
  }
  if (!wire_fhir_step_needed(note->steps, note->index)) {
    note->left_out++;
    wire_fhir_step_left_out(note->steps, note->index);
    note_create_next(note);
    return;
  }
  g_autofree char *said = worker_fhir_peer_words(reply);
  g_autofree char *words = g_strdup_printf(
      good ? _("%s: the FHIR server does not say where it put it; %s") : _("%s was not stored: %s"),
      wire_fhir_step_type(note->steps, note->index), said);
  note_say(note, WORKER_FAILED, words);
}

/* Does the server take that type, and does it take it with If-None-Exist? */
static gboolean
server_takes(const Note *note, const char *type)
{
  return note->can == NULL || g_hash_table_size(note->can->creates) == 0 ||
         g_hash_table_contains(note->can->creates, type);
}

static void
note_post_step(Note *note)
{
  g_autofree char *condition = NULL, *body = NULL;
  g_autoptr(GError) error = NULL;
  if (!wire_fhir_step_request(note->steps, note->index, &condition, &body, &error)) {
    note_say(note, WORKER_FAILED, error->message);
    return;
  }
  g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
  note_ask(note, &(WorkerFhirAsk){.method = "POST",
                                  .path = wire_fhir_step_type(note->steps, note->index),
                                  .condition = note->conditional ? condition : NULL,
                                  .body = bytes,
                                  .done = note_on_created});
}

/* For servers without If-None-Exist: what is there is not made again. */
static void
note_on_looked(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  g_autoptr(GPtrArray) found = NULL;
  const char *type = wire_fhir_step_type(note->steps, note->index);
  if (note_settle(note, reply))
    return;
  if (reply->status != 200 || !wire_fhir_answer_resources(reply->resource, type, &found, NULL)) {
    g_autofree char *said = worker_fhir_peer_words(reply);
    note_say(note, WORKER_FAILED, said);
    return;
  }
  if (found->len == 0) {
    note_post_step(note);
    return;
  }
  const char *id = json_string_value(json_object_get(found->pdata[0], "id"));
  g_autofree char *place = g_strdup_printf("%s/%s", type, id != NULL ? id : "");
  if (found->len > 1) {
    g_autofree char *words = g_strdup_printf(
        _("the FHIR server has several %s with the same identifier; it must be settled there"),
        type);
    note_say(note, WORKER_FAILED, words);
    return;
  }
  wire_fhir_step_placed(note->steps, note->index, place);
  note_create_next(note);
}

static void
note_create(Note *note)
{
  note->creates = TRUE;
  while (note->index < wire_fhir_step_count(note->steps) &&
         !wire_fhir_step_needed(note->steps, note->index) &&
         !server_takes(note, wire_fhir_step_type(note->steps, note->index))) {
    note->left_out++;
    wire_fhir_step_left_out(note->steps, note->index++);
  }
  if (note->index == wire_fhir_step_count(note->steps)) {
    note_read(note, note_on_read_back);
    return;
  }
  if (note->conditional) {
    note_post_step(note);
    return;
  }
  g_autofree char *condition = NULL, *body = NULL, *path = NULL;
  g_autoptr(GError) error = NULL;
  if (!wire_fhir_step_request(note->steps, note->index, &condition, &body, &error)) {
    note_say(note, WORKER_FAILED, error->message);
    return;
  }
  path = g_strdup_printf("%s?%s", wire_fhir_step_type(note->steps, note->index), condition);
  note_ask(note, &(WorkerFhirAsk){.method = "GET", .path = path, .done = note_on_looked});
}

/* --- a transaction */

/* It was refused as a whole, so that nothing of it is there; the server may still take the
 * resources one by one (a limit of entries, no transactions after all). */
static gboolean
may_be_taken_apart(const Note *note, long status)
{
  static const long statuses[] = {400, 404, 405, 413, 415, 422, 501};
  for (gsize i = 0; note->server->how == HOW_AUTO && i < G_N_ELEMENTS(statuses); i++)
    if (statuses[i] == status)
      return TRUE;
  return FALSE;
}

static void
note_on_transaction(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  g_autoptr(GError) error = NULL;
  if (note_settle(note, reply))
    return;
  if (reply->error == NULL && may_be_taken_apart(note, reply->status)) {
    note_create(note);
    return;
  }
  if (reply->error == NULL && (reply->status == 200 || reply->status == 201)) {
    if (wire_fhir_answer_stored(reply->resource, wire_fhir_step_count(note->steps), &error))
      note_read(note, note_on_read_back);
    else
      note_read(note, note_on_doubt);
    return;
  }
  g_autofree char *words = worker_fhir_peer_words(reply);
  note_say(note, WORKER_FAILED, words);
}

/* Every type, and each with If-None-Exist. */
static gboolean
takes_whole(const Note *note)
{
  if (note->can == NULL)
    return TRUE;
  for (guint i = 0; i < wire_fhir_step_count(note->steps); i++)
    if (!server_takes(note, wire_fhir_step_type(note->steps, i)))
      return FALSE;
  return note->can->transaction && note->conditional;
}

static void
note_send(Note *note)
{
  gboolean whole =
      note->server->how == HOW_TRANSACTION || (note->server->how == HOW_AUTO && takes_whole(note));
  if (!whole) {
    note_create(note);
    return;
  }
  note_ask(note, &(WorkerFhirAsk){.method = "POST",
                                  .path = "",
                                  .body = note->sending->parcel->bytes,
                                  .done = note_on_transaction});
}

/* Before a second try: a transaction that is there must not be sent again (its Provenance has no
 * identifier by which the server would know it). */
static void
note_on_asked(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  WireFhirStanding standing = WIRE_FHIR_ABSENT;
  g_autofree char *place = NULL;
  gboolean whole = note->server->how != HOW_CREATES && takes_whole(note);
  if (note_settle(note, reply))
    return;
  if (!standing_of(note, reply, &standing, &place)) {
    g_autofree char *words = worker_fhir_peer_words(reply);
    note_defer_server(note, words, reply->retry_after);
  } else if (standing == WIRE_FHIR_SAME && whole) {
    note_say_delivered(note, place, TRUE);
  } else if (!note_say_strange(note, standing, place)) {
    note_send(note);
  }
}

static void
note_on_known(const WireFhirServer *server, const GError *error, gpointer data)
{
  Note *note = data;
  note->request = 0;
  if (note->off)
    return;
  if (error != NULL) {
    note_defer_server(note, error->message, 0);
    return;
  }
  note->can = server;
  note->conditional = server == NULL || g_hash_table_size(server->creates) == 0 ||
                      g_hash_table_contains(server->conditional, "DocumentReference");
  if (note->asked_first)
    note_read(note, note_on_asked);
  else
    note_send(note);
}

static void
note_begin(Note *note)
{
  worker_fhir_peer_learn(note->server->peer, note_on_known, note, &note->request);
}

/* --- the lane */

static void
lane_turn(Server *server)
{
  Note *note = g_queue_peek_head(&server->lane);
  if (note == NULL || note->next == NULL)
    return;
  void (*next)(Note *) = note->next;
  note->next = NULL;
  next(note);
}

static void
status_begin(Note *note)
{
  worker_fhir_status_begin(note->status);
}

static void
on_status(const WorkerAnswer *answer, gpointer data)
{
  note_answer(data, answer);
}

/* A status of an appointment, else a note. */
static gboolean
note_read_parcel(Note *note, GError **error)
{
  gsize n = 0;
  const char *bytes = g_bytes_get_data(note->sending->parcel->bytes, &n);
  note->status = worker_fhir_status_new(note->server->peer, bytes, n, on_status, note);
  note->next = note->status != NULL ? status_begin : note_begin;
  return note->status != NULL || wire_fhir_step_read(bytes, n, &note->steps, error);
}

static gboolean
note_start(WorkerSending *sending, gboolean asked_first, GError **error)
{
  Note *note = g_new0(Note, 1);
  note->sending = sending;
  note->server = sending->state;
  note->asked_first = asked_first;
  if (!note_read_parcel(note, error)) {
    g_free(note);
    return FALSE;
  }
  note->queued = TRUE;
  sending->own = note;
  g_queue_push_tail(&note->server->lane, note);
  if (g_queue_peek_head(&note->server->lane) == note)
    lane_turn(note->server);
  return TRUE;
}

/* --- the channel */

static gboolean
fhir_check(const ClinicDestination *to, GError **error)
{
  return worker_fhir_peer_check(NULL, to, error);
}

static gboolean
fhir_open(WorkerRun *run, const ClinicDestination *to, gpointer *ret, GError **error)
{
  WorkerFhirPeer *peer = NULL;
  if (!worker_fhir_peer_open(run, to, &peer, error))
    return FALSE;
  const char *how = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_FHIR_BUNDLE);
  Server *server = g_new0(Server, 1);
  server->peer = peer;
  server->how = strcmp(how, "transaction") == 0 ? HOW_TRANSACTION
                : strcmp(how, "creates") == 0   ? HOW_CREATES
                                                : HOW_AUTO;
  g_queue_init(&server->lane);
  *ret = server;
  return TRUE;
}

static void
fhir_close(gpointer state)
{
  Server *server = state;
  if (server == NULL)
    return;
  worker_fhir_peer_close(server->peer);
  g_queue_clear(&server->lane);
  g_free(server);
}

static gboolean
fhir_start(WorkerSending *sending, GError **error)
{
  return note_start(sending, sending->parcel->attempts > 1, error);
}

static gboolean
fhir_reconcile(WorkerSending *sending, GError **error)
{
  return note_start(sending, TRUE, error);
}

static void
probe_on_known(const WireFhirServer *server, const GError *error, gpointer data)
{
  Note *note = data;
  note->request = 0;
  if (note->off)
    return;
  if (error != NULL) {
    note_defer_server(note, error->message, 0);
    return;
  }
  g_autofree char *words =
      server == NULL ? g_strdup(_("a FHIR server that does not say what it is"))
                     : g_strdup_printf("FHIR R4, %s %s", server->software, server->version);
  note_say(note, WORKER_DELIVERED, words);
}

static WorkerReach
probe_reach(long status)
{
  return status == 401 || status == 403 ? WORKER_REACH_BARRED
         : status > 0                   ? WORKER_REACH_LINE
                                        : WORKER_REACH_NONE;
}

/* Something that needs the log-in, and changes nothing. */
static void
probe_on_search(const WorkerFhirReply *reply, gpointer data)
{
  Note *note = data;
  if (reply->error != NULL || reply->status == 401 || reply->status == 403 ||
      reply->status >= 500) {
    g_autofree char *words = worker_fhir_peer_words(reply);
    note_answer(note, &(WorkerAnswer){.outcome = WORKER_DEFERRED,
                                      .words = words,
                                      .peer = TRUE,
                                      .reach = probe_reach(reply->status)});
    return;
  }
  worker_fhir_peer_learn(note->server->peer, probe_on_known, note, &note->request);
}

static void
probe_on_first(const WireFhirServer *server, const GError *error, gpointer data)
{
  Note *note = data;
  note->request = 0;
  if (note->off)
    return;
  (void)server;
  if (error != NULL)
    note_defer_server(note, error->message, 0);
  else
    note_ask(note, &(WorkerFhirAsk){.method = "GET",
                                    .path = "DocumentReference?_count=1&_summary=true",
                                    .done = probe_on_search});
}

static gboolean
fhir_probe(WorkerSending *sending, GError **error)
{
  Note *note = g_new0(Note, 1);
  (void)error;
  note->sending = sending;
  note->server = sending->state;
  sending->own = note;
  worker_fhir_peer_learn(note->server->peer, probe_on_first, note, &note->request);
  return TRUE;
}

/* With If-None-Exist, or before anything was written, a later try settles it by reading. */
static void
fhir_cancel(WorkerSending *sending)
{
  Note *note = sending->own;
  note->off = TRUE;
  if (note->status != NULL) {
    worker_fhir_status_cancel(note->status);
    return;
  }
  if (note->request != 0)
    worker_fhir_peer_cancel(note->server->peer, note->request);
  if (note->wrote && !note->conditional)
    note_say(note, WORKER_AMBIGUOUS, _("called off while the note was on its way"));
  else
    note_defer_server(note, _("the FHIR server took too long"), 0);
}

static void
fhir_drop(WorkerSending *sending)
{
  Note *note = g_steal_pointer(&sending->own);
  if (note == NULL)
    return;
  note_leave_lane(note);
  wire_fhir_step_free(note->steps);
  worker_fhir_status_free(note->status);
  g_free(note);
}

const WorkerChannel worker_channel_fhir = {
    .word = "fhir",
    .check = fhir_check,
    .open = fhir_open,
    .close = fhir_close,
    .start = fhir_start,
    .reconcile = fhir_reconcile,
    .probe = fhir_probe,
    .cancel = fhir_cancel,
    .drop = fhir_drop,
};
