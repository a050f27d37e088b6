/* Contracts with outside services, as sealed rows. */
#ifndef GUICHET_STORE_CONTRACT_H
#define GUICHET_STORE_CONTRACT_H

#include "guichet/store/handle.h"

G_BEGIN_DECLS

typedef struct {
  gint64 id, version;
  char *reference, *kind, *party;
  char **covers, **classes, **jurisdictions; /* words */
  gint64 first, last, ended;                 /* days since 1970-01-01; ended 0 */
  char *words;
} StoreContract;

/* Writers run inside a transaction.  A reference that is taken: BASE_ERROR_CANT_CREATE. */
gboolean store_contract_add(StoreHandle *store, const StoreContract *contract, GError **error);
/* From contract->version, which then is one more; somebody else changed it: BASE_ERROR_CONFLICT. */
gboolean store_contract_change(StoreHandle *store, StoreContract *contract, GError **error);

/* None there: BASE_ERROR_NO_INPUT. */
gboolean store_contract_named(StoreHandle *store, const char *reference, StoreContract **ret,
                              GError **error);
/* GPtrArray of StoreContract, in no order. */
gboolean store_contract_list(StoreHandle *store, GPtrArray **ret, GError **error);
void store_contract_free(StoreContract *contract);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreContract, store_contract_free)

G_END_DECLS
#endif
