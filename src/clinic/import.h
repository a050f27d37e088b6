/* An import that begins from what the command line said. */
#ifndef GUICHET_CLINIC_IMPORT_PRIVATE_H
#define GUICHET_CLINIC_IMPORT_PRIVATE_H

#include "guichet/clinic/visit.h"

/* All of `defaults` (may be NULL) but its patient, external id and transcript. */
ClinicImport *clinic_import_from(const ClinicImport *defaults, const char *source);

#endif
