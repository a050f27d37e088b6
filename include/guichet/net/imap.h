/* A mailbox of an IMAP server, read (RFC 3501): one command at a time on a multi handle, TLS and
 * log in as in net/smtp.  Nothing is marked, moved or deleted but by a command that says so:
 * messages are read by BODY.PEEK[]. */
#ifndef GUICHET_NET_IMAP_H
#define GUICHET_NET_IMAP_H

#include "guichet/net/multi.h"

G_BEGIN_DECLS

typedef struct NetImap NetImap;

/* All text; "" or NULL for none. */
typedef struct {
  const char *url;     /* "imaps://host:993", "imap://host:143" (STARTTLS; plain to this host) */
  const char *ca_file; /* in place of the system's authorities */
  const char *pin;     /* "sha256//BASE64" */
  const char *user, *secret;
  const char *auth; /* "plain", "login", "xoauth2"; "": what the server offers */
  guint total_ms;   /* of one command, the connection included; 0: 100 s */
} NetImapTo;

/* Is the address one that may be used?  BASE_ERROR_CONFIG says what it must be. */
gboolean net_imap_check(const NetImapTo *to, GError **error);

/* `to` is copied; the secret is wiped at the end.  Before the multi handle goes, free it. */
gboolean net_imap_new_on(NetMulti *multi, const NetImapTo *to, NetImap **ret, GError **error);
/* What is under way is cancelled, its callback is called. */
void net_imap_free(NetImap *imap);

typedef struct {
  gboolean ok;
  gboolean login;    /* not ok: the log-in was refused */
  gboolean renewed;  /* not ok: UIDVALIDITY is another, all numbers that were known are void */
  const char *words; /* not ok: what happened; disarmed, capped */
  GBytes *lines;     /* what the server said, raw; for the readers below */
} NetImapAnswer;

typedef struct {
  const char *mailbox; /* to be opened first; NULL none */
  guint32 validity;    /* the UIDVALIDITY that it must have; 0 any */
  const char *command; /* "UID SEARCH UID 7:*"; ASCII, one line */
  gsize cap;           /* more bytes of answer than so many end it */
  void (*done)(const NetImapAnswer *answer, gpointer data);
  gpointer data;
} NetImapAsk;

/* Begins; `done` is called once, never from inside.  Only one at a time for each NetImap. */
gboolean net_imap_ask(NetImap *imap, const NetImapAsk *ask, GError **error);
/* Ends what is under way now, its `done` included. */
void net_imap_cancel(NetImap *imap);

/* "INBOX" as an argument of STATUS: quoted; NULL where it cannot be one.  Caller frees. */
char *net_imap_quote(const char *mailbox);

/* Of an answer: the number behind a word ("UIDVALIDITY"), 0 none; the numbers of SEARCH, ascending,
 * above `after` (GArray of guint32); the first literal behind "BODY[", NULL where none came
 * whole. */
guint32 net_imap_number(GBytes *lines, const char *word);
GArray *net_imap_found(GBytes *lines, guint32 after);
GBytes *net_imap_literal(GBytes *lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetImap, net_imap_free)

G_END_DECLS
#endif
