/* What the audit trail calls an action. */
#ifndef GUICHET_CLINIC_ACTION_H
#define GUICHET_CLINIC_ACTION_H

#include "guichet/clinic/item.h"
#include "guichet/store/tx.h"

StoreEventKind clinic_action_event(ClinicAction action);

#endif
