/* libjwt, loaded at its first call (guichet/base/library.h). */
#include <jwt.h>

#include "config.h" /* GUICHET_SONAME_… */
#include "guichet/base/library.h"

static BaseLibrary library = {GUICHET_SONAME_JWT, 0};

BASE_LIBRARY(library, int, jwt_add_grant, (jwt_t * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY(library, int, jwt_add_grant_int, (jwt_t * a, const char *b, long c), (a, b, c))
BASE_LIBRARY(library, int, jwt_add_header, (jwt_t * a, const char *b, const char *c), (a, b, c))
BASE_LIBRARY(library, char *, jwt_encode_str, (jwt_t * a), (a))
BASE_LIBRARY_VOID(library, jwt_free, (jwt_t * a), (a))
BASE_LIBRARY(library, int, jwt_new, (jwt_t * *a), (a))
BASE_LIBRARY(library, int, jwt_set_alg, (jwt_t * a, jwt_alg_t b, const unsigned char *c, int d),
             (a, b, c, d))
