/* What other files of the room ask of amendments. */
#ifndef GUICHET_CLINIC_AMENDMENT_PRIVATE_H
#define GUICHET_CLINIC_AMENDMENT_PRIVATE_H

#include "guichet/clinic/amendment.h"
#include "guichet/store/item.h"

/* TRUE unless `item` is a correction and another one of the same document is under way or has gone
 * out: BASE_ERROR_CONFLICT, with the other one's number. */
gboolean clinic_amendment_alone(ClinicSession *session, const StoreItem *item, GError **error);

#endif
