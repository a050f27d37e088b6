#include "net/tls.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "guichet/base/error.h"

struct NetTls {
  SSL_CTX *context;
  char *pin; /* "" none */
  gboolean server;
};

struct NetTlsLink {
  SSL *ssl;
  BIO *in, *out; /* belong to ssl */
  char *pin;
  gboolean server, ready;
};

static gboolean
is_set(const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
tls_refuse(GError **error, int code, const char *what, const char *file)
{
  unsigned long number = ERR_get_error();
  const char *why = number != 0 ? ERR_reason_error_string(number) : NULL;
  ERR_clear_error();
  g_set_error(error, BASE_ERROR, code, "%s%s%s%s%s", what, file != NULL ? " " : "",
              file != NULL ? file : "", why != NULL ? ": " : "", why != NULL ? why : "");
  return FALSE;
}

static gboolean
tls_load_own(SSL_CTX *context, const NetTlsFiles *files, GError **error)
{
  const char *key = is_set(files->key_file) ? files->key_file : files->cert_file;
  if (!is_set(files->cert_file))
    return TRUE;
  if (SSL_CTX_use_certificate_chain_file(context, files->cert_file) != 1)
    return tls_refuse(error, BASE_ERROR_CONFIG,
                      "our certificate cannot be used:", files->cert_file);
  if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return tls_refuse(error, BASE_ERROR_CONFIG, "the key of our certificate cannot be used:", key);
  return TRUE;
}

static gboolean
tls_load_trust(SSL_CTX *context, const NetTlsFiles *files, GError **error)
{
  if (!is_set(files->ca_file))
    return SSL_CTX_set_default_verify_paths(context) == 1 ||
           tls_refuse(error, BASE_ERROR_CONFIG,
                      "the system's certificate authorities are not there", NULL);
  return SSL_CTX_load_verify_locations(context, files->ca_file, NULL) == 1 ||
         tls_refuse(error, BASE_ERROR_CONFIG,
                    "the trusted certificates cannot be used:", files->ca_file);
}

static NetTls *
tls_new(const SSL_METHOD *method, const NetTlsFiles *files, gboolean server)
{
  NetTls *tls = g_new0(NetTls, 1);
  tls->context = SSL_CTX_new(method);
  tls->pin = g_strdup(is_set(files->pin) ? files->pin : "");
  tls->server = server;
  SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION);
  SSL_CTX_set_options(tls->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  return tls;
}

NetTls *
net_tls_client(const NetTlsFiles *files, GError **error)
{
  g_autoptr(NetTls) tls = tls_new(TLS_client_method(), files, FALSE);
  SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
  if (!tls_load_trust(tls->context, files, error) || !tls_load_own(tls->context, files, error))
    return NULL;
  return g_steal_pointer(&tls);
}

NetTls *
net_tls_server(const NetTlsFiles *files, GError **error)
{
  g_autoptr(NetTls) tls = tls_new(TLS_server_method(), files, TRUE);
  if (!is_set(files->cert_file)) {
    g_set_error_literal(error, BASE_ERROR, BASE_ERROR_CONFIG,
                        "a listener with TLS needs a certificate");
    return NULL;
  }
  if (!tls_load_own(tls->context, files, error))
    return NULL;
  if (is_set(files->ca_file)) {
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    if (!tls_load_trust(tls->context, files, error))
      return NULL;
  }
  return g_steal_pointer(&tls);
}

void
net_tls_free(NetTls *tls)
{
  if (tls == NULL)
    return;
  SSL_CTX_free(tls->context);
  g_free(tls->pin);
  g_free(tls);
}

NetTlsLink *
net_tls_link_new(NetTls *tls, const char *host)
{
  NetTlsLink *link = g_new0(NetTlsLink, 1);
  link->ssl = SSL_new(tls->context);
  link->in = BIO_new(BIO_s_mem());
  link->out = BIO_new(BIO_s_mem());
  link->pin = g_strdup(tls->pin);
  link->server = tls->server;
  SSL_set_bio(link->ssl, link->in, link->out);
  if (tls->server) {
    SSL_set_accept_state(link->ssl);
    return link;
  }
  SSL_set_connect_state(link->ssl);
  if (g_hostname_is_ip_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(link->ssl), host);
  } else {
    SSL_set1_host(link->ssl, host);
    SSL_set_tlsext_host_name(link->ssl, host);
  }
  return link;
}

void
net_tls_link_free(NetTlsLink *link)
{
  if (link == NULL)
    return;
  SSL_free(link->ssl);
  g_free(link->pin);
  g_free(link);
}

/* "sha256//" and the base64 of the SHA-256 of the peer's public key, as curl writes it. */
static gboolean
pin_holds(const NetTlsLink *link)
{
  if (*link->pin == '\0')
    return TRUE;
  X509 *peer = SSL_get1_peer_certificate(link->ssl);
  guchar *der = NULL;
  int length = peer == NULL ? 0 : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(peer), &der);
  X509_free(peer);
  if (length <= 0)
    return FALSE;
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;
  g_checksum_update(sum, der, length);
  g_checksum_get_digest(sum, digest, &size);
  OPENSSL_free(der);
  g_autofree char *base64 = g_base64_encode(digest, size);
  g_autofree char *own = g_strconcat("sha256//", base64, NULL);
  g_auto(GStrv) pins = g_strsplit(link->pin, ";", -1);
  return g_strv_contains((const char *const *)pins, own);
}

static void
link_drain(NetTlsLink *link, GByteArray *wire)
{
  guint8 room[16384];
  int n;
  while ((n = BIO_read(link->out, room, sizeof room)) > 0)
    g_byte_array_append(wire, room, (guint)n);
}

/* Why a handshake failed, in words. */
static gboolean
link_refuse(NetTlsLink *link, GError **error)
{
  long verified = SSL_get_verify_result(link->ssl);
  if (verified == X509_V_OK)
    return tls_refuse(error, BASE_ERROR_UNAVAILABLE, "no secure connection (TLS)", NULL);
  ERR_clear_error();
  g_set_error(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE,
              "the certificate of the other side is not trusted: %s",
              X509_verify_cert_error_string(verified));
  return FALSE;
}

static gboolean
link_shake(NetTlsLink *link, GError **error)
{
  int done = SSL_do_handshake(link->ssl);
  int why = SSL_get_error(link->ssl, done);
  if (done != 1)
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE || link_refuse(link, error);
  link->ready = TRUE;
  if (pin_holds(link))
    return TRUE;
  g_set_error_literal(error, BASE_ERROR, BASE_ERROR_UNAVAILABLE,
                      "the public key of the other side is not the pinned one");
  return FALSE;
}

static gboolean
link_read(NetTlsLink *link, GByteArray *plain, gboolean *ret_ended, GError **error)
{
  guint8 room[16384];
  int n;
  while ((n = SSL_read(link->ssl, room, sizeof room)) > 0)
    g_byte_array_append(plain, room, (guint)n);
  int why = SSL_get_error(link->ssl, n);
  *ret_ended = why == SSL_ERROR_ZERO_RETURN;
  return *ret_ended || why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ||
         link_refuse(link, error);
}

gboolean
net_tls_link_feed(NetTlsLink *link, const void *bytes, gsize n, GByteArray *wire, GByteArray *plain,
                  gboolean *ret_ready, gboolean *ret_ended, GError **error)
{
  gboolean good = TRUE;
  *ret_ended = FALSE;
  ERR_clear_error();
  if (n > 0)
    BIO_write(link->in, bytes, (int)n);
  if (!link->ready)
    good = link_shake(link, error);
  if (good && link->ready)
    good = link_read(link, plain, ret_ended, error);
  link_drain(link, wire); /* an alert too */
  *ret_ready = link->ready;
  return good;
}

gboolean
net_tls_link_write(NetTlsLink *link, const void *bytes, gsize n, GByteArray *wire, GError **error)
{
  const guint8 *at = bytes;
  ERR_clear_error();
  while (n > 0) {
    int wrote = SSL_write(link->ssl, at, (int)MIN(n, 16384));
    if (wrote <= 0)
      return tls_refuse(error, BASE_ERROR_UNAVAILABLE, "the secure connection broke", NULL);
    at += wrote;
    n -= (gsize)wrote;
  }
  link_drain(link, wire);
  return TRUE;
}

void
net_tls_link_end(NetTlsLink *link, GByteArray *wire)
{
  if (link->ready)
    SSL_shutdown(link->ssl);
  link_drain(link, wire);
  ERR_clear_error();
}
