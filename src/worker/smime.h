/* S/MIME on the way out: what a person signed is signed with the clinic's certificate and encrypted
 * for its recipient, whole and unchanged inside. */
#ifndef GUICHET_WORKER_SMIME_H
#define GUICHET_WORKER_SMIME_H

#include "guichet/clinic/destination.h"
#include "guichet/clinic/outbox.h"
#include "worker/run.h"

/* The clinic's own, as the destination's settings have it. */
typedef struct WorkerSmime WorkerSmime;

/* *ret is NULL where they name no certificate.  BASE_ERROR_CONFIG: a file that cannot be used, or a
 * key that others can read. */
gboolean worker_smime_open(WorkerRun *run, const ClinicDestination *to, WorkerSmime **ret,
                           GError **error);
void worker_smime_close(WorkerSmime *smime);

/* The bytes that leave for a parcel.  An address with a certificate on file gets it signed and
 * encrypted, another one of [outbox] secure_domains signed (where there is a certificate of ours),
 * anybody else as it is.  BASE_ERROR_CONFIG and _DATA say why it may not leave like that: it is
 * never sent more openly than its signature said. */
gboolean worker_smime_wrap(const WorkerSmime *smime, WorkerRun *run, const ClinicParcel *parcel,
                           GBytes **ret, GError **error);

#endif
