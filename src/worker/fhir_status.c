#include "worker/fhir_status.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/wire/fhir_status.h"

enum { ROUNDS = 4 }; /* somebody else may change it between reading and writing, a few times */

struct WorkerFhirStatus {
  WorkerFhirPeer *peer;
  WireFhirStatus said;
  guint64 request; /* under way; 0 none */
  guint rounds;
  gboolean off, whole; /* called off; a patch was refused: the whole resource then */
  WorkerFhirStatusDone done;
  gpointer data;
};

WorkerFhirStatus *
worker_fhir_status_new(WorkerFhirPeer *peer, const char *bytes, gsize length,
                       WorkerFhirStatusDone done, gpointer data)
{
  WireFhirStatus said = {0};
  if (!wire_fhir_status_read(bytes, length, &said))
    return NULL;
  const WorkerFhirStatus made = {.peer = peer, .said = said, .done = done, .data = data};
  return g_memdup2(&made, sizeof made);
}

void
worker_fhir_status_free(WorkerFhirStatus *s)
{
  if (s == NULL)
    return;
  wire_fhir_status_clear(&s->said);
  g_free(s);
}

/* --- answering */

static void
say(WorkerFhirStatus *s, WorkerOutcome outcome, const char *words)
{
  s->done(&(WorkerAnswer){.outcome = outcome, .words = words}, s->data);
}

static void
defer(WorkerFhirStatus *s, const char *words, gint64 retry_after)
{
  s->done(&(WorkerAnswer){.outcome = WORKER_DEFERRED,
                          .words = words,
                          .retry_after = MAX(retry_after, 0),
                          .peer = TRUE},
          s->data);
}

static void
say_now(WorkerFhirStatus *s, WorkerOutcome outcome, const char *format, const char *now)
{
  g_autoptr(GString) words = g_string_new(format);
  g_string_replace(words, "%s", now, 1);
  g_autofree char *all = g_strdup_printf("%s: %s", s->said.reference, words->str);
  say(s, outcome, all);
}

/* Later: no answer, the log-in's trouble, too much to do. */
static gboolean
is_later(const WorkerFhirReply *reply)
{
  return reply->error != NULL || reply->status == 401 || reply->status == 403 ||
         reply->status == 408 || reply->status == 429 || reply->status >= 500;
}

static void
defer_reply(WorkerFhirStatus *s, const WorkerFhirReply *reply)
{
  g_autofree char *words = worker_fhir_peer_words(reply);
  defer(s, words, reply->retry_after);
}

/* --- writing */

static void look(WorkerFhirStatus *s);

/* The change is there, or another one came before it, or nobody knows: the Appointment tells. */
static gboolean
is_open(const WorkerFhirReply *reply)
{
  if (reply->error != NULL)
    return g_error_matches(reply->error, BASE_ERROR, BASE_ERROR_AMBIGUOUS);
  return (reply->status >= 200 && reply->status < 300) || reply->status == 409 ||
         reply->status == 412 ||
         (reply->status >= 500 && reply->status != 501 && reply->status != 503);
}

static gboolean
is_no_patch(const WorkerFhirReply *reply)
{
  static const long statuses[] = {400, 404, 405, 406, 415, 422, 501};
  for (gsize i = 0; reply->error == NULL && i < G_N_ELEMENTS(statuses); i++)
    if (reply->status == statuses[i])
      return TRUE;
  return FALSE;
}

static void
on_written(const WorkerFhirReply *reply, gpointer data)
{
  WorkerFhirStatus *s = data;
  s->request = 0;
  if (s->off)
    return;
  if (is_open(reply)) {
    look(s);
  } else if (!s->whole && is_no_patch(reply)) {
    s->whole = TRUE;
    look(s);
  } else if (is_later(reply) && reply->status != 501) {
    defer_reply(s, reply);
  } else {
    g_autofree char *words = worker_fhir_peer_words(reply);
    say(s, WORKER_FAILED, words);
  }
}

static void
write_it(WorkerFhirStatus *s, const json_t *resource)
{
  const WireFhirServer *can = worker_fhir_peer_server(s->peer);
  g_autofree char *version = wire_fhir_status_version(resource);
  gboolean patch = !s->whole && wire_fhir_answer_does(can, "Appointment", "patch");
  if (*version == '\0') {
    say_now(s, WORKER_FAILED,
            _("the FHIR server gives no version of it, without which somebody else's change could "
              "be overwritten"),
            "");
    return;
  }
  if (!patch && !wire_fhir_answer_does(can, "Appointment", "update")) {
    say_now(s, WORKER_FAILED, _("the FHIR server says that it takes no changes of appointments"),
            "");
    return;
  }
  char *text = patch ? wire_fhir_status_patch(s->said.status)
                     : wire_fhir_status_whole(resource, s->said.status);
  g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));
  worker_fhir_peer_ask(s->peer,
                       &(WorkerFhirAsk){.method = patch ? "PATCH" : "PUT",
                                        .path = s->said.reference,
                                        .match = version,
                                        .type = patch ? "application/json-patch+json" : NULL,
                                        .body = body,
                                        .done = on_written,
                                        .data = s},
                       &s->request);
}

/* --- reading */

static void
judge(WorkerFhirStatus *s, const json_t *resource)
{
  g_autofree char *now = NULL;
  switch (wire_fhir_status_standing(resource, &s->said, &now)) {
  case WIRE_FHIR_STATUS_THERE:
    say_now(s, WORKER_DELIVERED, "%s", now);
    return;
  case WIRE_FHIR_STATUS_BEYOND:
    say_now(s, WORKER_FAILED, _("it is %s there: nothing was changed"), now);
    return;
  case WIRE_FHIR_STATUS_OTHER:
    say(s, WORKER_FAILED, _("the FHIR server answers with something else than the appointment"));
    return;
  case WIRE_FHIR_STATUS_MAY:
  default:
    if (s->rounds++ < ROUNDS)
      write_it(s, resource);
    else
      defer(s, _("the appointment is being changed on the FHIR server at this moment"), 0);
  }
}

static void
on_seen(const WorkerFhirReply *reply, gpointer data)
{
  WorkerFhirStatus *s = data;
  s->request = 0;
  if (s->off)
    return;
  if (is_later(reply)) {
    defer_reply(s, reply);
  } else if (reply->status == 200 && reply->resource != NULL) {
    judge(s, reply->resource);
  } else {
    g_autofree char *words = worker_fhir_peer_words(reply);
    say(s, WORKER_FAILED, words);
  }
}

static void
look(WorkerFhirStatus *s)
{
  worker_fhir_peer_ask(
      s->peer,
      &(WorkerFhirAsk){.method = "GET", .path = s->said.reference, .done = on_seen, .data = s},
      &s->request);
}

static void
on_known(const WireFhirServer *server, const GError *error, gpointer data)
{
  WorkerFhirStatus *s = data;
  (void)server;
  s->request = 0;
  if (s->off)
    return;
  if (error != NULL)
    defer(s, error->message, 0);
  else
    look(s);
}

void
worker_fhir_status_begin(WorkerFhirStatus *s)
{
  worker_fhir_peer_learn(s->peer, on_known, s, &s->request);
}

void
worker_fhir_status_cancel(WorkerFhirStatus *s)
{
  s->off = TRUE;
  if (s->request != 0)
    worker_fhir_peer_cancel(s->peer, s->request);
  defer(s, _("the FHIR server took too long"), 0); /* the next try reads first */
}
