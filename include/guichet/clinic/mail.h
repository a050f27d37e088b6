/* A mail of the clinic, made at signing: to a patient, or to another provider.
 *
 * By default a mail to a patient holds no clinical text: of a letter or a reply it says only that
 * the clinic has a message, with its name and phone (templates/mail/notice.LANGUAGE.txt), until the
 * patient chose e-mail (clinic/choice.h).  A reminder goes as it is: its templates know no clinical
 * field.  To anybody else clinical text goes only where [outbox] secure_domains says so.
 *
 *     const ClinicMail mail = {.kind = CLINIC_KIND_REMINDER, .item = id, .patient = patient,
 *                              .subject = subject, .text = text, .html = html,
 *                              .ics = bytes, .method = "REQUEST", .token = code, .at = now};
 *     clinic_mail_make(session, &mail, &bytes, &name, error) &&
 *         clinic_mail_envelope(session, &mail, &sender, &recipient, error)
 *
 * and the four go into the outbox row, destination [outbox] mail. */
#ifndef GUICHET_CLINIC_MAIL_H
#define GUICHET_CLINIC_MAIL_H

#include "guichet/clinic/item.h"

G_BEGIN_DECLS

/* Strings may be NULL or "". */
typedef struct {
  ClinicKind kind; /* LETTER, REPLY, REMINDER … */
  gint64 item;     /* whose mail it is: a bounce or an answer is known by it */
  gint64 patient;  /* goes to the address on their record, unless to_address says otherwise */
  const char *to_name, *to_address; /* another provider */
  const char *language;             /* "en", "fr"; "" the patient's, else the clinic's */
  const char *subject;              /* "" one that says nothing */
  const char *text;                 /* what the person signed */
  const char *html;                 /* the same; "" none */
  GBytes *ics;                      /* an appointment for the patient's calendar; NULL none */
  const char *method;               /* of the ics: "REQUEST", "CANCEL" */
  const char *token;                /* of the reply address; "" the item's own */
  gint64 at;                        /* of the signature: the mail's Date */
} ClinicMail;

/* The message, the same bytes for the same values, the clinic's settings and the patient's record.
 * *ret_name is the same on every try.  BASE_ERROR_DENIED says what may not go by mail,
 * BASE_ERROR_DATA what cannot, BASE_ERROR_CONFIG which setting is missing. */
gboolean clinic_mail_make(ClinicSession *session, const ClinicMail *mail, GBytes **ret,
                          char **ret_name, GError **error);
/* For the same mail: where bounces go, and the recipient's bare address. */
gboolean clinic_mail_envelope(ClinicSession *session, const ClinicMail *mail, char **ret_sender,
                              char **ret_recipient, GError **error);

/* Does it hold the text itself, or a notice alone?  The first question of who signs it. */
gboolean clinic_mail_is_notice(ClinicSession *session, const ClinicMail *mail, gboolean *ret,
                               GError **error);

/* May clinical text go to this address of another provider?  [outbox] secure_domains. */
gboolean clinic_mail_is_secure(ClinicSession *session, const char *address);

/* An item's token in addresses and in Message-IDs ("i" and 13 letters and digits), and back.
 * Caller frees. */
char *clinic_mail_token(gint64 item);
gboolean clinic_mail_token_parse(const char *token, gint64 *ret);

G_END_DECLS
#endif
