/* Unsaved typing, sealed: one for each user and item. */
#ifndef GUICHET_STORE_JOURNAL_H
#define GUICHET_STORE_JOURNAL_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

/* Inside a transaction. */
gboolean store_journal_put(StoreHandle *store, const StoreItem *item, gint64 author, gint64 at,
                           const char *text, GError **error);
gboolean store_journal_drop(StoreHandle *store, gint64 item, gint64 author, GError **error);
/* *ret is NULL when there is none; else wiped by vault_seal_forget(). */
gboolean store_journal_load(StoreHandle *store, const StoreItem *item, gint64 author, char **ret,
                            gint64 *ret_at, GError **error);

G_END_DECLS
#endif
