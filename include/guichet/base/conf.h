/* guichet.conf: a key file (GLib's, like an .ini) whose every setting is a row of
 * src/base/conf.def. */
#ifndef GUICHET_BASE_CONF_H
#define GUICHET_BASE_CONF_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
#define CONF(id, group, name, type, fallback, least, most, help) BASE_CONF_##id,
#include "base/conf.def"
#undef CONF
  BASE_CONF_N
} BaseConfKey;

typedef enum { BASE_CONF_TYPE_INT, BASE_CONF_TYPE_BOOL, BASE_CONF_TYPE_TEXT } BaseConfType;

/* One row of the table, for the manual page and `guichet doctor`. */
typedef struct {
  const char *group, *name, *fallback, *help; /* help is not translated yet: pass it to gettext */
  BaseConfType type;
  gint64 least, most;
} BaseConfRow;

typedef struct BaseConf BaseConf;

/* Reads the file.  One that is not there gives the defaults.  An unknown group or setting, a value
 * out of its range, bad syntax: BASE_ERROR_CONFIG, naming the file, the setting and what it may be.
 */
gboolean base_conf_load(const char *path, BaseConf **ret, GError **error);
void base_conf_free(BaseConf *conf);

gint64 base_conf_int(const BaseConf *conf, BaseConfKey key);
gboolean base_conf_bool(const BaseConf *conf, BaseConfKey key);
const char *base_conf_text(const BaseConf *conf, BaseConfKey key);

/* Groups that a file may have many of: [destination ehr], [destination mail]; [calendar room2]. The
 * names of those that have the setting `of`, in the order of the file, NULL at the end; owned by
 * `conf`. */
const char *const *base_conf_names(const BaseConf *conf, BaseConfKey of);
gboolean base_conf_has(const BaseConf *conf, const char *name, BaseConfKey of);
/* A setting of one of them; its default where that group or that setting is not there. */
gint64 base_conf_named_int(const BaseConf *conf, const char *name, BaseConfKey key);
gboolean base_conf_named_bool(const BaseConf *conf, const char *name, BaseConfKey key);
const char *base_conf_named_text(const BaseConf *conf, const char *name, BaseConfKey key);

const BaseConfRow *base_conf_row(BaseConfKey key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BaseConf, base_conf_free)

G_END_DECLS
#endif
