#include <string.h>

#include "cli/doctor.h"
#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/contract.h"
#include "guichet/net/http.h"
#include "guichet/scribe/builtin.h"
#include "guichet/worker/service.h"

#define DOCTOR_MS 20000u /* that a service may take for a few words */
#define DOCTOR_WORDS "Count from one to forty in words."

/* Nobody's words. */
#define DOCTOR_VISIT                                                                               \
  "Doctor: What brings you in today?\n"                                                            \
  "Patient: I have had a sore throat and a cough for three days.\n"                                \
  "Doctor: Any fever?\nPatient: No.\n"                                                             \
  "Doctor: Take ibuprofen 400 mg three times a day with food.\n"

void
cli_doctor_engine_builtin(CliDoctor *doctor)
{
  g_autofree char *own = g_build_filename(cli_doctor_dir(doctor), "lexicon", NULL);
  gboolean there = g_file_test(own, G_FILE_TEST_IS_DIR);
  g_autoptr(ScribeLexicon) lexicon = NULL;
  g_autoptr(ScribeTranscript) transcript = NULL;
  g_autoptr(ScribeDraft) draft = NULL;
  g_autoptr(GError) error = NULL;
  gint64 began = base_clock_monotonic(), loaded = 0;
  if (scribe_lexicon_load(there ? own : NULL, &lexicon, &error)) {
    loaded = base_clock_monotonic();
    if (scribe_transcript_parse("doctor", DOCTOR_VISIT, strlen(DOCTOR_VISIT), &transcript, &error))
      scribe_builtin_draft(lexicon, transcript, NULL, NULL, &draft, &error);
  }
  if (error != NULL)
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, "%s", error->message);
  else
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD,
                   _("its tables are read in %.0f ms, a short visit is drafted in %.1f ms"),
                   (double)(loaded - began) / 1e3, (double)(base_clock_monotonic() - loaded) / 1e3);
}

/* --- the service */

typedef struct {
  CliDoctor *doctor;
  WorkerService *service;
  NetHttp *http;
} Probe;

static gboolean
probe_ask(const Probe *probe, const char *path, GBytes *body, NetReply **ret, GError **error)
{
  static const char *const HEADERS[] = {"Content-Type: application/json", NULL};
  const WorkerServiceSettings *settings = worker_service_of(probe->service);
  g_autofree char *url = wire_chat_url(settings->url, path);
  const NetRequest request = {
      .method = body != NULL ? "POST" : "GET",
      .url = url,
      .headers = HEADERS,
      .body = body,
      .bearer = worker_service_key(probe->service),
      .ca_file = settings->ca_file,
      .cap = WIRE_CHAT_BODY_CAP,
      .connect_ms = 5000,
      .total_ms = DOCTOR_MS,
  };
  return net_http_ask(probe->http, &request, NULL, ret, error);
}

/* FALSE where the model of the settings is not among those it names. */
static void
probe_models(const Probe *probe)
{
  const char *wanted = worker_service_of(probe->service)->model;
  g_autoptr(NetReply) reply = NULL;
  g_auto(GStrv) names = NULL;
  if (!probe_ask(probe, "models", NULL, &reply, NULL) || reply->status != 200 ||
      !wire_chat_models_read((const char *)reply->body->data, reply->body->len, &names, NULL))
    return; /* not every server has the list */
  g_autofree char *all = g_strjoinv(", ", names);
  gboolean there = *wanted == '\0' || g_strv_contains((const char *const *)names, wanted);
  if (there)
    cli_doctor_say(probe->doctor, CLI_DOCTOR_GOOD, _("it has the models %s"), all);
  else
    cli_doctor_say(probe->doctor, CLI_DOCTOR_WARN, _("it does not name the model %s; it has %s"),
                   wanted, all);
}

static GBytes *
probe_body(const Probe *probe)
{
  const WireChatRequest request = {.model = worker_service_of(probe->service)->model,
                                   .system = "You are being tested.",
                                   .user = DOCTOR_WORDS,
                                   .form = WIRE_CHAT_PLAIN,
                                   .seed = 1,
                                   .max_tokens = 32};
  return wire_chat_request(&request);
}

static void
probe_tell(const Probe *probe, const WireChatAnswer *answer, gint64 took)
{
  double seconds = (double)took / 1e6;
  const char *model = *answer->model != '\0' ? answer->model : _("a model without a name");
  if (answer->completion_tokens > 0)
    cli_doctor_say(probe->doctor, CLI_DOCTOR_GOOD,
                   _("%s (%s) answered in %.2f s, %.0f tokens a second"), model,
                   *answer->fingerprint != '\0' ? answer->fingerprint : "—", seconds,
                   (double)answer->completion_tokens / MAX(seconds, 0.001));
  else
    cli_doctor_say(probe->doctor, CLI_DOCTOR_GOOD, _("%s answered in %.2f s"), model, seconds);
}

static void
probe_speed(const Probe *probe)
{
  g_autoptr(GBytes) body = probe_body(probe);
  g_autoptr(NetReply) reply = NULL;
  g_autoptr(WireChatReader) reader = wire_chat_reader_new();
  g_autoptr(WireChatAnswer) answer = NULL;
  g_autoptr(GError) error = NULL;
  WireChatError trouble = {WIRE_CHAT_TROUBLE_NONE, -1, -1};
  gint64 began = base_clock_monotonic();
  if (!probe_ask(probe, "chat/completions", body, &reply, &error)) {
    cli_doctor_say(probe->doctor, CLI_DOCTOR_BAD, "%s", error->message);
    return;
  }
  gint64 took = base_clock_monotonic() - began;
  const char *bytes = (const char *)reply->body->data;
  if (reply->status != 200) {
    wire_chat_error_read(reply->status, bytes, reply->body->len, &trouble);
    cli_doctor_say(probe->doctor, CLI_DOCTOR_BAD, _("the service says %ld: %s"), reply->status,
                   wire_chat_trouble_words(trouble.trouble));
  } else if (!wire_chat_reader_feed(reader, bytes, reply->body->len, &error) ||
             !wire_chat_reader_end(reader, &answer, &error)) {
    cli_doctor_say(probe->doctor, CLI_DOCTOR_BAD, "%s", error->message);
  } else {
    probe_tell(probe, answer, took);
  }
}

/* Nothing of a patient is sent; yet without a contract nothing ever will be, so it is not asked. */
static gboolean
probe_allowed(CliDoctor *doctor, const char *url)
{
  g_autoptr(GError) error = NULL;
  ClinicSession *session = cli_doctor_session(doctor);
  if (clinic_contract_host_is_loopback(url))
    return TRUE;
  if (session != NULL && clinic_contract_allow(session, url, CLINIC_DATA_VISIT, &error))
    return TRUE;
  cli_doctor_say(doctor, CLI_DOCTOR_BAD, "%s",
                 error != NULL ? error->message : _("the clinic cannot be opened"));
  return FALSE;
}

void
cli_doctor_engine_chat(CliDoctor *doctor)
{
  const BaseConf *conf = cli_doctor_conf(doctor);
  g_autoptr(WorkerService) service = NULL;
  g_autoptr(GError) error = NULL;
  if (conf == NULL || strcmp(base_conf_text(conf, BASE_CONF_ENGINE_KIND), "chat") != 0) {
    cli_doctor_say(doctor, CLI_DOCTOR_GOOD, _("none is set: the builtin engine drafts"));
    return;
  }
  const WorkerServiceSettings settings = worker_service_settings(conf, cli_doctor_dir(doctor));
  if (!worker_service_new(&settings, &service, &error)) {
    cli_doctor_say(doctor, CLI_DOCTOR_BAD, "%s", error->message);
    return;
  }
  if (!probe_allowed(doctor, settings.url))
    return;
  g_autoptr(NetHttp) http = net_http_new();
  const Probe probe = {doctor, service, http};
  probe_models(&probe);
  probe_speed(&probe);
}
