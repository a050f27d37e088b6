/* See guichet/calendar/wording.h. */
#include "guichet/calendar/wording.h"

#include "guichet/base/template.h"

static const char *const FIELDS[] = {"date",         "time",       "zone",       "place", "clinic",
                                     "clinic_phone", "first_name", "reply_code", NULL};

const char *const *
calendar_wording_fields(void)
{
  return FIELDS;
}

gboolean
calendar_wording_check(const char *name, const char *text, GError **error)
{
  g_autoptr(BaseTemplate) template = NULL;
  return base_template_parse(name, text, FIELDS, &template, error);
}

static GHashTable *
escape(GHashTable *values)
{
  GHashTable *escaped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, values);
  while (g_hash_table_iter_next(&iter, &key, &value))
    if (value != NULL)
      g_hash_table_insert(escaped, g_strdup(key), g_markup_escape_text(value, -1));
  return escaped;
}

gboolean
calendar_wording_render(const char *name, const char *text, GHashTable *values, gboolean html,
                        char **ret, GError **error)
{
  g_autoptr(BaseTemplate) template = NULL;
  if (!base_template_parse(name, text, FIELDS, &template, error))
    return FALSE;
  g_autoptr(GHashTable) used = html ? escape(values) : g_hash_table_ref(values);
  return base_template_render(template, used, ret, error);
}
