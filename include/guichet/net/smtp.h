/* Mail to a submission server: one message to one recipient, many at once on a multi handle.
 *
 * TLS is required (STARTTLS for smtp://, from the first byte for smtps://), 1.2 at least, always
 * verified; plain is for this host only.  What the server answered decides what became of a
 * message; where no answer came after its last byte, nobody knows: it is never tried again by
 * itself. */
#ifndef GUICHET_NET_SMTP_H
#define GUICHET_NET_SMTP_H

#include "guichet/net/multi.h"

G_BEGIN_DECLS

typedef struct NetSmtp NetSmtp;

/* All text; "" or NULL for none. */
typedef struct {
  const char *url;     /* "smtp://host:587", "smtps://host:465" */
  const char *ca_file; /* in place of the system's authorities */
  const char *pin;     /* "sha256//BASE64" */
  const char *user, *secret;
  const char *auth; /* "plain", "login", "xoauth2"; "": what the server offers */
  guint connect_ms; /* 0: 15 s */
  guint total_ms;   /* 0: 100 s */
} NetSmtpTo;

/* Is the address one that may be used?  BASE_ERROR_CONFIG says what it must be. */
gboolean net_smtp_check(const NetSmtpTo *to, GError **error);

/* `to` is copied; the secret is wiped at the end.  Before the multi handle goes, free it. */
gboolean net_smtp_new_on(NetMulti *multi, const NetSmtpTo *to, NetSmtp **ret, GError **error);
/* What is under way is cancelled, its callbacks are called. */
void net_smtp_free(NetSmtp *smtp);

typedef enum {
  NET_SMTP_ACCEPTED, /* 2xx after the message */
  NET_SMTP_LATER,    /* 4xx, or no connection: it was surely not taken */
  NET_SMTP_REFUSED,  /* 5xx: it was not taken, and will not be as it is */
  NET_SMTP_DOUBT,    /* it left whole, and no answer came */
} NetSmtpVerdict;

typedef struct {
  NetSmtpVerdict verdict;
  long code;         /* the server's last; 0 none */
  const char *words; /* what it said with that, or what happened; disarmed, capped */
  gboolean server;   /* the trouble is the server's or the connection's, not this message's */
} NetSmtpAnswer;

typedef struct {
  const char *sender, *recipient; /* bare addresses; a sender "" is the null one */
  GBytes *message;                /* RFC 5322, lines ended by CR LF; NULL only greets and logs in */
  gboolean dsn;                   /* ask for a report of a failure, where the server offers it */
  const char *envelope_id;        /* comes back with it, ASCII; NULL none */
  void (*done)(const NetSmtpAnswer *answer, gpointer data);
  gpointer data;
} NetSmtpMessage;

/* Begins; `done` is called once, never from inside.  A bad address is BASE_ERROR_DATA. */
gboolean net_smtp_send(NetSmtp *smtp, const NetSmtpMessage *message, guint64 *ret_id,
                       GError **error);
/* Ends it now, its `done` included; a number that is over is fine. */
void net_smtp_cancel(NetSmtp *smtp, guint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetSmtp, net_smtp_free)

G_END_DECLS
#endif
