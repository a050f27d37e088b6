/* libssl, loaded at its first call (guichet/base/library.h). */
#include <openssl/ssl.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_SSL, 0};

BASE_LIBRARY(library, int, SSL_CTX_check_private_key, (const SSL_CTX *a), (a))
BASE_LIBRARY(library, long, SSL_CTX_ctrl, (SSL_CTX * a, int b, long c, void *d), (a, b, c, d))
BASE_LIBRARY_VOID(library, SSL_CTX_free, (SSL_CTX * a), (a))
BASE_LIBRARY(library, int, SSL_CTX_load_verify_locations,
             (SSL_CTX * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY(library, SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *a), (a))
BASE_LIBRARY(library, int, SSL_CTX_set_default_verify_paths, (SSL_CTX * a), (a))
BASE_LIBRARY(library, uint64_t, SSL_CTX_set_options, (SSL_CTX * a, uint64_t b), (a, b))
BASE_LIBRARY_VOID(library, SSL_CTX_set_verify, (SSL_CTX * a, int b, SSL_verify_cb c), (a, b, c))
BASE_LIBRARY(library, int, SSL_CTX_use_PrivateKey_file, (SSL_CTX * a, const char *b, int c),
             (a, b, c))
BASE_LIBRARY(library, int, SSL_CTX_use_certificate_chain_file, (SSL_CTX * a, const char *b), (a, b))
BASE_LIBRARY(library, long, SSL_ctrl, (SSL * a, int b, long c, void *d), (a, b, c, d))
BASE_LIBRARY(library, int, SSL_do_handshake, (SSL * a), (a))
BASE_LIBRARY_VOID(library, SSL_free, (SSL * a), (a))
BASE_LIBRARY(library, X509_VERIFY_PARAM *, SSL_get0_param, (SSL * a), (a))
BASE_LIBRARY(library, X509 *, SSL_get1_peer_certificate, (const SSL *a), (a))
BASE_LIBRARY(library, int, SSL_get_error, (const SSL *a, int b), (a, b))
BASE_LIBRARY(library, long, SSL_get_verify_result, (const SSL *a), (a))
BASE_LIBRARY(library, SSL *, SSL_new, (SSL_CTX * a), (a))
BASE_LIBRARY(library, int, SSL_read, (SSL * a, void *b, int c), (a, b, c))
BASE_LIBRARY(library, int, SSL_set1_host, (SSL * a, const char *b), (a, b))
BASE_LIBRARY_VOID(library, SSL_set_accept_state, (SSL * a), (a))
BASE_LIBRARY_VOID(library, SSL_set_bio, (SSL * a, BIO *b, BIO *c), (a, b, c))
BASE_LIBRARY_VOID(library, SSL_set_connect_state, (SSL * a), (a))
BASE_LIBRARY(library, int, SSL_shutdown, (SSL * a), (a))
BASE_LIBRARY(library, int, SSL_write, (SSL * a, const void *b, int c), (a, b, c))
BASE_LIBRARY(library, const SSL_METHOD *, TLS_client_method, (void), ())
BASE_LIBRARY(library, const SSL_METHOD *, TLS_server_method, (void), ())
