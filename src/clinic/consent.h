/* Consents, checked and handed to the store. */
#ifndef GUICHET_CLINIC_CONSENT_PRIVATE_H
#define GUICHET_CLINIC_CONSENT_PRIVATE_H

#include "guichet/clinic/visit.h"
#include "guichet/store/visit.h"

ClinicConsent *clinic_consent_copy(const ClinicConsent *consent); /* NULL of NULL */

/* Who, when, how, which words: all four, disarmed. */
gboolean clinic_consent_check(ClinicConsent *consent, GError **error);

StoreConsent *clinic_consent_to_store(const ClinicConsent *consent);
ClinicConsent *clinic_consent_from_store(const StoreConsent *stored);

#endif
