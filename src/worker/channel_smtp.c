/* Mail by a submission server.  The protocol cannot be asked whether a message arrived, so what
 * left and was not answered is a person's to settle; its Message-ID, fixed at signing, finds it. */
#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/mail.h"
#include "guichet/net/smtp.h"
#include "worker/channel.h"
#include "worker/smime.h"

typedef struct {
  NetSmtp *smtp;
  WorkerSmime *smime; /* NULL where no certificate is set */
  gboolean dsn;
} Server;

typedef struct {
  Server *server;
  guint64 id;
} Mail;

static NetSmtpTo
server_to(const ClinicDestination *to, const char *secret)
{
  return (NetSmtpTo){.url = to->url,
                     .ca_file = to->ca_file,
                     .pin = to->pin,
                     .user = to->user,
                     .secret = secret,
                     .auth = to->auth,
                     .total_ms = to->seconds * 1000};
}

static gboolean
smtp_check(const ClinicDestination *to, GError **error)
{
  const NetSmtpTo server = server_to(to, "");
  return net_smtp_check(&server, error);
}

static gboolean
smtp_open(WorkerRun *run, const ClinicDestination *to, gpointer *ret, GError **error)
{
  char *secret = NULL;
  NetSmtp *smtp = NULL;
  WorkerSmime *smime = NULL;
  if (!worker_smime_open(run, to, &smime, error))
    return FALSE;
  if (!clinic_destination_secret(to, &secret, error)) {
    worker_smime_close(smime);
    return FALSE;
  }
  const NetSmtpTo address = server_to(to, secret);
  gboolean ok = net_smtp_new_on(run->multi, &address, &smtp, error);
  clinic_destination_forget(secret);
  if (!ok) {
    worker_smime_close(smime);
    return FALSE;
  }
  Server *server = g_new0(Server, 1);
  server->smtp = smtp;
  server->smime = smime;
  server->dsn = to->dsn;
  *ret = server;
  return TRUE;
}

static void
smtp_close(gpointer state)
{
  Server *server = state;
  net_smtp_free(server->smtp);
  worker_smime_close(server->smime);
  g_free(server);
}

/* RFC 4954, section 6: what has to do with the log-in. */
static WorkerReach
smtp_reach(long code)
{
  static const long LOGIN[] = {432, 454, 530, 534, 535, 538};
  for (gsize i = 0; i < G_N_ELEMENTS(LOGIN); i++)
    if (code == LOGIN[i])
      return WORKER_REACH_BARRED;
  return code != 0 ? WORKER_REACH_LINE : WORKER_REACH_NONE;
}

static void
smtp_on_done(const NetSmtpAnswer *answer, gpointer data)
{
  static const WorkerOutcome OUTCOMES[] = {[NET_SMTP_ACCEPTED] = WORKER_DELIVERED,
                                           [NET_SMTP_LATER] = WORKER_DEFERRED,
                                           [NET_SMTP_REFUSED] = WORKER_FAILED,
                                           [NET_SMTP_DOUBT] = WORKER_AMBIGUOUS};
  WorkerSending *sending = data;
  /* a refusal of the log-in or of TLS is no word about this message: it waits until that is mended
   */
  WorkerOutcome outcome = answer->verdict == NET_SMTP_REFUSED && answer->server
                              ? WORKER_DEFERRED
                              : OUTCOMES[answer->verdict];
  worker_channel_done(sending, &(WorkerAnswer){.outcome = outcome,
                                               .words = answer->words,
                                               .peer = answer->server,
                                               .reach = smtp_reach(answer->code)});
}

static gboolean
smtp_begin(WorkerSending *sending, const NetSmtpMessage *message, GError **error)
{
  Server *server = sending->state;
  Mail *mail = g_new0(Mail, 1);
  mail->server = server;
  sending->own = mail;
  return net_smtp_send(server->smtp, message, &mail->id, error);
}

static gboolean
smtp_start(WorkerSending *sending, GError **error)
{
  const ClinicParcel *parcel = sending->parcel;
  const Server *server = sending->state;
  g_autofree char *token = clinic_mail_token(parcel->item);
  g_autoptr(GBytes) bytes = NULL;
  if (!worker_smime_wrap(server->smime, sending->run, parcel, &bytes, error))
    return FALSE;
  const NetSmtpMessage message = {
      .sender = *parcel->sender != '\0' ? parcel->sender : sending->to->sender,
      .recipient = parcel->recipient,
      .message = bytes,
      .dsn = server->dsn,
      .envelope_id = token,
      .done = smtp_on_done,
      .data = sending,
  };
  return smtp_begin(sending, &message, error);
}

static gboolean
smtp_probe(WorkerSending *sending, GError **error)
{
  const NetSmtpMessage message = {.done = smtp_on_done, .data = sending};
  return smtp_begin(sending, &message, error);
}

static void
smtp_cancel(WorkerSending *sending)
{
  const Mail *mail = sending->own;
  net_smtp_cancel(mail->server->smtp, mail->id);
}

static void
smtp_drop(WorkerSending *sending)
{
  g_free(g_steal_pointer(&sending->own));
}

const WorkerChannel worker_channel_smtp = {
    .word = "smtp",
    .check = smtp_check,
    .open = smtp_open,
    .close = smtp_close,
    .start = smtp_start,
    .probe = smtp_probe,
    .cancel = smtp_cancel,
    .drop = smtp_drop,
};
