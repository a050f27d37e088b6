/* The outbox: what was signed and must leave, with its receipt.  Never twice by itself, never
 * silently lost. */
#ifndef GUICHET_CLINIC_OUTBOX_H
#define GUICHET_CLINIC_OUTBOX_H

#include "guichet/clinic/destination.h"
#include "guichet/clinic/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, item;
  ClinicState state; /* SIGNED, SENDING, DELIVERED, AMBIGUOUS, FAILED */
  char *destination; /* "directory:ehr" */
  char *patient_name;
  gint64 signed_at, due, attempts, changed_at;
  char *receipt; /* file name, message id …; or the last error; "" */
  char *why;     /* what it waits for, or what became of it, in words for a person */
} ClinicOutboxRow;

/* Newest change first, before the mark `before` (0: from the newest): GPtrArray of ClinicOutboxRow.
 */
gboolean clinic_outbox_list(ClinicSession *session, gint64 before, guint most, GPtrArray **ret,
                            GError **error);
/* The row of one item; BASE_ERROR_NO_INPUT where nothing of it was signed. */
gboolean clinic_outbox_show(ClinicSession *session, gint64 item, ClinicOutboxRow **ret,
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
  char *sender, *recipient; /* of a mail's envelope; "" of other things */
  ClinicDataClass data;     /* what a contract must allow */
  gint64 signed_at;
  gint64 lane; /* the destination's row */
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

/* --- lanes: what waits for one destination.  Held ones and those that rest are passed over; within
 * a lane what belongs to one patient goes in the order of its signatures. */
typedef struct {
  gint64 id;
  char *name; /* a word for clinic_destination_find() */
  gboolean held;
  char *why;                /* of the hold, in words; "" */
  char *trouble;            /* the destination's last; "" after a success */
  gint64 failures;          /* of the destination itself, in a row */
  gint64 rest_until;        /* left alone until then */
  gint64 delivered_at;      /* the last success; 0 none */
  gint64 n[CLINIC_STATE_N]; /* where they were asked for */
} ClinicLane;

/* *ret: GPtrArray of ClinicLane, free function set. */
gboolean clinic_outbox_lane_list(ClinicSession *session, gboolean counts, GPtrArray **ret,
                                 GError **error);
void clinic_outbox_lane_free(ClinicLane *lane);

/* Nothing more is sent to a destination, of guichet.conf or of the outbox, until it is released.
 * CLINIC_POWER_OUTBOX_SETTLE; words say why. */
gboolean clinic_outbox_lane_hold(ClinicSession *session, const char *name, const char *words,
                                 GError **error);
gboolean clinic_outbox_lane_release(ClinicSession *session, const char *name, GError **error);

/* For the worker: takes at most `most` parcels that are due for a lane, all in one transaction;
 * they are leased for so many microseconds.  GPtrArray of ClinicParcel. */
typedef struct {
  gint64 lane;
  guint classes; /* of 1u << ClinicDataClass: what a contract allows; the others stay */
  guint most;
  gint64 lease; /* microseconds */
} ClinicLaneTake;
gboolean clinic_outbox_lane_take(ClinicSession *session, const ClinicLaneTake *how, GPtrArray **ret,
                                 GError **error);

/* How sendings of one lane ended, put on record in one transaction. */
typedef struct {
  const ClinicParcel *parcel;
  ClinicAction action; /* DELIVER, FAIL, DOUBT; DEFER: again later */
  const char *words;   /* the receipt, or why */
  gint64 wait;      /* DEFER: microseconds that the peer asked for at least; -1: it was not tried */
  gboolean trouble; /* of the destination as a whole */
} ClinicEnd;

typedef struct {
  gint64 lane;
  gint64 failures; /* of the destination itself in a row: then it is left alone for a while */
  gint64 patience; /* microseconds after the signature that a parcel is tried, at least; and
                      [worker] attempts times */
} ClinicLaneRule;
/* *ret: the parcels that `then` took in the same transaction, as clinic_outbox_lane_take() gives
 * them; empty where it is NULL. */
typedef struct {
  const ClinicLaneRule *rule;
  const ClinicEnd *ends;
  guint n;
  const ClinicLaneTake *then;
} ClinicLaneSettle;
gboolean clinic_outbox_lane_settle(ClinicSession *session, const ClinicLaneSettle *what,
                                   GPtrArray **ret, GError **error);

/* Rows from before there were lanes get theirs. */
gboolean clinic_outbox_lane_adopt(ClinicSession *session, GError **error);

void clinic_parcel_free(ClinicParcel *parcel);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicLane, clinic_outbox_lane_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicParcel, clinic_parcel_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClinicOutboxRow, clinic_outbox_row_free)

G_END_DECLS
#endif
