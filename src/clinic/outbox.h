/* What the files of the outbox share. */
#ifndef GUICHET_CLINIC_OUTBOX_PRIVATE_H
#define GUICHET_CLINIC_OUTBOX_PRIVATE_H

#include "guichet/clinic/outbox.h"
#include "guichet/store/outbox.h"

/* States in which a row must reach its destination before its patient's later ones; SIGNED first.
 */
#define CLINIC_OUTBOX_BEFORE                                                                       \
  ((const gint64[3]){CLINIC_STATE_SIGNED, CLINIC_STATE_SENDING, CLINIC_STATE_AMBIGUOUS})

/* The payload, where it still is what was signed; else BASE_ERROR_CORRUPT. */
gboolean clinic_outbox_parcel(StoreHandle *store, const StoreItem *item, const StoreOutbox *row,
                              ClinicParcel **ret, GError **error);

/* What a contract must allow for it. */
ClinicDataClass clinic_outbox_class(const StoreItem *item);

/* What cannot be sent at all is shown to a person, and does not stand in the way of the next. */
gboolean clinic_outbox_refuse(ClinicSession *session, gint64 id, const GError *why, GError **error);

/* What a row waits for, or what became of it.  Caller frees. */
char *clinic_outbox_why(ClinicSession *session, const StoreItem *item, const StoreOutbox *row);

#endif
