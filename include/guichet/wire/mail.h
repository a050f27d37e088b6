/* A mail as it leaves (RFC 5322, MIME, RFC 6532): bytes that are the same for the same input, so
 * that what is signed is what is sent.
 *
 * Nothing is taken from the clock, the host or chance: the instant, the Message-ID and what the
 * boundaries are made of are handed in.  Lines end by CR LF and are at most 78 characters, but
 * where a word is longer; text is UTF-8 in quoted-printable, all else base64, so that no server on
 * the way has a reason to change a byte.  What would end a header early (CR, LF, any control
 * character) in a name, an address, a subject or a file's name is refused. */
#ifndef GUICHET_WIRE_MAIL_H
#define GUICHET_WIRE_MAIL_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *name;    /* as a person writes it; "" or NULL for none */
  const char *address; /* bare; a domain of other letters is written in its ASCII form */
} WireMailbox;

typedef struct {
  const char *type; /* "application/pdf", "text/calendar" */
  const char *name; /* of the file, in any language */
  GBytes *bytes;
  const char *method; /* of a text/calendar: "REQUEST" (RFC 6047, 2.4); NULL none */
} WireMailFile;

/* Text is UTF-8.  NULL and "" are the same where something may be left out. */
typedef struct {
  WireMailbox from, to;
  const char *reply_to; /* a bare address; "" none: answers go to `from` */
  const char *subject;
  const char *text;
  const char *html;          /* the same for readers of HTML; "" none */
  const char *language;      /* "fr" (Content-Language); "" none */
  GBytes *invite;            /* an .ics as another form of the text (iMIP, RFC 6047); NULL none */
  const char *method;        /* of the invite: "REQUEST", "CANCEL" */
  const WireMailFile *files; /* attached */
  guint n_files;
  gint64 at;               /* microseconds: the Date, in UTC */
  const char *id;          /* of the Message-ID, before its @: letters, digits, dots, dashes */
  const char *host;        /* after its @; "" takes the domain of `from` */
  const char *in_reply_to; /* a Message-ID with its < >, or "" */
  gboolean automatic;      /* Auto-Submitted: auto-generated (RFC 3834): no person wrote it, and no
                              program is to answer it */
} WireMail;

/* BASE_ERROR_DATA says what cannot be sent as it is.  Caller unrefs. */
gboolean wire_mail_make(const WireMail *mail, GBytes **ret, GError **error);

/* May this be an address?  One @, no quotes, no blanks, at most 254 bytes; BASE_ERROR_DATA. */
gboolean wire_mail_address_check(const char *address, GError **error);

/* "desk@clinic.example" and "k7": "desk+k7@clinic.example" (RFC 5233).  A token is letters, digits
 * and dashes, at most 40; NULL where either is not.  Caller frees. */
char *wire_mail_address_plus(const char *address, const char *token);

G_END_DECLS
#endif
