/* The audit chain's proof. */
#ifndef GUICHET_STORE_CHAIN_H
#define GUICHET_STORE_CHAIN_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 lines, anchors; /* compared */
  gint64 bad_seq;        /* the first line that is wrong; 0 none */
  char *bad_why;         /* NULL */
} StoreChainProof;

typedef gboolean (*StoreChainProgress)(gint64 done, gint64 all, gpointer data);

/* Walks all lines, then compares each anchor of `folder`.  FALSE when it could not look. */
gboolean store_chain_verify(StoreHandle *store, const char *folder, StoreChainProgress progress,
                            gpointer data, StoreChainProof **ret, GError **error);
void store_chain_proof_free(StoreChainProof *proof);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreChainProof, store_chain_proof_free)

G_END_DECLS
#endif
