#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/template.h"

#define TEMPLATE_CAP (256u * 1024u)

typedef enum { PART_TEXT, PART_FIELD, PART_IF, PART_UNLESS, PART_END } PartKind;

typedef struct {
  PartKind kind;
  char *text; /* the words of a PART_TEXT, else the field's name */
} Part;

struct BaseTemplate {
  char *name;
  GArray *parts;
  GPtrArray *fields; /* NULL-terminated */
};

static void
part_clear(gpointer data)
{
  g_free(((Part *)data)->text);
}

static guint
template_line(const char *text, const char *at)
{
  guint line = 1;
  for (const char *p = text; p < at; p++)
    line += *p == '\n';
  return line;
}

static gboolean
template_field_is_word(const char *field)
{
  for (const char *p = field; *p != '\0'; p++)
    if (!g_ascii_isalnum(*p) && *p != '_' && *p != '.')
      return FALSE;
  return *field != '\0';
}

static void
template_add(BaseTemplate *self, PartKind kind, char *text)
{
  Part part = {kind, text};
  g_array_append_val(self->parts, part);
}

static void
template_note_field(BaseTemplate *self, char *field)
{
  if (!g_ptr_array_find_with_equal_func(self->fields, field, g_str_equal, NULL))
    g_ptr_array_add(self->fields, field);
}

static PartKind
template_kind(char **field)
{
  static const char marks[] = "#^/";
  const char *mark = **field != '\0' ? strchr(marks, **field) : NULL;
  if (mark == NULL)
    return PART_FIELD;
  (*field)++;
  return (PartKind)(PART_IF + (mark - marks));
}

/* One {{tag}}; `open` is the stack of sections, as names. */
static gboolean
template_tag(BaseTemplate *self, char *inside, const char *const *allowed, GPtrArray *open,
             guint line, GError **error)
{
  char *field = g_strstrip(inside);
  PartKind kind = template_kind(&field);
  const char *wrong = NULL;
  if (!template_field_is_word(field))
    wrong = "is not a field's name";
  else if (allowed != NULL && !g_strv_contains(allowed, field))
    wrong = "is not a field that this template may use";
  else if (kind == PART_END && (open->len == 0 || strcmp(open->pdata[open->len - 1], field) != 0))
    wrong = "is closed here but was not opened last";
  if (wrong != NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s:%u: {{%s}} %s", self->name, line, field,
                wrong);
    return FALSE;
  }
  char *own = g_strdup(field);
  template_add(self, kind, own);
  template_note_field(self, own);
  if (kind == PART_IF || kind == PART_UNLESS)
    g_ptr_array_add(open, own);
  if (kind == PART_END)
    g_ptr_array_set_size(open, (int)open->len - 1);
  return TRUE;
}

static gboolean
template_parse_all(BaseTemplate *self, const char *text, const char *const *allowed, GError **error)
{
  g_autoptr(GPtrArray) open = g_ptr_array_new();
  const char *p = text;
  for (const char *tag; (tag = strstr(p, "{{")) != NULL;) {
    const char *end = strstr(tag, "}}");
    if (end == NULL) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s:%u: {{ without }}", self->name,
                  template_line(text, tag));
      return FALSE;
    }
    template_add(self, PART_TEXT, g_strndup(p, (gsize)(tag - p)));
    g_autofree char *inside = g_strndup(tag + 2, (gsize)(end - tag - 2));
    if (!template_tag(self, inside, allowed, open, template_line(text, tag), error))
      return FALSE;
    p = end + 2;
  }
  template_add(self, PART_TEXT, g_strdup(p));
  if (open->len > 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: {{#%s}} is never closed", self->name,
                (char *)open->pdata[open->len - 1]);
    return FALSE;
  }
  g_ptr_array_add(self->fields, NULL);
  return TRUE;
}

gboolean
base_template_parse(const char *name, const char *text, const char *const *allowed,
                    BaseTemplate **ret, GError **error)
{
  if (strlen(text) > TEMPLATE_CAP || !g_utf8_validate(text, -1, NULL)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                "%s: a template is UTF-8 text of at most 256 KiB", name);
    return FALSE;
  }
  g_autoptr(BaseTemplate) self = g_new0(BaseTemplate, 1);
  self->name = g_strdup(name);
  self->parts = g_array_new(FALSE, FALSE, sizeof(Part));
  g_array_set_clear_func(self->parts, part_clear);
  self->fields = g_ptr_array_new();
  if (!template_parse_all(self, text, allowed, error))
    return FALSE;
  *ret = g_steal_pointer(&self);
  return TRUE;
}

void
base_template_free(BaseTemplate *template)
{
  if (template == NULL)
    return;
  g_free(template->name);
  g_array_unref(template->parts);
  g_ptr_array_unref(template->fields);
  g_free(template);
}

/* The index just past the end of the section that opens at `from`. */
static guint
template_skip(const BaseTemplate *self, guint from)
{
  guint depth = 0;
  for (guint i = from; i < self->parts->len; i++) {
    PartKind kind = g_array_index(self->parts, Part, i).kind;
    depth += kind == PART_IF || kind == PART_UNLESS;
    if (kind == PART_END && --depth == 0)
      return i;
  }
  return self->parts->len;
}

gboolean
base_template_render(const BaseTemplate *self, GHashTable *values, char **ret, GError **error)
{
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; i < self->parts->len; i++) {
    const Part *part = &g_array_index(self->parts, Part, i);
    const char *value =
        part->kind == PART_TEXT ? part->text : g_hash_table_lookup(values, part->text);
    gboolean has = value != NULL && *value != '\0';
    if ((part->kind == PART_IF && !has) || (part->kind == PART_UNLESS && has))
      i = template_skip(self, i);
    if (part->kind != PART_TEXT && part->kind != PART_FIELD)
      continue;
    if (part->kind == PART_FIELD && !has) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s: there is no value for {{%s}}",
                  self->name, part->text);
      return FALSE;
    }
    g_string_append(out, value);
  }
  *ret = g_string_free(g_steal_pointer(&out), FALSE);
  return TRUE;
}

const char *const *
base_template_fields(const BaseTemplate *template)
{
  return (const char *const *)template->fields->pdata;
}
