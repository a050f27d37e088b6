#include <string.h>

#include "guichet/base/conf.h"
#include "guichet/base/error.h"

#include "guichet/base/i18n.h"

static const BaseConfRow CONF_ROWS[BASE_CONF_N] = {
#define CONF(id, group, name, type, fallback, least, most, help)                                   \
  [BASE_CONF_##id] = {group, name, fallback, help, BASE_CONF_TYPE_##type, least, most},
#include "base/conf.def"
#undef CONF
};

/* Groups that may stand in the file as often as there are names: "destination ehr". */
static const char *const CONF_NAMED[] = {"destination NAME", "calendar NAME"};

#define CONF_NAME "NAME"
#define CONF_NAME_MOST 40u
#define CONF_NAMES_MOST 64u

typedef struct {
  char *text[BASE_CONF_N];
  gint64 number[BASE_CONF_N];
} Values;

struct BaseConf {
  Values own;
  GPtrArray *names[G_N_ELEMENTS(CONF_NAMED)]; /* with NULL at the end */
  GHashTable *named;                          /* "destination ehr" → Values */
};

const BaseConfRow *
base_conf_row(BaseConfKey key)
{
  return &CONF_ROWS[key];
}

static gboolean
conf_take_int(Values *values, BaseConfKey key, const char *value)
{
  const BaseConfRow *row = &CONF_ROWS[key];
  return g_ascii_string_to_signed(value, 10, row->least, row->most, &values->number[key], NULL);
}

static gboolean
conf_take_bool(Values *values, BaseConfKey key, const char *value)
{
  gboolean yes = strcmp(value, "true") == 0;
  values->number[key] = yes;
  return yes || strcmp(value, "false") == 0;
}

static gboolean
conf_take_text(Values *values, BaseConfKey key, const char *value)
{
  const BaseConfRow *row = &CONF_ROWS[key];
  gsize length = strlen(value);
  if ((gint64)length < row->least || (gint64)length > row->most ||
      !g_utf8_validate(value, -1, NULL))
    return FALSE;
  g_free(values->text[key]);
  values->text[key] = g_strdup(value);
  return TRUE;
}

static gboolean (*const CONF_TAKE[])(Values *, BaseConfKey, const char *) = {
    [BASE_CONF_TYPE_INT] = conf_take_int,
    [BASE_CONF_TYPE_BOOL] = conf_take_bool,
    [BASE_CONF_TYPE_TEXT] = conf_take_text,
};

static gboolean
conf_refuse(const char *path, const BaseConfRow *row, GError **error)
{
  if (row->type == BASE_CONF_TYPE_BOOL)
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "%s: [%s] %s must be true or false", path,
                row->group, row->name);
  else
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                "%s: [%s] %s must be %s %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s", path,
                row->group, row->name,
                row->type == BASE_CONF_TYPE_INT ? "a whole number from" : "a text of", row->least,
                row->most, row->type == BASE_CONF_TYPE_INT ? "" : " bytes");
  return FALSE;
}

static Values *
values_new(void)
{
  Values *values = g_new0(Values, 1);
  for (int key = 0; key < BASE_CONF_N; key++)
    CONF_TAKE[CONF_ROWS[key].type](values, (BaseConfKey)key, CONF_ROWS[key].fallback);
  return values;
}

static void
values_clear(Values *values)
{
  for (int key = 0; key < BASE_CONF_N; key++)
    g_free(values->text[key]);
}

static void
values_free(gpointer data)
{
  values_clear(data);
  g_free(data);
}

static BaseConfKey
conf_find(const char *group, const char *name)
{
  for (int key = 0; key < BASE_CONF_N; key++)
    if (strcmp(CONF_ROWS[key].group, group) == 0 && strcmp(CONF_ROWS[key].name, name) == 0)
      return (BaseConfKey)key;
  return BASE_CONF_N;
}

/* a-z, 0-9, dot, dash, underscore. */
static gboolean
name_accept(const char *name)
{
  gsize length = strlen(name);
  gboolean ok = length > 0 && length <= CONF_NAME_MOST && g_ascii_isalnum(name[0]);
  for (const char *p = name; *p != '\0'; p++)
    ok = ok && (g_ascii_islower(*p) || g_ascii_isdigit(*p) || strchr("._-", *p) != NULL);
  return ok;
}

/* Which of CONF_NAMED a group of the file or of the table is: G_N_ELEMENTS(CONF_NAMED) none.
 * *ret_name points to the name in it. */
static gsize
conf_named(const char *group, const char **ret_name)
{
  gsize i = 0;
  for (; i < G_N_ELEMENTS(CONF_NAMED); i++) {
    gsize stem = strlen(CONF_NAMED[i]) - strlen(CONF_NAME);
    if (strncmp(group, CONF_NAMED[i], stem) != 0)
      continue;
    *ret_name = group + stem;
    break;
  }
  return i;
}

/* The values of a group of the file, and the row's group in the table. */
static gboolean
conf_group(BaseConf *conf, const char *path, const char *group, Values **ret, const char **ret_row,
           GError **error)
{
  const char *name = NULL;
  gsize kind = conf_named(group, &name);
  *ret = &conf->own;
  *ret_row = group;
  if (kind == G_N_ELEMENTS(CONF_NAMED))
    return TRUE;
  if (!name_accept(name) || conf->names[kind]->len > CONF_NAMES_MOST) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                "%s: [%s]: a name has a-z, 0-9, dot, dash and underscore, at most 40 of them, and "
                "there are at most 64 of a kind",
                path, group);
    return FALSE;
  }
  *ret = values_new();
  *ret_row = CONF_NAMED[kind];
  g_hash_table_insert(conf->named, g_strdup(group), *ret);
  g_ptr_array_insert(conf->names[kind], (int)conf->names[kind]->len - 1, g_strdup(name));
  return TRUE;
}

static gboolean
conf_read_group(BaseConf *conf, GKeyFile *file, const char *path, const char *group, GError **error)
{
  g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
  const char *row = group;
  Values *values = NULL;
  if (!conf_group(conf, path, group, &values, &row, error))
    return FALSE;
  for (char **name = names; name != NULL && *name != NULL; name++) {
    BaseConfKey key = conf_find(row, *name);
    if (key == BASE_CONF_N) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                  "%s: there is no setting [%s] %s; guichet.conf(5) lists them", path, group,
                  *name);
      return FALSE;
    }
    g_autofree char *value = g_key_file_get_string(file, group, *name, NULL);
    if (value == NULL || !CONF_TAKE[CONF_ROWS[key].type](values, key, value))
      return conf_refuse(path, &CONF_ROWS[key], error);
  }
  return TRUE;
}

static BaseConf *
conf_new(void)
{
  BaseConf *conf = g_new0(BaseConf, 1);
  g_autofree Values *own = values_new();
  conf->own = *own;
  for (gsize i = 0; i < G_N_ELEMENTS(CONF_NAMED); i++) {
    conf->names[i] = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(conf->names[i], NULL);
  }
  conf->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, values_free);
  return conf;
}

gboolean
base_conf_load(const char *path, BaseConf **ret, GError **error)
{
  g_autoptr(BaseConf) conf = conf_new();
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) local = NULL;
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &local) &&
      !g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, "%s: %s", path, local->message);
    return FALSE;
  }
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group != NULL; group++)
    if (!conf_read_group(conf, file, path, *group, error))
      return FALSE;
  *ret = g_steal_pointer(&conf);
  return TRUE;
}

void
base_conf_free(BaseConf *conf)
{
  if (conf == NULL)
    return;
  values_clear(&conf->own);
  for (gsize i = 0; i < G_N_ELEMENTS(CONF_NAMED); i++)
    g_ptr_array_unref(conf->names[i]);
  g_hash_table_unref(conf->named);
  g_free(conf);
}

gint64
base_conf_int(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_INT);
  return conf->own.number[key];
}

gboolean
base_conf_bool(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_BOOL);
  return conf->own.number[key] != 0;
}

const char *
base_conf_text(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_TEXT);
  return conf->own.text[key];
}

const char *const *
base_conf_names(const BaseConf *conf, BaseConfKey of)
{
  const char *name = NULL;
  gsize kind = conf_named(CONF_ROWS[of].group, &name);
  g_assert(kind < G_N_ELEMENTS(CONF_NAMED));
  return (const char *const *)conf->names[kind]->pdata;
}

static const Values *
values_of(const BaseConf *conf, const char *name, BaseConfKey key)
{
  const char *row = CONF_ROWS[key].group;
  g_autofree char *group =
      g_strdup_printf("%.*s%s", (int)(strlen(row) - strlen(CONF_NAME)), row, name);
  return g_hash_table_lookup(conf->named, group);
}

gboolean
base_conf_has(const BaseConf *conf, const char *name, BaseConfKey of)
{
  return values_of(conf, name, of) != NULL;
}

gint64
base_conf_named_int(const BaseConf *conf, const char *name, BaseConfKey key)
{
  const Values *values = values_of(conf, name, key);
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_INT);
  return (values != NULL ? values : &conf->own)->number[key];
}

gboolean
base_conf_named_bool(const BaseConf *conf, const char *name, BaseConfKey key)
{
  const Values *values = values_of(conf, name, key);
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_BOOL);
  return (values != NULL ? values : &conf->own)->number[key] != 0;
}

const char *
base_conf_named_text(const BaseConf *conf, const char *name, BaseConfKey key)
{
  const Values *values = values_of(conf, name, key);
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_TEXT);
  return (values != NULL ? values : &conf->own)->text[key];
}
