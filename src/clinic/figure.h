/* Counting what is decided; within the transaction of the decision, so that a crash counts nothing,
 * and nothing twice. */
#ifndef GUICHET_CLINIC_FIGURE_PRIVATE_H
#define GUICHET_CLINIC_FIGURE_PRIVATE_H

#include "guichet/clinic/figure.h"
#include "guichet/store/item.h"

/* `item` is signed, or rejected for item->reason.  Reminders and tasks are not counted. */
gboolean clinic_figure_decide(ClinicSession *session, const StoreItem *item, gboolean is_signed,
                              GError **error);
/* The decision is undone. */
gboolean clinic_figure_undo(ClinicSession *session, const StoreItem *item, GError **error);

#endif
