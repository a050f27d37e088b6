/* What was signed and must leave. */
#ifndef GUICHET_STORE_OUTBOX_H
#define GUICHET_STORE_OUTBOX_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, item, version, signed_at, due, attempts, changed_at;
  guint8 digest[32];
  char *destination, *name, *receipt; /* receipt "" at first */
  gint64 state, patient;              /* of the item; set by the readers */
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
/* When the next of `state` is due; 0 never. */
gboolean store_outbox_next(StoreHandle *store, gint64 state, gint64 *ret, GError **error);
/* Items with a live row, changed before `before`, newest first: GArray of gint64. */
gboolean store_outbox_page(StoreHandle *store, gint64 before, guint most, GArray **ret,
                           GError **error);
void store_outbox_free(StoreOutbox *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreOutbox, store_outbox_free)

G_END_DECLS
#endif
