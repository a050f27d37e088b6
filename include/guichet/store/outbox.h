/* What was signed and must leave. */
#ifndef GUICHET_STORE_OUTBOX_H
#define GUICHET_STORE_OUTBOX_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, item, version, signed_at, due, attempts, changed_at;
  guint8 digest[32];
  char *destination, *name, *receipt; /* receipt "" at first */
  char *sender, *recipient;           /* of a mail's envelope; NULL or "" of other things */
  gint64 target;                      /* the destination's row; set by the readers */
  gint64 state, patient;              /* of the item; set by the readers */
  gboolean
      unordered; /* for store_outbox_add(): waits for no other of its patient, and none for it */
} StoreOutbox;

/* All writers run inside a transaction. */
gboolean store_outbox_add(StoreHandle *store, const StoreItem *item, const StoreOutbox *row,
                          GBytes *payload, GError **error);
/* due, attempts, changed_at and receipt, from row->version, which then is one more. */
gboolean store_outbox_change(StoreHandle *store, const StoreItem *item, StoreOutbox *row,
                             GError **error);
/* After an undo: nothing will send it. */
gboolean store_outbox_drop(StoreHandle *store, gint64 item, GError **error);

/* The live row of an item; BASE_ERROR_NO_INPUT when there is none. */
gboolean store_outbox_of(StoreHandle *store, const StoreItem *item, StoreOutbox **ret,
                         GError **error);
gboolean store_outbox_payload(StoreHandle *store, const StoreItem *item, const StoreOutbox *row,
                              GBytes **ret, GError **error);
/* Items in `state` with a row that is due at `now`, first due first: GArray of gint64. */
gboolean store_outbox_due(StoreHandle *store, gint64 state, gint64 now, guint most, GArray **ret,
                          GError **error);
/* Items in `signed_state` that are due for one destination, first due first, each with nothing of
 * its patient before it there that is in one of `before` (three states): GArray of gint64. */
gboolean store_outbox_ready(StoreHandle *store, gint64 target, const gint64 before[3], gint64 now,
                            guint most, GArray **ret, GError **error);
/* The oldest item that must reach the destination before this row does; 0 none. */
gboolean store_outbox_before(StoreHandle *store, const StoreOutbox *row, const gint64 before[3],
                             gint64 *ret, GError **error);
/* Rows of one destination by state: ret[state], for states below n. */
gboolean store_outbox_count(StoreHandle *store, gint64 target, gint64 *ret, guint n,
                            GError **error);
/* Items whose row is older than the table of destinations: GArray of gint64; and into it. */
gboolean store_outbox_adrift(StoreHandle *store, guint most, GArray **ret, GError **error);
gboolean store_outbox_aim(StoreHandle *store, const StoreOutbox *row, GError **error);
/* When the next of `state` is due; 0 never. */
gboolean store_outbox_next(StoreHandle *store, gint64 state, gint64 *ret, GError **error);
/* Items with a live row, changed before `before`, newest first: GArray of gint64. */
gboolean store_outbox_page(StoreHandle *store, gint64 before, guint most, GArray **ret,
                           GError **error);
void store_outbox_free(StoreOutbox *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreOutbox, store_outbox_free)

G_END_DECLS
#endif
