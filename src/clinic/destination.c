#include "guichet/clinic/destination.h"

#include <string.h>
#include <sys/stat.h>

#include "clinic/contract.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/vault/seal.h"

enum { SECRET_MOST = 16 * 1024 };

void
clinic_destination_free(ClinicDestination *to)
{
  if (to == NULL)
    return;
  char *const texts[] = {to->name,     to->channel,      to->url,     to->host,
                         to->contract, to->jurisdiction, to->ca_file, to->pin,
                         to->user,     to->secret_file,  to->auth,    to->sender};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  g_free(to);
}

static gboolean
is_folder(const char *channel)
{
  return strcmp(channel, "directory") == 0 || strcmp(channel, "maildir") == 0;
}

/* A path from the clinic's folder; "" stays. */
static char *
path_of(ClinicSession *session, const char *path)
{
  return *path == '\0' ? g_strdup("")
                       : g_canonicalize_filename(path, clinic_session_folder(session));
}

/* "directory:PATH", "maildir:PATH". */
static gboolean
find_short(ClinicSession *session, const char *word, ClinicDestination **ret, GError **error)
{
  const char *colon = strchr(word, ':');
  g_autofree char *channel = g_strndup(word, (gsize)(colon - word));
  if (!is_folder(channel) || colon[1] == '\0') {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("the destination %s is neither directory:PATH nor maildir:PATH nor the name of a "
                  "[destination]; change it in guichet.conf"),
                word);
    return FALSE;
  }
  const ClinicDestination made = {
      .name = g_strdup(word),
      .channel = g_steal_pointer(&channel),
      .url = path_of(session, colon + 1),
      .host = g_strdup(""),
      .contract = g_strdup(""),
      .jurisdiction = g_strdup(""),
      .ca_file = g_strdup(""),
      .pin = g_strdup(""),
      .user = g_strdup(""),
      .secret_file = g_strdup(""),
      .auth = g_strdup(""),
      .sender = g_strdup(""),
      .connections = 4,
      .seconds = 100,
      .failures = 5,
      .conf = clinic_session_conf(session),
  };
  *ret = g_memdup2(&made, sizeof made);
  return TRUE;
}

static ClinicDestination *
read_named(ClinicSession *session, const char *name)
{
  const BaseConf *conf = clinic_session_conf(session);
#define TEXT(key) base_conf_named_text(conf, name, BASE_CONF_DEST_##key)
#define INT(key) (guint) base_conf_named_int(conf, name, BASE_CONF_DEST_##key)
  gboolean folder = is_folder(TEXT(CHANNEL));
  const char *mail = base_conf_text(conf, BASE_CONF_CLINIC_MAIL);
  const ClinicDestination made = {
      .name = g_strdup(name),
      .channel = g_strdup(TEXT(CHANNEL)),
      .url = folder ? path_of(session, TEXT(URL)) : g_strdup(TEXT(URL)),
      .host = folder ? g_strdup("") : clinic_contract_host_of(TEXT(URL)),
      .contract = g_strdup(TEXT(CONTRACT)),
      .jurisdiction = g_strdup(TEXT(JURISDICTION)),
      .ca_file = path_of(session, TEXT(CA_FILE)),
      .pin = g_strdup(TEXT(PIN)),
      .user = g_strdup(TEXT(USER)),
      .secret_file = path_of(session, TEXT(SECRET_FILE)),
      .auth = g_strdup(TEXT(AUTH)),
      .sender = g_strdup(*TEXT(SENDER) != '\0' ? TEXT(SENDER) : mail),
      .connections = INT(CONNECTIONS),
      .per_minute = INT(PER_MINUTE),
      .seconds = INT(SECONDS),
      .hours = INT(HOURS),
      .failures = INT(FAILURES),
      .dsn = base_conf_named_bool(conf, name, BASE_CONF_DEST_DSN),
      .conf = conf,
  };
#undef TEXT
#undef INT
  return g_memdup2(&made, sizeof made);
}

gboolean
clinic_destination_find(ClinicSession *session, const char *word, ClinicDestination **ret,
                        GError **error)
{
  if (strchr(word, ':') != NULL)
    return find_short(session, word, ret, error);
  if (!base_conf_has(clinic_session_conf(session), word, BASE_CONF_DEST_CHANNEL)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("guichet.conf has no [destination %s]; put it back, or settle what waits for it"),
                word);
    return FALSE;
  }
  *ret = read_named(session, word);
  return TRUE;
}

static void
destination_unref(gpointer data)
{
  clinic_destination_free(data);
}

gboolean
clinic_destination_list(ClinicSession *session, GPtrArray **ret, GError **error)
{
  static const BaseConfKey BY_SETTING[] = {BASE_CONF_OUTBOX_EHR, BASE_CONF_OUTBOX_MAIL};
  const BaseConf *conf = clinic_session_conf(session);
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(destination_unref);
  for (const char *const *name = base_conf_names(conf, BASE_CONF_DEST_CHANNEL); *name != NULL;
       name++)
    g_ptr_array_add(all, read_named(session, *name));
  for (gsize i = 0; i < G_N_ELEMENTS(BY_SETTING); i++) {
    const char *word = base_conf_text(conf, BY_SETTING[i]);
    ClinicDestination *to = NULL;
    if (base_conf_has(conf, word, BASE_CONF_DEST_CHANNEL))
      continue;
    if (!clinic_destination_find(session, word, &to, error))
      return FALSE;
    g_ptr_array_add(all, to);
  }
  *ret = g_steal_pointer(&all);
  return TRUE;
}

static const char *
or_null(const char *text)
{
  return *text != '\0' ? text : NULL;
}

gboolean
clinic_destination_allow(ClinicSession *session, const ClinicDestination *to, ClinicDataClass data,
                         GError **error)
{
  const ClinicContractAsk ask = {.host = to->host,
                                 .name = to->name,
                                 .reference = or_null(to->contract),
                                 .jurisdiction = or_null(to->jurisdiction)};
  return clinic_contract_allow_as(session, &ask, data, error);
}

gboolean
clinic_destination_secret(const ClinicDestination *to, char **ret, GError **error)
{
  struct stat about;
  gsize length = 0;
  char *text = NULL;
  if (*to->secret_file == '\0') {
    *ret = g_strdup("");
    return TRUE;
  }
  if (stat(to->secret_file, &about) == 0 && (about.st_mode & 077) != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("%s can be read by others: chmod 600 it, and change the secret"),
                to->secret_file);
    return FALSE;
  }
  if (!base_file_read(to->secret_file, SECRET_MOST, &text, &length, error))
    return FALSE;
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    text[--length] = '\0';
  if (length == 0 || strlen(text) != length || strpbrk(text, "\r\n") != NULL) {
    vault_seal_forget(text, length);
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, _("%s holds no secret: one line of text"),
                to->secret_file);
    return FALSE;
  }
  *ret = text;
  return TRUE;
}

void
clinic_destination_forget(char *secret)
{
  if (secret != NULL)
    vault_seal_forget(secret, strlen(secret));
}
