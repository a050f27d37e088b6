/* Certificates of X.509 (RFC 5280) for mail: whose one is, and whether mail may be encrypted for
 * it.  No network: what is revoked is known by the lists (CRL) in the file of authorities. */
#ifndef GUICHET_NET_CERTIFICATE_H
#define GUICHET_NET_CERTIFICATE_H

#include <glib.h>

G_BEGIN_DECLS

/* A plain value.  Text is disarmed and capped. */
typedef struct {
  GBytes *der;
  char *subject, *issuer; /* "CN=…, O=…" */
  char *fingerprint;      /* SHA-256, 64 hexadecimal digits */
  char **mails;           /* rfc822Name, or emailAddress of the subject */
  char **domains;         /* dNSName: a certificate for all of a domain (Direct) */
  gint64 first, last;     /* microseconds: not before, not after */
} NetCertificate;

/* PEM or DER, at most 64 KiB.  Of several in a PEM file the first, which is the holder's.
 * BASE_ERROR_DATA where it is none. */
gboolean net_certificate_read(const void *bytes, gsize length, NetCertificate **ret,
                              GError **error);
void net_certificate_free(NetCertificate *certificate);

/* What mail to `address` asks of it: valid at `at` (microseconds), for that address or for its
 * whole domain, for the encryption of mail, with a strong key, and with a chain of good ones up to
 * an authority of `ca_file` (PEM: roots, those between, and their CRLs; with a CRL in it the
 * certificate must be known as not revoked).  BASE_ERROR_DENIED says what it lacks,
 * BASE_ERROR_CONFIG what is wrong with the file. */
typedef struct {
  const char *address;
  const char *ca_file;
  gint64 at;
} NetCertificateAsk;
gboolean net_certificate_check(const NetCertificate *certificate, const NetCertificateAsk *ask,
                               GError **error);

/* Is it for that address (letter case aside), or for its domain? */
gboolean net_certificate_is_for(const NetCertificate *certificate, const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetCertificate, net_certificate_free)

G_END_DECLS
#endif
