#include "net/certificate.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "guichet/base/clock.h"
#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "guichet/base/text.h"

enum {
  CERTIFICATE_MOST = 64 * 1024,
  CERTIFICATE_NAMES_MOST = 100, /* addresses of one */
  CERTIFICATE_NAME_MOST = 254,
  CERTIFICATE_WORDS_MOST = 300,
  CERTIFICATE_LEVEL = 2, /* 112 bits: RSA of 2048, SHA-2 */
};

void
net_certificate_free(NetCertificate *certificate)
{
  if (certificate == NULL)
    return;
  g_clear_pointer(&certificate->der, g_bytes_unref);
  g_free(certificate->subject);
  g_free(certificate->issuer);
  g_free(certificate->fingerprint);
  g_strfreev(certificate->mails);
  g_strfreev(certificate->domains);
  g_free(certificate);
}

const char *
net_certificate_why(void)
{
  unsigned long number = ERR_peek_last_error();
  const char *why = number != 0 ? ERR_reason_error_string(number) : NULL;
  ERR_clear_error();
  return why != NULL ? why : "";
}

/* --- reading */

static char *
words_of(const char *bytes, gsize length)
{
  g_autofree char *text = g_strndup(bytes, MIN(length, CERTIFICATE_WORDS_MOST * 4));
  g_autofree char *sound = g_utf8_make_valid(text, -1);
  g_autofree char *safe = base_text_disarm(sound, -1, FALSE);
  return base_text_ellipsize(safe, CERTIFICATE_WORDS_MOST);
}

static char *
name_of(const X509_NAME *name)
{
  BIO *out = BIO_new(BIO_s_mem());
  char room[CERTIFICATE_WORDS_MOST * 4];
  X509_NAME_print_ex(out, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  int n = BIO_read(out, room, sizeof room);
  BIO_free(out);
  return words_of(room, n > 0 ? (gsize)n : 0);
}

static gint64
time_of(const ASN1_TIME *time)
{
  struct tm parts;
  if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1)
    return 0;
  g_autoptr(GDateTime) at =
      g_date_time_new_utc(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                          parts.tm_min, MIN(parts.tm_sec, 59));
  return at == NULL ? 0 : g_date_time_to_unix(at) * BASE_CLOCK_SECOND;
}

/* Plain ASCII without a NUL inside, or nothing: a name that only looks like another is none. */
static void
names_add(GStrvBuilder *names, const ASN1_IA5STRING *name, guint *n)
{
  int length = ASN1_STRING_length(name);
  const guchar *bytes = ASN1_STRING_get0_data(name);
  if (length <= 0 || length > CERTIFICATE_NAME_MOST || *n >= CERTIFICATE_NAMES_MOST)
    return;
  for (int i = 0; i < length; i++)
    if (bytes[i] <= ' ' || bytes[i] >= 127)
      return;
  g_autofree char *text = g_strndup((const char *)bytes, (gsize)length);
  g_autofree char *lower = g_ascii_strdown(text, -1);
  g_strv_builder_add(names, lower);
  (*n)++;
}

static void
names_from_subject(X509 *x509, GStrvBuilder *mails, guint *n)
{
  const X509_NAME *name = X509_get_subject_name(x509);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_pkcs9_emailAddress, at)) >= 0;)
    names_add(mails, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)), n);
}

/* RFC 8550, section 3: the subject's emailAddress counts where there is no rfc822Name. */
static void
names_read(X509 *x509, NetCertificate *certificate)
{
  g_autoptr(GStrvBuilder) mails = g_strv_builder_new();
  g_autoptr(GStrvBuilder) domains = g_strv_builder_new();
  guint n_mails = 0, n_domains = 0;
  GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
  for (int i = 0; names != NULL && i < OPENSSL_sk_num((const OPENSSL_STACK *)names); i++) {
    int type = 0;
    const GENERAL_NAME *one = OPENSSL_sk_value((const OPENSSL_STACK *)names, i);
    const ASN1_IA5STRING *value = GENERAL_NAME_get0_value(one, &type);
    if (type == GEN_EMAIL)
      names_add(mails, value, &n_mails);
    else if (type == GEN_DNS)
      names_add(domains, value, &n_domains);
  }
  GENERAL_NAMES_free(names);
  if (n_mails == 0)
    names_from_subject(x509, mails, &n_mails);
  certificate->mails = g_strv_builder_end(mails);
  certificate->domains = g_strv_builder_end(domains);
}

static gboolean
refuse_none(GError **error)
{
  ERR_clear_error();
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                      _("this is no certificate (X.509, PEM or DER)"));
  return FALSE;
}

gboolean
net_certificate_from(X509 *x509, NetCertificate **ret, GError **error)
{
  guchar *der = NULL;
  int length = i2d_X509(x509, &der);
  if (length <= 0 || length > CERTIFICATE_MOST) {
    OPENSSL_free(der);
    return refuse_none(error);
  }
  NetCertificate *made = g_new0(NetCertificate, 1);
  made->der = g_bytes_new(der, (gsize)length);
  made->fingerprint = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der, (gsize)length);
  OPENSSL_free(der);
  made->subject = name_of(X509_get_subject_name(x509));
  made->issuer = name_of(X509_get_issuer_name(x509));
  made->first = time_of(X509_get0_notBefore(x509));
  made->last = time_of(X509_get0_notAfter(x509));
  names_read(x509, made);
  ERR_clear_error();
  *ret = made;
  return TRUE;
}

/* No file asks a person for a pass phrase. */
static int
no_phrase(char *into, int size, int writing, void *data)
{
  (void)into;
  (void)size;
  (void)writing;
  (void)data;
  return -1;
}

static X509 *
x509_read(const void *bytes, gsize length)
{
  const guchar *at = bytes;
  X509 *x509 = d2i_X509(NULL, &at, (long)length);
  if (x509 != NULL && at != (const guchar *)bytes + length) {
    X509_free(x509); /* something else comes after it */
    return NULL;
  }
  if (x509 != NULL)
    return x509;
  BIO *in = BIO_new_mem_buf(bytes, (int)length);
  x509 = PEM_read_bio_X509(in, NULL, no_phrase, NULL);
  BIO_free(in);
  return x509;
}

gboolean
net_certificate_read(const void *bytes, gsize length, NetCertificate **ret, GError **error)
{
  if (length > CERTIFICATE_MOST) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DATA,
                        _("longer than 64 kilobytes: this is no certificate"));
    return FALSE;
  }
  X509 *x509 = length == 0 ? NULL : x509_read(bytes, length);
  gboolean good = x509 != NULL ? net_certificate_from(x509, ret, error) : refuse_none(error);
  X509_free(x509);
  return good;
}

X509 *
net_certificate_x509(const NetCertificate *certificate)
{
  gsize length = 0;
  const guchar *bytes = g_bytes_get_data(certificate->der, &length);
  return d2i_X509(NULL, &bytes, (long)length);
}

/* --- may it be used? */

gboolean
net_certificate_is_for(const NetCertificate *certificate, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);
  const char *at = strrchr(lower, '@');
  return at != NULL && (g_strv_contains((const char *const *)certificate->mails, lower) ||
                        g_strv_contains((const char *const *)certificate->domains, at + 1));
}

static gboolean
refuse(GError **error, const char *why)
{
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_DENIED, why);
  return FALSE;
}

static char *
day_of(gint64 at)
{
  return base_clock_local(at, "UTC", "%Y-%m-%d");
}

static gboolean
check_time(const NetCertificate *certificate, gint64 at, GError **error)
{
  g_autofree char *first = day_of(certificate->first);
  g_autofree char *last = day_of(certificate->last);
  if (at > certificate->last) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
                _("the certificate expired on %s: ask its holder for the new one"), last);
    return FALSE;
  }
  if (at < certificate->first) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED, _("the certificate is valid from %s only"),
                first);
    return FALSE;
  }
  return TRUE;
}

/* A key that something can be encrypted for: by transport (RSA) or by agreement (elliptic curves,
 * which OpenSSL's own check of the purpose does not know). */
static gboolean
check_use(X509 *x509, GError **error)
{
  gboolean rsa = EVP_PKEY_get_base_id(X509_get0_pubkey(x509)) == EVP_PKEY_RSA;
  guint32 use = X509_get_key_usage(x509), extended = X509_get_extended_key_usage(x509);
  if ((use & (rsa ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT)) != 0 &&
      (extended & (XKU_SMIME | XKU_ANYEKU)) != 0) /* all bits are set where it has none */
    return TRUE;
  return refuse(error, _("the certificate is not for the encryption of mail"));
}

/* The authorities, and whether lists of revoked ones stand among them. */
static X509_STORE *
store_read(const char *ca_file, gboolean *ret_lists)
{
  X509_STORE *store = X509_STORE_new();
  X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (lookup == NULL || X509_load_cert_crl_file(lookup, ca_file, X509_FILETYPE_PEM) <= 0) {
    X509_STORE_free(store);
    return NULL;
  }
  const OPENSSL_STACK *all = (const OPENSSL_STACK *)X509_STORE_get0_objects(store);
  for (int i = 0; i < OPENSSL_sk_num(all); i++)
    *ret_lists = *ret_lists || X509_OBJECT_get_type(OPENSSL_sk_value(all, i)) == X509_LU_CRL;
  return store;
}

static int
store_verify(X509_STORE *store, X509 *x509, gint64 at, gboolean lists)
{
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  int why = X509_V_ERR_UNSPECIFIED;
  if (X509_STORE_CTX_init(context, store, x509, NULL) == 1) {
    X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(context);
    if (EVP_PKEY_get_base_id(X509_get0_pubkey(x509)) == EVP_PKEY_RSA)
      X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SMIME_ENCRYPT);
    X509_VERIFY_PARAM_set_auth_level(wanted, CERTIFICATE_LEVEL);
    X509_VERIFY_PARAM_set_time(wanted, (time_t)(at / BASE_CLOCK_SECOND));
    X509_VERIFY_PARAM_set_flags(wanted, lists ? X509_V_FLAG_CRL_CHECK : 0);
    why = X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context);
  }
  X509_STORE_CTX_free(context);
  ERR_clear_error();
  return why;
}

static gboolean
check_chain(X509 *x509, const NetCertificateAsk *ask, GError **error)
{
  gboolean lists = FALSE;
  X509_STORE *store = store_read(ask->ca_file, &lists);
  if (store == NULL) {
    g_set_error(error, BASE_ERROR, BASE_ERROR_CONFIG,
                _("%s cannot be read as a file of authorities (PEM): %s"), ask->ca_file,
                net_certificate_why());
    return FALSE;
  }
  int why = store_verify(store, x509, ask->at, lists);
  X509_STORE_free(store);
  if (why == X509_V_OK)
    return TRUE;
  g_set_error(error, BASE_ERROR, BASE_ERROR_DENIED,
              _("the certificate is not one of an authority that the clinic trusts (%s): %s"),
              ask->ca_file, X509_verify_cert_error_string(why));
  return FALSE;
}

gboolean
net_certificate_check(const NetCertificate *certificate, const NetCertificateAsk *ask,
                      GError **error)
{
  if (ask->ca_file == NULL || *ask->ca_file == '\0') {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        _("no authority is named that certificates are checked against: set "
                          "smime_ca_file of the mail destination"));
    return FALSE;
  }
  if (!net_certificate_is_for(certificate, ask->address))
    return refuse(error, _("the certificate is for another address"));
  if (!check_time(certificate, ask->at, error))
    return FALSE;
  X509 *x509 = net_certificate_x509(certificate);
  gboolean good = x509 == NULL || X509_get0_pubkey(x509) == NULL
                      ? refuse(error, _("the certificate has no key that is known here"))
                      : check_use(x509, error) && check_chain(x509, ask, error);
  X509_free(x509);
  ERR_clear_error();
  return good;
}
