/* Anchors: the end of the audit chain, signed and written down outside the database once a day, so
 * that a chain cut short does not pass for whole.
 *
 *     guichet audit anchor 1
 *     clinic <hex>
 *     at 2026-11-24T08:30:00Z
 *     seq 1234
 *     link <hex>
 *     signature <hex>          Ed25519 over the bytes of the lines above, newlines included
 *
 * public.key beside them holds the public half, in hex: an auditor needs no secret. */
#ifndef GUICHET_STORE_ANCHOR_H
#define GUICHET_STORE_ANCHOR_H

#include "guichet/store/handle.h"
#include "guichet/vault/chain.h"

G_BEGIN_DECLS

typedef struct {
  char *name; /* of the file */
  gint64 seq;
  VaultHash link;
  char *bad; /* why it cannot be trusted; NULL */
} StoreAnchor;

/* Writes the anchor of the day of `at` (UTC), unless it is there. */
gboolean store_anchor_write(StoreHandle *store, const char *folder, gint64 at, GError **error);

/* All of a folder, by name; a folder that is not there holds none.  GPtrArray of StoreAnchor. */
gboolean store_anchor_list(StoreHandle *store, const char *folder, GPtrArray **ret, GError **error);
void store_anchor_free(StoreAnchor *anchor);

G_END_DECLS
#endif
