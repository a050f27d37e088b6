/* Notes to an HL7 v2 receiver: the signed MDM message over MLLP, and its acknowledgement.
 *
 * MSH-10 is the same at every try, so that a receiver knows a second one for what it is; but the
 * protocol cannot be asked, so what left and was not answered is a person's to settle. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/net/mllp.h"
#include "guichet/wire/hl7_ack.h"
#include "guichet/wire/hl7_note.h"
#include "worker/channel.h"

typedef struct {
  NetMllp *mllp;
  gboolean enhanced;
  guint64 told; /* strays that are in the log */
} Receiver;

typedef struct {
  WorkerSending *sending;
  Receiver *receiver;
  guint64 id;
  char *control;   /* MSH-10; NULL for a probe */
  WireHl7Ack *ack; /* the one that settles it; NULL none yet */
  gboolean taken;  /* CA has come */
} Message;

static const char *
named(const ClinicDestination *to, BaseConfKey key)
{
  return to->conf == NULL ? "" : base_conf_named_text(to->conf, to->name, key);
}

/* --- what an acknowledgement means */

static NetMllpVerdict
message_on_frame(const char *bytes, gsize n, gpointer data)
{
  Message *m = data;
  g_autoptr(WireHl7Ack) ack = NULL;
  if (!wire_hl7_ack_read(bytes, n, &ack, NULL))
    return NET_MLLP_BROKEN;
  if (m->control == NULL || strcmp(ack->control, m->control) != 0)
    return NET_MLLP_STRAY;
  gboolean more = ack->code == WIRE_HL7_CA && m->receiver->enhanced;
  m->taken = m->taken || ack->code == WIRE_HL7_CA;
  if (more)
    return NET_MLLP_MORE;
  wire_hl7_ack_free(m->ack);
  m->ack = g_steal_pointer(&ack);
  return NET_MLLP_DONE;
}

static void
strays_tell(Message *m)
{
  guint64 now = net_mllp_strays(m->receiver->mllp);
  if (now == m->receiver->told)
    return;
  g_autoptr(GError) why =
      g_error_new(BASE_ERROR, BASE_ERROR_PROTOCOL,
                  "%" G_GUINT64_FORMAT " answers or bytes belonged to nothing that was sent; they "
                  "were dropped",
                  now - m->receiver->told);
  worker_run_trouble(m->sending->run, m->sending->to->name, why);
  m->receiver->told = now;
}

static char *
ack_words(const WireHl7Ack *ack)
{
  const char *meaning = _(wire_hl7_ack_meaning(ack->code));
  return *ack->words == '\0' ? g_strdup(meaning) : g_strdup_printf("%s %s", meaning, ack->words);
}

static void
message_say(Message *m, WorkerOutcome outcome, const char *words, gboolean peer)
{
  worker_channel_done(m->sending,
                      &(WorkerAnswer){.outcome = outcome, .words = words, .peer = peer});
}

static void
message_on_done(const GError *error, gpointer data)
{
  Message *m = data;
  strays_tell(m);
  if (error == NULL) {
    gboolean good = m->ack->code == WIRE_HL7_AA || m->ack->code == WIRE_HL7_CA;
    g_autofree char *words = ack_words(m->ack);
    message_say(m, good ? WORKER_DELIVERED : WORKER_FAILED, words, FALSE);
  } else if (g_error_matches(error, BASE_ERROR, BASE_ERROR_AMBIGUOUS)) {
    g_autofree char *words = g_strdup_printf(
        m->taken ? _("the receiver took it in (CA), and did not say that it is filed: %s")
                 : _("the message left, and no acknowledgement of it came: %s"),
        error->message);
    message_say(m, WORKER_AMBIGUOUS, words, FALSE);
  } else {
    message_say(m, WORKER_DEFERRED, error->message, TRUE);
  }
}

/* --- the channel */

static gboolean
mllp_check(const ClinicDestination *to, GError **error)
{
  g_autofree char *host = NULL;
  guint port = 0;
  gboolean tls = FALSE;
  WireHl7Charset charset;
  if (!net_mllp_address(to->url, &host, &port, &tls, error))
    return FALSE;
  if (wire_hl7_charset_parse(named(to, BASE_CONF_DEST_HL7_CHARSET), &charset))
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      _("hl7_charset is UNICODE UTF-8 or 8859/1"));
  return FALSE;
}

static char *
path_of(const WorkerRun *run, const char *path)
{
  return *path == '\0' ? NULL : g_canonicalize_filename(path, clinic_session_folder(run->session));
}

static gboolean
mllp_open(WorkerRun *run, const ClinicDestination *to, gpointer *ret, GError **error)
{
  g_autofree char *cert = path_of(run, named(to, BASE_CONF_DEST_CERT_FILE));
  g_autofree char *key = path_of(run, named(to, BASE_CONF_DEST_KEY_FILE));
  const NetMllpTo address = {to->url, to->ca_file, to->pin, cert, key};
  NetMllp *mllp = NULL;
  if (!mllp_check(to, error) || !net_mllp_new(run->multi, &address, &mllp, error))
    return FALSE;
  Receiver *receiver = g_new0(Receiver, 1);
  receiver->mllp = mllp;
  receiver->enhanced = base_conf_named_bool(to->conf, to->name, BASE_CONF_DEST_HL7_ENHANCED);
  *ret = receiver;
  return TRUE;
}

static void
mllp_close(gpointer state)
{
  Receiver *receiver = state;
  if (receiver == NULL)
    return;
  net_mllp_free(receiver->mllp);
  g_free(receiver);
}

static Message *
message_new(WorkerSending *sending)
{
  Message *m = g_new0(Message, 1);
  m->sending = sending;
  m->receiver = sending->state;
  sending->own = m;
  return m;
}

/* The message's own MSH-10: what the answer must name. */
static gboolean
control_of(GBytes *message, char **ret, GError **error)
{
  g_autoptr(WireHl7) hl7 = NULL;
  gsize n = 0;
  const char *bytes = g_bytes_get_data(message, &n);
  if (!wire_hl7_read(bytes, n, &hl7, error))
    return FALSE;
  char *control = wire_hl7_text(hl7, 0, (WireHl7Place){.field = 10});
  if (control != NULL && *control != '\0') {
    *ret = control;
    return TRUE;
  }
  g_free(control);
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                      "what waits for the HL7 receiver has no control id (MSH-10)");
  return FALSE;
}

static gboolean
mllp_start(WorkerSending *sending, GError **error)
{
  char *control = NULL;
  if (!control_of(sending->parcel->bytes, &control, error))
    return FALSE;
  Message *m = message_new(sending);
  m->control = control;
  m->id = net_mllp_send(m->receiver->mllp, &(NetMllpMessage){sending->parcel->bytes,
                                                             message_on_frame, message_on_done, m});
  return TRUE;
}

static void
probe_on_done(const GError *error, gpointer data)
{
  Message *m = data;
  if (error == NULL)
    message_say(m, WORKER_DELIVERED, _("an HL7 receiver takes connections"), FALSE);
  else
    message_say(m, WORKER_DEFERRED, error->message, TRUE);
}

static gboolean
mllp_probe(WorkerSending *sending, GError **error)
{
  Message *m = message_new(sending);
  (void)error;
  m->id = net_mllp_knock(m->receiver->mllp,
                         &(NetMllpMessage){NULL, message_on_frame, probe_on_done, m});
  return TRUE;
}

static void
mllp_cancel(WorkerSending *sending)
{
  Message *m = sending->own;
  net_mllp_cancel(m->receiver->mllp, m->id);
}

static void
mllp_drop(WorkerSending *sending)
{
  Message *m = g_steal_pointer(&sending->own);
  if (m == NULL)
    return;
  wire_hl7_ack_free(m->ack);
  g_free(m->control);
  g_free(m);
}

const WorkerChannel worker_channel_mllp = {
    .word = "mllp",
    .check = mllp_check,
    .open = mllp_open,
    .close = mllp_close,
    .start = mllp_start,
    .probe = mllp_probe,
    .cancel = mllp_cancel,
    .drop = mllp_drop,
};
