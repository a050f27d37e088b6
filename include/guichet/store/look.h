/* What somebody looked at in an item, as its room above writes it down; sealed as the item is. */
#ifndef GUICHET_STORE_LOOK_H
#define GUICHET_STORE_LOOK_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

/* Inside a transaction; `version` is that of store_look_load(). */
gboolean store_look_put(StoreHandle *store, const StoreItem *item, gint64 reader, gint64 version,
                        const char *json, GError **error);
/* *ret is NULL, and *ret_version 0, where this reader looked at nothing yet.  Caller frees. */
gboolean store_look_load(StoreHandle *store, const StoreItem *item, gint64 reader,
                         gint64 *ret_version, char **ret, GError **error);

G_END_DECLS
#endif
