/* Revisions: one text of an item each, with what the checks said of it; and signatures. */
#ifndef GUICHET_STORE_REVISION_H
#define GUICHET_STORE_REVISION_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, item, seq, author, at;
  char *text;  /* wiped when freed */
  char *draft; /* JSON of the engine's draft; NULL for a person's */
} StoreRevision;

/* Inside a transaction.  seq is the next of the item and comes back in revision->seq. */
gboolean store_revision_add(StoreHandle *store, const StoreItem *item, StoreRevision *revision,
                            GError **error);
gboolean store_revision_load(StoreHandle *store, const StoreItem *item, gint64 id,
                             StoreRevision **ret, GError **error);
/* Of an item, oldest first, without drafts, after `seq`: GPtrArray of StoreRevision. */
gboolean store_revision_list(StoreHandle *store, const StoreItem *item, gint64 seq, guint most,
                             GPtrArray **ret, GError **error);
void store_revision_free(StoreRevision *revision);

/* Findings of a revision, as JSON.  `version` 0 adds them; else they are replaced from that
 * version. */
gboolean store_revision_put_findings(StoreHandle *store, const StoreItem *item, gint64 revision,
                                     gint64 version, const char *json, GError **error);
gboolean store_revision_findings(StoreHandle *store, const StoreItem *item, gint64 revision,
                                 gint64 *ret_version, char **ret, GError **error);

/* A signature: the digest, and what was attested (JSON). */
gboolean store_revision_sign(StoreHandle *store, const StoreItem *item, gint64 signer, gint64 at,
                             const guint8 digest[32], const char *attested, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreRevision, store_revision_free)

G_END_DECLS
#endif
