/* TLS for sockets of our own (MLLP both ways), by OpenSSL: libcurl, which carries HTTP and SMTP,
 * neither listens nor lets a multi handle keep a bare connection.  Always verified, TLS 1.2 at
 * least.  Bytes in, bytes out: the socket is the caller's. */
#ifndef GUICHET_NET_TLS_H
#define GUICHET_NET_TLS_H

#include <glib.h>

G_BEGIN_DECLS

/* NULL or "" where not wanted.  For a client ca_file NULL means the system's authorities, and pin
 * is "sha256//BASE64" of the peer's public key (several with ";"), asked for besides the
 * certificate. For a server cert_file and key_file are needed, and ca_file asks for a client's
 * certificate. */
typedef struct {
  const char *ca_file, *pin, *cert_file, *key_file;
} NetTlsFiles;

typedef struct NetTls NetTls;
NetTls *net_tls_client(const NetTlsFiles *files, GError **error);
NetTls *net_tls_server(const NetTlsFiles *files, GError **error);
void net_tls_free(NetTls *tls);

/* One connection; `host` is what the certificate must name (client). */
typedef struct NetTlsLink NetTlsLink;
NetTlsLink *net_tls_link_new(NetTls *tls, const char *host);
void net_tls_link_free(NetTlsLink *link);
/* What came from the peer (n 0: nothing yet, begins the handshake).  Appends what is to be sent to
 * `wire`, what was said to `plain`.  *ret_ready: the handshake is over.  *ret_ended: the peer said
 * that it is done.  BASE_ERROR_UNAVAILABLE says why there is no connection. */
gboolean net_tls_link_feed(NetTlsLink *link, const void *bytes, gsize n, GByteArray *wire,
                           GByteArray *plain, gboolean *ret_ready, gboolean *ret_ended,
                           GError **error);
/* After the handshake. */
gboolean net_tls_link_write(NetTlsLink *link, const void *bytes, gsize n, GByteArray *wire,
                            GError **error);
void net_tls_link_end(NetTlsLink *link, GByteArray *wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetTls, net_tls_free)

G_END_DECLS
#endif
