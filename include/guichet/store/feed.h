/* What came over the HL7 listener, in numbers. */
#ifndef GUICHET_STORE_FEED_H
#define GUICHET_STORE_FEED_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 heard_at; /* the last message; 0 none yet */
  gint64 taken, refused;
  gint64 refused_at; /* 0 none */
  char *why;         /* of the last refusal; "" */
} StoreFeed;

/* Nothing came yet: all zero, why "". */
gboolean store_feed_load(StoreHandle *store, StoreFeed **ret, GError **error);
/* Inside a transaction. */
gboolean store_feed_save(StoreHandle *store, const StoreFeed *feed, GError **error);
void store_feed_free(StoreFeed *feed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreFeed, store_feed_free)

G_END_DECLS
#endif
