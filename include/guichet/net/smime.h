/* Signing and encrypting mail (CMS, RFC 5652, as RFC 8551 asks), by OpenSSL in this process.
 *
 * In process, and not by gpgme: gpgsm starts an agent, a key box and a network daemon for each
 * user, keeps the private key in a folder of its own, and takes a person's word for trust.  Here a
 * key is in memory while the worker runs, and what is trusted is one file that the clinic names. */
#ifndef GUICHET_NET_SMIME_H
#define GUICHET_NET_SMIME_H

#include "guichet/net/certificate.h"

G_BEGIN_DECLS

/* The clinic's own certificate and key. */
typedef struct NetSmimeKey NetSmimeKey;

/* PEM; `certificates`: ours, then those between it and its authority, which go with each signature;
 * `key`: its private key, without a pass phrase.  Both are copied as OpenSSL holds them.
 * BASE_ERROR_CONFIG. */
gboolean net_smime_key_read(const char *certificates, gsize n_certificates, const char *key,
                            gsize n_key, NetSmimeKey **ret, GError **error);
void net_smime_key_free(NetSmimeKey *key); /* wiped */
const NetCertificate *net_smime_key_certificate(const NetSmimeKey *key);

/* May it sign mail from `address` now?  BASE_ERROR_CONFIG says why not. */
gboolean net_smime_key_check(const NetSmimeKey *key, const char *address, gint64 at,
                             GError **error);

typedef enum {
  NET_SMIME_AES256_CBC, /* EnvelopedData, what all readers know */
  NET_SMIME_AES256_GCM, /* AuthEnvelopedData (RFC 5083, RFC 8551): a changed byte is noticed */
} NetSmimeCipher;

/* A detached signature (SignedData, SHA-256) over exactly these bytes; DER. */
gboolean net_smime_sign(const NetSmimeKey *key, GBytes *content, GBytes **ret, GError **error);
/* Readable by the holder of that certificate alone; DER. */
gboolean net_smime_encrypt(const NetCertificate *to, NetSmimeCipher cipher, GBytes *content,
                           GBytes **ret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetSmimeKey, net_smime_key_free)

G_END_DECLS
#endif
