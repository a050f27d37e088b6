#include "worker/listen.h"

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/log.h"
#include "guichet/clinic/feed.h"
#include "guichet/net/mllp.h"
#include "guichet/vault/process.h"
#include "guichet/wire/hl7_ack.h"

enum {
  LISTEN_AGAIN_S = 60,
  LISTEN_COUNT_S = 10, /* what came is counted in the store so often, not with each message */
};

struct WorkerListen {
  WorkerRun *run;
  NetMllpListener *listener; /* NULL while it cannot listen */
  GTimeZone *zone;           /* of times that name none */
  gint64 tried;              /* monotonic */
  ClinicFeedCount count;     /* what came and is not in the store yet */
  gint64 counted;            /* monotonic */
};

/* --- a message */

static char *
control_new(void)
{
  return g_strdup_printf("%" G_GINT64_FORMAT, vault_process_id());
}

static void
answer_add(GPtrArray *answers, GBytes *bytes)
{
  if (bytes != NULL)
    g_ptr_array_add(answers, bytes);
}

static GPtrArray *
answer_of(const WireHl7 *message, gboolean good, gboolean refused, const char *words)
{
  GPtrArray *answers = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  WireHl7AckCode codes[2];
  guint n = wire_hl7_ack_wanted(message, good, refused, codes);
  for (guint i = 0; i < n; i++) {
    g_autofree char *control = control_new();
    GBytes *bytes = NULL;
    if (wire_hl7_ack_make(message, codes[i], control, base_clock_now(), words, &bytes, NULL))
      answer_add(answers, bytes);
  }
  return answers;
}

static GPtrArray *
answer_garbage(const GError *why)
{
  GPtrArray *answers = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_autofree char *control = control_new();
  GBytes *bytes = NULL;
  if (wire_hl7_ack_reject(control, base_clock_now(), why->message, &bytes, NULL))
    answer_add(answers, bytes);
  return answers;
}

/* What the message itself is to blame for; anything else may work the next time. */
static gboolean
is_its_fault(const GError *error)
{
  return g_error_matches(error, BASE_ERROR, BASE_ERROR_DATA) ||
         g_error_matches(error, BASE_ERROR, BASE_ERROR_PROTOCOL);
}

static void
count_taken(struct WorkerListen *listen)
{
  listen->count.heard_at = base_clock_now();
  listen->count.taken++;
}

static void
count_refused(struct WorkerListen *listen, const GError *why)
{
  listen->count.heard_at = listen->count.refused_at = base_clock_now();
  listen->count.refused++;
  g_free(listen->count.why);
  listen->count.why = g_strdup(why->message);
}

/* A worker that is killed forgets a few seconds of it: the figures are for a person's eye. */
static void
count_save(struct WorkerListen *listen)
{
  g_autoptr(GError) error = NULL;
  listen->counted = base_clock_monotonic();
  if (listen->count.heard_at == 0)
    return;
  if (!clinic_feed_count_add(listen->run->session, &listen->count, &error)) {
    worker_run_trouble(listen->run, "counting the HL7 feed", error);
    return;
  }
  clinic_feed_count_clear(&listen->count);
  listen->count = (ClinicFeedCount){0};
}

static GPtrArray *
take(struct WorkerListen *listen, const WireHl7 *message)
{
  g_autoptr(WireHl7Event) event = NULL;
  g_autoptr(GError) error = NULL;
  ClinicFeedResult done = {0};
  if (!wire_hl7_event_read(message, listen->zone, &event, &error)) {
    count_refused(listen, error);
    return answer_of(message, FALSE, g_error_matches(error, BASE_ERROR, BASE_ERROR_PROTOCOL),
                     error->message);
  }
  if (clinic_feed_take(listen->run->session, event, &done, &error)) {
    count_taken(listen);
    listen->run->news.done += done.patients + done.appointments + done.asked > 0;
    return answer_of(message, TRUE, FALSE, NULL);
  }
  count_refused(listen, error);
  worker_run_trouble(listen->run, "a message of the HL7 feed", error);
  return is_its_fault(error) ? answer_of(message, FALSE, FALSE, error->message) : NULL;
}

static GPtrArray *
on_message(const char *bytes, gsize n, gpointer data)
{
  g_autoptr(WireHl7) message = NULL;
  g_autoptr(GError) error = NULL;
  if (!wire_hl7_read(bytes, n, &message, &error)) {
    count_refused(data, error);
    return answer_garbage(error);
  }
  return take(data, message);
}

/* --- listening */

static char *
file_of(WorkerRun *run, BaseConfKey key)
{
  const char *path = base_conf_text(clinic_session_conf(run->session), key);
  return *path == '\0' ? NULL : g_canonicalize_filename(path, clinic_session_folder(run->session));
}

static void
begin(struct WorkerListen *listen)
{
  WorkerRun *run = listen->run;
  g_autofree char *cert = file_of(run, BASE_CONF_HL7_CERT);
  g_autofree char *key = file_of(run, BASE_CONF_HL7_KEY);
  g_autofree char *ca = file_of(run, BASE_CONF_HL7_CA);
  const NetMllpListen at = {
      .url = base_conf_text(clinic_session_conf(run->session), BASE_CONF_HL7_LISTEN),
      .cert_file = cert,
      .key_file = key,
      .ca_file = ca,
      .message = on_message,
      .data = listen,
  };
  g_autoptr(GError) error = NULL;
  listen->tried = base_clock_monotonic();
  if (!net_mllp_listen(run->multi, &at, &listen->listener, &error))
    worker_run_trouble(run, "listening for HL7 messages", error);
  else
    base_log(BASE_LOG_INFO, "listening for HL7 messages on port %u",
             net_mllp_listen_port(listen->listener));
}

static struct WorkerListen *
listen_new(WorkerRun *run)
{
  const char *zone = base_conf_text(clinic_session_conf(run->session), BASE_CONF_CLINIC_ZONE);
  struct WorkerListen *listen = g_new0(struct WorkerListen, 1);
  listen->run = run;
  listen->zone = *zone != '\0' ? g_time_zone_new_identifier(zone) : NULL;
  if (listen->zone == NULL)
    listen->zone = g_time_zone_new_local();
  return listen;
}

void
worker_listen_tend(WorkerRun *run)
{
  if (!run->listens ||
      *base_conf_text(clinic_session_conf(run->session), BASE_CONF_HL7_LISTEN) == '\0')
    return;
  if (run->listen == NULL)
    run->listen = listen_new(run);
  struct WorkerListen *listen = run->listen;
  gint64 now = base_clock_monotonic();
  if (listen->listener != NULL)
    net_mllp_listen_look(listen->listener);
  else if (listen->tried == 0 || now - listen->tried >= LISTEN_AGAIN_S * BASE_CLOCK_SECOND)
    begin(listen);
  if (now - listen->counted >= LISTEN_COUNT_S * BASE_CLOCK_SECOND)
    count_save(listen);
}

void
worker_listen_free(WorkerRun *run)
{
  if (run->listen == NULL)
    return;
  net_mllp_listen_end(run->listen->listener);
  count_save(run->listen);
  clinic_feed_count_clear(&run->listen->count);
  g_time_zone_unref(run->listen->zone);
  g_clear_pointer(&run->listen, g_free);
}
