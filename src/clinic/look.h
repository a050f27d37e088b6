/* Statements that nothing said carries must have been looked at by whoever signs them: the guard,
 * and what it asks. */
#ifndef GUICHET_CLINIC_LOOK_H
#define GUICHET_CLINIC_LOOK_H

#include "guichet/clinic/review.h"
#include "guichet/store/item.h"

/* Whether a finding asks to be looked at: an unsupported statement that nobody overrode. */
gboolean clinic_look_asks(const ClinicFinding *finding);

/* Says of each of `findings`, on `text`, whether this session's user looked at it. */
gboolean clinic_look_fill(ClinicSession *session, const StoreItem *item, const char *text,
                          GPtrArray *findings, GError **error);

/* Inside a transaction: writes down those that were looked at. */
gboolean clinic_look_put(ClinicSession *session, const StoreItem *item, const char *text,
                         const GPtrArray *findings, GError **error);

/* How many of the item's newest text this session's user has still to look at. */
gboolean clinic_look_count(ClinicSession *session, const StoreItem *item, guint *ret,
                           GError **error);

#endif
