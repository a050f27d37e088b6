/* libcrypto, loaded at its first call (guichet/base/library.h). */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_CRYPTO, 0};

BASE_LIBRARY(library, BIO *, BIO_new, (const BIO_METHOD *a), (a))
BASE_LIBRARY(library, int, BIO_read, (BIO * a, void *b, int c), (a, b, c))
BASE_LIBRARY(library, const BIO_METHOD *, BIO_s_mem, (void), ())
BASE_LIBRARY(library, int, BIO_write, (BIO * a, const void *b, int c), (a, b, c))
BASE_LIBRARY_VOID(library, CRYPTO_free, (void *a, const char *b, int c), (a, b, c))
BASE_LIBRARY_VOID(library, ERR_clear_error, (void), ())
BASE_LIBRARY(library, unsigned long, ERR_get_error, (void), ())
BASE_LIBRARY(library, const char *, ERR_reason_error_string, (unsigned long a), (a))
BASE_LIBRARY(library, int, X509_VERIFY_PARAM_set1_ip_asc, (X509_VERIFY_PARAM * a, const char *b),
             (a, b))
BASE_LIBRARY_VOID(library, X509_free, (X509 * a), (a))
BASE_LIBRARY(library, X509_PUBKEY *, X509_get_X509_PUBKEY, (const X509 *a), (a))
BASE_LIBRARY(library, const char *, X509_verify_cert_error_string, (long a), (a))
BASE_LIBRARY(library, int, i2d_X509_PUBKEY, (const X509_PUBKEY *a, unsigned char **b), (a, b))
