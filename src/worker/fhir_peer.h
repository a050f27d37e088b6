/* A FHIR server as the channel and the context share it: its address, how to log in, what it can
 * do.  Requests run on the worker's multi handle. */
#ifndef GUICHET_WORKER_FHIR_PEER_H
#define GUICHET_WORKER_FHIR_PEER_H

#include "guichet/clinic/destination.h"
#include "guichet/wire/fhir_answer.h"
#include "worker/run.h"

typedef struct WorkerFhirPeer WorkerFhirPeer;

/* The settings can be used; no network. */
gboolean worker_fhir_peer_check(ClinicSession *session, const ClinicDestination *to,
                                GError **error);
gboolean worker_fhir_peer_open(WorkerRun *run, const ClinicDestination *to, WorkerFhirPeer **ret,
                               GError **error);
/* After everything that was asked of it has ended. */
void worker_fhir_peer_close(WorkerFhirPeer *peer);

typedef struct {
  long status;            /* HTTP; 0 where none came */
  const json_t *resource; /* what came, as FHIR; NULL where it is none */
  const char *location;   /* "Patient/12" of a create, from Location or the resource; "" */
  gint64 retry_after;     /* seconds; -1 not said */
  const GError *error;    /* no answer came: BASE_ERROR_AMBIGUOUS where the request had left */
} WorkerFhirReply;

typedef struct {
  const char *method;
  const char *path;      /* after the base: "Patient?identifier=…", "" for a Bundle */
  const char *condition; /* If-None-Exist; NULL none */
  const char *match;     /* If-Match: a version, without quotes; NULL none */
  const char *type;      /* of the body; NULL: FHIR as JSON */
  GBytes *body;          /* NULL none */
  /* Once; a 401 has been tried again with a new token by then. */
  void (*done)(const WorkerFhirReply *reply, gpointer data);
  gpointer data;
} WorkerFhirAsk;

/* *id takes its number before anything else happens: it may call back at once. */
void worker_fhir_peer_ask(WorkerFhirPeer *peer, const WorkerFhirAsk *ask, guint64 *id);
/* Ends it; `done` is called with BASE_ERROR_CANCELLED, or _AMBIGUOUS where it had left. */
void worker_fhir_peer_cancel(WorkerFhirPeer *peer, guint64 id);

/* What the server can do, read from /metadata once; `done` with NULL and no error where it does not
 * say (404 and the like).  *id as above; it stays where the answer was known. */
typedef void (*WorkerFhirKnown)(const WireFhirServer *server, const GError *error, gpointer data);
void worker_fhir_peer_learn(WorkerFhirPeer *peer, WorkerFhirKnown done, gpointer data, guint64 *id);

/* What was learned last; NULL where it did not say.  Good until the next one is learned. */
const WireFhirServer *worker_fhir_peer_server(const WorkerFhirPeer *peer);

/* The path, as worker_fhir_peer_ask() takes it, of an address that the server gave (the next page);
 * NULL where that leads out of the server's base: nothing of a patient goes to where the settings
 * do not say.  Caller frees. */
char *worker_fhir_peer_path(const WorkerFhirPeer *peer, const char *address);

/* In words: the OperationOutcome of the reply, else its HTTP status.  Caller frees. */
char *worker_fhir_peer_words(const WorkerFhirReply *reply);

#endif
