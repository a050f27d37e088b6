/* What an item does to one that was sent before it; sealed as the item is. */
#ifndef GUICHET_STORE_AMENDMENT_H
#define GUICHET_STORE_AMENDMENT_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 other; /* the item that it amends */
  char *does;   /* "replaces", "appends" */
  char *reason;
} StoreAmendment;

/* Inside the transaction that adds the item. */
gboolean store_amendment_add(StoreHandle *store, const StoreItem *item,
                             const StoreAmendment *amendment, GError **error);
/* *ret is NULL for an item that amends nothing. */
gboolean store_amendment_of(StoreHandle *store, const StoreItem *item, StoreAmendment **ret,
                            GError **error);
/* Items that amend this one, oldest first: GArray of gint64, at most `most`. */
gboolean store_amendment_list(StoreHandle *store, gint64 other, guint most, GArray **ret,
                              GError **error);
void store_amendment_free(StoreAmendment *amendment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreAmendment, store_amendment_free)

G_END_DECLS
#endif
