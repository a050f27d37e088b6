/* The outbox: what was signed and must leave, with its receipt.  Never twice by itself, never
 * silently lost. */
#ifndef GUICHET_CLINIC_OUTBOX_H
#define GUICHET_CLINIC_OUTBOX_H

#include "guichet/clinic/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, item;
  ClinicState state; /* SIGNED, SENDING, DELIVERED, AMBIGUOUS, FAILED */
  char *destination; /* "directory:ehr" */
  char *patient_name;
  gint64 signed_at, due, attempts, changed_at;
  char *receipt; /* file name, message id …; or the last error; "" */
} ClinicOutboxRow;

/* Newest change first, before the mark `before` (0: from the newest): GPtrArray of ClinicOutboxRow.
 */
gboolean clinic_outbox_list(ClinicSession *session, gint64 before, guint most, GPtrArray **ret,
                            GError **error);
void clinic_outbox_row_free(ClinicOutboxRow *row);

/* For the worker: takes one parcel that is due (SIGNED → SENDING, committed before a byte moves);
 * *ret is NULL when there is none. */
typedef struct {
  gint64 id, item;
  char *destination;
  char *name;    /* the same name on every try, for the peer to recognise: "note-<id>.json" */
  GBytes *bytes; /* exactly what was signed; its digest has been verified */
  guint attempts;
} ClinicParcel;
gboolean clinic_outbox_take(ClinicSession *session, ClinicParcel **ret, GError **error);
gboolean clinic_outbox_delivered(ClinicSession *session, const ClinicParcel *parcel,
                                 const char *receipt, GError **error);
/* It did not arrive, surely: tried again with back-off, or FAILED when it is permanent or tried too
 * often. */
gboolean clinic_outbox_failed(ClinicSession *session, const ClinicParcel *parcel,
                              gboolean permanent, const char *why, GError **error);
gboolean clinic_outbox_doubtful(ClinicSession *session, const ClinicParcel *parcel, const char *why,
                                GError **error);
/* Parcels left SENDING by a worker that died (its lease is over): GPtrArray of ClinicParcel, leased
 * to this one.  For each the worker asks the peer whether it arrived: delivered, or failed (it
 * surely did not), or doubtful. */
gboolean clinic_outbox_orphans(ClinicSession *session, GPtrArray **ret, GError **error);

/* When the next parcel is due, or the next orphan may be asked about; 0 never. */
gboolean clinic_outbox_next(ClinicSession *session, gint64 *ret, GError **error);

void clinic_parcel_free(ClinicParcel *parcel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicParcel, clinic_parcel_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicOutboxRow, clinic_outbox_row_free)

G_END_DECLS
#endif
