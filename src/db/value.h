/* Which value fits which letter of stmt.def. */
#ifndef GUICHET_DB_VALUE_H
#define GUICHET_DB_VALUE_H

#include "guichet/db/conn.h"

#define DB_VALUE_TAG_BYTES 16u
#define DB_VALUE_HASH_BYTES 32u

/* What a sealed box looks like from outside (vault/seal.h, which this room does not include). */
#define DB_VALUE_SEALED_VERSION 1
#define DB_VALUE_SEALED_LEAST 41u

/* NULL, or what is wrong. */
const char *db_value_misfit(const DbValue *value, char letter);

#endif
