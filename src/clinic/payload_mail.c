/* What goes by mail: letters and replies to a person, reminders. */
#include "clinic/payload.h"
#include "clinic/session.h"
#include "guichet/clinic/mail.h"

static ClinicMail
mail_of(const ClinicReview *review, gint64 at)
{
  const ClinicLetter *letter = review->letter;
  ClinicMail mail = {.kind = review->item->kind,
                     .item = review->item->id,
                     .patient = review->item->patient,
                     .text = review->text,
                     .at = at};
  if (letter == NULL)
    return mail;
  mail.subject = letter->subject;
  mail.language = letter->language;
  if (letter->to == CLINIC_LETTER_MAIL) {
    mail.to_name = letter->name;
    mail.to_address = letter->address;
  }
  return mail;
}

gboolean
clinic_payload_mail(ClinicSession *session, const ClinicReview *review, gint64 at,
                    ClinicPayload *payload, GError **error)
{
  const ClinicMail mail = mail_of(review, at);
  if (!clinic_mail_make(session, &mail, &payload->bytes, &payload->name, error) ||
      !clinic_mail_envelope(session, &mail, &payload->sender, &payload->recipient, error))
    return FALSE;
  payload->destination =
      g_strdup(base_conf_text(clinic_session_conf(session), BASE_CONF_OUTBOX_MAIL));
  return TRUE;
}
