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

struct BaseConf {
  char *text[BASE_CONF_N];
  gint64 number[BASE_CONF_N];
};

const BaseConfRow *
base_conf_row(BaseConfKey key)
{
  return &CONF_ROWS[key];
}

static gboolean
conf_take_int(BaseConf *conf, BaseConfKey key, const char *value)
{
  const BaseConfRow *row = &CONF_ROWS[key];
  return g_ascii_string_to_signed(value, 10, row->least, row->most, &conf->number[key], NULL);
}

static gboolean
conf_take_bool(BaseConf *conf, BaseConfKey key, const char *value)
{
  gboolean yes = strcmp(value, "true") == 0;
  conf->number[key] = yes;
  return yes || strcmp(value, "false") == 0;
}

static gboolean
conf_take_text(BaseConf *conf, BaseConfKey key, const char *value)
{
  const BaseConfRow *row = &CONF_ROWS[key];
  gsize length = strlen(value);
  if ((gint64)length < row->least || (gint64)length > row->most ||
      !g_utf8_validate(value, -1, NULL))
    return FALSE;
  g_free(conf->text[key]);
  conf->text[key] = g_strdup(value);
  return TRUE;
}

static gboolean (*const CONF_TAKE[])(BaseConf *, BaseConfKey, const char *) = {
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

static BaseConfKey
conf_find(const char *group, const char *name)
{
  for (int key = 0; key < BASE_CONF_N; key++)
    if (strcmp(CONF_ROWS[key].group, group) == 0 && strcmp(CONF_ROWS[key].name, name) == 0)
      return (BaseConfKey)key;
  return BASE_CONF_N;
}

static gboolean
conf_read_group(BaseConf *conf, GKeyFile *file, const char *path, const char *group, GError **error)
{
  g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
  for (char **name = names; name != NULL && *name != NULL; name++) {
    BaseConfKey key = conf_find(group, *name);
    if (key == BASE_CONF_N) {
      g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                  "%s: there is no setting [%s] %s; guichet.conf(5) lists them", path, group,
                  *name);
      return FALSE;
    }
    g_autofree char *value = g_key_file_get_string(file, group, *name, NULL);
    if (value == NULL || !CONF_TAKE[CONF_ROWS[key].type](conf, key, value))
      return conf_refuse(path, &CONF_ROWS[key], error);
  }
  return TRUE;
}

gboolean
base_conf_load(const char *path, BaseConf **ret, GError **error)
{
  g_autoptr(BaseConf) conf = g_new0(BaseConf, 1);
  for (int key = 0; key < BASE_CONF_N; key++)
    CONF_TAKE[CONF_ROWS[key].type](conf, (BaseConfKey)key, CONF_ROWS[key].fallback);
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
  for (int key = 0; key < BASE_CONF_N; key++)
    g_free(conf->text[key]);
  g_free(conf);
}

gint64
base_conf_int(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_INT);
  return conf->number[key];
}

gboolean
base_conf_bool(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_BOOL);
  return conf->number[key] != 0;
}

const char *
base_conf_text(const BaseConf *conf, BaseConfKey key)
{
  g_assert(CONF_ROWS[key].type == BASE_CONF_TYPE_TEXT);
  return conf->text[key];
}
