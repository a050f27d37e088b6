/* Sealed boxes of text and of JSON. */
#ifndef GUICHET_STORE_BOX_H
#define GUICHET_STORE_BOX_H

#include <jansson.h>

#include "guichet/vault/key.h"

/* Takes `value`. */
GBytes *store_box_json(const VaultKey *key, const VaultPlace *place, json_t *value);
gboolean store_box_open_json(const VaultKey *key, const VaultPlace *place, GBytes *sealed,
                             json_t **ret, GError **error);

/* *ret is freed with vault_seal_forget(*ret, strlen(*ret)). */
GBytes *store_box_text(const VaultKey *key, const VaultPlace *place, const char *text);
gboolean store_box_open_text(const VaultKey *key, const VaultPlace *place, GBytes *sealed,
                             char **ret, GError **error);

/* A string of an object, "" where it has none. */
const char *store_box_word(const json_t *object, const char *name);

#endif
