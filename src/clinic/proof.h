/* Making a proof: by session.c alone. */
#ifndef GUICHET_CLINIC_PROOF_PRIVATE_H
#define GUICHET_CLINIC_PROOF_PRIVATE_H

#include "guichet/clinic/session.h"

/* `at` is monotonic. */
ClinicProof *clinic_proof_new(const ClinicSession *session, gint64 at);

#endif
