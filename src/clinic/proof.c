#include "guichet/base/clock.h"
#include "clinic/proof.h"
#include "clinic/session.h"

#define PROOF_GOOD (2 * BASE_CLOCK_MINUTE)

struct ClinicProof {
  gint64 user, serial, at; /* of which session, and when (monotonic) */
};

ClinicProof *
clinic_proof_new(const ClinicSession *session, gint64 at)
{
  ClinicProof *proof = g_new0(ClinicProof, 1);
  proof->user = session->user;
  proof->serial = session->serial;
  proof->at = at;
  return proof;
}

ClinicProof *
clinic_proof_of_login(const ClinicSession *session)
{
  return clinic_proof_new(session, session->opened_at);
}

void
clinic_proof_free(ClinicProof *proof)
{
  g_free(proof);
}

gboolean
clinic_proof_holds(const ClinicProof *proof, const ClinicSession *session)
{
  return proof != NULL && proof->user != 0 && proof->user == session->user &&
         proof->serial == session->serial && base_clock_monotonic() - proof->at <= PROOF_GOOD;
}
