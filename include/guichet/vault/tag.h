/* Look-up tags: keyed BLAKE2b-128 of a normalised value, so that a row can be found by name, phone
 * or record number with no plain text in the database. */
#ifndef GUICHET_VAULT_TAG_H
#define GUICHET_VAULT_TAG_H

#include "guichet/vault/seal.h"

G_BEGIN_DECLS

#define VAULT_TAG_BYTES 16u

typedef struct {
  guint8 bytes[VAULT_TAG_BYTES];
} VaultTag;

/* `field` keeps the same words in two fields apart ("patient.name").  `key` is of
 * VAULT_PURPOSE_TAG. */
void vault_tag_make(const VaultKey *key, const char *field, const char *normalised, VaultTag *ret);

G_END_DECLS
#endif
