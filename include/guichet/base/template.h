/* Templates that a clinic edits without code: text with {{field}} in it.
 *
 * {{field}} is replaced by its value; {{#field}}…{{/field}} stays only where the field has a value,
 * and
 * {{^field}}…{{/field}} only where it has none.  No loops, no code, no nesting of one field in
 * itself.  A template may name only the fields on the list it is parsed with, so that one that asks
 * for more is refused when it is saved, not when it is sent. */
#ifndef GUICHET_BASE_TEMPLATE_H
#define GUICHET_BASE_TEMPLATE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct BaseTemplate BaseTemplate;

/* `allowed` is a NULL-terminated list, or NULL for any field.  `name` is for messages (file name).
 * At most 256 KiB.  BASE_ERROR_DATA names the line and what is wrong there. */
gboolean base_template_parse(const char *name, const char *text, const char *const *allowed,
                             BaseTemplate **ret, GError **error);
void base_template_free(BaseTemplate *template);

/* `values` maps field names to strings; a {{field}} without a value is an error naming it: a letter
 * with a hole in it must not go out.  Caller frees *ret. */
gboolean base_template_render(const BaseTemplate *template, GHashTable *values, char **ret,
                              GError **error);

/* The fields it names, each once, in order; owned by the template. */
const char *const *base_template_fields(const BaseTemplate *template);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BaseTemplate, base_template_free)

G_END_DECLS
#endif
