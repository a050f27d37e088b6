/* libcrypto, loaded at its first call (guichet/base/library.h). */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
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
BASE_LIBRARY(library, const unsigned char *, ASN1_STRING_get0_data, (const ASN1_STRING *a), (a))
BASE_LIBRARY(library, int, ASN1_STRING_length, (const ASN1_STRING *a), (a))
BASE_LIBRARY(library, int, ASN1_TIME_to_tm, (const ASN1_TIME *a, struct tm *b), (a, b))
BASE_LIBRARY(library, int, BIO_free, (BIO * a), (a))
BASE_LIBRARY(library, BIO *, BIO_new_mem_buf, (const void *a, int b), (a, b))
BASE_LIBRARY_VOID(library, CMS_ContentInfo_free, (CMS_ContentInfo * a), (a))
BASE_LIBRARY(library, CMS_SignerInfo *, CMS_add1_signer,
             (CMS_ContentInfo * a, X509 *b, EVP_PKEY *c, const EVP_MD *d, unsigned int e),
             (a, b, c, d, e))
BASE_LIBRARY(library, CMS_ContentInfo *, CMS_encrypt,
             (STACK_OF(X509) * a, BIO *b, const EVP_CIPHER *c, unsigned int d), (a, b, c, d))
BASE_LIBRARY(library, int, CMS_final, (CMS_ContentInfo * a, BIO *b, BIO *c, unsigned int d),
             (a, b, c, d))
BASE_LIBRARY(library, CMS_ContentInfo *, CMS_sign,
             (X509 * a, EVP_PKEY *b, STACK_OF(X509) * c, BIO *d, unsigned int e), (a, b, c, d, e))
BASE_LIBRARY(library, unsigned long, ERR_peek_last_error, (void), ())
BASE_LIBRARY_VOID(library, EVP_PKEY_free, (EVP_PKEY * a), (a))
BASE_LIBRARY(library, int, EVP_PKEY_get_base_id, (const EVP_PKEY *a), (a))
BASE_LIBRARY(library, int, EVP_PKEY_get_bits, (const EVP_PKEY *a), (a))
BASE_LIBRARY(library, const EVP_CIPHER *, EVP_aes_256_cbc, (void), ())
BASE_LIBRARY(library, const EVP_CIPHER *, EVP_aes_256_gcm, (void), ())
BASE_LIBRARY(library, const EVP_MD *, EVP_sha256, (void), ())
BASE_LIBRARY_VOID(library, GENERAL_NAMES_free, (GENERAL_NAMES * a), (a))
BASE_LIBRARY(library, void *, GENERAL_NAME_get0_value, (const GENERAL_NAME *a, int *b), (a, b))
BASE_LIBRARY_VOID(library, OPENSSL_sk_free, (OPENSSL_STACK * a), (a))
BASE_LIBRARY(library, OPENSSL_STACK *, OPENSSL_sk_new_null, (void), ())
BASE_LIBRARY(library, int, OPENSSL_sk_num, (const OPENSSL_STACK *a), (a))
BASE_LIBRARY_VOID(library, OPENSSL_sk_pop_free, (OPENSSL_STACK * a, OPENSSL_sk_freefunc b), (a, b))
BASE_LIBRARY(library, int, OPENSSL_sk_push, (OPENSSL_STACK * a, const void *b), (a, b))
BASE_LIBRARY(library, void *, OPENSSL_sk_value, (const OPENSSL_STACK *a, int b), (a, b))
BASE_LIBRARY(library, EVP_PKEY *, PEM_read_bio_PrivateKey,
             (BIO * a, EVP_PKEY **b, pem_password_cb *c, void *d), (a, b, c, d))
BASE_LIBRARY(library, X509 *, PEM_read_bio_X509, (BIO * a, X509 **b, pem_password_cb *c, void *d),
             (a, b, c, d))
BASE_LIBRARY(library, X509_LOOKUP_METHOD *, X509_LOOKUP_file, (void), ())
BASE_LIBRARY(library, ASN1_STRING *, X509_NAME_ENTRY_get_data, (const X509_NAME_ENTRY *a), (a))
BASE_LIBRARY(library, X509_NAME_ENTRY *, X509_NAME_get_entry, (const X509_NAME *a, int b), (a, b))
BASE_LIBRARY(library, int, X509_NAME_get_index_by_NID, (const X509_NAME *a, int b, int c),
             (a, b, c))
BASE_LIBRARY(library, int, X509_NAME_print_ex,
             (BIO * a, const X509_NAME *b, int c, unsigned long d), (a, b, c, d))
BASE_LIBRARY(library, X509_LOOKUP_TYPE, X509_OBJECT_get_type, (const X509_OBJECT *a), (a))
BASE_LIBRARY_VOID(library, X509_STORE_CTX_free, (X509_STORE_CTX * a), (a))
BASE_LIBRARY(library, int, X509_STORE_CTX_get_error, (const X509_STORE_CTX *a), (a))
BASE_LIBRARY(library, int, X509_STORE_CTX_init,
             (X509_STORE_CTX * a, X509_STORE *b, X509 *c, STACK_OF(X509) * d), (a, b, c, d))
BASE_LIBRARY(library, X509_STORE_CTX *, X509_STORE_CTX_new, (void), ())
BASE_LIBRARY(library, X509_VERIFY_PARAM *, X509_STORE_CTX_get0_param, (const X509_STORE_CTX *a),
             (a))
BASE_LIBRARY(library, X509_LOOKUP *, X509_STORE_add_lookup, (X509_STORE * a, X509_LOOKUP_METHOD *b),
             (a, b))
BASE_LIBRARY_VOID(library, X509_STORE_free, (X509_STORE * a), (a))
BASE_LIBRARY(library, STACK_OF(X509_OBJECT) *, X509_STORE_get0_objects, (const X509_STORE *a), (a))
BASE_LIBRARY(library, X509_STORE *, X509_STORE_new, (void), ())
BASE_LIBRARY_VOID(library, X509_VERIFY_PARAM_set_auth_level, (X509_VERIFY_PARAM * a, int b), (a, b))
BASE_LIBRARY(library, int, X509_VERIFY_PARAM_set_flags, (X509_VERIFY_PARAM * a, unsigned long b),
             (a, b))
BASE_LIBRARY(library, int, X509_VERIFY_PARAM_set_purpose, (X509_VERIFY_PARAM * a, int b), (a, b))
BASE_LIBRARY_VOID(library, X509_VERIFY_PARAM_set_time, (X509_VERIFY_PARAM * a, time_t b), (a, b))
BASE_LIBRARY(library, int, X509_check_private_key, (const X509 *a, const EVP_PKEY *b), (a, b))
BASE_LIBRARY(library, int, X509_check_purpose, (X509 * a, int b, int c), (a, b, c))
BASE_LIBRARY(library, const ASN1_TIME *, X509_get0_notAfter, (const X509 *a), (a))
BASE_LIBRARY(library, const ASN1_TIME *, X509_get0_notBefore, (const X509 *a), (a))
BASE_LIBRARY(library, void *, X509_get_ext_d2i, (const X509 *a, int b, int *c, int *d),
             (a, b, c, d))
BASE_LIBRARY(library, X509_NAME *, X509_get_issuer_name, (const X509 *a), (a))
BASE_LIBRARY(library, X509_NAME *, X509_get_subject_name, (const X509 *a), (a))
BASE_LIBRARY(library, int, X509_load_cert_crl_file, (X509_LOOKUP * a, const char *b, int c),
             (a, b, c))
BASE_LIBRARY(library, int, X509_verify_cert, (X509_STORE_CTX * a), (a))
BASE_LIBRARY(library, X509 *, d2i_X509, (X509 * *a, const unsigned char **b, long c), (a, b, c))
BASE_LIBRARY(library, int, i2d_CMS_ContentInfo, (const CMS_ContentInfo *a, unsigned char **b),
             (a, b))
BASE_LIBRARY(library, int, i2d_X509, (const X509 *a, unsigned char **b), (a, b))
BASE_LIBRARY(library, EVP_PKEY *, X509_get0_pubkey, (const X509 *a), (a))
BASE_LIBRARY(library, uint32_t, X509_get_extended_key_usage, (X509 * a), (a))
BASE_LIBRARY(library, uint32_t, X509_get_key_usage, (X509 * a), (a))
