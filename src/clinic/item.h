/* What the files of this room share of an item. */
#ifndef GUICHET_CLINIC_ITEM_PRIVATE_H
#define GUICHET_CLINIC_ITEM_PRIVATE_H

#include "clinic/guard.h"

/* A row of the queue, with the names that this role may see. */
ClinicItem *clinic_item_from(ClinicSession *session, const StoreItem *item);

/* Asks item.def: is there such a step, may this role take it (a refusal is audited), does the guard
 * agree. */
gboolean clinic_item_allow(ClinicSession *session, const StoreItem *item, ClinicAction action,
                           const ClinicMove *move, GError **error);

/* Inside a transaction, after clinic_item_allow(): takes the step on `item` (state, since, open),
 * writes the row and adds the event.  The caller has set what else changes. */
gboolean clinic_item_move(ClinicSession *session, StoreItem *item, ClinicAction action,
                          const char *detail, GError **error);

/* Loads it under the write lock and checks `version` (0: any): begins the transaction. */
gboolean clinic_item_begin(ClinicSession *session, gint64 id, gint64 version, StoreItem **ret,
                           GError **error);

#endif
