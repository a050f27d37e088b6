/* Destinations as rows: what the outbox remembers of each, beside what guichet.conf says. */
#ifndef GUICHET_STORE_DESTINATION_H
#define GUICHET_STORE_DESTINATION_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version;
  char *name; /* as in the outbox */
  gboolean held;
  gint64 failures, rest_until, delivered_at;
  gint64 holder; /* the user who holds it; 0 */
  char *why;     /* in their words; "" */
  char *trouble; /* the destination's last, in words; "" after a success */
} StoreDestination;

/* Writers run inside a transaction.  The row of a name, made where there is none. */
gboolean store_destination_need(StoreHandle *store, const char *name, gint64 *ret, GError **error);
/* From row->version, which then is one more. */
gboolean store_destination_change(StoreHandle *store, StoreDestination *row, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_destination_load(StoreHandle *store, gint64 id, StoreDestination **ret,
                                GError **error);
gboolean store_destination_named(StoreHandle *store, const char *name, StoreDestination **ret,
                                 GError **error);
/* GPtrArray of StoreDestination, in no order. */
gboolean store_destination_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_destination_free(StoreDestination *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDestination, store_destination_free)

G_END_DECLS
#endif
