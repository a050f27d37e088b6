/* What comes back: reports about mail that we sent (RFC 3464, and the shapes of servers that do not
 * write it), answers of programs (RFC 3834), and mail of people.
 *
 * A report is believed about a message of ours only: the reader gives everything that may name it
 * (Message-IDs, the envelope's id, the addresses it came to with their tokens), and the caller
 * looks whether it is one.  A subject is never proof: it is a hint for the person who reads. */
#ifndef GUICHET_WIRE_DSN_H
#define GUICHET_WIRE_DSN_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  WIRE_DSN_MAIL,      /* a person's, for all that its headers say */
  WIRE_DSN_AUTOMATIC, /* a program's: a vacation, a list, a receipt, a report that says nothing */
  WIRE_DSN_FAILED,    /* it was not delivered, and will not be */
  WIRE_DSN_DELAYED,   /* not yet: the server goes on trying */
  WIRE_DSN_DELIVERED  /* delivered, or handed to a server that sends no reports */
} WireDsnKind;

/* Text is UTF-8, disarmed and capped; "" where nothing is said. */
typedef struct {
  WireDsnKind kind;
  gboolean hint;     /* MAIL: its subject looks like a vacation's */
  char *status;      /* "5.1.1" */
  char *words;       /* what the server said: of one line, for a person */
  char *envelope_id; /* ENVID, as it was given (RFC 3461) */
  char **ids;        /* Message-IDs that it may be about, without < > */
  char **addresses;  /* bare addresses that it came to */
  char *from;        /* a bare address */
  char *subject;
  char *text; /* MAIL: what was written, without what it quotes */
} WireDsn;

/* Of mail as it lies in a mailbox; it may be cut off at its end.  More than WIRE_DSN_MOST bytes, or
 * none that are a mail, are BASE_ERROR_DATA. */
#define WIRE_DSN_MOST (1024u * 1024u)
gboolean wire_dsn_read(GBytes *mail, WireDsn **ret, GError **error);
void wire_dsn_free(WireDsn *dsn);

const char *wire_dsn_kind_word(WireDsnKind kind); /* "failed" … */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireDsn, wire_dsn_free)

G_END_DECLS
#endif
