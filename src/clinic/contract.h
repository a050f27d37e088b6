/* Contracts, for the other files of this room. */
#ifndef GUICHET_CLINIC_CONTRACT_PRIVATE_H
#define GUICHET_CLINIC_CONTRACT_PRIVATE_H

#include "guichet/clinic/contract.h"

/* As clinic_contract_list(), whoever asks. */
gboolean clinic_contract_all(ClinicSession *session, GPtrArray **ret, GError **error);

/* "https://API.example.org:8443/fhir" → "api.example.org"; what is no URL in lower case.  Caller
 * frees. */
char *clinic_contract_host_of(const char *host_or_url);
/* A row of `covers` against a host or a destination's name; "*.example.org" is every host below it.
 */
gboolean clinic_contract_host_covers(char *const *covers, const char *host, const char *name);
/* May stand in `covers`. */
gboolean clinic_contract_host_accept(const char *text);

/* Where it stands on a day. */
ClinicContractStanding clinic_contract_standing_on(const ClinicContract *contract, gint64 day);

#endif
