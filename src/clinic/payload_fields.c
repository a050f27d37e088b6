#include "clinic/payload.h"

#include <string.h>

#include "guichet/base/text.h"

/* " folded words " holds " needle ": whole words. */
static gboolean
text_carries(const char *folded, const char *value)
{
  g_autofree char *needle = base_text_fold(value);
  g_autofree char *padded = g_strdup_printf(" %s ", needle);
  return *needle == '\0' || strstr(folded, padded) != NULL;
}

static gboolean
field_stands(const json_t *field, const char *folded)
{
  static const char *const words[] = {"name",      "substance", "dose",    "route",
                                      "frequency", "value",     "reaction"};
  gboolean any = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    const char *value = json_string_value(json_object_get(field, words[i]));
    if (value == NULL || *value == '\0')
      continue;
    if (!text_carries(folded, value))
      return FALSE;
    any = TRUE;
  }
  const char *text = json_string_value(json_object_get(field, "text"));
  return any || (text != NULL && *text != '\0' && text_carries(folded, text));
}

json_t *
clinic_payload_fields(const json_t *fields, const char *text)
{
  g_autofree char *plain = base_text_fold(text);
  g_autofree char *folded = g_strdup_printf(" %s ", plain);
  json_t *kept = json_object();
  const char *group;
  json_t *list, *field;
  size_t index;
  void *at;
  for (at = json_object_iter((json_t *)(gintptr)fields); at != NULL;
       at = json_object_iter_next((json_t *)(gintptr)fields, at)) {
    group = json_object_iter_key(at);
    list = json_object_iter_value(at);
    json_t *good = json_array();
    json_array_foreach (list, index, field) {
      if (field_stands(field, folded))
        json_array_append(good, field);
    }
    json_object_set_new(kept, group, good);
  }
  return kept;
}
