/* The peers of the tests of FHIR and HL7: node with Medplum, started and stopped by the test. */
#ifndef GUICHET_TESTS_PEERS_EHR_PEER_H
#define GUICHET_TESTS_PEERS_EHR_PEER_H

#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <glib/gstdio.h>
#include <jansson.h>

#include "guichet/base/conf.h"
#include "guichet/base/file.h"
#include "guichet/clinic/destination.h"
#include "guichet/net/http.h"
#include "guichet/wire/fhir.h"
#include "worker/channel.h"

typedef struct {
  GPid pid;
  char *folder, *said; /* what the peer wrote into its port file */
  NetHttp *http;       /* for the test's own questions */
  char *desk;          /* the URL of /control */
} Peer;

static inline char *
peer_file(const char *name)
{
  const char *top = g_getenv("abs_top_srcdir");
  const char *made = g_getenv("GUICHET_PEERS_EHR");
  g_autofree char *own = g_build_filename(top != NULL ? top : ".", "tests/peers/ehr", NULL);
  return g_build_filename(made != NULL ? made : own, name, NULL);
}

/* Why the peers cannot run; NULL where they can. */
static inline const char *
peer_missing(void)
{
  g_autofree char *node = g_find_program_in_path("node");
  g_autofree char *modules = peer_file("node_modules/@medplum/fhir-router/package.json");
  if (node == NULL)
    return "there is no node";
  return g_file_test(modules, G_FILE_TEST_EXISTS) ? NULL
                                                  : "npm ci in tests/peers/ehr has not been run";
}

static inline gboolean
peer_start(Peer *peer, const char *script, const char *key)
{
  g_autofree char *program = peer_file(script);
  *peer = (Peer){.folder = g_dir_make_tmp("guichet-peer-XXXXXX", NULL), .http = net_http_new()};
  g_autofree char *port = g_build_filename(peer->folder, "port", NULL);
  const char *argv[] = {"node", program, port, key, NULL};
  if (!g_spawn_async(NULL, (char **)(gintptr)argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                         G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &peer->pid, NULL))
    return FALSE;
  for (int i = 0; i < 900; i++) { /* node reads 60 MB of definitions first */
    if (g_file_get_contents(port, &peer->said, NULL, NULL))
      return TRUE;
    g_usleep(100000);
  }
  kill(peer->pid, SIGTERM);
  return FALSE;
}

static inline void
peer_stop(Peer *peer)
{
  kill(peer->pid, SIGTERM);
  waitpid(peer->pid, NULL, 0);
  net_http_free(peer->http);
  g_autofree char *port = g_build_filename(peer->folder, "port", NULL);
  g_unlink(port);
  g_rmdir(peer->folder);
  g_free(peer->folder);
  g_free(peer->said);
  g_free(peer->desk);
}

/* What the peer's desk answers to `body` (NULL: only asks).  New reference. */
static inline json_t *
peer_ask(Peer *peer, const char *body)
{
  g_autoptr(GBytes) bytes = body != NULL ? g_bytes_new(body, strlen(body)) : NULL;
  g_autoptr(NetReply) reply = NULL;
  GError *error = NULL;
  net_http_ask(
      peer->http,
      &(NetRequest){.method = body != NULL ? "POST" : "GET", .url = peer->desk, .body = bytes},
      NULL, &reply, &error);
  assert_no_error(error);
  json_t *json = json_loadb((const char *)reply->body->data, reply->body->len, 0, NULL);
  assert_non_null(json);
  return json;
}

static inline void
peer_tell(Peer *peer, const char *body)
{
  json_decref(peer_ask(peer, body));
}

/* --- a note, as it is signed */

static inline WireNote
peer_note(gint64 item, const json_t *fields, const WireCodes *codes)
{
  return (WireNote){.clinic_name = "Clinique du Port",
                    .identifier_base = "urn:guichet:abc",
                    .item = item,
                    .visit = item + 1,
                    .patient = item + 2,
                    .family = "D’Œuvre",
                    .given = "Éléonore",
                    .birth = "1968-04-30",
                    .sex = "female",
                    .record = "R12",
                    .clinician_title = "Dr Ada Quill",
                    .clinician_name = "ada",
                    .clinician = 3,
                    .visit_at = G_GINT64_CONSTANT(1775035800) * G_USEC_PER_SEC,
                    .signed_at = G_GINT64_CONSTANT(1775039400) * G_USEC_PER_SEC,
                    .visit_kind = "telehealth",
                    .visit_kind_title = "Téléconsultation",
                    .language = "fr",
                    .title = "Note",
                    .text =
                        "SUBJECTIF\nToux < 3 jours & fièvre | ^ ~ \\ « 38,5 °C ».\n\nPLAN\nRepos.",
                    .digest_hex = "00ff",
                    .engine_name = "builtin",
                    .engine_version = "1",
                    .fields = fields,
                    .codes = codes};
}

static inline json_t *
peer_fields(void)
{
  return json_loads(
      "{\"problems\":[{\"text\":\"hypertension\"}],"
      "\"medications\":[{\"name\":\"lisinopril\",\"dose\":\"20 mg\",\"frequency\":\"daily\"}],"
      "\"allergies\":[{\"substance\":\"penicillin\",\"reaction\":\"hives\"}],"
      "\"vitals\":[{\"name\":\"blood pressure\",\"value\":\"128/82\",\"unit\":\"mmHg\"},"
      "{\"name\":\"temperature\",\"value\":\"38.5\",\"unit\":\"C\"}],"
      "\"orders\":[{\"text\":\"chest x-ray\"}],\"plan\":[{\"text\":\"rest\"}]}",
      0, NULL);
}

/* --- a channel without its engine */

typedef struct {
  WorkerSending sending;
  ClinicParcel parcel;
  guint answers;
  WorkerOutcome outcome;
  char *words;
  gint64 retry_after;
  gboolean peer;
} Trip;

typedef struct {
  WorkerRun run;
  BaseConf *conf;
  ClinicDestination to;
  const WorkerChannel *channel;
  gpointer state;
} Rig;

/* In place of the engine's: the answer goes to the trip, whose sending comes first in it. */
G_GNUC_UNUSED static void
trip_done(WorkerSending *sending, const WorkerAnswer *answer)
{
  Trip *trip = (Trip *)(gpointer)sending;
  trip->answers++;
  trip->outcome = answer->outcome;
  g_free(trip->words);
  trip->words = g_strdup(answer->words);
  trip->retry_after = answer->retry_after;
  trip->peer = answer->peer;
}

/* `settings`: lines of [destination ehr]. */
static inline void
rig_open(Rig *rig, const WorkerChannel *channel, const char *url, const char *auth,
         const char *secret_file, const char *settings)
{
  static char empty[] = "", name[] = "ehr";
  g_autofree char *text =
      g_strdup_printf("[destination ehr]\nchannel=%s\nurl=%s\n%s\n", channel->word, url, settings);
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp("guichet-conf-XXXXXX", &path, NULL);
  g_close(fd, NULL);
  GError *error = NULL;
  g_file_set_contents(path, text, -1, NULL);
  *rig = (Rig){.channel = channel};
  base_conf_load(path, &rig->conf, &error);
  assert_no_error(error);
  g_unlink(path);
  rig->run.multi = net_multi_new();
  rig->run.http = net_http_new_on(rig->run.multi);
  rig->to = (ClinicDestination){.name = name,
                                .channel = (char *)(gintptr)channel->word,
                                .url = g_strdup(url),
                                .host = empty,
                                .contract = empty,
                                .jurisdiction = empty,
                                .ca_file = empty,
                                .pin = empty,
                                .user = empty,
                                .secret_file =
                                    (char *)(gintptr)(secret_file != NULL ? secret_file : empty),
                                .auth = (char *)(gintptr)auth,
                                .sender = empty,
                                .connections = 1,
                                .seconds = 10,
                                .conf = rig->conf};
  channel->check(&rig->to, &error);
  assert_no_error(error);
  channel->open(&rig->run, &rig->to, &rig->state, &error);
  assert_no_error(error);
}

static inline void
rig_close(Rig *rig)
{
  rig->channel->close(rig->state);
  net_http_free(rig->run.http);
  net_multi_free(rig->run.multi);
  base_conf_free(rig->conf);
  g_free(rig->to.url);
}

static inline void
trip_begin(Trip *trip, Rig *rig, GBytes *bytes, guint attempts, gboolean ask)
{
  GError *error = NULL;
  *trip = (Trip){.sending = {.run = &rig->run, .to = &rig->to, .state = rig->state},
                 .parcel = {.item = 1, .bytes = bytes, .attempts = attempts}};
  trip->sending.parcel = &trip->parcel;
  (ask ? rig->channel->reconcile : rig->channel->start)(&trip->sending, &error);
  assert_no_error(error);
}

static inline void
trip_wait(const Trip *trip, Rig *rig)
{
  for (int i = 0; i < 3000 && trip->answers == 0; i++)
    net_multi_step(rig->run.multi, 10);
  assert_int_equal(trip->answers, 1);
}

static inline void
trip_end(Trip *trip, Rig *rig)
{
  if (rig->channel->drop != NULL)
    rig->channel->drop(&trip->sending);
  g_clear_pointer(&trip->words, g_free);
}

/* One trip from start to end: its outcome.  *ret_words may be NULL. */
static inline WorkerOutcome
trip_make(Rig *rig, GBytes *bytes, guint attempts, char **ret_words)
{
  Trip trip;
  trip_begin(&trip, rig, bytes, attempts, FALSE);
  trip_wait(&trip, rig);
  WorkerOutcome outcome = trip.outcome;
  if (ret_words != NULL)
    *ret_words = g_strdup(trip.words);
  trip_end(&trip, rig);
  return outcome;
}

#endif
