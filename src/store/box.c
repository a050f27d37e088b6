#include "store/box.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/text.h"

static gboolean
spoilt(const VaultPlace *place, GError **error)
{
  g_set_error(error, BASE_ERROR, BASE_ERROR_CORRUPT,
              "%s.%s of row %" G_GINT64_FORMAT " does not hold what it should", place->table,
              place->column, place->id);
  return FALSE;
}

GBytes *
store_box_json(const VaultKey *key, const VaultPlace *place, json_t *value)
{
  char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  json_decref(value);
  if (text == NULL) /* only text that is not UTF-8 can do that, and none gets as far as here */
    g_error("store: a value cannot be written as JSON");
  gsize length = strlen(text);
  GBytes *box = vault_seal_close(key, place, text, length);
  vault_seal_forget(text, length);
  return box;
}

gboolean
store_box_open_json(const VaultKey *key, const VaultPlace *place, GBytes *sealed, json_t **ret,
                    GError **error)
{
  char *text = NULL;
  gsize length = 0;
  if (sealed == NULL)
    return spoilt(place, error);
  if (!vault_seal_open(key, place, sealed, &text, &length, error))
    return FALSE;
  json_t *value = json_loadb(text, length, JSON_DECODE_ANY, NULL);
  vault_seal_forget(text, length);
  if (value == NULL)
    return spoilt(place, error);
  *ret = value;
  return TRUE;
}

GBytes *
store_box_text(const VaultKey *key, const VaultPlace *place, const char *text)
{
  return vault_seal_close(key, place, text, strlen(text));
}

gboolean
store_box_open_text(const VaultKey *key, const VaultPlace *place, GBytes *sealed, char **ret,
                    GError **error)
{
  char *text = NULL;
  gsize length = 0;
  if (sealed == NULL)
    return spoilt(place, error);
  if (!vault_seal_open(key, place, sealed, &text, &length, error))
    return FALSE;
  if (!base_text_valid(text, length, NULL)) {
    vault_seal_forget(text, length);
    return spoilt(place, error);
  }
  *ret = text;
  return TRUE;
}

const char *
store_box_word(const json_t *object, const char *name)
{
  const char *word = json_string_value(json_object_get(object, name));
  return word != NULL ? word : "";
}
