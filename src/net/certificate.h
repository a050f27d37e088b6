/* For smime.c. */
#ifndef GUICHET_NET_ROOM_CERTIFICATE_H
#define GUICHET_NET_ROOM_CERTIFICATE_H

#include <openssl/x509.h>

#include "guichet/net/certificate.h"

/* NULL where the bytes are none.  X509_free(). */
X509 *net_certificate_x509(const NetCertificate *certificate);
gboolean net_certificate_from(X509 *x509, NetCertificate **ret, GError **error);
/* What OpenSSL says of its last failure, and forgets; "" where it says nothing. */
const char *net_certificate_why(void);

#endif
