#include "worker/smime.h"

#include <string.h>
#include <sys/stat.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/file.h"
#include "guichet/base/i18n.h"
#include "guichet/clinic/certificate.h"
#include "guichet/clinic/mail.h"
#include "guichet/net/smime.h"
#include "guichet/vault/seal.h"
#include "guichet/wire/smime.h"

#define SMIME_CREDENTIAL "credential:"

enum { SMIME_FILE_MOST = 256 * 1024 };

struct WorkerSmime {
  NetSmimeKey *key;
  char *ca_file;
  NetSmimeCipher cipher;
};

void
worker_smime_close(WorkerSmime *smime)
{
  if (smime == NULL)
    return;
  net_smime_key_free(smime->key);
  g_free(smime->ca_file);
  g_free(smime);
}

/* --- settings */

/* A path from the clinic's folder, or what systemd lends by that name; NULL where it lends none. */
static char *
path_of(WorkerRun *run, const char *setting)
{
  if (!g_str_has_prefix(setting, SMIME_CREDENTIAL))
    return g_canonicalize_filename(setting, clinic_session_folder(run->session));
  const char *name = setting + strlen(SMIME_CREDENTIAL);
  const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
  return folder == NULL || *name == '\0' || strchr(name, '/') != NULL
             ? NULL
             : g_build_filename(folder, name, NULL);
}

static gboolean
file_read(WorkerRun *run, const char *setting, gboolean secret, char **ret, gsize *ret_length,
          GError **error)
{
  struct stat about;
  g_autofree char *path = path_of(run, setting);
  if (path == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("%s: systemd lends no credential of that name (LoadCredential=)"), setting);
    return FALSE;
  }
  if (secret && stat(path, &about) == 0 && (about.st_mode & 077) != 0) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("%s can be read by others: chmod 600 it, and have the key replaced"), path);
    return FALSE;
  }
  return base_file_read(path, SMIME_FILE_MOST, ret, ret_length, error);
}

static gboolean
key_open(WorkerRun *run, const char *certificate, const char *key, NetSmimeKey **ret,
         GError **error)
{
  g_autofree char *open = NULL;
  char *secret = NULL;
  gsize n_open = 0, n_secret = 0;
  if (!file_read(run, certificate, FALSE, &open, &n_open, error) ||
      !file_read(run, key, TRUE, &secret, &n_secret, error))
    return FALSE;
  gboolean ok = net_smime_key_read(open, n_open, secret, n_secret, ret, error);
  vault_seal_forget(secret, n_secret);
  return ok;
}

static gboolean
cipher_of(const char *word, NetSmimeCipher *ret, GError **error)
{
  static const char *const WORDS[] = {
      [NET_SMIME_AES256_CBC] = "aes256-cbc", [NET_SMIME_AES256_GCM] = "aes256-gcm"};
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(word, WORDS[i]) == 0) {
      *ret = (NetSmimeCipher)i;
      return TRUE;
    }
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                      _("smime_cipher is aes256-cbc or aes256-gcm"));
  return FALSE;
}

gboolean
worker_smime_open(WorkerRun *run, const ClinicDestination *to, WorkerSmime **ret, GError **error)
{
  const char *certificate = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_SMIME_CERT);
  const char *key = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_SMIME_KEY);
  const char *ca = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_SMIME_CA);
  const char *cipher = base_conf_named_text(to->conf, to->name, BASE_CONF_DEST_SMIME_CIPHER);
  if (*certificate == '\0') {
    *ret = NULL;
    return TRUE;
  }
  if (*key == '\0') {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("[destination %s] has smime_cert_file and no smime_key_file"), to->name);
    return FALSE;
  }
  WorkerSmime *made = g_new0(WorkerSmime, 1);
  if (!cipher_of(cipher, &made->cipher, error) ||
      !key_open(run, certificate, key, &made->key, error)) {
    worker_smime_close(made);
    return FALSE;
  }
  made->ca_file = *ca == '\0' ? g_strdup("") : path_of(run, ca);
  *ret = made;
  return TRUE;
}

/* --- one mail */

static gboolean
refuse(GError **error, int code, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, code, why);
  return FALSE;
}

/* The certificate of the recipient, as it may be used now; *ret NULL where there is none. */
static gboolean
recipient_find(const WorkerSmime *smime, WorkerRun *run, const char *address, NetCertificate **ret,
               GError **error)
{
  g_autoptr(ClinicCertificate) row = NULL;
  g_autoptr(NetCertificate) read = NULL;
  gsize length = 0;
  if (!clinic_certificate_of(run->session, address, &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  const void *der = g_bytes_get_data(row->der, &length);
  const NetCertificateAsk ask = {address, smime != NULL ? smime->ca_file : "", base_clock_now()};
  g_autoptr(GError) why = NULL;
  if (smime == NULL)
    return refuse(error, BASE_ERROR_CONFIG,
                  _("its recipient has a certificate on file, and the mail destination has none of "
                    "the clinic's: set smime_cert_file, smime_key_file and smime_ca_file"));
  if (!net_certificate_read(der, length, &read, &why) || !net_certificate_check(read, &ask, &why)) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG, _("it was not encrypted, and not sent: %s"),
                why->message);
    return FALSE;
  }
  *ret = g_steal_pointer(&read);
  return TRUE;
}

static gboolean
sign(const WorkerSmime *smime, WorkerRun *run, GBytes *mail, GBytes **ret, GError **error)
{
  const char *from = base_conf_text(clinic_session_conf(run->session), BASE_CONF_CLINIC_MAIL);
  g_autoptr(GBytes) signature = NULL;
  return net_smime_key_check(smime->key, from, base_clock_now(), error) &&
         net_smime_sign(smime->key, mail, &signature, error) &&
         wire_smime_signed(mail, signature, ret, error);
}

static gboolean
encrypt(const WorkerSmime *smime, const NetCertificate *recipient, GBytes *part, GBytes **ret,
        GError **error)
{
  g_autoptr(GBytes) encrypted = NULL;
  if (!net_smime_encrypt(recipient, smime->cipher, part, &encrypted, error))
    return FALSE;
  *ret = wire_smime_enveloped(encrypted, smime->cipher == NET_SMIME_AES256_GCM);
  return TRUE;
}

gboolean
worker_smime_wrap(const WorkerSmime *smime, WorkerRun *run, const ClinicParcel *parcel,
                  GBytes **ret, GError **error)
{
  g_autoptr(NetCertificate) recipient = NULL;
  g_autoptr(GBytes) part = NULL, outer = NULL;
  if (!recipient_find(smime, run, parcel->recipient, &recipient, error))
    return FALSE;
  if (recipient == NULL && wire_smime_is_protected(parcel->bytes))
    return refuse(
        error, BASE_ERROR_CONFIG,
        _("it was signed as encrypted mail, and its recipient's certificate was taken off "
          "the file since: put it back, or write it anew"));
  gboolean plain = smime == NULL ||
                   (recipient == NULL && !clinic_mail_is_secure(run->session, parcel->recipient));
  if (plain) {
    *ret = g_bytes_ref(parcel->bytes);
    return TRUE;
  }
  if (!sign(smime, run, parcel->bytes, &part, error) ||
      (recipient != NULL && !encrypt(smime, recipient, part, &outer, error)))
    return FALSE;
  return wire_smime_message(parcel->bytes, recipient != NULL ? outer : part, recipient != NULL, ret,
                            error);
}
