/* What the files of this room share of states and kinds. */
#ifndef GUICHET_CLINIC_STATE_H
#define GUICHET_CLINIC_STATE_H

#include "guichet/clinic/item.h"

/* Somebody still has something to do. */
gboolean clinic_state_is_open(ClinicState state);

#endif
