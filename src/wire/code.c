#include "guichet/wire/code.h"

#include <string.h>

#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/text.h"

enum { CODE_FILE_CAP = 1024 * 1024, CODE_COLUMNS = 5 };

/* names (a;b;c), code, display, unit, panel: the last two may be left out */
static const struct {
  const char *file, *system;
} KINDS[WIRE_CODE_KIND_N] = {
    {"codes/vitals.tsv", "http://loinc.org"},
    {"codes/units.tsv", "http://unitsofmeasure.org"},
    {"codes/drugs.tsv", "http://www.nlm.nih.gov/research/umls/rxnorm"},
    {"codes/conditions.tsv", "http://hl7.org/fhir/sid/icd-10-cm"},
};

struct WireCodes {
  GHashTable *by_name[WIRE_CODE_KIND_N]; /* folded name → WireCode of `all` */
  GPtrArray *all;
};

static void
code_unref(gpointer data)
{
  WireCode *code = data;
  g_free(code->code);
  g_free(code->display);
  g_free(code->unit);
  g_free(code->panel);
  g_free(code);
}

void
wire_code_free(WireCodes *codes)
{
  if (codes == NULL)
    return;
  for (guint i = 0; i < WIRE_CODE_KIND_N; i++)
    g_clear_pointer(&codes->by_name[i], g_hash_table_unref);
  g_ptr_array_unref(codes->all);
  g_free(codes);
}

/* In a unit every sign counts ("%", "°F"); in a name neither case nor accents nor hyphens. */
static char *
name_fold(WireCodeKind kind, const char *name)
{
  if (kind != WIRE_CODE_UNIT)
    return base_text_fold(name);
  g_autofree char *low = g_utf8_strdown(name, -1);
  return g_strdup(g_strstrip(low));
}

static gboolean
row_take(WireCodes *codes, WireCodeKind kind, const char *line, guint number, GError **error)
{
  g_auto(GStrv) column = g_strsplit(line, "\t", CODE_COLUMNS);
  guint n = g_strv_length(column);
  if (n < 3 || *column[0] == '\0' || *column[1] == '\0' || *column[2] == '\0') {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                "%s:%u: a row is names, code, display, unit, panel", KINDS[kind].file, number);
    return FALSE;
  }
  const WireCode made = {.system = KINDS[kind].system,
                         .code = g_strdup(column[1]),
                         .display = g_strdup(column[2]),
                         .unit = g_strdup(n > 3 ? column[3] : ""),
                         .panel = g_strdup(n > 4 ? column[4] : "")};
  WireCode *code = g_memdup2(&made, sizeof made);
  g_ptr_array_add(codes->all, code);
  g_auto(GStrv) names = g_strsplit(column[0], ";", -1);
  for (char **name = names; *name != NULL; name++) {
    g_autofree char *key = name_fold(kind, *name);
    const WireCode *other = g_hash_table_lookup(codes->by_name[kind], key);
    if (*key == '\0' || (other != NULL && strcmp(other->code, code->code) != 0)) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_DATA,
                  "%s:%u: the name \"%s\" has two codes, or none", KINDS[kind].file, number, *name);
      return FALSE;
    }
    g_hash_table_insert(codes->by_name[kind], g_steal_pointer(&key), code);
  }
  return TRUE;
}

static gboolean
kind_load(WireCodes *codes, WireCodeKind kind, GError **error)
{
  g_autofree char *path = base_file_data(KINDS[kind].file);
  g_autofree char *text = NULL;
  gsize length = 0;
  codes->by_name[kind] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  if (!base_file_read(path, CODE_FILE_CAP, &text, &length, error))
    return FALSE;
  if (!base_text_valid(text, length, NULL)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DATA, "%s is not UTF-8", KINDS[kind].file);
    return FALSE;
  }
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && *lines[i] != '#' && !row_take(codes, kind, lines[i], i + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
wire_code_load(WireCodes **ret, GError **error)
{
  g_autoptr(WireCodes) codes = g_new0(WireCodes, 1);
  codes->all = g_ptr_array_new_with_free_func(code_unref);
  for (guint i = 0; i < WIRE_CODE_KIND_N; i++)
    if (!kind_load(codes, (WireCodeKind)i, error))
      return FALSE;
  *ret = g_steal_pointer(&codes);
  return TRUE;
}

const WireCode *
wire_code_find(const WireCodes *codes, WireCodeKind kind, const char *name)
{
  if (codes == NULL || name == NULL)
    return NULL;
  g_autofree char *key = name_fold(kind, name);
  return g_hash_table_lookup(codes->by_name[kind], key);
}
