#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/certificate.h"
#include "guichet/wire/smime.h"
#include "worker/channel_folder.h"

/* Another program sends what lies here, and does not encrypt it. */
static gboolean
maildir_start(WorkerSending *sending, GError **error)
{
  const ClinicParcel *parcel = sending->parcel;
  g_autoptr(ClinicCertificate) recipient = NULL;
  if (!clinic_certificate_of(sending->run->session, parcel->recipient, &recipient, error))
    return FALSE;
  if (recipient == NULL && !wire_smime_is_protected(parcel->bytes))
    return worker_channel_folder_start(sending, error);
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      _("mail to an address with a certificate is encrypted on its way to a mail "
                        "server: [outbox] mail must name a destination of channel smtp"));
  return FALSE;
}

const WorkerChannel worker_channel_maildir = {
    .word = "maildir",
    .check = worker_channel_folder_check,
    .start = maildir_start,
    .reconcile = worker_channel_folder_reconcile,
    .probe = worker_channel_folder_probe,
    .settled = worker_channel_folder_settled,
};
