#include "worker/mailbox.h"

#include <string.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/returned.h"
#include "worker/piece.h"

enum {
  MAILBOX_MOST = 200,               /* mails of one look; the others at the next */
  MAILBOX_MAIL_MOST = 256 * 1024,   /* bytes of one that are read: a report says it before */
  MAILBOX_LINES_MOST = 1024 * 1024, /* of an answer: a search of a large mailbox, or a mail */
};

typedef struct WorkerMailbox Mailbox;

/* One look: STATUS, SEARCH, and for each mail FETCH, its transaction, STORE. */
struct WorkerMailbox {
  WorkerRun *run;
  ClinicDestination *to;
  NetImap *imap;
  char *folder;
  guint32 validity;
  GArray *found; /* guint32, ascending */
  guint at;
};

static void mailbox_look(WorkerRun *run, gpointer piece);
static void mailbox_stop(WorkerRun *run, gpointer piece);
static const WorkerPieceKind MAILBOX_KIND = {mailbox_look, mailbox_stop};

NetImapTo
worker_mailbox_server(const ClinicDestination *to, const char *secret)
{
  return (NetImapTo){.url = to->url,
                     .ca_file = to->ca_file,
                     .pin = to->pin,
                     .user = to->user,
                     .secret = secret,
                     .auth = to->auth,
                     .total_ms = to->seconds * 1000};
}

static void
mailbox_free(Mailbox *box)
{
  net_imap_free(box->imap);
  clinic_destination_free(box->to);
  if (box->found != NULL)
    g_array_unref(box->found);
  g_free(box->folder);
  g_free(box);
}

/* Its turn is over: not freed from inside a callback of its own connection. */
static void
mailbox_end(Mailbox *box)
{
  box->at = G_MAXUINT;
}

static void
mailbox_trouble(Mailbox *box, const char *what)
{
  g_autofree char *where = g_strdup_printf("reading the mailbox %s", box->to->name);
  g_autoptr(GError) why = g_error_new_literal(BASE_ERROR, BASE_ERROR_UNAVAILABLE, what);
  worker_run_trouble(box->run, where, why);
  mailbox_end(box);
}

static void
mailbox_ask(Mailbox *box, gboolean open, const char *command,
            void (*done)(const NetImapAnswer *, gpointer))
{
  const NetImapAsk ask = {.mailbox = open ? box->folder : NULL,
                          .validity = open ? box->validity : 0,
                          .command = command,
                          .cap = MAILBOX_LINES_MOST,
                          .done = done,
                          .data = box};
  g_autoptr(GError) error = NULL;
  if (worker_run_cancelled(box->run))
    mailbox_end(box);
  else if (!net_imap_ask(box->imap, &ask, &error))
    mailbox_trouble(box, error->message);
}

/* --- one mail */

static void mail_next(Mailbox *box);

static void
on_marked(const NetImapAnswer *answer, gpointer data)
{
  Mailbox *box = data;
  if (!answer->ok) { /* it is on record all the same */
    mailbox_trouble(box, answer->words);
    return;
  }
  box->at++;
  mail_next(box);
}

/* Only what was ours is marked as seen, and only now that it is on record. */
static void
mail_took(Mailbox *box, guint32 uid, ClinicReturnedWhat what)
{
  worker_run_count(box->run);
  if (what == CLINIC_RETURNED_STRANGE) {
    box->at++;
    mail_next(box);
    return;
  }
  g_autofree char *command = g_strdup_printf("UID STORE %u +FLAGS.SILENT (\\Seen)", uid);
  mailbox_ask(box, TRUE, command, on_marked);
}

static void
on_fetched(const NetImapAnswer *answer, gpointer data)
{
  Mailbox *box = data;
  GError *error = NULL;
  ClinicReturnedWhat what = CLINIC_RETURNED_STRANGE;
  guint32 uid = g_array_index(box->found, guint32, box->at);
  if (!answer->ok) {
    mailbox_trouble(box, answer->words);
    return;
  }
  g_autoptr(GBytes) mail = net_imap_literal(answer->lines);
  const ClinicReturned returned = {
      .destination = box->to->name, .validity = box->validity, .uid = uid, .mail = mail};
  if (clinic_returned_take(box->run->session, &returned, &what, &error)) {
    mail_took(box, uid, what);
    return;
  }
  worker_run_fail(box->run, "putting what came back on record", error);
  mailbox_end(box);
}

static void
mail_next(Mailbox *box)
{
  if (box->at >= box->found->len) {
    mailbox_end(box);
    return;
  }
  g_autofree char *command =
      g_strdup_printf("UID FETCH %u (BODY.PEEK[]<0.%u>)",
                      g_array_index(box->found, guint32, box->at), (guint)MAILBOX_MAIL_MOST);
  mailbox_ask(box, TRUE, command, on_fetched);
}

/* --- what is new */

static gint64
after_of(Mailbox *box, GError **error)
{
  gint64 after = 0;
  return clinic_returned_after(box->run->session, box->to->name, box->validity, &after, error)
             ? after
             : -1;
}

static void
on_found(const NetImapAnswer *answer, gpointer data)
{
  Mailbox *box = data;
  g_autoptr(GError) error = NULL;
  gint64 after = answer->ok ? after_of(box, &error) : -1;
  if (after < 0) {
    mailbox_trouble(box, answer->ok ? error->message : answer->words);
    return;
  }
  box->found = net_imap_found(answer->lines, (guint32)after);
  if (box->found->len > MAILBOX_MOST)
    g_array_set_size(box->found, MAILBOX_MOST);
  mail_next(box);
}

static void
on_status(const NetImapAnswer *answer, gpointer data)
{
  Mailbox *box = data;
  g_autoptr(GError) error = NULL;
  if (!answer->ok) {
    mailbox_trouble(box, answer->words);
    return;
  }
  box->validity = net_imap_number(answer->lines, "UIDVALIDITY");
  gint64 after = box->validity == 0 ? -1 : after_of(box, &error);
  if (after < 0) {
    mailbox_trouble(box, error != NULL ? error->message : _("it does not say its UIDVALIDITY"));
    return;
  }
  g_autofree char *command = g_strdup_printf("UID SEARCH UID %u:*", (guint32)after + 1);
  mailbox_ask(box, TRUE, command, on_found);
}

/* --- a piece of the run */

static void
mailbox_look(WorkerRun *run, gpointer piece)
{
  Mailbox *box = piece;
  if (box->at != G_MAXUINT)
    return;
  run->mailbox = NULL;
  worker_piece_end(run, box);
  mailbox_free(box);
}

static void
mailbox_stop(WorkerRun *run, gpointer piece)
{
  Mailbox *box = piece;
  net_imap_cancel(box->imap);
  run->mailbox = NULL;
  mailbox_free(box);
}

static gboolean
mailbox_open(Mailbox *box, const char *name, GError **error)
{
  char *secret = NULL;
  if (!clinic_destination_find(box->run->session, name, &box->to, error))
    return FALSE;
  if (strcmp(box->to->channel, "imap") != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("[returns] mailbox names %s, whose channel is not imap; change it in "
                  "guichet.conf"),
                name);
    return FALSE;
  }
  if (!clinic_destination_allow(box->run->session, box->to, CLINIC_DATA_CONTACT, error) ||
      !clinic_destination_secret(box->to, &secret, error))
    return FALSE;
  const NetImapTo server = worker_mailbox_server(box->to, secret);
  gboolean ok = net_imap_new_on(box->run->multi, &server, &box->imap, error);
  clinic_destination_forget(secret);
  return ok;
}

static gboolean
mailbox_begin(WorkerRun *run, const char *name, GError **error)
{
  const BaseConf *conf = clinic_session_conf(run->session);
  Mailbox *box = g_new0(Mailbox, 1);
  box->run = run;
  box->folder = g_strdup(base_conf_text(conf, BASE_CONF_RETURNS_FOLDER));
  g_autofree char *quoted = net_imap_quote(box->folder);
  if (quoted == NULL)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        _("[returns] folder is a name of plain ASCII (modified UTF-7)"));
  if (quoted == NULL || !mailbox_open(box, name, error)) {
    mailbox_free(box);
    return FALSE;
  }
  g_autofree char *command = g_strdup_printf("STATUS %s (UIDVALIDITY)", quoted);
  run->mailbox = box;
  worker_piece_begin(run, &MAILBOX_KIND, box);
  mailbox_ask(box, FALSE, command, on_status);
  return TRUE;
}

void
worker_mailbox_read(WorkerRun *run)
{
  const BaseConf *conf = clinic_session_conf(run->session);
  const char *name = base_conf_text(conf, BASE_CONF_RETURNS_MAILBOX);
  gint64 every = base_conf_int(conf, BASE_CONF_RETURNS_MINUTES) * BASE_CLOCK_MINUTE;
  gint64 now = base_clock_monotonic();
  g_autoptr(GError) why = NULL;
  if (*name == '\0' || run->mailbox != NULL || (run->looked != 0 && now - run->looked < every))
    return;
  run->looked = now;
  if (!mailbox_begin(run, name, &why))
    worker_run_trouble(run, "reading the mailbox", why);
}
