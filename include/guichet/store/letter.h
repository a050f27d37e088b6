/* To whom a letter or a reply goes, beside its text; sealed as the item is. */
#ifndef GUICHET_STORE_LETTER_H
#define GUICHET_STORE_LETTER_H

#include "guichet/store/item.h"

G_BEGIN_DECLS

typedef struct {
  char *to;             /* "patient", "ehr", "mail" */
  char *name, *address; /* with "mail" */
  char *subject, *language;
} StoreLetter;

/* Inside the transaction that adds the item. */
gboolean store_letter_add(StoreHandle *store, const StoreItem *item, const StoreLetter *letter,
                          GError **error);
/* *ret is NULL for an item that has none. */
gboolean store_letter_of(StoreHandle *store, const StoreItem *item, StoreLetter **ret,
                         GError **error);
void store_letter_free(StoreLetter *letter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreLetter, store_letter_free)

G_END_DECLS
#endif
