/* Visits, between the files of this room. */
#ifndef GUICHET_CLINIC_VISIT_PRIVATE_H
#define GUICHET_CLINIC_VISIT_PRIVATE_H

#include "guichet/clinic/visit.h"
#include "guichet/store/visit.h"

/* Inside a transaction: a checked consent. */
gboolean clinic_visit_consent_in(ClinicSession *session, const StoreVisit *visit,
                                 const ClinicConsent *consent, GError **error);

/* Inside a transaction: the drafting job that waited for the consent goes on. */
gboolean clinic_visit_import_release(ClinicSession *session, gint64 visit, GError **error);

#endif
