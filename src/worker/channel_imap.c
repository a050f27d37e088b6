/* A mailbox that is read (mailbox.c): nothing is sent there; doctor asks whether it lets us in. */
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/net/imap.h"
#include "worker/channel.h"
#include "worker/mailbox.h"

enum { IMAP_PROBE_CAP = 64 * 1024 };

static gboolean
imap_check(const ClinicDestination *to, GError **error)
{
  const NetImapTo server = worker_mailbox_server(to, "");
  return net_imap_check(&server, error);
}

static gboolean
imap_open(WorkerRun *run, const ClinicDestination *to, gpointer *ret, GError **error)
{
  char *secret = NULL;
  NetImap *imap = NULL;
  if (!clinic_destination_secret(to, &secret, error))
    return FALSE;
  const NetImapTo server = worker_mailbox_server(to, secret);
  gboolean ok = net_imap_new_on(run->multi, &server, &imap, error);
  clinic_destination_forget(secret);
  if (ok)
    *ret = imap;
  return ok;
}

static void
imap_close(gpointer state)
{
  net_imap_free(state);
}

static gboolean
imap_start(WorkerSending *sending, GError **error)
{
  (void)sending;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      _("mail is read from this destination, not sent there; give [outbox] mail "
                        "another"));
  return FALSE;
}

static void
imap_on_done(const NetImapAnswer *answer, gpointer data)
{
  WorkerReach reach = answer->login                         ? WORKER_REACH_BARRED
                      : g_bytes_get_size(answer->lines) > 0 ? WORKER_REACH_LINE
                                                            : WORKER_REACH_NONE;
  worker_channel_done(data,
                      &(WorkerAnswer){.outcome = answer->ok ? WORKER_DELIVERED : WORKER_DEFERRED,
                                      .words = answer->ok ? "IMAP" : answer->words,
                                      .peer = !answer->ok,
                                      .reach = reach});
}

static gboolean
imap_probe(WorkerSending *sending, GError **error)
{
  const NetImapAsk ask = {
      .command = "NOOP", .cap = IMAP_PROBE_CAP, .done = imap_on_done, .data = sending};
  return net_imap_ask(sending->state, &ask, error);
}

static void
imap_cancel(WorkerSending *sending)
{
  net_imap_cancel(sending->state);
}

const WorkerChannel worker_channel_imap = {
    .word = "imap",
    .check = imap_check,
    .open = imap_open,
    .close = imap_close,
    .start = imap_start,
    .probe = imap_probe,
    .cancel = imap_cancel,
};
