#include "guichet/net/smime.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "guichet/base/error.h"
#include "guichet/base/i18n.h"
#include "net/certificate.h"

enum { SMIME_CHAIN_MOST = 10, SMIME_KEY_BITS_LEAST = 2048 };

struct NetSmimeKey {
  X509 *x509;
  EVP_PKEY *key;
  STACK_OF(X509) * chain; /* between ours and its authority */
  NetCertificate *certificate;
};

static gboolean
refuse(GError **error, int code, const char *what)
{
  const char *why = net_certificate_why();
  g_set_error(error, BASE_ERROR, code, "%s%s%s", what, *why != '\0' ? ": " : "", why);
  return FALSE;
}

void
net_smime_key_free(NetSmimeKey *key)
{
  if (key == NULL)
    return;
  EVP_PKEY_free(key->key); /* OpenSSL wipes what it holds of a private one */
  X509_free(key->x509);
  if (key->chain != NULL)
    OPENSSL_sk_pop_free((OPENSSL_STACK *)key->chain, (OPENSSL_sk_freefunc)(gpointer)X509_free);
  net_certificate_free(key->certificate);
  g_free(key);
}

const NetCertificate *
net_smime_key_certificate(const NetSmimeKey *key)
{
  return key->certificate;
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

static void
chain_read(NetSmimeKey *key, const char *pem, gsize length)
{
  BIO *in = BIO_new_mem_buf(pem, (int)length);
  X509 *one;
  OPENSSL_STACK *chain = OPENSSL_sk_new_null();
  key->x509 = PEM_read_bio_X509(in, NULL, no_phrase, NULL);
  while (key->x509 != NULL && OPENSSL_sk_num(chain) < SMIME_CHAIN_MOST &&
         (one = PEM_read_bio_X509(in, NULL, no_phrase, NULL)) != NULL)
    OPENSSL_sk_push(chain, one);
  key->chain = (STACK_OF(X509) *)chain;
  BIO_free(in);
}

static gboolean
key_read(NetSmimeKey *key, const char *pem, gsize length, GError **error)
{
  BIO *in = BIO_new_mem_buf(pem, (int)length);
  key->key = PEM_read_bio_PrivateKey(in, NULL, no_phrase, NULL);
  BIO_free(in);
  if (key->key == NULL)
    return refuse(error, BASE_ERROR_CONFIG,
                  _("the private key cannot be read: it is PEM, without a pass phrase"));
  if (X509_check_private_key(key->x509, key->key) != 1)
    return refuse(error, BASE_ERROR_CONFIG, _("the private key is not the one of the certificate"));
  return TRUE;
}

gboolean
net_smime_key_read(const char *certificates, gsize n_certificates, const char *key, gsize n_key,
                   NetSmimeKey **ret, GError **error)
{
  g_autoptr(NetSmimeKey) made = g_new0(NetSmimeKey, 1);
  ERR_clear_error();
  chain_read(made, certificates, n_certificates);
  if (made->x509 == NULL)
    return refuse(error, BASE_ERROR_CONFIG,
                  _("the clinic's certificate cannot be read: it is PEM"));
  if (!net_certificate_from(made->x509, &made->certificate, error) ||
      !key_read(made, key, n_key, error))
    return FALSE;
  ERR_clear_error();
  *ret = g_steal_pointer(&made);
  return TRUE;
}

gboolean
net_smime_key_check(const NetSmimeKey *key, const char *address, gint64 at, GError **error)
{
  const NetCertificate *own = key->certificate;
  const char *why = NULL;
  if (at > own->last)
    why = _("the clinic's own certificate has expired: put the new one in its place");
  else if (at < own->first)
    why = _("the clinic's own certificate is not valid yet");
  else if (!net_certificate_is_for(own, address))
    why = _("the clinic's own certificate is not for the address that mail comes from");
  else if (X509_check_purpose(key->x509, X509_PURPOSE_SMIME_SIGN, 0) != 1)
    why = _("the clinic's own certificate is not for the signing of mail");
  else if (EVP_PKEY_get_base_id(key->key) == EVP_PKEY_RSA &&
           EVP_PKEY_get_bits(key->key) < SMIME_KEY_BITS_LEAST)
    why = _("the clinic's own key is too short: 2048 bits at least");
  ERR_clear_error();
  if (why != NULL)
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG, why);
  return why == NULL;
}

/* --- CMS */

static BIO *
bio_of(GBytes *content)
{
  gsize length = 0;
  const void *bytes = g_bytes_get_data(content, &length);
  return BIO_new_mem_buf(bytes, (int)MIN(length, (gsize)G_MAXINT));
}

/* DER of what was made; frees it. */
static gboolean
cms_write(CMS_ContentInfo *cms, const char *what, GBytes **ret, GError **error)
{
  guchar *der = NULL;
  int length = cms == NULL ? 0 : i2d_CMS_ContentInfo(cms, &der);
  CMS_ContentInfo_free(cms);
  if (length <= 0)
    return refuse(error, BASE_ERROR_INTERNAL, what);
  *ret = g_bytes_new(der, (gsize)length);
  OPENSSL_free(der);
  ERR_clear_error();
  return TRUE;
}

gboolean
net_smime_sign(const NetSmimeKey *key, GBytes *content, GBytes **ret, GError **error)
{
  const unsigned int how = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL;
  BIO *in = bio_of(content);
  ERR_clear_error();
  CMS_ContentInfo *cms = CMS_sign(NULL, NULL, key->chain, in, how);
  if (cms != NULL && (CMS_add1_signer(cms, key->x509, key->key, EVP_sha256(), how) == NULL ||
                      CMS_final(cms, in, NULL, how) != 1))
    g_clear_pointer(&cms, CMS_ContentInfo_free);
  BIO_free(in);
  return cms_write(cms, _("the mail could not be signed"), ret, error);
}

gboolean
net_smime_encrypt(const NetCertificate *to, NetSmimeCipher cipher, GBytes *content, GBytes **ret,
                  GError **error)
{
  ERR_clear_error();
  X509 *x509 = net_certificate_x509(to);
  OPENSSL_STACK *all = OPENSSL_sk_new_null();
  BIO *in = bio_of(content);
  CMS_ContentInfo *cms = NULL;
  if (x509 != NULL && OPENSSL_sk_push(all, x509) > 0)
    cms = CMS_encrypt((STACK_OF(X509) *)all, in,
                      cipher == NET_SMIME_AES256_GCM ? EVP_aes_256_gcm() : EVP_aes_256_cbc(),
                      CMS_BINARY);
  BIO_free(in);
  OPENSSL_sk_free(all);
  X509_free(x509);
  return cms_write(cms, _("the mail could not be encrypted for that certificate"), ret, error);
}
