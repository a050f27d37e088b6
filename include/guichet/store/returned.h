/* What came back about mail that was sent, and how far the mailbox was read. */
#ifndef GUICHET_STORE_RETURNED_H
#define GUICHET_STORE_RETURNED_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 destination; /* its row */
  gint64 validity, uid, taken, strange, read_at;
} StoreMailbox;

/* One that was never read is all zeros. */
gboolean store_returned_mailbox(StoreHandle *store, gint64 destination, StoreMailbox *ret,
                                GError **error);
gboolean store_returned_mailbox_put(StoreHandle *store, const StoreMailbox *mailbox,
                                    GError **error);

typedef struct {
  gint64 id, item, patient, kind, at;
  char *digest; /* of its bytes, in hex; for store_returned_add() */
  char *from, *subject, *text;
  gboolean hint; /* its subject looks like a program's */
} StoreReturned;

/* Writers run inside a transaction. */
gboolean store_returned_add(StoreHandle *store, const StoreReturned *row, GError **error);
gboolean store_returned_known(StoreHandle *store, const char *digest, gboolean *ret,
                              GError **error);
/* Of one kind, not settled, oldest first: GPtrArray of StoreReturned; those of a patient whose key
 * was destroyed are left out. */
gboolean store_returned_count(StoreHandle *store, gint64 kind, guint *ret, GError **error);
gboolean store_returned_open(StoreHandle *store, gint64 kind, guint most, GPtrArray **ret,
                             GError **error);
/* All of an item are settled. */
gboolean store_returned_done(StoreHandle *store, gint64 item, gint64 at, GError **error);
void store_returned_free(StoreReturned *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReturned, store_returned_free)

G_END_DECLS
#endif
